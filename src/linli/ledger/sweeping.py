"""Sweeps: beginning to go from door to door, and taking back what was wrong. What is found: ``recording``."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from linli.common.caller import Caller
from linli.custody import trail
from linli.events.models import Event
from linli.ledger import moving, scope, standing
from linli.ledger.errors import NotYourDoor, SweepClosed
from linli.ledger.models import Finding, Sweep
from linli.people.actions import lock_buildings_of
from linli.people.models import Stay
from linli.people.queries import newest_stays
from linli.places.models import Area
from linli.rolls import jobs as roll_jobs
from linli.rolls import moving as rolls
from linli.rolls import rules as roll_rules
from linli.rolls.errors import RollNotReady
from linli.rolls.models import Cause, Roll

QUESTION = "sweep"


@transaction.atomic
def open_sweep(event: Event, area: Area, *, by: Caller, at: datetime) -> Sweep:
    """Begin to go from door to door in an area: a roll of its doors and one of its people, made ready by jobs.

    Raises as ``rolls.opening.begin``.
    """
    doors = roll_jobs.open_roll(event, area, Roll.Of.DOORS, QUESTION, by=by, at=at)
    persons = roll_jobs.open_roll(event, area, Roll.Of.PERSONS, QUESTION, by=by, at=at)
    return Sweep.objects.create(doors=doors, persons=persons)


@transaction.atomic
def close_sweep(sweep: Sweep, *, by: Caller, at: datetime) -> Sweep:
    """End a sweep: what is being written down at this moment still counts, and nothing after it. Once is enough.

    Raises:
        NotYourRoll: the caller does not decide over all of its area.
        RollNotReady: its lists are still being made.
    """
    roll_rules.check_may_open(by, sweep.persons.area, at)
    Sweep.objects.select_for_update().get(pk=sweep.pk)  # whoever writes something down holds its key
    rolls_of_it = Roll.objects.filter(pk__in=[sweep.doors_id, sweep.persons_id])
    if rolls_of_it.filter(ready_at__isnull=True).exists():
        raise RollNotReady(area=sweep.persons.area.called)
    if rolls_of_it.filter(closed_at__isnull=True).update(closed_at=at, closed_by=by.user):
        trail.record("sweep.closed", who=by, subject=f"sweep:{sweep.pk}", at=at, area=sweep.persons.area_id)
    sweep.persons.refresh_from_db()
    sweep.doors.refresh_from_db()
    return sweep


def hold_open(sweep: Sweep) -> None:
    """Let the sweep not be ended before this transaction is.

    Raises:
        SweepClosed: it was.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM ledger_sweep WHERE id = %s FOR KEY SHARE", [sweep.pk])
        # A statement of its own: it sees what was committed while the first one waited.
        cursor.execute("SELECT closed_at FROM rolls_roll WHERE id = %s", [sweep.persons_id])
        (closed_at,) = cursor.fetchone()
    if closed_at is not None:
        raise SweepClosed(closed=closed_at)


def may_find(by: Caller, dwelling_id: int, at: datetime) -> bool:
    """Whether a caller writes down what is found at a door."""
    return scope.finds_in(by, scope.micro_grids_of([dwelling_id], at).get(dwelling_id), at)


@transaction.atomic
def take_back(finding: Finding, *, by: Caller, at: datetime) -> Finding:
    """What was found was wrong: it stays on record, and counts no longer. Done twice, it is done once.

    Raises:
        NotYourDoor: the door is somebody else's. SweepClosed: the sweep is over.
    """
    if not may_find(by, finding.dwelling_id, at):
        raise NotYourDoor
    hold_open(finding.sweep)
    open_yet = Finding.objects.filter(pk=finding.pk, taken_back_at__isnull=True)
    if open_yet.update(taken_back_at=at, taken_back_by=by.user):
        persons = list(finding.said.values_list("person", flat=True))
        whom = sorted(set(moving.whom(persons).values()))
        said = [(finding, person) for person in whom]
        moves = _as_they_were(finding, whom, by=by, at=at)
        rolls.apply(moves, standing.of_findings(finding.sweep, [finding], said, Cause.TAKEN_BACK), at=at)
        trail.record("finding.taken_back", who=by, subject=f"finding:{finding.pk}", at=at)
    finding.refresh_from_db()
    return finding


def _as_they_were(finding: Finding, persons: Sequence[int], *, by: Caller, at: datetime) -> list[rolls.Move]:
    """Whoever went away, or came back, by a finding that is taken back, and has not moved since, is where they were."""
    newest = newest_stays(persons)
    began = finding.happened_at, finding.recorded_at
    theirs = [person for person, stay in newest.items() if (stay.since, stay.recorded_at) == began]
    if not theirs:
        return []
    lock_buildings_of([finding.dwelling_id])
    locked = moving.lock_persons(theirs)
    moves = []
    for person in sorted(theirs):
        earlier = Stay.objects.select_related("household", "counted_in", "home").filter(person=person)
        was = earlier.filter(since__lt=finding.happened_at).order_by("-since").first()
        if was is not None:
            kind = Stay.Kind(was.kind)
            where = moving.Where(kind, _counts(was, at), was.household, was.home, at, fact=finding.pk)
            moves.append(moving.file(locked[person], where, by=by, at=at)[1])
    return [each for each in moves if each is not None]


def _counts(was: Stay, at: datetime) -> Area | None:
    """Where somebody is counted who is again where they were: at home by who holds the door now."""
    held = moving.counted_at_home(was, at) if was.kind == Stay.Kind.HOME else None
    return Area.objects.get(pk=held) if held is not None else was.counted_in
