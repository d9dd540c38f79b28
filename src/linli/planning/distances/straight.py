"""Straight lines, as they are or with a detour: all nodes within reach, by cells as wide as the reach."""

import numpy as np

from linli.planning.distances.problem import DistancesProblem
from linli.planning.frame import Watch, kernel

MOST_CELLS_ACROSS = 1 << 20
SOURCES_AT_ONCE = 1 << 10


def in_straight_lines(problem: DistancesProblem, watch: Watch) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """indptr, target and metres of the plan."""
    k = len(problem.source)
    indptr = np.zeros(k + 1, np.int64)
    if not k:
        return indptr, np.empty(0, np.int32), np.empty(0, np.float32)
    detour = 1.0 if problem.detour is None else float(problem.detour)
    xy, low = problem.node_xy, problem.node_xy.min(axis=0)
    # a hair wider than the reach, so that rounding puts nobody two cells away
    cell_m = max(problem.reach_m / detour * (1 + 1e-9), float(np.ptp(xy, axis=0).max()) / MOST_CELLS_ACROSS, 1e-6)
    cell = np.minimum((xy - low) // cell_m, MOST_CELLS_ACROSS).astype(np.int64)
    key = cell[:, 1] * (MOST_CELLS_ACROSS + 4) + cell[:, 0]
    order = np.argsort(key, kind="stable").astype(np.int32)
    look = (xy, key[order], order, detour, problem.reach_m)
    for fill in (False, True):
        target = np.empty(indptr[-1] if fill else 0, np.int32)
        metres = np.empty(len(target), np.float32)
        for first in range(0, k, SOURCES_AT_ONCE):
            watch.tell(0.05 + 0.45 * (fill + first / k), "lines")
            _lines(*look, problem.source, cell, first, min(k, first + SOURCES_AT_ONCE), fill, indptr, target, metres)
        if not fill:
            np.cumsum(indptr, out=indptr)
    return indptr, target, metres


@kernel
def _lines(xy, keys, order, detour, reach_m, source, cell, first, last, fill, indptr, target, metres):  # type: ignore[no-untyped-def]
    """Count the targets of some sources into `indptr`, or fill them in, rising."""
    across = MOST_CELLS_ACROSS + 4
    for i in range(first, last):
        x, y = xy[source[i]]
        column, count = cell[source[i], 0], 0
        for row in range(cell[source[i], 1] - 1, cell[source[i], 1] + 2):
            begin = np.searchsorted(keys, row * across + column - 1)
            end = np.searchsorted(keys, row * across + column + 1, side="right")
            for j in range(begin, end):
                east, north = xy[order[j], 0] - x, xy[order[j], 1] - y
                if detour * np.sqrt(east * east + north * north) <= reach_m:
                    if fill:
                        target[indptr[i] + count] = order[j]
                    count += 1
        if not fill:
            indptr[i + 1] = count
            continue
        mine = target[indptr[i] : indptr[i + 1]]
        mine.sort()
        for j in range(len(mine)):
            east, north = xy[mine[j], 0] - x, xy[mine[j], 1] - y
            metres[indptr[i] + j] = detour * np.sqrt(east * east + north * north)
