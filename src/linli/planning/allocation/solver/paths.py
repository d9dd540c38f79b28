"""One cheapest path for each person or place that is not right yet: the best placement, exactly.

Whoever has no place goes to one, whoever stands there moves on, and so on, until somebody comes where one lacks, where
a grid would pay for one more, or stays at home; a place that lacks one is filled backwards in the same way. The cost
of a path is what it loses at the prices, never less than nothing, and the search (Dijkstra's) goes from node to node.
Then the prices of the nodes that are nearer than the end move by the difference, which keeps all others right.
"""

from typing import NamedTuple

import numpy as np

from linli.planning.allocation.solver.net import NOTHING, best_gain, spread, value_of_head
from linli.planning.allocation.solver.stock import seat, unseat
from linli.planning.frame import kernel

FAR = 1 << 60
NOBODY = -1
LACK, HEAD, HOME = 0, 1, 2
"""How a path ends: where one lacks; at one head more or less; with somebody who stays, or comes from, home."""

RUNNING, STAMP, QUEUED, SEEN, END, NODE, PERSON, METRES, FROM, WHO = range(10)
"""Entries of `Paths.now`; the last two say where the path begins: at a node, or with a person."""


class Paths(NamedTuple):
    """A search, in arrays that are used again; it can be left and taken up.

    Attributes:
        cost: i8[v], of the cheapest path found to each node that bears this search's stamp i8[v].
        via: i4[v], the node before; mover: i4[v], who moves from there, or nobody; metres: i8[v], the walk.
        queue: i4[v], nodes to look at, a heap; place: i4[v], where in it each is. seen: i4[v], those looked at.
        best: i8[1], cost of the cheapest end. now: i8[10].
    """

    cost: np.ndarray
    stamp: np.ndarray
    via: np.ndarray
    mover: np.ndarray
    metres: np.ndarray
    queue: np.ndarray
    place: np.ndarray
    seen: np.ndarray
    best: np.ndarray
    now: np.ndarray


def paths_of(nodes: int) -> Paths:
    """Room for searches over so many nodes."""
    return Paths(
        cost=np.zeros(nodes, np.int64),
        stamp=np.zeros(nodes, np.int64),
        via=np.zeros(nodes, np.int32),
        mover=np.zeros(nodes, np.int32),
        metres=np.zeros(nodes, np.int64),
        queue=np.zeros(nodes, np.int32),
        place=np.zeros(nodes, np.int32),
        seen=np.zeros(nodes, np.int32),
        best=np.zeros(1, np.int64),
        now=np.zeros(10, np.int64),
    )


@kernel
def reach(paths, node, cost, via, mover, metres):  # type: ignore[no-untyped-def]
    """A path to a node: kept where it is cheaper than the last."""
    now = paths.now
    if paths.stamp[node] != now[STAMP]:
        paths.stamp[node] = now[STAMP]
        k = now[QUEUED]
        now[QUEUED] += 1
    elif cost < paths.cost[node]:
        k = paths.place[node]
    else:
        return
    paths.cost[node], paths.via[node], paths.mover[node], paths.metres[node] = cost, via, mover, metres
    while k > 0:
        above = (k - 1) >> 1
        other = paths.queue[above]
        if paths.cost[other] <= cost:
            break
        paths.queue[k] = other
        paths.place[other] = k
        k = above
    paths.queue[k] = node
    paths.place[node] = k


@kernel
def nearest(paths):  # type: ignore[no-untyped-def]
    """Take the node with the cheapest path from the queue."""
    now = paths.now
    found = paths.queue[0]
    now[QUEUED] -= 1
    size = now[QUEUED]
    node = paths.queue[size]
    cost, k = paths.cost[node], 0
    while 2 * k + 1 < size:
        below = 2 * k + 1
        if below + 1 < size and paths.cost[paths.queue[below + 1]] < paths.cost[paths.queue[below]]:
            below += 1
        other = paths.queue[below]
        if paths.cost[other] >= cost:
            break
        paths.queue[k] = other
        paths.place[other] = k
        k = below
    if size > 0:
        paths.queue[k] = node
        paths.place[node] = k
    paths.seen[now[SEEN]] = found
    now[SEEN] += 1
    return found


@kernel
def _end(paths, cost, how, node, person):  # type: ignore[no-untyped-def]
    """An end of a path: kept where it is the cheapest."""
    if cost < paths.best[0]:
        paths.best[0] = cost
        paths.now[END], paths.now[NODE], paths.now[PERSON] = how, node, person


