"""What a file of dwellings and persons would do, laid over the community's buildings, doors and people."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import connection

from linli.common.errors import LinliError
from linli.common.sheets import Looked, Rejected, Row
from linli.common.sheets.errors import CellMissing
from linli.custody import secrets
from linli.people.errors import (
    BuildingInTwo,
    CountedElsewhere,
    IdNumberElsewhere,
    IdNumberTwice,
    NotOfThisCommunity,
    PerhapsKnown,
    PerhapsTwice,
)
from linli.people.models import REGISTER
from linli.people.person_template import HEAD
from linli.places import queries as places
from linli.places.models import Area, Assigned, Building, Dwelling, Estate, Level
from linli.places.paths import Node, Tree, tree_at

BuildingKey = tuple[str, str]
DoorKey = tuple[str, str, int | None, str]
Group = tuple[DoorKey, int]  # the rows behind a door that are one household, by number

_PEOPLE = """
SELECT h.dwelling_id, h.id, i.name, i.born, i.id_index FROM people_household h
JOIN people_stay s ON s.household_id = h.id
JOIN people_person p ON p.id = s.person_id AND p.counted_since = s.since
JOIN people_identity i ON i.person_id = p.id AND i.holder = ANY(%s)
WHERE h.dwelling_id = ANY(%s)
"""
_KNOWN_IDS = """
SELECT DISTINCT i.id_index FROM people_identity i JOIN people_person p ON p.id = i.person_id
WHERE i.id_index = ANY(%s) AND i.holder = ANY(%s) AND p.counted_in_id = ANY(%s)
"""
_KNOWN_PHONES = """
SELECT DISTINCT i.name, i.phone_index FROM people_identity i JOIN people_person p ON p.id = i.person_id
WHERE i.phone_index = ANY(%s) AND i.holder = ANY(%s) AND p.counted_in_id = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class Someone:
    """What tells a person behind a door: the name; where both say one, the ID number and the birthday.

    Attributes:
        household: of whoever is known.
    """

    name: str
    born: date | None
    id_index: bytes | None
    household: int | None = None

    def may_be(self, other: "Someone") -> bool:
        """Whether nothing says that these are two people."""
        if self.name != other.name:
            return False
        if self.id_index and other.id_index:
            return self.id_index == other.id_index
        return not (self.born and other.born and self.born != other.born)


@dataclass(slots=True)
class There:
    """What a community has: place ids by what they are called, who holds them, who lives there."""

    micro_grids: dict[int, Node]
    tree: Tree
    estates: dict[str, int] = field(default_factory=dict)
    buildings: dict[BuildingKey, int] = field(default_factory=dict)
    doors: dict[DoorKey, int] = field(default_factory=dict)
    states: dict[int, str] = field(default_factory=dict)
    held: dict[int, int] = field(default_factory=dict)
    people: dict[int, list[Someone]] = field(default_factory=lambda: defaultdict(list))
    households: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class Plan:
    """What is to be made, in the order of making.

    Attributes:
        buildings: micro-grid's place id by building; doors: the first row that names each new one.
        persons: rows of people who are new, each with its household and where they are counted.
        households: of each group of rows, the id of the household that is there, or None where it begins.
    """

    estates: list[str] = field(default_factory=list)
    buildings: dict[BuildingKey, int] = field(default_factory=dict)
    doors: dict[DoorKey, Row] = field(default_factory=dict)
    persons: list[tuple[Row, Group, int]] = field(default_factory=list)
    households: dict[Group, int | None] = field(default_factory=dict)


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
    groups = Groups()
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
        group = groups.of(row, door)
        try:
            what, known_as = people.found(row, door)
        except LinliError as problem:
            looked.reject(row.number, "id_no", problem)
            continue
        if what == "there":
            looked.there += 1
            assert known_as is not None, "whoever is there is known"
            groups.known.setdefault(group, known_as.household)
        elif what == "twice":
            looked.twice += 1
        else:
            if alike := people.alike(row):
                looked.alike.append(Rejected(row.number, "name", alike))
            dwelling = there.doors.get(door)
            own = there.held.get(dwelling) if dwelling is not None else None
            plan.persons.append((row, group, own or micros[building]))
            looked.count("person")
    plan.households = groups.households([group for _, group, _ in plan.persons], there)
    looked.rejected.sort(key=lambda each: each.row)
    return looked, plan, there


