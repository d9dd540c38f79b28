"""Starting and finishing duty: by the post's code, by the leader's tap, or said later where it was forgotten.

Whoever starts or finishes holds the person's row first; two taps at once are one. No location is taken.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from linli.common.caller import Caller
from linli.common.errors import Conflict, NotFound
from linli.custody import trail
from linli.duty import booking
from linli.duty.hours import queries, rules
from linli.duty.hours.errors import (
    FinishBeforeStart,
    FinishFirst,
    FinishForgotten,
    FinishTooLate,
    NotBookedHere,
    OnDutyElsewhere,
    ServedThen,
)
from linli.duty.models import Service
from linli.duty.models.hours import LONGEST
from linli.events.models import Event

Said = Service.Said


@transaction.atomic
def start(
    person: int,
    event: Event,
    area: int,
    *,
    said: Service.Said,
    key: UUID,
    happened: datetime,
    clipped: bool = False,
    by: Caller,
    at: datetime,
) -> Service:
    """Somebody starts duty where they are booked, in an area or somewhere in it. Who may say so the face has asked.

    Started already, or sent again under the same key: what is there is the answer.

    Args:
        happened: when they started; at: when we heard of it.

    Raises:
        NotBookedHere: they are booked nowhere in the area then.
        FinishFirst: they never finished what they began before. OnDutyElsewhere: they are on duty at another place.
        ServedThen: it would overlap hours that are written down. Conflict: the key is another's.
    """
    booking.hold([person])
    if (again := Service.objects.filter(key=key).first()) is not None:
        if again.person_id != person:
            raise Conflict
        return again
    booked = queries.booked_at(person, event, area, happened)
    if booked is None:
        raise NotBookedHere
    current = queries.on_duty(person)
    if current is not None:
        if rules.is_forgotten(current.started_at, happened):
            raise FinishFirst(since=current.started_at)
        if current.place_id != booked.place_id:
            raise OnDutyElsewhere(since=current.started_at)
        return current
    _require_free(person, happened, None)
    made = Service.objects.create(
        key=key,
        person_id=person,
        event=event,
        booking=booked,
        place_id=booked.place_id,
        post=booked.post,
        started_at=happened,
        start_said=said,
        start_clipped=clipped,
        start_recorded_at=at,
        start_by=by.user if said == Said.LEADER else None,
    )
    _record("duty.started", made, said, by, at)
    return made


@transaction.atomic
def finish(
    service_id: int,
    *,
    said: Service.Said,
    happened: datetime,
    clipped: bool = False,
    key: UUID | None = None,
    by: Caller,
    at: datetime,
) -> Service:
    """Somebody finishes duty; it then waits for approval. Finished already: what is there is the answer.

    Args:
        happened: when they finished, which somebody who forgot it says later.
        key: of the tap, where a phone kept it.

    Raises:
        NotFound: no such duty.
        FinishForgotten: a tap, so long after the start that it says nothing about the end.
        FinishBeforeStart, FinishTooLate: it makes no sense. ServedThen: it would overlap hours that are written down.
    """
    found = Service.objects.filter(pk=service_id).first()
    if found is None:
        raise NotFound
    booking.hold([found.person_id])
    found.refresh_from_db()
    if found.finished_at is not None:
        return found
    if said != Said.LATER and rules.is_forgotten(found.started_at, happened):
        raise FinishForgotten(since=found.started_at)
    if happened <= found.started_at:
        raise FinishBeforeStart(since=found.started_at)
    if happened > at or happened - found.started_at > LONGEST:
        raise FinishTooLate(since=found.started_at, most=LONGEST.total_seconds() // 3600)
    _require_free(found.person_id, found.started_at, happened, but=found.pk)
    found.finished_at, found.finish_said, found.finish_clipped = happened, said, clipped
    found.finish_recorded_at, found.finish_key, found.state = at, key, Service.State.WAITING
    found.finish_by = by.user if by.user is not None and by.person != found.person_id else None
    found.save()
    _record("duty.finished", found, said, by, at)
    return found


def _require_free(person: int, since: datetime, until: datetime | None, *, but: int | None = None) -> None:
    """Hours do not overlap; the database holds it, and this says which."""
    clash = queries.overlapping(person, since, until, but=but)
    if clash is not None:
        raise ServedThen(since=clash.started_at, until=clash.finished_at)


def _record(kind: str, service: Service, said: Service.Said, by: Caller, at: datetime) -> None:
    facts: dict[str, trail.Fact | list[trail.Fact]] = {"service": service.pk, "said": str(said)}
    trail.record(kind, who=by, subject=f"person:{service.person_id}", at=at, area=service.place_id, facts=facts)
