"""Approving hours, setting them aside, and correcting them on request: by the organiser, never by oneself."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from linli.access.oneself import is_oneself, person_of
from linli.common.caller import Caller
from linli.common.errors import NotFound
from linli.custody import trail
from linli.duty import booking
from linli.duty.hours import queries
from linli.duty.hours.errors import (
    CorrectionAsked,
    FinishBeforeStart,
    FinishTooLate,
    HoursDecided,
    NothingToCorrect,
    NotYourOwnHours,
    ReasonAsked,
    ServedThen,
    StillOnDuty,
)
from linli.duty.models import Correction, Service
from linli.duty.models.hours import LONGEST
from linli.places import queries as places

MOST_REASON = 200
State = Service.State


@dataclass(frozen=True, slots=True)
class Approved:
    """What became of hours that were ticked: how many are approved; left: decided meanwhile; own: one's own."""

    done: int
    left: int
    own: int


@transaction.atomic
def approve(ids: Collection[int], *, by: Caller, at: datetime) -> Approved:
    """Approve hours of an area of the caller's. What is not theirs, decided, or their own stays as it is."""
    rows = list(Service.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    reached = {place for place in {row.place_id for row in rows} if _decides(by, place, at)}
    mine = [row for row in rows if row.place_id in reached]
    oneself = is_oneself(by, {row.person_id for row in mine})
    own = [row for row in mine if row.person_id in oneself]
    done = [row for row in mine if row not in own and row.state == State.WAITING]
    Service.objects.filter(pk__in=[row.pk for row in done]).update(
        state=State.APPROVED, decided_by=by.user, decided_person=_decider(by), decided_at=at
    )
    trail.record_many(
        "hours.approved",
        who=by,
        subjects=[f"service:{row.pk}" for row in done],
        at=at,
        areas=[row.place_id for row in done],
    )
    return Approved(len(done), len(mine) - len(own) - len(done), len(own))


@transaction.atomic
def decline(service: Service, reason: str, *, by: Caller, at: datetime) -> Service:
    """Do not count hours that wait, and say why; the person reads it and may ask for a correction.

    Raises:
        NotYourOwnHours, HoursDecided, StillOnDuty, ReasonAsked.
    """
    row = Service.objects.select_for_update().get(pk=service.pk)
    _require(by, row, at)
    if row.state == State.ON_DUTY:
        raise StillOnDuty
    if row.state != State.WAITING:
        raise HoursDecided
    row.reason = _reason(reason)
    _decide(row, State.DECLINED, by, at)
    _record("hours.declined", row, by, at)
    return row


@transaction.atomic
def ask_correction(service: Service, since: datetime, until: datetime, *, key: UUID, at: datetime, by: Caller) -> None:
    """The person says when they really served. Sent again under the same key it is asked once.

    Raises:
        StillOnDuty: it is not finished. CorrectionAsked: one waits already. NothingToCorrect: it says the same.
        FinishBeforeStart, FinishTooLate: it makes no sense. ServedThen: it would overlap other hours.
    """
    booking.hold([service.person_id])
    row = Service.objects.get(pk=service.pk)
    if Correction.objects.filter(key=key, service=row).exists():
        return
    if row.finished_at is None:
        raise StillOnDuty
    if Correction.objects.filter(service=row, state=Correction.State.ASKED).exists():
        raise CorrectionAsked
    _require_sense(row, since, until, at)
    if (since, until) == (row.started_at, row.finished_at):
        raise NothingToCorrect
    made = Correction.objects.create(
        key=key,
        service=row,
        person_id=row.person_id,
        since=since,
        until=until,
        was_since=row.started_at,
        was_until=row.finished_at,
        asked_at=at,
    )
    _record("hours.correction_asked", row, by, at, correction=made.pk)


@transaction.atomic
def decide_correction(asked: Correction, *, granted: bool, reason: str, by: Caller, at: datetime) -> Correction:
    """Correct hours as the person asks, or leave them as they were; either way with a reason.

    Raises:
        NotYourOwnHours, ReasonAsked. HoursDecided: somebody was quicker.
        ServedThen: corrected, they would overlap others by now.
    """
    booking.hold([asked.person_id])
    row = Correction.objects.select_for_update().get(pk=asked.pk)
    service = Service.objects.select_for_update().get(pk=row.service_id)
    _require(by, service, at)
    if row.state != Correction.State.ASKED:
        raise HoursDecided
    row.reason = _reason(reason)
    row.state = Correction.State.GRANTED if granted else Correction.State.REFUSED
    row.decided_by, row.decided_person, row.decided_at = by.user, _decider(by), at
    row.save()
    if granted:
        _require_sense(service, row.since, row.until, at)
        service.started_at, service.finished_at, service.reason = row.since, row.until, ""
        _decide(service, State.CORRECTED, by, at)
    _record("hours.corrected" if granted else "hours.left", service, by, at, correction=row.pk)
    return row


def _require_sense(row: Service, since: datetime, until: datetime, at: datetime) -> None:
    if until <= since:
        raise FinishBeforeStart(since=since)
    if until > at or until - since > LONGEST:
        raise FinishTooLate(since=since, most=LONGEST.total_seconds() // 3600)
    clash = queries.overlapping(row.person_id, since, until, but=row.pk)
    current = queries.on_duty(row.person_id)
    if clash is None and current is not None and current.started_at < until:
        clash = current
    if clash is not None:
        raise ServedThen(since=clash.started_at, until=clash.finished_at or at)


def _require(by: Caller, row: Service, at: datetime) -> None:
    if by.user is None or not _decides(by, row.place_id, at):
        raise NotFound
    if is_oneself(by, [row.person_id]):
        raise NotYourOwnHours


def _decides(by: Caller, place: int, at: datetime) -> bool:
    return by.user is not None and places.is_within_any(place, by.areas(*queries.DECIDING), at)


def _decider(by: Caller) -> int | None:
    """The person who decides, where anybody knows: the database refuses one who is the person of the hours."""
    return person_of(by.user) or by.person


def _reason(said: str) -> str:
    reason = " ".join(said.replace("\x00", "").split())
    if not 0 < len(reason) <= MOST_REASON:
        raise ReasonAsked(most=MOST_REASON)
    return reason


def _decide(row: Service, state: Service.State, by: Caller, at: datetime) -> None:
    row.state, row.decided_by, row.decided_person, row.decided_at = state, by.user, _decider(by), at
    row.save()


def _record(kind: str, row: Service, by: Caller, at: datetime, **more: trail.Fact) -> None:
    facts: dict[str, trail.Fact | list[trail.Fact]] = {"person": row.person_id, **more}
    trail.record(kind, who=by, subject=f"service:{row.pk}", at=at, area=row.place_id, facts=facts)
