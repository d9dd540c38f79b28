"""The one way a standing changes: locked in order, written down for good, counted, all in the caller's transaction.

Lock order everywhere: persons by id, then standings by subject, then counters by micro-grid (DESIGN.md §2). Whoever
is not in a roll yet is locked as a person, or as the place of a door, by the caller, before they are put in.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.backends.utils import CursorWrapper

from linli.rolls.models import Cause, Roll, State

COLUMNS = ("s0", "s1", "s2", "s3", "s4", "s5")

_LOCK = """
SELECT subject, state, micro_grid, owner FROM rolls_standing
WHERE part = %s AND roll_id = %s AND subject = ANY(%s) ORDER BY subject FOR UPDATE
"""
_ENTER = """
INSERT INTO rolls_standing (subject, roll_id, part, micro_grid, state)
SELECT u.subject, %s, %s, u.micro_grid, u.state FROM unnest(%s::bigint[], %s::bigint[], %s::smallint[])
    AS u (subject, micro_grid, state) ORDER BY u.subject
"""
_UPDATE = """
UPDATE rolls_standing s SET micro_grid = u.micro_grid, state = u.state
FROM unnest(%s::bigint[], %s::bigint[], %s::smallint[]) AS u (subject, micro_grid, state)
WHERE s.part = %s AND s.roll_id = %s AND s.subject = u.subject
"""
_WRITE = """
INSERT INTO rolls_standingchange (part, roll_id, subject, state_from, state_to, micro_grid_from, micro_grid_to, cause,
    fact, happened_at, recorded_at)
SELECT %s, %s, u.subject, u.state_from, u.state_to, u.micro_from, u.micro_to, u.cause, u.fact, u.happened_at, %s
FROM unnest(%s::bigint[], %s::smallint[], %s::smallint[], %s::bigint[], %s::bigint[], %s::smallint[], %s::uuid[],
    %s::timestamptz[]) AS u (subject, state_from, state_to, micro_from, micro_to, cause, fact, happened_at)
"""
_HAVE_COUNTERS = """
INSERT INTO rolls_counter (roll_id, micro_grid, s0, s1, s2, s3, s4, s5)
SELECT %s, m, 0, 0, 0, 0, 0, 0 FROM unnest(%s::bigint[]) AS m ORDER BY m ON CONFLICT DO NOTHING
"""
_LOCK_COUNTERS = """
SELECT micro_grid FROM rolls_counter WHERE roll_id = %s AND micro_grid = ANY(%s) ORDER BY micro_grid FOR UPDATE
"""
_COUNT = """
UPDATE rolls_counter c SET s0 = c.s0 + u.d0, s1 = c.s1 + u.d1, s2 = c.s2 + u.d2, s3 = c.s3 + u.d3, s4 = c.s4 + u.d4,
    s5 = c.s5 + u.d5
FROM unnest(%s::bigint[], %s::int[], %s::int[], %s::int[], %s::int[], %s::int[], %s::int[])
    AS u (micro_grid, d0, d1, d2, d3, d4, d5)
WHERE c.roll_id = %s AND c.micro_grid = u.micro_grid
"""


@dataclass(frozen=True, slots=True)
class Stands:
    """How a subject stands now, its row locked."""

    state: State
    micro_grid: int
    owner: int | None


@dataclass(frozen=True, slots=True)
class Change:
    """What is to become of one subject.

    Attributes:
        state, micro_grid: None where it stays; both are needed for somebody who is not in the roll yet.
        fact: id of what made it so. happened_at: when that was, by the corrected clock of whoever recorded it.
    """

    subject: int
    cause: Cause
    happened_at: datetime
    state: State | None = None
    micro_grid: int | None = None
    fact: UUID | None = None


def lock(roll: Roll, subjects: Collection[int]) -> dict[int, Stands]:
    """Lock the standings of some subjects, lowest first; those that are not in the roll are missing."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [roll.part, roll.pk, sorted(subjects)])
        return {row[0]: Stands(State(row[1]), row[2], row[3]) for row in cursor.fetchall()}


def change(roll: Roll, changes: Sequence[Change], *, at: datetime) -> int:
    """Change standings, at most one change a subject, and count them. Returns how many were any different before.

    Must be called in a transaction. Subjects that are not in the roll are put in where both a state and a micro-grid
    are given, and left alone otherwise: a fact about somebody who is not due changes no balance.

    Args:
        at: when it is written down.
    """
    wanted = {each.subject: each for each in changes}
    before = lock(roll, wanted)
    rows = [row for each in sorted(wanted.values(), key=lambda c: c.subject) if (row := _row(each, before))]
    if not rows:
        return 0
    entering = [row for row in rows if row.before is None]
    changing = [row for row in rows if row.before is not None]
    with connection.cursor() as cursor:
        if entering:
            cursor.execute(_ENTER, [roll.pk, roll.part, *_columns(entering)])
        if changing:
            cursor.execute(_UPDATE, [*_columns(changing), roll.part, roll.pk])
        cursor.execute(_WRITE, [roll.part, roll.pk, at, *_history(rows)])
        _count(cursor, roll, rows)
    return len(rows)


@dataclass(frozen=True, slots=True)
class _Row:
    change: Change
    before: Stands | None
    state: State
    micro_grid: int


def _row(change: Change, before: dict[int, Stands]) -> _Row | None:
    stands = before.get(change.subject)
    state = change.state if change.state is not None or stands is None else stands.state
    micro_grid = change.micro_grid if change.micro_grid is not None or stands is None else stands.micro_grid
    if state is None or micro_grid is None:
        return None
    if stands is not None and (stands.state, stands.micro_grid) == (state, micro_grid):
        return None
    return _Row(change, stands, state, micro_grid)


def _columns(rows: Sequence[_Row]) -> tuple[list[int], list[int], list[int]]:
    return [r.change.subject for r in rows], [r.micro_grid for r in rows], [int(r.state) for r in rows]


def _history(rows: Sequence[_Row]) -> tuple[list[object], ...]:
    return (
        [r.change.subject for r in rows],
        [int(r.before.state) if r.before else None for r in rows],
        [int(r.state) for r in rows],
        [r.before.micro_grid if r.before else None for r in rows],
        [r.micro_grid for r in rows],
        [int(r.change.cause) for r in rows],
        [r.change.fact for r in rows],
        [r.change.happened_at for r in rows],
    )


def _count(cursor: CursorWrapper, roll: Roll, rows: Sequence[_Row]) -> None:
    deltas: dict[int, list[int]] = defaultdict(lambda: [0] * len(COLUMNS))
    for row in rows:
        if row.before is not None:
            deltas[row.before.micro_grid][row.before.state % 10] -= 1
        deltas[row.micro_grid][row.state % 10] += 1
    micro_grids = sorted(deltas)
    cursor.execute(_LOCK_COUNTERS, [roll.pk, micro_grids])
    if cursor.rowcount < len(micro_grids):  # a micro-grid that came into the tree after the roll was opened
        cursor.execute(_HAVE_COUNTERS, [roll.pk, micro_grids])
        cursor.execute(_LOCK_COUNTERS, [roll.pk, micro_grids])
    cursor.execute(_COUNT, [micro_grids, *([deltas[m][c] for m in micro_grids] for c in range(len(COLUMNS))), roll.pk])
