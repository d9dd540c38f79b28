"""Events: which are under way, opening one over all or some of the areas, ending one or calling it off."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.closing import ending
from linli.command.stands import NOTHING
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import Conflict, Invalid, NotFound, Refused
from linli.custody.roles import Decide, deciding
from linli.events import actions, history, packs
from linli.events.models import Event, EventArea
from linli.events.packs import Pack
from linli.events.queries import event_visible_to, events_visible_to
from linli.muster.queries import areas_seen
from linli.places import queries as places
from linli.places.models import Area, Level
from linli.places.names import place_names
from linli.web.fields import moment_field
from linli.web.standing import shared_stands
from linli.web.templatetags.lists import listed
from linli.web.words import event_name

OPENERS = deciding(Decide.EVENTS)
A_PAGE = 50
MOST_AREAS = 60
PLANNED, RUNNING, ENDED = "planned", "running", "ended"


class EventForm(forms.Form):
    """What an event is called, what it is, and when it starts."""

    pack = forms.ChoiceField(
        label=gettext_lazy("What has happened"),
        help_text=gettext_lazy("What each event pack says stands below."),
        widget=forms.RadioSelect,
    )
    exercise = forms.TypedChoiceField(
        label=gettext_lazy("Is it real?"),
        choices=[("no", gettext_lazy("Real")), ("yes", gettext_lazy("An exercise: every page says so"))],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
    )
    name = forms.CharField(
        label=gettext_lazy("Name of the event"),
        help_text=gettext_lazy("As everybody reads it, such as 九月疫情. Name nobody."),
        max_length=actions.MOST_NAME,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    name_en = forms.CharField(
        label=gettext_lazy("Name in English"),
        max_length=actions.MOST_NAME,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    starts = moment_field(gettext_lazy("When it starts"), help_text=gettext_lazy("Left empty: now."), required=False)

    def __init__(self, *args: Any, chosen: list[Pack], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pack"].choices = [(each.code, each.name.told()) for each in chosen]  # type: ignore[attr-defined]
        if len(chosen) == 1:
            self.initial = {"pack": chosen[0].code}


@dataclass(frozen=True, slots=True)
class Row:
    """One event: what it is called, where, and whether it is to come, under way or over."""

    event: Event
    name: str
    where: str
    state: str


def state_of(event: Event, at: datetime) -> str:
    """Whether an event is to come, under way or over at a moment."""
    if event.ended_at is not None and event.ended_at <= at:
        return ENDED
    return PLANNED if event.started_at > at else RUNNING


def _rows(found: Iterable[Event], at: datetime) -> list[Row]:
    """Events with the names of their areas, in two queries whatever their number."""
    found = list(found)
    covered = list(EventArea.objects.filter(event__in=found).order_by("area").values_list("event", "area"))
    names = place_names({area for _, area in covered})
    rows = []
    for event in found:
        where = [names.get(area, "") for number, area in covered if number == event.pk]
        told = listed(where[:3]) + (" …" if len(where) > 3 else "")
        rows.append(Row(event, event_name(event), told, state_of(event, at)))
    return rows


@open_to(*OPENERS)
@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """Events under way and to come, then those that are over."""
    caller, at = caller_of(request), now()
    found = events_visible_to(caller, at)
    over = Paginator(found.filter(ended_at__lte=at).order_by("-ended_at", "-pk"), A_PAGE).get_page(
        request.GET.get("page")
    )
    open_now = _rows(found.exclude(ended_at__lte=at), at)
    context = {
        "rows": open_now,
        "running": sum(row.state == RUNNING for row in open_now),
        "over": _rows(over.object_list, at),
        "page": over,
        "query": "",
    }
    return render(request, "events/events.html", context)


@dataclass(frozen=True, slots=True)
class Where:
    """The areas chosen so far.

    Attributes:
        top: the top area of the caller; at: the area whose parts are shown.
        chosen: areas, none inside another; ready: the caller has said that these are all.
        above: the way from the top down to `at`; below: parts to choose or to look into.
    """

    top: Area
    at: Area
    chosen: tuple[Area, ...]
    ready: bool
    above: tuple[Area, ...]
    below: tuple[Area, ...]

    def url(self, areas: Iterable[Area], at: Area, *, ready: bool = False) -> str:
        """The address of this page with other answers."""
        said: list[tuple[str, str | int]] = [("area", area.pk) for area in areas]
        return f"{reverse('open_event')}?{urlencode([*said, ('in', at.pk), *([('go', 1)] if ready else [])])}"

    def choices(self) -> list[dict[str, object]]:
        """Parts with what can be done with each: take it, or look inside."""
        held = {area.pk for area in self.chosen}
        return [
            {
                "area": area,
                "chosen": area.pk in held,
                "take": self.url([*self.chosen, area], self.at),
                "inside": self.url(self.chosen, area) if area.level < Level.COMMUNITY else "",
            }
            for area in self.below
        ]


def where_so_far(caller: Caller, said: QueryDict, at: datetime) -> Where:
    """The areas chosen so far, each checked; one outside the caller's answers as if it did not exist.

    Raises:
        NotFound: such an area, or more of them than anybody means.
    """
    mine = caller.areas(*OPENERS)
    top = Area.objects.filter(pk=mine[0]).first() if mine else None
    keys = [_key(text) for text in said.getlist("area")]
    inside = _key(said.get("in", "")) if said.get("in") else None
    if top is None or len(keys) > MOST_AREAS:
        raise NotFound
    asked = {*keys, *([inside] if inside is not None else [])}
    found = {
        area.pk: area for area in Area.objects.filter(pk__in=areas_seen(caller, at, *OPENERS)).filter(pk__in=asked)
    }
    if asked - set(found) or any(area.level > Level.COMMUNITY for area in found.values()):
        raise NotFound
    shown = found[inside] if inside is not None else top
    chain = places.ancestors(shown.pk, at)[1:]
    return Where(
        top=top,
        at=shown,
        chosen=tuple(_outermost([found[key] for key in dict.fromkeys(keys)], at)),
        ready=said.get("go") == "1" and bool(keys),
        above=tuple(area for area in reversed(chain) if area.level >= top.level),
        below=tuple(child for child in places.children(shown.pk, at) if child.level <= Level.COMMUNITY),
    )


def _key(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def _outermost(areas: list[Area], at: datetime) -> list[Area]:
    """The areas without those that lie inside another of them."""
    keys = {area.pk for area in areas}
    return [area for area in areas if not keys & {above.pk for above in places.ancestors(area.pk, at)[1:]}]


@open_to(*OPENERS)
@require_http_methods(["GET", "HEAD", "POST"])
def open_event(request: HttpRequest) -> HttpResponse:
    """First where, then what; the answers given so far stand in the address."""
    caller, at = caller_of(request), now()
    where = where_so_far(caller, request.POST if request.method == "POST" else request.GET, at)
    if not where.ready:
        return render(request, "events/where.html", _where(where), status=422 if request.method == "POST" else 200)
    chosen = newest_packs()
    form = EventForm(request.POST if request.method == "POST" else None, chosen=chosen)
    if form.is_bound and form.is_valid():
        try:
            opened = actions.open_event(**form.cleaned_data, areas=where.chosen, by=caller, at=at)
        except (Conflict, Invalid, Refused) as problem:
            form.add_error(None, problem.told())
        else:
            messages.success(request, gettext("{event} is open.").format(event=event_name(opened)))
            return redirect("event", opened.pk)
    context = {
        "where": where,
        "listed": listed(area.called for area in where.chosen),
        "form": form,
        "packs": [(each.name.told(), what_it_says(each)) for each in chosen],
        "elsewhere": where.url(where.chosen, where.top),
    }
    return render(request, "events/open.html", context, status=422 if form.errors else 200)


def _where(where: Where) -> dict[str, object]:
    picked = [
        {"area": area, "drop": where.url([each for each in where.chosen if each != area], where.at)}
        for area in where.chosen
    ]
    return {
        "where": where,
        "picked": picked,
        "choices": where.choices(),
        "all_url": where.url([where.top], where.top, ready=True),
        "go_url": where.url(where.chosen, where.at, ready=True),
        "above": [(area, where.url(where.chosen, area)) for area in where.above],
    }


def newest_packs() -> list[Pack]:
    """The newest version of each pack that is there."""
    return [packs.pack(code) for code in sorted({each.code for each in packs.shipped()})]


def what_it_says(pack: Pack) -> list[tuple[str, str]]:
    """A pack in a few lines: from when it may be used, what it asks, marks, orders and sets up, and who signed it."""
    until = pack.valid.until.isoformat() if pack.valid.until else "…"
    return [
        (gettext("Version"), pack.version),
        (gettext("In force"), f"{pack.valid.since.isoformat()} – {until}"),
        (gettext("The ledger asks"), pack.ledger.question.told()),
        (gettext("Zones"), listed(level.name.told() for level in pack.zones.levels)),
        (gettext("Orders"), listed(kind.name.told() for kind in pack.orders.types)),
        (gettext("Points"), listed(point.name.told() for point in pack.points)),
        (gettext("Posts that are dangerous"), listed(post.name.told() for post in pack.posts if post.dangerous)),
        (gettext("Signed by"), listed(f"{each.name} ({each.role.told()})" for each in pack.signed_by)),
    ]


@open_to(*OPENERS)
@require_http_methods(["GET", "HEAD", "POST"])
def event(request: HttpRequest, event_id: int) -> HttpResponse:
    """One event: where, since when, through whom. POST ends it, or calls it off before it begins."""
    caller, at = caller_of(request), now()
    found = event_visible_to(caller, event_id, at)
    if request.method == "POST":
        return _closed(request, found, caller, at)
    row = _rows([found], at)[0]
    top = places.top_area()
    stands = shared_stands(found, top, at) if top is not None and row.state != PLANNED else None
    whole = stands[top.pk] if stands is not None and top is not None else NOTHING
    context = {
        "row": row,
        "event": found,
        "areas": listed(place_names(EventArea.objects.filter(event=found).values_list("area", flat=True)).values()),
        "pack": packs.pack_of(found),
        "steps": history.steps_of(found),
        "counted_at": stands.at if stands is not None else None,
        "signed_up": whole.signed_up,
        "placed": whole.staffing.placed,
        "zones": sum(whole.zones.values()),
    }
    return render(request, "events/event.html", context)


def _closed(request: HttpRequest, found: Event, caller: Caller, at: datetime) -> HttpResponse:
    """Ended, or called off; who comes second is told so."""
    name = event_name(found)
    try:
        if request.POST.get("how") == "call_off":
            actions.call_off_event(found, by=caller, at=at)
            messages.success(request, gettext("{event} is called off.").format(event=name))
            return redirect("events")
        ending.end_event(found, by=caller, at=at)
        messages.success(request, gettext("{event} has ended.").format(event=name))
    except (Conflict, Refused) as problem:
        messages.warning(request, problem.told())
    return redirect("event", found.pk) if Event.objects.filter(pk=found.pk).exists() else redirect("events")


urlpatterns = [
    path("events/", events, name="events"),
    path("events/open/", open_event, name="open_event"),
    path("events/<int:event_id>/", event, name="event"),
]
