"""Zones in force inside an area: on what they rest, on which day they are, and declaring or lifting one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.timezone import localdate
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import Conflict, Invalid, NotFound, Refused
from linli.custody.roles import Decide, deciding_over, deciding_somewhere
from linli.events import actions, rules
from linli.events.models import Event, Zone
from linli.events.packs import pack_of
from linli.events.queries import active_event, levels_around, those_that_came_down, zone_visible_to, zones_in
from linli.events.queries import decides as decides_over
from linli.muster.queries import DECIDING, area_visible_to
from linli.muster.teams import zones as zones_of_teams
from linli.places.models import Area, Level, Place
from linli.places.names import buildings_to_mark, place_names, places_to_mark
from linli.web import live
from linli.web.words import RISKS

# Whether the city's role is one of them depends on the installation: the action says so.
ROWS_A_PAGE = 50
DECIDES_ZONES = deciding_somewhere(Decide.ZONES)
Choice = tuple[int | str, str | list[tuple[int, str]]]
"""A place and its name, or an estate's name and the places in it."""
LIFTS = {
    actions.LiftReason.OVER: gettext_lazy("it is over"),
    actions.LiftReason.REDRAWN: gettext_lazy("other zones stand in for it"),
    actions.LiftReason.MISTAKE: gettext_lazy("it was declared by mistake"),
}


