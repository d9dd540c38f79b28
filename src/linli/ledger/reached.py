"""The people and doors behind a number, masked: who answers for each, what was tried, what to do next."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.timezone import localdate

from linli.common.clock import now
from linli.custody.masks import mask_name
from linli.events.models import Zone
from linli.events.queries import zone_levels_of_places
from linli.ledger.models import Finding, Sweep
from linli.ledger.nexts import Next, Tried, asked_for, next_thing
from linli.ledger.owners import Owners, owners
from linli.people.models import REGISTER
from linli.people.rules import is_child
from linli.places.names import place_names
from linli.rolls.models import Roll, State
from linli.rolls.past import Stood

OPEN = frozenset({State.NOT_REACHED, State.NO_ANSWER, State.NOT_VISITED, State.REFUSED, State.TURNED_AWAY})
"""Standings with something left to do."""

# What the register says first, else what the event found; a volunteer's record is not read for this.
_WHO = """
SELECT i.person_id, (array_agg(i.name ORDER BY i.holder = %(register)s DESC) FILTER (WHERE i.name <> ''))[1],
    bool_or(i.phone IS NOT NULL), bit_or(i.needs),
    (array_agg(i.born ORDER BY i.holder = %(register)s DESC) FILTER (WHERE i.born IS NOT NULL))[1]
FROM people_identity i WHERE i.person_id = ANY(%(persons)s) AND i.holder = ANY(%(holders)s) GROUP BY i.person_id
"""
_HOMES = """
SELECT p.id, coalesce(s.home_id, h.dwelling_id) FROM people_person p
JOIN people_stay s ON s.person_id = p.id AND s.since = p.counted_since
LEFT JOIN people_household h ON h.id = s.household_id WHERE p.id = ANY(%s)
"""
_PHONES_BEHIND = """
SELECT DISTINCT h.dwelling_id FROM people_household h
JOIN people_stay s ON s.household_id = h.id JOIN people_person p ON p.id = s.person_id AND p.counted_since = s.since
JOIN people_identity i ON i.person_id = p.id AND i.holder = ANY(%(holders)s) AND i.phone IS NOT NULL
WHERE h.dwelling_id = ANY(%(doors)s) AND s.kind <> 'gone'
"""
_OWNERS = """
SELECT s.subject, s.owner FROM rolls_standing s
WHERE s.part = %s AND s.roll_id = %s AND s.subject = ANY(%s) AND s.owner IS NOT NULL
"""
_COMMUNITIES = """
SELECT w.inner_id, a.place_id FROM places_within w JOIN places_area a ON a.place_id = w.outer_id AND a.level = 4
WHERE w.inner_id = ANY(%(micros)s) AND w.during @> %(at)s
"""


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody as a list shows them: masked, whether a number is known, and whether they are under fourteen."""

    name: str
    has_phone: bool
    needs: int
    child: bool = False

    def shown(self, *, children_named: bool) -> str:
        """Their name; empty where nobody knows it, and of a child for a grid worker (``lines`` says why)."""
        return self.name if children_named or not self.child else ""


