"""Hours that somebody has to decide about: set aside, finished for who forgot, corrected; and handing a post over.

Nobody decides about their own; whose hours they are, is asked of the crew one at a time.
"""

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Router, Schema
from pydantic import AwareDatetime

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.api.hours import MOST, ServiceOut, service_out
from linli.api.shapes import READING, WRITING
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import NotFound
from linli.duty.hours import actions, deciding, queries
from linli.duty.models import Correction, Service
from linli.events.queries import active_event
from linli.muster.models import Holding
from linli.muster.teams import held, holding
from linli.people.queries import city_is_synthetic

router = Router(tags=["hours"])
Number = Annotated[int, Field(ge=1, lt=2**63)]


class WhyIn(Schema):
    """Why hours are not counted; the person reads it."""

    reason: str = Field(max_length=400)


class EndedIn(Schema):
    """When duty ended that nobody finished, as it was told."""

    finished_at: AwareDatetime


class AskedOut(Schema):
    """A correction that waits: as hours are written, and as the person says."""

    id: int
    service: int
    was_since: datetime
    was_until: datetime
    since: datetime
    until: datetime
    asked_at: datetime
    synthetic: bool


class DecideIn(Schema):
    """Whether hours are corrected as the person says, and why."""

    granted: bool
    reason: str = Field(max_length=400)


class ShiftSoonOut(Schema):
    """A shift at a named post within a day of somebody who is placed in the area, by number."""

    holding: int
    post: str
    since: datetime
    until: datetime
    booking: int | None = Field(description="whose: as the crew has them; null while they are not booked here now")
    synthetic: bool


class HandOverIn(Schema):
    """Which shift goes to whom of the crew."""

    holding: Number
    booking: Number = Field(description="of who takes it over")


@router.get("/hours/{area_id}/unfinished", response={200: list[ServiceOut], **READING})
@open_to(*queries.DECIDING, area_from="area_id")
def unfinished(request: HttpRequest, area_id: int) -> list[dict[str, object]]:
    """Duty in an area whose finish was forgotten, the oldest first, at most 200."""
    me, at = caller_of(request), now()
    rows = queries.unfinished_in(queries.area_over(me, area_id, at).pk, at)
    return [service_out(row) for row in rows[:MOST]]


@router.post("/hours/{area_id}/services/{service_id}/finish", response={200: ServiceOut, **WRITING})
@open_to(*queries.DECIDING, area_from="area_id")
def finish(request: HttpRequest, area_id: int, service_id: int, said: EndedIn) -> dict[str, object]:
    """Say for somebody when duty ended. 409 served_then; 422 finish_before_start, finish_too_late."""
    me, at = caller_of(request), now()
    service = queries.service_over(me, service_id, at)
    done = actions.finish(service.pk, said=Service.Said.LATER, happened=said.finished_at, by=me, at=at)
    return service_out(done)


@router.post("/hours/{area_id}/services/{service_id}/decline", response={200: ServiceOut, **WRITING})
@open_to(*queries.DECIDING, area_from="area_id")
def decline(request: HttpRequest, area_id: int, service_id: int, said: WhyIn) -> dict[str, object]:
    """Do not count hours that wait. 403 not_your_own_hours; 409 hours_decided, still_on_duty; 422 reason_asked."""
    me, at = caller_of(request), now()
    return service_out(deciding.decline(queries.service_over(me, service_id, at), said.reason, by=me, at=at))


@router.get("/hours/{area_id}/corrections", response={200: list[AskedOut], **READING})
@open_to(*queries.CORRECTING, area_from="area_id")
def corrections(request: HttpRequest, area_id: int) -> list[dict[str, object]]:
    """Corrections in an area that wait for its desk, the oldest first, at most 200."""
    me, at = caller_of(request), now()
    synthetic = city_is_synthetic()
    rows = queries.corrections_in(queries.area_over(me, area_id, at).pk, at)
    return [_asked(row) | {"synthetic": synthetic} for row in rows[:MOST]]


@router.post("/hours/{area_id}/corrections/{correction_id}", response={200: ServiceOut, **WRITING})
@open_to(*queries.CORRECTING, area_from="area_id")
def decide(request: HttpRequest, area_id: int, correction_id: int, said: DecideIn) -> dict[str, object]:
    """Correct hours as the person says, or leave them. 403 not_your_own_hours; 409 hours_decided, served_then;
    422 reason_asked."""
    me, at = caller_of(request), now()
    asked = queries.correction_over(me, correction_id, at)
    deciding.decide_correction(asked, granted=said.granted, reason=said.reason, by=me, at=at)
    return service_out(queries.service_over(me, asked.service_id, at))


@router.get("/hours/{area_id}/shifts", response={200: list[ShiftSoonOut], **READING})
@open_to(*queries.DECIDING, area_from="area_id")
def shifts(request: HttpRequest, area_id: int) -> list[dict[str, object]]:
    """Shifts at named posts within a day, of whoever is placed in an area."""
    return _shifts(caller_of(request), area_id, now())


@router.post("/hours/{area_id}/hand-over", response={200: list[ShiftSoonOut], **WRITING})
@open_to(*queries.DECIDING, area_from="area_id")
def hand_over(request: HttpRequest, area_id: int, said: HandOverIn) -> list[dict[str, object]]:
    """Let somebody of the crew take a shift over from somebody else of it, now or where it begins later.

    403 shift_refused, not_yours_to_decide; 409 booked_meanwhile, not_held_any_more, post_closed.
    """
    me, at = caller_of(request), now()
    area = queries.area_over(me, area_id, at)
    event = active_event(at, area.pk)
    if event is None:
        raise NotFound
    shift = held.shift_soon(event, area, said.holding, at)
    holding.hand_over(shift, queries.booking_over(me, area, said.booking, at).person_id, by=me, at=at)
    return _shifts(me, area_id, at)


def _shifts(me: Caller, area_id: int, at: datetime) -> list[dict[str, object]]:
    area = queries.area_over(me, area_id, at)
    event = active_event(at, area.pk)
    if event is None:
        return []
    here = {row.person_id: row.pk for row in queries.bookings_now(me, event, area, at)}
    return [_shift(row, here.get(row.person_id)) for row in held.soon_inside(event, area, at)]


def _shift(row: Holding, booking: int | None) -> dict[str, object]:
    return {
        "holding": row.pk,
        "post": row.post.name,
        "since": row.during.lower,
        "until": row.during.upper,
        "booking": booking,
        "synthetic": city_is_synthetic(),
    }


def _asked(row: Correction) -> dict[str, object]:
    return {
        "id": row.pk,
        "service": row.service_id,
        "was_since": row.was_since,
        "was_until": row.was_until,
        "since": row.since,
        "until": row.until,
        "asked_at": row.asked_at,
    }
