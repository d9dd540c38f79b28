"""Placing volunteers in grids: who could stand where, who does, and the proof that no placement is better.

problem = AllocationProblem(...)
plan = solve(problem)
assert verify(problem, plan) == []   # linli.planning.verify.allocation
why = explain(problem, plan, person)
"""

from linli.planning.allocation.days import solve_days
from linli.planning.allocation.exact import solve
from linli.planning.allocation.explain import Fact, explain, explain_grid, nearest_places, prices_there
from linli.planning.allocation.plan import AllocationPlan, Prices, Shortage
from linli.planning.allocation.problem import AllocationProblem

__all__ = [
    "AllocationPlan",
    "AllocationProblem",
    "Fact",
    "Prices",
    "Shortage",
    "explain",
    "explain_grid",
    "nearest_places",
    "prices_there",
    "solve",
    "solve_days",
]
