"""What the solver reads (`Net`) and what it changes (`Held`).

Node x * (s + 1) + c of grid x is its quota column c, or its head for c = s. A person stands at one node or at none;
whoever stands at a column is also one of the grid's heads. Prices are what a place pays whoever takes it, in the unit
of the objective: a person gains the price of the node less the walk, and takes the place that gains most.
"""

from typing import NamedTuple

import numpy as np

from linli.planning.allocation.classes import classes_of
from linli.planning.allocation.problem import AllocationProblem
from linli.planning.allocation.reach import Arcs, metres_to_pins
from linli.planning.frame import Watch, kernel

NOTHING = -(1 << 50)
"""Worth less than anything: a head more than the grid holds; not being placed, for the pinned."""

NOWHERE = -1
PEOPLE_PER_STEP = 5_000
ARCS_PER_STEP = 1_000_000


class Net(NamedTuple):
    """The problem as the kernels read it.

    Attributes:
        start: i8[n+1]; grid, metres: i4[a], by person. The pinned have the arc to their grid alone.
        vol_start: i8[g+1]; vol, vol_metres: i4[a], the same arcs by grid.
        class_of: i4[n]; mask: i8[c], quota columns of each class of people, as bits.
        stay: i8[n], what not being placed is worth: 0, or `NOTHING` for the pinned.
        value: i8[t], worth of a head in each tier; up_to: i8[g,t], heads up to the end of each.
        quota: i8[g,s]; quota_value: i8[s].
    """

    start: np.ndarray
    grid: np.ndarray
    metres: np.ndarray
    vol_start: np.ndarray
    vol: np.ndarray
    vol_metres: np.ndarray
    class_of: np.ndarray
    mask: np.ndarray
    stay: np.ndarray
    value: np.ndarray
    up_to: np.ndarray
    quota: np.ndarray
    quota_value: np.ndarray


class Held(NamedTuple):
    """Who stands where, and the prices.

    Attributes:
        price: i8[v]. worth: i8[g*c], the dearest node of each grid that a class can take.
        node: i4[n], walk: i8[n], metres to it. gain: i8[n], price less walk where they stand, `stay` where they do not.
        first: i8[v+1], room in `people` for each node; size: i8[v], how many of it are taken.
        people: i4[...]; seat: i4[n], where in the room of their node a person is.
        counted: i8[v], heads or quota places that the grid counts as filled.
        lack: i8[v], people that a node counts and has not; below 0 where it has too many.
    """

    price: np.ndarray
    worth: np.ndarray
    node: np.ndarray
    walk: np.ndarray
    gain: np.ndarray
    first: np.ndarray
    size: np.ndarray
    people: np.ndarray
    seat: np.ndarray
    counted: np.ndarray
    lack: np.ndarray


def net_of(problem: AllocationProblem, arcs: Arcs, watch: Watch) -> Net:
    """The problem over these arcs, those to the pins added.

    Raises:
        Cancelled, OutOfTime: while sorting the arcs by grid.
    """
    arcs = _with_pins(problem, arcs)
    mask, class_of = classes_of(problem)
    n, g = problem.n_people, problem.n_grids
    vol_start = np.zeros(g + 1, np.int64)
    vol, vol_metres = np.empty(len(arcs.grid), np.int32), np.empty(len(arcs.grid), np.int32)
    for first in range(0, len(vol), ARCS_PER_STEP):  # or the first to sort would wait for the memory of all
        watch.check()
        vol[first : first + ARCS_PER_STEP] = vol_metres[first : first + ARCS_PER_STEP] = 0
    for first in range(0, n, PEOPLE_PER_STEP):
        watch.check()
        _count_by_grid(arcs.start, arcs.grid, first, min(n, first + PEOPLE_PER_STEP), vol_start)
    np.cumsum(vol_start, out=vol_start)
    at = vol_start[:-1].copy()
    for first in range(0, n, PEOPLE_PER_STEP):
        watch.check()
        last = min(n, first + PEOPLE_PER_STEP)
        _sort_by_grid(arcs.start, arcs.grid, arcs.metres, first, last, at, vol, vol_metres)
    return Net(
        start=arcs.start,
        grid=arcs.grid,
        metres=arcs.metres,
        vol_start=vol_start,
        vol=vol,
        vol_metres=vol_metres,
        class_of=class_of,
        mask=mask,
        stay=np.where(problem.pinned >= 0, NOTHING, 0).astype(np.int64),
        value=problem.tier_values,
        up_to=np.cumsum(problem.tier_heads, axis=1),
        quota=problem.quota.astype(np.int64),
        quota_value=problem.quota_value.astype(np.int64),
    )


