"""The rows of a form: people of an area, house first; or the areas inside it with how many are in each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from django.db import connection
from django.utils.timezone import localdate

from linli.custody import secrets
from linli.ledger.models import Sweep
from linli.ledger.paper.doors import natural
from linli.people import rules
from linli.people.models import REGISTER
from linli.places import queries as places
from linli.places.models import Area, Level, called
from linli.rolls.models import Roll, State
from linli.rolls.queries import balances

_MERGED = "EXISTS (SELECT FROM people_sameas m WHERE m.person_id = p.id AND m.undone_at IS NULL)"
_COUNTED = f"""
SELECT p.id, NULL::int AS state, p.counted_in_id AS micro FROM places_within w
JOIN people_person p ON p.counted_in_id = w.inner_id
WHERE w.outer_id = %(area)s AND w.during @> %(at)s::timestamptz AND NOT {_MERGED}
"""  # noqa: S608 (constants, here and below)
# In a sweep: everybody who is due there, wherever they are counted by now, so that the form has as many rows as the
# balance has people.
DUE = """
SELECT s.subject AS id, s.state, s.micro_grid AS micro FROM rolls_standing s
WHERE s.roll_id = %(roll)s AND s.part = %(part)s AND s.state <> %(withdrawn)s AND (%(whole)s OR s.micro_grid IN (
    SELECT w.inner_id FROM places_within w WHERE w.outer_id = %(area)s AND w.during @> %(at)s::timestamptz))
"""
_PEOPLE = """
WITH here AS MATERIALIZED ({here})
SELECT here.id, here.state, coalesce(i.name, ''), coalesce(i.sex, ''), i.born, coalesce(i.needs, 0), i.phone, i.id_no,
    coalesce(e.name, ''), coalesce(b.name, ''), d.unit, d.floor, coalesce(d.door, ''), coalesce(d.state, ''),
    h.id, coalesce(h.kind = 'collective', false), d.place_id, coalesce(st.kind IN ('home', 'guest'), false), here.micro
FROM here JOIN people_person p ON p.id = here.id
LEFT JOIN LATERAL (
    SELECT * FROM people_identity i WHERE i.person_id = p.id AND i.holder = ANY(%(holders)s)
    ORDER BY i.holder = %(register)s DESC LIMIT 1) i ON true
LEFT JOIN people_stay st ON st.person_id = p.id AND st.since = p.counted_since
LEFT JOIN people_household h ON h.id = st.household_id
LEFT JOIN places_dwelling d ON d.place_id = coalesce(h.dwelling_id, st.home_id)
LEFT JOIN places_building b ON b.place_id = coalesce(d.building_id, st.home_id)
LEFT JOIN places_estate e ON e.place_id = b.estate_id
WHERE i.person_id IS NOT NULL OR %(roll)s::bigint IS NOT NULL
"""
# Each area is asked by its own micro-grids, itself among them.
_PERSONS_IN = f"""
SELECT w.outer_id, count(*), count(DISTINCT st.household_id) FROM places_within w
JOIN people_person p ON p.counted_in_id = w.inner_id
LEFT JOIN people_stay st ON st.person_id = p.id AND st.since = p.counted_since AND st.kind = 'home'
WHERE w.outer_id = ANY(%(areas)s) AND w.during @> %(at)s::timestamptz AND NOT {_MERGED}
    AND EXISTS (SELECT FROM people_identity i WHERE i.person_id = p.id AND i.holder = %(register)s)
GROUP BY w.outer_id
"""  # noqa: S608
_DOORS_IN = """
SELECT w.outer_id, count(*) FROM places_within w
JOIN places_assigned a ON a.micro_grid_id = w.inner_id AND a.during @> %(at)s::timestamptz
JOIN places_dwelling d ON d.place_id = a.place_id OR d.building_id = a.place_id AND NOT EXISTS (
    SELECT FROM places_assigned o WHERE o.place_id = d.place_id AND o.during @> %(at)s::timestamptz)
