"""Opening a roll call: everybody, or every door, of an area gets a standing, while the world goes on.

Nobody waits for it. The roll's row is committed first; then the job waits until every mover that could not see it has
ended, fills a part of its own or the event's, and catches up at last with whoever moved meanwhile: movers hold
the row of an unready roll shared, so the catching up sees all of them, and those after it see a roll that is ready.
"""

import time
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from linli.common.caller import Caller
from linli.common.clock import now
from linli.custody import trail
from linli.events.models import Event
from linli.events.queries import covers
from linli.places.models import Area
from linli.rolls import parts, rules
from linli.rolls.changing import Change, change
from linli.rolls.errors import RollOpenAlready, RollOutsideEvent
from linli.rolls.models import Cause, Roll, State
from linli.rolls.moving import MOVING

# Persons counted in the area, and those who are away from a home in it. Whoever is merged into another is left out.
_PERSONS = """
SELECT p.id AS subject, p.counted_in_id AS micro_grid, 5 AS state FROM people_person p
WHERE p.counted_in_id = ANY(%(micros)s::bigint[]) {only_p}
  AND NOT EXISTS (SELECT FROM people_sameas m WHERE m.person_id = p.id AND m.undone_at IS NULL)
UNION ALL
SELECT p.id, coalesce(own.micro_grid_id, held.micro_grid_id), 3 FROM people_person p
JOIN people_stay s ON s.person_id = p.id AND s.since = p.counted_since AND s.kind = 'away'
JOIN people_household h ON h.id = s.household_id
JOIN places_place d ON d.id = h.dwelling_id
LEFT JOIN places_assigned own ON own.place_id = d.id AND own.during @> %(at)s
LEFT JOIN places_assigned held ON held.place_id = d.physical_parent_id AND held.during @> %(at)s
WHERE p.counted_in_id IS NULL {only_p}
  AND coalesce(own.micro_grid_id, held.micro_grid_id) = ANY(%(micros)s::bigint[])
  AND NOT EXISTS (SELECT FROM people_sameas m WHERE m.person_id = p.id AND m.undone_at IS NULL)
"""
_DOORS = """
SELECT d.place_id AS subject, coalesce(own.micro_grid_id, held.micro_grid_id) AS micro_grid, 15 AS state
FROM places_dwelling d
LEFT JOIN places_assigned own ON own.place_id = d.place_id AND own.during @> %(at)s
LEFT JOIN places_assigned held ON held.place_id = d.building_id AND held.during @> %(at)s
WHERE coalesce(own.micro_grid_id, held.micro_grid_id) = ANY(%(micros)s::bigint[]) {only_d}
"""
_FILL = """
INSERT INTO {table} (subject, roll_id, part, micro_grid, state)
SELECT due.subject, %(roll)s, %(part)s, due.micro_grid, due.state FROM ({due}) due
"""
_COUNTERS = """
INSERT INTO rolls_counter (roll_id, micro_grid, s0, s1, s2, s3, s4, s5)
SELECT %(roll)s, m, 0, 0, 0, coalesce(s3, 0), 0, coalesce(s5, 0)
FROM unnest(%(micros)s::bigint[]) AS m
LEFT JOIN (
    SELECT micro_grid, count(*) FILTER (WHERE state = 3) AS s3, count(*) FILTER (WHERE state IN (5, 15)) AS s5
    FROM {table} WHERE roll_id = %(roll)s GROUP BY micro_grid) counted ON counted.micro_grid = m
"""
_MOVERS = """
SELECT virtualtransaction FROM pg_locks
WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND classid = %s AND objid = %s AND objsubid = 2 AND granted AND pid <> pg_backend_pid()
"""
_POLL_S = 0.05


@transaction.atomic
def begin(event: Event, area: Area, of: Roll.Of, question: str, *, by: Caller, at: datetime) -> Roll:
    """Say that a question is asked of everybody, or of every door, of an area. The job ``fill`` makes it ready.

    Raises:
        NotYourRoll: the caller does not decide over all of the area.
        RollOutsideEvent: the event does not hold the area.
        RollOpenAlready: the question is being asked there.
    """
    rules.check_may_open(by, area, at)
    if not covers(event, area.pk, at):
        raise RollOutsideEvent(area=area.called)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"roll:{event.pk}:{area.pk}:{of}"])
    there = Roll.objects.filter(event=event, area=area, of=of, question=question, closed_at__isnull=True).first()
    if there is not None:
        raise RollOpenAlready(area=area.called, since=there.opened_at)
    roll = Roll.objects.create(
        event=event, area=area, of=of, question=question, part=0, opened_by=by.user, opened_at=at
    )
    roll.part = parts.part_for(area.level, event.pk, roll.pk)
    roll.save(update_fields=["part"])
    trail.record("roll.opened", who=by, subject=f"roll:{roll.pk}", at=at, area=area.pk, facts={"question": question})
    return roll


