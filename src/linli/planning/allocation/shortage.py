"""What stays empty, worst-served grid first."""

import numpy as np

from linli.planning.allocation.plan import Shortage
from linli.planning.allocation.problem import AllocationProblem


def shortage_of(problem: AllocationProblem, grid: np.ndarray, role: np.ndarray) -> Shortage:
    """The grids that lack a head or a quota place, those with the smallest share of their heads first.

    Equal shares: more heads missing first, then more quota places, then the lower grid.
    """
    g, s = problem.quota.shape
    placed = np.flatnonzero(grid >= 0)
    heads = np.bincount(grid[placed], minlength=g)
    wanted_tiers = problem.tier_heads[:, :-1]
    room_before = np.cumsum(wanted_tiers, axis=1) - wanted_tiers
    short_tier = wanted_tiers - np.clip(heads[:, None] - room_before, 0, wanted_tiers)
    filled = np.zeros((g, s), np.int64)
    in_role = placed[role[placed] >= 0]
    np.add.at(filled, (grid[in_role], role[in_role]), 1)
    short_quota = problem.quota - filled
    missing = short_tier.sum(axis=1)
    share = np.where(problem.want > 0, heads / np.maximum(problem.want, 1), 1.0)
    order = np.lexsort((np.arange(g), -short_quota.sum(axis=1), -missing, np.minimum(share, 1.0)))
    short = order[(missing > 0)[order] | (short_quota.sum(axis=1) > 0)[order]].astype(np.int32)
    return Shortage(
        grid=short,
        heads=heads[short].astype(np.int32),
        want=problem.want[short],
        short_tier=short_tier[short].astype(np.int32),
        short_quota=short_quota[short].astype(np.int32),
    )
