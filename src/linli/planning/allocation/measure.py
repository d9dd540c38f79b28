"""What a placement costs, and what prices prove."""

import numpy as np

from linli.planning.allocation.plan import Prices
from linli.planning.allocation.problem import AllocationProblem


def objective_of(problem: AllocationProblem, grid: np.ndarray, role: np.ndarray, metres: int) -> int:
    """Metres walked less the value filled."""
    heads = np.bincount(grid[grid >= 0], minlength=problem.n_grids)
    room_before = np.cumsum(problem.tier_heads, axis=1) - problem.tier_heads
    in_tier = np.clip(heads[:, None] - room_before, 0, problem.tier_heads)
    in_role = np.bincount(role[role >= 0], minlength=len(problem.quota_value))
    return metres - int((in_tier * problem.tier_values).sum() + (in_role * problem.quota_value).sum())


def proved_bound(problem: AllocationProblem, prices: Prices) -> int:
    """The bound that feasible prices prove: less what people, quota places and heads are worth above their price."""
    over_quota = np.maximum(0, problem.quota_value[None, :] + prices.head[:, None] - prices.role)
    over_head = np.maximum(0, problem.tier_values[None, :] - prices.head[:, None])
    return -int(
        prices.person.sum()
        + (problem.quota.astype(np.int64) * over_quota).sum()
        + (problem.tier_heads * over_head).sum()
    )
