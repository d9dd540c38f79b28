"""Who answers for which building: the gaps on top, divided with one press, changed by hand, published; and for which
door of a building, apart from it."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import LinliError, NotFound
from linli.events.models import Event
from linli.events.queries import active_event
from linli.muster.teams import giving
from linli.muster.teams import responsibility as reading
from linli.muster.teams.responsibility import Cover
from linli.places.models import Area
from linli.places.names import place_names


@open_to("community_desk", area_from="area_id")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def responsibility(request: HttpRequest, area_id: int) -> HttpResponse:
    """Buildings of a community or a grid; asked with `who`, divided among them; POST publishes what is chosen."""
    caller, at = caller_of(request), now()
    area, event = _where(caller, area_id, at)
    found = reading.cover(event, area, at)
    problem = None
    if request.method == "POST":
        n, problem = _published(request, caller, event, area, found, at)
        if problem is None:
            told = ngettext("Published: {n} building changed hands.", "Published: {n} buildings changed hands.", n)
            messages.success(request, told.format(n=n))
            return redirect("responsibility", area.pk)
    context = _page(request, caller, event, area, found, at) | _told(problem)
    return render(request, "teams/responsibility.html", context, status=problem.status if problem else 200)


@open_to("community_desk", area_from="area_id")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def responsibility_of_doors(request: HttpRequest, area_id: int, building_id: int) -> HttpResponse:
    """Doors of a building that somebody answers for apart from it; POST publishes what is chosen."""
    caller, at = caller_of(request), now()
    area, event = _where(caller, area_id, at)
    found = reading.cover_of_doors(event, area, building_id, at)
    problem = None
    if request.method == "POST":
        n, problem = _published(request, caller, event, area, found, at, building=building_id)
        if problem is None:
            told = ngettext("Published: {n} door changed hands.", "Published: {n} doors changed hands.", n)
            messages.success(request, told.format(n=n))
            return redirect("responsibility", area.pk)
    whole = reading.standing(event, [building_id], at).get(building_id)
    context = _page(request, caller, event, area, found, at) | _told(problem)
    context |= {
        "building": place_names([building_id]).get(building_id, ""),
        "answers": reading.called(event, whole.key) if whole is not None and whole.here else "",
        "own": sum(each.here for each in found.stands.values()),
    }
    return render(request, "teams/responsibility_doors.html", context, status=problem.status if problem else 200)


def _where(caller: Caller, area_id: int, at: datetime) -> tuple[Area, Event]:
    """A community or a grid of the caller's desk and the event there.

    Raises:
        NotFound: it is neither, another desk runs it, or no event is active there.
    """
    area = reading.area_to_divide(caller, area_id, at)
    event = active_event(at, area.pk)
    if event is None:
        raise NotFound
    return area, event


def _published(
    request: HttpRequest,
    caller: Caller,
    event: Event,
    area: Area,
    found: Cover,
    at: datetime,
    *,
    building: int | None = None,
) -> tuple[int, LinliError | None]:
    """How many places changed hands, or why none did."""
    wanted = {place: request.POST.get(f"b{place}", "") for place, _, _ in found.rows}
    version = request.POST.get("version", "")
    try:
        return giving.publish(event, area, wanted, version=version, building=building, by=caller, at=at), None
    except LinliError as refused:
        return 0, refused


def _told(problem: LinliError | None) -> dict[str, str]:
    return {"problem": problem.told() if problem is not None else ""}


def _page(request: HttpRequest, caller: Caller, event: Event, area: Area, found: Cover, at: datetime) -> dict[str, Any]:
    choices = {each.key: each.called for each in reading.holders(caller, event, area, at)}
    among = [key for key in dict.fromkeys(request.GET.getlist("who")) if key in choices]
    proposed = reading.divided(found, among)
    gaps = set(found.gaps)
    rows = []
    for place, name, doors in found.rows:
        now_held, said = found.key_of(place), request.POST.get(f"b{place}")
        chosen = said if said is not None else proposed.get(place, now_held)
        # Whoever answers already stays a choice, also on a page of an area where they are not placed.
        known = (
            choices if not now_held or now_held in choices else {**choices, now_held: reading.called(event, now_held)}
        )
        rows.append(
            {
                "place": place,
                "name": name,
                "doors": doors,
                "own": found.own.get(place, 0),
                "gap": place in gaps,
                "left": place in gaps and place in found.stands,
                "choices": [(key, called, key == chosen) for key, called in known.items()],
            }
        )
    loads = {key: sum(doors for place, _, doors in found.rows if proposed.get(place) == key) for key in among}
    return {
        "area": area,
        "event": event,
        "rows": rows,
        "gaps": len(gaps),
        "version": found.version,
        "holders": [(key, called, key in among) for key, called in choices.items()],
        "proposed": [(choices[key], doors) for key, doors in loads.items()],
    }


urlpatterns = [
    path("areas/<int:area_id>/responsibility/", responsibility, name="responsibility"),
    path(
        "areas/<int:area_id>/responsibility/<int:building_id>/",
        responsibility_of_doors,
        name="responsibility_of_doors",
    ),
]
