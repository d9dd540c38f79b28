"""Who answers for which building: the gaps on top, divided with one press, changed by hand, published."""

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


@open_to("community_desk", area_from="area_id")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def responsibility(request: HttpRequest, area_id: int) -> HttpResponse:
    """Buildings of a community or a grid; asked with `who`, divided among them; POST publishes what is chosen."""
    caller, at = caller_of(request), now()
    area = reading.area_to_divide(caller, area_id, at)
    event = active_event(at, area.pk)
    if event is None:
        raise NotFound
    found = reading.cover(event, area, at)
    problem, status = "", 200
    if request.method == "POST":
        wanted = {place: request.POST.get(f"b{place}", "") for place, _, _ in found.buildings}
        try:
            n = giving.publish(event, area, wanted, version=request.POST.get("version", ""), by=caller, at=at)
        except LinliError as refused:
            problem, status = refused.told(), refused.status
        else:
            told = ngettext("Published: {n} building changed hands.", "Published: {n} buildings changed hands.", n)
            messages.success(request, told.format(n=n))
            return redirect("responsibility", area.pk)
    context = _page(request, caller, event, area, found, at)
    return render(request, "teams/responsibility.html", context | {"problem": problem}, status=status)


def _page(request: HttpRequest, caller: Caller, event: Event, area: Area, found: Cover, at: datetime) -> dict[str, Any]:
    choices = {each.key: each.called for each in reading.holders(caller, event, area, at)}
    among = [key for key in dict.fromkeys(request.GET.getlist("who")) if key in choices]
    proposed = reading.divided(found, among)
    gaps = set(found.gaps)
    rows = []
    for place, name, doors in found.buildings:
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
                "gap": place in gaps,
                "left": place in gaps and place in found.stands,
                "choices": [(key, called, key == chosen) for key, called in known.items()],
            }
        )
    loads = {key: sum(doors for place, _, doors in found.buildings if proposed.get(place) == key) for key in among}
    return {
        "area": area,
        "event": event,
        "rows": rows,
        "gaps": len(gaps),
        "version": found.version,
        "holders": [(key, called, key in among) for key, called in choices.items()],
        "proposed": [(choices[key], doors) for key, doors in loads.items()],
    }


urlpatterns = [path("areas/<int:area_id>/responsibility/", responsibility, name="responsibility")]
