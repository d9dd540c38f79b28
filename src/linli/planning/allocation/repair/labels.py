"""Distances of one search, in a heap of nodes that are cleared after it.

A node has a label for every number of moves so far, up to a limit; a search without a limit has one for each node.
"""

from typing import NamedTuple

import numpy as np

from linli.planning.allocation.repair.net import FAR
from linli.planning.frame import kernel

SINK = -1
GIVE_UP_HEAD, COUNT_HEAD, FILL_ROLE, GIVE_UP_ROLE, BEGIN = -2, -3, -4, -5, -6
"""How one node leads to the next, where it is no person who goes."""

HEAP, TOUCHED, LOGGED = 0, 1, 2


class Labels(NamedTuple):
    """Distances of a search. Label k * v + node: having moved k people.

    Attributes:
        cost: i8[l]; link: i4[l], the label towards where the search began; how: i8[l], the person who goes
            between them or what is counted; metres: i8[l], of that person's new walk; done: b1[l].
        heap, place, touched: i4[l]; size: i8[3], how many are in heap, touched and log.
        log: i4[l,3], who went from which node to which.
    """

    cost: np.ndarray
    link: np.ndarray
    how: np.ndarray
    metres: np.ndarray
    done: np.ndarray
    heap: np.ndarray
    place: np.ndarray
    touched: np.ndarray
    size: np.ndarray
    log: np.ndarray


def labels_for(size: int) -> Labels:
    """Empty labels."""
    return Labels(
        cost=np.full(size, FAR, np.int64),
        link=np.full(size, SINK, np.int32),
        how=np.zeros(size, np.int64),
        metres=np.zeros(size, np.int64),
        done=np.zeros(size, np.bool_),
        heap=np.zeros(size, np.int32),
        place=np.full(size, -1, np.int32),
        touched=np.zeros(size, np.int32),
        size=np.zeros(3, np.int64),
        log=np.zeros((size + 1, 3), np.int32),
    )


@kernel
def offer(seen, node, cost, link, how, metres):  # type: ignore[no-untyped-def]
    """Note a way to a node, if it is the cheapest so far."""
    if cost >= seen.cost[node]:
        return
    if seen.cost[node] == FAR:
        seen.touched[seen.size[TOUCHED]] = node
        seen.size[TOUCHED] += 1
    seen.cost[node], seen.link[node], seen.how[node], seen.metres[node] = cost, link, how, metres
    at = seen.place[node]
    if at < 0:
        at = seen.size[HEAP]
        seen.size[HEAP] += 1
    while at > 0:
        above = (at - 1) // 2
        if seen.cost[seen.heap[above]] <= cost:
            break
        seen.heap[at] = seen.heap[above]
        seen.place[seen.heap[at]] = at
        at = above
    seen.heap[at] = node
    seen.place[node] = at


@kernel
def nearest(seen):  # type: ignore[no-untyped-def]
    """Take the cheapest node out of the heap."""
    top = seen.heap[0]
    seen.place[top] = -1
    seen.size[HEAP] -= 1
    left = seen.size[HEAP]
    if left:
        node = seen.heap[left]
        cost, at = seen.cost[node], 0
        while True:
            below = 2 * at + 1
            if below >= left:
                break
            if below + 1 < left and seen.cost[seen.heap[below + 1]] < seen.cost[seen.heap[below]]:
                below += 1
            if seen.cost[seen.heap[below]] >= cost:
                break
            seen.heap[at] = seen.heap[below]
            seen.place[seen.heap[at]] = at
            at = below
        seen.heap[at] = node
        seen.place[node] = at
    seen.done[top] = True
    return top


@kernel
def clear(seen):  # type: ignore[no-untyped-def]
    """Forget a search."""
    for k in range(seen.size[TOUCHED]):
        node = seen.touched[k]
        seen.cost[node], seen.place[node], seen.done[node] = FAR, -1, False
    seen.size[HEAP] = seen.size[TOUCHED] = 0
