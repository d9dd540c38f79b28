"""Bring people and counts back to what the prices say, where a change or a calm repair has left them otherwise."""

import numpy as np

from linli.planning.allocation.repair.net import SCALE, cost_of, stand_at, value_of_head
from linli.planning.allocation.repair.ways import able
from linli.planning.frame import kernel


@kernel
def recount(demand, grid):  # type: ignore[no-untyped-def]
    """Count as filled in one grid what its prices say; the difference to who is there becomes holes and crowds."""
    roles = demand.quota.shape[1]
    head = grid * (roles + 1) + roles
    for role in range(roles):
        node = grid * (roles + 1) + role
        gain = demand.quota_value[role] + demand.worth[head] - demand.worth[node]
        old, most = demand.role_out[grid, role], demand.quota[grid, role]
        new = most if gain > 0 else np.int64(0) if gain < 0 else min(old, most)
        demand.role_out[grid, role] = new
        demand.lack[node] += new - old
        demand.lack[head] -= new - old
    sure, possible = np.int64(0), np.int64(0)
    for tier in range(len(demand.value)):
        if demand.value[tier] > demand.worth[head]:
            sure += demand.room[grid, tier]
        if demand.value[tier] >= demand.worth[head]:
            possible += demand.room[grid, tier]
    old = demand.out[grid]
    new = min(max(old, sure), possible)
    demand.out[grid] = new
    demand.lack[head] += new - old


@kernel
def count_one_more(demand, grid, column):  # type: ignore[no-untyped-def]
    """Count one place more in a grid, where it wants one that is worth its price: a hole. False where it does not.

    A head is wanted up to what the grid wants; a quota place as long as it holds one more.
    """
    roles = demand.quota.shape[1]
    node, head = grid * (roles + 1) + column, grid * (roles + 1) + roles
    out = demand.out[grid]
    if value_of_head(demand.room, demand.value, grid, out) < demand.worth[head]:
        return False
    if column < roles:
        gain = demand.quota_value[column] + demand.worth[head] - demand.worth[node]
        if demand.role_out[grid, column] >= demand.quota[grid, column] or gain < 0:
            return False
        demand.role_out[grid, column] += 1
    elif out >= demand.room[grid, : len(demand.value) - 1].sum():
        return False
    demand.out[grid] = out + 1
    demand.lack[node] += 1
    return True


@kernel
def unsettled(arcs, people, demand, who):  # type: ignore[no-untyped-def]
    """Mark everybody who has something better to do than where they stand, or than standing nowhere."""
    columns = demand.quota.shape[1] + 1
    for row in range(len(arcs.start) - 1):
        person = row + arcs.first
        if not people.here[person] or people.stays[person]:
            continue
        node = people.node[person]
        worth = np.int64(0) if node < 0 else demand.worth[node] - people.walk[person]
        better = worth < 0
        for k in range(arcs.start[row], arcs.start[row + 1]):
            grid = arcs.grid[k]
            cost = cost_of(people, person, grid, np.int64(arcs.metres[k]))
            for column in range(columns):
                if column < columns - 1 and demand.quota[grid, column] == 0:
                    continue
                if demand.worth[grid * columns + column] - cost > worth and able(people, person, column, columns):
                    better = True
        who[person] = better


@kernel
def misplaced_pins(people, demand, who):  # type: ignore[no-untyped-def]
    """Mark those who stay in their grid but are worth more there in another role."""
    columns = demand.quota.shape[1] + 1
    for person in range(len(people.node)):
        node = people.node[person]
        if not people.stays[person] or not people.here[person] or node < 0:
            continue
        for column in range(columns):
            other = node // columns * columns + column
            wanted = column == columns - 1 or demand.quota[node // columns, column] > 0
            if wanted and demand.worth[other] > demand.worth[node] and able(people, person, column, columns):
                who[person] = True


@kernel
def take_out(people, demand, person):  # type: ignore[no-untyped-def]
    """A person stands nowhere; where they stood lacks one."""
    node = people.node[person]
    if node >= 0:
        demand.lack[node] += 1
        stand_at(people, person, -1)
        if not people.stays[person]:
            people.walk[person] = 0


@kernel
def put_back(people, demand, person, grid):  # type: ignore[no-untyped-def]
    """A person who must stay in a grid stands where they are worth most there."""
    columns = demand.quota.shape[1] + 1
    best = grid * columns + columns - 1
    for column in range(columns - 1):
        node = grid * columns + column
        wanted = demand.quota[grid, column] > 0 and able(people, person, column, columns)
        if wanted and demand.worth[node] > demand.worth[best]:
            best = node
    stand_at(people, person, best)
    demand.lack[best] -= 1


@kernel
def rest(people, demand, columns):  # type: ignore[no-untyped-def]
    """Everybody is at home where they stand, and prices are whole metres again."""
    for person in range(len(people.node)):
        node = people.node[person]
        people.home[person] = node // columns if node >= 0 else -1
        people.walk[person] = people.walk[person] // SCALE * SCALE
        people.moved[person] = False
    for node in range(len(demand.worth)):
        demand.worth[node] = (demand.worth[node] + SCALE // 2) // SCALE * SCALE


@kernel
def prices_of(start, arc_grid, arc_metres, mask, demand):  # type: ignore[no-untyped-def]
    """i8[m]: what those who come would be worth; whole metres."""
    columns = demand.quota.shape[1] + 1
    price = np.zeros(len(start) - 1, np.int64)
    for person in range(len(price)):
        for k in range(start[person], start[person + 1]):
            grid = arc_grid[k]
            for column in range(columns):
                wanted = column == columns - 1 or (demand.quota[grid, column] > 0 and (mask[person] >> column) & 1)
                if wanted:
                    worth = demand.worth[grid * columns + column] // SCALE - arc_metres[k]
                    price[person] = max(price[person], worth)
    return price


@kernel
def prices_where_they_stand(people, demand):  # type: ignore[no-untyped-def]
    """i8[n]: what everybody is worth where the placement is optimal; whole metres."""
    price = np.zeros(len(people.node), np.int64)
    for person in range(len(price)):
        node = people.node[person]
        if node >= 0:
            price[person] = (demand.worth[node] - people.walk[person]) // SCALE
    return price


@kernel
def objective(people, demand):  # type: ignore[no-untyped-def]
    """Metres walked less the value filled, from who stands where."""
    total = np.int64(0)
    for person in range(len(people.node)):
        if people.node[person] >= 0:
            total += people.walk[person] // SCALE
    for grid in range(len(demand.out)):
        left = demand.out[grid]
        for tier in range(len(demand.value)):
            here = min(left, demand.room[grid, tier])
            total -= here * (demand.value[tier] // SCALE)
            left -= here
        for role in range(demand.quota.shape[1]):
            total -= demand.role_out[grid, role] * (demand.quota_value[role] // SCALE)
    return total
