"""Small allocation problems for tests: drawn by hypothesis, or worked by hand."""

import itertools
import math
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np
from hypothesis import strategies as st

from linli.planning.allocation import AllocationProblem


def by_hand(**changes: Any) -> AllocationProblem:
    """Two grids 1,000 m apart, three people between; grid 0 wants 2 heads and a medic, grid 1 wants 1 head."""
    parts: dict[str, Any] = {
        "vol_xy": np.array([[100.0, 0.0], [200.0, 0.0], [900.0, 0.0]]),
        "grid_xy": np.array([[0.0, 0.0], [1000.0, 0.0]]),
        "vol_skills": np.array([1, 0, 1]),
        "vol_only": np.full(3, -1),
        "want": np.array([2, 1]),
        "most": np.array([2, 1]),
        "quota": np.array([[1], [0]]),
        "quota_skill": np.array([0]),
        "quota_value": np.array([40_000]),
        "tier_share": np.array([0.5, 1.0]),
        "tier_value": np.array([400_000, 100_000]),
        "beyond_value": 0,
        "reach_m": 950.0,
        "pinned": np.full(3, -1),
    }
    parts |= changes
    return AllocationProblem(**parts)


@st.composite
def small_problems(draw: Callable[..., Any], people: int = 5, grids: int = 3) -> AllocationProblem:
    """Up to five people and three grids, few enough to try every placement; many ties on purpose."""
    n, g = draw(st.integers(0, people)), draw(st.integers(0, grids))
    s, t = draw(st.integers(0, 3)), draw(st.integers(0, 3))

    def whole(low: int, high: int, *shape: int) -> np.ndarray:
        size = int(np.prod(shape))
        return np.array(draw(st.lists(st.integers(low, high), min_size=size, max_size=size)), int).reshape(shape)

    want = whole(0, 3, g)
    pinned = np.where(whole(0, 3, n) == 0, whole(0, g - 1, n), -1) if g else np.full(n, -1)
    held = np.bincount(pinned[pinned >= 0], minlength=g)
    tier_value = np.sort(whole(0, 60, t))[::-1]
    share = np.sort(whole(1, 4, t)) / 4
    below = 0 if not t or share[-1] < 1 else int(tier_value[-1])
    parts: dict[str, Any] = {
        "vol_skills": whole(0, 7, n),
        "vol_only": np.where(whole(0, 3, n) == 0, whole(0, g - 1, n), -1) if g else np.full(n, -1),
        "want": want,
        "most": np.maximum(want + whole(0, 2, g), held),
        "quota": np.minimum(whole(0, 2, g, s), want[:, None]),
        "quota_skill": whole(0, 2, s),
        "quota_value": whole(0, 40, s),
        "tier_share": share,
        "tier_value": tier_value,
        "beyond_value": draw(st.integers(0, below)),
        "reach_m": float(draw(st.integers(0, 40))),
        "pinned": pinned,
    }
    if draw(st.booleans()):
        # a lattice of 5 m: equal distances, people on top of one another, reach met exactly
        parts |= {"vol_xy": 5.0 * whole(0, 6, n, 2), "grid_xy": 5.0 * whole(0, 6, g, 2)}
    else:
        pairs = np.argwhere(whole(0, 2, n, g) > 0)
        order = np.array(draw(st.permutations(range(len(pairs)))), int)
        parts |= {
            "arc_vol": pairs[order, 0],
            "arc_grid": pairs[order, 1],
            "arc_m": whole(0, 45, len(pairs)),
        }
    return AllocationProblem(**parts)


def metres_between(problem: AllocationProblem) -> np.ndarray:
    """(n, g) whole metres where a person may serve, inf where not; computed the plain way."""
    n, g = len(problem.vol_skills), len(problem.want)
    walk = np.full((n, g), np.inf)
    if problem.vol_xy is not None and problem.grid_xy is not None:
        walk = np.hypot(*(problem.vol_xy[:, None, :] - problem.grid_xy[None, :, :]).transpose(2, 0, 1)).reshape(n, g)
    else:
        walk[problem.arc_vol, problem.arc_grid] = problem.arc_m
    allowed = walk <= problem.reach_m
    for i in range(n):
        if problem.vol_only[i] >= 0:
            allowed[i, np.arange(g) != problem.vol_only[i]] = False
        if problem.pinned[i] >= 0:
            allowed[i] = np.arange(g) == problem.pinned[i]
            if np.isinf(walk[i, problem.pinned[i]]):
                walk[i, problem.pinned[i]] = 0
    return np.where(allowed, np.rint(walk), np.inf)


def value_of_grid(problem: AllocationProblem, grid: int, who: tuple[int, ...]) -> int:
    """The most that these people can be worth in this grid, by trying every role for everyone."""
    want, most = int(problem.want[grid]), int(problem.most[grid])
    assert len(who) <= most
    worth = 0
    for head in range(1, len(who) + 1):
        if head > want:
            worth += problem.beyond_value
            continue
        for share, value in zip(problem.tier_share, problem.tier_value, strict=True):
            if head <= math.ceil(float(share) * want):
                worth += int(value)
                break
    best = 0
    columns = range(-1, len(problem.quota_skill))
    for roles in itertools.product(columns, repeat=len(who)):
        filled = [roles.count(k) for k in range(len(problem.quota_skill))]
        fits = all(filled[k] <= problem.quota[grid, k] for k in range(len(filled)))
        able = all(
            k < 0 or (int(problem.vol_skills[i]) >> int(problem.quota_skill[k])) & 1
            for i, k in zip(who, roles, strict=True)
        )
        if fits and able:
            best = max(best, sum(int(problem.quota_value[k]) for k in roles if k >= 0))
    return worth + best


def every_placement(problem: AllocationProblem) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Objective and grid of each person, -1 none, of every placement there is, with the best roles in each."""
    walk = metres_between(problem)
    n, g = walk.shape
    of_grid = cache(lambda grid, who: value_of_grid(problem, grid, who))
    choices = []
    for i in range(n):
        places = [int(x) for x in np.flatnonzero(np.isfinite(walk[i]))]
        choices.append(places if problem.pinned[i] >= 0 else [-1, *places])
    for chosen in itertools.product(*choices):
        groups = [tuple(i for i in range(n) if chosen[i] == x) for x in range(g)]
        if any(len(who) > problem.most[x] for x, who in enumerate(groups)):
            continue
        metres = sum(int(walk[i, x]) for i, x in enumerate(chosen) if x >= 0)
        yield metres - sum(of_grid(x, who) for x, who in enumerate(groups)), chosen