WHERE w.outer_id = ANY(%(areas)s) AND w.during @> %(at)s::timestamptz
GROUP BY w.outer_id
"""


@dataclass(frozen=True, slots=True)
class Somebody:
    """One person in clear, as a form about people asks for them.

    Attributes:
        state: how they stand in the sweep; None outside one.
        household, dwelling: bare ids of where they live; None where it is not known.
        collective: whether they live in a dormitory or institution. there: whether they are counted where they live.
        areas: names of the areas they are counted in by level.
    """

    person: int
    state: State | None
    name: str
    sex: str
    born: date | None
    needs: int
    phone: str
    id_no: str
    estate: str
    building: str
    unit: int | None
    floor: int | None
    door: str
    lived_in: str
    household: int | None
    collective: bool
    dwelling: int | None
    there: bool
    areas: dict[int, str]
    child: bool
    today: date


@dataclass(frozen=True, slots=True)
class Counted:
    """One area with how many are in it.

    Attributes:
        households: of the register. persons, doors: by how they stand in the sweep; empty outside one.
    """

    area: int
    areas: dict[int, str]
    people: int
    households: int
    dwellings: int
    persons: dict[State, int]
    doors: dict[State, int]


def people_of(area: Area, sweep: Sweep | None, at: datetime) -> list[Somebody]:
    """Everybody whom the register counts in an area; in a sweep everybody due in it. By door. A fixed few queries.

    What an event alone keeps of somebody is in the form of its own sweep and in no other.
    """
    roll = sweep.persons if sweep is not None else None
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE.format(here=_COUNTED if roll is None else DUE), asked_of(area, roll, at))
        rows = cursor.fetchall()
    names = names_of({row[-1] for row in rows}, at)
    today = localdate(at)
    return sorted((_somebody(row, names.get(row[-1], {}), today) for row in rows), key=_house_first)


def asked_of(area: Area, roll: Roll | None, at: datetime) -> dict[str, Any]:
    """What the sentences above ask for: an area, and in a sweep the roll of its people or of its doors."""
    return {
        "area": area.pk,
        "at": at,
        "register": REGISTER,
        "holders": [REGISTER, *([roll.event_id] if roll is not None else [])],
        "roll": roll.pk if roll is not None else None,
        "part": roll.part if roll is not None else None,
        "whole": roll is not None and roll.area_id == area.pk,
        "withdrawn": int(State.WITHDRAWN),
    }


def _somebody(row: Sequence[Any], areas: dict[int, str], today: date) -> Somebody:
    person, state, name, sex, born, needs, phone, id_no, *stands, _ = row
    estate, building, unit, floor, door, lived_in, household, collective, dwelling, there = stands
    return Somebody(
        person=person,
        state=State(state) if state is not None else None,
        name=name,
        sex=sex,
        born=born,
        needs=needs,
        phone=secrets.unseal(phone) if phone is not None else "",
        id_no=secrets.unseal(id_no) if id_no is not None else "",
        estate=estate,
        building=building,
        unit=unit,
        floor=floor,
        door=door,
        lived_in=lived_in,
        household=household,
        collective=collective,
        dwelling=dwelling,
        there=there,
        areas=areas,
        child=rules.is_child(born, needs, today),
        today=today,
    )


def _house_first(one: Somebody) -> tuple[object, ...]:
    return (*by_address(one), one.name, one.person)


class Stands(Protocol):
    """What has an address."""

    @property
    def estate(self) -> str: ...
    @property
    def building(self) -> str: ...
    @property
    def unit(self) -> int | None: ...
    @property
    def floor(self) -> int | None: ...
    @property
    def door(self) -> str: ...


def by_address(one: Stands) -> tuple[object, ...]:
    """The order of rows: as one walks, what has no address last."""
    unit, floor = (-1000 if each is None else each for each in (one.unit, one.floor))
    return (not one.building, one.estate, natural(one.building), unit, floor, natural(one.door))


def areas_of(area: Area, level: Level, sweep: Sweep | None, at: datetime) -> list[Counted]:
    """Every area of a level inside one, by name, with how many are in it. A fixed few queries."""
    inside = sorted(places.areas_below([area.pk], level, at), key=lambda each: (natural(each.name), each.pk))
    ids = [each.pk for each in inside]
    names = names_of(set(ids), at)
    asked: dict[str, Any] = {"areas": ids, "at": at, "register": REGISTER}
    with connection.cursor() as cursor:
        cursor.execute(_PERSONS_IN, asked)
        people = {row[0]: row[1:] for row in cursor.fetchall()}
        cursor.execute(_DOORS_IN, asked)
        doors = dict(cursor.fetchall())
    stood = balances(sweep.persons, ids, at) if sweep is not None else {}
    at_doors = balances(sweep.doors, ids, at) if sweep is not None else {}
    return [
        Counted(
            area=each,
            areas=names.get(each, {}),
            people=stood[each].known if each in stood else people.get(each, (0, 0))[0],
            households=people.get(each, (0, 0))[1],
            dwellings=at_doors[each].known if each in at_doors else doors.get(each, 0),
            persons=dict(stood[each].parts) if each in stood else {},
            doors=dict(at_doors[each].parts) if each in at_doors else {},
        )
        for each in ids
    ]


_ABOVE = """
SELECT w.inner_id, a.level, a.name, a.name_latin FROM places_within w JOIN places_area a ON a.place_id = w.outer_id
WHERE w.inner_id = ANY(%s) AND w.during @> %s::timestamptz
"""


def names_of(areas: set[int], at: datetime) -> dict[int, dict[int, str]]:
    """Names of all that each area lies in, itself included, by level. One query."""
    found: dict[int, dict[int, str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_ABOVE, [list(areas), at])
        for inner, level, name, latin in cursor.fetchall():
            found.setdefault(inner, {})[level] = called(name, latin)
    return found