def fill(roll_id: int) -> Roll:
    """Give everybody who is due a standing. Done again after it was killed, it begins from the start.

    Not to be called in a transaction that moves people: it waits until those that could not see the roll have ended.
    """
    roll = Roll.objects.select_related("event", "area").get(pk=roll_id)
    if roll.ready_at is not None:
        return roll
    _wait_for_earlier_movers()
    with transaction.atomic():
        _fill(roll)
    return roll


def _wait_for_earlier_movers() -> None:
    """Until every transaction has ended that asked which rolls are open before this one could be seen.

    Those that ask later see it; a transaction that moves nobody is not waited for.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MOVERS, MOVING)
        before = {row[0] for row in cursor.fetchall()}
        while before:
            time.sleep(_POLL_S)
            cursor.execute(_MOVERS, MOVING)
            before &= {row[0] for row in cursor.fetchall()}


def _fill(roll: Roll) -> None:
    at = now()
    with connection.cursor() as cursor:
        own = roll.part > 0
        table = parts.make_standing(cursor, roll.part) if own else "rolls_standing"
        if not own:
            parts.have_shared(roll.event_id)
        facts: dict[str, Any] = {"roll": roll.pk, "part": roll.part, "at": at, "micros": _micro_grids(cursor, roll, at)}
        cursor.execute(_FILL.format(table=table, due=_due(roll)), facts)
        cursor.execute(_COUNTERS.format(table=table), facts)
        if own:
            parts.attach(cursor, roll.part)
        cursor.execute("SELECT FROM rolls_roll WHERE id = %s FOR NO KEY UPDATE", [roll.pk])
        _catch_up(cursor, roll, facts)
    roll.ready_at = now()
    roll.save(update_fields=["ready_at"])


def _due(roll: Roll, *, only: bool = False) -> str:
    """The statement that says who is due; `only` for those in %(only)s."""
    of_them = {"only_p": "AND p.id = ANY(%(only)s)", "only_d": "AND d.place_id = ANY(%(only)s)"}
    due = _PERSONS if roll.of == Roll.Of.PERSONS else _DOORS
    return due.format(**(of_them if only else dict.fromkeys(of_them, "")))


def _catch_up(cursor: CursorWrapper, roll: Roll, facts: dict[str, Any]) -> None:
    """Bring up to date whoever moved while the roll was being filled."""
    cursor.execute("DELETE FROM rolls_missed WHERE roll_id = %s RETURNING subject", [roll.pk])
    missed = sorted({row[0] for row in cursor.fetchall()})
    if not missed:
        return
    at = now()  # who holds a door may have changed since the filling began
    facts |= {"only": missed, "at": at, "micros": _micro_grids(cursor, roll, at)}
    cursor.execute(_due(roll, only=True), facts)
    due = {row[0]: (row[1], State(row[2])) for row in cursor.fetchall()}
    changes = []
    for subject in missed:
        if subject in due:
            micro_grid, state = due[subject]
            changes.append(Change(subject, Cause.MOVED_IN, at, state=state, micro_grid=micro_grid))
        else:
            changes.append(Change(subject, Cause.MOVED_OUT, at, state=State.WITHDRAWN))
    change(roll, changes, at=at)


def _micro_grids(cursor: CursorWrapper, roll: Roll, at: datetime) -> list[int]:
    """Micro-grids inside the roll's area, and dedicated grids, which hold doors too."""
    cursor.execute(
        "SELECT w.inner_id FROM places_within w JOIN places_area a ON a.place_id = w.inner_id "
        "AND (a.level = 6 OR a.dedicated) WHERE w.outer_id = %s AND w.during @> %s ORDER BY w.inner_id",
        [roll.area_id, at],
    )
    return [row[0] for row in cursor.fetchall()]
