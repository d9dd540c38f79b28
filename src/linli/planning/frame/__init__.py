"""What every planner is built from; small enough to read in one sitting.

problem.py  what is asked: declared arrays and numbers, checked once, frozen, with a digest
plan.py     the answer: objective, bound, certificate, why it stopped, with a digest
watch.py    the budget of one call, the limit of its work, progress, cancelling
kernels.py  `kernel`: numba compiled once and kept
child.py    engines that cannot be stopped, in a process that can

A planner is a folder or module with a `…Problem(Problem)`, a `…Plan(Plan)` and `solve(problem, *, budget_s=None,
max_work=None, seed=0, progress=None, cancelled=None)`; its verifier is `planning/verify/<name>.py` and shares no code
with it. What must answer in milliseconds has `prepare(problem, plan)`, whose state has `apply(change)`.
"""

from linli.planning.frame.kernels import kernel
from linli.planning.frame.plan import Comparison, Part, Plan
from linli.planning.frame.problem import Problem, array, digest_of, number, whole
from linli.planning.frame.watch import Asked, Progress, Watch

__all__ = [
    "Asked",
    "Comparison",
    "Part",
    "Plan",
    "Problem",
    "Progress",
    "Watch",
    "array",
    "digest_of",
    "kernel",
    "number",
    "whole",
]
