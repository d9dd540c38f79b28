"""Repairing: the places that stand empty are filled, with as few people moved as the mode allows, and it is told why.

Everybody who is placed for all of the time stands where they stand; the best plan without them pinned gives the
prices by which the planner weighs a move.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from linli.muster.chains import Chain, chains_of
from linli.muster.load import Load, read
from linli.muster.models import Allocation
from linli.muster.planner import Progress
from linli.muster.proposal import walked, write
from linli.planning import allocation as planning
from linli.planning.allocation.repair import CALM, EXACT, MOST_MOVES, Change, RepairPlan, State, stand
from linli.planning.verify import allocation as verifier


@dataclass(frozen=True, slots=True)
class Repaired:
    """A placement as it would be, as a plan of the problem as it is now; and the state it was repaired from."""

    problem: planning.AllocationProblem
    plan: planning.AllocationPlan
    told: RepairPlan
    before: State


def run(allocation: Allocation, progress: Progress | None = None, cancelled: Callable[[], bool] | None = None) -> None:
    """Work out a repair and write its proposal down; a killed run leaves nothing but its own waiting row.

    Raises:
        NothingToPlace: no grid asks, or nobody is confirmed.
        PlanningError: the planner refused or was cancelled.
    """
    tell = progress or (lambda share, step: None)
    began = time.perf_counter()
    tell(0.02, "read")
    load = read(allocation)
    read_s = time.perf_counter() - began
    tell(0.1, "repair")
    done = _repair(load, allocation.mode, lambda share, step: tell(0.1 + 0.6 * share, "repair"), cancelled)
    tell(0.7, "weigh")
    facts: dict[str, Any] = {"alternatives": _alternatives(load, done)}
    tell(0.82, "verify")
    wrong = verifier.verify(done.problem, done.plan)
    tell(0.9, "write")
    chains = chains_of(done.told)
    facts |= {"chains": _facts_of(load, done.plan, chains), "read_s": read_s}
    began = time.perf_counter()
    chain_of = {person: number for number, chain in enumerate(chains) for person in chain.people}
    write(allocation, load, done.plan, wrong, chain_of, facts)
    summary = allocation.summary | {"write_s": time.perf_counter() - began}
    Allocation.objects.filter(pk=allocation.pk).update(summary=summary, progress=1.0)
    allocation.refresh_from_db()
    tell(1.0, "done")


def _repair(load: Load, mode: str, progress: Progress, cancelled: Callable[[], bool] | None) -> Repaired:
    """The repair in this mode. Whoever would lose their place for another is held there, and it is worked out again."""
    problem = load.problem
    while True:
        best = planning.solve(problem, progress=progress, cancelled=cancelled)
        before = stand(problem, load.home, load.role, best.certificate)
        after = before.copy()
        told = after.apply(Change(), mode=EXACT if mode == Allocation.Mode.EXACT else CALM, cancelled=cancelled)
        lost = _lost(load, told)
        if not lost.size:
            now = after.problem()
            return Repaired(now, after.plan(now, told), told, before)
        pinned = problem.pinned.copy()
        pinned[lost] = load.home[lost]
        problem = replace(problem, pinned=pinned)


def _lost(load: Load, told: RepairPlan) -> np.ndarray:
    return np.flatnonzero((load.home >= 0) & (told.grid < 0))


def _alternatives(load: Load, done: Repaired) -> list[dict[str, int | None]]:
    """What each price of stability buys: people moved and called, places empty then, and what worse than the best."""
    found = []
    for most in (*range(MOST_MOVES + 1), None):
        mode, limit = (EXACT, MOST_MOVES) if most is None else (CALM, most)
        told = done.before.copy().apply(Change(), mode=mode, most_moves=limit)
        heads = np.bincount(told.grid[told.grid >= 0], minlength=load.problem.n_grids)
        short = int(np.maximum(load.problem.want - heads, 0).sum())
        row = {"most": most, "moves": len(told.moved), "called": len(told.called), "short": short}
        found.append(row | {"objective": told.objective})
    best = found[-1]["objective"]
    return [{**row, "costs": row.pop("objective") - best} for row in found]


def _facts_of(load: Load, plan: planning.AllocationPlan, chains: list[Chain]) -> list[dict[str, Any]]:
    """Each chain as numbers: which grid gets somebody, who gives one up, how many metres more are walked."""
    people = np.array([person for chain in chains for person in chain.people], np.int64)
    moved = people[load.home[people] >= 0]
    new = dict(zip(people.tolist(), walked(load, plan.grid, people).tolist(), strict=True))
    old = dict(zip(moved.tolist(), walked(load, load.home, moved).tolist(), strict=True))
    found = []
    for chain in chains:
        first, last = chain.people[0], chain.people[-1]
        given_up = int(load.home[last])
        round_trip = given_up == plan.grid[first]
        found.append(
            {
                "grid": int(load.grids[plan.grid[first]]),
                "gives": None if given_up < 0 or round_trip else int(load.grids[given_up]),
                "round": bool(round_trip),
                "steps": len(chain.people),
                "metres": sum(new[person] - old.get(person, 0) for person in chain.people),
                "cost": chain.cost,
                "alone": chain.alone,
            }
        )
    return found
