"""Why a person stands where they do: places and needs in plain data, never another person or a trait."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from linli.planning.allocation.plan import AllocationPlan
from linli.planning.allocation.problem import AllocationProblem

MOST_NEARER = 3


@dataclass(frozen=True)
class Fact:
    """One reason, with what it rests on.

    Codes, and their facts (grids are row numbers, metres whole):

    - ``pinned`` {grid, metres}: stays where already published.
    - ``only_grid`` {grid}: may serve that grid alone.
    - ``placed`` {grid, metres, role, heads, want}: role is a quota column, -1 for none.
    - ``nearest`` {grid, metres}: no place within reach is nearer.
    - ``nearer`` {grid, metres, price, heads, want}: a nearer place; standing
      there instead would make the whole plan worse by at least `price`.
    - ``would_change`` {grid, price}: of the nearer places the one that is
      cheapest to have them in; it would be theirs if a place there were worth
      `price` more. From a warm state only, where prices are exact.
    - ``nobody_in_reach`` {reach_m}: no grid lies within reach.
    - ``all_served`` {within_reach, nearest, metres, price}: every grid within
      reach has what it needs; the nearest, and what standing there would cost at least.

    Of a grid:

    - ``held`` {grid, heads, want, worth}: worth is what one more head there is worth by the prices.
    - ``nobody_near`` {grid, reach_m}: nobody who is free to serve there lives within reach.
    - ``stand_elsewhere`` {grid, missing, within_reach, nowhere, needier}: of those within reach so many stand
      nowhere, and so many in grids that are served no better.
    - ``skill_short`` {grid, role, missing, within_reach, same_role}: of those within reach who have the skill of
      the quota column, so many fill such a place elsewhere.
    """

    code: str
    facts: Mapping[str, int | float]


def explain(problem: AllocationProblem, plan: AllocationPlan, person: int) -> list[Fact]:
    """Why this person is where they are, and why not in a nearer place.

    Prices are lower bounds from the certificate. Unplaced people get a reason too.

    Raises:
        IndexError: there is no such person.
    """
    if not 0 <= person < problem.n_people:
        raise IndexError(f"person {person} is not from 0 to {problem.n_people - 1}")
    heads = np.bincount(plan.grid[plan.grid >= 0], minlength=problem.n_grids)
    grids, metres = _within_reach(problem, person)
    at, role = int(plan.grid[person]), int(plan.role[person])
    found: list[Fact] = []
    if problem.vol_only[person] >= 0 and problem.pinned[person] < 0:
        found.append(Fact("only_grid", {"grid": int(problem.vol_only[person])}))
    if at < 0:
        return found + _why_unplaced(problem, plan, person, grids, metres)
    walk = _metres_to(problem, person, at)
    facts: dict[str, int | float] = {"grid": at, "metres": walk}
    if problem.pinned[person] >= 0:
        return [*found, Fact("pinned", facts), _placed(problem, heads, at, walk, role)]
    found.append(_placed(problem, heads, at, walk, role))
    nearer = np.flatnonzero(metres < walk)
    if not nearer.size:
        return [*found, Fact("nearest", facts)]
    for k in nearer[np.lexsort((grids[nearer], metres[nearer]))][:MOST_NEARER]:
        other = int(grids[k])
        price = _price(problem, plan, person, other, int(metres[k]))
        held = {"heads": int(heads[other]), "want": int(problem.want[other])}
        found.append(Fact("nearer", {"grid": other, "metres": int(metres[k]), "price": price, **held}))
    return found


def nearest_places(problem: AllocationProblem, people: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The nearest grid within reach of each of these people, -1 for none, and whole metres to it; for all at once.

    Of those equally near any. The only grid of a person is their nearest.
    """
    if problem.vol_xy is None or problem.grid_xy is None:
        return _nearest_by_arcs(problem, people)
    only = problem.vol_only[people]
    if not problem.n_grids:
        return np.full(len(people), -1), np.zeros(len(people), np.int64)
    _, grid = cKDTree(problem.grid_xy).query(problem.vol_xy[people])
    grid = np.where(only >= 0, only, grid)
    step = problem.vol_xy[people] - problem.grid_xy[grid]
    walk = np.sqrt((step**2).sum(axis=1))
    return np.where(walk <= problem.reach_m, grid, -1), np.rint(walk).astype(np.int64)


