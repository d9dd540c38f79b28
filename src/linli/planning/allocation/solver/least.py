"""The least prices that prove a best placement: what one more person would be worth at each node, exactly.

Prices can fall, all proofs kept, by what it would cost to have one person too many at the node: the cheapest path
from there to a grid that would pay for one more head, or to somebody who stays at home. One search backwards from
all such ends finds it for every node. So the prices do not depend on which of several best placements was found.
"""

import numpy as np

from linli.planning.allocation.solver.net import NOTHING, spread_all, value_of_head
from linli.planning.allocation.solver.paths import NOBODY, QUEUED, RUNNING, SEEN, STAMP, nearest, reach
from linli.planning.frame import kernel


@kernel
def begin(net, held, paths, floor):  # type: ignore[no-untyped-def]
    """Every node with its own end: a head more, somebody who goes home, or the floor, below which no price falls."""
    columns, now = net.quota.shape[1], paths.now
    now[STAMP] += 1
    now[RUNNING], now[QUEUED], now[SEEN] = 1, 0, 0
    for node in range(len(held.price)):
        x = node // (columns + 1)
        column = node - x * (columns + 1)
        if column < columns and net.quota[x, column] == 0:
            continue
        cost = max(np.int64(0), held.price[node] - floor)
        if column == columns:
            more = value_of_head(net, x, held.counted[node] + 1)
            if more > NOTHING:
                cost = min(cost, held.price[node] - more)
        for k in range(held.first[node], held.first[node] + held.size[node]):
            i = held.people[k]
            cost = min(cost, held.gain[i] - net.stay[i])
        reach(paths, np.int32(node), cost, np.int32(-1), np.int32(NOBODY), np.int64(0))


@kernel
def lower(net, held, paths, limit):  # type: ignore[no-untyped-def]
    """Go on with the search; at its end let the prices fall. Returns how many arcs were looked at."""
    columns, now, looked = net.quota.shape[1], paths.now, 0
    while now[QUEUED] > 0 and looked < limit:
        node = nearest(paths)
        cost, x = paths.cost[node], np.int64(node // (columns + 1))
        head = x * (columns + 1) + columns
        column = node - head + columns
        if node == head:
            for s in range(columns):
                if held.counted[head - columns + s] < net.quota[x, s]:
                    more = held.price[head - columns + s] - net.quota_value[s] - held.price[head]
                    reach(paths, np.int32(head - columns + s), cost + more, node, np.int32(NOBODY), np.int64(0))
        elif held.counted[node] > 0:
            fewer = net.quota_value[column] + held.price[head] - held.price[node]
            reach(paths, np.int32(head), cost + fewer, node, np.int32(NOBODY), np.int64(0))
        over = cost - held.price[node]
        for a in range(net.vol_start[x], net.vol_start[x + 1]):
            i = net.vol[a]
            at = held.node[i]
            if at < 0:
                continue
            there = over + held.gain[i] + net.vol_metres[a]
            if there < paths.cost[at] and (column == columns or (net.mask[net.class_of[i]] >> column) & 1):
                reach(paths, at, there, node, i, np.int64(0))
        looked += net.vol_start[x + 1] - net.vol_start[x] + 1
    if now[QUEUED] == 0:
        now[RUNNING] = 0
        for k in range(now[SEEN]):
            node = paths.seen[k]
            held.price[node] -= paths.cost[node]
            for j in range(held.first[node], held.first[node] + held.size[node]):
                held.gain[held.people[j]] -= paths.cost[node]
        spread_all(net, held)
    return looked