def held_of(net: Net) -> Held:
    """Nobody placed yet, everything at no price."""
    g, s = net.quota.shape
    n, near = len(net.stay), np.diff(net.vol_start)
    most = net.up_to[:, -1] if net.value.size else np.zeros(g, np.int64)
    room = np.empty((g, s + 1), np.int64)
    room[:, :s] = np.minimum(net.quota, near[:, None]) + 1
    room[:, s] = np.minimum(most + net.quota.sum(axis=1), near) + 1
    first = np.zeros(g * (s + 1) + 1, np.int64)
    np.cumsum(room.reshape(-1), out=first[1:])
    return Held(
        price=np.zeros(g * (s + 1), np.int64),
        worth=np.zeros(g * len(net.mask), np.int64),
        node=np.full(n, NOWHERE, np.int32),
        walk=np.zeros(n, np.int64),
        gain=np.zeros(n, np.int64),
        first=first,
        size=np.zeros(g * (s + 1), np.int64),
        people=np.zeros(first[-1], np.int32),
        seat=np.zeros(n, np.int32),
        counted=np.zeros(g * (s + 1), np.int64),
        lack=np.zeros(g * (s + 1), np.int64),
    )


def _with_pins(problem: AllocationProblem, arcs: Arcs) -> Arcs:
    """The arcs, and one for each pinned person (who has none there)."""
    who = np.flatnonzero(problem.pinned >= 0)
    if not who.size:
        return arcs
    at = arcs.start[who]
    start = arcs.start + np.searchsorted(who, np.arange(problem.n_people + 1))
    grid = np.insert(arcs.grid, at, problem.pinned[who])
    metres = np.insert(arcs.metres, at, metres_to_pins(problem)[who].astype(np.int32))
    return Arcs(start, grid, metres)


@kernel
def _count_by_grid(start, grid, first, last, count):  # type: ignore[no-untyped-def]
    for a in range(start[first], start[last]):
        count[grid[a] + 1] += 1


@kernel
def _sort_by_grid(start, grid, metres, first, last, at, vol, vol_metres):  # type: ignore[no-untyped-def]
    for i in range(first, last):
        for a in range(start[i], start[i + 1]):
            k = at[grid[a]]
            vol[k], vol_metres[k] = i, metres[a]
            at[grid[a]] = k + 1


@kernel
def value_of_head(net, x, number):  # type: ignore[no-untyped-def]
    """Worth of the head with this number, from 1, in grid x; `NOTHING` where it holds no more."""
    for tier in range(len(net.value)):
        if number <= net.up_to[x, tier]:
            return net.value[tier]
    return np.int64(NOTHING)


@kernel
def spread(net, held, x):  # type: ignore[no-untyped-def]
    """Work out again what grid x is worth to each class."""
    columns, classes = net.quota.shape[1], len(net.mask)
    first = x * (columns + 1)
    for c in range(classes):
        best = held.price[first + columns]
        for s in range(columns):
            if (net.mask[c] >> s) & 1 and net.quota[x, s] > 0 and held.price[first + s] > best:
                best = held.price[first + s]
        held.worth[x * classes + c] = best


@kernel
def spread_all(net, held):  # type: ignore[no-untyped-def]
    """The same for every grid."""
    for x in range(len(net.quota)):
        spread(net, held, x)


@kernel
def best_gain(net, held, i):  # type: ignore[no-untyped-def]
    """The most that person i can gain anywhere, or by not being placed."""
    classes, c = len(net.mask), net.class_of[i]
    best = net.stay[i]
    for a in range(net.start[i], net.start[i + 1]):
        best = max(best, held.worth[net.grid[a] * classes + c] - net.metres[a])
    return best
