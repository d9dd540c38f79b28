"""People bid for places while prices fall: a placement near the best, quickly.

Prices start above what they will be. Everybody takes the place that gains them most, and says at which price they
would leave it: at their second best, less the step. Where a grid has more people than it would pay, the price of its
heads falls to the first at which somebody leaves, or at which the grid would rather pay than lose a head; so with its
quota columns. Prices only fall, at least by the step for each who is sent away, so it ends; then nobody gains more
than a step elsewhere. Rounds with ever smaller steps begin at the prices of the last round, raised by some of its
steps. A place whose price should have begun higher stays empty: a lack, which `paths` makes good.
"""

from typing import NamedTuple

import numpy as np

from linli.planning.allocation.solver.net import NOTHING, NOWHERE, Held, Net, spread, spread_all, value_of_head
from linli.planning.frame import kernel

SHRINK = 4
"""The step of a round is that of the last divided by this."""

LEAST_RAISE, MOST_RAISE = 2, 5
"""How many steps of the last round the prices are raised by: more after a round that left a grid short."""


class Room(NamedTuple):
    """What only the auction needs.

    Attributes:
        leaves_at: i8[...], as `Held.people`: the price at which each leaves; a heap for each node, the highest first.
        heads: i8[g], people in each grid. waiting: i4[n], a stack; waits: i8[1], how many wait.
    """

    leaves_at: np.ndarray
    heads: np.ndarray
    waiting: np.ndarray
    waits: np.ndarray


def room_of(held: Held, n_grids: int) -> Room:
    """Room for an auction."""
    n = len(held.node)
    return Room(
        leaves_at=np.zeros(len(held.people), np.int64),
        heads=np.zeros(n_grids, np.int64),
        waiting=np.zeros(n, np.int32),
        waits=np.zeros(1, np.int64),
    )


