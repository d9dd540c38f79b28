"""What a file of dwellings and persons would do, laid over the community's buildings, doors and people."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import connection

from linli.common.errors import LinliError
from linli.common.sheets import Looked, Row
from linli.common.sheets.errors import CellMissing
from linli.custody import secrets
from linli.people.errors import BuildingInTwo, CountedElsewhere, IdNumberElsewhere, IdNumberTwice, NotOfThisCommunity
from linli.people.models import REGISTER
from linli.places import queries as places
from linli.places.models import Area, Assigned, Building, Dwelling, Estate, Level
from linli.places.paths import Node, Tree, tree_at

BuildingKey = tuple[str, str]
DoorKey = tuple[str, str, int | None, str]

_PEOPLE = """
SELECT h.dwelling_id, i.name, i.born, i.id_index FROM people_household h
JOIN people_stay s ON s.household_id = h.id
JOIN people_person p ON p.id = s.person_id AND p.counted_since = s.since
JOIN people_identity i ON i.person_id = p.id AND i.holder = ANY(%s)
WHERE h.dwelling_id = ANY(%s)
"""
_KNOWN_IDS = """
SELECT DISTINCT i.id_index FROM people_identity i JOIN people_person p ON p.id = i.person_id
WHERE i.id_index = ANY(%s) AND i.holder = ANY(%s) AND p.counted_in_id = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class Someone:
    """What tells a person behind a door: the name; where both say one, the ID number and the birthday."""

    name: str
    born: date | None
    id_index: bytes | None

    def may_be(self, other: "Someone") -> bool:
        """Whether nothing says that these are two people."""
        if self.name != other.name:
            return False
        if self.id_index and other.id_index:
            return self.id_index == other.id_index
        return not (self.born and other.born and self.born != other.born)


@dataclass(slots=True)
class There:
    """What a community has: places by what they are called, who holds them, who lives there."""

    micro_grids: dict[int, Node]
    tree: Tree
    estates: dict[str, Estate] = field(default_factory=dict)
    buildings: dict[BuildingKey, Building] = field(default_factory=dict)
    doors: dict[DoorKey, Dwelling] = field(default_factory=dict)
    held: dict[int, int] = field(default_factory=dict)
    people: dict[int, list[Someone]] = field(default_factory=lambda: defaultdict(list))


@dataclass(slots=True)
class Plan:
    """What is to be made, in the order of making.

    Attributes:
        buildings: micro-grid's place id by building; doors: the first row that names each new one.
        persons: rows of people who are new, each with where they are counted.
    """

    estates: list[str] = field(default_factory=list)
    buildings: dict[BuildingKey, int] = field(default_factory=dict)
    doors: dict[DoorKey, Row] = field(default_factory=dict)
    persons: list[tuple[Row, DoorKey, int]] = field(default_factory=list)


def building_key(row: Row) -> BuildingKey:
    """Which building a row speaks of."""
    return row.text("estate"), row.text("building")


def door_key(row: Row) -> DoorKey:
    """Which door a row speaks of."""
    unit = row.said.get("unit")
    return (*building_key(row), unit if isinstance(unit, int) else None, row.text("door"))


def compare(rows: Sequence[Row], community: Area, holder: int, at: datetime) -> tuple[Looked, Plan, There]:
    """The rows laid over what is there; nothing is changed."""
    looked, plan = Looked(), Plan()
    there = _there(community, holder, at)
    micros = _micro_grids(rows, there, looked)
    bad = {each.row for each in looked.rejected}
    people = _People(rows, there, holder)
    for row in rows:
        if row.number in bad:
            continue
        building, door = building_key(row), door_key(row)
        known = there.buildings.get(building)
        if building[0] not in there.estates and building[0] not in plan.estates:
            plan.estates.append(building[0])
            looked.count("estate")
        if known is None and building not in plan.buildings:
            plan.buildings[building] = micros[building]
            looked.count("building")
        if door not in there.doors and door not in plan.doors:
            plan.doors[door] = row
            looked.count("dwelling")
            fresh = True
        else:
            fresh = False
        if not row.text("name"):
            looked.there += not fresh
            continue
        try:
            what = people.found(row, door)
        except LinliError as problem:
            looked.reject(row.number, "id_no", problem)
            continue
        if what == "there":
            looked.there += 1
        elif what == "twice":
            looked.twice += 1
        else:
            dwelling = there.doors.get(door)
            own = there.held.get(dwelling.pk) if dwelling is not None else None
            plan.persons.append((row, door, own or micros[building]))
            looked.count("person")
    looked.rejected.sort(key=lambda each: each.row)
    return looked, plan, there


