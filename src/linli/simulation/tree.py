"""The tree of areas, from the top area down to micro-grids, with residents, points and cells."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from linli.simulation import geography, sizes
from linli.simulation.draws import Ints, at_least, largest_remainder, rounded, stream, whole
from linli.simulation.sizes import Size
from linli.simulation.source import ZONES, Community, Source, Street

URBAN_WEIGHT = {"111": 100, "112": 75, "121": 62, "122": 45, "123": 40, "210": 36, "220": 13}
"""Residents of a community relative to one in the city core, by urban-rural class: an assumption."""
RURAL = ("220",)
LEVELS = ("city", "district", "street", "community", "grid", "micro_grid", "dedicated_grid")


@dataclass(slots=True)
class Areas:
    """The rows of areas.csv: parallel lists, ids from 1 in the order of levels. Points in millionths of a degree."""

    level: list[str] = field(default_factory=list)
    parent: list[int] = field(default_factory=list)
    name: list[str] = field(default_factory=list)
    name_en: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    point: list[tuple[int, int]] = field(default_factory=list)
    point_source: list[str] = field(default_factory=list)

    def add(
        self,
        level: str,
        parent: int,
        names: tuple[str, str],
        point: tuple[int, int],
        *,
        code: str = "",
        source: str = "generated",
    ) -> int:
        """Append one area, named in Chinese and English, and return its id (parent 0: none)."""
        self.level.append(level)
        self.parent.append(parent)
        self.name.append(names[0])
        self.name_en.append(names[1])
        self.code.append(code)
        self.point.append(point)
        self.point_source.append(source)
        return len(self.level)


@dataclass(slots=True)
class CommunityPlan:
    """One community: how many live there, where, and its grids and micro-grids.

    Attributes:
        area, grid_area, micro_area, dedicated_area: area ids.
        grid_points, micro_points: (n, 2) millionths of a degree.
        micro_of_grid: how many micro-grids each grid has.
    """

    community: Community
    residents: int
    point: tuple[int, int]
    point_source: str
    cell: BaseGeometry
    area: int = 0
    grids: int = 0
    micro_grids: int = 0
    dedicated: int = 0
    micro_of_grid: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    grid_points: Ints = field(default_factory=lambda: np.zeros((0, 2), dtype=np.int64))
    micro_points: Ints = field(default_factory=lambda: np.zeros((0, 2), dtype=np.int64))
    dedicated_points: Ints = field(default_factory=lambda: np.zeros((0, 2), dtype=np.int64))
    grid_cells: list[BaseGeometry] = field(default_factory=list)
    grid_area: list[int] = field(default_factory=list)
    micro_area: list[int] = field(default_factory=list)
    dedicated_area: list[int] = field(default_factory=list)

    @property
    def rural(self) -> bool:
        """Whether the community is a village in the countryside."""
        return self.community.urban_class in RURAL


@dataclass(slots=True)
class StreetPlan:
    """One street with its communities and its area id."""

    street: Street
    communities: list[CommunityPlan]
    area: int = 0

    @property
    def residents(self) -> int:
        """People living in the street."""
        return sum(item.residents for item in self.communities)


@dataclass(slots=True)
class Tree:
    """All areas of a city and the plans of its streets."""

    size: Size
    areas: Areas
    streets: list[StreetPlan]
    district_area: dict[str, int]
    top: int = 1


def plan(size: Size, seed: int, source: Source) -> Tree:
    """The whole tree of one city."""
    wanted = {street.code for street in size.streets(source)}
    found: dict[str, list[CommunityPlan]] = {}
    for code in sorted({street.district_code for street in size.streets(source)}):
        for item in _district(code, seed, source):
            if item.community.street_code in wanted:
                found.setdefault(item.community.street_code, []).append(item)
    streets = [StreetPlan(street, found[street.code]) for street in size.streets(source)]
    communities = [item for street in streets for item in street.communities]
    if size.residents:
        weights = np.array([item.residents for item in communities], dtype=np.int64)
        for item, residents in zip(communities, largest_remainder(size.residents, weights).tolist(), strict=True):
            item.residents = residents
    _count_grids(size, communities)
    for item in communities:
        _place_grids(item, seed)
    return _number(size, streets, source)


def _district(code: str, seed: int, source: Source) -> list[CommunityPlan]:
    """The communities of one statutory district: residents that sum to its census, points and cells."""
    district = source.districts[code]
    rng = stream(seed, 1, int(code))
    members = [item for item in source.communities if item.street_code.startswith(code)]
    base = np.array([URBAN_WEIGHT[item.urban_class] for item in members], dtype=np.int64)
    residents = largest_remainder(district.census_2020, base * whole(rng, 60, 140, len(members)))
    points, sources = geography.scatter(rng, members, district.outline)
    around = geography.cells(points, district.outline)
    return [
        CommunityPlan(member, heads, (lon, lat), where, cell)
        for member, heads, (lon, lat), where, cell in zip(
            members, residents.tolist(), points.tolist(), sources, around, strict=True
        )
    ]


def _count_grids(size: Size, communities: list[CommunityPlan]) -> None:
    """Exact numbers of grids and micro-grids, shared out by residents; every grid has at least one micro-grid."""
    residents = np.array([item.residents for item in communities], dtype=np.int64)
    total = int(residents.sum())
    per_head = Fraction(sizes.QINGYANG_GRIDS, sizes.QINGYANG_RESIDENTS)
    micro_per_head = Fraction(sizes.QINGYANG_MICRO_GRIDS, sizes.QINGYANG_RESIDENTS)
    grids = at_least(size.grids or rounded(per_head * total), residents, np.ones_like(residents))
    micro = at_least(size.micro_grids or rounded(micro_per_head * total), residents, grids)
    dedicated = largest_remainder(rounded(sizes.DEDICATED_PER_RESIDENT * total), residents)
    for row, item in enumerate(communities):
        item.grids, item.micro_grids, item.dedicated = int(grids[row]), int(micro[row]), int(dedicated[row])
        item.micro_of_grid = largest_remainder(item.micro_grids, np.ones(item.grids, dtype=np.int64))


def _place_grids(item: CommunityPlan, seed: int) -> None:
    """Points of grids, micro-grids and dedicated grids, and the cells of grids."""
    rng = stream(seed, 2, int(item.community.code))
    taken: set[tuple[int, int]] = set()
    reach = 120 * (2 + int(item.grids**0.5)) * (3 if item.rural else 1)
    centre = np.array(item.point, dtype=np.int64)
    item.grid_points = geography.spread(rng, centre, item.cell, item.grids, reach_m=reach, taken=taken)
    item.grid_cells = geography.cells(item.grid_points, item.cell)
    item.micro_points = np.concatenate(
        [
            geography.spread(rng, point, cell, count, reach_m=400 if item.rural else 180, taken=taken)
            for point, cell, count in zip(item.grid_points, item.grid_cells, item.micro_of_grid.tolist(), strict=True)
        ]
    )
    if item.dedicated:
        item.dedicated_points = geography.spread(rng, centre, item.cell, item.dedicated, reach_m=2 * reach, taken=taken)


def _middle(points: list[tuple[int, int]]) -> tuple[int, int]:
    lon, lat = np.array(points, dtype=np.int64).mean(axis=0).round().astype(np.int64).tolist()
    return lon, lat


def _number(size: Size, streets: list[StreetPlan], source: Source) -> Tree:
    """Give every area its id, level by level, so that a parent always comes before its children."""
    areas = Areas()
    made = "mean_of_communities"
    inside = {item.street.code: [part.point for part in item.communities] for item in streets}
    everywhere = [point for points in inside.values() for point in points]
    parent = 0
    if size.top == "city":
        parent = areas.add("city", 0, ("成都市", "Chengdu"), _middle(everywhere), code="510100", source=made)
    district_area: dict[str, int] = {}
    if size.top != "street":
        for code in sorted({item.street.area_code for item in streets}):
            points = [p for item in streets if item.street.area_code == code for p in inside[item.street.code]]
            known = source.districts.get(code)
            names = (known.name, known.name_en) if known else ZONES[code]
            statutory = code if known else ""
            district_area[code] = areas.add("district", parent, names, _middle(points), code=statutory, source=made)
    for item in streets:
        street = item.street
        above = district_area.get(street.area_code, 0)
        names = (street.name, street.name_en)
        item.area = areas.add("street", above, names, _middle(inside[street.code]), code=street.code, source=made)
    for item in streets:
        for part in item.communities:
            own = part.community
            names = (own.name, own.name_en)
            part.area = areas.add("community", item.area, names, part.point, code=own.code, source=part.point_source)
    communities = [part for item in streets for part in item.communities]
    for part in communities:
        _number_grids(areas, part)
    for part in communities:
        _number_micro_grids(areas, part)
    for part in communities:
        for row, (lon, lat) in enumerate(part.dedicated_points.tolist(), start=1):
            name, english = f"{part.community.name}专属网格{row}", f"{part.community.name_en} dedicated grid {row}"
            part.dedicated_area.append(areas.add("dedicated_grid", part.area, (name, english), (lon, lat)))
    return Tree(size, areas, streets, district_area)


def _number_grids(areas: Areas, part: CommunityPlan) -> None:
    for row, (lon, lat) in enumerate(part.grid_points.tolist(), start=1):
        name, english = f"{part.community.name}第{row}网格", f"{part.community.name_en} grid {row}"
        part.grid_area.append(areas.add("grid", part.area, (name, english), (lon, lat)))


def _number_micro_grids(areas: Areas, part: CommunityPlan) -> None:
    points = iter(part.micro_points.tolist())
    for row, (grid, count) in enumerate(zip(part.grid_area, part.micro_of_grid.tolist(), strict=True), start=1):
        for micro in range(1, count + 1):
            lon, lat = next(points)
            name = f"{part.community.name}第{row}网格{micro}号微网格"
            english = f"{part.community.name_en} grid {row} micro-grid {micro}"
            part.micro_area.append(areas.add("micro_grid", grid, (name, english), (lon, lat)))


def outline_of(shapes: list[BaseGeometry]) -> BaseGeometry:
    """Several cells as one outline."""
    return geography.only_areas(shapely.union_all(shapes))
