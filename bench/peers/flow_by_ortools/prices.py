"""Dual prices of a placement: the least that its own people are worth, over all arcs given.

Worth of a head in a grid, of a role there, of a person: three kinds of
numbers that prove a bound whatever the plan (weak duality), and prove the
plan best where the bound meets its objective. The engine gives no prices, so
we find them: start at the least possible worth and raise what the plan shows
to be worth more, until nothing is left to raise. That is a longest-path
search in the residual network with the class nodes contracted; it ends
because an optimal flow has no cycle that gains.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit

from linli.planning.allocation.classes import classes_of
from linli.planning.allocation.measure import proved_bound
from linli.planning.allocation.plan import Prices
from linli.planning.allocation.problem import AllocationProblem
from linli.planning.allocation.reach import Arcs, metres_to_pins
from linli.planning.frame import Watch


@dataclass(frozen=True, eq=False)
class Priced:
    """Prices, the bound they prove over the arcs they were made for, and the sweeps it took."""

    prices: Prices
    bound: int
    sweeps: int


def price(
    problem: AllocationProblem,
    arcs: Arcs,
    grid: np.ndarray,
    role: np.ndarray,
    watch: Watch,
    *,
    over: Arcs | None = None,
) -> Priced:
    """Prices of a placement that is best over `arcs`, made feasible over `over` (by default the same).

    The bound is proved over all of `over`; it equals the objective where the
    placement is best over those too.
    """
    masks, class_of = classes_of(problem)
    g, s = problem.quota.shape
    held = _held(problem, grid, role)
    head, roles = held.next_head.copy(), np.full((g, s), -2 * _ceiling(problem), np.int64)
    worth = np.zeros(g * len(masks), np.int64)
    _start(held.filled, held.peers, problem.quota, problem.quota_value, masks, head, roles, worth)
    walked = metres_walked(arcs, problem, grid)
    ceiling = _ceiling(problem)
    sweeps, raised = 0, True
    while raised:
        watch.check_cancelled()
        raised = not watch.spent() and _sweep(
            arcs.start, arcs.grid, arcs.metres, class_of, grid, role, problem.pinned, walked, masks,
            held.filled, held.peers, problem.quota, problem.quota_value, head, roles, worth, ceiling,
        )  # fmt: skip
        sweeps += 1
    over = arcs if over is None else over
    person = _gains(over.start, over.grid, over.metres, class_of, len(masks), worth)
    stays = np.flatnonzero(problem.pinned >= 0)
    cell = problem.pinned[stays].astype(np.int64) * len(masks) + class_of[stays]
    person[stays] = worth[cell] - metres_to_pins(problem)[stays]
    prices = Prices(person=person, role=roles, head=head)
    return Priced(prices, proved_bound(problem, prices), sweeps)


def metres_walked(arcs: Arcs, problem: AllocationProblem, grid: np.ndarray) -> np.ndarray:
    """i8[n]: metres walked by each placed person who is not pinned, 0 for the others."""
    walked = np.zeros(problem.n_people, np.int64)
    _find_metres(arcs.start, arcs.grid, arcs.metres, grid, problem.pinned, walked)
    return walked


@njit(cache=True, nogil=True)
def _find_metres(start, arc_grid, arc_m, grid, pinned, walked):  # type: ignore[no-untyped-def]
    for i in range(len(grid)):
        if grid[i] >= 0 and pinned[i] < 0:
            for a in range(start[i], start[i + 1]):
                if arc_grid[a] == grid[i]:
                    walked[i] = arc_m[a]


def _ceiling(problem: AllocationProblem) -> int:
    """Nothing is worth more than the best place there is: rising past it means that the placement is not the best."""
    return int(problem.tier_values.max(initial=0) + problem.quota_value.max(initial=0))


@dataclass(frozen=True, eq=False)
class _Held:
    """What a placement shows of each grid.

    Attributes:
        filled: i8[g,s], quota places filled.
        peers: i8[g,s+1], skills, as bits of columns, brought by those in each role; last: by those in none.
        next_head: i8[g], worth of the next head; less than nothing where the grid is full.
    """

    filled: np.ndarray
    peers: np.ndarray
    next_head: np.ndarray


def _held(problem: AllocationProblem, grid: np.ndarray, role: np.ndarray) -> _Held:
    g, s = problem.quota.shape
    filled = np.zeros((g, s), np.int64)
    peers = np.zeros((g, s + 1), np.int64)
    placed = np.flatnonzero(grid >= 0)
    column = np.where(role[placed] >= 0, role[placed], s)
    np.bitwise_or.at(peers, (grid[placed], column), problem.vol_mask[placed])
    in_role = placed[role[placed] >= 0]
    np.add.at(filled, (grid[in_role], role[in_role]), 1)
    heads = np.bincount(grid[placed], minlength=g)
    room_to = np.cumsum(problem.tier_heads, axis=1)
    tier = (room_to <= heads[:, None]).sum(axis=1)
    # A full grid takes nobody more: its next head is worth less than anything, until one who could go raises it.
    next_head = np.concatenate([problem.tier_values, [-_ceiling(problem)]])[tier]
    return _Held(filled, peers, next_head)


@njit(cache=True, nogil=True)
def _start(held_filled, held_peers, quota, quota_value, masks, head, role_worth, worth):  # type: ignore[no-untyped-def]
    for g in range(len(head)):
        _settle(g, held_filled, held_peers, quota, quota_value, head, role_worth)
        _spread(g, masks, head, role_worth, worth)


@njit(cache=True, nogil=True)
def _settle(g, filled, peers, quota, quota_value, head, role_worth):  # type: ignore[no-untyped-def]
    """Raise the worths within one grid until they agree with one another."""
    columns = quota.shape[1]
    for _ in range(4 * columns + 8):  # an optimal placement settles sooner; another one must not hold us up
        raised = False
        for s in range(columns):
            if filled[g, s] < quota[g, s] and role_worth[g, s] < quota_value[s] + head[g]:
                role_worth[g, s] = quota_value[s] + head[g]
                raised = True
            if filled[g, s] > 0:
                if head[g] < role_worth[g, s] - quota_value[s]:
                    head[g] = role_worth[g, s] - quota_value[s]
                    raised = True
                if role_worth[g, s] < head[g]:
                    role_worth[g, s] = head[g]
                    raised = True
            for k in range(columns):
                able = (peers[g, s] >> k) & 1
                if able and quota[g, k] > 0 and role_worth[g, s] < role_worth[g, k]:
                    role_worth[g, s] = role_worth[g, k]
                    raised = True
        for k in range(columns):
            able = (peers[g, columns] >> k) & 1
            if able and quota[g, k] > 0 and head[g] < role_worth[g, k]:
                head[g] = role_worth[g, k]
                raised = True
        if not raised:
            return


@njit(cache=True, nogil=True)
def _spread(g, masks, head, role_worth, worth):  # type: ignore[no-untyped-def]
    """Worth of one more person of each class in one grid: the best of head and the roles they could take."""
    classes = len(masks)
    for c in range(classes):
        best = head[g]
        for s in range(role_worth.shape[1]):
            if (masks[c] >> s) & 1:
                best = max(best, role_worth[g, s])
        worth[g * classes + c] = best


@njit(cache=True, nogil=True)
def _sweep(  # type: ignore[no-untyped-def]
    start, arc_grid, arc_m, class_of, grid, role, pinned, walked, masks,
    filled, peers, quota, quota_value, head, role_worth, worth, ceiling,
):  # fmt: skip
    """Raise the worth of every place whose holder has something better to do; answer whether any rose."""
    classes = len(masks)
    raised = False
    for i in range(len(grid)):
        if grid[i] < 0 or pinned[i] >= 0:
            continue
        best = np.int64(0)
        c = class_of[i]
        for a in range(start[i], start[i + 1]):
            best = max(best, worth[arc_grid[a] * classes + c] - arc_m[a])
        g, needed = grid[i], best + walked[i]
        if needed > ceiling:
            continue
        if role[i] >= 0:
            if role_worth[g, role[i]] >= needed:
                continue
            role_worth[g, role[i]] = needed
        else:
            if head[g] >= needed:
                continue
            head[g] = needed
        raised = True
        _settle(g, filled, peers, quota, quota_value, head, role_worth)
        _spread(g, masks, head, role_worth, worth)
    return raised


@njit(cache=True, nogil=True)
def _gains(start, arc_grid, arc_m, class_of, classes, worth):  # type: ignore[no-untyped-def]
    """What one more of each person would be worth: the best place less the walk, or nothing."""
    gain = np.zeros(len(start) - 1, np.int64)
    for i in range(len(gain)):
        for a in range(start[i], start[i + 1]):
            gain[i] = max(gain[i], worth[arc_grid[a] * classes + class_of[i]] - arc_m[a])
    return gain
