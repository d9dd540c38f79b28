"""What is wrong with a placement, recomputed from the problem and its prices alone.

The certificate `prices` holds three arrays of whole numbers, in the unit of
the objective (metres), positive where something is worth having:

    person i8[n]    worth of one more person like this one; >= 0 unless pinned
    role   i8[g,s]  worth of one more person to take quota column s of grid g
    head   i8[g]    worth of one more head in grid g, whatever their skills

For a person i and a grid x let worth(i, x) be the largest of head[x] and of
role[x, s] over the columns s whose skill i has. The prices are feasible when

    person[i] >= worth(i, x) - metres(i, x)   for every x within reach of i,

and for the pinned at least for the grid of the pin. Whatever the plan, no
placement then has an objective below

    bound = - sum person[i]
            - sum quota[x, s] * max(0, quota_value[s] + head[x] - role[x, s])
            - sum heads in tier k of x * max(0, tier_value[k] - head[x]),

so a plan whose objective meets the bound is the best there is. The tiers of
the last sum go on with heads worth nothing up to `want` (where the last
share is below 1) and with `most - want` heads worth `beyond_value` each.
"""

from collections.abc import Iterator

import numpy as np

from linli.planning.allocation.plan import AllocationPlan
from linli.planning.allocation.problem import AllocationProblem
from linli.planning.frame import kernel


def verify(problem: AllocationProblem, plan: AllocationPlan) -> list[str]:
    """What is wrong with a plan; empty when nothing is.

    Checks that the plan is one of this problem, keeps every rule, has the
    objective it claims, and that its prices prove the bound it claims over all
    arcs within reach.
    """
    if plan.problem_digest != problem.digest:
        return ["the plan is of another problem"]
    wrong = list(_shapes(problem, plan))
    if wrong:
        return wrong
    grid, role = plan.grid.astype(np.int64), plan.role.astype(np.int64)
    metres, reachable = _walks(problem, grid)
    wrong += _feasibility(problem, grid, role, reachable)
    if wrong:
        return wrong
    objective = int(metres.sum()) - _value(problem, grid, role)
    if plan.objective != objective:
        wrong.append(f"claims the objective {plan.objective}, but it is {objective}")
    wrong += _certificate(problem, plan)
    gap = (plan.objective - plan.bound) / max(1, abs(plan.objective))
    if abs(plan.gap - gap) > 1e-12:
        wrong.append(f"claims the gap {plan.gap}, but objective and bound make it {gap}")
    if plan.stopped_because == "optimal" and plan.objective != plan.bound:
        wrong.append("claims to be optimal, but the objective is above the bound")
    return wrong


def objective_of(problem: AllocationProblem, grid: np.ndarray, role: np.ndarray) -> int:
    """What anybody's placement costs: whole metres walked less the value filled; lower is better.

    Args:
        grid: i4[n], -1 not placed. role: i1[n], quota column, -1 none.
    """
    where = grid.astype(np.int64)
    return int(_walks(problem, where)[0].sum()) - _value(problem, where, role.astype(np.int64))


def _shapes(problem: AllocationProblem, plan: AllocationPlan) -> Iterator[str]:
    n, (g, s) = len(problem.vol_skills), problem.quota.shape
    prices = plan.certificate
    if prices.name != "prices":
        yield f"the certificate is {prices.name}, not prices"
    wanted = {
        "grid": (plan.grid, (n,)),
        "role": (plan.role, (n,)),
        "person prices": (prices.person, (n,)),
        "role prices": (prices.role, (g, s)),
        "head prices": (prices.head, (g,)),
    }
    for name, (array, shape) in wanted.items():
        if array.shape != shape or array.dtype.kind != "i":
            yield f"{name}: whole numbers of shape {shape} are wanted, not {array.dtype} of {array.shape}"


def _skilled(problem: AllocationProblem) -> np.ndarray:
    """b1[n,s]: whether each person has the skill of each quota column."""
    return ((problem.vol_skills[:, None].astype(np.int64) >> problem.quota_skill[None, :]) & 1).astype(bool)


