"""The placement as a flow with prices, kept in arrays: what repair reads, changes and keeps optimal.

Node x * (s + 1) + c of grid x is its quota column c, or its head for c = s. A person stands at one node or at none.
Costs are whole metres times SCALE, plus one for every change of grid: the best plan with the fewest moves is then
simply the cheapest, and prices that are optimal without moves are optimal times SCALE.

For a move from a to b at cost c, worths W and the sink's worth 0, c + W(a) - W(b) >= 0 wherever something can still
flow, and 0 where it flows and can flow back: that is what every step keeps.
"""

from typing import NamedTuple

import numpy as np

from linli.planning.frame import kernel

SCALE = 1 << 20
FAR = np.int64(1) << 62
NO_ROOM = -FAR // 4
FALLEN, RISEN = 0, 1
NOBODY = -1


class Arcs(NamedTuple):
    """Who can walk where, by person and by node.

    Attributes:
        first: the person in the first row. start: i8[n+1]; grid, metres: i4[a], where everybody could stand, where
            they are worth most first.
        node_start: i8[v+1]; vol, node_metres: i4[b], who could stand at each node, the cheapest first.
        price, worth: i8[n], i8[v], of people and of nodes when all this was sorted, scaled.
    """

    first: int
    start: np.ndarray
    grid: np.ndarray
    metres: np.ndarray
    node_start: np.ndarray
    vol: np.ndarray
    node_metres: np.ndarray
    price: np.ndarray
    worth: np.ndarray


class People(NamedTuple):
    """Where everybody stands.

    Attributes:
        node: i4[n], -1 not placed. home: i4[n], grid before the change, -1 none. mask: i8[n], columns they can fill.
        walk: i8[n], cost of standing where they stand. here: b1[n], False once they have left. stays: b1[n], pinned.
        first: i4[v], one person at each node; after, before: i4[n], the next and the last at the same node.
        moved: b1[n], changed their grid in this repair.
    """

    node: np.ndarray
    home: np.ndarray
    mask: np.ndarray
    walk: np.ndarray
    here: np.ndarray
    stays: np.ndarray
    first: np.ndarray
    after: np.ndarray
    before: np.ndarray
    moved: np.ndarray


class Demand(NamedTuple):
    """What grids want, and how much of it is counted as filled.

    Attributes:
        room: i8[g,t], heads of each tier; value: i8[t], worth of one, scaled.
        quota: i8[g,s]; quota_value: i8[s], scaled.
        out: i8[g], heads counted; role_out: i8[g,s], quota places counted.
        worth: i8[v]. lack: i8[v], people that a node counts and has not; below 0 where it has too many.
        drift: i8[2], the most that any price has fallen, and risen, since arcs were sorted.
    """

    room: np.ndarray
    value: np.ndarray
    quota: np.ndarray
    quota_value: np.ndarray
    out: np.ndarray
    role_out: np.ndarray
    worth: np.ndarray
    lack: np.ndarray
    drift: np.ndarray


@kernel
def value_of_head(room, value, grid, number):  # type: ignore[no-untyped-def]
    """Worth of the head with this number, from 0; NO_ROOM where the grid holds no more."""
    for tier in range(len(value)):
        number -= room[grid, tier]
        if number < 0:
            return value[tier]
    return NO_ROOM


@kernel
def stand_at(people, person, node):  # type: ignore[no-untyped-def]
    """Take a person from where they stand to a node, or to none."""
    old = people.node[person]
    if old >= 0:
        after, before = people.after[person], people.before[person]
        if before >= 0:
            people.after[before] = after
        else:
            people.first[old] = after
        if after >= 0:
            people.before[after] = before
    people.node[person] = node
    if node >= 0:
        people.before[person] = NOBODY
        people.after[person] = people.first[node]
        if people.first[node] >= 0:
            people.before[people.first[node]] = person
        people.first[node] = person


@kernel
def cost_of(people, person, grid, metres):  # type: ignore[no-untyped-def]
    """Cost of standing in a grid so far away; a change of grid costs one."""
    return metres * SCALE + np.int64(people.home[person] >= 0 and people.home[person] != grid)


@kernel
def cost_of_none(people, person):  # type: ignore[no-untyped-def]
    """Cost of standing nowhere: one for whoever stood somewhere."""
    return np.int64(people.home[person] >= 0)
