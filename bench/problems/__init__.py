"""What `python -m bench` can measure: one module a problem."""

from bench.problems import allocation
from bench.problems.common import Bench

PROBLEMS: dict[str, Bench] = {"allocation": allocation.BENCH}
"""By the name on the command line."""
