"""Who could stand where: the frozen problem of placing volunteers in grids."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from linli.planning.allocation import checks
from linli.planning.allocation.checks import LARGEST_VALUE
from linli.planning.frame import Problem, array, number, whole


@dataclass(frozen=True, eq=False, kw_only=True)
class AllocationProblem(Problem):
    """Volunteers, the grids that want them, and what each filled place is worth.

    One person fills one place in one grid. The plan minimises metres walked
    (each walk rounded to whole metres) less the value of what is filled.

    n people, g grids, s quota columns, t tiers, a arcs. Either coordinates
    (`vol_xy`, `grid_xy`) or arcs (`arc_vol`, `arc_grid`, `arc_m`) are given.

    Attributes:
        vol_skills: u4[n], bit k set where the person has skill k.
        vol_only: i4[n], the one grid the person may serve, -1 for any.
        want: i4[g], heads wanted.
        most: i4[g], heads that may be placed at all, at least `want`.
        quota: i4[g,s], how many of the heads should bring the column's skill.
        quota_skill: i4[s], the skill (bit number 0-31) of each column.
        quota_value: i8[s], worth of one quota place filled, on top of the head.
        tier_share: f8[t], rising shares of `want`, at most 1: tier k holds the
            heads up to ceil(tier_share[k] * want). Heads above the last tier
            and up to `want` are worth nothing.
        tier_value: i8[t], worth of one head in each tier, never rising.
        beyond_value: worth of one head from `want` to `most`.
        reach_m: the longest walk asked of anyone, in metres.
        pinned: i4[n], the grid where a person stays whatever happens (also out
            of reach or not the only grid), -1 where free. Their roles are free.
        vol_xy: f8[n,2], metres. grid_xy: f8[g,2], metres.
        arc_vol, arc_grid, arc_m: i4[a], person, grid, metres; each pair once.
            A pinned person without an arc to the pinned grid walks 0 metres.

    Raises:
        BadProblem: shapes disagree, a number is negative, NaN or out of its
            range, values rise from tier to tier, a quota is larger than the
            heads wanted, or more people are pinned to a grid than it holds.
    """

    vol_skills: np.ndarray = array("u4", "n")
    vol_only: np.ndarray = array("i4", "n")
    want: np.ndarray = array("i4", "g")
    most: np.ndarray = array("i4", "g")
    quota: np.ndarray = array("i4", "g", "s")
    quota_skill: np.ndarray = array("i4", "s", low=0, high=31)
    quota_value: np.ndarray = array("i8", "s", low=0, high=LARGEST_VALUE)
    tier_share: np.ndarray = array("f8", "t")
    tier_value: np.ndarray = array("i8", "t", low=0, high=LARGEST_VALUE)
    beyond_value: int = whole(low=0, high=LARGEST_VALUE)
    reach_m: float = number(low=0)
    pinned: np.ndarray = array("i4", "n")
    vol_xy: np.ndarray | None = array("f8", "n", 2, low=-LARGEST_VALUE / 4, high=LARGEST_VALUE / 4, optional=True)
    grid_xy: np.ndarray | None = array("f8", "g", 2, low=-LARGEST_VALUE / 4, high=LARGEST_VALUE / 4, optional=True)
    arc_vol: np.ndarray | None = array("i4", "a", low=0, optional=True, view=True)
    arc_grid: np.ndarray | None = array("i4", "a", low=0, optional=True, view=True)
    arc_m: np.ndarray | None = array("i4", "a", low=0, high=LARGEST_VALUE, optional=True, view=True)

    def check(self) -> None:
        """Refuse what makes no sense."""
        checks.check(self)

    @property
    def n_people(self) -> int:
        """How many people there are."""
        return len(self.vol_skills)

    @property
    def n_grids(self) -> int:
        """How many grids there are."""
        return len(self.want)

    @cached_property
    def tier_heads(self) -> np.ndarray:
        """i8[g,t+2]: heads each tier holds; then those worth nothing below `want`, and those beyond it."""
        # 1e-9: a share such as 0.7 of 10 is seven heads, though the product may come out a hair above 7
        up_to = np.ceil(self.tier_share[None, :] * self.want[:, None] - 1e-9).astype(np.int64)
        edges = np.concatenate(
            [np.zeros((self.n_grids, 1), np.int64), up_to, self.want[:, None], self.most[:, None]], axis=1
        )
        return np.diff(np.maximum.accumulate(edges, axis=1), axis=1)

    @cached_property
    def tier_values(self) -> np.ndarray:
        """i8[t+2]: worth of a head in each column of `tier_heads`."""
        return np.concatenate([self.tier_value, [0, self.beyond_value]]).astype(np.int64)

    @cached_property
    def vol_mask(self) -> np.ndarray:
        """i8[n]: bit c set where the person brings the skill of quota column c."""
        mask = np.zeros(self.n_people, np.int64)
        for column, skill in enumerate(self.quota_skill):
            mask |= ((self.vol_skills >> np.uint32(skill)) & 1).astype(np.int64) << column
        return mask
