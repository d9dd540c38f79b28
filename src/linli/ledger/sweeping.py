"""Sweeps: opening one, and writing down what was found at a door, again and again if need be, exactly once each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from linli.common.caller import Caller
from linli.common.errors import Invalid
from linli.custody import trail
from linli.events.models import Event
from linli.ledger import moving, scope, standing
from linli.ledger.errors import DoorGone, KeyUsedOtherwise, NotYourDoor, SaidOfAStranger, SweepClosed, VacantNotSeen
from linli.ledger.models import Finding, Said, Sweep
from linli.people import queries as people
from linli.people.actions import lock_buildings_of
from linli.people.models import Stay
from linli.places.models import Area
from linli.rolls import jobs as roll_jobs
from linli.rolls import moving as rolls
from linli.rolls.errors import RollNotReady
from linli.rolls.models import Cause, Roll

QUESTION = "sweep"
_SEEN = frozenset({Finding.How.DOOR, Finding.How.NEIGHBOUR, Finding.How.PHONE, Finding.How.FILE})


@dataclass(frozen=True, slots=True)
class Found:
    """What somebody writes down at a door.

    Attributes:
        key: made by whoever writes it down; sent twice, it is one finding.
        said: person id and what was said of them. spoke: which of them answered for all, where one did.
        happened_at: by the corrected clock; `clipped` where the device's could not be right.
    """

    key: UUID
    dwelling: int
    result: Finding.Result
    how: Finding.How
    happened_at: datetime
    said: Sequence[tuple[int, Said.State]] = ()
    spoke: int | None = None
    clipped: bool = False
    device: UUID | None = None


@transaction.atomic
def open_sweep(event: Event, area: Area, *, by: Caller, at: datetime) -> Sweep:
    """Begin to go from door to door in an area: a roll of its doors and one of its people, made ready by jobs.

    Raises as ``rolls.opening.begin``.
    """
    doors = roll_jobs.open_roll(event, area, Roll.Of.DOORS, QUESTION, by=by, at=at)
    persons = roll_jobs.open_roll(event, area, Roll.Of.PERSONS, QUESTION, by=by, at=at)
    return Sweep.objects.create(doors=doors, persons=persons)


@transaction.atomic
def record(sweep: Sweep, found: Found, *, by: Caller, at: datetime) -> Finding:
    """Write down what was found at a door, and let the door and its people stand accordingly.

    Raises:
        RollNotReady, SweepClosed: the sweep takes nothing now.
        DoorGone, NotYourDoor: there is no such door, or it is somebody else's.
        VacantNotSeen: nobody can know from there that it is vacant.
        SaidOfAStranger: somebody is not known behind this door.
        KeyUsedOtherwise: the key stands for something else that was found.
    """
    _check(sweep, found, by, at)
    with connection.cursor() as cursor:  # a lost reply is sent again at once: the second waits for the first
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"finding:{found.key}"])
    if (earlier := Finding.objects.filter(pk=found.key).first()) is not None:
        if _told(earlier) != _meant(sweep, found):
            raise KeyUsedOtherwise
        return earlier
    behind = {member for member, _ in people.behind_door(found.dwelling)}
    whom = moving.whom([person for person, _ in found.said])
    said = [(whom.get(person, person), state) for person, state in found.said]
    if not {person for person, _ in said} <= behind:
        raise SaidOfAStranger
    moves = _there_or_away(found, said, by=by, at=at)
    finding = Finding.objects.create(
        id=found.key,
        sweep=sweep,
        dwelling_id=found.dwelling,
        result=found.result,
        how=found.how,
        by=by.user,
        device=found.device,
        happened_at=found.happened_at,
        clipped=found.clipped,
        recorded_at=at,
    )
    speaker = whom.get(found.spoke) if found.spoke is not None else None
    Said.objects.bulk_create(
        Said(finding=finding, person_id=person, state=state, spoke=person == speaker) for person, state in said
    )
    rolls.apply(moves, standing.of_finding(finding, [person for person, _ in said]), at=at)
    return finding


def may_find(by: Caller, dwelling_id: int, at: datetime) -> bool:
    """Whether a caller writes down what is found at a door."""
    return scope.finds_in(by, scope.micro_grids_of([dwelling_id], at).get(dwelling_id), at)


def _check(sweep: Sweep, found: Found, by: Caller, at: datetime) -> None:
    if sweep.persons.ready_at is None or sweep.doors.ready_at is None:
        raise RollNotReady(area=sweep.persons.area.called)
    if sweep.persons.closed_at is not None:
        raise SweepClosed(closed=sweep.persons.closed_at)
    held = scope.micro_grids_of([found.dwelling], at)
    if found.dwelling not in held:
        raise DoorGone
    if not scope.finds_in(by, held[found.dwelling], at):
        raise NotYourDoor
    if found.result == Finding.Result.VACANT and found.how not in _SEEN:
        raise VacantNotSeen
    if found.said and found.result != Finding.Result.ANSWERED:
        raise Invalid


def _there_or_away(
    found: Found, said: Sequence[tuple[int, Said.State]], *, by: Caller, at: datetime
) -> list[rolls.Move]:
    """Absence is a row: who is said to be away is counted nowhere from then on, and who is back is counted at home."""
    newest = people.newest_stays([person for person, _ in said])
    going = {}
    for person, state in said:
        stay = newest.get(person)
        if stay is None or stay.since >= found.happened_at:
            continue
        if state == Said.State.AWAY and stay.kind != Stay.Kind.AWAY:
            going[person] = moving.Where(Stay.Kind.AWAY, None, None, None, found.happened_at, fact=found.key)
        elif state == Said.State.HERE and stay.kind == Stay.Kind.AWAY:
            home = Area.objects.get(pk=scope.micro_grids_of([found.dwelling], at)[found.dwelling])
            going[person] = moving.Where(Stay.Kind.HOME, home, stay.household, None, found.happened_at, fact=found.key)
    if not going:
        return []
    lock_buildings_of([found.dwelling])
    locked = moving.lock_persons(going)
    moves = [moving.file(locked[person], going[person], by=by, at=at)[1] for person in sorted(going)]
    return [each for each in moves if each is not None]


def _told(finding: Finding) -> tuple[object, ...]:
    return finding.sweep_id, finding.dwelling_id, finding.result, finding.how, finding.happened_at


def _meant(sweep: Sweep, found: Found) -> tuple[object, ...]:
    return sweep.pk, found.dwelling, found.result, found.how, found.happened_at


@transaction.atomic
def take_back(finding: Finding, *, by: Caller, at: datetime) -> Finding:
    """What was found was wrong: it stays on record, and counts no longer. Done twice, it is done once.

    Raises:
        NotYourDoor: the door is somebody else's. SweepClosed: the sweep is over.
    """
    if not may_find(by, finding.dwelling_id, at):
        raise NotYourDoor
    if finding.sweep.persons.closed_at is not None:
        raise SweepClosed(closed=finding.sweep.persons.closed_at)
    open_yet = Finding.objects.filter(pk=finding.pk, taken_back_at__isnull=True)
    if open_yet.update(taken_back_at=at, taken_back_by=by.user):
        persons = list(finding.said.values_list("person", flat=True))
        whom = sorted(set(moving.whom(persons).values()))
        rolls.apply((), standing.of_finding(finding, whom, Cause.TAKEN_BACK), at=at)
        trail.record("finding.taken_back", who=by, subject=f"finding:{finding.pk}", at=at)
    finding.refresh_from_db()
    return finding