def _there(community: Area, holder: int, at: datetime) -> There:
    """What the community has; a number of queries that does not grow with the file."""
    tree = tree_at(at)
    inside = set(places.areas_below([community.pk], Level.MICRO_GRID, at).values_list("pk", flat=True))
    nodes = {node.id: node for node in tree.every() if node.id in inside and node.id is not None}
    found = There(nodes, tree)
    found.estates = {each.name: each for each in Estate.objects.filter(community=community)}
    for building in Building.objects.select_related("estate").filter(estate__community=community):
        assert building.estate is not None, "filtered by its estate"
        found.buildings[building.estate.name, building.name] = building
    for door in Dwelling.objects.select_related("building__estate").filter(building__estate__community=community):
        assert door.building.estate is not None, "filtered by its estate"
        found.doors[door.building.estate.name, door.building.name, door.unit, door.door] = door
    ids = [each.pk for each in (*found.buildings.values(), *found.doors.values())]
    found.held = dict(Assigned.objects.filter(place__in=ids, during__contains=at).values_list("place", "micro_grid"))
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, [[REGISTER, holder], [each.pk for each in found.doors.values()]])
        for dwelling, name, born, index in cursor.fetchall():
            found.people[dwelling].append(Someone(name, born, bytes(index) if index is not None else None))
    return found


def _micro_grids(rows: Iterable[Row], there: There, looked: Looked) -> dict[BuildingKey, int]:
    """The micro-grid of each building: the one that holds it, else the one that a row of it names."""
    found: dict[BuildingKey, int] = {}
    first = dict.fromkeys(map(building_key, rows))
    for row in rows:
        key = building_key(row)
        building = there.buildings.get(key)
        holds = there.held.get(building.pk) if building is not None else None
        if holds is not None:
            found.setdefault(key, holds)
        if not row.text("micro"):
            continue
        try:
            node = _micro_grid(row.text("micro"), there)
            if found.setdefault(key, node) != node:
                raise (CountedElsewhere if holds else BuildingInTwo)(area=_name(node if holds else found[key], there))
        except LinliError as problem:
            looked.reject(row.number, "micro", problem)
    if len(there.micro_grids) == 1:
        found = dict.fromkeys(first, next(iter(there.micro_grids))) | found
    told = {each.row for each in looked.rejected}
    for row in rows:
        if building_key(row) not in found and row.number not in told:
            looked.reject(row.number, "micro", CellMissing())
    return found


def _micro_grid(written: str, there: There) -> int:
    named = there.tree.named(written)
    inside = [node for node in named if node.id in there.micro_grids]
    if named and not inside:
        raise NotOfThisCommunity(name=written[:60])
    node = there.tree.one(written, inside)
    assert node.id is not None, "it is in the tree of the database"
    return node.id


def _name(area: int, there: There) -> str:
    return there.micro_grids[area].name if area in there.micro_grids else str(area)


class _People:
    """Who is known behind which door, and who stood in the file before."""

    def __init__(self, rows: Sequence[Row], there: There, holder: int) -> None:
        self._there = there
        self._left = {dwelling: list(people) for dwelling, people in there.people.items()}
        self._seen: dict[DoorKey, list[Someone]] = defaultdict(list)
        self._id_rows: dict[bytes, int] = {}
        numbers = sorted({row.text("id_no") for row in rows if row.text("id_no")})
        self._index = dict(zip(numbers, secrets.index_many(numbers), strict=True))
        with connection.cursor() as cursor:
            inside = list(there.micro_grids)
            cursor.execute(_KNOWN_IDS, [list(self._index.values()), [REGISTER, holder], inside])
            self._known_ids = {bytes(index) for (index,) in cursor.fetchall()}

    def found(self, row: Row, door: DoorKey) -> str:
        """ "there", "twice" or "new".

        Raises:
            IdNumberTwice: another row has this ID number. IdNumberElsewhere: it is known behind another door.
        """
        born = row.text("born")
        someone = Someone(
            row.text("name"), date.fromisoformat(born) if born else None, self._index.get(row.text("id_no"))
        )
        dwelling = self._there.doors.get(door)
        left = self._left.get(dwelling.pk, []) if dwelling is not None else []
        known = next((each for each in left if each.may_be(someone)), None)
        if known is not None:
            left.remove(known)
            self._seen[door].append(someone)
            return "there"
        if any(each.may_be(someone) for each in self._seen[door]):
            return "twice"
        if someone.id_index is not None:
            if someone.id_index in self._id_rows:
                raise IdNumberTwice(row=self._id_rows[someone.id_index])
            if someone.id_index in self._known_ids:
                raise IdNumberElsewhere
            self._id_rows[someone.id_index] = row.number
        self._seen[door].append(someone)
        return "new"
