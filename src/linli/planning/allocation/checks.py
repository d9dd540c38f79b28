"""What makes an allocation problem senseless, checked once where it is made."""

from typing import TYPE_CHECKING

import numpy as np

from linli.planning.errors import BadProblem
from linli.planning.frame.problem import refuse

if TYPE_CHECKING:
    from linli.planning.allocation.problem import AllocationProblem

LARGEST_VALUE = 10**9
"""Worths and metres above this could overflow the engine's scaled costs."""

MOST_COLUMNS = 31
"""Quota columns are kept as bits of a mask."""


def check(problem: "AllocationProblem") -> None:
    """Raise BadProblem naming the first thing that makes no sense."""
    _check_forms(problem)
    _check_demand(problem)
    _check_values(problem)
    _check_places(problem)
    _check_pins(problem)


def _check_forms(p: "AllocationProblem") -> None:
    if p.vol_xy is not None or p.grid_xy is not None:
        if p.vol_xy is None or p.grid_xy is None:
            raise BadProblem("vol_xy and grid_xy: give both or neither")
        if p.arc_vol is not None or p.arc_grid is not None or p.arc_m is not None:
            raise BadProblem("arcs and coordinates: give one or the other")
    elif p.arc_vol is None or p.arc_grid is None or p.arc_m is None:
        raise BadProblem("no distances: give vol_xy and grid_xy, or arc_vol, arc_grid and arc_m")
    if p.quota.shape[1] > MOST_COLUMNS:
        raise BadProblem(f"quota: has {p.quota.shape[1]} columns, at most {MOST_COLUMNS} are possible")


def _check_demand(p: "AllocationProblem") -> None:
    refuse("want", p.want < 0, p.want, "heads wanted is negative")
    refuse("most", p.most < p.want, p.most, "heads at most is below heads wanted")
    refuse("quota", p.quota < 0, p.quota, "quota is negative")
    refuse("quota", p.quota > p.want[:, None], p.quota, "quota is larger than the heads wanted")


def _check_values(p: "AllocationProblem") -> None:
    share = p.tier_share
    refuse("tier_share", ~((share > 0) & (share <= 1)), share, "share is not above 0 and at most 1")
    refuse("tier_share", np.diff(share, prepend=0) < 0, share, "share is below the one before")
    refuse("tier_value", np.diff(p.tier_value, prepend=LARGEST_VALUE) > 0, p.tier_value, "worth rises along the tiers")
    below = 0 if share.size and share[-1] < 1 else int(p.tier_value[-1]) if share.size else 0
    if p.beyond_value > below and bool((p.want > 0).any()):
        raise BadProblem(f"beyond_value: {p.beyond_value} is above the worth of the last head wanted ({below})")


def _check_places(p: "AllocationProblem") -> None:
    n, g = len(p.vol_skills), len(p.want)
    for name in ("vol_only", "pinned"):
        grid = getattr(p, name)
        refuse(name, (grid < -1) | (grid >= g), grid, f"is neither -1 nor a grid from 0 to {g - 1}")
    if p.vol_xy is not None and p.grid_xy is not None:
        return
    assert p.arc_vol is not None and p.arc_grid is not None and p.arc_m is not None  # noqa: PT018 - one fact
    refuse("arc_vol", p.arc_vol >= n, p.arc_vol, f"is not a person from 0 to {n - 1}")
    refuse("arc_grid", p.arc_grid >= g, p.arc_grid, f"is not a grid from 0 to {g - 1}")
    pair = p.arc_vol.astype(np.int64) * max(g, 1) + p.arc_grid
    if not bool((np.diff(pair) > 0).all()):  # in order already: no need to sort twenty million of them
        pair.sort()
        twice = np.flatnonzero(np.diff(pair) == 0)
        if twice.size:
            vol, grid = divmod(int(pair[twice[0]]), g)
            raise BadProblem(f"arc_vol, arc_grid: person {vol} and grid {grid} are joined twice")


def _check_pins(p: "AllocationProblem") -> None:
    held = np.bincount(p.pinned[p.pinned >= 0], minlength=len(p.most))
    refuse("pinned", held > p.most, held, "people are pinned to a grid that holds fewer")