class ZoneForm(forms.Form):
    """Declaring a zone: where, how high, and on what it rests."""

    place = forms.TypedChoiceField(label=gettext_lazy("Where"), coerce=int)
    level = forms.TypedChoiceField(label=gettext_lazy("Risk"), coerce=int, widget=forms.RadioSelect)
    basis = forms.CharField(
        label=gettext_lazy("What it rests on"),
        help_text=gettext_lazy("A notice or a finding, in a sentence. Name nobody."),
        max_length=actions.MOST_BASIS,
    )
    counted_from = forms.DateField(
        label=gettext_lazy("Day of the newest case"),
        help_text=gettext_lazy("The days are counted from here. Left empty: today."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, places: list[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = places  # type: ignore[attr-defined]
        self.fields["level"].choices = list(RISKS.items())  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Row:
    """One zone in force.

    Attributes:
        days: whole days since the newest case; needed: days after which it goes down, None at the lowest level.
    """

    zone: Zone
    place: str
    risk: str
    days: int
    needed: int | None

    @property
    def due(self) -> bool:
        """Whether its days have passed."""
        return self.needed is not None and self.days >= self.needed


def _rows(found: list[Zone], at: datetime) -> list[Row]:
    """Zones with their names and day counters; their place names in one query."""
    names = place_names([zone.place_id for zone in found])
    today = localdate(at)
    steps = {zone.event_id: pack_of(zone.event).zones for zone in found}
    stepped = those_that_came_down(found)
    rows = []
    for zone in found:
        level = steps[zone.event_id].level(zone.level)
        step = level.step_down if level else None
        rows.append(
            Row(
                zone=zone,
                place=names.get(zone.place_id, ""),
                risk=str(RISKS[zone.level]),
                days=rules.days_without_case(zone.counted_from, today),
                needed=step.days_needed(came_down=zone.pk in stepped) if step else None,
            )
        )
    return rows


def _choices(event: Event, area: Area, at: datetime) -> list[Choice]:
    """Where a zone may be declared from this page; wider areas than the pack marks are opened first.

    Nothing is chosen to begin with: a zone over a whole street is never a slip of the hand.
    """
    if area.level < Level.DISTRICT:
        return []
    choices: list[Choice] = [("", gettext("Choose a place")), *places_to_mark(area, at)]
    if Level(area.level).label.replace("-", "_") not in pack_of(event).zones.may_be_marked:
        del choices[1]
    for estate, buildings in buildings_to_mark(area, at):
        if estate is None:
            choices += buildings
            continue
        whole = [(estate.pk, estate.name)] if area.level == Level.COMMUNITY else []
        choices.append((estate.name, [*whole, *((pk, f"{estate.name} {name}") for pk, name in buildings)]))
    return choices


@open_to(*DECIDING, area_from="area_id")
@require_http_methods(["GET", "HEAD", "POST"])
def zones(request: HttpRequest, area_id: int) -> HttpResponse:
    """Zones in force inside an area; POST declares one."""
    caller, at = caller_of(request), now()
    area = area_visible_to(caller, area_id, *DECIDING)
    event = active_event(at, area.pk)
    around_it = levels_around(area.pk, at)
    decides = event is not None and decides_over(caller, Decide.ZONES, around_it, at)
    if request.method == "POST" and not decides:
        raise NotFound
    places = _choices(event, area, at) if event is not None and decides else []
    form = ZoneForm(request.POST if request.method == "POST" else None, places=places)
    if event is not None and form.is_bound and form.is_valid():
        said = form.cleaned_data
        place = Place.objects.get(pk=said["place"])
        try:
            zone = actions.declare_zone(
                event,
                place,
                said["level"],
                basis=said["basis"],
                counted_from=said["counted_from"],
                by=caller,
                at=at,
            )
        except (Conflict, Invalid, Refused) as problem:
            form.add_error(None, problem.told())
        else:
            name = place_names([place.pk])[place.pk]
            told = gettext("{place} is declared: {risk}.").format(place=name, risk=RISKS[zone.level])
            messages.success(request, told)
            return redirect("zones", area.pk)
    found = zones_in(caller, area.pk, at, event=event) if event else Zone.objects.none()
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "area": area,
        "event": event,
        "page": page,
        "rows": _rows(list(page.object_list), at),
        "form": form if places else None,
        "decides": decides,
        "top_stands_in": event is not None and "city" in deciding_over(Decide.ZONES, around_it.values()),
        "lifts": LIFTS.items(),
        **(_teams(caller, event, area, found, at) if event else {}),
    }
    return render(request, "zones/zones.html", context, status=422 if form.errors else 200)


# A city has hundreds of zones: counted for all who look at it.
_missing: live.Shared[list[tuple[Area, int]]] = live.Shared()


def _teams(caller: Caller, event: Event, area: Area, zones: Iterable[Zone], at: datetime) -> dict[str, Any]:
    """Teams to be formed where the risk rose, and to be released where it fell, each with the name of its place."""
    wanted, over = zones_of_teams.proposals(caller, event, area, zones, at)
    names = place_names([*(each.zone.place_id for each in wanted.first), *(each.team.place_id for each in over)])
    return {
        "teams_missing": _missing.get((event.pk, area.pk), lambda: zones_of_teams.missing(event, area, zones, at)),
        "teams_wanted": [(names[each.zone.place_id], each) for each in wanted.first],
        "teams_more": wanted.more,
        "teams_to_release": [(names[each.team.place_id], each) for each in over],
    }


@open_to(*DECIDES_ZONES)
@require_POST
def lift_zone(request: HttpRequest, zone_id: int) -> HttpResponse:
    """Lift a zone, or let it go down one step where its days have passed."""
    caller, at = caller_of(request), now()
    zone = zone_visible_to(caller, zone_id, at)
    back = _page_of(request, zone)
    try:
        if request.POST.get("how") == "step_down":
            lower = actions.step_down(
                zone,
                basis=request.POST.get("basis", ""),
                all_negative=request.POST.get("all_negative") == "on",
                by=caller,
                at=at,
            )
            messages.success(request, gettext("The zone went down: {risk}.").format(risk=RISKS[lower.level]))
        else:
            actions.lift_zone(zone, reason=request.POST.get("reason", ""), by=caller, at=at)
            messages.success(request, gettext("The zone is lifted."))
    except (Conflict, Invalid, Refused) as problem:
        messages.warning(request, problem.told())
    return redirect("zones", back)


def _page_of(request: HttpRequest, zone: Zone) -> int:
    """The area whose list the button stood in; the page itself decides whether the caller may see it."""
    text = request.POST.get("area", "")
    return int(text) if text.isdecimal() and len(text) < 19 else zone.place_id


urlpatterns = [
    path("areas/<int:area_id>/zones/", zones, name="zones"),
    path("zones/<int:zone_id>/lift/", lift_zone, name="lift_zone"),
]
