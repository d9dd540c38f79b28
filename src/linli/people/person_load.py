"""Taking a file of dwellings and persons: all or nothing, on a basis that was stated.

Rows go in by COPY, a statement a table. Standings of open rolls change with them: that is ``ledger.importing``, which
calls this.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.db import connection, transaction
from pypinyin import lazy_pinyin

from linli.common.caller import Caller
from linli.common.copying import copy_text, new_ids, sealed, text
from linli.common.sheets import Looked, Row
from linli.common.sheets.errors import SheetOvertaken
from linli.custody import secrets, trail
from linli.people import loads
from linli.people.actions import lock_buildings_of
from linli.people.loads import Basis
from linli.people.models import Household, Stay
from linli.people.partitions import have_partition
from linli.people.person_sheet import DoorKey, Group, Plan, There, compare
from linli.people.person_template import TEMPLATE
from linli.people.tails import tail_indexes
from linli.places import actions as place_actions
from linli.places.models import Area, Building, Dwelling, Place

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


@dataclass(frozen=True, slots=True)
class Made:
    """What a file made, by id: each person and each door with the micro-grid that counts it."""

    looked: Looked
    persons: dict[int, int]
    doors: dict[int, int]


def look(rows: Sequence[Row], community: Area, basis: Basis, at: datetime) -> Looked:
    """What a file would do, changing nothing. `would` counts estates, buildings, dwellings and persons."""
    return compare(rows, community, basis.holder, at)[0]


@transaction.atomic
def make(rows: Sequence[Row], community: Area, basis: Basis, *, by: Caller, at: datetime) -> Made:
    """Make the doors and people of a file who are not there yet; people are counted where their door is held.

    Raises:
        LoadWithoutBasis: they would be kept beyond an event, and nobody said why.
        SheetOvertaken: something changed since the file was looked through, so that a row makes no sense any more.
    """
    with connection.cursor() as cursor:  # two desks with one file: the second sees what the first one took
        cursor.execute(LOCK, [f"people.persons:{community.pk}"])
    # No reassignment passes by a building while people are counted in what holds it.
    lock_buildings_of(list(Building.objects.filter(estate__community=community).values_list("pk", flat=True)))
    looked, plan, there = compare(rows, community, basis.holder, at)
    if looked.rejected:
        raise SheetOvertaken
    have_partition(basis.holder)
    doors = _make_houses(plan, there, community, by=by, at=at)
    persons = _make_people(plan, there, doors, basis, by=by, at=at)
    if looked.would:
        loads.note(TEMPLATE.key, community, basis, len(plan.persons), by=by, at=at)
    new = {doors[door]: _held(door, plan, there) for door in plan.doors}
    return Made(looked, persons, new)


def _held(door: DoorKey, plan: Plan, there: There) -> int:
    """The micro-grid of a new door: its building's."""
    building = door[:2]
    known = there.buildings.get(building)
    return plan.buildings[building] if known is None else there.held[known]


def _places(kind: Place.Kind, above: Sequence[int | None]) -> list[int]:
    ids = new_ids("places_place", len(above))
    rows = (f"{new}\t{kind.value}\t{text(each)}" for new, each in zip(ids, above, strict=True))
    copy_text("places_place", ("id", "kind", "physical_parent_id"), rows)
    return ids


def _make_houses(plan: Plan, there: There, community: Area, *, by: Caller, at: datetime) -> dict[DoorKey, int]:
    """Estates, buildings with who holds them, doors; place ids of all doors that the rows speak of."""
    new = dict(zip(plan.estates, _places(Place.Kind.ESTATE, [None] * len(plan.estates)), strict=True))
    estates = there.estates | new
    copy_text(
        "places_estate",
        ("place_id", "community_id", "name"),
        (f"{place}\t{community.pk}\t{text(name)}" for name, place in new.items()),
    )
    keys, sizes = list(plan.buildings), _sizes(plan)
    stands = _places(Place.Kind.BUILDING, [estates[estate] for estate, _ in keys])
    buildings = there.buildings | dict(zip(keys, stands, strict=True))
    rows = (
        f"{place}\t{estates[key[0]]}\t{text(key[1])}\t" + "\t".join(map(str, sizes.get(key, (1, 1))))
        for place, key in zip(stands, keys, strict=True)
    )
    copy_text("places_building", ("place_id", "estate_id", "name", "units", "floors"), rows)
    held = {place: plan.buildings[key] for place, key in zip(stands, keys, strict=True)}
    place_actions.assign_new(held, by=by, at=at)
    fresh = _places(Place.Kind.DWELLING, [buildings[door[:2]] for door in plan.doors])
    rows = (
        f"{place}\t{buildings[door[:2]]}\t{text(door[2])}\t{text(row.said.get('floor'))}\t{text(door[3])}\t{_state(row)}"
        for place, (door, row) in zip(fresh, plan.doors.items(), strict=True)
    )
    copy_text("places_dwelling", ("place_id", "building_id", "unit", "floor", "door", "state"), rows)
    return there.doors | dict(zip(plan.doors, fresh, strict=True))


