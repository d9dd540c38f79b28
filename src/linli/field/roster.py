"""What a phone carries: its holder's doors in walking order, who lives behind each, masked, and what is known of both;
and the people they lead.

Told in parts of a few buildings, each under the digest of its own bytes: a phone says which digests it has, and gets
the parts that differ. Nothing that changed can be missed that way, however late a transaction was committed.
"""

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils.timezone import localdate

from linli.common.caller import Caller
from linli.custody import trail
from linli.custody.masks import mask_middle, mask_name
from linli.field import around, crew, numbers
from linli.field.around import Around
from linli.field.crew import Crew
from linli.field.errors import TooMuchForAPhone
from linli.field.leases import ROLES
from linli.field.models import Lease
from linli.ledger import promised
from linli.ledger.models import Sweep
from linli.people.models import REGISTER, SERVICE, Need
from linli.people.rules import is_child
from linli.places import queries as places
from linli.places.models import Area, Level
from linli.rolls.models import Roll

MOST_GRIDS, MOST_PEOPLE = 10, 3000
GROWN = MOST_PEOPLE * 11 // 10  # whoever is found during the day comes on top of what was lent
PARTS = 64

_DOORS = """
WITH held AS (SELECT place_id, micro_grid_id FROM places_assigned
    WHERE micro_grid_id = ANY(%(grids)s) AND during @> %(at)s)
SELECT d.place_id, b.place_id, coalesce(e.name, ''), b.name, d.unit, d.floor, d.door, d.state,
    coalesce(own.micro_grid_id, house.micro_grid_id)
FROM places_dwelling d JOIN places_building b ON b.place_id = d.building_id
LEFT JOIN places_estate e ON e.place_id = b.estate_id
LEFT JOIN places_assigned own ON own.place_id = d.place_id AND own.during @> %(at)s
LEFT JOIN places_assigned house ON house.place_id = d.building_id AND house.during @> %(at)s
WHERE d.place_id IN (
        SELECT place_id FROM held
        UNION SELECT i.place_id FROM held JOIN places_dwelling i ON i.building_id = held.place_id)
    AND coalesce(own.micro_grid_id, house.micro_grid_id) = ANY(%(grids)s)
"""
_PEOPLE = """
SELECT h.dwelling_id, s.person_id, s.kind FROM people_household h
JOIN people_stay s ON s.household_id = h.id
JOIN people_person p ON p.id = s.person_id AND p.counted_since = s.since
WHERE h.dwelling_id = ANY(%s) AND s.kind <> 'gone'
    AND NOT EXISTS (SELECT FROM people_sameas m WHERE m.person_id = p.id AND m.undone_at IS NULL)
ORDER BY s.person_id
"""
_KNOWN = """
SELECT person_id, name, born, needs, phone IS NOT NULL AND holder <> %(service)s
FROM people_identity WHERE person_id = ANY(%(persons)s)
ORDER BY person_id, holder = %(register)s DESC, holder = %(service)s DESC, holder DESC
"""
_STANDS = "SELECT subject, state FROM rolls_standing WHERE roll_id = ANY(%s) AND part = ANY(%s) AND subject = ANY(%s)"
_FOUND = """
SELECT DISTINCT ON (f.dwelling_id) f.dwelling_id, f.id, f.result, f.how, f.happened_at, f.by
FROM ledger_finding f WHERE f.dwelling_id = ANY(%s) AND f.sweep_id = ANY(%s) AND f.taken_back_at IS NULL
ORDER BY f.dwelling_id, f.recorded_at DESC, f.id DESC
"""
_SWEEPS = """
SELECT DISTINCT ON (w.inner_id) w.inner_id, s.id FROM places_within w
JOIN rolls_roll persons ON persons.area_id = w.outer_id
JOIN ledger_sweep s ON s.persons_id = persons.id JOIN rolls_roll doors ON doors.id = s.doors_id
WHERE w.inner_id = ANY(%(grids)s) AND w.during @> %(at)s
    AND persons.ready_at IS NOT NULL AND doors.ready_at IS NOT NULL AND persons.closed_at IS NULL
ORDER BY w.inner_id, s.id DESC
"""


@dataclass(frozen=True, slots=True)
class Roster:
    """What differs from what a phone has.

    Attributes:
        parts: number of the part, its digest, its doors; those that the phone has are left out.
        digests: of every part there is.
        around: what it needs beside them. crew: the people its holder leads.
    """

    parts: dict[int, list[dict[str, Any]]]
    digests: dict[int, str]
    people: int
    around: Around
    crew: Crew


def of(lease: Lease, *, known: Mapping[int, str], crew_known: str = "", by: Caller, at: datetime) -> Roster:
    """The doors of a lease's holder, as far as their phone does not know them yet, and the people they lead.

    Args:
        known: digests of the parts that it has. crew_known: that of the people.

    Raises:
        TooMuchForAPhone: more micro-grids or people than one phone is to hold.
    """
    areas = [each.area for each in by.grants if each.role in ROLES and each.area is not None]
    grids = list(places.areas_below(areas, Level.MICRO_GRID, at))
    sweeps = _sweeps([each.pk for each in grids[:MOST_GRIDS]], at)
    doors = _doors(grids, sweeps, at) if len(grids) <= MOST_GRIDS else []
    led = crew.of(lease, by=by, at=at)
    people = sum(len(each["p"]) for each in doors) + led.people
    first = not (known or crew_known)
    most = MOST_PEOPLE if first else GROWN
    if len(grids) > MOST_GRIDS or people > most:
        raise TooMuchForAPhone(most_grids=MOST_GRIDS, most=most, grids=len(grids), people=people)
    numbers.note_lent(lease, numbers.lend(doors, at), by=by, at=at)
    parts: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for door in doors:
        parts[door["b"] % PARTS].append(door)
    digests = {number: _digest(inside) for number, inside in parts.items()}
    fresh = {number: inside for number, inside in parts.items() if known.get(number) != digests[number]}
    if first:  # whoever takes people out of the house is on record
        facts: dict[str, trail.Fact | list[trail.Fact]] = {"doors": len(doors), "people": people}
        trail.record("roster.taken", who=by, subject=f"lease:{lease.pk}", at=at, facts=facts)
    return Roster(fresh, digests, people, around.of(grids, sweeps, doors, at), led)


