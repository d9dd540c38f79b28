"""What makes an allocation problem senseless, checked once where it is made."""

from typing import TYPE_CHECKING

import numpy as np

from linli.planning.errors import BadProblem

if TYPE_CHECKING:
    from linli.planning.allocation.problem import AllocationProblem

LARGEST_VALUE = 10**9
"""Worths and metres above this could overflow the engine's scaled costs."""

MOST_COLUMNS = 31
"""Quota columns are kept as bits of a mask."""


def check(problem: "AllocationProblem") -> None:
    """Raise BadProblem naming the first thing that makes no sense."""
    _check_shapes(problem)
    _check_demand(problem)
    _check_values(problem)
    _check_places(problem)
    _check_pins(problem)


def _check_shapes(p: "AllocationProblem") -> None:
    n, g, s, t = len(np.atleast_1d(p.vol_skills)), len(np.atleast_1d(p.want)), _columns(p), p.tier_share.size
    wanted: dict[str, tuple[int, ...]] = {
        "vol_skills": (n,),
        "vol_only": (n,),
        "pinned": (n,),
        "want": (g,),
        "most": (g,),
        "quota": (g, s),
        "quota_skill": (s,),
        "quota_value": (s,),
        "tier_share": (t,),
        "tier_value": (t,),
    }
    if p.vol_xy is not None or p.grid_xy is not None:
        if p.vol_xy is None or p.grid_xy is None:
            raise BadProblem("vol_xy and grid_xy: give both or neither")
        if p.arc_vol is not None or p.arc_grid is not None or p.arc_m is not None:
            raise BadProblem("arcs and coordinates: give one or the other")
        wanted |= {"vol_xy": (n, 2), "grid_xy": (g, 2)}
    else:
        if p.arc_vol is None or p.arc_grid is None or p.arc_m is None:
            raise BadProblem("no distances: give vol_xy and grid_xy, or arc_vol, arc_grid and arc_m")
        wanted |= dict.fromkeys(("arc_vol", "arc_grid", "arc_m"), (p.arc_vol.size,))
    for name, shape in wanted.items():
        found = getattr(p, name).shape
        if found != shape:
            raise BadProblem(f"{name}: has shape {found}, should have {shape}")
    if s > MOST_COLUMNS:
        raise BadProblem(f"quota: has {s} columns, at most {MOST_COLUMNS} are possible")


def _columns(p: "AllocationProblem") -> int:
    return p.quota.shape[1] if p.quota.ndim == 2 else p.quota_skill.size


def _check_demand(p: "AllocationProblem") -> None:
    _refuse("want", p.want < 0, p.want, "heads wanted is negative")
    _refuse("most", p.most < p.want, p.most, "heads at most is below heads wanted")
    _refuse("quota", p.quota < 0, p.quota, "quota is negative")
    _refuse("quota", p.quota > p.want[:, None], p.quota, "quota is larger than the heads wanted")
    _refuse("quota_skill", (p.quota_skill < 0) | (p.quota_skill > 31), p.quota_skill, "skill is outside 0 to 31")


def _check_values(p: "AllocationProblem") -> None:
    for name in ("quota_value", "tier_value", "beyond_value"):
        value = np.atleast_1d(getattr(p, name))
        _refuse(name, value < 0, value, "worth is negative")
        _refuse(name, value > LARGEST_VALUE, value, f"worth is above {LARGEST_VALUE}")
    share = p.tier_share
    _refuse("tier_share", ~((share > 0) & (share <= 1)), share, "share is not above 0 and at most 1")
    _refuse("tier_share", np.diff(share, prepend=0) < 0, share, "share is below the one before")
    _refuse("tier_value", np.diff(p.tier_value, prepend=LARGEST_VALUE) > 0, p.tier_value, "worth rises along the tiers")
    below = 0 if share.size and share[-1] < 1 else int(p.tier_value[-1]) if share.size else 0
    if p.beyond_value > below and bool((p.want > 0).any()):
        raise BadProblem(f"beyond_value: {p.beyond_value} is above the worth of the last head wanted ({below})")
    if p.reach_m < 0:
        raise BadProblem(f"reach_m: {p.reach_m} is negative")


def _check_places(p: "AllocationProblem") -> None:
    n, g = len(p.vol_skills), len(p.want)
    for name in ("vol_only", "pinned"):
        grid = getattr(p, name)
        _refuse(name, (grid < -1) | (grid >= g), grid, f"is neither -1 nor a grid from 0 to {g - 1}")
    if p.vol_xy is not None and p.grid_xy is not None:
        for name, xy in (("vol_xy", p.vol_xy), ("grid_xy", p.grid_xy)):
            _refuse(name, ~(np.abs(xy) <= LARGEST_VALUE / 4), xy, "coordinate is not a number within reason")
        return
    assert p.arc_vol is not None and p.arc_grid is not None and p.arc_m is not None  # noqa: PT018 - one fact
    _refuse("arc_vol", (p.arc_vol < 0) | (p.arc_vol >= n), p.arc_vol, f"is not a person from 0 to {n - 1}")
    _refuse("arc_grid", (p.arc_grid < 0) | (p.arc_grid >= g), p.arc_grid, f"is not a grid from 0 to {g - 1}")
    _refuse("arc_m", (p.arc_m < 0) | (p.arc_m > LARGEST_VALUE), p.arc_m, f"metres are not from 0 to {LARGEST_VALUE}")
    pair = p.arc_vol.astype(np.int64) * max(g, 1) + p.arc_grid
    if not bool((np.diff(pair) > 0).all()):  # in order already: no need to sort twenty million of them
        pair.sort()
        twice = np.flatnonzero(np.diff(pair) == 0)
        if twice.size:
            vol, grid = divmod(int(pair[twice[0]]), g)
            raise BadProblem(f"arc_vol, arc_grid: person {vol} and grid {grid} are joined twice")


def _check_pins(p: "AllocationProblem") -> None:
    held = np.bincount(p.pinned[p.pinned >= 0], minlength=len(p.most))
    _refuse("pinned", held > p.most, held, "people are pinned to a grid that holds fewer")


def _refuse(name: str, bad: np.ndarray, values: np.ndarray, why: str) -> None:
    """Raise for the first bad entry, with its place and value."""
    if bad.any():
        where = tuple(int(axis) for axis in np.argwhere(bad)[0])
        place = ",".join(map(str, where))
        raise BadProblem(f"{name}[{place}]: {values[where]}: {why}")
