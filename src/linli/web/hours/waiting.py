"""Hours that wait for whoever organises: approved together or one by one, set aside with a reason, corrected."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.clock import now
from linli.common.errors import LinliError
from linli.custody import masks
from linli.duty.hours import actions, deciding, queries
from linli.duty.models import Correction, Service
from linli.events.packs import pack_of
from linli.muster.crew import called
from linli.places import queries as places
from linli.web import itself
from linli.web.hours.crew import LEADING
from linli.web.hours.forms import FinishForm
from linli.web.hours.words import Line, length_told, lines_of

ROWS = 100


@dataclass(frozen=True, slots=True)
class Waits:
    """Hours that wait, with the name of whose they are; `long`: they served longer that day than the pack allows."""

    line: Line
    name: str
    long: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A correction that waits: hours as they are written, and as the person says."""

    correction: Correction
    line: Line
    name: str
    was: str
    says: str


@open_to(*queries.DECIDING, area_from="area_id")
@never_cache
@require_safe
def hours_waiting(request: HttpRequest, area_id: int) -> HttpResponse:
    """What waits in an area of mine."""
    me, at = caller_of(request), now()
    area = queries.area_over(me, area_id, at)
    page = Paginator(queries.waiting_in(area.pk, at), ROWS).get_page(request.GET.get("page"))
    asked = list(queries.corrections_in(area.pk, at)[:ROWS]) if queries.corrects(me, area.pk, at) else []
    forgotten = list(queries.unfinished_in(area.pk, at)[:ROWS])
    full = places.is_within_any(area.pk, me.areas(*LEADING), at)
    context = {
        "area": area,
        "page": page,
        "rows": _waits(list(page.object_list), full=full),
        "asked": _asked(asked, full=full),
        "forgotten": _waits(forgotten, full=full),
        "form": FinishForm(),
        "n": queries.number_waiting(me, area.pk, at),
        "most": deciding.MOST_REASON,
        "most_h": _most_h(list(page.object_list)),
        **itself.asked(request, at),
    }
    return render(request, "hours/waiting.html", context)


def _most_h(services: Collection[Service]) -> int:
    """How long the pack lets anybody serve a day; of several events the first."""
    return next((pack_of(each.event).safety.shift_max_h for each in services), 0)


def _waits(services: list[Service], *, full: bool) -> list[Waits]:
    names = _names(services, full=full)
    long: set[int] = set()
    for event in {each.event for each in services}:
        over = queries.too_long([each.person_id for each in services if each.event_id == event.pk], event)
        long |= {each.pk for each in services if queries.days_touched(each) & over.get(each.person_id, set())}
    return [Waits(line, names[line.service.pk], line.service.pk in long) for line in lines_of(services)]


def _asked(corrections: list[Correction], *, full: bool) -> list[Asked]:
    services = [each.service for each in corrections]
    names, lines = _names(services, full=full), lines_of(services)
    return [
        Asked(
            each,
            line,
            names[each.service_id],
            length_told(each.was_since, each.was_until),
            length_told(each.since, each.until),
        )
        for each, line in zip(corrections, lines, strict=True)
    ]


def _names(services: list[Service], *, full: bool) -> dict[int, str]:
    """Whose hours they are, by duty: in full for who leads them, masked for a desk."""
    found: dict[int, str] = {}
    for event in {each.event_id for each in services}:
        theirs = [each for each in services if each.event_id == event]
        names = called(event, [each.person_id for each in theirs])
        for each in theirs:
            name = names[each.person_id].name
            found[each.pk] = (name if full else masks.mask_name(name)) or gettext("Somebody without a name")
    return found


@open_to(*queries.DECIDING, area_from="area_id")
@never_cache
@require_POST
def approve_hours(request: HttpRequest, area_id: int) -> HttpResponse:
    """Approve what is ticked, or all that the page shows."""
    me, at = caller_of(request), now()
    queries.area_over(me, area_id, at)
    said = request.POST.getlist("shown" if "all" in request.POST else "hours")[:ROWS]
    ids = [int(each) for each in said if each.isascii() and each.isdigit() and len(each) < 19]
    became = deciding.approve(ids, by=me, at=at)
    if became.done:
        words = ngettext("Hours of {n} duty are approved.", "Hours of {n} duties are approved.", became.done)
        messages.success(request, words.format(n=became.done))
    elif not became.own and not became.left:
        messages.warning(request, gettext("Nothing was ticked."))
    if became.left:
        messages.warning(request, gettext("Somebody has decided about {n} of them already.").format(n=became.left))
    if became.own:
        messages.warning(request, gettext("Nobody decides about their own hours. Please ask a colleague."))
    return redirect("hours_waiting", area_id)


@open_to(*queries.DECIDING, area_from="area_id")
@never_cache
@require_POST
def decline_hours(request: HttpRequest, area_id: int, service_id: int) -> HttpResponse:
    """Do not count hours, and say why."""
    me, at = caller_of(request), now()
    service = queries.service_over(me, service_id, at)
    _tell(
        request,
        lambda: deciding.decline(service, request.POST.get("reason", ""), by=me, at=at),
        gettext("These hours are not counted. The person reads why."),
    )
    return redirect("hours_waiting", area_id)


@open_to(*queries.DECIDING, area_from="area_id")
@never_cache
@require_POST
def finish_for(request: HttpRequest, area_id: int, service_id: int) -> HttpResponse:
    """Say for somebody when duty ended that nobody finished."""
    me, at = caller_of(request), now()
    service, form = queries.service_over(me, service_id, at), FinishForm(request.POST)
    if not form.is_valid():
        messages.warning(request, gettext("Please say when it ended."))
        return redirect("hours_waiting", area_id)
    happened = form.cleaned_data["finished"]
    _tell(
        request,
        lambda: actions.finish(service.pk, said=Service.Said.LATER, happened=happened, by=me, at=at),
        gettext("It is written down, and now waits for approval."),
    )
    return redirect("hours_waiting", area_id)


@open_to(*queries.CORRECTING, area_from="area_id")
@never_cache
@require_POST
def decide_correction(request: HttpRequest, area_id: int, correction_id: int) -> HttpResponse:
    """Correct hours as the person says, or leave them, with a reason."""
    me, at = caller_of(request), now()
    asked = queries.correction_over(me, correction_id, at)
    granted, reason = request.POST.get("decision") == "grant", request.POST.get("reason", "")
    _tell(
        request,
        lambda: deciding.decide_correction(asked, granted=granted, reason=reason, by=me, at=at),
        gettext("It is corrected and approved.") if granted else gettext("It is left as it was."),
    )
    return redirect("hours_waiting", area_id)


def _tell(request: HttpRequest, does: Callable[[], object], words: str) -> None:
    try:
        does()
    except LinliError as problem:
        messages.warning(request, problem.told())
    else:
        messages.success(request, words)


_AT = "hours/<int:area_id>/waiting/"
urlpatterns = [
    path(_AT, hours_waiting, name="hours_waiting"),
    path(f"{_AT}approve/", approve_hours, name="approve_hours"),
    path(f"{_AT}<int:service_id>/decline/", decline_hours, name="decline_hours"),
    path(f"{_AT}<int:service_id>/finish/", finish_for, name="finish_for"),
    path(f"{_AT}corrections/<int:correction_id>/", decide_correction, name="decide_correction"),
]
