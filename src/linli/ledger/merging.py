"""Merging two entries of one person, and undoing that: nothing is pointed anew, and nobody is counted twice."""

from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import connection, transaction

from linli.common.caller import Caller
from linli.custody import trail
from linli.ledger import standing
from linli.ledger.errors import MergedAcrossAreas, MergedAlready, MergedWithItself, NotMerged
from linli.ledger.moving import counted_at_home, lock_persons
from linli.ledger.scope import decides_over_person
from linli.people.models import SameAs, Stay
from linli.people.queries import newest_stays
from linli.rolls import moving as rolls
from linli.rolls.changing import lock
from linli.rolls.models import Cause, Roll, State

_OPEN_ROLLS = """
SELECT DISTINCT r.id FROM rolls_roll r JOIN rolls_standing s ON s.roll_id = r.id AND s.part = r.part
WHERE r.of = 'persons' AND r.ready_at IS NOT NULL AND r.closed_at IS NULL AND s.subject = ANY(%s) ORDER BY r.id
"""
_LAST = """
SELECT h.state_from, h.fact FROM rolls_standingchange h WHERE h.part = %s AND h.roll_id = %s AND h.subject = %s
ORDER BY h.id DESC LIMIT 1
"""


@transaction.atomic
def merge(person_id: int, kept_id: int, *, reason: str, by: Caller, at: datetime) -> SameAs:
    """Say that somebody is known twice: `person_id` stands for `kept_id` from now on, until it is undone.

    In every open roll the one becomes withdrawn as a duplicate, and the other stands as well as the better of the two.

    Raises:
        MergedWithItself: there is only one.
        MergedAcrossAreas: the caller does not decide over both.
        MergedAlready: one of them was merged meanwhile.
    """
    if person_id == kept_id:
        raise MergedWithItself
    locked = lock_persons([person_id, kept_id])
    if len(locked) < 2 or not all(decides_over_person(by, each, at) for each in locked.values()):
        raise MergedAcrossAreas
    if SameAs.objects.filter(person__in=[person_id, kept_id], undone_at__isnull=True).exists():
        raise MergedAlready
    same = SameAs.objects.create(person_id=person_id, kept_id=kept_id, reason=reason, by=by.user, at=at)
    both = [person_id, kept_id]
    facts = standing.in_open_sweeps(both, happened_at=at, fact=_fact(same))
    for roll in _open_rolls(both):
        if roll.pk not in facts:  # a roll of another room: its facts are not known here
            facts[roll.pk] = rolls.Fact({kept_id: (_fact(same), at)}, partial(_better, roll, person_id, kept_id))
    gone = rolls.Move(Roll.Of.PERSONS, person_id, None, Cause.DUPLICATE, at, fact=_fact(same))
    rolls.apply([gone], facts, at=at)
    _record("person.merged", same, by, at)
    return same


@transaction.atomic
def part(person_id: int, kept_id: int, *, by: Caller, at: datetime) -> SameAs:
    """Undo a merge: both are known again, each with what was found of them.

    Raises:
        NotMerged: they are not merged.
        MergedAcrossAreas: the caller does not decide over both.
    """
    locked = lock_persons([person_id, kept_id])
    if len(locked) < 2 or not all(decides_over_person(by, each, at) for each in locked.values()):
        raise MergedAcrossAreas
    same = SameAs.objects.filter(person=person_id, kept=kept_id, undone_at__isnull=True).first()
    if same is None:
        raise NotMerged
    same.undone_at, same.undone_by = at, by.user
    same.save(update_fields=["undone_at", "undone_by"])
    stay = newest_stays([person_id]).get(person_id)
    away = stay is not None and stay.kind == Stay.Kind.AWAY
    area = counted_at_home(stay, at) if stay is not None and away else locked[person_id].counted_in_id
    facts = standing.in_open_sweeps([person_id, kept_id], happened_at=at, cause=Cause.TAKEN_BACK)
    for roll in _open_rolls([person_id]):
        if roll.pk not in facts:  # a roll of another room: how they stood before is all that is known here
            both = [person_id, kept_id]
            subjects = dict.fromkeys(both, (_fact(same), at))
            facts[roll.pk] = rolls.Fact(subjects, partial(_as_before, roll, both, same), Cause.TAKEN_BACK)
    known_again = rolls.Move(Roll.Of.PERSONS, person_id, area, Cause.PARTED, at, away=away)
    rolls.apply([known_again], facts, at=at)
    _record("person.parted", same, by, at)
    return same


def _open_rolls(persons: list[int]) -> list[Roll]:
    rolls.note_missed(Roll.Of.PERSONS, persons)
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_ROLLS, [persons])
        found = [row[0] for row in cursor.fetchall()]
    return list(Roll.objects.filter(pk__in=found).order_by("pk"))


def _fact(same: SameAs) -> UUID:
    """A merge as the cause of a change."""
    return UUID(int=same.pk)


def _better(roll: Roll, person_id: int, kept_id: int) -> dict[int, State]:
    """The better of two standings, both locked, for the one who is kept; nothing where either is not counted."""
    stands = lock(roll, [person_id, kept_id])
    one, other = stands.get(person_id), stands.get(kept_id)
    if one is None or other is None or State.WITHDRAWN in (one.state, other.state):
        return {}
    return {kept_id: min(one.state, other.state)}


def _as_before(roll: Roll, persons: list[int], same: SameAs) -> dict[int, State]:
    """How people stood before a merge, where nothing came after it."""
    states = {}
    with connection.cursor() as cursor:
        for person in persons:
            cursor.execute(_LAST, [roll.part, roll.pk, person])
            row = cursor.fetchone()
            if row is not None and row[0] is not None and row[1] == _fact(same):
                states[person] = State(row[0])
    return states


def _record(kind: str, same: SameAs, by: Caller, at: datetime) -> None:
    trail.record(kind, who=by, subject=f"person:{same.person_id}", at=at, facts={"kept": same.kept_id})
