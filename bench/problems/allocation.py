"""Placing volunteers, on files of docs/reference/allocation-format.md."""

import argparse
from collections.abc import Callable

import numpy as np

from bench.measure import Measured
from bench.peers import placements
from bench.problems.common import Bench, Run
from linli.planning.allocation import AllocationPlan, AllocationProblem, solve
from linli.planning.errors import PlanningError
from linli.planning.verify.allocation import objective_of, verify

Placed = tuple[np.ndarray, np.ndarray]


def _flow(nearest: int | None) -> Callable[[AllocationProblem], Placed]:
    """OR-Tools' flow, called plainly over all arcs or the nearest of each person."""

    def solved(problem: AllocationProblem) -> Placed:
        from bench.peers import flow_by_ortools  # its engine is there only where tests run

        plan = flow_by_ortools.solve(problem, nearest=nearest)
        return plan.grid, plan.role

    return solved


PEERS: dict[str, Callable[[AllocationProblem], Placed]] = {
    "OR-Tools flow, all arcs": _flow(None),
    "OR-Tools flow, nearest 64": _flow(64),
    "OR-Tools flow, nearest 16": _flow(16),
    "nearest first": placements.nearest_first,
    "district by district": placements.district_by_district,
}


def _solve(problem: AllocationProblem, run: Run) -> AllocationPlan:
    return solve(problem, budget_s=run.budget_s, seed=run.seed)


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--peers", action="store_true", help="measure other ways on the same file too")


def _extra(problem: AllocationProblem, plan: AllocationPlan, run: Run) -> dict[str, object]:
    if not run.asked.peers:
        return {}
    peers = {name: _measured(problem, plan, peer) for name, peer in PEERS.items()}
    return {"placed": plan.placed, "empty": _empty(problem, plan.grid), "peers": peers}


def _measured(
    problem: AllocationProblem, plan: AllocationPlan, peer: Callable[[AllocationProblem], Placed]
) -> dict[str, object]:
    try:
        with Measured() as measured:
            grid, role = peer(problem)
    except PlanningError as error:
        return {"verdict": str(error)}
    objective = objective_of(problem, grid, role)
    return {
        "objective": objective,
        "worse": round((objective - plan.objective) / max(1, abs(plan.objective)), 6),
        "seconds": round(measured.seconds, 3),
        "cpu_seconds": round(measured.cpu_seconds, 3),
        "peak_mib": round(measured.peak_mib, 1),
        "empty": _empty(problem, grid),
    }


def _empty(problem: AllocationProblem, grid: np.ndarray) -> int:
    """Heads that are wanted and not there."""
    heads = np.bincount(grid[grid >= 0], minlength=problem.n_grids)
    return int(np.maximum(problem.want - heads, 0).sum())


BENCH = Bench(AllocationProblem, _solve, verify, _options, _extra)