def _feasibility(
    problem: AllocationProblem, grid: np.ndarray, role: np.ndarray, reachable: np.ndarray
) -> Iterator[str]:
    g, s = problem.quota.shape
    if ((grid < -1) | (grid >= g)).any() or ((role < -1) | (role >= s)).any():
        yield "someone is placed in a grid or a role that does not exist"
        return
    placed = grid >= 0
    free = problem.pinned < 0
    rules = {
        "is pinned elsewhere": ~free & (grid != problem.pinned),
        "may serve another grid only": free & placed & (problem.vol_only >= 0) & (grid != problem.vol_only),
        "is placed out of reach": free & placed & ~reachable,
        "has a role but no place": ~placed & (role >= 0),
    }
    in_role = np.flatnonzero(placed & (role >= 0))
    lacks = np.zeros(len(grid), bool)
    lacks[in_role] = ~_skilled(problem)[in_role, role[in_role]]
    rules["fills a role without its skill"] = lacks
    for what, who in rules.items():
        if who.any():
            yield f"person {int(np.argmax(who))} {what} ({int(who.sum())} in all)"
    heads = np.bincount(grid[placed], minlength=g)
    if (heads > problem.most).any():
        x = int(np.argmax(heads > problem.most))
        yield f"grid {x} has {heads[x]} people, but holds at most {problem.most[x]}"
    filled = np.bincount(grid[in_role] * s + role[in_role], minlength=g * s).reshape(g, s)
    if (filled > problem.quota).any():
        x, k = (int(at) for at in np.argwhere(filled > problem.quota)[0])
        yield f"grid {x} has {filled[x, k]} people in role {k}, but only {problem.quota[x, k]} places"


