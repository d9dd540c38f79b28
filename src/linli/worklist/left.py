"""What is left in the open sweeps, and what is known of it: read in a fixed number of queries and three a sweep."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from linli.events.models import Zone
from linli.events.queries import zone_levels_of_places
from linli.ledger import reached, walking
from linli.ledger.models import Sweep
from linli.ledger.nexts import Tried
from linli.ledger.owners import Owners
from linli.ledger.promised import PROMISED
from linli.ledger.reached import Who
from linli.rolls.models import State

# Where somebody asked to come back, also at a door that has answered or refused.
_OPEN = f"""
SELECT s.roll_id, s.subject, s.micro_grid, s.owner FROM rolls_standing s
WHERE s.part = ANY(%(parts)s) AND s.roll_id = ANY(%(rolls)s) AND s.micro_grid = ANY(%(micros)s)
  AND s.state = ANY(%(states)s)
UNION
SELECT s.roll_id, s.subject, s.micro_grid, s.owner FROM ({PROMISED}) p
JOIN ledger_sweep w ON w.id = p.sweep_id
JOIN rolls_standing s ON s.roll_id = w.doors_id AND s.subject = p.dwelling_id AND s.part = ANY(%(parts)s)
WHERE s.micro_grid = ANY(%(micros)s) AND s.state <> %(withdrawn)s
"""  # noqa: S608 (constants)
_DUE = """
SELECT s.subject FROM rolls_standing s
WHERE s.part = ANY(%(parts)s) AND s.roll_id = ANY(%(rolls)s) AND s.micro_grid = ANY(%(micros)s)
  AND s.subject = ANY(%(doors)s)
"""
_STATES = [int(state) for state in (State.NOT_REACHED, *walking.NOT_YET)]
_NOBODY = Who("", False, 0)


@dataclass(frozen=True, slots=True)
class Left:
    """One door or person that is left, in the sweep nearest to it, and who answers for it."""

    sweep: Sweep
    subject: int
    owner: int | None


def left(sweeps: Sequence[Sweep], micro_grids: Collection[int], owners: Owners) -> tuple[list[Left], list[Left]]:
    """Doors and people that are left, and doors where somebody asked to come back. One query.

    Where several sweeps ask for one, it stands here once, in the first.

    Args:
        sweeps: the nearest first.
    """
    rolls = [roll for sweep in sweeps for roll in (sweep.doors, sweep.persons)]
    facts: dict[str, Any] = {"parts": list({roll.part for roll in rolls}), "rolls": [roll.pk for roll in rolls]}
    facts |= {"sweeps": [sweep.pk for sweep in sweeps], "withdrawn": int(State.WITHDRAWN)}
    found: dict[int, list[tuple[int, int, int | None]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, {**facts, "micros": list(micro_grids), "states": _STATES})
        for roll, subject, micro_grid, named in cursor.fetchall():
            found[roll].append((subject, micro_grid, named))
    doors: dict[int, Left] = {}
    persons: dict[int, Left] = {}
    for sweep in sweeps:
        for kept, roll in ((doors, sweep.doors), (persons, sweep.persons)):
            for subject, micro_grid, named in found[roll.pk]:
                kept.setdefault(subject, Left(sweep, subject, owners.of(micro_grid, named)))
    return list(doors.values()), list(persons.values())


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of what is left.

    Attributes:
        homes, who: of people, by id. phones: doors behind which a number is known.
        tried: by sweep and door. levels: of the zones, by door. order: of the doors, as one walks.
        due: doors that are due in one of the sweeps, so that something can be found at them.
    """

    homes: Mapping[int, int | None]
    who: Mapping[int, Who]
    phones: Collection[int]
    tried: Mapping[tuple[int, int], list[Tried]]
    levels: Mapping[int, int]
    order: Mapping[int, int]
    due: Collection[int]

    def person(self, person: int) -> Who:
        """Somebody as a list shows them."""
        return self.who.get(person, _NOBODY)

    def high_risk(self, door: int | None) -> bool:
        """Whether a door lies in a high-risk zone."""
        return self.levels.get(door or 0, 0) == Zone.Risk.HIGH


def known(doors: Sequence[Left], persons: Sequence[Left], micro_grids: Collection[int], at: datetime) -> Known:
    """What is known of some doors and people that are left."""
    sweeps = {each.sweep.pk: each.sweep for each in (*doors, *persons)}
    homes = reached.homes([each.subject for each in persons])
    places = {each.subject for each in doors} | {home for home in homes.values() if home is not None}
    who: dict[int, Who] = {}
    phones: set[int] = set()
    for event in {each.persons.event_id for each in sweeps.values()}:
        who |= reached.who([each.subject for each in persons if each.sweep.persons.event_id == event], event)
        phones |= reached.doors_with_phone([d.subject for d in doors if d.sweep.persons.event_id == event], event)
    tried = {(pk, door): said for pk, sweep in sweeps.items() for door, said in reached.tried_at(sweep, places).items()}
    order = {door: place for place, door in enumerate(walking.in_order(places), 1)}
    due = _due(list(sweeps.values()), places, micro_grids)
    return Known(homes, who, phones, tried, zone_levels_of_places(places, at), order, due)


def _due(sweeps: Sequence[Sweep], doors: Collection[int], micro_grids: Collection[int]) -> set[int]:
    facts = {"parts": list({each.doors.part for each in sweeps}), "rolls": [each.doors_id for each in sweeps]}
    with connection.cursor() as cursor:
        cursor.execute(_DUE, {**facts, "micros": list(micro_grids), "doors": list(doors)})
        return {row[0] for row in cursor.fetchall()}
