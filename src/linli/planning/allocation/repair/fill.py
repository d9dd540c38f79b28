"""Filling a hole, a node that counts one person more than it has.

The search goes outwards from the hole for whoever is cheapest to send, however long the chain of people who move up.
"""

import numpy as np

from linli.planning.allocation.repair.labels import (
    BEGIN,
    FILL_ROLE,
    GIVE_UP_HEAD,
    GIVE_UP_ROLE,
    HEAP,
    SINK,
    TOUCHED,
    clear,
    nearest,
    offer,
)
from linli.planning.allocation.repair.net import FALLEN, FAR, RISEN, SCALE, cost_of, cost_of_none, value_of_head
from linli.planning.allocation.repair.ways import HORIZON, WIDER, able, closed, go
from linli.planning.frame import kernel


@kernel
def _who_could_come(arcs, people, demand, seen, label, limit, best, how, metres):  # type: ignore[no-untyped-def]
    """Note everybody within reach who could come to a node from elsewhere; the cheapest who stands nowhere."""
    nodes, columns = len(demand.worth), demand.quota.shape[1] + 1
    node, layer = label % nodes, label // nodes
    grid = node // columns
    base = seen.cost[label] - demand.worth[node]
    onward = layer + 1 if limit >= 0 else 0
    for k in range(arcs.node_start[node], arcs.node_start[node + 1]):
        person = arcs.vol[k]
        walk = np.int64(arcs.node_metres[k])
        if base + walk * SCALE + arcs.price[person - arcs.first] - demand.drift[FALLEN] >= best:
            break  # those who follow are dearer still
        if not people.here[person]:
            continue
        at = people.node[person]
        cost = base + cost_of(people, person, grid, walk)
        if at < 0:
            cost -= cost_of_none(people, person)
            if cost < best:
                best, how, metres = cost, np.int64(person), walk
        elif at // columns != grid and layer != limit:
            cost += demand.worth[at] - people.walk[person]
            free = not people.stays[person] and not (limit >= 0 and people.moved[person])
            if cost < best and free and not closed(seen, at, onward, nodes):
                offer(seen, onward * nodes + at, cost, label, np.int64(person), walk)
    return best, how, metres


@kernel
def _who_could_change_role(people, demand, seen, label, best):  # type: ignore[no-untyped-def]
    """Note those of the same grid who could stand at this node instead."""
    nodes, columns = len(demand.worth), demand.quota.shape[1] + 1
    node, layer = label % nodes, label // nodes
    grid, column = node // columns, node % columns
    for other in range(grid * columns, (grid + 1) * columns):
        if other == node or closed(seen, other, layer, nodes):
            continue
        cost = seen.cost[label] + demand.worth[other] - demand.worth[node]
        person = people.first[other]
        while person >= 0 and cost < best:
            if able(people, person, column, columns):
                metres = people.walk[person] // SCALE
                offer(seen, layer * nodes + other, cost, label, np.int64(person), metres)
                break
            person = people.after[person]


@kernel
def _recount_towards(demand, seen, label):  # type: ignore[no-untyped-def]
    """Note the other nodes of a grid from which a hole could be filled by counting quota places otherwise."""
    nodes, columns = len(demand.worth), demand.quota.shape[1] + 1
    node, first = label % nodes, label // nodes * nodes
    grid, column = node // columns, node % columns
    head = grid * columns + columns - 1
    cost = seen.cost[label]
    if node != head:
        if demand.role_out[grid, column] > 0 and not seen.done[first + head]:
            over = demand.quota_value[column] + demand.worth[head] - demand.worth[node]
            offer(seen, first + head, cost + over, label, np.int64(GIVE_UP_ROLE), np.int64(0))
        return
    for role in range(columns - 1):
        other = grid * columns + role
        if demand.role_out[grid, role] < demand.quota[grid, role] and not seen.done[first + other]:
            over = demand.worth[other] - demand.worth[head] - demand.quota_value[role]
            offer(seen, first + other, cost + over, label, np.int64(FILL_ROLE), np.int64(0))