def first_step(net: Net) -> int:
    """The step to begin with: a quarter of the dearest place."""
    return max(1, int(net.value.max(initial=0) + net.quota_value.max(initial=0)) // SHRINK)


def begin(net: Net, held: Held, room: Room, raised: int | None) -> None:
    """Begin a round with everybody waiting: at the highest prices (None), or at those of the last round, raised."""
    g, columns = net.quota.shape
    price = held.price.reshape(g, columns + 1)
    dearest = net.value.max(initial=0)
    if raised is None:
        price[:, columns] = dearest
        price[:, :columns] = dearest + net.quota_value
    else:
        empty = held.size.reshape(g, columns + 1)[:, :columns] < net.quota
        price[:, columns] = np.minimum(price[:, columns] + raised, dearest)
        price[:, :columns] += np.where(empty, 6 * raised, raised)
        np.minimum(price[:, :columns], price[:, columns:] + net.quota_value, out=price[:, :columns])
    spread_all(net, held)
    held.size[:] = 0
    held.node[:] = NOWHERE
    room.heads[:] = 0
    room.waiting[:] = np.arange(len(held.node))
    room.waits[0] = len(held.node)


@kernel
def bid(net, held, room, step, limit):  # type: ignore[no-untyped-def]
    """Let those who wait take places, until nobody waits or so many arcs are looked at. Returns how many were."""
    columns, looked = net.quota.shape[1], 0
    while room.waits[0] > 0 and looked < limit:
        room.waits[0] -= 1
        i = room.waiting[room.waits[0]]
        looked += net.start[i + 1] - net.start[i] + 1
        node, leaves_at, metres = _choose(net, held, i, step)
        if node < 0:
            continue
        x = node // (columns + 1)
        held.walk[i] = metres
        _enter(held, room, i, node, leaves_at, x)
        fell = False
        if node - x * (columns + 1) < columns and held.size[node] > net.quota[x, node - x * (columns + 1)]:
            held.price[node] = min(held.price[node], room.leaves_at[held.first[node]])
            _send_away(held, room, node, x)
            fell = True
        if held.price[x * (columns + 1) + columns] > value_of_head(net, x, room.heads[x]):
            _lower(net, held, room, x)
            fell = True
        if fell:
            spread(net, held, x)
    return looked


@kernel
def _choose(net, held, i, step):  # type: ignore[no-untyped-def]
    """The node that gains person i most (-1: none), the price at which they would leave it, the walk."""
    classes, c, columns = len(net.mask), net.class_of[i], net.quota.shape[1]
    best, second, arc = net.stay[i], np.int64(2 * NOTHING), -1
    for a in range(net.start[i], net.start[i + 1]):
        gain = held.worth[net.grid[a] * classes + c] - net.metres[a]
        if gain > second:
            if gain > best:
                best, second, arc = gain, best, a
            else:
                second = gain
    if arc < 0:
        return -1, np.int64(0), np.int64(0)
    x, metres = net.grid[arc], np.int64(net.metres[arc])
    first = x * (columns + 1)
    node, dearest, next_dearest = first + columns, held.price[first + columns], np.int64(2 * NOTHING)
    for s in range(columns):
        if (net.mask[c] >> s) & 1 and net.quota[x, s] > 0:
            price = held.price[first + s]
            if price > dearest:
                node, dearest, next_dearest = first + s, price, dearest
            elif price > next_dearest:
                next_dearest = price
    return node, max(metres + second, next_dearest) - step, metres


@kernel
def _lower(net, held, room, x):  # type: ignore[no-untyped-def]
    """Let the price of grid x's heads fall until it would pay for all it has, or somebody leaves."""
    columns = net.quota.shape[1]
    first = x * (columns + 1)
    head = first + columns
    level, leaving = value_of_head(net, x, room.heads[x]), -1
    for c in range(columns + 1):
        if held.size[first + c] > 0:
            leaves = room.leaves_at[held.first[first + c]]
            if c < columns:
                leaves -= net.quota_value[c]
            if leaves > level:
                level, leaving = leaves, c
    held.price[head] = min(held.price[head], level)
    for s in range(columns):
        held.price[first + s] = min(held.price[first + s], held.price[head] + net.quota_value[s])
    if leaving >= 0:
        _send_away(held, room, first + leaving, x)
        if leaving < columns:  # the column has room now: it pays all that the next is worth to it
            held.price[first + leaving] = held.price[head] + net.quota_value[leaving]


@kernel
def _enter(held, room, i, node, leaves_at, x):  # type: ignore[no-untyped-def]
    base, k = held.first[node], held.size[node]
    while k > 0:
        above = (k - 1) >> 1
        if room.leaves_at[base + above] >= leaves_at:
            break
        room.leaves_at[base + k] = room.leaves_at[base + above]
        held.people[base + k] = held.people[base + above]
        k = above
    room.leaves_at[base + k] = leaves_at
    held.people[base + k] = i
    held.size[node] += 1
    held.node[i] = node
    room.heads[x] += 1


@kernel
def _send_away(held, room, node, x):  # type: ignore[no-untyped-def]
    """Whoever leaves this node first waits again."""
    base = held.first[node]
    gone = held.people[base]
    held.size[node] -= 1
    room.heads[x] -= 1
    size = held.size[node]
    moved, leaves_at = held.people[base + size], room.leaves_at[base + size]
    k = 0
    while 2 * k + 1 < size:
        below = 2 * k + 1
        if below + 1 < size and room.leaves_at[base + below + 1] > room.leaves_at[base + below]:
            below += 1
        if room.leaves_at[base + below] <= leaves_at:
            break
        room.leaves_at[base + k] = room.leaves_at[base + below]
        held.people[base + k] = held.people[base + below]
        k = below
    room.leaves_at[base + k] = leaves_at
    held.people[base + k] = moved
    held.node[gone] = NOWHERE
    room.waiting[room.waits[0]] = gone
    room.waits[0] += 1


@kernel
def short_grids(net, held, room):  # type: ignore[no-untyped-def]
    """In how many grids a head is worth more than its price, though nobody has come."""
    columns, found = net.quota.shape[1], 0
    for x in range(len(net.quota)):
        price = held.price[x * (columns + 1) + columns]
        found += value_of_head(net, x, room.heads[x] + 1) > max(price, 0)
    return found
