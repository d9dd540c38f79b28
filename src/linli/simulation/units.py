"""Work units of two levels and whom they could send: an open input of the reinforcement, drawn by seed.

The article names 45 departments of the city with 1,071 people, sent to two districts, and 91,000 people deployed from
units of both levels (DOMAIN.md §0, facts 1 and 3). How many units of the counties they came from it does not say: our
assumption is one for every 45 people. A smaller city has its share of residents of all of these, but three departments
with eight people each at the least.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from linli.simulation.article import CANNOT_SERVE, CITY_RESIDENTS, listed_residents
from linli.simulation.draws import Ints, chosen, in_turn, largest_remainder, rounded, stream, whole
from linli.simulation.folder import AreaRow, CityFolder
from linli.simulation.report import ages_on_reference_day

DEPARTMENTS, SENT, DEPLOYED = 45, 1_071, 91_000
PEOPLE_A_UNIT = 45
LEAST_DEPARTMENTS, LEAST_EACH = 3, 8
REINFORCED = ("锦江区", "成都高新区")
OLDEST = 60


@dataclass(frozen=True, slots=True)
class Unit:
    """A work unit.

    Attributes:
        name: made up; area: the id of the district, or of the city, that it belongs to.
        people: (k,) rows of `Units` whom it could send.
    """

    name: str
    area: int
    people: Ints


@dataclass(frozen=True, slots=True)
class Units:
    """Units and their people, who are different adults of the truth with a phone, fit to serve.

    Attributes:
        units: those of the city first.
        person: (n,) ids; name, phone: as in the truth; skills: bit masks of `schema.SKILLS`.
        district: (n,) the id of the district they live in, of the top area where there are none.
    """

    units: tuple[Unit, ...]
    person: Ints
    name: NDArray[np.str_]
    phone: NDArray[np.bytes_]
    skills: Ints
    district: Ints


def draw_departments(city: CityFolder, seed: int) -> Units:
    """The departments of the city and the people they send: 45 and 1,071 in all of Chengdu.

    Raises:
        BadCity: the folder is no good.
    """
    share = Fraction(city.counts["truth"]["persons"], CITY_RESIDENTS)
    many = max(LEAST_DEPARTMENTS, rounded(DEPARTMENTS * min(share, Fraction(1))))
    heads = max(many * LEAST_EACH, rounded(SENT * min(share, Fraction(1))))
    people = _people(city, heads, seed, purpose=21)
    sizes = largest_remainder(heads - many * LEAST_EACH, whole(stream(seed, 22), 1, 9, many)) + LEAST_EACH
    order = np.argsort(stream(seed, 23).integers(0, 1 << 62, size=heads, dtype=np.int64), kind="stable")
    edges = np.concatenate([[0], np.cumsum(sizes)])
    units = tuple(
        Unit(f"市级部门{number + 1:02}", city.top, np.sort(order[edges[number] : edges[number + 1]]))
        for number in range(many)
    )
    return Units(units, **people)


def draw_county_units(city: CityFolder, seed: int) -> Units:
    """Units of the counties, and of their own district's people the rest of the 91,000.

    Raises:
        BadCity: the folder is no good.
    """
    people = _people(city, people_of_counties(city), seed, purpose=24)
    names = {area.id: area.name for area in city.areas("truth")}
    units: list[Unit] = []
    for district in np.unique(people["district"]).tolist():
        rows = np.flatnonzero(people["district"] == district)
        many = max(1, rounded(Fraction(len(rows), PEOPLE_A_UNIT)))
        units += [
            Unit(f"{names[district]}单位{number + 1:03}", district, part)
            for number, part in enumerate(np.array_split(rows, many))
        ]
    return Units(tuple(units), **people)


def people_of_counties(city: CityFolder) -> int:
    """How many people units of the counties send: the rest of the 91,000, or a smaller city's share of it."""
    share = Fraction(city.counts["truth"]["persons"], CITY_RESIDENTS)
    return rounded((DEPLOYED - SENT) * min(share, Fraction(1)))


