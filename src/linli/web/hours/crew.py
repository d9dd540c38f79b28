"""Who is placed with a leader: who is on duty, a tap to start and to finish, and phones once that is on record."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import LinliError, NotFound
from linli.common.ids import uuid7
from linli.custody import masks, reveals
from linli.duty.hours import actions, posts, queries, rules
from linli.duty.hours.queries import LEADING
from linli.duty.models import Booking, Service
from linli.events.models import Event
from linli.events.queries import active_event
from linli.muster.crew import called
from linli.places import queries as places
from linli.places.models import Area, Level
from linli.places.names import place_names
from linli.web.fields import new_once, once_key
from linli.web.hours.forms import SALT, FinishForm
from linli.web.hours.shifts import shifts_soon

ROWS = 50


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody booked here now.

    Attributes:
        current: what they are on duty for; last: what they served last today.
        does: "start", "finish", or "forgot" where an older duty has to be finished first.
        dial: the number in clear, once that it was shown stands in the trail.
    """

    booking: Booking
    name: str
    phone: str
    dial: str
    where: str
    current: Service | None
    last: Service | None
    does: str
    once: str


@open_to(*queries.DECIDING, area_from="area_id")
@never_cache
@require_safe
def crew(request: HttpRequest, area_id: int) -> HttpResponse:
    """Everybody who is booked here now or within the hour."""
    return _page(request, area_id)


def _page(request: HttpRequest, area_id: int, form: FinishForm | None = None, wrong: int = 0) -> HttpResponse:
    me, at = caller_of(request), now()
    area = queries.area_over(me, area_id, at)
    event = active_event(at, area.pk)
    booked = queries.bookings_now(me, event, area, at) if event is not None else []
    page = Paginator(booked, ROWS).get_page(request.GET.get("page"))
    leads = _leads(me, area, at)
    shown = reveals.shown_to_leader(me, area=area.pk) if leads else frozenset()
    current = queries.latest_of([row.person_id for row in booked], event) if event is not None else {}
    on_duty = [one for one in current.values() if one.state == Service.State.ON_DUTY]
    context = {
        "area": area,
        "event": event,
        "page": page,
        "rows": _rows(list(page.object_list), event, shown, at, leads=leads) if event is not None else [],
        "booked": len(booked),
        "several": len({row.place_id for row in booked} | {area.pk}) > 1,
        "on_duty": len(on_duty),
        "leads": leads,
        "posters": area.pk if area.level == Level.COMMUNITY and me.has(*posts.PRINTING) else None,
        "hidden": [row.pk for row in booked if row.pk not in shown] if leads else [],
        "waiting": queries.number_waiting(me, area.pk, at),
        "form": form or FinishForm(),
        "wrong": wrong,
        "shifts": shifts_soon(event, area, booked, at, leads=leads) if event is not None else [],
    }
    return render(request, "hours/crew.html", context, status=422 if form is not None else 200)


def _leads(me: Caller, area: Area, at: datetime) -> bool:
    """Whether the caller leads these people, and so may know whom they work with; a desk reads them masked."""
    return places.is_within_any(area.pk, me.areas(*LEADING), at)


def _rows(booked: list[Booking], event: Event, shown: frozenset[int], at: datetime, *, leads: bool) -> list[Row]:
    people = [row.person_id for row in booked]
    names, where = called(event.pk, people), place_names({row.place_id for row in booked})
    latest = queries.latest_of(people, event)
    return [_row(row, names[row.person_id], where, latest.get(row.person_id), shown, at, leads) for row in booked]


def _row(
    booking: Booking,
    who: Any,
    where: dict[int, str],
    latest: Service | None,
    shown: frozenset[int],
    at: datetime,
    leads: bool,
) -> Row:
    current = latest if latest is not None and latest.state == Service.State.ON_DUTY else None
    does = "start"
    if current is not None:
        does = "forgot" if rules.is_forgotten(current.started_at, at) else "finish"
    return Row(
        booking=booking,
        name=(who.name if leads else masks.mask_name(who.name)) or gettext("Somebody without a name"),
        phone=masks.mask_phone(who.phone) if who.phone else "",
        dial=who.phone if booking.pk in shown else "",
        where=where.get(booking.place_id, ""),
        current=current,
        last=latest if current is None else None,
        does=does,
        once=new_once(SALT),
    )


@open_to(*queries.DECIDING, area_from="area_id")
@never_cache
@require_POST
def crew_tap(request: HttpRequest, area_id: int) -> HttpResponse:
    """Start or finish the duty of one of them."""
    me, at = caller_of(request), now()
    area = queries.area_over(me, area_id, at)
    booking = queries.booking_over(me, area, _number(request, "booking"), at)
    said, does = Service.Said.LEADER, request.POST.get("does", "")
    try:
        if does == "start":
            key = once_key(request.POST.get("once", ""), SALT) or uuid7()
            actions.start(booking.person_id, booking.event, area.pk, said=said, key=key, happened=at, by=me, at=at)
        else:
            service = queries.service_over(me, _number(request, "service"), at)
            if service.person_id != booking.person_id:
                raise NotFound
            if does == "forgot":
                form = FinishForm(request.POST)
                if not form.is_valid():
                    return _page(request, area_id, form, booking.pk)
                happened = form.cleaned_data["finished"]
                actions.finish(service.pk, said=Service.Said.LATER, happened=happened, by=me, at=at)
            else:
                actions.finish(service.pk, said=said, happened=at, by=me, at=at)
    except NotFound:
        raise
    except LinliError as problem:
        messages.warning(request, problem.told())
    return redirect(_back(request, area_id, f"b{booking.pk}"))


@open_to(*LEADING, area_from="area_id")
@never_cache
@require_POST
def crew_phones(request: HttpRequest, area_id: int) -> HttpResponse:
    """Have the phones of everybody placed here shown, as one entry in the trail."""
    me, at = caller_of(request), now()
    area = queries.area_over(me, area_id, at)
    event = active_event(at, area.pk)
    if event is None:
        raise NotFound
    booked = [row.pk for row in queries.bookings_now(me, event, area, at)]
    shown = reveals.shown_to_leader(me, area=area.pk)
    if new := [pk for pk in booked if pk not in shown]:
        reveals.show_to_leader(me, area=area.pk, bookings=new, at=at)
    return redirect(_back(request, area_id, "people"))


def _back(request: HttpRequest, area_id: int, anchor: str) -> str:
    page = request.POST.get("page", "")
    query = f"?page={page}" if page.isascii() and page.isdigit() and len(page) < 6 else ""
    return reverse("crew", args=[area_id]) + query + f"#{anchor}"


def _number(request: HttpRequest, name: str) -> int:
    said = request.POST.get(name, "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else 0


urlpatterns = [
    path("hours/<int:area_id>/", crew, name="crew"),
    path("hours/<int:area_id>/tap/", crew_tap, name="crew_tap"),
    path("hours/<int:area_id>/phones/", crew_phones, name="crew_phones"),
]
