"""The doors of a sweep as whoever goes from door to door meets them: in walking order, and one by one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import NotFound
from linli.ledger import reached, scope, sweeps
from linli.ledger.models import Finding, Sweep
from linli.ledger.promised import PROMISED
from linli.ledger.reached import Who
from linli.people import queries as people
from linli.places import queries as places
from linli.places.doors import whole_door
from linli.places.models import Area, Building, Dwelling, Level
from linli.places.names import buildings_to_mark
from linli.rolls.models import Roll, Standing, State

NOT_YET = (State.NOT_VISITED, State.NO_ANSWER)
"""A door that has answered in any way, or stands vacant, sinks to the end of the list."""

# A door that has answered stays where somebody there asked to come back.
_FROM = f"""
FROM rolls_standing s JOIN places_dwelling d ON d.place_id = s.subject
JOIN places_building b ON b.place_id = d.building_id LEFT JOIN places_estate e ON e.place_id = b.estate_id
LEFT JOIN ({PROMISED}) back ON back.dwelling_id = s.subject
WHERE s.part = %(part)s AND s.roll_id = %(roll)s AND s.micro_grid IN (
    SELECT w.inner_id FROM places_within w WHERE w.outer_id = %(area)s AND w.during @> %(at)s)
AND (s.state = ANY(%(states)s) OR (back.back_at IS NOT NULL AND s.state <> %(withdrawn)s))
"""  # noqa: S608 (constants)
# 2栋 before 10栋, and door 302 before 1001.
_AS_ONE_WALKS = """e.name, e.place_id,
    nullif(regexp_replace(b.name, '[^0-9]', '', 'g'), '')::numeric, b.name, b.place_id,
    d.unit NULLS FIRST, d.floor NULLS FIRST, length(d.door), d.door"""
_WALK = f"""
SELECT s.subject, s.state, s.micro_grid, coalesce(e.name, ''), b.name, d.unit, d.door {_FROM}
ORDER BY s.state <> ALL(%(not_yet)s) AND back.back_at IS NULL, {_AS_ONE_WALKS}, s.subject
LIMIT %(most)s OFFSET %(skip)s
"""
_NAMED = f"""
SELECT d.place_id, coalesce(e.name, ''), b.name, d.unit, d.door FROM places_dwelling d
JOIN places_building b ON b.place_id = d.building_id LEFT JOIN places_estate e ON e.place_id = b.estate_id
WHERE d.place_id = ANY(%s) ORDER BY {_AS_ONE_WALKS}, d.place_id
"""  # noqa: S608 (constants)
_COUNT = f"SELECT s.state, count(*) {_FROM} GROUP BY s.state"


@dataclass(frozen=True, slots=True)
class Door:
    """One door. `called` names it in full, `house` the building it stands in."""

    place: int
    state: State
    micro_grid: int
    house: str
    called: str


@dataclass(frozen=True, slots=True)
class Walk:
    """The doors of an area in a sweep, in walking order: estate, building, unit, floor, door."""

    sweep: Sweep
    area: Area
    at: datetime
    not_yet: bool

    def __len__(self) -> int:
        return sum(self.counts().values())

    def counts(self) -> dict[State, int]:
        """How many doors stand how; one query."""
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, self._facts())
            return {State(state): number for state, number in cursor.fetchall()}

    def __getitem__(self, part: slice) -> list[Door]:
        with connection.cursor() as cursor:
            cursor.execute(_WALK, self._facts() | {"most": part.stop - part.start, "skip": part.start})
            return [
                Door(place, State(state), micro, " ".join(filter(None, (estate, building))), _named(*named))
                for place, state, micro, *named in cursor.fetchall()
                for estate, building in [named[:2]]
            ]

    def _facts(self) -> dict[str, Any]:
        roll = self.sweep.doors
        states = [state for state in State if state > State.NOT_REACHED and (state in NOT_YET or not self.not_yet)]
        facts: dict[str, Any] = {"part": roll.part, "roll": roll.pk, "area": self.area.pk, "at": self.at}
        facts |= {"sweeps": [self.sweep.pk], "withdrawn": int(State.WITHDRAWN)}
        return facts | {"states": [int(s) for s in states], "not_yet": [int(s) for s in NOT_YET]}


def in_order(doors: Collection[int]) -> dict[int, str]:
    """Some doors as one walks past them, each named in full. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_NAMED, [list(doors)])
        return {door: _named(*named) for door, *named in cursor.fetchall()}