def _digest(doors: list[dict[str, Any]]) -> str:
    return hashlib.sha256(json.dumps(doors, sort_keys=True).encode()).hexdigest()[:16]


def _doors(grids: Collection[Area], sweeps: Mapping[int, Sweep], at: datetime) -> list[dict[str, Any]]:
    """Doors as the app reads them, short names because there are thousands; in walking order.

    i: id. b: building. e, n, u, f, d: estate, building's name, unit, floor, door. k: how it is lived in.
    s: the sweep that is open there. r: what was found last; its b: when they asked to come back. p: who lives there.
    h: lies in a high-risk zone.
    """
    rows = _rows(_DOORS, {"grids": [each.pk for each in grids], "at": at})
    rows.sort(key=lambda row: (row[2], _natural(row[3]), row[1], row[4] or 0, row[5] or 0, _natural(row[6])))
    ids = [row[0] for row in rows]
    behind = _people(ids, sweeps.values(), at)
    back = promised.at_doors([each.pk for each in sweeps.values()], ids)
    found = {
        door: {"i": str(finding), "r": result, "h": how, "t": _ms(happened), "by": by, "b": _ms(back.get(door))}
        for door, finding, result, how, happened, by in _rows(_FOUND, [ids, [each.pk for each in sweeps.values()]])
    }
    return [
        {
            "i": door,
            "b": building,
            "e": estate,
            "n": name,
            "u": unit,
            "f": floor,
            "d": number,
            "k": lived,
            "s": sweeps[grid].pk if grid in sweeps else None,
            "r": found.get(door),
            "p": behind.get(door, []),
        }
        for door, building, estate, name, unit, floor, number, lived, grid in rows
    ]


def _sweeps(grids: Collection[int], at: datetime) -> dict[int, Sweep]:
    """The newest sweep that takes findings in each micro-grid, where there is one."""
    taking = dict(_rows(_SWEEPS, {"grids": list(grids), "at": at}))
    sweeps = Sweep.objects.select_related("persons").in_bulk(set(taking.values()))
    return {grid: sweeps[sweep] for grid, sweep in taking.items()}


def _people(doors: list[int], sweeps: Iterable[Sweep], at: datetime) -> dict[int, list[dict[str, Any]]]:
    """Who lives behind doors. i: id. n: name, masked; none of a child. a: age band. x: needs, as codes. w: away.
    z: how they stand. c: whether their number may be asked for. h: whether they are under fourteen."""
    rows = _rows(_PEOPLE, [doors])
    persons = [person for _, person, _ in rows]
    names: dict[int, str] = {}
    ages: dict[int, str] = {}
    needs: Counter[int] = Counter()
    today = localdate(at)
    reached_by_phone: set[int] = set()
    children: set[int] = set()  # of whom no number is shown
    for person, name, born, mask, has_phone in _rows(
        _KNOWN, {"persons": persons, "register": REGISTER, "service": SERVICE}
    ):
        if name:
            names.setdefault(person, name)
        if born is not None:
            ages.setdefault(person, age_band(born, today))
        needs[person] |= mask
        if has_phone:
            reached_by_phone.add(person)
        if is_child(born, mask, today):
            children.add(person)
    rolls: list[Roll] = list({each.persons_id: each.persons for each in sweeps}.values())
    stands = dict(_rows(_STANDS, [[each.pk for each in rolls], [each.part for each in rolls], persons]))
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for door, person, kind in rows:
        found[door].append(
            {
                "i": person,
                "n": names.get(person, "") if person not in children else "",
                "a": ages.get(person, ""),
                "x": [need.label for need in Need if needs[person] >> need & 1] if needs[person] else [],
                "w": kind == "away",
                "z": stands.get(person),
                "c": person in reached_by_phone and person not in children,
                "h": person in children,
            }
        )
    for inside in found.values():
        _mask(inside)
    return found


def _mask(household: list[dict[str, Any]]) -> None:
    """王**; where that would be two of one door, 王*明 and 王*华: a worker has to tell them apart."""
    plain = Counter(mask_name(each["n"]) for each in household)
    for each in household:
        masked = mask_name(each["n"])
        each["n"] = mask_middle(each["n"]) if plain[masked] > 1 else masked


def age_band(born: date, today: date) -> str:
    """Roughly how old somebody is: enough to know whom one speaks to."""
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return next(band for below, band in ((3, "0"), (14, "3"), (60, "14"), (80, "60"), (999, "80")) if years < below)


def _natural(text: str) -> tuple[int, str]:
    """2栋 before 10栋, and 201 before 1001."""
    number = re.search(r"\d+", text)
    return (int(number[0]) if number else 0, text)


def _ms(moment: datetime | None) -> int | None:
    return int(moment.timestamp() * 1000) if moment is not None else None


def _rows(statement: str, asked: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        return list(cursor.fetchall())
