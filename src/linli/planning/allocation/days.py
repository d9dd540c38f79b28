"""Several days: each is a placement of its own, as good as can be, and as like the day before as that allows."""

from collections.abc import Sequence

import numpy as np

from linli.planning.allocation.exact import solve
from linli.planning.allocation.plan import AllocationPlan
from linli.planning.allocation.problem import AllocationProblem
from linli.planning.allocation.reach import arcs_within_reach
from linli.planning.allocation.repair.change import Change
from linli.planning.allocation.repair.state import stand
from linli.planning.errors import BadProblem
from linli.planning.frame import Asked, Progress


def solve_days(
    problems: Sequence[AllocationProblem],
    people: Sequence[np.ndarray],
    *,
    budget_s: float | None = None,
    progress: Progress | None = None,
    cancelled: Asked | None = None,
) -> list[AllocationPlan]:
    """A plan for each day. No day is worse than it could be alone, so each plan is proved by its own prices.

    Of all placements that are best on a day, each plan is one that moves fewest of those who stood somewhere the day
    before and are there on both. Grids are the same on all days.

    Args:
        people: for each day i8[n], who the rows of its problem are: any numbers that name people, each once.
        budget_s, progress, cancelled: for each day, as in `solve`.

    Raises:
        BadProblem: days and people disagree, or grids differ.
        OutOfTime, Cancelled: as `solve`.
    """
    _check(problems, people)
    plans: list[AllocationPlan] = []
    for day, problem in enumerate(problems):
        best = solve(problem, budget_s=budget_s, progress=progress, cancelled=cancelled)
        if day == 0 or best.gap != 0:
            plans.append(best)
            continue
        grid, role = _carried(problem, people[day], plans[-1], people[day - 1])
        state = stand(problem, grid, role, best.certificate)
        plans.append(state.plan(problem, state.apply(Change(), cancelled=cancelled)))
    return plans


def _check(problems: Sequence[AllocationProblem], people: Sequence[np.ndarray]) -> None:
    if len(problems) != len(people):
        raise BadProblem(f"people: {len(people)} days, but {len(problems)} problems")
    for day, (problem, who) in enumerate(zip(problems, people, strict=True)):
        if who.shape != (problem.n_people,):
            raise BadProblem(f"people[{day}]: has shape {who.shape}, should have {(problem.n_people,)}")
        if len(np.unique(who)) != len(who):
            raise BadProblem(f"people[{day}]: somebody is there twice")
        if problem.quota.shape != problems[0].quota.shape:
            raise BadProblem(f"problems[{day}]: its grids or quotas are not those of the first day")


def _carried(
    problem: AllocationProblem, who: np.ndarray, before: AllocationPlan, who_before: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Where everybody stood the day before, as far as they still can; i4[n] grid, i1[n] role."""
    order = np.argsort(who_before)
    at = np.minimum(np.searchsorted(who_before[order], who), max(len(who_before) - 1, 0))
    grid, role = np.full(len(who), -1, np.int32), np.full(len(who), -1, np.int8)
    if len(who_before):
        same = who_before[order][at] == who
        grid[same], role[same] = before.grid[order][at[same]], before.role[order][at[same]]
    arcs = arcs_within_reach(problem)
    row = np.repeat(np.arange(len(who)), np.diff(arcs.start))
    near = np.zeros(len(who), bool)
    near[row[arcs.grid == grid[row]]] = True
    grid = np.where(near, grid, -1).astype(np.int32)
    stays = problem.pinned >= 0
    grid[stays] = problem.pinned[stays]
    grid = _first_so_many(grid, problem.most, stays)
    able = (problem.vol_mask >> np.maximum(role, 0).astype(np.int64)) & 1 == 1
    role = np.where((grid >= 0) & (role >= 0) & able, role, -1).astype(np.int8)
    column = np.where(role >= 0, grid.astype(np.int64) * problem.quota.shape[1] + role, -1)
    kept = _first_so_many(column, problem.quota.reshape(-1), np.zeros(len(who), bool))
    return grid, np.where(kept >= 0, role, -1).astype(np.int8)


def _first_so_many(place: np.ndarray, room: np.ndarray, first: np.ndarray) -> np.ndarray:
    """The places (-1 none) with no more people in each than it has room for: those marked, then the lower rows."""
    order = np.lexsort((np.arange(len(place)), ~first, place))
    sorted_ = place[order]
    rank = np.arange(len(place)) - np.searchsorted(sorted_, sorted_)
    over = (sorted_ >= 0) & (rank >= room[np.maximum(sorted_, 0)] if room.size else True)
    kept = place.copy()
    kept[order[over]] = -1
    return kept
