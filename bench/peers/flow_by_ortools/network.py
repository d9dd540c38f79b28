"""The flow network of a placement: person, class at a grid, role, head, sink.

The nodes of grid x are made only as far as they are used. Node numbers:
people 0 to n-1 (those with arcs), then everything else, the sink last.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit

from linli.planning.allocation.classes import classes_of
from linli.planning.allocation.problem import AllocationProblem
from linli.planning.allocation.reach import Arcs


@dataclass(frozen=True, eq=False)
class Network:
    """A min-cost-flow problem in two parts: arcs of people, kept small, and all others.

    Attributes:
        start: i8[n+1], node: i4[a], metres: i4[a]: arcs of person i (capacity 1) and their cost.
        tail, head: i4[b], capacity, cost: i8[b]: the other arcs.
        supply: i8[v], of every node.
        n_classes: classes of people by the quota skills they bring.
        class_of: i4[n], mask_of: i8[c], the columns of each class as bits.
        class_base: the first node of the classes; node = class_base + grid * n_classes + class.
        choice_tail: i4[k], choice_role: i1[k]: node and role (-1 head) of the first k other arcs.
    """

    start: np.ndarray
    node: np.ndarray
    metres: np.ndarray
    tail: np.ndarray
    head: np.ndarray
    capacity: np.ndarray
    cost: np.ndarray
    supply: np.ndarray
    n_classes: int
    class_of: np.ndarray
    class_base: int
    choice_tail: np.ndarray
    choice_role: np.ndarray


def network_of(problem: AllocationProblem, arcs: Arcs) -> Network:
    """The network over the arcs given; pinned people are a supply at the class nodes of their grids."""
    masks, class_of = classes_of(problem)
    n, g, c, s = problem.n_people, problem.n_grids, len(masks), len(problem.quota_skill)
    class_base, role_base = n, n + g * c
    head_base = role_base + g * s
    sink = head_base + g
    node = _class_nodes(arcs.start, arcs.grid, class_of, class_base, c)
    pinned = np.flatnonzero(problem.pinned >= 0)
    supply = np.zeros(sink + 1, np.int64)
    supply[:n] = np.diff(arcs.start) > 0
    np.add.at(supply, class_base + problem.pinned[pinned] * c + class_of[pinned], 1)
    supply[sink] = -supply.sum()

    grid = np.arange(g)
    used = np.flatnonzero(_used(node, supply, class_base, g * c))
    parts = [(class_base + used, head_base + used // c, np.full(used.size, n), np.zeros(used.size))]
    roles = [np.full(used.size, -1)]
    for column in range(s):
        able = used[((masks[used % c] >> column) & 1 == 1) & (problem.quota[used // c, column] > 0)]
        into = role_base + (able // c) * s + column
        parts.append((class_base + able, into, problem.quota[able // c, column], np.zeros(able.size)))
        roles.append(np.full(able.size, column))
    choices = sum(len(part[0]) for part in parts)
    for column in range(s):
        some = grid[problem.quota[:, column] > 0]
        worth = np.full(some.size, -problem.quota_value[column])
        parts.append((role_base + some * s + column, head_base + some, problem.quota[some, column], worth))
    for tier, value in enumerate(problem.tier_values):
        some = grid[problem.tier_heads[:, tier] > 0]
        parts.append(
            (head_base + some, np.full(some.size, sink), problem.tier_heads[some, tier], np.full(some.size, -value))
        )
    people = np.flatnonzero(supply[:n])
    parts.append((people, np.full(people.size, sink), np.ones(people.size), np.zeros(people.size)))
    tail, head, capacity, cost = (np.concatenate([part[k] for part in parts]) for k in range(4))
    return Network(
        start=arcs.start,
        node=node,
        metres=arcs.metres,
        tail=tail.astype(np.int32),
        head=head.astype(np.int32),
        capacity=capacity.astype(np.int64),
        cost=cost.astype(np.int64),
        supply=supply,
        n_classes=c,
        class_of=class_of,
        class_base=class_base,
        choice_tail=tail[:choices].astype(np.int32),
        choice_role=np.concatenate(roles).astype(np.int8),
    )


@njit(cache=True, nogil=True)
def _class_nodes(start, grid, class_of, class_base, n_classes):  # type: ignore[no-untyped-def]
    node = np.empty(len(grid), np.int32)
    for i in range(len(start) - 1):
        for a in range(start[i], start[i + 1]):
            node[a] = class_base + grid[a] * n_classes + class_of[i]
    return node


@njit(cache=True, nogil=True)
def _used(node, supply, class_base, n_nodes):  # type: ignore[no-untyped-def]
    used = supply[class_base : class_base + n_nodes] > 0
    for a in range(len(node)):
        used[node[a] - class_base] = True
    return used


def placement(
    problem: AllocationProblem, net: Network, taken: np.ndarray, flow: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """i4[n] grid and i1[n] role of each person, from the engine's flow.

    Args:
        taken: i8[n], the arc that carries the person, -1 for none.
        flow: i8[b], over the other arcs.

    Within a class at a grid the lower person takes the first role, so that
    equal flows give equal placements.
    """
    n, c = problem.n_people, net.n_classes
    place = np.full(n, -1, np.int64)
    walks = taken >= 0
    place[walks] = net.node[taken[walks]] - net.class_base
    stays = problem.pinned >= 0
    place[stays] = problem.pinned[stays].astype(np.int64) * c + net.class_of[stays]
    grid = np.where(place >= 0, place // max(c, 1), -1).astype(np.int32)
    role = np.full(n, -1, np.int8)
    k = len(net.choice_role)
    amount = np.where(net.choice_role >= 0, flow[:k], 0)
    # roles in the order of nodes, each as often as it carries flow, against people in the same order
    order = np.lexsort((net.choice_role, net.choice_tail))
    filled = np.repeat(net.choice_role[order], amount[order])
    at = np.repeat(net.choice_tail[order].astype(np.int64) - net.class_base, amount[order])
    who = np.lexsort((np.arange(n), place))
    first = np.searchsorted(place[who], at)
    rank = np.arange(at.size) - np.searchsorted(at, at)
    role[who[first + rank]] = filled
    return grid, role