def _nearest_by_arcs(problem: AllocationProblem, people: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    assert problem.arc_vol is not None and problem.arc_grid is not None and problem.arc_m is not None  # noqa: PT018
    only = problem.vol_only[problem.arc_vol]
    allowed = np.flatnonzero((problem.arc_m <= problem.reach_m) & ((only < 0) | (only == problem.arc_grid)))
    order = allowed[np.lexsort((problem.arc_m[allowed], problem.arc_vol[allowed]))]
    who, first = np.unique(problem.arc_vol[order], return_index=True)
    grid, metres = np.full(problem.n_people, -1), np.zeros(problem.n_people, np.int64)
    grid[who], metres[who] = problem.arc_grid[order[first]], problem.arc_m[order[first]]
    return grid[people], metres[people]


def prices_there(
    problem: AllocationProblem, plan: AllocationPlan, people: np.ndarray, grid: np.ndarray, metres: np.ndarray
) -> np.ndarray:
    """i8[k]: at least how much worse the plan gets when each of these people stands in that grid, so far away."""
    worth = plan.certificate.head[grid].astype(np.int64)
    for column in range(len(problem.quota_skill)):
        able = (problem.vol_mask[people] >> column) & 1 == 1
        worth = np.where(able, np.maximum(worth, plan.certificate.role[grid, column]), worth)
    return plan.certificate.person[people] - (worth - metres)


def explain_grid(problem: AllocationProblem, plan: AllocationPlan, grid: int) -> list[Fact]:
    """What a grid has, and why places in it are empty.

    Raises:
        IndexError: there is no such grid.
    """
    if not 0 <= grid < problem.n_grids:
        raise IndexError(f"grid {grid} is not from 0 to {problem.n_grids - 1}")
    heads = np.bincount(plan.grid[plan.grid >= 0], minlength=problem.n_grids)
    held, want = int(heads[grid]), int(problem.want[grid])
    worth = int(plan.certificate.head[grid])
    found = [Fact("held", {"grid": grid, "heads": held, "want": want, "worth": worth})]
    near = _who_could_serve(problem, grid)
    near = near[plan.grid[near] != grid]
    if held < want:
        if not near.size:
            return [*found, Fact("nobody_near", {"grid": grid, "reach_m": problem.reach_m})]
        share = heads / np.maximum(problem.want, 1)
        at = plan.grid[near]
        facts = {
            "missing": want - held,
            "within_reach": near.size,
            "nowhere": int((at < 0).sum()),
            "needier": int((share[at[at >= 0]] <= share[grid]).sum()),
        }
        found.append(Fact("stand_elsewhere", {"grid": grid, **facts}))
    for role in range(len(problem.quota_skill)):
        filled = int(((plan.grid == grid) & (plan.role == role)).sum())
        if filled < problem.quota[grid, role]:
            able = near[(problem.vol_mask[near] >> role) & 1 == 1]
            facts = {
                "missing": int(problem.quota[grid, role]) - filled,
                "within_reach": able.size,
                "same_role": int((plan.role[able] == role).sum()),
            }
            found.append(Fact("skill_short", {"grid": grid, "role": role, **facts}))
    return found


def _who_could_serve(problem: AllocationProblem, grid: int) -> np.ndarray:
    """i8[k]: people within reach of a grid who are neither pinned nor kept to another."""
    if problem.vol_xy is not None and problem.grid_xy is not None:
        step = problem.vol_xy - problem.grid_xy[grid]
        near = np.flatnonzero(np.sqrt(step[:, 0] * step[:, 0] + step[:, 1] * step[:, 1]) <= problem.reach_m)
    else:
        assert problem.arc_vol is not None and problem.arc_grid is not None and problem.arc_m is not None  # noqa: PT018
        near = np.sort(problem.arc_vol[(problem.arc_grid == grid) & (problem.arc_m <= problem.reach_m)])
    only = problem.vol_only[near]
    return near[(problem.pinned[near] < 0) & ((only < 0) | (only == grid))]


def _placed(problem: AllocationProblem, heads: np.ndarray, grid: int, metres: int, role: int) -> Fact:
    held = {"heads": int(heads[grid]), "want": int(problem.want[grid])}
    return Fact("placed", {"grid": grid, "metres": metres, "role": role, **held})


def _why_unplaced(
    problem: AllocationProblem, plan: AllocationPlan, person: int, grids: np.ndarray, metres: np.ndarray
) -> list[Fact]:
    if not grids.size:
        return [Fact("nobody_in_reach", {"reach_m": problem.reach_m})]
    k = int(np.lexsort((grids, metres))[0])
    nearest, walk = int(grids[k]), int(metres[k])
    price = _price(problem, plan, person, nearest, walk)
    return [Fact("all_served", {"within_reach": len(grids), "nearest": nearest, "metres": walk, "price": price})]


def _price(problem: AllocationProblem, plan: AllocationPlan, person: int, grid: int, metres: int) -> int:
    """At least how much worse the plan gets when this person stands in that grid."""
    worth = int(plan.certificate.head[grid])
    for column in range(len(problem.quota_skill)):
        if (int(problem.vol_mask[person]) >> column) & 1:
            worth = max(worth, int(plan.certificate.role[grid, column]))
    return int(plan.certificate.person[person]) - (worth - metres)


def _within_reach(problem: AllocationProblem, person: int) -> tuple[np.ndarray, np.ndarray]:
    """Grids within reach of one person, and whole metres to each."""
    grids, metres = _all_places(problem, person)
    only = int(problem.vol_only[person])
    near = (metres <= problem.reach_m) & ((grids == only) | (only < 0))
    return grids[near], np.rint(metres[near]).astype(np.int64)


def _all_places(problem: AllocationProblem, person: int) -> tuple[np.ndarray, np.ndarray]:
    if problem.vol_xy is not None and problem.grid_xy is not None:
        step = problem.grid_xy - problem.vol_xy[person]
        return np.arange(problem.n_grids), np.sqrt(step[:, 0] * step[:, 0] + step[:, 1] * step[:, 1])
    assert problem.arc_vol is not None and problem.arc_grid is not None and problem.arc_m is not None  # noqa: PT018
    mine = np.flatnonzero(problem.arc_vol == person)
    return problem.arc_grid[mine].astype(np.int64), problem.arc_m[mine].astype(np.float64)


def _metres_to(problem: AllocationProblem, person: int, grid: int) -> int:
    grids, metres = _all_places(problem, person)
    at = np.flatnonzero(grids == grid)
    return int(np.rint(metres[at[0]])) if at.size else 0
