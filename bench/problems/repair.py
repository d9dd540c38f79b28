"""Repairing a placement after drop-outs or arrivals, on files of docs/reference/allocation-format.md."""

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench import files
from bench.problems.common import Bench, Run
from linli.planning.allocation import AllocationPlan, AllocationProblem, solve
from linli.planning.allocation.repair import CALM, EXACT, Change, RepairPlan, State, prepare
from linli.planning.verify.allocation import verify

SCATTER_M = 100.0
"""How far (sigma) those who arrive stand from somebody drawn from among those who are there."""


@dataclass
class Begun:
    """A warm state, what it was made from, what changes, and a copy to see what another mode would cost."""

    state: State
    change: Change
    other: State


def _begin(problem: AllocationProblem, run: Run) -> Begun:
    plan = solve(problem) if run.asked.of is None else files.load_plan(AllocationPlan, run.asked.of)
    state = prepare(problem, plan)
    change = _drawn(problem, plan, run)
    for mode in (EXACT, CALM):  # whoever keeps a state warm has its kernels ready
        state.copy().apply(Change(leave=np.flatnonzero(plan.grid >= 0)[:1]), mode=mode)
    return Begun(state, change, state.copy())


def _drawn(problem: AllocationProblem, plan: AllocationPlan, run: Run) -> Change:
    """People who leave, from among those placed and not pinned; or who arrive, each like somebody drawn, near by."""
    rng = np.random.default_rng(run.seed)
    if run.asked.leave is not None:
        placed = np.flatnonzero((plan.grid >= 0) & (problem.pinned < 0))
        return Change(leave=np.sort(rng.choice(placed, min(run.asked.leave, placed.size), replace=False)))
    like = rng.integers(0, problem.n_people, run.asked.arrive) if problem.n_people else np.zeros(0, int)
    skills, only = problem.vol_skills[like], problem.vol_only[like]
    if problem.vol_xy is not None:
        xy = np.rint(problem.vol_xy[like] + rng.normal(0, SCATTER_M, (like.size, 2)))
        return Change(skills=skills, only=only, xy=xy)
    assert problem.arc_vol is not None and problem.arc_grid is not None and problem.arc_m is not None  # noqa: PT018
    arcs = [np.flatnonzero(problem.arc_vol == person) for person in like]
    vol = np.repeat(np.arange(like.size), [mine.size for mine in arcs])
    mine = np.concatenate([np.zeros(0, int), *arcs])
    return Change(skills=skills, only=only, arc_vol=vol, arc_grid=problem.arc_grid[mine], arc_m=problem.arc_m[mine])


def _solve(begun: Begun, run: Run) -> RepairPlan:
    return begun.state.apply(begun.change, mode=run.asked.mode, budget_s=run.budget_s)


def _verify(begun: Begun, told: RepairPlan) -> list[str]:
    problem = begun.state.problem()
    return verify(problem, begun.state.plan(problem, told))


def _final(begun: Begun, told: RepairPlan) -> AllocationPlan:
    return begun.state.plan(begun.state.problem(), told)


def _extra(begun: Begun, told: RepairPlan, run: Run) -> dict[str, object]:
    if run.asked.after is not None:
        files.save_problem(begun.state.problem(), run.asked.after)
    best = begun.other.apply(begun.change).objective if run.asked.mode == CALM else told.objective
    return {
        "best_known": best,
        "mode": told.mode,
        "apply_ms": round(1_000 * told.seconds, 2),
        "moves": len(told.moved),
        "called": len(told.called),
        "set_up_s": round(begun.state.set_up_s, 2),
        "state_mib": round(begun.state.memory_bytes / 2**20, 1),
    }


def _options(parser: argparse.ArgumentParser) -> None:
    change = parser.add_mutually_exclusive_group(required=True)
    change.add_argument("--leave", type=int, help="so many of those placed cannot come")
    change.add_argument("--arrive", type=int, help="so many come who were not there")
    parser.add_argument("--mode", choices=[EXACT, CALM], default=EXACT)
    parser.add_argument("--of", type=Path, help="the plan to repair, as written by allocation --plan; else it is made")
    parser.add_argument("--after", type=Path, help="write the problem as it is after the change here")


BENCH = Bench(
    AllocationProblem,
    _solve,
    _verify,
    _options,
    _extra,
    begin=_begin,
    final=_final,
    verified_by_the_clock=False,
)
