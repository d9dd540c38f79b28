"""Coming, or not: whoever is placed says so until a deadline; the desk hears it from the others by phone."""

from datetime import datetime, timedelta

from django.db import transaction

from linli.common.caller import Caller
from linli.custody import trail
from linli.duty import booking
from linli.muster import leaving, queries, rules
from linli.muster.errors import NotPlacedNow
from linli.muster.models import Placement, SignUp


def _own(claim: SignUp, at: datetime) -> Placement:
    placed = queries.placement_of(claim.event, claim.person_id, at) if claim.person_id is not None else None
    if placed is None:
        raise NotPlacedNow
    return placed


@transaction.atomic
def say_coming(claim: SignUp, *, by: Caller, at: datetime) -> None:
    """The person of a claim comes to where they are placed, is of age and fit for it. Said twice, it is said once.

    Raises:
        NotPlacedNow: they are placed nowhere, or no longer.
    """
    _coming(_own(claim, at), by=by, heard_by=None, at=at)


@transaction.atomic
def say_cannot(claim: SignUp, *, by: Caller, at: datetime) -> None:
    """The person of a claim does not come to where they are placed. Nobody asks why; their place is free at once, and
    nobody calls them for that time.

    Raises:
        NotPlacedNow: they are placed nowhere, or no longer.
    """
    placed = _own(claim, at)
    since = max(at, placed.during.lower)
    until = placed.during.upper or since + timedelta(days=rules.MOST_DAYS)
    leaving.say_unavailable(claim, since=since, until=until, by=by, at=at)
    if placed.during.upper is None and (rest := queries.placement_of(claim.event, placed.person_id, at)) is not None:
        booking.leave([rest.booking_id], at)  # nor do they come back to it after that


@transaction.atomic
def hear_coming(placement: Placement, *, by: Caller, at: datetime) -> None:
    """A desk heard from somebody, by phone or at the counter, that they come, are of age and fit for it.

    Raises:
        NotYoursToDecide: the caller does not decide there.
    """
    account = queries.require_decision(by, placement.grid_id, at)
    _coming(placement, by=by, heard_by=account, at=at)


def _coming(placement: Placement, *, by: Caller, heard_by: int | None, at: datetime) -> None:
    unsaid = SignUp.objects.filter(event=placement.event_id, person=placement.person_id, fit_said_at__isnull=True)
    unsaid.filter(state=SignUp.State.CONFIRMED).update(fit_said_at=at)
    silent = Placement.objects.filter(queries.not_over(at), pk=placement.pk, coming_at__isnull=True)
    if silent.update(coming_at=at, coming_heard_by=heard_by):
        trail.record("placement.coming", who=by, subject=f"person:{placement.person_id}", at=at, area=placement.grid_id)
