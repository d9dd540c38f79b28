"""A city on a plane: grids with people in them, and volunteers with skills. No map, no data, all drawn by seed.

What the description leaves open is chosen here and kept: the centre is the
middle of the square; every group of grids scatters normally in both axes; a
volunteer is drawn to a grid with replacement. Positions are whole metres,
populations whole people and weights whole numbers before anything is drawn
by them, so that the last digit of a logarithm cannot change an instance.
"""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

SIDE_M = 119_700
TOWNS = 22
GRIDS = 9_310
PEOPLE = 21_000_000
VOLUNTEERS = 139_300
SKILLS = (
    "medical", "driver", "psychologist", "interpreter", "security", "logistics",
    "it", "elder care", "child care", "cook", "repair", "admin",
)  # fmt: skip
SKILL_WEIGHTS = np.array([90, 220, 25, 30, 120, 180, 60, 120, 100, 50, 60, 200])
SKILL_COUNT_PERCENT = np.array([55, 30, 15])
AVAILABLE_PERCENT = 85


@dataclass(frozen=True)
class PlaneCity:
    """Grids f8[g,2] metres and their people i8[g]; volunteers f8[n,2], u4[n] skill bits, b1[n] available."""

    grid_xy: np.ndarray
    people: np.ndarray
    vol_xy: np.ndarray
    vol_skills: np.ndarray
    available: np.ndarray

    @property
    def centre(self) -> np.ndarray:
        """The middle of the square."""
        return np.full(2, SIDE_M / 2)


def plane_city(rng: np.random.Generator) -> PlaneCity:
    """Draw a city; equal generators give equal cities."""
    town_xy = _whole(rng.uniform(0.08 * SIDE_M, 0.92 * SIDE_M, (TOWNS, 2)))
    town_weight = _whole(1e6 * rng.dirichlet(np.full(TOWNS, 3.0))).astype(np.int64)
    in_centre, in_towns = int(0.55 * GRIDS), int(0.35 * GRIDS)
    town_of = draw(rng, town_weight, in_towns)
    grid_xy = np.concatenate([
        SIDE_M / 2 + rng.normal(0, 7_000, (in_centre, 2)),
        town_xy[town_of] + rng.normal(0, 2_200, (in_towns, 2)),
        rng.uniform(0, SIDE_M, (GRIDS - in_centre - in_towns, 2)),
    ])  # fmt: skip
    grid_xy = np.clip(_whole(grid_xy), 0, SIDE_M)
    people = rng.lognormal(0, 0.45, GRIDS)
    people[in_centre + in_towns :] /= 2
    people = _whole(people * (PEOPLE / people.sum())).astype(np.int64)

    nearest_town = cKDTree(town_xy).query(grid_xy)[1]
    eager = rng.lognormal(0, 0.25, TOWNS)[nearest_town] * rng.lognormal(0, 0.35, GRIDS)
    home = draw(rng, _whole(people * eager).astype(np.int64), VOLUNTEERS)
    apart_m = cKDTree(grid_xy).query(grid_xy, k=5)[0][:, 1:].mean(axis=1)
    spread_m = np.clip(_whole(apart_m), 60, 1_500)
    vol_xy = _whole(grid_xy[home] + rng.normal(0, 1, (VOLUNTEERS, 2)) * spread_m[home, None])
    skills = _skills(rng, VOLUNTEERS)
    available = rng.integers(0, 100, VOLUNTEERS) < AVAILABLE_PERCENT
    return PlaneCity(grid_xy, people, vol_xy, skills, available)


def _whole(values: np.ndarray) -> np.ndarray:
    return np.rint(values)


def draw(rng: np.random.Generator, weights: np.ndarray, count: int) -> np.ndarray:
    """Row numbers drawn in proportion to whole weights."""
    upto = np.cumsum(weights)
    return np.searchsorted(upto, rng.integers(0, upto[-1], count), side="right")


def _skills(rng: np.random.Generator, count: int) -> np.ndarray:
    """u4 masks of 1, 2 or 3 different skills, drawn in proportion to their weights without putting back."""
    wanted = 1 + draw(rng, SKILL_COUNT_PERCENT, count)
    mask = np.zeros(count, np.uint32)
    for more in range(3):
        lacking = np.flatnonzero(wanted > more)
        while lacking.size:  # drawing again on a repeat is drawing in proportion among the rest
            bit = np.uint32(1) << draw(rng, SKILL_WEIGHTS, lacking.size).astype(np.uint32)
            fresh = (mask[lacking] & bit) == 0
            mask[lacking[fresh]] |= bit[fresh]
            lacking = lacking[~fresh]
    return mask
