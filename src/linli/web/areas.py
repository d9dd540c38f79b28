"""An area and how it stands: the map from the city down to the grid, beside the same facts as a list."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.command.stands import Stand, Stands
from linli.common.caller import Caller
from linli.common.clock import now
from linli.custody.roles import Decide, deciding
from linli.desk.queries import COUNTING as DUTY_COUNTING
from linli.desk.queries import runs_desk
from linli.duty.hours import queries as hours
from linli.events.models import Event
from linli.events.queries import active_event
from linli.muster.queries import (
    DECIDING,
    area_visible_to,
    areas_seen,
    decides_over,
    sees_grids,
    silent_inside,
)
from linli.muster.staffing import Staffing
from linli.places import queries as places
from linli.places.models import Area, Level
from linli.web import grids, live
from linli.web.leaving import file_of_nobody
from linli.web.standing import shared_stands

MAP_EVERY_S = 10


@dataclass(frozen=True, slots=True)
class Row:
    """How one area stands."""

    area: Area
    stand: Stand

    @property
    def id(self) -> int:
        """Its number."""
        return self.area.pk

    @property
    def called(self) -> str:
        """Its name in the language of the page."""
        return self.area.called

    @property
    def url(self) -> str:
        """The page of the area."""
        return reverse("grid" if self.area.level == Level.GRID else "area", args=[self.area.pk])

    @property
    def staffing(self) -> Staffing:
        """What its grids ask for and who is there."""
        return self.stand.staffing

    @property
    def state(self) -> str:
        """Which of the map's classes it falls in: full, most, half, some, none, unknown."""
        share = self.staffing.share
        if share is None:
            return "unknown"
        if share >= 1:
            return "full"
        return "most" if share >= 0.75 else "half" if share >= 0.5 else "some" if share > 0 else "none"


@dataclass(frozen=True, slots=True)
class Picture:
    """An area and the areas directly below it, the worst served first; `below` is empty where grids are not shown."""

    whole: Row
    below: tuple[Row, ...]
    at: datetime


def picture(event: Event | None, area: Area, at: datetime, *, grids_too: bool) -> Picture:
    """How an area and those directly below it stand, from what is counted for all who look."""
    below = [child for child in places.children(area.pk, at) if child.level <= Level.GRID]
    if not grids_too:
        below = [child for child in below if child.level < Level.GRID]
    stands = shared_stands(event, area, at) if event else Stands(at, {})
    rows = [Row(child, stands[child.pk]) for child in below]
    rows.sort(key=lambda each: (each.staffing.share is None, each.staffing.share or 0.0, -each.staffing.short, each.id))
    return Picture(Row(area, stands[area.pk]), tuple(rows), stands.at)


def _fragment(request: HttpRequest, area: Area, event: Event | None, shown: Picture) -> str:
    """The figures and the list, as the page has them and as they are asked for again."""
    context = {
        "area": area,
        "event": event,
        "whole": shown.whole,
        "rows": shown.below,
        "rows_are_grids": area.level == Level.COMMUNITY,
    }
    body = render_to_string("areas/figures.html", context, request)
    return render_to_string(
        "areas/live.html", {"area": area, "body": body, "have": live.digest(body.encode())}, request
    )


def _answer(shown: Picture) -> dict[str, object]:
    """The numbers of the sentence on top."""
    whole = shown.whole
    return {
        "name": whole.called,
        "placed_grids": whole.staffing.asking_placed,
        "asking": whole.staffing.asking,
        "short": whole.staffing.short,
    }


@open_to(*DECIDING, area_from="area_id")
@require_safe
def area(request: HttpRequest, area_id: int) -> HttpResponse:
    """How an area stands: the sentence, the map, and the same facts as a list."""
    caller, at = caller_of(request), now()
    found = area_visible_to(caller, area_id, *DECIDING)
    if found.level >= Level.GRID:
        return redirect("grid", area_id)
    event = active_event(at, found.pk)
    grids_too = sees_grids(caller, found.pk, at)
    shown = picture(event, found, at, grids_too=grids_too)
    context = {
        "area": found,
        "event": event,
        "answer": _answer(shown),
        "above": _above(caller, found, at),
        "shown": shown,
        "counted_at": shown.at,
        "grids_held_back": found.level == Level.COMMUNITY and not grids_too,
        "live": _fragment(request, found, event, shown),
        "map_every": MAP_EVERY_S,
        "attribution": _attribution([row.area for row in shown.below]),
        "duty_log": _duty_log(caller, found, at),
        "silent": silent_inside(caller, event, found, at).count() if event and found.level == Level.COMMUNITY else 0,
        "teams": reverse("teams", args=[found.pk]) if event and decides_over(caller, found.pk, at) else "",
        "hours": _hours(caller, found, at),
        "opens_events": caller.has(*deciding(Decide.EVENTS)),
    }
    return render(request, "areas/area.html", context)