def _state(row: Row) -> str:
    return row.text("state") or Dwelling.State.UNKNOWN.value


def _sizes(plan: Plan) -> dict[tuple[str, str], tuple[int, int]]:
    """(staircases, floors) of each building, as far as its doors tell."""
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for (estate, building, unit, _), row in plan.doors.items():
        units, floors = found.get((estate, building), (1, 1))
        floor = row.said.get("floor")
        found[estate, building] = (max(units, unit or 1), max(floors, floor if isinstance(floor, int) else 1))
    return found


def _make_people(
    plan: Plan, there: There, doors: dict[DoorKey, int], basis: Basis, *, by: Caller, at: datetime
) -> dict[int, int]:
    """Persons, what identifies them under the holder, and where they are counted from now on."""
    homes, moment = _households(plan, there, doors), at.isoformat()
    ids = new_ids("people_person", len(plan.persons))
    counted = dict(zip(ids, (area for _, _, area in plan.persons), strict=True))
    copy_text(
        "people_person",
        ("id", "counted_in_id", "counted_since"),
        (f"{person}\t{area}\t{moment}" for person, area in counted.items()),
    )
    rows = [row for row, _, _ in plan.persons]
    copy_text("people_identity", _IDENTITY, _identities(ids, rows, basis.holder))
    copy_text(
        "people_stay",
        ("person_id", "since", "kind", "household_id", "home_id", "counted_in_id", "recorded_at"),
        (
            f"{person}\t{moment}\t{Stay.Kind.HOME.value}\t{homes[group]}\t{doors[group[0]]}\t{area}\t{moment}"
            for person, (_, group, area) in zip(ids, plan.persons, strict=True)
        ),
    )
    trail.record_many("person.added", who=by, subjects=[f"person:{person}" for person in ids], at=at)
    return counted


_IDENTITY = (
    "person_id",
    "holder",
    "name",
    "name_key",
    "sex",
    "born",
    "needs",
    "phone",
    "phone_index",
    "id_no",
    "id_index",
    "phone_tail",
)


def _identities(ids: Sequence[int], rows: Sequence[Row], holder: int) -> Iterable[str]:
    phones, numbers = _sealed(rows, "phone"), _sealed(rows, "id_no")
    tails = iter(tail_indexes([row.text("phone") for row in rows if row.text("phone")]))
    for person, row, phone, number in zip(ids, rows, phones, numbers, strict=True):
        name = row.text("name")
        yield "\t".join(
            (
                str(person),
                str(holder),
                text(name),
                text(" ".join(map(_sound, name))[:80]),
                row.text("sex"),
                text(row.said.get("born")),
                str(row.said.get("needs") or 0),
                *phone,
                *number,
                sealed(next(tails) if row.text("phone") else None),
            )
        )


@cache
def _sound(letter: str) -> str:
    return str(lazy_pinyin(letter)[0])


def _households(plan: Plan, there: There, doors: dict[DoorKey, int]) -> dict[Group, int]:
    """The household of each group of new people: the one that is there, else a new one."""
    found = {group: known for group, known in plan.households.items() if known is not None}
    new = [group for group in plan.households if group not in found]
    fresh = dict(zip(new, new_ids("people_household", len(new)), strict=True))
    copy_text(
        "people_household",
        ("id", "kind", "dwelling_id"),
        (f"{made}\t{_kind(door, plan, there)}\t{doors[door]}" for (door, _), made in fresh.items()),
    )
    return found | fresh


def _kind(door: DoorKey, plan: Plan, there: There) -> str:
    state = there.states[there.doors[door]] if door in there.doors else _state(plan.doors[door])
    return (Household.Kind.COLLECTIVE if state == Dwelling.State.COLLECTIVE else Household.Kind.FAMILY).value


def _sealed(rows: Sequence[Row], key: str) -> list[tuple[str, str]]:
    """Sealed text and blind index of one column as COPY wants them; null where the cell was empty."""
    said = [row.text(key) for row in rows]
    filled = [each for each in said if each]
    pairs = iter(zip(secrets.seal_many(filled), secrets.index_many(filled), strict=True))
    return [tuple(map(sealed, next(pairs))) if each else (sealed(None), sealed(None)) for each in said]  # type: ignore[misc]