def _named(estate: str, building: str, unit: int | None, door: str) -> str:
    return " ".join(filter(None, (estate, whole_door(building, unit, door))))


def door_visible_to(caller: Caller, sweep_id: int, door_id: int) -> tuple[Sweep, Door]:
    """A door of a sweep that the caller may write down what is found at.

    Raises:
        NotFound: there is no such door or sweep, it is not due in it, or belongs to somebody else's area.
    """
    at = now()
    sweep = Sweep.objects.select_related("persons__area", "persons__event", "doors").filter(pk=sweep_id).first()
    found = Dwelling.objects.select_related("building__estate").filter(pk=door_id).first()
    if sweep is None or found is None or not scope.finds_in(caller, (micro := micro_grid_of(door_id, at)), at):
        raise NotFound
    state = standings(sweep.doors, [door_id]).get(door_id)
    if micro is None or state is None:
        raise NotFound
    estate = found.building.estate.name if found.building.estate else ""
    house = " ".join(filter(None, (estate, found.building.name)))
    return sweep, Door(door_id, state, micro, house, _named(estate, found.building.name, found.unit, found.door))


def micro_grid_of(door_id: int, at: datetime) -> int | None:
    """The micro-grid that holds a door."""
    return scope.micro_grids_of([door_id], at).get(door_id)


def standings(roll: Roll, subjects: Collection[int]) -> dict[int, State]:
    """How some people or doors stand in a roll now; those that are not in it are missing. One query."""
    rows = Standing.objects.filter(subject__in=subjects, roll=roll, part=roll.part)
    return {subject: State(state) for subject, state in rows.values_list("subject", "state")}


def buildings_in(area: Area, at: datetime) -> list[Building]:
    """Buildings that an area holds, in their order. At most three queries."""
    marked = [place for _, inside in buildings_to_mark(area, at) for place, _ in inside]
    found = Building.objects.select_related("estate").in_bulk(marked)
    return [found[place] for place in marked if place in found]


def door_named(building: Building, unit: int | None, door: str) -> int | None:
    """The door of a building that is known by a unit and a number."""
    return Dwelling.objects.filter(building=building, unit=unit, door=door).values_list("pk", flat=True).first()


def area_of(caller: Caller, micro_grid: int, at: datetime) -> int | None:
    """The area of the caller's that holds a micro-grid: whose list a door belongs to."""
    held = caller.areas(*sweeps.NAMING)
    return next((area for area in held if places.is_within(micro_grid, area, at)), None)


def community_of(micro_grid: int, at: datetime) -> Area | None:
    """The community whose desk answers for a micro-grid."""
    above = places.ancestors(micro_grid, at)
    return next((area for area in above if area.level == Level.COMMUNITY), None)


@dataclass(frozen=True, slots=True)
class Behind:
    """Somebody behind a door: masked, with needs, and how they stand in the sweep."""

    person: int
    who: Who
    state: State | None


def behind(sweep: Sweep, door: Door) -> list[Behind]:
    """Everybody who is known behind a door. Three queries."""
    persons = [person for person, _ in people.behind_door(door.place)]
    known, stand = reached.who(persons, sweep.persons.event_id), standings(sweep.persons, persons)
    return [Behind(each, known.get(each, Who("", False, 0)), stand.get(each)) for each in persons]


def finding_at(sweep: Sweep, door: Door, finding_id: UUID) -> Finding:
    """One thing that was found at a door the caller was shown.

    Raises:
        NotFound: it was found elsewhere, or never.
    """
    found = findings_at(sweep, door).select_related("sweep__persons").filter(pk=finding_id).first()
    if found is None:
        raise NotFound
    return found


def findings_at(sweep: Sweep, door: Door) -> QuerySet[Finding]:
    """What was found at a door in a sweep, also what was taken back, the newest first."""
    return Finding.objects.filter(sweep=sweep, dwelling=door.place).order_by("-recorded_at", "-pk")
