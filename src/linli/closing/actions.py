"""What people do to close an event: open its review, confirm it, take a confirmation back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from linli.access.actions.authority import still_held
from linli.access.callers import grants_in_force
from linli.access.models import User
from linli.closing import counting, jobs, rules
from linli.closing.errors import (
    BadWitness,
    ClosingMovedOn,
    ConfirmedAlready,
    GraceNotOver,
    MayNotConfirm,
    NotEndedYet,
    PartTaken,
    ReasonTooLong,
    ReviewChanged,
)
from linli.closing.models import MOST_NAME, MOST_REASON, Closing
from linli.closing.rules import OFFICERS, SECONDS, TAKING_PART, Part
from linli.common.caller import Caller
from linli.common.typed import check_readable
from linli.custody import trail
from linli.events.models import Event
from linli.events.packs import pack_of

MOST_WITNESSES = 6


@transaction.atomic
def open_review(event: Event, *, reason: str = "", by: Caller, at: datetime) -> Closing:
    """Begin to review what of an ended event goes. Asked twice, it is one.

    Args:
        reason: why before the grace period is over; needed then, and kept.

    Raises:
        MayNotConfirm: the caller is no data protection officer.
        NotEndedYet: the event goes on.
        GraceNotOver: it is too early, and no reason was named.
        ReasonTooLong: the reason.
    """
    check_readable(reason)
    reason = reason.strip()
    if len(reason) > MOST_REASON:
        raise ReasonTooLong(most=MOST_REASON)
    if not still_held(by, at=at).has(*OFFICERS) or by.user is None:
        raise MayNotConfirm
    held = Event.objects.select_for_update().get(pk=event.pk)
    if held.ended_at is None or held.ended_at > at:
        raise NotEndedYet(event=event.name)
    if (known := Closing.objects.filter(event=held).first()) is not None:
        return known
    until = rules.reviewable_from(held.ended_at, pack_of(held))
    early = at < until
    if early and not reason:
        raise GraceNotOver(event=event.name, until=until)
    made = Closing.objects.create(event=held, opened_by=by.user, opened_at=at, early_reason=reason if early else "")
    facts: dict[str, Any] = {"early": early}
    trail.record("closing.opened", who=by, subject=f"event:{held.pk}", at=at, facts=facts)
    return made


@transaction.atomic
def confirm(closing: Closing, *, digest: str, witnesses: Sequence[str] = (), by: Caller, at: datetime) -> Closing:
    """Confirm, as one of two, that what a review showed is destroyed. The second one begins the work.

    Args:
        digest: of the review the caller saw.
        witnesses: names of who stands by; those named last stand on the certificate.

    Raises:
        MayNotConfirm: the caller has no part in it (any more).
        ConfirmedAlready: they are the first of the two themselves.
        PartTaken: their part is taken.
        ReviewChanged: something else would go than what they saw; earlier confirmations of it count no more.
        BadWitness, ClosingMovedOn.
    """
    names = _witnesses(witnesses)
    row = Closing.objects.select_for_update().select_related("event").get(pk=closing.pk)
    if row.state != Closing.State.REVIEW:
        raise ClosingMovedOn
    holds = still_held(by, row.officer_by, row.second_by, at=at)
    if by.user is None or not holds.has(*TAKING_PART):
        raise MayNotConfirm
    if counting.review(row.event).digest != digest:
        raise ReviewChanged
    _let_go_of_void(row, digest, at)
    if by.user in (row.officer_by, row.second_by):
        raise ConfirmedAlready
    part = _part(row, holds)
    if part is Part.OFFICER:
        row.officer_by, row.officer_at = by.user, at
    else:
        row.second_by, row.second_at = by.user, at
    row.digest, row.witnesses = digest, names or row.witnesses
    both = row.officer_by is not None and row.second_by is not None
    if both:
        row.state = Closing.State.CONFIRMED
    row.save()
    facts: dict[str, Any] = {"part": str(part), "digest": digest, "both": both}
    trail.record("closing.confirmed", who=by, subject=f"event:{row.event_id}", at=at, facts=facts)
    if both:
        jobs.go_on.defer(closing_id=row.pk)
    return row


@transaction.atomic
def take_back(closing: Closing, *, by: Caller, at: datetime) -> None:
    """Take one's own confirmation back, while the other is missing.

    Raises:
        ClosingMovedOn: both have confirmed, or it was not theirs.
    """
    row = Closing.objects.select_for_update().get(pk=closing.pk)
    if row.state != Closing.State.REVIEW or by.user is None or by.user not in (row.officer_by, row.second_by):
        raise ClosingMovedOn
    if row.officer_by == by.user:
        row.officer_by = row.officer_at = None
    else:
        row.second_by = row.second_at = None
    row.save()
    trail.record("closing.taken_back", who=by, subject=f"event:{row.event_id}", at=at)


@transaction.atomic
def press_on(closing: Closing, *, by: Caller, at: datetime) -> None:
    """Have a closing that stands still taken up again, without waiting for the clock.

    Raises:
        MayNotConfirm: the caller has no part in it.
        ClosingMovedOn: there is nothing to go on with.
    """
    if not still_held(by, at=at).has(*TAKING_PART):
        raise MayNotConfirm
    if not Closing.objects.filter(pk=closing.pk, state=Closing.State.CONFIRMED).exists():
        raise ClosingMovedOn
    trail.record("closing.pressed_on", who=by, subject=f"event:{closing.event_id}", at=at)
    jobs.go_on.defer(closing_id=closing.pk)


@transaction.atomic
def take_certificate(closing: Closing, number: int, kind: str, *, by: Caller, at: datetime) -> None:
    """Write down that a certificate was taken out."""
    facts: dict[str, Any] = {"number": number, "kind": kind}
    trail.record("closing.certificate_taken", who=by, subject=f"event:{closing.event_id}", at=at, facts=facts)


def _let_go_of_void(row: Closing, digest: str, at: datetime) -> None:
    """What somebody confirmed of another review, or in a role that ended meanwhile, counts no more."""
    if row.officer_by is not None and (row.digest != digest or not _still(row.officer_by, OFFICERS, at)):
        row.officer_by = row.officer_at = None
    if row.second_by is not None and (row.digest != digest or not _still(row.second_by, SECONDS, at)):
        row.second_by = row.second_at = None


def _still(user: int, roles: Sequence[str], at: datetime) -> bool:
    active = User.objects.filter(pk=user, is_active=True).exists()
    return active and any(grant.role in roles for grant in grants_in_force(at, user=user))


def _part(row: Closing, holds: Caller) -> Part:
    roles = {grant.role for grant in holds.grants}
    free = rules.parts_open(roles, officer=row.officer_by is not None, second=row.second_by is not None)
    if not free:
        raise PartTaken
    return free[0]


def _witnesses(said: Sequence[str]) -> list[str]:
    check_readable(*said)
    names = [name.strip() for name in said if name.strip()]
    if len(names) > MOST_WITNESSES or any(len(name) > MOST_NAME for name in names):
        raise BadWitness(people=MOST_WITNESSES, most=MOST_NAME)
    return names
