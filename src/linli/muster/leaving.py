"""Not coming after all: a person takes their word back, for a time or for good, or a desk ends a placement.

Nobody is asked why. The past stays: who was placed until now was placed.
"""

from datetime import datetime

from django.db import transaction

from linli.common.caller import Caller
from linli.common.db import from_on
from linli.custody import trail
from linli.duty import booking
from linli.muster import hearing, queries
from linli.muster.errors import BadTimeAway, NotConfirmedYet, SignUpOver
from linli.muster.models import Placement, SignUp
from linli.people import actions as people_actions
from linli.people.models import Person, Volunteer
from linli.places import queries as places
from linli.places.models import Level


@transaction.atomic
def withdraw(claim: SignUp, *, by: Caller, at: datetime) -> None:
    """Take a sign-up back for good; the person's placements end now, and they may sign up again.

    Raises:
        SignUpOver: it was taken back or declined already.
    """
    living = [SignUp.State.CLAIMED, SignUp.State.CONFIRMED]
    if not SignUp.objects.filter(pk=claim.pk, state__in=living).update(state=SignUp.State.WITHDRAWN, withdrawn_at=at):
        raise SignUpOver(number=claim.number)
    claim.refresh_from_db()
    if claim.person is not None:
        booking.hold([claim.person.pk])
        _free(claim.person, claim.event_id, since=at, until=None, by=by, at=at)
    trail.record("sign_up.withdrawn", who=by, subject=f"sign_up:{claim.pk}", at=at, area=claim.community_id)


@transaction.atomic
def say_unavailable(claim: SignUp, *, since: datetime, until: datetime, by: Caller, at: datetime) -> None:
    """Say that the person of a claim cannot come from one moment to another; their placements leave that time free.

    Raises:
        NotConfirmedYet: nobody stands behind the claim yet.
        BadTimeAway: it ends before it begins, or is over.
    """
    if claim.person is None or claim.state != SignUp.State.CONFIRMED:
        raise NotConfirmedYet
    if until <= max(since, at):
        raise BadTimeAway
    booking.hold([claim.person.pk])
    volunteer = Volunteer.objects.get(person=claim.person)
    people_actions.set_unavailable([volunteer], since=since, until=until, by=by, at=at)
    _free(claim.person, claim.event_id, since=max(since, at), until=until, by=by, at=at)


def _free(person: Person, event_id: int, *, since: datetime, until: datetime | None, by: Caller, at: datetime) -> None:
    """Cut a time out of somebody's placements in an event; what lies before and after it stays."""
    held = Placement.objects.filter(person=person, event=event_id, during__overlap=from_on(since, until))
    for placement in held:
        ends = placement.during.upper
        if until is None:
            booking.leave([placement.booking_id], since)
        elif (later := booking.give_back(placement.booking_id, since, until)) is not None:
            placement.pk, placement.booking_id = None, later
            placement.during = from_on(until, ends)
            placement.save(force_insert=True)
        trail.record("placement.left", who=by, subject=f"person:{person.pk}", at=at, area=placement.grid_id)


def stay_home(claim: SignUp, *, by: Caller, at: datetime) -> None:
    """End placements of a claim's person in an event that are not in the grid they live in, which they cannot leave."""
    volunteer = Volunteer.objects.get(person=claim.person)
    micro = places.micro_grid_of(volunteer.lives_at_id, at)
    home = next((area.pk for area in places.ancestors(micro, at) if area.level == Level.GRID), None) if micro else None
    booking.hold([volunteer.person_id])
    held = Placement.objects.filter(queries.not_over(at), person=volunteer.person_id, event=claim.event_id)
    for placement in held.exclude(grid=home):
        booking.leave([placement.booking_id], at)
        subject = f"person:{placement.person_id}"
        trail.record("placement.left", who=by, subject=subject, at=at, area=placement.grid_id)


@transaction.atomic
def release(placement: Placement, *, by: Caller, at: datetime) -> None:
    """End somebody's placement now, by a desk that decides there.

    Raises:
        NotYoursToDecide: the caller does not decide there.
    """
    queries.require_decision(by, placement.grid_id, at)
    booking.leave([placement.booking_id], at)
    hearing.tell_freed(placement.event, [placement], by=by, at=at)
    trail.record("placement.released", who=by, subject=f"person:{placement.person_id}", at=at, area=placement.grid_id)
