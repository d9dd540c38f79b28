"""Repairing: the places that stand empty are filled, with as few people moved as the mode allows, and it is told why.

Everybody who is placed for all of the time stands where they stand; the best plan without them pinned gives the
prices by which the planner weighs a move. A state of the last repair is kept warm, so that a city need not be solved
again where that state still fits (``muster.warm``).
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from linli.muster import warm
from linli.muster.chains import Chain, chains_of
from linli.muster.load import Load, read
from linli.muster.models import Allocation
from linli.muster.planner import Progress
from linli.muster.proposal import walked, write
from linli.planning import allocation as planning
from linli.planning.allocation.repair import CALM, EXACT, MOST_MOVES, Change, RepairPlan, State, stand
from linli.planning.errors import BadProblem
from linli.planning.verify import allocation as verifier


@dataclass(frozen=True, slots=True)
class Repaired:
    """A placement as it would be, as a plan of the problem that the load states, but for people held where they are.

    Attributes:
        before, change, after: the state that was repaired, what was told to it, and what it is then.
        rows: i8[n], the row in the states of each person of the load.
    """

    problem: planning.AllocationProblem
    plan: planning.AllocationPlan
    told: RepairPlan
    before: State
    change: Change
    after: State
    rows: np.ndarray


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
    done = _from_warm(allocation, load, cancelled)
    kept = done is not None
    if done is None:
        done = _from_cold(load, allocation.mode, lambda share, step: tell(0.1 + 0.6 * share, "repair"), cancelled)
    tell(0.7, "weigh")
    facts: dict[str, Any] = {"alternatives": _alternatives(load, done), "warm": kept}
    tell(0.82, "verify")
    wrong = verifier.verify(done.problem, done.plan)
    tell(0.9, "write")
    chains = _chains(done)
    facts |= {"chains": _facts_of(load, done.plan, chains), "read_s": read_s}
    began = time.perf_counter()
    chain_of = {person: number for number, chain in enumerate(chains) for person in chain.people}
    write(allocation, load, done.plan, wrong, chain_of, facts)
    summary = allocation.summary | {"write_s": time.perf_counter() - began}
    Allocation.objects.filter(pk=allocation.pk).update(summary=summary, progress=1.0)
    allocation.refresh_from_db()
    if done.problem is load.problem and not wrong:
        warm.keep(warm.key_of(allocation), warm.Warm(done.after, load, done.rows, done.plan.grid))
    tell(1.0, "done")


def _from_warm(allocation: Allocation, load: Load, cancelled: Callable[[], bool] | None) -> Repaired | None:
    """The repair from a state kept warm; None where none fits, or where it is not what the verifier says it is."""
    fits = warm.take(warm.key_of(allocation), load)
    if fits is None:
        return None
    try:
        done = _repaired(load.problem, fits, allocation.mode, cancelled)
    except BadProblem:
        return None
    lost = _lost(load, done).size
    return None if lost or verifier.verify(done.problem, done.plan) else done


def _from_cold(load: Load, mode: str, progress: Progress, cancelled: Callable[[], bool] | None) -> Repaired:
    """The repair from a new state. Whoever would lose their place for another is held there, and it is done again."""
    problem = load.problem
    while True:
        best = planning.solve(problem, progress=progress, cancelled=cancelled)
        before = stand(problem, load.home, load.role, best.certificate)
        fits = warm.Fitting(before, Change(), np.arange(problem.n_people))
        done = _repaired(problem, fits, mode, cancelled)
        lost = _lost(load, done)
        if not lost.size:
            return done
        pinned = problem.pinned.copy()
        pinned[lost] = load.home[lost]
        problem = replace(problem, pinned=pinned)


def _repaired(
    problem: planning.AllocationProblem, fits: warm.Fitting, mode: str, cancelled: Callable[[], bool] | None
) -> Repaired:
    after, rows = fits.state.copy(), fits.rows
    told = after.apply(fits.change, mode=EXACT if mode == Allocation.Mode.EXACT else CALM, cancelled=cancelled)
    assert isinstance(told.certificate, planning.Prices)
    certificate = replace(told.certificate, person=told.certificate.person[rows])
    plan = replace(after.plan(problem, told), grid=told.grid[rows], role=told.role[rows], certificate=certificate)
    return Repaired(problem, plan, told, fits.state, fits.change, after, rows)


def _lost(load: Load, done: Repaired) -> np.ndarray:
    return np.flatnonzero((load.home >= 0) & (done.plan.grid < 0))


def _chains(done: Repaired) -> list[Chain]:
    """The chains of a repair, by rows of the load."""
    row_of = np.full(len(done.told.grid), -1)
    row_of[done.rows] = np.arange(len(done.rows))
    return [replace(chain, people=tuple(row_of[list(chain.people)].tolist())) for chain in chains_of(done.told)]


def _alternatives(load: Load, done: Repaired) -> list[dict[str, int | None]]:
    """What each price of stability buys: people moved and called, places empty then, and what worse than the best."""
    found = []
    for most in (*range(MOST_MOVES + 1), None):
        mode, limit = (EXACT, MOST_MOVES) if most is None else (CALM, most)
        told = done.before.copy().apply(done.change, mode=mode, most_moves=limit)
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
