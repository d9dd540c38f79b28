"""What `python -m bench` can measure: one module a problem."""

from bench.problems import allocation, dispatch, distances, reinforcement, repair
from bench.problems.common import Bench

PROBLEMS: dict[str, Bench] = {
    "allocation": allocation.BENCH,
    "repair": repair.BENCH,
    "dispatch": dispatch.BENCH,
    "distances": distances.BENCH,
    "reinforcement": reinforcement.BENCH,
}
"""By the name on the command line."""
