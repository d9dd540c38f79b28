"""Placing volunteers, on files of docs/reference/allocation-format.md."""

from bench.problems.common import Bench, Run
from linli.planning.allocation import AllocationPlan, AllocationProblem, solve
from linli.planning.verify.allocation import verify


def _solve(problem: AllocationProblem, run: Run) -> AllocationPlan:
    return solve(problem, budget_s=run.budget_s, seed=run.seed)


BENCH = Bench(AllocationProblem, _solve, verify)
