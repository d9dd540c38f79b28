"""What moves and facts mean for every open roll at once: each subject is counted in one micro-grid, at every instant.

Whoever calls has locked the persons, and the places of doors, before. Rolls are taken by id, and in each the standings
by subject and then the counters: one order for everybody, so that nobody waits in a circle.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from linli.rolls.changing import Change, Stands, change, lock
from linli.rolls.models import Cause, Roll, State
from linli.rolls.rules import STARTS

MOVING = (7106, 1)
"""The advisory lock that whoever moves somebody holds, shared, from before they ask which rolls are open."""
_MAKING = "SELECT id FROM rolls_roll WHERE of = %s AND ready_at IS NULL ORDER BY id FOR SHARE"
_MISS = "INSERT INTO rolls_missed (roll_id, subject) SELECT %s, unnest(%s::bigint[])"
_CONCERNED = """
SELECT DISTINCT r.id, u.subject, inside.yes
FROM unnest(%s::text[], %s::bigint[], %s::bigint[]) AS u (of, subject, micro)
JOIN rolls_roll r ON r.of = u.of AND r.ready_at IS NOT NULL AND r.closed_at IS NULL
CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM places_within w
    WHERE w.outer_id = r.area_id AND w.inner_id = u.micro AND w.during @> %s) AS yes) inside
LEFT JOIN rolls_standing s ON s.roll_id = r.id AND s.part = r.part AND s.subject = u.subject
WHERE inside.yes OR s.subject IS NOT NULL
"""
_STAYS_WITHDRAWN = frozenset({Cause.DUPLICATE, Cause.DIED, Cause.ERASED})


@dataclass(frozen=True, slots=True)
class Move:
    """A subject is somewhere from now on.

    Attributes:
        micro_grid: where it is counted, or where it is at home while away; None where it is no longer here.
        cause: FOUND, MOVED or PARTED where it is here, else why it is not.
        away: confirmed away; its home still counts it.
    """

    of: Roll.Of
    subject: int
    micro_grid: int | None
    cause: Cause
    happened_at: datetime
    away: bool = False
    fact: UUID | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """Something became known in one roll, or was taken back, about some subjects.

    Attributes:
        subjects: each with the id of what made it known, and when that was.
        states: asked when the standings are locked, says how each subject stands by all facts there are by then.
    """

    subjects: Mapping[int, tuple[UUID | None, datetime]]
    states: Callable[[], Mapping[int, State]]
    cause: Cause = Cause.FACT


def apply(moves: Sequence[Move] = (), facts: Mapping[int, Fact] | None = None, *, at: datetime) -> int:
    """Bring every open roll up to date. Returns how many standings changed.

    Args:
        moves: at most one a subject. facts: by roll id; where a subject also moves, the move says where and the fact
            says how it stands.
        at: when it is written down.
    """
    inside = _concerned(moves, at)
    facts = facts or {}
    changed = 0
    for roll in Roll.objects.filter(pk__in={*inside, *facts}, closed_at__isnull=True).order_by("pk"):
        within = inside.get(roll.pk, {})
        here = [move for move in moves if move.of == roll.of and move.subject in within]
        fact = facts.get(roll.pk)
        before = lock(roll, {move.subject for move in here} | set(fact.subjects if fact else ()))
        moved = [_moved(roll, move, within[move.subject], before.get(move.subject)) for move in here]
        made = {one.subject: one for one in moved if one is not None}
        changed += change(roll, _joined(made, _said(fact, before, made)), at=at)
    return changed


def _said(fact: Fact | None, before: Mapping[int, Stands], moved: Mapping[int, Change]) -> dict[int, Change]:
    """What a fact makes of its subjects. Whoever is withdrawn stays so, whatever is told of them, until they return."""
    if fact is None:
        return {}
    gone = {subject for subject, stands in before.items() if stands.state == State.WITHDRAWN} - set(moved)
    states = fact.states()
    said = {}
    for subject, state in states.items():
        if subject not in gone:
            made_so, happened_at = fact.subjects[subject]
            said[subject] = Change(subject, fact.cause, happened_at, state=state, fact=made_so)
    return said


def note_missed(of: Roll.Of, subjects: Collection[int]) -> None:
    """Tell rolls that are being made of subjects that change; they wait until the caller's transaction has ended."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", MOVING)
        cursor.execute(_MAKING, [of])
        for (roll,) in cursor.fetchall():
            cursor.execute(_MISS, [roll, list(subjects)])


def _concerned(moves: Sequence[Move], at: datetime) -> dict[int, dict[int, bool]]:
    """By roll, the subjects that stand in it or are inside its area now, and whether they are inside."""
    if not moves:
        return {}
    for of in Roll.Of:
        if subjects := [move.subject for move in moves if move.of == of]:
            note_missed(of, subjects)
    found: dict[int, dict[int, bool]] = {}
    with connection.cursor() as cursor:
        columns: list[list[Any]] = [[m.of for m in moves], [m.subject for m in moves], [m.micro_grid for m in moves]]
        cursor.execute(_CONCERNED, [*columns, at])
        for roll, subject, inside in cursor.fetchall():
            found.setdefault(roll, {})[subject] = inside
    return found


def _moved(roll: Roll, move: Move, inside: bool, stands: Stands | None) -> Change | None:
    """What a move makes of one standing; nothing where there is nothing to change."""
    gone = stands is None or stands.state == State.WITHDRAWN
    if not inside:
        why = move.cause if move.cause in _STAYS_WITHDRAWN else Cause.MOVED_OUT
        return None if gone else Change(move.subject, why, move.happened_at, state=State.WITHDRAWN, fact=move.fact)
    start = State.AWAY if move.away else STARTS[roll.of]
    if gone:
        why = move.cause if move.cause in (Cause.FOUND, Cause.PARTED) else Cause.MOVED_IN
        return Change(move.subject, why, move.happened_at, start, move.micro_grid, move.fact)
    assert stands is not None
    # Whoever is done or exempt stays so while they are away: the first that applies counts.
    goes = move.away and stands.state.value % 10 > State.AWAY
    back = stands.state == State.AWAY and not move.away
    state = start if goes or back else None
    return Change(move.subject, Cause.MOVED, move.happened_at, state, move.micro_grid, move.fact)


def _joined(moved: Mapping[int, Change], said: Mapping[int, Change]) -> list[Change]:
    """Moves and facts of one roll, one change a subject."""
    joined = []
    for subject in {*moved, *said}:
        move, fact = moved.get(subject), said.get(subject)
        if move is None or fact is None:
            joined.append(move or fact)  # a fact about somebody who is not due changes nothing
        elif move.state == State.WITHDRAWN:
            joined.append(move)
        else:
            joined.append(Change(subject, move.cause, fact.happened_at, fact.state, move.micro_grid, fact.fact))
    return [each for each in joined if each is not None]
