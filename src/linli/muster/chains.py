"""Who moves for whose place: a repaired placement told as chains, each of which fills one place."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from linli.planning.allocation.repair import RepairPlan


@dataclass(frozen=True, slots=True)
class Chain:
    """One empty place filled; rows of people and of grids are those of the load.

    Attributes:
        people: who comes, the one who takes the place first; each fills the place that the one before leaves.
        cost: what it changes in the objective; alone: what it would change if nobody moved. None for an exact repair,
            which weighs everybody at once.
    """

    people: tuple[int, ...]
    cost: int | None = None
    alone: int | None = None


def chains_of(told: RepairPlan) -> list[Chain]:
    """The chains of a repair: as a calm one was put together, or as an exact one can be taken apart."""
    if told.mode == "exact":
        return [Chain(path) for path in paths(told.before, told.grid)]
    found = []
    for chain in told.chains:
        people = tuple(who for who, start, end in chain.steps if start != end)
        if people:
            found.append(Chain(people, chain.cost, chain.alone))
    return found


def paths(before: np.ndarray, after: np.ndarray) -> list[tuple[int, ...]]:
    """Everybody who comes or moves, in paths that each end in a grid with more people than before; then rounds.

    Whoever loses their grid is in none. Each path begins in a grid that has fewer people than before, or with
    somebody who stood nowhere; in a round everybody takes the place of another.
    """
    into: dict[int, list[int]] = {}
    gains: dict[int, int] = {}
    for person in np.flatnonzero((after != before) & (after >= 0))[::-1].tolist():
        start, end = int(before[person]), int(after[person])
        into.setdefault(end, []).append(person)
        gains[end] = gains.get(end, 0) + 1
        gains[start] = gains.get(start, 0) - 1
    gains.pop(-1, None)
    found = []
    for grid in sorted(gains):
        for _ in range(gains[grid]):
            found.append(_path_to(grid, before, into, gains))
    for grid in sorted(into):
        while into[grid]:
            found.append(_path_to(grid, before, into, {grid: -1}))
    return found


def _path_to(
    grid: int, before: Sequence[int] | np.ndarray, into: dict[int, list[int]], gains: dict[int, int]
) -> tuple[int, ...]:
    """One path that ends in a grid: back to somebody who stood nowhere, or to a grid that can spare one."""
    path = []
    while True:
        person = into[grid].pop()
        path.append(person)
        grid = int(before[person])
        if grid < 0:
            return tuple(path)
        if gains.get(grid, 0) < 0:
            gains[grid] += 1
            return tuple(path)
