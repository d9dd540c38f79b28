"""Whether people can stand where somebody says they do."""

from collections.abc import Iterator

import numpy as np

from linli.planning.allocation.problem import AllocationProblem
from linli.planning.allocation.reach import Arcs
from linli.planning.errors import BadProblem


def refuse_standing(problem: AllocationProblem, grid: np.ndarray, role: np.ndarray, arcs: Arcs) -> None:
    """Refuse what no plan of the problem could be.

    Raises:
        BadProblem: naming the first person or grid that is wrong.
    """
    if grid.shape != (problem.n_people,) or role.shape != (problem.n_people,):
        raise BadProblem(f"grid, role: one each of {problem.n_people} people is wanted")
    for what, wrong in _rules(problem, grid.astype(np.int64), role.astype(np.int64), arcs):
        if wrong.any():
            raise BadProblem(what.format(at=int(np.argmax(wrong))))


def _rules(
    problem: AllocationProblem, grid: np.ndarray, role: np.ndarray, arcs: Arcs
) -> Iterator[tuple[str, np.ndarray]]:
    g, s = problem.quota.shape
    yield "grid[{at}]: there is no such grid", (grid < -1) | (grid >= g)
    yield "role[{at}]: there is no such role", (role < -1) | (role >= s)
    free, placed = problem.pinned < 0, grid >= 0
    yield "grid[{at}]: is pinned elsewhere", ~free & (grid != problem.pinned)
    row = np.repeat(np.arange(len(grid)), np.diff(arcs.start))
    near = np.zeros(len(grid), bool)
    near[row[arcs.grid == grid[row]]] = True
    yield "grid[{at}]: cannot serve there", free & placed & ~near
    lacks = (problem.vol_mask >> np.maximum(role, 0)) & 1 == 0
    yield "role[{at}]: lacks the skill, or stands nowhere", (role >= 0) & (lacks | ~placed)
    heads = np.bincount(grid[placed], minlength=g)
    yield "grid {at} holds more people than it can", np.asarray(heads > problem.most)
    filled = np.bincount(grid[role >= 0] * s + role[role >= 0], minlength=g * s).reshape(g, s)
    yield "grid {at} has more in a role than it wants", np.asarray((filled > problem.quota).any(axis=1))
