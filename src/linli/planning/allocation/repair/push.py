"""Placing a person too many: who stands nowhere yet, or one of a node that holds more than it counts."""

import numpy as np

from linli.planning.allocation.repair.labels import (
    BEGIN,
    COUNT_HEAD,
    FILL_ROLE,
    GIVE_UP_ROLE,
    HEAP,
    SINK,
    TOUCHED,
    clear,
    nearest,
    offer,
)
from linli.planning.allocation.repair.net import (
    FALLEN,
    FAR,
    NO_ROOM,
    RISEN,
    SCALE,
    cost_of,
    cost_of_none,
    value_of_head,
)
from linli.planning.allocation.repair.ways import HORIZON, WIDER, able, closed, go
from linli.planning.frame import kernel


@kernel
def _where_they_could_go(arcs, people, demand, seen, person, base, link, onward, best):  # type: ignore[no-untyped-def]
    """Note every node that somebody could go to, from `base`, the cost of having them free to go."""
    nodes, columns = len(demand.worth), demand.quota.shape[1] + 1
    home = people.node[person] // columns if people.node[person] >= 0 else -1
    row = person - arcs.first
    for k in range(arcs.start[row], arcs.start[row + 1]):
        grid = arcs.grid[k]
        walk = np.int64(arcs.metres[k])
        worth = NO_ROOM
        for column in range(columns):
            if able(people, person, column, columns):
                worth = max(worth, arcs.worth[grid * columns + column])
        if base + walk * SCALE - worth - demand.drift[RISEN] >= best:
            break  # where they could go otherwise they are worth less still
        layer = link // nodes if grid == home else onward
        cost = base + cost_of(people, person, grid, walk)
        for column in range(columns):
            node = grid * columns + column
            if column < columns - 1 and demand.quota[grid, column] == 0:
                continue
            over = cost - demand.worth[node]
            if over < best and not closed(seen, node, layer, nodes) and able(people, person, column, columns):
                offer(seen, layer * nodes + node, over, link, np.int64(person), walk)


@kernel
def best_worth(arcs, people, demand, person):  # type: ignore[no-untyped-def]
    """What somebody who stands nowhere is worth."""
    columns = demand.quota.shape[1] + 1
    best = -cost_of_none(people, person)
    row = person - arcs.first
    for k in range(arcs.start[row], arcs.start[row + 1]):
        grid = arcs.grid[k]
        cost = cost_of(people, person, grid, np.int64(arcs.metres[k]))
        for column in range(columns):
            if column == columns - 1 or (demand.quota[grid, column] > 0 and able(people, person, column, columns)):
                best = max(best, demand.worth[grid * columns + column] - cost)
    return best


@kernel
def _those_here(base, new, people, demand, seen, label, limit, best, link, how):  # type: ignore[no-untyped-def]
    """Note where those who stand at a node could go instead, nowhere included."""
    nodes, columns = len(demand.worth), demand.quota.shape[1] + 1
    node, layer = label % nodes, label // nodes
    onward = 0 if limit < 0 else layer + 1 if layer < limit else -1
    grid = node // columns
    who = people.first[node]
    while who >= 0:
        free = seen.cost[label] + demand.worth[node] - people.walk[who]
        if people.stays[who] or onward < 0 or (limit >= 0 and people.moved[who]):
            for other in range(grid * columns, (grid + 1) * columns):
                over = seen.cost[label] + demand.worth[node] - demand.worth[other]
                role = other % columns
                wanted = role == columns - 1 or demand.quota[grid, role] > 0
                wanted = wanted and over < best and able(people, who, role, columns)
                if wanted and not closed(seen, other, layer, nodes):
                    metres = people.walk[who] // SCALE
                    offer(seen, layer * nodes + other, over, label, np.int64(who), metres)
        else:
            if free + cost_of_none(people, who) < best:
                best, link, how = free + cost_of_none(people, who), label, np.int64(who)
            if who < new.first:
                _where_they_could_go(base, people, demand, seen, who, free, label, onward, best)
            else:
                _where_they_could_go(new, people, demand, seen, who, free, label, onward, best)
        who = people.after[who]
    return best, link, how


