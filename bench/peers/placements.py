"""Simple ways to place people, as an office would: whoever is nearest first, or every district for itself."""

from dataclasses import replace

import numpy as np

from linli.planning.allocation import AllocationProblem, solve
from linli.planning.allocation.reach import arcs_within_reach
from linli.planning.frame import kernel

DISTRICTS = 23
"""As many as Chengdu has."""


def nearest_first(problem: AllocationProblem) -> tuple[np.ndarray, np.ndarray]:
    """The shortest walk of all, then the shortest of those left, until nobody or no place is left.

    Who comes takes the first empty quota place they can fill. Returns grid i4[n] and role i1[n].
    """
    arcs = arcs_within_reach(problem)
    vol = np.repeat(np.arange(problem.n_people), np.diff(arcs.start))
    order = np.argsort(arcs.metres, kind="stable")
    grid, role = problem.pinned.copy(), np.full(problem.n_people, -1, np.int8)
    held = np.bincount(grid[grid >= 0], minlength=problem.n_grids)
    filled = np.zeros(problem.quota.shape, np.int64)
    _take(vol[order], arcs.grid[order], problem.want, problem.vol_mask, problem.quota, held, filled, grid, role)
    return grid, role


@kernel
def _take(vol, at, want, mask, quota, held, filled, grid, role):  # type: ignore[no-untyped-def]
    for k in range(len(vol)):
        person, place = vol[k], at[k]
        if grid[person] >= 0 or held[place] >= want[place]:
            continue
        grid[person] = place
        held[place] += 1
        for column in range(quota.shape[1]):
            if (mask[person] >> column) & 1 and filled[place, column] < quota[place, column]:
                filled[place, column] += 1
                role[person] = column
                break


def district_by_district(problem: AllocationProblem) -> tuple[np.ndarray, np.ndarray]:
    """Every district places its own people in its own grids, each in the best way there is.

    Districts are the plane halved again and again where as many grids lie on either side; people belong to that of
    their nearest grid. Needs coordinates. Returns grid i4[n] and role i1[n].
    """
    from scipy.spatial import cKDTree

    assert problem.vol_xy is not None and problem.grid_xy is not None  # noqa: PT018 - one fact
    grid, role = np.full(problem.n_people, -1, np.int32), np.full(problem.n_people, -1, np.int8)
    if not problem.n_grids or not problem.n_people:
        return grid, role
    of_grid = _halved(problem.grid_xy, np.arange(problem.n_grids), DISTRICTS)
    of_vol = of_grid[cKDTree(problem.grid_xy).query(problem.vol_xy)[1]]
    for district in range(DISTRICTS):
        grids, people = np.flatnonzero(of_grid == district), np.flatnonzero(of_vol == district)
        plan = solve(_only(problem, grids, people))
        placed = plan.grid >= 0
        grid[people[placed]] = grids[plan.grid[placed]]
        role[people] = plan.role
    return grid, role


def _only(problem: AllocationProblem, grids: np.ndarray, people: np.ndarray) -> AllocationProblem:
    assert problem.vol_xy is not None and problem.grid_xy is not None  # noqa: PT018 - one fact
    row = np.full(problem.n_grids + 1, -1)
    row[grids] = np.arange(grids.size)
    return replace(
        problem,
        vol_xy=problem.vol_xy[people],
        vol_skills=problem.vol_skills[people],
        vol_only=row[problem.vol_only[people]],
        pinned=row[problem.pinned[people]],
        grid_xy=problem.grid_xy[grids],
        want=problem.want[grids],
        most=problem.most[grids],
        quota=problem.quota[grids],
    )


def _halved(xy: np.ndarray, rows: np.ndarray, parts: int) -> np.ndarray:
    """i8[g]: the part of each point, from 0."""
    part = np.zeros(len(xy), np.int64)
    if parts == 1 or rows.size < 2:
        return part
    wide = np.ptp(xy[rows], axis=0)
    order = rows[np.argsort(xy[rows, int(wide[1] > wide[0])], kind="stable")]
    cut = rows.size * (parts // 2) // parts
    low, high = _halved(xy, order[:cut], parts // 2), _halved(xy, order[cut:], parts - parts // 2)
    part[order[:cut]], part[order[cut:]] = low[order[:cut]], high[order[cut:]] + parts // 2
    return part
