"""Doors of a micro-grid that a sweep has still to reach, in the order in which one walks past them."""

import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from linli.custody.masks import mask_name
from linli.ledger.models import Sweep
from linli.people.models import REGISTER
from linli.rolls.models import State

CHILD_UNTIL, OLD_FROM = 14, 60  # years
BLANK_DOORS = 10  # lines on paper for each building of which no door is known
TO_REACH = (State.NOT_VISITED, State.NO_ANSWER, State.TURNED_AWAY)
_DOORS = """
SELECT d.place_id, coalesce(e.name, ''), b.name, d.unit, d.floor, d.door
FROM rolls_standing s JOIN places_dwelling d ON d.place_id = s.subject
JOIN places_building b ON b.place_id = d.building_id LEFT JOIN places_estate e ON e.place_id = b.estate_id
WHERE s.part = %(part)s AND s.roll_id = %(roll)s AND s.micro_grid = %(micro_grid)s AND s.state = ANY(%(states)s)
"""
_NAMED = """
SELECT d.place_id, coalesce(e.name, ''), b.name, d.unit, d.floor, d.door FROM places_dwelling d
JOIN places_building b ON b.place_id = d.building_id LEFT JOIN places_estate e ON e.place_id = b.estate_id
WHERE d.place_id = ANY(%s)
"""
# Buildings of a micro-grid of which no door is known.
_EMPTY = """
SELECT a.micro_grid_id, b.place_id, coalesce(e.name, ''), b.name FROM places_assigned a
JOIN places_building b ON b.place_id = a.place_id LEFT JOIN places_estate e ON e.place_id = b.estate_id
WHERE a.micro_grid_id = ANY(%s) AND a.during @> %s
  AND NOT EXISTS (SELECT FROM places_dwelling d WHERE d.building_id = b.place_id)
"""
# Who lives behind each door, away or not; what the register says first, else what the event found.
_BEHIND = """
SELECT h.dwelling_id, p.id,
    (array_agg(i.name ORDER BY i.holder = %(register)s DESC) FILTER (WHERE i.name <> ''))[1], max(i.sex), max(i.born)
FROM people_household h JOIN people_stay s ON s.household_id = h.id AND s.kind <> 'gone'
JOIN people_person p ON p.id = s.person_id AND p.counted_since = s.since
JOIN people_identity i ON i.person_id = p.id AND i.holder = ANY(%(holders)s)
WHERE h.dwelling_id = ANY(%(doors)s)
  AND NOT EXISTS (SELECT FROM people_sameas m WHERE m.person_id = p.id AND m.undone_at IS NULL)
GROUP BY h.dwelling_id, p.id ORDER BY p.id
"""


@dataclass(frozen=True, slots=True)
class Somebody:
    """Who lives behind a door, masked: enough to tell the members of one household apart.

    Attributes:
        band: child, adult or old; empty where nobody knows.
    """

    person: int
    name: str
    sex: str
    band: str


@dataclass(frozen=True, slots=True)
class Door:
    """One door with its people; or a blank line for one of a building, which has no place yet."""

    place: int | None
    estate: str
    building: str
    unit: int | None
    floor: int | None
    door: str
    people: tuple[Somebody, ...]
    blank_of: int | None = None


def doors_to_reach(sweep: Sweep, micro_grid: int, at: datetime) -> list[Door]:
    """Doors of a micro-grid that still have to be reached, estate by estate, in walking order. Two queries."""
    roll = sweep.doors
    facts = {"part": roll.part, "roll": roll.pk, "micro_grid": micro_grid, "states": list(TO_REACH)}
    return _made(_DOORS, facts, roll.event_id, at)


def blank_doors(micro_grid: int, at: datetime) -> list[Door]:
    """Lines to write doors on, `BLANK_DOORS` for each building of a micro-grid of which no door is known. One query."""
    buildings = sorted(empty_buildings([micro_grid], at), key=lambda row: (row[2] == "", row[2], natural(row[3])))
    return [
        Door(None, estate, name, None, None, "", (), blank_of=building)
        for _, building, estate, name in buildings
        for _ in range(BLANK_DOORS)
    ]


def empty_buildings(micro_grids: Collection[int], at: datetime) -> list[tuple[int, int, str, str]]:
    """(micro-grid, building, its estate, its name) of every building there of which no door is known. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_EMPTY, [list(micro_grids), at])
        return cursor.fetchall()


def doors_by_id(places: Collection[int], event_id: int, at: datetime) -> dict[int, Door]:
    """Doors by place id, those that are gone left out. Two queries."""
    return {door.place: door for door in _made(_NAMED, [list(places)], event_id, at) if door.place is not None}


def _made(sql: str, facts: Any, event_id: int, at: datetime) -> list[Door]:
    with connection.cursor() as cursor:
        cursor.execute(sql, facts)
        rows = cursor.fetchall()
    behind = _behind([row[0] for row in rows], event_id, at.date())
    return sorted((Door(*(*row, tuple(behind.get(row[0], ())))) for row in rows), key=_walk)


def _behind(doors: Collection[int], event_id: int, today: date) -> dict[int, list[Somebody]]:
    found: dict[int, list[Somebody]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_BEHIND, {"doors": list(doors), "register": REGISTER, "holders": [REGISTER, event_id]})
        for door, person, name, sex, born in cursor.fetchall():
            band = _band(born, today)
            shown = mask_name(name or "") if band != "child" else ""  # whoever carries it reads no child's name
            found[door].append(Somebody(person, shown, sex or "", band))
    return found


def _band(born: date | None, today: date) -> str:
    if born is None:
        return ""
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return "child" if years < CHILD_UNTIL else "old" if years >= OLD_FROM else "adult"


def _walk(door: Door) -> tuple[object, ...]:
    """2栋 before 10栋, unit by unit, floor by floor; what has no number comes last."""
    return (
        (door.estate == "", door.estate),
        natural(door.building),
        (door.unit is None, door.unit or 0),
        (door.floor is None, door.floor or 0),
        natural(door.door),
        door.place,
    )


def natural(text: str) -> list[tuple[int, str]]:
    """Sorts 2栋 before 10栋, and what has no number last."""
    return [(int(part), "") if part.isdecimal() else (10**9, part) for part in re.findall(r"[0-9]+|[^0-9]+", text)]