def reinforced(areas: list[AreaRow], zones: dict[int, int]) -> list[int]:
    """Ids of the areas that ask the city: 锦江 and 高新 where there are districts of these names, else the two of the
    areas below the top in which most communities are at high risk."""
    named = sorted(area.id for area in areas if area.level == "district" and area.name in REINFORCED)
    if named:
        return named
    top = next(area.id for area in areas if area.parent == 0)
    parent = {area.id: area.parent for area in areas}
    high = dict.fromkeys((area.id for area in areas if area.parent == top), 0)
    for community, level in zones.items():
        at = community
        while parent[at] != top:
            at = parent[at]
        high[at] += level == 2
    return sorted(sorted(high, key=lambda area: (-high[area], area))[:2])


def _people(city: CityFolder, total: int, seed: int, *, purpose: int) -> dict[str, NDArray]:
    """Each street gives its share of residents; sorted by street, then by id."""
    district = _districts(city)
    residents = list(city.street_residents.values())
    counts = in_turn(residents, Fraction(total, max(1, sum(residents))))
    parts = []
    for code, count in zip(city.streets, counts, strict=True):
        persons = city.street("truth", code, ("persons",))["persons"]
        age = ages_on_reference_day(persons["born"])
        able = (age >= 18) & (age < OLDEST) & ((persons["needs"] & CANNOT_SERVE) == 0) & (persons["phone"] != b"")
        picked = chosen(stream(seed, purpose, int(code)), np.flatnonzero(able), count)
        row = {name: persons[name][picked] for name in ("name", "phone")}
        row |= {"person": persons["id"][picked].astype(np.int64), "skills": persons["skills"][picked].astype(np.int64)}
        parts.append(row | {"district": np.full(len(picked), district[code], dtype=np.int64)})
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _districts(city: CityFolder) -> dict[str, int]:
    """The district of each street by its code; the top area where the city has none."""
    areas = {area.id: area for area in city.areas("truth")}
    found = {}
    for area in areas.values():
        if area.level == "street":
            above = areas.get(area.parent)
            found[area.code] = above.id if above is not None and above.level == "district" else city.top
    return found


def asked(areas: list[AreaRow], zones: dict[int, int], asking: list[int], total: int) -> dict[int, int]:
    """How many people each of some areas asks for: `total` in proportion to its zones, a community at high risk
    counting twice as much as one at medium. An open input of the scenario."""
    parent = {area.id: area.parent for area in areas}
    weight = dict.fromkeys(asking, 0)
    for community, level in zones.items():
        at = community
        while at not in weight and parent[at]:
            at = parent[at]
        if at in weight:
            weight[at] += level
    weights = np.array([max(1, weight[area]) for area in asking], dtype=np.int64)
    return dict(zip(asking, largest_remainder(total, weights).tolist(), strict=True))


def communities_ask(areas: list[AreaRow], city: CityFolder, units: Units) -> dict[int, int]:
    """How many people each community asks the units of its county for: all they have, in proportion to the residents
    its register lists. An open input of the scenario; who asks for nobody is left out."""
    parent = {area.id: area.parent for area in areas}
    residents: dict[int, int] = {}
    for grid, listed in listed_residents(city, areas).items():
        residents[parent[grid]] = residents.get(parent[grid], 0) + listed
    inside: dict[int, list[int]] = {}
    owners = {unit.area for unit in units.units}
    for community in sorted(residents):
        at = community
        while at not in owners and parent[at]:
            at = parent[at]
        inside.setdefault(at, []).append(community)
    found: dict[int, int] = {}
    for owner in sorted(owners & inside.keys()):
        total = int((units.district == owner).sum())
        weights = np.array([max(1, residents[community]) for community in inside[owner]], dtype=np.int64)
        found |= dict(zip(inside[owner], largest_remainder(total, weights).tolist(), strict=True))
    return {community: heads for community, heads in found.items() if heads}