@kernel
def find_for(base, new, people, demand, seen, hole, limit):  # type: ignore[no-untyped-def]
    """The cheapest way to fill a hole: its reduced cost, and the label, person or count at its far end.

    What is near is looked through first: most ways cost some metres, and all who are farther need not be noted.
    """
    horizon = HORIZON
    while True:
        best, end, link, how, metres = _find_within(base, new, people, demand, seen, hole, limit, horizon)
        if how != BEGIN or end != SINK:
            return best, end, link, how, metres
        if horizon > FAR // WIDER:
            return FAR, end, link, how, metres
        clear(seen)
        horizon *= WIDER


@kernel
def _find_within(base, new, people, demand, seen, hole, limit, horizon):  # type: ignore[no-untyped-def]
    """The same if it costs less than the horizon."""
    nodes, columns = len(demand.worth), demand.quota.shape[1] + 1
    best, end, link, how, metres = horizon, SINK, hole, np.int64(BEGIN), np.int64(0)
    offer(seen, hole, np.int64(0), hole, np.int64(BEGIN), np.int64(0))
    while seen.size[HEAP]:
        label = nearest(seen)
        node, cost = label % nodes, seen.cost[label]
        if cost >= best:
            break
        if demand.lack[node] < 0:
            best, end = cost, label
            break
        was = best
        best, who, far = _who_could_come(base, people, demand, seen, label, limit, best, how, metres)
        best, who, far = _who_could_come(new, people, demand, seen, label, limit, best, who, far)
        if best < was:
            link, how, metres = label, who, far
        _who_could_change_role(people, demand, seen, label, best)
        _recount_towards(demand, seen, label)
        grid = node // columns
        if node % columns == columns - 1 and demand.out[grid] > 0:
            last = value_of_head(demand.room, demand.value, grid, demand.out[grid] - 1)
            if cost + last - demand.worth[node] < best:
                best, link, how = cost + last - demand.worth[node], label, np.int64(GIVE_UP_HEAD)
    return best, end, link, how, metres


@kernel
def fill(base, new, people, demand, seen, hole, limit):  # type: ignore[no-untyped-def]
    """Fill one hole in the cheapest way. Returns what that changes in the objective, scaled."""
    nodes, columns = len(demand.worth), demand.quota.shape[1] + 1
    best, end, label, how, metres = find_for(base, new, people, demand, seen, hole, limit)
    if best == FAR:
        clear(seen)
        return FAR
    cost = best + demand.worth[hole] - (demand.worth[end % nodes] if end != SINK else np.int64(0))
    if limit < 0:
        for k in range(seen.size[TOUCHED]):
            node = seen.touched[k]
            if seen.cost[node] < best:
                demand.worth[node] += best - seen.cost[node]
        demand.drift[RISEN] += best
    if end != SINK:
        label = end
        demand.lack[end % nodes] += 1
    elif how == GIVE_UP_HEAD:
        demand.out[label % nodes // columns] -= 1
    else:
        go(people, seen, how, label % nodes, columns, metres)
    while label != hole:
        node, link, how = label % nodes, seen.link[label], seen.how[label]
        if how == FILL_ROLE:
            demand.role_out[node // columns, node % columns] += 1
        elif how == GIVE_UP_ROLE:
            demand.role_out[link % nodes // columns, link % nodes % columns] -= 1
        else:
            go(people, seen, how, link % nodes, columns, seen.metres[label])
        label = link
    demand.lack[hole] -= 1
    clear(seen)
    return cost


@kernel
def cost_for(base, new, people, demand, seen, hole, limit):  # type: ignore[no-untyped-def]
    """What filling a hole in the cheapest way would change in the objective, scaled; nothing is changed."""
    best, end, _, _, _ = find_for(base, new, people, demand, seen, hole, limit)
    clear(seen)
    if best == FAR:
        return best
    return best + demand.worth[hole] - (demand.worth[end % len(demand.worth)] if end != SINK else np.int64(0))
