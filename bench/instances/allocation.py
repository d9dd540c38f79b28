"""A1: the available volunteers of a plane city and the grids that want them; and smaller cuts of it."""

import numpy as np

from bench.instances.plane_city import PlaneCity, plane_city
from linli.planning.allocation import AllocationProblem

REACH_M = 3_000.0
MEDICAL, DRIVER, PSYCHOLOGIST = 0, 1, 2
SIZES = {"A1": 1, "A1-third": 3, "A1-tenth": 10, "A1-hundredth": 100}


def make(name: str, seed: int) -> AllocationProblem:
    """The instance of this name and seed.

    The smaller ones are the nearest third, tenth or hundredth of the grids
    around the centre (rounded down), with the volunteers inside their circle.

    Raises:
        KeyError: there is no instance of this name.
    """
    part = SIZES[name]
    rng = np.random.default_rng(seed)
    city = plane_city(rng)
    want, quota = _demand(rng, city)
    grids, vols = _within(city, len(city.grid_xy) // part) if part > 1 else (slice(None), city.available)
    return AllocationProblem(
        vol_xy=city.vol_xy[vols],
        vol_skills=city.vol_skills[vols],
        vol_only=np.full(int(np.sum(vols)), -1),
        grid_xy=city.grid_xy[grids],
        want=want[grids],
        most=want[grids],
        quota=quota[grids],
        quota_skill=np.array([MEDICAL, DRIVER, PSYCHOLOGIST]),
        quota_value=np.array([40_000, 20_000, 60_000]),
        tier_share=np.array([0.5, 0.75, 0.9, 1.0]),
        tier_value=np.array([400_000, 300_000, 200_000, 100_000]),
        beyond_value=0,
        reach_m=REACH_M,
        pinned=np.full(int(np.sum(vols)), -1),
    )


def _demand(rng: np.random.Generator, city: PlaneCity) -> tuple[np.ndarray, np.ndarray]:
    """Heads wanted i4[g] and quotas i4[g,3] by population and risk."""
    g = len(city.people)
    risk = np.searchsorted([6, 9, 10], rng.integers(0, 10, g), side="right")
    want = np.rint(6.3 * (city.people / city.people.mean()) ** 0.7 * (1 + 0.35 * risk) + 5)
    want = np.clip(want, 8, 25).astype(np.int32)
    unwell = (risk >= 1) & (rng.integers(0, 10, g) < 6)
    quota = np.column_stack([np.where(risk == 2, 2, 1), np.where(want >= 10, 2, 1), unwell.astype(np.int32)])
    return want, quota


def _within(city: PlaneCity, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the grids nearest to the centre, and b1[n]: available volunteers no farther out than the last of them."""
    out = np.hypot(*(city.grid_xy - city.centre).T)
    grids = np.sort(np.argsort(out, kind="stable")[:count])
    return grids, city.available & (np.hypot(*(city.vol_xy - city.centre).T) <= out[grids].max())