def _there(community: Area, holder: int, at: datetime) -> There:
    """What the community has; a number of queries that does not grow with the file."""
    tree = tree_at(at)
    inside = set(places.areas_below([community.pk], Level.MICRO_GRID, at).values_list("pk", flat=True))
    nodes = {node.id: node for node in tree.every() if node.id in inside and node.id is not None}
    found = There(nodes, tree)
    found.estates = dict(Estate.objects.filter(community=community).values_list("name", "pk"))
    rows = Building.objects.filter(estate__community=community).values_list("pk", "estate__name", "name")
    found.buildings = {(estate, name): building for building, estate, name in rows}
    of = Dwelling.objects.filter(building__estate__community=community)
    columns = ("pk", "building__estate__name", "building__name", "unit", "door", "state")
    for pk, estate, building, unit, door, state in of.values_list(*columns):
        found.doors[estate, building, unit, door] = pk
        found.states[pk] = state
    ids = [*found.buildings.values(), *found.doors.values()]
    found.held = dict(Assigned.objects.filter(place__in=ids, during__contains=at).values_list("place", "micro_grid"))
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, [[REGISTER, holder], list(found.doors.values())])
        for dwelling, household, name, born, index in cursor.fetchall():
            id_index = bytes(index) if index is not None else None
            found.people[dwelling].append(Someone(name, born, id_index, household))
            found.households[dwelling] = max(household, found.households.get(dwelling, 0))
    return found


def _micro_grids(rows: Iterable[Row], there: There, looked: Looked) -> dict[BuildingKey, int]:
    """The micro-grid of each building: the one that holds it, else the one that a row of it names."""
    found: dict[BuildingKey, int] = {}
    first = dict.fromkeys(map(building_key, rows))
    for row in rows:
        key = building_key(row)
        building = there.buildings.get(key)
        holds = there.held.get(building) if building is not None else None
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


class Groups:
    """Which rows behind a door are one household: a second head of a household begins another one."""

    def __init__(self) -> None:
        self.known: dict[Group, int | None] = {}
        self._at: dict[DoorKey, int] = {}
        self._headed: set[Group] = set()

    def of(self, row: Row, door: DoorKey) -> Group:
        """The household of a row; rows come in the order of the file."""
        group = (door, self._at.get(door, 0))
        if row.text("relation") == HEAD:
            if group in self._headed:
                group = (door, group[1] + 1)
                self._at[door] = group[1]
            self._headed.add(group)
        return group

    def households(self, groups: Iterable[Group], there: There) -> dict[Group, int | None]:
        """The household of each group: that of one of them who is known; else, where nobody says that theirs is
        another, the newest behind the door; else a new one."""
        found: dict[Group, int | None] = {}
        for group in groups:
            if group not in found:
                dwelling = there.doors.get(group[0])
                newest = there.households.get(dwelling) if dwelling is not None else None
                found[group] = self.known.get(group, None if group in self._headed else newest)
        return found


class _People:
    """Who is known behind which door, and who stood in the file before."""

    def __init__(self, rows: Sequence[Row], there: There, holder: int) -> None:
        self._there = there
        self._left = {dwelling: list(people) for dwelling, people in there.people.items()}
        self._seen: dict[DoorKey, list[Someone]] = defaultdict(list)
        self._id_rows: dict[bytes, int] = {}
        self._phone_rows: dict[tuple[str, str], int] = {}
        self._index, self._phones = _indexes(rows, "id_no"), _indexes(rows, "phone")
        with connection.cursor() as cursor:
            inside = list(there.micro_grids)
            cursor.execute(_KNOWN_IDS, [list(self._index.values()), [REGISTER, holder], inside])
            self._known_ids = {bytes(index) for (index,) in cursor.fetchall()}
            cursor.execute(_KNOWN_PHONES, [list(self._phones.values()), [REGISTER, holder], inside])
            self._known_phones = {(name, bytes(index)) for name, index in cursor.fetchall()}

    def alike(self, row: Row) -> LinliError | None:
        """Why somebody who is new may be somebody who is known: the same name and phone, behind another door."""
        name, phone = row.text("name"), row.text("phone")
        if not phone:
            return None
        if (name, self._phones[phone]) in self._known_phones:
            return PerhapsKnown()
        first = self._phone_rows.setdefault((name, phone), row.number)
        return PerhapsTwice(row=first) if first != row.number else None

    def found(self, row: Row, door: DoorKey) -> tuple[str, Someone | None]:
        """ "there" and who it is, "twice" or "new".

        Raises:
            IdNumberTwice: another row has this ID number. IdNumberElsewhere: it is known behind another door.
        """
        born = row.text("born")
        someone = Someone(
            row.text("name"), date.fromisoformat(born) if born else None, self._index.get(row.text("id_no"))
        )
        dwelling = self._there.doors.get(door)
        left = self._left.get(dwelling, []) if dwelling is not None else []
        known = next((each for each in left if each.may_be(someone)), None)
        if known is not None:
            left.remove(known)
            self._seen[door].append(someone)
            return "there", known
        if any(each.may_be(someone) for each in self._seen[door]):
            return "twice", None
        if someone.id_index is not None:
            if someone.id_index in self._id_rows:
                raise IdNumberTwice(row=self._id_rows[someone.id_index])
            if someone.id_index in self._known_ids:
                raise IdNumberElsewhere
            self._id_rows[someone.id_index] = row.number
        self._seen[door].append(someone)
        return "new", None


def _indexes(rows: Sequence[Row], key: str) -> dict[str, bytes]:
    """Blind indexes of one column by its text."""
    said = sorted({row.text(key) for row in rows if row.text(key)})
    return dict(zip(said, secrets.index_many(said), strict=True))
