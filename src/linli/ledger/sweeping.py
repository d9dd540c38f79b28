"""Sweeps: beginning to go from door to door, and taking back what was wrong. What is found: ``recording``."""

from datetime import datetime

from django.db import transaction

from linli.common.caller import Caller
from linli.custody import trail
from linli.events.models import Event
from linli.ledger import moving, scope, standing
from linli.ledger.errors import (
    NotYourDoor,
    SweepClosed,
)
from linli.ledger.models import Finding, Sweep
from linli.places.models import Area
from linli.rolls import jobs as roll_jobs
from linli.rolls import moving as rolls
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
    if finding.sweep.persons.closed_at is not None:
        raise SweepClosed(closed=finding.sweep.persons.closed_at)
    open_yet = Finding.objects.filter(pk=finding.pk, taken_back_at__isnull=True)
    if open_yet.update(taken_back_at=at, taken_back_by=by.user):
        persons = list(finding.said.values_list("person", flat=True))
        whom = sorted(set(moving.whom(persons).values()))
        said = [(finding, person) for person in whom]
        rolls.apply((), standing.of_findings(finding.sweep, [finding], said, Cause.TAKEN_BACK), at=at)
        trail.record("finding.taken_back", who=by, subject=f"finding:{finding.pk}", at=at)
    finding.refresh_from_db()
    return finding