def who(persons: Collection[int], event_id: int) -> dict[int, Who]:
    """People by id, masked, as the register or the event knows them. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_WHO, {"persons": list(persons), "register": REGISTER, "holders": [REGISTER, event_id]})
        today = localdate(now())
        return {
            person: Who(mask_name(name or ""), bool(phone), needs or 0, is_child(born, needs or 0, today))
            for person, name, phone, needs, born in cursor.fetchall()
        }


@dataclass(frozen=True, slots=True)
class Row:
    """One person or door behind a number.

    Attributes:
        name: masked; empty for a door, where nobody knows it, and where it is not for this caller.
        child: they are under fourteen. where: the way to the staircase.
        door: place id; None where they have no door. owner: name of who answers for it; empty: the desk of `desk`.
        next: None where nothing is left to do. back_at: when they asked to come back, where that is next.
    """

    subject: int
    state: State
    name: str
    child: bool
    needs: int
    door: int | None
    where: str
    owner: str
    desk: int | None
    next: Next | None
    back_at: datetime | None = None


def rows(sweep: Sweep, roll: Roll, stood: Sequence[Stood], at: datetime, *, children_named: bool) -> list[Row]:
    """Everything a list says of those behind a number. A fixed number of queries, however many they are."""
    subjects = [each.subject for each in stood]
    persons = roll.of == Roll.Of.PERSONS
    at_home = homes(subjects) if persons else {each: each for each in subjects}
    doors = {door for door in at_home.values() if door is not None}
    known = who(subjects, roll.event_id) if persons else {}
    phones = set() if persons else doors_with_phone(doors, roll.event_id)
    tried, levels = tried_at(sweep, doors), zone_levels_of_places(doors, at)
    named, answering = place_names(doors), _Answering.of(roll, stood, at)

    def row(each: Stood) -> Row:
        door = at_home.get(each.subject)
        told = known.get(each.subject, Who("", False, 0))
        tries = tried.get(door or 0, [])
        step, back_at = None, asked_for(tries)
        if each.state in OPEN:
            step = next_thing(
                tries,
                high_risk=levels.get(door or 0, 0) == Zone.Risk.HIGH,
                has_phone=told.has_phone or each.subject in phones,
                person=persons,
            )
        owner = answering.name(each)
        where = named.get(door or 0, "")
        desk = answering.desks.get(each.micro_grid)
        name = told.shown(children_named=children_named)
        return Row(each.subject, each.state, name, told.child, told.needs, door, where, owner, desk, step, back_at)

    return [row(each) for each in stood]


def briefly(subjects: Sequence[int], roll: Roll) -> dict[int, tuple[str, str, int | None]]:
    """Name (masked; empty for a door), way to the staircase and door of some subjects. At most three queries."""
    persons = roll.of == Roll.Of.PERSONS
    at_home = homes(subjects) if persons else {each: each for each in subjects}
    known = who(subjects, roll.event_id) if persons else {}
    named = place_names({door for door in at_home.values() if door is not None})
    return {
        each: (known[each].name if each in known else "", named.get(at_home.get(each) or 0, ""), at_home.get(each))
        for each in subjects
    }


def tried_at(sweep: Sweep, doors: Collection[int]) -> dict[int, list[Tried]]:
    """What was tried at some doors in a sweep and not taken back, the first first. One query."""
    found: dict[int, list[Tried]] = defaultdict(list)
    tries = Finding.objects.filter(sweep=sweep, dwelling__in=doors, taken_back_at__isnull=True)
    tries = tries.order_by("-happened_at", "-recorded_at", "-pk").reverse()
    for door, result, how, happened, back_at in tries.values_list(
        "dwelling", "result", "how", "happened_at", "back_at"
    ):
        found[door].append(Tried(result, how, happened, back_at))
    return found


def doors_with_phone(doors: Collection[int], event_id: int) -> set[int]:
    """Doors behind which somebody lives whose number is known. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_PHONES_BEHIND, {"doors": list(doors), "holders": [REGISTER, event_id]})
        return {row[0] for row in cursor.fetchall()}


def homes(persons: Sequence[int]) -> dict[int, int | None]:
    """The door where each of some people is at home, wherever they are counted. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_HOMES, [list(persons)])
        return dict(cursor.fetchall())


@dataclass(frozen=True, slots=True)
class _Answering:
    """Who answers for each, and the desk of each community."""

    named: dict[int, int]
    owners: Owners
    desks: dict[int, int]

    @classmethod
    def of(cls, roll: Roll, stood: Sequence[Stood], at: datetime) -> "_Answering":
        micros = list({each.micro_grid for each in stood})
        with connection.cursor() as cursor:

            def asked(sql: str, given: Any) -> dict[int, int]:
                cursor.execute(sql, given)
                return dict(cursor.fetchall())

            named = asked(_OWNERS, [roll.part, roll.pk, [each.subject for each in stood]])
            return cls(named, owners(micros, at), asked(_COMMUNITIES, {"micros": micros, "at": at}))

    def name(self, each: Stood) -> str:
        owner = self.owners.of(each.micro_grid, self.named.get(each.subject))
        return self.owners.names.get(owner or 0, "")