@kernel
def _open(net, held, paths, node, person):  # type: ignore[no-untyped-def]
    """Begin a search at a node, or (node -1) with a person who stands nowhere. Returns how many arcs were looked at."""
    now = paths.now
    now[STAMP] += 1
    now[RUNNING], now[QUEUED], now[SEEN], now[FROM], now[WHO] = 1, 0, 0, node, person
    paths.best[0] = FAR
    if node >= 0:
        reach(paths, node, np.int64(0), np.int32(-1), np.int32(NOBODY), np.int64(0))
        return 0
    held.gain[person] = best_gain(net, held, person)
    _end(paths, held.gain[person] - net.stay[person], HOME, -1, person)
    _try_places(net, held, paths, np.int64(0), person, np.int32(-1))
    return 2 * (net.start[person + 1] - net.start[person])


@kernel
def _try_places(net, held, paths, cost, i, via):  # type: ignore[no-untyped-def]
    """Paths that go on with person i, who leaves node `via`, to every place they could take."""
    columns, classes, c = net.quota.shape[1], len(net.mask), net.class_of[i]
    over = cost + held.gain[i]
    for a in range(net.start[i], net.start[i + 1]):
        metres = np.int64(net.metres[a])
        if over - held.worth[net.grid[a] * classes + c] + metres >= paths.best[0]:
            continue
        x = np.int64(net.grid[a])
        for s in range(columns + 1):
            if s == columns or ((net.mask[c] >> s) & 1 and net.quota[x, s] > 0):
                node = x * (columns + 1) + s
                there = over - held.price[node] + metres
                if there < paths.best[0]:
                    reach(paths, node, there, via, i, metres)
                    if held.lack[node] > 0:
                        _end(paths, there, LACK, node, NOBODY)


