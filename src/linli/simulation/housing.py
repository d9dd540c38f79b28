"""Where a street's households live: estates, buildings and dwellings, each in exactly one micro-grid."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from linli.simulation import names, sizes
from linli.simulation.draws import Ints, at_least, chosen, in_turn, largest_remainder, stream, whole
from linli.simulation.geography import METRES_LAT, METRES_LON
from linli.simulation.quotas import StreetQuota
from linli.simulation.schema import COMMERCIAL, OWNER, PLACE_BLOCK, RENTED, VACANT, Table
from linli.simulation.tree import CommunityPlan, StreetPlan

LARGE_COMMUNITY = 18_000
"""A community with more residents has one estate that holds three fifths of its micro-grids (over 10,000 people)."""
WALK_UP, TOWER, VILLAGE, DORM, OTHER = range(5)
PER_FLOOR = np.array([2, 4, 1, 20, 1])
MOST_FLOORS = np.array([6, 18, 3, 6, 1])


@dataclass(slots=True)
class Housing:
    """The three tables, and which dwelling each household row lives in.

    Attributes:
        home: dwelling row of every household row (families, then collective ones).
    """

    estates: Table
    buildings: Table
    dwellings: Table
    home: Ints


@dataclass(slots=True)
class _Blocks:
    """Buildings before they have ids: parallel lists."""

    estate: list[int]
    micro: list[int]
    kind: list[int]
    doors: list[int]
    name: list[str]
    point: list[tuple[int, int]]

    def add(self, point: tuple[int, int], *, estate: int, micro: int, kind: int, doors: int, name: str) -> None:
        """One more building."""
        self.estate.append(estate)
        self.micro.append(micro)
        self.kind.append(kind)
        self.doors.append(doors)
        self.name.append(name)
        self.point.append(point)


def build(plan: StreetPlan, quota: StreetQuota, seed: int) -> Housing:
    """House a street."""
    rng = stream(seed, 3, int(plan.street.code))
    crowd = np.concatenate([_crowd(rng, part) for part in plan.communities])
    families = at_least(quota.families, crowd, np.ones_like(crowd))
    running = np.cumsum(families)
    extra = {
        state: np.diff(_floors(running, share), prepend=0)
        for state, share in ((VACANT, sizes.VACANT), (COMMERCIAL, sizes.COMMERCIAL))
    }
    doors = families + extra[VACANT] + extra[COMMERCIAL]
    rooms = _rooms(rng, quota, len(crowd))
    estates, blocks = _layout(rng, plan, doors, rooms)
    buildings, building_kind = _buildings(plan, blocks, len(estates["id"]))
    dwellings, micro = _dwellings(plan, blocks, buildings, building_kind, len(estates["id"]))
    home = _fill(rng, dwellings, micro, building_kind[dwellings["row"]], families=families, extra=extra)
    del dwellings["row"]
    return Housing(estates, buildings, dwellings, home)


def _crowd(rng: np.random.Generator, part: CommunityPlan) -> Ints:
    """Relative numbers of families in a community's micro-grids: 76 households on average, 30 % more or less."""
    even = max(1, part.residents * 10 // part.micro_grids)
    return even * whole(rng, 70, 130, part.micro_grids)


def _floors(running: Ints, share: Fraction) -> Ints:
    return running * share.numerator // share.denominator


def _rooms(rng: np.random.Generator, quota: StreetQuota, micro_grids: int) -> Ints:
    """Dormitory rooms in each micro-grid: those that have any have about as many."""
    rooms = np.zeros(micro_grids, dtype=np.int64)
    share = sizes.DORM_MICRO_GRIDS
    having = max(1, micro_grids * share.numerator // share.denominator)
    where = chosen(rng, np.arange(micro_grids, dtype=np.int64), having)
    rooms[where] = largest_remainder(quota.collectives, whole(rng, 70, 130, having))
    return rooms


def _estate_ends(rng: np.random.Generator, part: CommunityPlan, count: int) -> list[int]:
    """Where a community's run of micro-grids is cut into estates: the ends, the last being all of them."""
    total = part.micro_grids
    large = part.residents > LARGE_COMMUNITY
    start = total * 3 // 5 if large else 0
    cuts = np.arange(start + 1, total, dtype=np.int64)
    more = min(max(count - 1 - large, 0), len(cuts))
    return ([start] if large and start else []) + chosen(rng, cuts, more).tolist() + [total]


def _layout(rng: np.random.Generator, plan: StreetPlan, doors: Ints, rooms: Ints) -> tuple[Table, _Blocks]:
    """Estates of every community, and the buildings of every micro-grid and dedicated grid."""
    blocks = _Blocks([], [], [], [], [], [])
    owner: list[int] = []
    label: list[str] = []
    counts = in_turn([part.residents for part in plan.communities], sizes.ESTATES_PER_RESIDENT)
    base = 0
    for part, count in zip(plan.communities, counts, strict=True):
        ends = _estate_ends(rng, part, count)
        towers = whole(rng, 0, 9, len(ends)) < 4
        label += names.estates(rng, len(ends), part.rural)
        start = 0
        for tower, end in zip(towers.tolist(), ends, strict=True):
            kind = VILLAGE if part.rural else TOWER if tower else WALK_UP
            owner.append(part.area)
            own = slice(base + start, base + end)
            micro = list(zip(part.micro_area[start:end], part.micro_points[start:end].tolist(), strict=True))
            _estate(rng, blocks, micro, estate=len(owner) - 1, kind=kind, doors=doors[own], rooms=rooms[own])
            start = end
        base += part.micro_grids
        for row, (area, point) in enumerate(zip(part.dedicated_area, part.dedicated_points.tolist(), strict=True)):
            owner.append(part.area)
            label.append(f"{part.community.name[:6]}{names.DEDICATED[row % len(names.DEDICATED)]}")
            blocks.add((point[0], point[1]), estate=len(owner) - 1, micro=area, kind=OTHER, doors=1, name="主楼")
    ids = plan.street.number * PLACE_BLOCK + 1 + np.arange(len(owner), dtype=np.int64)
    points = np.array(blocks.point, dtype=np.int64)
    member = np.array(blocks.estate, dtype=np.int64)
    number = np.bincount(member, minlength=len(owner))
    middle = [np.bincount(member, points[:, axis], len(owner)).astype(np.int64) // number for axis in (0, 1)]
    return {
        "id": ids,
        "community": np.array(owner),
        "name": np.array(label, dtype="U12"),
        "lon": middle[0] / 1e6,
        "lat": middle[1] / 1e6,
    }, blocks


def _estate(
    rng: np.random.Generator,
    blocks: _Blocks,
    micro: list[tuple[int, list[int]]],
    *,
    estate: int,
    kind: int,
    doors: Ints,
    rooms: Ints,
) -> None:
    """Buildings of one estate, numbered through: one or two a micro-grid, in villages one for every 16 doors.

    `micro` holds the area id and the point of each of its micro-grids, `doors` and `rooms` what each must house.
    """
    number = 0
    for (area, (lon, lat)), total, dorm in zip(micro, doors.tolist(), rooms.tolist(), strict=True):
        pieces = -(-total // 16) if kind == VILLAGE else 1 if total <= 96 else 2
        jitter = whole(rng, -35, 35, 2 * pieces + 2).tolist()
        for piece in range(pieces):
            number += 1
            size = total * (piece + 1) // pieces - total * piece // pieces
            point = (lon + jitter[2 * piece] * METRES_LON, lat + jitter[2 * piece + 1] * METRES_LAT)
            blocks.add(point, estate=estate, micro=area, kind=kind, doors=size, name=f"{number}栋")
        if dorm:
            number += 1
            point = (lon + jitter[-2] * METRES_LON, lat + jitter[-1] * METRES_LAT)
            blocks.add(point, estate=estate, micro=area, kind=DORM, doors=dorm, name=f"宿舍{number}栋")


def _buildings(plan: StreetPlan, blocks: _Blocks, before: int) -> tuple[Table, Ints]:
    kind = np.array(blocks.kind, dtype=np.int64)
    doors = np.array(blocks.doors, dtype=np.int64)
    points = np.array(blocks.point, dtype=np.int64)
    per_unit = PER_FLOOR[kind] * MOST_FLOORS[kind]
    units = -(-doors // per_unit)
    first = plan.street.number * PLACE_BLOCK + 1
    table: Table = {
        "id": first + before + np.arange(len(kind), dtype=np.int64),
        "estate": first + np.array(blocks.estate, dtype=np.int64),
        "micro_grid": np.array(blocks.micro, dtype=np.int64),
        "name": np.array(blocks.name, dtype="U8"),
        "lon": points[:, 0] / 1e6,
        "lat": points[:, 1] / 1e6,
        "floors": -(-doors // (units * PER_FLOOR[kind])),
        "units": units,
    }
    return table, kind


def _dwellings(plan: StreetPlan, blocks: _Blocks, buildings: Table, kind: Ints, estates: int) -> tuple[Table, Ints]:
    """Every door, in the order of buildings, and the micro-grid (area id) of each. `row` is the building's row."""
    doors = np.array(blocks.doors, dtype=np.int64)
    row = np.repeat(np.arange(len(doors), dtype=np.int64), doors)
    start = np.cumsum(doors) - doors
    place = np.arange(len(row), dtype=np.int64) - start[row]
    wide = PER_FLOOR[kind][row]
    per_unit = wide * buildings["floors"][row]
    in_unit = place % per_unit
    floor = in_unit // wide + 1
    number = floor * 100 + in_unit % wide + 1
    table: Table = {
        "id": plan.street.number * PLACE_BLOCK + 1 + estates + len(doors) + np.arange(len(row), dtype=np.int64),
        "building": buildings["id"][row],
        "unit": place // per_unit + 1,
        "floor": floor,
        "door": np.array([str(value) for value in range(2600)], dtype="U5")[number],
        "state": np.full(len(row), OWNER, dtype=np.int64),
        "row": row,
    }
    return table, buildings["micro_grid"][row]


def _fill(
    rng: np.random.Generator,
    dwellings: Table,
    micro: Ints,
    kind: Ints,
    *,
    families: Ints,
    extra: dict[int, Ints],
) -> Ints:
    """Decide what every door is, and give every household a door. Writes `state`; returns doors by household row.

    In each micro-grid the lowest doors are shops, the vacant ones are drawn, and every other door gets a family.
    """
    state = dwellings["state"]
    state[kind == OTHER] = COMMERCIAL
    state[kind == DORM] = RENTED
    lived = np.flatnonzero((kind != OTHER) & (kind != DORM))
    # Micro-grids come in the order of their areas, so equal runs of `micro` are the rows of `families`.
    group = np.unique(micro[lived], return_inverse=True)[1]
    shop_order = np.lexsort((lived, dwellings["floor"][lived], group))
    first = np.searchsorted(group[shop_order], group[shop_order], side="left")
    is_shop = np.arange(len(lived)) - first < extra[COMMERCIAL][group[shop_order]]
    state[lived[shop_order[is_shop]]] = COMMERCIAL
    left = lived[state[lived] != COMMERCIAL]
    group = np.unique(micro[left], return_inverse=True)[1]
    draw = np.lexsort((rng.integers(0, 1 << 62, size=len(left), dtype=np.int64), group))
    first = np.searchsorted(group[draw], group[draw], side="left")
    is_vacant = np.arange(len(left)) - first < extra[VACANT][group[draw]]
    state[left[draw[is_vacant]]] = VACANT
    homes = np.flatnonzero((state == OWNER) & (kind != OTHER) & (kind != DORM))
    if len(homes) != int(families.sum()):
        raise ValueError(f"{len(homes)} homes for {int(families.sum())} families")
    tenants = chosen(rng, homes, rounded_share(len(homes), sizes.RENTED))
    state[tenants] = RENTED
    return np.concatenate([homes, np.flatnonzero(kind == DORM)])


def rounded_share(total: int, share: Fraction) -> int:
    """A share of a whole number, rounded to the nearest."""
    return (2 * total * share.numerator + share.denominator) // (2 * share.denominator)
