"""The open inputs of the article scenario, drawn by seed: who signs up, how risky each community is, which grids ask.

Everything else the scenario shows is a result. Nothing here changes a city.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linli.simulation.draws import Ints, chosen, in_turn, largest_remainder, rounded, stream, whole
from linli.simulation.folder import AreaRow, CityFolder
from linli.simulation.report import ages_on_reference_day
from linli.simulation.schema import NEED_BIT, SKILLS

CITY_RESIDENTS, CITY_GRIDS = 20_937_757, 15_883
SIGNED_UP, ASKING = 139_300, 9_310
AVAILABLE_PERCENT = 85
RISK_PERCENT = (60, 30, 10)
QUOTA_SKILLS = tuple(SKILLS.index(name) for name in ("medical", "driver", "psychologist"))
RULE = (
    "A grid asks when it stands in the first 9,310 of 15,883 (58.6 %) of the city's grids, put in order of the level "
    "of its zone (high before medium before low), then of the residents its register lists, then of its number."
)
CANNOT_SERVE = sum(NEED_BIT[name] for name in ("pregnant", "dialysis", "chemo", "care_dependent"))


@dataclass(frozen=True, slots=True)
class SignUps:
    """People of the truth who sign up, one row each; what they would say of themselves and where they live.

    Attributes:
        person, household, dwelling, micro_grid, grid, community: ids (n,) int64. Some persons and some dwellings
            are unknown to the register.
        name, phone, id_no, born: as in the truth; `phone` may be blank.
        skills: bit masks of `schema.SKILLS`.
        available: whether they can come when asked, for 85 in 100.
        lon, lat: of their building, degrees.
        street: index into `CityFolder.streets`.
    """

    person: Ints
    household: Ints
    dwelling: Ints
    micro_grid: Ints
    grid: Ints
    community: Ints
    name: NDArray[np.str_]
    phone: NDArray[np.bytes_]
    id_no: NDArray[np.bytes_]
    born: Ints
    skills: Ints
    available: NDArray[np.bool_]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    street: Ints


@dataclass(frozen=True, slots=True)
class Asking:
    """The grids that ask for people, and how many of whom; A1's rule with the zone's level as risk (PLANNING.md).

    Attributes:
        grid: (g,) area ids, ascending.
        risk: (g,) 0 low, 1 medium, 2 high.
        residents: (g,) persons listed in the register.
        want: (g,) heads.
        quota: (g, 3) of them with the skills `QUOTA_SKILLS`.
    """

    grid: Ints
    risk: Ints
    residents: Ints
    want: Ints
    quota: Ints


@dataclass(frozen=True, slots=True)
class ArticleInputs:
    """Everything drawn for one run: sign-ups, the risk of each community, and the grids that ask."""

    sign_ups: SignUps
    zones: dict[int, int]
    asking: Asking


def draw_article_inputs(city: CityFolder, seed: int) -> ArticleInputs:
    """Draw the scenario's open inputs on any size of city.

    The whole city gives exactly 139,300 people and 9,310 grids; a smaller one its share of residents and of grids.

    Raises:
        BadCity: the folder is no good.
    """
    areas = city.areas("truth")
    sign_ups = draw_sign_ups(city, areas, seed)
    zones = draw_zones(areas, seed)
    residents = listed_residents(city, areas)
    return ArticleInputs(sign_ups, zones, choose_asking(areas, zones, residents, seed))


def draw_sign_ups(city: CityFolder, areas: list[AreaRow], seed: int) -> SignUps:
    """People of 18 to 69 drawn evenly, leaving out who is pregnant, in treatment or depends on care.

    Each street gives its share of residents.
    """
    total = rounded(Fraction(SIGNED_UP * city.counts["truth"]["persons"], CITY_RESIDENTS))
    residents = list(city.street_residents.values())
    counts = in_turn(residents, Fraction(total, max(1, sum(residents))))
    parts = [_street(city, row, count, seed) for row, count in enumerate(counts)]
    whole_city = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    parent = np.zeros(max(area.id for area in areas) + 1, dtype=np.int64)
    for area in areas:
        parent[area.id] = area.parent
    grid = parent[whole_city["micro_grid"]]
    return SignUps(**whole_city, grid=grid, community=parent[grid])


def _street(city: CityFolder, row: int, count: int, seed: int) -> dict[str, NDArray[Any]]:
    code = city.streets[row]
    tables = city.street("truth", code, ("buildings", "dwellings", "households", "persons"))
    persons, households = tables["persons"], tables["households"]
    age = ages_on_reference_day(persons["born"])
    able = (age >= 18) & (age < 70) & ((persons["needs"] & CANNOT_SERVE) == 0)
    rng = stream(seed, 11, int(code))
    picked = chosen(rng, np.flatnonzero(able), count)
    household = np.searchsorted(households["id"], persons["household"][picked])
    dwelling = np.searchsorted(tables["dwellings"]["id"], households["dwelling"][household])
    building = np.searchsorted(tables["buildings"]["id"], tables["dwellings"]["building"][dwelling])
    return {
        "person": persons["id"][picked].astype(np.int64),
        "household": households["id"][household].astype(np.int64),
        "dwelling": tables["dwellings"]["id"][dwelling].astype(np.int64),
        "micro_grid": tables["buildings"]["micro_grid"][building].astype(np.int64),
        "name": persons["name"][picked],
        "phone": persons["phone"][picked],
        "id_no": persons["id_no"][picked],
        "born": persons["born"][picked].astype(np.int64),
        "skills": persons["skills"][picked].astype(np.int64),
        "available": whole(rng, 0, 99, len(picked)) < AVAILABLE_PERCENT,
        "lon": tables["buildings"]["lon"][building],
        "lat": tables["buildings"]["lat"][building],
        "street": np.full(len(picked), row, dtype=np.int64),
    }


def draw_zones(areas: list[AreaRow], seed: int) -> dict[int, int]:
    """Risk by community id: high (2) for one in ten, medium (1) for three in ten, low (0) for the others, by seed."""
    communities = np.array([area.id for area in areas if area.level == "community"], dtype=np.int64)
    rng = stream(seed, 12)
    low, medium, high = largest_remainder(len(communities), np.array(RISK_PERCENT, dtype=np.int64)).tolist()
    order = communities[np.argsort(rng.integers(0, 1 << 62, size=len(communities), dtype=np.int64), kind="stable")]
    levels = [2] * high + [1] * medium + [0] * low
    return dict(sorted(zip(order.tolist(), levels, strict=True)))


def listed_residents(city: CityFolder, areas: list[AreaRow]) -> dict[int, int]:
    """Persons in the register by grid id: what an office would go by."""
    per_micro = np.zeros(max(area.id for area in areas) + 1, dtype=np.int64)
    for code in city.streets:
        tables = city.street("register", code, ("buildings", "dwellings", "households", "persons"))
        household = np.searchsorted(tables["households"]["id"], tables["persons"]["household"])
        dwelling = np.searchsorted(tables["dwellings"]["id"], tables["households"]["dwelling"][household])
        building = np.searchsorted(tables["buildings"]["id"], tables["dwellings"]["building"][dwelling])
        per_micro += np.bincount(tables["buildings"]["micro_grid"][building], minlength=len(per_micro))
    found = {area.id: 0 for area in areas if area.level == "grid"}
    for area in areas:
        if area.level == "micro_grid":
            found[area.parent] += int(per_micro[area.id])
    return found


def choose_asking(areas: list[AreaRow], zones: dict[int, int], residents: dict[int, int], seed: int) -> Asking:
    """The grids that ask, by RULE, and what they want."""
    grids = [area for area in areas if area.level == "grid"]
    asked = rounded(Fraction(ASKING * len(grids), CITY_GRIDS))
    order = sorted(grids, key=lambda area: (-zones.get(area.parent, 0), -residents[area.id], area.id))
    first = sorted(order[:asked], key=lambda area: area.id)
    grid = np.array([area.id for area in first], dtype=np.int64)
    risk = np.array([zones.get(area.parent, 0) for area in first], dtype=np.int64)
    people = np.array([residents[area.id] for area in first], dtype=np.int64)
    want, quota = demand(people, risk, seed)
    return Asking(grid, risk, people, want, quota)


def demand(residents: Ints, risk: Ints, seed: int) -> tuple[Ints, Ints]:
    """Heads wanted (g,) and skill quotas (g, 3) by A1's rule, given residents and risk.

    n = clip(round(6.3 (residents/mean)^0.7 (1 + 0.35 risk) + 5), 8, 25). Medical 1, or 2 at risk 2; driver 1, or 2
    from n of 10; psychologist 1 at risk 1 and above, for six in ten by seed. The power is rounded to six decimals
    before use, so that the last bit of a machine's arithmetic cannot decide.
    """
    mean = max(1.0, float(residents.mean())) if len(residents) else 1.0
    crowd = np.round((residents / mean) ** 0.7, 6)
    want = np.clip(np.floor(np.round(6.3 * crowd * (1 + 0.35 * risk) + 5, 6) + 0.5), 8, 25).astype(np.int64)
    medical = np.where(risk == 2, 2, 1)
    driver = np.where(want >= 10, 2, 1)
    draw = whole(stream(seed, 13), 0, 9, len(want)) < 6
    return want, np.stack([medical, driver, ((risk >= 1) & draw).astype(np.int64)], axis=1).astype(np.int64)
