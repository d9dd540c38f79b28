"""Questions to a warm state: what would it cost, what would change it, what is one more worth. Nothing is changed."""

from dataclasses import dataclass

import numpy as np

from linli.planning.allocation.explain import MOST_NEARER, Fact
from linli.planning.allocation.repair import tidy
from linli.planning.allocation.repair.change import Change
from linli.planning.allocation.repair.net import SCALE
from linli.planning.allocation.repair.plan import RepairPlan
from linli.planning.allocation.repair.state import CALM, EXACT, MOST_MOVES, State
from linli.planning.allocation.repair.steps import Steps
from linli.planning.errors import BadProblem
from linli.planning.frame import Watch


@dataclass(frozen=True)
class Alternative:
    """One price of stability: how many people move, and how much worse than the best the plan is then.

    Attributes:
        most_moves: of people for each who leaves; None for as many as the best plan needs.
    """

    most_moves: int | None
    moves: int
    costs: int


def what_if(state: State, change: Change, *, mode: str = EXACT) -> RepairPlan:
    """The placement as it would be after a change.

    Raises:
        BadProblem: the change does not fit.
    """
    return state.copy().apply(change, mode=mode)


def alternatives(state: State, change: Change, most: int = MOST_MOVES) -> list[Alternative]:
    """The same change at every price of stability: nobody moves, one, up to `most` for each who leaves; the best.

    Raises:
        BadProblem: the change does not fit.
    """
    best = what_if(state, change)
    found = []
    for limit in range(most + 1):
        told = state.copy().apply(change, mode=CALM, most_moves=limit)
        found.append(Alternative(limit, len(told.moved), told.objective - best.objective))
    return [*found, Alternative(None, len(best.moved), 0)]


def price_of(state: State, person: int, grid: int) -> int:
    """How much worse the whole plan gets, in metres, when this person must stand in that grid. Never below 0.

    Raises:
        BadProblem: the person is not there, must stay elsewhere, or cannot reach the grid.
    """
    _refuse_absent(state, person)
    if not 0 <= grid < len(state.demand.out):
        raise BadProblem(f"grid: {grid} is not from 0 to {len(state.demand.out) - 1}")
    trial, columns = state.copy(), state.demand.quota.shape[1] + 1
    steps = Steps(trial, -1, Watch())
    if not trial.settled:
        steps.settle()
    if trial.people.node[person] // columns == grid and trial.people.node[person] >= 0:
        return 0
    before = tidy.objective(trial.people, trial.demand)
    tidy.take_out(trial.people, trial.demand, person)
    trial.people.walk[person] = _metres(state, person, grid) * SCALE
    trial.people.stays[person] = True
    tidy.put_back(trial.people, trial.demand, person, grid)
    steps.place(())
    steps.fill()
    return int(tidy.objective(trial.people, trial.demand)) - int(before)


def why(state: State, person: int) -> list[Fact]:
    """Why somebody is where they are, with the exact price of each nearer place, and what would change it.

    Raises:
        BadProblem: there is no such person, or they have left.
    """
    people, columns = state.people, state.demand.quota.shape[1] + 1
    if not 0 <= person < len(people.node) or not people.here[person]:
        raise BadProblem(f"person: {person} is not there")
    heads = np.bincount(people.node[people.node >= 0] // columns, minlength=len(state.demand.out))
    node, walk = int(people.node[person]), int(people.walk[person]) // SCALE
    grids, metres = _places(state, person)
    if node < 0:
        if not grids.size:
            return [Fact("nobody_in_reach", {"reach_m": state.began_with.reach_m})]
        nearest, price = int(grids[0]), price_of(state, person, int(grids[0]))
        facts = {"within_reach": grids.size, "nearest": nearest, "metres": int(metres[0]), "price": price}
        return [Fact("all_served", facts)]
    grid, column = divmod(node, columns)
    role = column if column < columns - 1 else -1
    held = {"heads": int(heads[grid]), "want": int(state.want[grid])}
    placed = Fact("placed", {"grid": grid, "metres": walk, "role": role, **held})
    if people.stays[person]:
        return [Fact("pinned", {"grid": grid, "metres": walk}), placed]
    nearer = np.flatnonzero(metres < walk)[:MOST_NEARER]
    if not nearer.size:
        return [placed, Fact("nearest", {"grid": grid, "metres": walk})]
    found = [placed]
    for k in nearer:
        other = int(grids[k])
        held = {"heads": int(heads[other]), "want": int(state.want[other])}
        price = price_of(state, person, other)
        found.append(Fact("nearer", {"grid": other, "metres": int(metres[k]), "price": price, **held}))
    cheapest = min(found[1:], key=lambda fact: fact.facts["price"])
    return [*found, Fact("would_change", {name: cheapest.facts[name] for name in ("grid", "price")})]


def _places(state: State, person: int) -> tuple[np.ndarray, np.ndarray]:
    """Grids within reach of a person, the nearest first, and whole metres to each."""
    arcs = state.base if person < state.new.first else state.new
    mine = slice(int(arcs.start[person - arcs.first]), int(arcs.start[person - arcs.first + 1]))
    order = np.lexsort((arcs.grid[mine], arcs.metres[mine]))
    return arcs.grid[mine][order], arcs.metres[mine][order]


def worth_of_one_more(state: State, grid: int, *, skills: int = 0, metres: int = 0) -> int:
    """What one more person with these skills (a bit mask), so far from a grid and free for it alone, would be worth.

    In metres of the objective; 0 where the grid gains nothing.

    Raises:
        BadProblem: there is no such grid, or it is farther than anybody is asked to walk.
    """
    trial = state.copy()
    change = _somebody(state, grid, skills, metres)
    if not trial.settled:
        Steps(trial, -1, Watch()).settle()
    before = tidy.objective(trial.people, trial.demand)
    return int(before) - trial.apply(change).objective


def _somebody(state: State, grid: int, skills: int, metres: int) -> Change:
    problem = state.began_with
    if not 0 <= grid < problem.n_grids:
        raise BadProblem(f"grid: {grid} is not from 0 to {problem.n_grids - 1}")
    if not 0 <= metres <= problem.reach_m:
        raise BadProblem(f"metres: {metres} is not from 0 to {problem.reach_m:g}")
    who = {"skills": np.array([skills], np.uint32), "only": np.array([grid])}
    if problem.grid_xy is None:
        one = np.zeros(1, np.int32)
        return Change(**who, arc_vol=one, arc_grid=one + grid, arc_m=one + metres)
    return Change(**who, xy=problem.grid_xy[[grid]] + np.array([[float(metres), 0.0]]))


def _refuse_absent(state: State, person: int) -> None:
    if not 0 <= person < len(state.people.node):
        raise BadProblem(f"person: {person} is not from 0 to {len(state.people.node) - 1}")
    if not state.people.here[person]:
        raise BadProblem(f"person: {person} has left")
    if state.people.stays[person]:
        raise BadProblem(f"person: {person} stays where they are pinned")


def _metres(state: State, person: int, grid: int) -> int:
    grids, metres = _places(state, person)
    at = np.flatnonzero(grids == grid)
    if not at.size:
        raise BadProblem(f"person: {person} cannot reach grid {grid}")
    return int(metres[at[0]])
