"""What a placement near the best has right at its prices, and what it lacks.

Whoever gains less than they could elsewhere stands nowhere for now. What a grid would pay for at its prices is counted
as filled, whether somebody stands there or not. What is left over, people without a place and places with too few or
too many, is what `paths` makes good, one by one, without making anything else wrong.
"""

import numpy as np

from linli.planning.allocation.solver.net import NOWHERE, Held, Net, best_gain
from linli.planning.frame import kernel


@kernel
def seat(held, i, node, metres):  # type: ignore[no-untyped-def]
    """Put somebody who stands nowhere at a node."""
    held.node[i], held.walk[i] = node, metres
    held.seat[i] = held.size[node]
    held.people[held.first[node] + held.size[node]] = i
    held.size[node] += 1
    held.lack[node] -= 1
    held.gain[i] = held.price[node] - metres


@kernel
def unseat(net, held, i):  # type: ignore[no-untyped-def]
    """Take somebody from where they stand."""
    node = held.node[i]
    held.size[node] -= 1
    last = held.people[held.first[node] + held.size[node]]
    held.people[held.first[node] + held.seat[i]] = last
    held.seat[last] = held.seat[i]
    held.lack[node] += 1
    held.node[i] = NOWHERE
    held.gain[i] = net.stay[i]


def clear(held: Held) -> None:
    """Forget who is at each node; `held.node` still knows."""
    held.size[:] = 0
    held.lack[:] = 0


@kernel
def take_people(net, held, first, last, homeless, count, _limit):  # type: ignore[no-untyped-def]
    """Seat those whom nothing gains more than where they stand; the others, where anything does, are homeless.

    Writes them to homeless i4[n], and how many to count[0]. Returns how many arcs were looked at.
    """
    for i in range(first, last):
        best, node = best_gain(net, held, i), held.node[i]
        held.node[i] = NOWHERE
        held.gain[i] = net.stay[i]
        if node >= 0 and held.price[node] - held.walk[i] == best:
            seat(held, i, node, held.walk[i])
        elif best > net.stay[i]:
            homeless[count[0]] = i
            count[0] += 1
    return net.start[last] - net.start[first]


@kernel
def take_grids(net, held):  # type: ignore[no-untyped-def]
    """Count as filled what each grid would pay for, as near to who is there as its prices allow."""
    columns = net.quota.shape[1]
    for x in range(len(net.quota)):
        head = x * (columns + 1) + columns
        price, there = held.price[head], held.size[head]
        for s in range(columns):
            node = head - columns + s
            wanted = held.price[node] < net.quota_value[s] + price
            held.counted[node] = net.quota[x, s] if wanted else held.size[node]
            held.lack[node] += held.counted[node]
            there += held.counted[node]
        least, most = np.int64(0), np.int64(0)
        for tier in range(len(net.value)):
            if net.value[tier] > price:
                least = net.up_to[x, tier]
            if net.value[tier] >= price:
                most = net.up_to[x, tier]
        held.counted[head] = min(max(there, least), most)
        held.lack[head] += held.counted[head] - (there - held.size[head])


def is_sound(net: Net, held: Held) -> bool:
    """Whether who stands where is a placement that breaks no rule, if not yet the best."""
    g, columns = net.quota.shape
    size = held.size.reshape(g, columns + 1)
    too_many = (size[:, :columns] > net.quota).any() or (size.sum(axis=1) > net.up_to[:, -1]).any()
    unpinned = (held.node < 0) & (net.stay < 0)
    return not (too_many or unpinned.any())
