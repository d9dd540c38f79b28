"""Who can walk where: every arc within reach, built by buckets of grids."""

from dataclasses import dataclass

import numpy as np
from numba import njit

from linli.planning.allocation.problem import AllocationProblem
from linli.planning.frame import Watch

MOST_CELLS_PER_GRID = 16
PEOPLE_PER_STEP = 10_000


@dataclass(frozen=True, eq=False)
class Arcs:
    """All pairs of a person and a grid within reach, sorted by person.

    Attributes:
        start: i8[n+1], the arcs of person i are start[i] to start[i+1].
        grid: i4[a], metres: i4[a], rounded to whole metres.
    """

    start: np.ndarray
    grid: np.ndarray
    metres: np.ndarray

    def metres_to(self, person: int, grid: int) -> int | None:
        """Metres from a person to a grid; None where it is out of reach."""
        mine = slice(int(self.start[person]), int(self.start[person + 1]))
        at = np.flatnonzero(self.grid[mine] == grid)
        return int(self.metres[mine][at[0]]) if at.size else None


def arcs_within_reach(problem: AllocationProblem, watch: Watch | None = None) -> Arcs:
    """Every arc within reach, of people who are not pinned.

    A person with an only grid has at most that arc; a pinned person has none.
    """
    watch = watch or Watch()
    if problem.arc_vol is not None:
        return _arcs_given(problem)
    return _arcs_by_buckets(problem, watch)


def _arcs_given(problem: AllocationProblem) -> Arcs:
    assert problem.arc_vol is not None and problem.arc_grid is not None and problem.arc_m is not None  # noqa: PT018
    vol, grid, metres = problem.arc_vol, problem.arc_grid, problem.arc_m
    only = problem.vol_only[vol]
    keep = (metres <= problem.reach_m) & ((only < 0) | (only == grid)) & (problem.pinned[vol] < 0)
    vol, grid, metres = vol[keep], grid[keep], metres[keep]
    if vol.size and not bool((np.diff(vol) >= 0).all()):
        order = np.argsort(vol, kind="stable")
        vol, grid, metres = vol[order], grid[order], metres[order]
    start = np.zeros(problem.n_people + 1, np.int64)
    np.cumsum(np.bincount(vol, minlength=problem.n_people), out=start[1:])
    return Arcs(start, grid, metres)


def _arcs_by_buckets(problem: AllocationProblem, watch: Watch) -> Arcs:
    assert problem.vol_xy is not None and problem.grid_xy is not None  # noqa: PT018
    low, cell_m, wide, high = _cells(problem.grid_xy, problem.reach_m)
    cell_of = _cell_of(problem.grid_xy, low, cell_m, wide, high)
    order = np.argsort(cell_of, kind="stable").astype(np.int32)
    cell_start = np.zeros(wide * high + 1, np.int64)
    np.cumsum(np.bincount(cell_of, minlength=wide * high), out=cell_start[1:])
    sorted_xy = problem.grid_xy[order]
    look = (problem.vol_xy, problem.vol_only, problem.pinned, sorted_xy, order, cell_start)
    shape = (low[0], low[1], cell_m, wide, high, problem.reach_m)
    n = problem.n_people
    start = np.zeros(n + 1, np.int64)
    for first in range(0, n, PEOPLE_PER_STEP):
        watch.check()
        _count(*look, *shape, first, min(n, first + PEOPLE_PER_STEP), start)
    np.cumsum(start, out=start)
    grid = np.empty(start[-1], np.int32)
    metres = np.empty(start[-1], np.int32)
    for first in range(0, n, PEOPLE_PER_STEP):
        watch.check()
        _fill(*look, *shape, first, min(n, first + PEOPLE_PER_STEP), start, grid, metres)
    return Arcs(start, grid, metres)


