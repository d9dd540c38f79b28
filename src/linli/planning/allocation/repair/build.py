"""The arrays of a state, from a problem, its plan and the prices that prove it."""

import numpy as np

from linli.planning.allocation.plan import Prices
from linli.planning.allocation.problem import AllocationProblem
from linli.planning.allocation.reach import Arcs as ByPerson
from linli.planning.allocation.reach import metres_to_pins
from linli.planning.allocation.repair.net import SCALE, Arcs, Demand, People, stand_at
from linli.planning.frame import kernel


def arcs_of(
    found: ByPerson, mask: np.ndarray, price: np.ndarray, worth: np.ndarray, columns: int, first: int = 0
) -> Arcs:
    """The arcs sorted both ways.

    Args:
        mask: i8[n], columns that everybody can fill. price, worth: i8[n], i8[v], of people and nodes, scaled.
        first: the row of the first person.
    """
    node_start = np.zeros(len(worth) + 1, np.int64)
    _count_by_node(found.start, found.grid, mask, columns, node_start)
    np.cumsum(node_start, out=node_start)
    vol, metres = np.empty(node_start[-1], np.int32), np.empty(node_start[-1], np.int32)
    _by_node(found.start, found.grid, found.metres, mask, columns, node_start[:-1].copy(), vol, metres)
    _cheapest_first(node_start, vol, metres, price)
    grid, walk = found.grid.copy(), found.metres.copy()
    _dearest_first(found.start, grid, walk, mask, worth, columns)
    vol += np.int32(first)
    return Arcs(first, found.start, grid, walk, node_start, vol, metres, price, worth.copy())


@kernel
def _count_by_node(start, grid, mask, columns, node_start):  # type: ignore[no-untyped-def]
    for i in range(len(start) - 1):
        for a in range(start[i], start[i + 1]):
            for column in range(columns):
                if column == columns - 1 or (mask[i] >> column) & 1:
                    node_start[grid[a] * columns + column + 1] += 1


@kernel
def _by_node(start, grid, metres, mask, columns, at, vol, node_metres):  # type: ignore[no-untyped-def]
    for i in range(len(start) - 1):
        for a in range(start[i], start[i + 1]):
            for column in range(columns):
                if column == columns - 1 or (mask[i] >> column) & 1:
                    k = at[grid[a] * columns + column]
                    vol[k], node_metres[k] = i, metres[a]
                    at[grid[a] * columns + column] = k + 1


@kernel
def _cheapest_first(node_start, vol, metres, price):  # type: ignore[no-untyped-def]
    for node in range(len(node_start) - 1):
        first, last = node_start[node], node_start[node + 1]
        if last - first < 2:
            continue
        cost = np.empty(last - first, np.int64)
        for k in range(first, last):
            cost[k - first] = metres[k] * np.int64(SCALE) + price[vol[k]]
        order = np.argsort(cost)
        vol[first:last] = vol[first:last][order]
        metres[first:last] = metres[first:last][order]


@kernel
def _dearest_first(start, grid, metres, mask, worth, columns):  # type: ignore[no-untyped-def]
    for i in range(len(start) - 1):
        first, last = start[i], start[i + 1]
        if last - first < 2:
            continue
        cost = np.empty(last - first, np.int64)
        for k in range(first, last):
            most = worth[grid[k] * columns + columns - 1]
            for column in range(columns - 1):
                if (mask[i] >> column) & 1:
                    most = max(most, worth[grid[k] * columns + column])
            cost[k - first] = metres[k] * np.int64(SCALE) - most
        order = np.argsort(cost)
        grid[first:last] = grid[first:last][order]
        metres[first:last] = metres[first:last][order]


def people_of(problem: AllocationProblem, where: np.ndarray, role: np.ndarray, arcs: ByPerson) -> People:
    """Everybody in these grids and roles, as a plan has them."""
    n, columns = problem.n_people, problem.quota.shape[1] + 1
    grid = where.astype(np.int64)
    column = np.where(role >= 0, role, columns - 1)
    people = People(
        node=np.full(n, -1, np.int32),
        home=where.astype(np.int32),
        mask=problem.vol_mask.astype(np.int64),
        walk=np.zeros(n, np.int64),
        here=np.ones(n, np.bool_),
        stays=problem.pinned >= 0,
        first=np.full(problem.n_grids * columns, -1, np.int32),
        after=np.full(n, -1, np.int32),
        before=np.full(n, -1, np.int32),
        moved=np.zeros(n, np.bool_),
    )
    people.walk[:] = metres_to_pins(problem) * SCALE
    _stand(people, np.where(grid >= 0, grid * columns + column, -1), arcs.start, arcs.grid, arcs.metres, columns)
    return people


@kernel
def _stand(people, node, start, grid, metres, columns):  # type: ignore[no-untyped-def]
    for i in range(len(node) - 1, -1, -1):
        stand_at(people, i, node[i])
        for a in range(start[i], start[i + 1]):
            if node[i] >= 0 and grid[a] == node[i] // columns:
                people.walk[i] = np.int64(metres[a]) * SCALE


def demand_of(problem: AllocationProblem, grid: np.ndarray, role: np.ndarray, prices: Prices) -> Demand:
    """What is wanted, and filled by people in these grids and roles; with these prices."""
    g, s = problem.quota.shape
    placed = grid >= 0
    in_role = placed & (role >= 0)
    worth = np.concatenate([prices.role, prices.head[:, None]], axis=1).astype(np.int64)
    filled = np.bincount(grid[in_role].astype(np.int64) * s + role[in_role], minlength=g * s)
    return Demand(
        room=problem.tier_heads.astype(np.int64).copy(),
        value=problem.tier_values * SCALE,
        quota=problem.quota.astype(np.int64),
        quota_value=problem.quota_value * SCALE,
        out=np.bincount(grid[placed], minlength=g).astype(np.int64),
        role_out=filled.astype(np.int64).reshape(g, s),
        worth=np.ascontiguousarray(worth.reshape(-1) * SCALE),
        lack=np.zeros(g * (s + 1), np.int64),
        drift=np.zeros(2, np.int64),
    )


def no_arcs(worth: np.ndarray, first: int) -> Arcs:
    """No arcs of nobody, from that row on."""
    none, starts = np.zeros(0, np.int32), np.zeros(1, np.int64)
    empty = np.zeros(len(worth) + 1, np.int64)
    return Arcs(first, starts, none, none, empty, none, none, np.zeros(0, np.int64), worth.copy())


def joined(arcs: Arcs, found: ByPerson, people: People, price: np.ndarray, columns: int) -> Arcs:
    """These arcs with those of people who come after theirs; `price`: i8[m], of those, scaled."""
    both = ByPerson(
        np.concatenate([arcs.start, found.start[1:] + arcs.start[-1]]),
        np.concatenate([arcs.grid, found.grid]),
        np.concatenate([arcs.metres, found.metres]),
    )
    mask = people.mask[arcs.first :]
    return arcs_of(both, mask, np.concatenate([arcs.price, price]), arcs.worth, columns, arcs.first)


def newcomers_of(people: People, newcomers: AllocationProblem) -> People:
    """Everybody, and those who come: they stand nowhere yet."""
    m = newcomers.n_people
    more = {
        "node": -1, "home": -1, "mask": newcomers.vol_mask, "walk": 0, "here": True, "stays": False,
        "after": -1, "before": -1, "moved": False,
    }  # fmt: skip
    parts = {name: getattr(people, name) for name in people._fields}
    for name, value in more.items():
        parts[name] = np.concatenate([parts[name], np.full(m, value, parts[name].dtype)])
    return People(**parts)
