"""Named posts of the next day on the page of a crew: who holds which until when, and handing one over."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.clock import now
from linli.common.errors import LinliError, NotFound
from linli.custody import masks
from linli.duty.hours import queries
from linli.duty.models import Booking
from linli.events.models import Event
from linli.events.queries import active_event
from linli.muster.crew import called
from linli.muster.models import Holding
from linli.muster.teams import held, holding
from linli.places.models import Area


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift.

    Attributes:
        others: who is placed here and could take it over: their booking's number, and the name.
    """

    holding: Holding
    name: str
    others: list[tuple[int, str]]


def shifts_soon(event: Event, area: Area, booked: list[Booking], at: datetime, *, leads: bool) -> list[Shift]:
    """Shifts within a day of whoever is placed in an area, with who else is there; names masked but for a leader."""
    rows = held.soon_inside(event, area, at)
    if not rows:
        return []
    names = called(event.pk, {row.person_id for row in rows} | {row.person_id for row in booked})

    def name_of(person: int) -> str:
        name = names[person].name
        return (name if leads else masks.mask_name(name)) or gettext("Somebody without a name")

    here = [(each.person_id, each.pk, name_of(each.person_id)) for each in booked]
    return [
        Shift(row, name_of(row.person_id), [(pk, name) for person, pk, name in here if person != row.person_id])
        for row in rows
    ]


@open_to(*queries.DECIDING, area_from="area_id")
@never_cache
@require_POST
def crew_hand_over(request: HttpRequest, area_id: int) -> HttpResponse:
    """Let somebody who is placed here take a shift over from somebody else who is."""
    me, at = caller_of(request), now()
    area = queries.area_over(me, area_id, at)
    event = active_event(at, area.pk)
    if event is None:
        raise NotFound
    shift = held.shift_soon(event, area, _number(request, "holding"), at)
    to = queries.booking_over(me, area, _number(request, "to"), at)
    try:
        holding.hand_over(shift, to.person_id, by=me, at=at)
        messages.success(request, gettext("Handed over."))
    except LinliError as problem:
        messages.warning(request, problem.told())
    return redirect(reverse("crew", args=[area_id]) + "#posts")


def _number(request: HttpRequest, name: str) -> int:
    said = request.POST.get(name, "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else 0


urlpatterns = [path("hours/<int:area_id>/hand-over/", crew_hand_over, name="crew_hand_over")]