@kernel
def _recount_onwards(demand, seen, label, best, link, how):  # type: ignore[no-untyped-def]
    """Note the other nodes of a grid to which a person too many could be counted, and the next head."""
    nodes, columns = len(demand.worth), demand.quota.shape[1] + 1
    node, first = label % nodes, label // nodes * nodes
    grid, column = node // columns, node % columns
    head = grid * columns + columns - 1
    cost = seen.cost[label]
    if node != head:
        if demand.role_out[grid, column] < demand.quota[grid, column] and not seen.done[first + head]:
            over = demand.worth[node] - demand.worth[head] - demand.quota_value[column]
            offer(seen, first + head, cost + over, label, np.int64(FILL_ROLE), np.int64(0))
        return best, link, how
    worth = value_of_head(demand.room, demand.value, grid, demand.out[grid])
    if worth > NO_ROOM and cost + demand.worth[head] - worth < best:
        best, link, how = cost + demand.worth[head] - worth, label, np.int64(COUNT_HEAD)
    for role in range(columns - 1):
        other = grid * columns + role
        if demand.role_out[grid, role] > 0 and not seen.done[first + other]:
            over = demand.quota_value[role] + demand.worth[head] - demand.worth[other]
            offer(seen, first + other, cost + over, label, np.int64(GIVE_UP_ROLE), np.int64(0))
    return best, link, how


@kernel
def _push_within(base, new, people, demand, seen, person, worth, crowded, limit, horizon):  # type: ignore[no-untyped-def]
    """The cheapest way for one person too many, if it costs less than the horizon: cost and far end."""
    nodes = len(demand.worth)
    best, end, link, how = horizon, SINK, crowded, np.int64(BEGIN)
    if person >= 0:
        if worth + cost_of_none(people, person) <= horizon:
            best, how = worth + cost_of_none(people, person), np.int64(person)
        arcs = base if person < new.first else new
        _where_they_could_go(arcs, people, demand, seen, person, worth, SINK, 0, best)
    else:
        offer(seen, crowded, np.int64(0), SINK, np.int64(BEGIN), np.int64(0))
    while seen.size[HEAP]:
        label = nearest(seen)
        if seen.cost[label] >= best:
            break
        if demand.lack[label % nodes] > 0:
            best, end = seen.cost[label], label
            break
        best, link, how = _those_here(base, new, people, demand, seen, label, limit, best, link, how)
        best, link, how = _recount_onwards(demand, seen, label, best, link, how)
    return best, end, link, how


@kernel
def push(base, new, people, demand, seen, person, crowded, limit):  # type: ignore[no-untyped-def]
    """Find a place for a person who stands nowhere, or (person -1) for one of a node that has too many.

    Returns what that changes in the objective, scaled.
    """
    nodes, horizon = len(demand.worth), HORIZON
    if person >= 0:
        worth = best_worth(base if person < new.first else new, people, demand, person)
    else:
        worth = demand.worth[crowded]
    while True:
        best, end, link, how = _push_within(base, new, people, demand, seen, person, worth, crowded, limit, horizon)
        if how != BEGIN or end != SINK:
            break
        clear(seen)
        if horizon > FAR // WIDER:
            return FAR
        horizon *= WIDER
    cost = best - worth + (demand.worth[end % nodes] if end != SINK else np.int64(0))
    if limit < 0:
        for k in range(seen.size[TOUCHED]):
            node = seen.touched[k]
            if seen.cost[node] < best:
                demand.worth[node] -= best - seen.cost[node]
        demand.drift[FALLEN] += best
    _carry(people, demand, seen, person, crowded, end, link, how)
    clear(seen)
    return cost


@kernel
def _carry(people, demand, seen, person, crowded, end, link, how):  # type: ignore[no-untyped-def]
    """Everybody on the way found goes one node on."""
    nodes, columns = len(demand.worth), demand.quota.shape[1] + 1
    label = end
    if end != SINK:
        demand.lack[end % nodes] -= 1
    elif how == person:
        return  # nothing is better than standing nowhere
    else:
        label = link
        if how == COUNT_HEAD:
            demand.out[label % nodes // columns] += 1
        else:
            go(people, seen, how, -1, columns, np.int64(0))
    while label >= 0 and label != crowded:
        before, way, node = seen.link[label], seen.how[label], label % nodes
        if way == FILL_ROLE:
            demand.role_out[before % nodes // columns, before % nodes % columns] += 1
        elif way == GIVE_UP_ROLE:
            demand.role_out[node // columns, node % columns] -= 1
        else:
            go(people, seen, way, node, columns, seen.metres[label])
        label = before
    if crowded >= 0:
        demand.lack[crowded] += 1