def _walks(problem: AllocationProblem, grid: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Whole metres of each placed person, and whether the place is within reach."""
    metres, reachable = np.zeros(len(grid), np.int64), np.zeros(len(grid), bool)
    who = np.flatnonzero((grid >= 0) & (grid < len(problem.want)))
    if problem.vol_xy is not None and problem.grid_xy is not None:
        step = problem.vol_xy[who] - problem.grid_xy[grid[who]]
        walk = np.sqrt((step**2).sum(axis=1))
        metres[who], reachable[who] = np.rint(walk).astype(np.int64), walk <= problem.reach_m
        return metres, reachable
    assert problem.arc_vol is not None and problem.arc_grid is not None and problem.arc_m is not None  # noqa: PT018
    used = np.flatnonzero(grid[problem.arc_vol] == problem.arc_grid)
    metres[problem.arc_vol[used]] = problem.arc_m[used]
    reachable[problem.arc_vol[used]] = problem.arc_m[used] <= problem.reach_m
    return metres, reachable


def _tiers(problem: AllocationProblem) -> Iterator[tuple[np.ndarray, int]]:
    """Heads of every grid in each tier and their worth, the best first."""
    below = np.zeros(len(problem.want), np.int64)
    steps = [
        (np.ceil(share * problem.want - 1e-9).astype(np.int64), int(value))
        for share, value in zip(problem.tier_share, problem.tier_value, strict=True)
    ]
    last = [(problem.want.astype(np.int64), 0), (problem.most.astype(np.int64), int(problem.beyond_value))]
    for up_to, value in steps + last:
        yield np.maximum(up_to - below, 0), value
        below = np.maximum(up_to, below)


def _value(problem: AllocationProblem, grid: np.ndarray, role: np.ndarray) -> int:
    left = np.bincount(grid[grid >= 0], minlength=len(problem.want))
    value = int(problem.quota_value[role[role >= 0]].sum())
    for heads, worth in _tiers(problem):
        here = np.minimum(left, heads)
        left = left - here
        value += int(here.sum()) * worth
    return value


def _certificate(problem: AllocationProblem, plan: AllocationPlan) -> Iterator[str]:
    head, role = plan.certificate.head.astype(np.int64), plan.certificate.role.astype(np.int64)
    person = plan.certificate.person.astype(np.int64)
    limit = 2**40  # far above any worth allowed, far below what sums could overflow with
    if max(np.abs(part).max(initial=0) for part in (head, role, person)) > limit:
        yield "the prices are beyond reason"
        return
    negative = (person < 0) & (problem.pinned < 0)
    if negative.any():
        yield f"the price of person {int(np.argmax(negative))} is negative, though staying home costs nothing"
    broken, worst = _arcs_underpriced(problem, person, role, head)
    if broken:
        yield f"the prices are broken on {broken} arcs within reach, by up to {worst}"
    bound = -int(person.sum())
    bound -= int((problem.quota * np.maximum(0, problem.quota_value + head[:, None] - role)).sum())
    for heads, worth in _tiers(problem):
        bound -= int((heads * np.maximum(0, worth - head)).sum())
    if plan.bound > bound:
        yield f"claims the bound {plan.bound}, but the prices prove only {bound}"


def _arcs_underpriced(
    problem: AllocationProblem, person: np.ndarray, role: np.ndarray, head: np.ndarray
) -> tuple[int, int]:
    """On how many arcs within reach, pins included, a person is priced below place less walk, and by how much."""
    kinds, kind_of = np.unique(_skilled(problem), axis=0, return_inverse=True)
    worth = np.repeat(head[:, None], len(kinds), axis=1)
    for k, kind in enumerate(kinds):
        for column in np.flatnonzero(kind):
            worth[:, k] = np.maximum(worth[:, k], role[:, column])
    kind_of = kind_of.reshape(-1)
    stays = np.flatnonzero(problem.pinned >= 0)
    pinned_metres, _ = _walks(problem, problem.pinned.astype(np.int64))
    short = worth[problem.pinned[stays], kind_of[stays]] - pinned_metres[stays] - person[stays]
    broken, worst = int((short > 0).sum()), int(short.max(initial=0))
    rules = (person, kind_of, worth, problem.vol_only, problem.pinned, problem.reach_m)
    if problem.vol_xy is not None and problem.grid_xy is not None:
        more, by = _check_by_strips(problem.vol_xy, problem.grid_xy, *rules)
    else:
        more, by = _check_given(problem.arc_vol, problem.arc_grid, problem.arc_m, *rules)
    return broken + int(more), max(worst, int(by))


def _check_by_strips(vol_xy: np.ndarray, grid_xy: np.ndarray, *rules: object) -> tuple[int, int]:
    """Every pair within reach, found in strips of a fixed height with the grids of each sorted from west to east."""
    if not len(vol_xy) or not len(grid_xy):
        return 0, 0
    reach_m = float(rules[-1])  # type: ignore[arg-type]
    south = float(grid_xy[:, 1].min())
    height = max(reach_m / 8, float(np.ptp(grid_xy[:, 1])) / 4096, 1.0)
    strip = ((grid_xy[:, 1] - south) / height).astype(np.int64)
    order = np.lexsort((grid_xy[:, 0], strip))
    bounds = np.searchsorted(strip[order], np.arange(strip.max() + 2))
    return _strips(vol_xy, grid_xy[order, 0].copy(), grid_xy[order, 1].copy(), order, bounds, south, height, *rules)


@kernel
def _strips(vol_xy, xs, ys, order, bounds, south, height, person, kind_of, worth, only, pinned, reach_m):  # type: ignore[no-untyped-def]
    broken, worst, last = 0, np.int64(0), len(bounds) - 2
    for i in range(len(vol_xy)):
        if pinned[i] >= 0:
            continue
        x, y = vol_xy[i]
        kind, price = kind_of[i], person[i]
        lowest = max(0.0, np.floor((y - reach_m - south) / height) - 1)
        highest = min(float(last), np.floor((y + reach_m - south) / height) + 1)
        for row in range(int(min(lowest, last + 1.0)), int(max(highest, -1.0)) + 1):
            stop = bounds[row + 1]
            k = bounds[row] + np.searchsorted(xs[bounds[row] : stop], x - reach_m - 1)
            while k < stop and xs[k] <= x + reach_m + 1:
                east, north = xs[k] - x, ys[k] - y
                walk = np.sqrt(east * east + north * north)
                g = order[k]
                if walk <= reach_m and (only[i] < 0 or only[i] == g):
                    short = worth[g, kind] - np.int64(np.rint(walk)) - price
                    if short > 0:
                        broken += 1
                        worst = max(worst, short)
                k += 1
    return broken, worst


@kernel
def _check_given(vol, grid, metres, person, kind_of, worth, only, pinned, reach_m):  # type: ignore[no-untyped-def]
    broken, worst = 0, np.int64(0)
    for a in range(len(vol)):
        i, g = vol[a], grid[a]
        if pinned[i] < 0 and metres[a] <= reach_m and (only[i] < 0 or only[i] == g):
            short = worth[g, kind_of[i]] - metres[a] - person[i]
            if short > 0:
                broken += 1
                worst = max(worst, short)
    return broken, worst
