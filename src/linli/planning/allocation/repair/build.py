"""The arrays of a state, from a problem, its plan and the prices that prove it."""

import numpy as np
from numba import njit

from linli.planning.allocation.plan import AllocationPlan
from linli.planning.allocation.problem import AllocationProblem
from linli.planning.allocation.reach import Arcs as ByPerson
from linli.planning.allocation.reach import metres_to_pins
from linli.planning.allocation.repair.net import SCALE, Arcs, Demand, People, stand_at


def arcs_of(found: ByPerson, n_grids: int, first: int = 0) -> Arcs:
    """The arcs sorted both ways; `first` is the row of their first person."""
    grid_start = np.zeros(n_grids + 1, np.int64)
    np.cumsum(np.bincount(found.grid, minlength=n_grids), out=grid_start[1:])
    vol, metres = np.empty(len(found.grid), np.int32), np.empty(len(found.grid), np.int32)
    _by_grid(found.start, found.grid, found.metres, grid_start[:-1].copy(), vol, metres, first)
    return Arcs(first, found.start, found.grid, found.metres, grid_start, vol, metres)


@njit(cache=True, nogil=True)
def _by_grid(start, grid, metres, at, vol, grid_metres, first):  # type: ignore[no-untyped-def]
    for i in range(len(start) - 1):
        for a in range(start[i], start[i + 1]):
            k = at[grid[a]]
            vol[k], grid_metres[k] = i + first, metres[a]
            at[grid[a]] = k + 1


def people_of(problem: AllocationProblem, plan: AllocationPlan, arcs: ByPerson) -> People:
    """Everybody where the plan has them."""
    n, columns = problem.n_people, problem.quota.shape[1] + 1
    grid = plan.grid.astype(np.int64)
    column = np.where(plan.role >= 0, plan.role, columns - 1)
    people = People(
        node=np.full(n, -1, np.int32),
        home=plan.grid.astype(np.int32),
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


@njit(cache=True, nogil=True)
def _stand(people, node, start, grid, metres, columns):  # type: ignore[no-untyped-def]
    for i in range(len(node) - 1, -1, -1):
        stand_at(people, i, node[i])
        for a in range(start[i], start[i + 1]):
            if node[i] >= 0 and grid[a] == node[i] // columns:
                people.walk[i] = np.int64(metres[a]) * SCALE


def demand_of(problem: AllocationProblem, plan: AllocationPlan) -> Demand:
    """What is wanted and filled, with the plan's prices."""
    g, s = problem.quota.shape
    placed = plan.grid >= 0
    in_role = placed & (plan.role >= 0)
    worth = np.concatenate([plan.certificate.role, plan.certificate.head[:, None]], axis=1).astype(np.int64)
    filled = np.bincount(plan.grid[in_role].astype(np.int64) * s + plan.role[in_role], minlength=g * s)
    return Demand(
        room=problem.tier_heads.astype(np.int64).copy(),
        value=problem.tier_values * SCALE,
        quota=problem.quota.astype(np.int64),
        quota_value=problem.quota_value * SCALE,
        out=np.bincount(plan.grid[placed], minlength=g).astype(np.int64),
        role_out=filled.astype(np.int64).reshape(g, s),
        worth=np.ascontiguousarray(worth.reshape(-1) * SCALE),
        lack=np.zeros(g * (s + 1), np.int64),
    )


def no_arcs(n_grids: int, first: int) -> Arcs:
    """No arcs of nobody, from that row on."""
    none = np.zeros(0, np.int32)
    return Arcs(first, np.zeros(1, np.int64), none, none, np.zeros(n_grids + 1, np.int64), none, none)


def joined(arcs: Arcs, found: ByPerson, n_grids: int) -> Arcs:
    """These arcs with those of people who come after theirs."""
    both = ByPerson(
        np.concatenate([arcs.start, found.start[1:] + arcs.start[-1]]),
        np.concatenate([arcs.grid, found.grid]),
        np.concatenate([arcs.metres, found.metres]),
    )
    return arcs_of(both, n_grids, arcs.first)


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
