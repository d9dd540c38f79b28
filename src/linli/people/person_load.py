"""Taking a file of dwellings and persons: all or nothing, on a basis that was stated."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction
from pypinyin import lazy_pinyin

from linli.common.caller import Caller
from linli.common.sheets import Looked, Row
from linli.common.sheets.errors import SheetOvertaken
from linli.custody import secrets, trail
from linli.people import loads
from linli.people.actions import lock_buildings_of
from linli.people.loads import Basis
from linli.people.models import Household, Identity, Person, Stay
from linli.people.partitions import have_partition
from linli.people.person_sheet import DoorKey, Plan, There, compare
from linli.people.person_template import TEMPLATE
from linli.places import actions as place_actions
from linli.places.models import Area, Building, Dwelling, Estate, Place

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
_AT_ONCE = 1000


def look(rows: Sequence[Row], community: Area, basis: Basis, at: datetime) -> Looked:
    """What a file would do, changing nothing. `would` counts estates, buildings, dwellings and persons."""
    return compare(rows, community, basis.holder, at)[0]


@transaction.atomic
def take(rows: Sequence[Row], community: Area, basis: Basis, *, by: Caller, at: datetime) -> Looked:
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
    _make_houses(plan, there, community, by=by, at=at)
    _make_people(plan, there, basis, by=by, at=at)
    if looked.would:
        loads.note(TEMPLATE.key, community, basis, len(plan.persons), by=by, at=at)
    return looked


def _places(kind: Place.Kind, above: Sequence[int | None]) -> list[Place]:
    new = [Place(kind=kind, physical_parent_id=each) for each in above]
    return Place.objects.bulk_create(new, batch_size=_AT_ONCE)


def _make_houses(plan: Plan, there: There, community: Area, *, by: Caller, at: datetime) -> None:
    """Estates, buildings with who holds them, doors; `there` then knows them too."""
    stands = _places(Place.Kind.ESTATE, [None] * len(plan.estates))
    new = [
        Estate(place=place, community=community, name=name) for place, name in zip(stands, plan.estates, strict=True)
    ]
    there.estates |= {each.name: each for each in Estate.objects.bulk_create(new)}
    keys = list(plan.buildings)
    stands = _places(Place.Kind.BUILDING, [there.estates[estate].pk for estate, _ in keys])
    sizes = _sizes(plan)
    buildings = [
        Building(
            place=place,
            estate=there.estates[key[0]],
            name=key[1],
            units=sizes.get(key, (1, 1))[0],
            floors=sizes.get(key, (1, 1))[1],
        )
        for place, key in zip(stands, keys, strict=True)
    ]
    there.buildings |= dict(zip(keys, Building.objects.bulk_create(buildings, batch_size=_AT_ONCE), strict=True))
    areas = Area.objects.in_bulk(set(plan.buildings.values()))
    for place, key in zip(stands, keys, strict=True):
        place_actions.assign(place, areas[plan.buildings[key]], by=by, at=at)
    doors = list(plan.doors)
    stands = _places(Place.Kind.DWELLING, [there.buildings[door[0], door[1]].pk for door in doors])
    dwellings = [
        Dwelling(
            place=place,
            building=there.buildings[door[0], door[1]],
            unit=door[2],
            floor=plan.doors[door].said.get("floor"),
            door=door[3],
            state=plan.doors[door].text("state") or Dwelling.State.UNKNOWN,
        )
        for place, door in zip(stands, doors, strict=True)
    ]
    there.doors |= dict(zip(doors, Dwelling.objects.bulk_create(dwellings, batch_size=_AT_ONCE), strict=True))


def _sizes(plan: Plan) -> dict[tuple[str, str], tuple[int, int]]:
    """(staircases, floors) of each building, as far as its doors tell."""
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for (estate, building, unit, _), row in plan.doors.items():
        units, floors = found.get((estate, building), (1, 1))
        floor = row.said.get("floor")
        found[estate, building] = (max(units, unit or 1), max(floors, floor if isinstance(floor, int) else 1))
    return found


def _make_people(plan: Plan, there: There, basis: Basis, *, by: Caller, at: datetime) -> None:
    """Persons, what identifies them under the holder, and where they are counted from now on."""
    homes = _households(plan, there)
    persons = Person.objects.bulk_create(
        [Person(counted_in_id=area, counted_since=at) for _, _, area in plan.persons], batch_size=_AT_ONCE
    )
    rows = [row for row, _, _ in plan.persons]
    identities = [
        Identity(
            person=person,
            holder=basis.holder,
            name=row.text("name"),
            name_key=" ".join(lazy_pinyin(row.text("name")))[:80],
            sex=row.text("sex"),
            born=row.text("born") or None,
            phone=phone,
            phone_index=phone_index,
            id_no=id_no,
            id_index=id_index,
            needs=row.said.get("needs") or 0,
        )
        for person, row, (phone, phone_index), (id_no, id_index) in zip(
            persons, rows, _sealed(rows, "phone"), _sealed(rows, "id_no"), strict=True
        )
    ]
    Identity.objects.bulk_create(identities, batch_size=_AT_ONCE)
    stays = [
        Stay(
            person=person,
            since=at,
            kind=Stay.Kind.HOME,
            household=homes[door],
            home_id=there.doors[door].pk,
            counted_in_id=area,
            recorded_at=at,
        )
        for person, (_, door, area) in zip(persons, plan.persons, strict=True)
    ]
    Stay.objects.bulk_create(stays, batch_size=_AT_ONCE)
    trail.record_many("person.added", who=by, subjects=[f"person:{person.pk}" for person in persons], at=at)


def _households(plan: Plan, there: There) -> dict[DoorKey, Household]:
    """The household behind each door that new people live behind: the one that is there, else a new one."""
    doors = list(dict.fromkeys(door for _, door, _ in plan.persons))
    ids = {there.doors[door].pk: door for door in doors}
    known = Household.objects.filter(dwelling__in=ids).order_by("-pk")
    found = {ids[each.dwelling_id]: each for each in known}
    new = [door for door in doors if door not in found]
    made = Household.objects.bulk_create(
        [
            Household(
                dwelling_id=there.doors[door].pk,
                kind=Household.Kind.COLLECTIVE
                if there.doors[door].state == Dwelling.State.COLLECTIVE
                else Household.Kind.FAMILY,
            )
            for door in new
        ],
        batch_size=_AT_ONCE,
    )
    return found | dict(zip(new, made, strict=True))


def _sealed(rows: Sequence[Row], key: str) -> list[tuple[bytes | None, bytes | None]]:
    """Sealed text and blind index of one column, row by row; nothing where the cell was empty."""
    said = [row.text(key) for row in rows]
    filled = [each for each in said if each]
    pairs = iter(zip(secrets.seal_many(filled), secrets.index_many(filled), strict=True))
    return [next(pairs) if each else (None, None) for each in said]