def _hours(caller: Caller, found: Area, at: datetime) -> tuple[str, int] | None:
    """Where a desk sees who is on duty, and how much waits there for it; None for who runs no desk here."""
    if found.level != Level.COMMUNITY or not runs_desk(caller, found.pk, at):
        return None
    return reverse("crew", args=[found.pk]), hours.number_waiting(caller, found.pk, at)


def _duty_log(caller: Caller, found: Area, at: datetime) -> str:
    """The address of an area's duty log: the log itself for its desk, counts for levels above."""
    if found.level == Level.COMMUNITY and runs_desk(caller, found.pk, at):
        return reverse("duty_log", args=[found.pk])
    return (
        reverse("duty_counts", args=[found.pk])
        if areas_seen(caller, at, *DUTY_COUNTING).filter(inner=found.pk).exists()
        else ""
    )


def _above(caller: Caller, found: Area, at: datetime) -> list[Area]:
    """The areas above that this caller may open, the top first."""
    chain = places.ancestors(found.pk, at)[1:]
    seen = set(areas_seen(caller, at, *DECIDING).filter(inner__in=[each.pk for each in chain]))
    return [each for each in reversed(chain) if each.pk in seen]


def _attribution(drawn: list[Area]) -> str:
    """What a reader must know of the outlines: estimated ones say so, and the map's approval number is shown."""
    said = []
    if any(each.outline_estimated for each in drawn):
        said.append(gettext("Outlines are estimated from points."))
    if approval := settings.ENV.map_approval:
        said.append(gettext("Map approval number: {number}").format(number=approval))
    return " ".join(said)


@open_to(*DECIDING, area_from="area_id")
@require_safe
def area_live(request: HttpRequest, area_id: int) -> HttpResponse:
    """The figures again: 204 where the page that asks has them already."""
    caller, at = caller_of(request), now()
    found = area_visible_to(caller, area_id, *DECIDING)
    event = active_event(at, found.pk)
    shown = picture(event, found, at, grids_too=sees_grids(caller, found.pk, at))
    body = _fragment(request, found, event, shown)
    if f"have={request.GET.get('have') or '-'}" in body:
        # The page names the digest it shows: without a swap nobody's cursor or selection jumps.
        return HttpResponse(status=204)
    return live.answer(request, body)


@open_to(*DECIDING, area_from="area_id")
@file_of_nobody("outlines and counts of areas")
@require_safe
def area_map(request: HttpRequest, area_id: int) -> HttpResponse:
    """The areas directly below as GeoJSON; one without an outline has no geometry."""
    caller, at = caller_of(request), now()
    found = area_visible_to(caller, area_id, *DECIDING)
    shown = picture(active_event(at, found.pk), found, at, grids_too=sees_grids(caller, found.pk, at))
    outlines = dict(Area.objects.filter(pk__in=[row.id for row in shown.below]).values_list("pk", "outline"))
    features = [
        {
            "type": "Feature",
            "id": row.id,
            "geometry": outlines.get(row.id),
            "properties": {
                "id": row.id,
                "name": row.called,
                "url": row.url,
                "placed": row.staffing.placed,
                "asked": row.staffing.wanted,
                "staffing": row.staffing.share,
            },
        }
        for row in sorted(shown.below, key=lambda row: row.id)
    ]
    body = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, separators=(",", ":"))
    return live.answer(request, body, "application/geo+json; charset=utf-8")


urlpatterns = [
    path("areas/<int:area_id>/", area, name="area"),
    path("areas/<int:area_id>/map.geojson", area_map, name="area_map"),
    path("areas/<int:area_id>/live/", area_live, name="area_live"),
    *grids.urlpatterns,
]