@kernel
def _forward(net, held, paths, limit):  # type: ignore[no-untyped-def]
    """Go on with a search from somebody, or a node, too many. Returns how many arcs were looked at."""
    columns, now, looked = net.quota.shape[1], paths.now, 0
    while now[QUEUED] > 0 and looked < limit:
        if paths.cost[paths.queue[0]] >= paths.best[0]:
            break
        node = nearest(paths)
        cost, x = paths.cost[node], np.int64(node // (columns + 1))
        head = x * (columns + 1) + columns
        if held.lack[node] > 0:
            _end(paths, cost, LACK, node, NOBODY)
        if node == head:
            more = value_of_head(net, x, held.counted[head] + 1)
            if more > NOTHING:
                _end(paths, cost + held.price[head] - more, HEAD, node, NOBODY)
            for s in range(columns):
                column = head - columns + s
                if held.counted[column] > 0:
                    less = net.quota_value[s] + held.price[head] - held.price[column]
                    if cost + less < paths.best[0]:
                        reach(paths, column, cost + less, node, np.int32(NOBODY), np.int64(0))
        elif held.counted[node] < net.quota[x, node - head + columns]:
            more = held.price[node] - net.quota_value[node - head + columns] - held.price[head]
            if cost + more < paths.best[0]:
                reach(paths, head, cost + more, node, np.int32(NOBODY), np.int64(0))
        for k in range(held.first[node], held.first[node] + held.size[node]):
            i = held.people[k]
            _end(paths, cost + held.gain[i] - net.stay[i], HOME, node, i)
            _try_places(net, held, paths, cost, i, node)
            looked += net.start[i + 1] - net.start[i] + 1
    if now[QUEUED] == 0 or paths.cost[paths.queue[0]] >= paths.best[0]:
        _move_prices(net, held, paths, np.int64(-1))
        _move_forward(net, held, paths)
        now[RUNNING] = 0
    return looked


@kernel
def _move_prices(net, held, paths, sign):  # type: ignore[no-untyped-def]
    columns, best = net.quota.shape[1], paths.best[0]
    for k in range(paths.now[SEEN]):
        node = paths.seen[k]
        by = sign * (best - paths.cost[node])
        held.price[node] += by
        for j in range(held.first[node], held.first[node] + held.size[node]):
            held.gain[held.people[j]] += by
    for k in range(paths.now[SEEN]):
        spread(net, held, paths.seen[k] // (columns + 1))


@kernel
def _move_forward(net, held, paths):  # type: ignore[no-untyped-def]
    """Move everybody on the path, its end first."""
    columns, now = net.quota.shape[1], paths.now
    node = now[NODE]
    if now[END] == HEAD:
        held.counted[node] += 1
        held.lack[node] += 1
    elif now[END] == HOME and node >= 0:
        unseat(net, held, now[PERSON])
    elif now[END] == HOME:
        held.gain[now[WHO]] = net.stay[now[WHO]]
    while node >= 0 and node != now[FROM]:
        i, before = paths.mover[node], np.int64(paths.via[node])
        if i >= 0:
            if before >= 0:
                unseat(net, held, i)
            seat(held, i, node, paths.metres[node])
        else:
            _count(held, before, node, columns)
        node = before


@kernel
def _count(held, before, after, columns):  # type: ignore[no-untyped-def]
    """One more goes from a column to the heads of the same grid, or one fewer where the path goes back."""
    by, column = (1, before) if after % (columns + 1) == columns else (-1, after)
    held.counted[column] += by
    held.lack[before] += 1
    held.lack[after] -= 1


@kernel
def _backward(net, held, paths, limit):  # type: ignore[no-untyped-def]
    """Go on with a search for somebody to fill a node. Returns how many arcs were looked at."""
    columns, now, looked = net.quota.shape[1], paths.now, 0
    while now[QUEUED] > 0 and looked < limit:
        if paths.cost[paths.queue[0]] >= paths.best[0]:
            break
        node = nearest(paths)
        cost, x = paths.cost[node], np.int64(node // (columns + 1))
        head = x * (columns + 1) + columns
        if node == head:
            if held.counted[head] > 0:
                fewer = value_of_head(net, x, held.counted[head]) - held.price[head]
                _end(paths, cost + fewer, HEAD, node, NOBODY)
            for s in range(columns):
                column = head - columns + s
                if held.counted[column] < net.quota[x, s]:
                    more = held.price[column] - net.quota_value[s] - held.price[head]
                    if cost + more < paths.best[0]:
                        reach(paths, column, cost + more, node, np.int32(NOBODY), np.int64(0))
        elif held.counted[node] > 0:
            fewer = net.quota_value[node - head + columns] + held.price[head] - held.price[node]
            if cost + fewer < paths.best[0]:
                reach(paths, head, cost + fewer, node, np.int32(NOBODY), np.int64(0))
        _try_people(net, held, paths, cost, node, x)
        looked += net.vol_start[x + 1] - net.vol_start[x] + 1
    if now[QUEUED] == 0 or paths.cost[paths.queue[0]] >= paths.best[0]:
        _move_prices(net, held, paths, np.int64(1))
        _move_backward(net, held, paths)
        now[RUNNING] = 0
    return looked


@kernel
def _try_people(net, held, paths, cost, node, x):  # type: ignore[no-untyped-def]
    """Paths that begin with somebody who could come to this node, from another or from home."""
    columns, now = net.quota.shape[1], paths.now
    column = node % (columns + 1)
    over = cost - held.price[node]
    for a in range(net.vol_start[x], net.vol_start[x + 1]):
        i = net.vol[a]
        there = over + held.gain[i] + net.vol_metres[a]
        if there >= paths.best[0] or (column < columns and not (net.mask[net.class_of[i]] >> column) & 1):
            continue
        if held.node[i] < 0:
            _end(paths, there, HOME, node, i)
            now[METRES] = net.vol_metres[a]
        elif held.node[i] != node:
            reach(paths, held.node[i], there, node, i, np.int64(net.vol_metres[a]))


@kernel
def _move_backward(net, held, paths):  # type: ignore[no-untyped-def]
    """Move everybody on the path, its end first."""
    columns, now = net.quota.shape[1], paths.now
    node = now[NODE]
    if now[END] == HEAD:
        held.counted[node] -= 1
        held.lack[node] -= 1
    else:
        seat(held, now[PERSON], node, now[METRES])
    while node != now[FROM]:
        i, after = paths.mover[node], np.int64(paths.via[node])
        if i >= 0:
            unseat(net, held, i)
            seat(held, i, after, paths.metres[node])
        else:
            _count(held, node, after, columns)
        node = after


@kernel
def place_people(net, held, paths, todo, at, limit):  # type: ignore[no-untyped-def]
    """A path for each person of todo, from at[0] on, until so many arcs are looked at. Returns how many were."""
    looked = 0
    while looked < limit and (paths.now[RUNNING] or at[0] < len(todo)):
        if not paths.now[RUNNING]:
            looked += _open(net, held, paths, np.int64(-1), np.int64(todo[at[0]]))
            at[0] += 1
        looked += _forward(net, held, paths, limit - looked) + 1
    return looked


@kernel
def mend_nodes(net, held, paths, at, sign, limit):  # type: ignore[no-untyped-def]
    """Paths from each node, from at[0] on, with too many (sign -1) or too few (1) people. Returns arcs looked at."""
    looked = 0
    while looked < limit and (paths.now[RUNNING] or at[0] < len(held.lack)):
        if not paths.now[RUNNING]:
            while at[0] < len(held.lack) and sign * held.lack[at[0]] <= 0:
                at[0] += 1
            if at[0] == len(held.lack):
                break
            _open(net, held, paths, at[0], np.int64(NOBODY))
        if sign < 0:
            looked += _forward(net, held, paths, limit - looked) + 1
        else:
            looked += _backward(net, held, paths, limit - looked) + 1
    return looked