def _cells(grid_xy: np.ndarray, reach_m: float) -> tuple[np.ndarray, float, int, int]:
    """Lower corner, cell size and number of cells each way: a quarter of the reach, but not too many cells."""
    if not len(grid_xy):
        return np.zeros(2), 1.0, 1, 1
    low = grid_xy.min(axis=0)
    extent = grid_xy.max(axis=0) - low
    cell_m = max(
        reach_m / 4, float(np.sqrt(max(extent[0], 1) * max(extent[1], 1) / MOST_CELLS_PER_GRID / len(grid_xy)))
    )
    # a long thin city has few cells across, so its length alone must not make too many
    cell_m = max(cell_m, float(extent.max()) / (MOST_CELLS_PER_GRID * len(grid_xy)), 1.0)
    wide, high = (int(side) for side in extent // cell_m + 1)
    return low, cell_m, wide, high


def _cell_of(grid_xy: np.ndarray, low: np.ndarray, cell_m: float, wide: int, high: int) -> np.ndarray:
    at = ((grid_xy - low) // cell_m).astype(np.int64)
    return np.clip(at[:, 1], 0, high - 1) * wide + np.clip(at[:, 0], 0, wide - 1)


@njit(cache=True, nogil=True)
def _span(at: float, low: float, cell_m: float, reach_m: float, cells: int) -> tuple[int, int]:
    first = max(0.0, (at - reach_m - low) // cell_m)
    last = min(cells - 1.0, (at + reach_m - low) // cell_m)
    # one cell more each way: dividing may round a grid across a cell's edge
    return max(0, int(min(first, cells)) - 1), min(cells - 1, int(max(last, -1.0)) + 1)


@njit(cache=True, nogil=True)
def _count(vol_xy, only, pinned, xy, order, cell_start, x0, y0, cell_m, wide, high, reach_m, first, last, start):  # type: ignore[no-untyped-def]
    for i in range(first, last):
        found = 0
        if pinned[i] < 0:
            x, y = vol_xy[i]
            left, right = _span(x, x0, cell_m, reach_m, wide)
            bottom, top = _span(y, y0, cell_m, reach_m, high)
            for row in range(bottom, top + 1):
                if right < left:
                    break
                for k in range(cell_start[row * wide + left], cell_start[row * wide + right + 1]):
                    dx, dy = xy[k, 0] - x, xy[k, 1] - y
                    near = np.sqrt(dx * dx + dy * dy) <= reach_m
                    if near and (only[i] < 0 or only[i] == order[k]):
                        found += 1
        start[i + 1] = found


@njit(cache=True, nogil=True)
def _fill(  # type: ignore[no-untyped-def]
    vol_xy, only, pinned, xy, order, cell_start, x0, y0, cell_m, wide, high, reach_m, first, last, start, grid, metres
):
    for i in range(first, last):
        if pinned[i] >= 0:
            continue
        at = start[i]
        x, y = vol_xy[i]
        left, right = _span(x, x0, cell_m, reach_m, wide)
        bottom, top = _span(y, y0, cell_m, reach_m, high)
        for row in range(bottom, top + 1):
            if right < left:
                break
            for k in range(cell_start[row * wide + left], cell_start[row * wide + right + 1]):
                dx, dy = xy[k, 0] - x, xy[k, 1] - y
                walk = np.sqrt(dx * dx + dy * dy)
                if walk <= reach_m and (only[i] < 0 or only[i] == order[k]):
                    grid[at] = order[k]
                    metres[at] = np.int32(np.rint(walk))
                    at += 1


def metres_to_pins(problem: AllocationProblem) -> np.ndarray:
    """i8[n]: metres walked by each pinned person, 0 for the others and where no arc is given."""
    metres = np.zeros(problem.n_people, np.int64)
    who = np.flatnonzero(problem.pinned >= 0)
    if problem.vol_xy is not None and problem.grid_xy is not None:
        step = problem.vol_xy[who] - problem.grid_xy[problem.pinned[who]]
        metres[who] = np.rint(np.sqrt(step[:, 0] * step[:, 0] + step[:, 1] * step[:, 1])).astype(np.int64)
    elif who.size:
        assert problem.arc_vol is not None and problem.arc_grid is not None and problem.arc_m is not None  # noqa: PT018
        stays = np.flatnonzero(problem.pinned[problem.arc_vol] == problem.arc_grid)
        metres[problem.arc_vol[stays]] = problem.arc_m[stays]
    return metres
