"""Hours served: who is booked in an area, a tap to start and to finish, and approving. One's own hours
are in ``me_hours``."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema
from pydantic import AwareDatetime

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.api.shapes import READING, WRITING
from linli.common.clock import now
from linli.common.errors import Invalid, NotFound
from linli.custody import masks
from linli.duty.hours import actions, deciding, queries
from linli.duty.models import Service
from linli.events.queries import active_event
from linli.muster.crew import called
from linli.people.queries import city_is_synthetic

router = Router(tags=["hours"])
MOST = 200


class BookedOut(Schema):
    """Somebody booked in the area now or within the hour, by number."""

    booking: int
    place: int
    service: int | None = Field(description="what they are on duty for")
    started_at: datetime | None
    synthetic: bool


class WhoOut(Schema):
    """Whom a booking is of, masked."""

    booking: int
    name: str
    phone: str
    synthetic: bool


class TapIn(Schema):
    """That somebody starts or finishes; sent again it is the same."""

    id: UUID = Field(description="chosen by whoever asks: the same start under the same id is one")
    booking: int = Field(ge=1, lt=2**63)
    does: Literal["start", "finish"]
    service: int | None = Field(default=None, ge=1, lt=2**63, description="for finish only")
    finished_at: AwareDatetime | None = Field(
        default=None, description="for a finish that was forgotten: when duty ended, as it was told"
    )


class ServiceOut(Schema):
    """One duty; hours in tenths, full ones only."""

    id: int
    place: int
    state: str
    started_at: datetime
    finished_at: datetime | None
    tenths: int
    synthetic: bool


class ApprovalIn(Schema):
    """Hours to approve, by number."""

    services: list[int] = Field(max_length=MOST)


class ApprovedOut(Schema):
    """What became of them: approved, decided by somebody else before, one's own."""

    done: int
    left: int
    own: int


@router.get("/hours/{area_id}/crew", response={200: list[BookedOut], **READING})
@open_to(*queries.DECIDING, area_from="area_id")
def crew(request: HttpRequest, area_id: int) -> list[dict[str, object]]:
    """Who is booked in an area now or within the hour, and who of them is on duty."""
    me, at = caller_of(request), now()
    area = queries.area_over(me, area_id, at)
    event = active_event(at, area.pk)
    if event is None:
        return []
    booked = queries.bookings_now(me, event, area, at)
    people = [row.person_id for row in booked]
    latest, synthetic = queries.latest_of(people, event), city_is_synthetic()
    found: list[dict[str, object]] = []
    for row in booked:
        current = latest.get(row.person_id)
        on_duty = current if current is not None and current.state == Service.State.ON_DUTY else None
        found.append(
            {
                "booking": row.pk,
                "place": row.place_id,
                "service": on_duty.pk if on_duty is not None else None,
                "started_at": on_duty.started_at if on_duty is not None else None,
                "synthetic": synthetic,
            }
        )
    return found


@router.get("/hours/{area_id}/crew/{booking_id}", response={200: WhoOut, **READING})
@open_to(*queries.DECIDING, area_from="area_id")
def one_of_crew(request: HttpRequest, area_id: int, booking_id: int) -> dict[str, object]:
    """Who one of them is, masked."""
    me, at = caller_of(request), now()
    booking = queries.booking_over(me, queries.area_over(me, area_id, at), booking_id, at)
    who = called(booking.event_id, [booking.person_id])[booking.person_id]
    return {
        "booking": booking.pk,
        "name": masks.mask_name(who.name),
        "phone": masks.mask_phone(who.phone) if who.phone else "",
        "synthetic": city_is_synthetic(),
    }


@router.post("/hours/{area_id}/taps", response={200: ServiceOut, **WRITING})
@open_to(*queries.DECIDING, area_from="area_id")
def tap(request: HttpRequest, area_id: int, said: TapIn) -> dict[str, object]:
    """Start or finish the duty of somebody booked there. 403 not_booked_here, 409 finish_first, on_duty_elsewhere,
    served_then, finish_forgotten, 422 finish_before_start, finish_too_late."""
    me, at = caller_of(request), now()
    area = queries.area_over(me, area_id, at)
    booking = queries.booking_over(me, area, said.booking, at)
    if said.does == "start":
        tapped = Service.Said.LEADER
        return service_out(
            actions.start(
                booking.person_id, booking.event, area.pk, said=tapped, key=said.id, happened=at, by=me, at=at
            )
        )
    if said.service is None:
        raise Invalid(where="service")
    service = queries.service_over(me, said.service, at)
    if service.person_id != booking.person_id:
        raise NotFound
    how = Service.Said.LATER if said.finished_at is not None else Service.Said.LEADER
    return service_out(actions.finish(service.pk, said=how, happened=said.finished_at or at, by=me, at=at))


@router.get("/hours/{area_id}/waiting", response={200: list[ServiceOut], **READING})
@open_to(*queries.DECIDING, area_from="area_id")
def waiting(request: HttpRequest, area_id: int) -> list[dict[str, object]]:
    """Hours that wait for approval in an area, the oldest first, at most 200."""
    me, at = caller_of(request), now()
    rows = list(queries.waiting_in(queries.area_over(me, area_id, at).pk, at)[:MOST])
    return [service_out(row) for row in rows]


@router.post("/hours/{area_id}/approvals", response={200: ApprovedOut, **WRITING})
@open_to(*queries.DECIDING, area_from="area_id")
def approve(request: HttpRequest, area_id: int, said: ApprovalIn) -> dict[str, object]:
    """Approve hours of one's areas. Others', one's own and what was decided before stay as they are."""
    me, at = caller_of(request), now()
    queries.area_over(me, area_id, at)
    became = deciding.approve([each for each in said.services if 0 < each < 2**63], by=me, at=at)
    return {"done": became.done, "left": became.left, "own": became.own}


def service_out(service: Service) -> dict[str, object]:
    """One duty as a list has it."""
    return {
        "id": service.pk,
        "place": service.place_id,
        "state": service.state,
        "started_at": service.started_at,
        "finished_at": service.finished_at,
        "tenths": queries.tenths_of(service),
        "synthetic": city_is_synthetic(),
    }
