"""Who could stand where: the frozen problem of placing volunteers in grids."""

from dataclasses import dataclass, field, fields
from functools import cached_property

import numpy as np

from linli.planning.allocation.checks import check
from linli.planning.errors import BadProblem
from linli.planning.frame import digest_of

DTYPES = {
    "vol_xy": np.float64,
    "vol_skills": np.uint32,
    "vol_only": np.int32,
    "grid_xy": np.float64,
    "want": np.int32,
    "most": np.int32,
    "quota": np.int32,
    "quota_skill": np.int32,
    "quota_value": np.int64,
    "tier_share": np.float64,
    "tier_value": np.int64,
    "pinned": np.int32,
    "arc_vol": np.int32,
    "arc_grid": np.int32,
    "arc_m": np.int32,
}


@dataclass(frozen=True, eq=False, kw_only=True)
class AllocationProblem:
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

    vol_skills: np.ndarray
    vol_only: np.ndarray
    want: np.ndarray
    most: np.ndarray
    quota: np.ndarray
    quota_skill: np.ndarray
    quota_value: np.ndarray
    tier_share: np.ndarray
    tier_value: np.ndarray
    beyond_value: int
    reach_m: float
    pinned: np.ndarray
    vol_xy: np.ndarray | None = field(default=None)
    grid_xy: np.ndarray | None = field(default=None)
    arc_vol: np.ndarray | None = field(default=None)
    arc_grid: np.ndarray | None = field(default=None)
    arc_m: np.ndarray | None = field(default=None)

    def __post_init__(self) -> None:
        for name, dtype in DTYPES.items():
            given = getattr(self, name)
            if given is not None:
                object.__setattr__(self, name, _as_frozen(name, given, np.dtype(dtype)))
        object.__setattr__(self, "beyond_value", _whole("beyond_value", self.beyond_value))
        object.__setattr__(self, "reach_m", _number("reach_m", self.reach_m))
        check(self)

    @property
    def n_people(self) -> int:
        """How many people there are."""
        return len(self.vol_skills)

    @property
    def n_grids(self) -> int:
        """How many grids there are."""
        return len(self.want)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of everything that defines the problem."""
        return digest_of((part.name, getattr(self, part.name)) for part in fields(self))

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


def _as_frozen(name: str, given: object, dtype: np.dtype) -> np.ndarray:
    try:
        raw = np.asarray(given)
        if raw.dtype.kind not in "iufb":
            raise BadProblem(f"{name}: holds {raw.dtype}, not numbers")
        if dtype.kind in "iu" and raw.dtype.kind == "f" and not np.array_equal(raw, np.trunc(raw)):
            raise BadProblem(f"{name}: holds numbers that are not whole")
        if dtype.kind in "iu" and raw.size and raw.dtype != dtype:
            bounds = np.iinfo(dtype)
            if raw.min() < bounds.min or raw.max() > bounds.max:
                raise BadProblem(f"{name}: holds numbers outside {bounds.min} to {bounds.max}")
        # arcs may be hundreds of megabytes: a read-only view rather than a copy
        array = np.ascontiguousarray(raw, dtype) if name.startswith("arc_") else np.array(raw, dtype, order="C")
    except (TypeError, ValueError) as error:
        raise BadProblem(f"{name}: cannot be read as an array of {dtype}: {error}") from error
    frozen = array.view()
    frozen.setflags(write=False)
    return frozen


def _whole(name: str, given: object) -> int:
    value = _number(name, given)
    if value != int(value):
        raise BadProblem(f"{name}: {value} is not a whole number")
    return int(value)


def _number(name: str, given: object) -> float:
    array = np.asarray(given)
    if array.ndim != 0 or array.dtype.kind not in "iuf":
        raise BadProblem(f"{name}: should be one number")
    value = float(array)
    if not np.isfinite(value):
        raise BadProblem(f"{name}: {value} is not a finite number")
    return value
