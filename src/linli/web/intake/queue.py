"""Self-reports that wait: the list, one with whom each of its people may be, and the word of whoever decides."""

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.clock import now
from linli.common.errors import Conflict, Invalid, LinliError
from linli.custody.roles import Decide, Reveal, deciding
from linli.ledger import deciding as deciding_reports
from linli.ledger import reported
from linli.ledger.errors import SelfReportDecided
from linli.ledger.reported import MOST, Report, Word
from linli.places.names import place_names
from linli.web import reveals
from linli.web.ledger.words import PHONE_REASONS, in_words, reasons, told
from linli.web.words import event_name

FINDING = deciding(Decide.FOUND, Decide.REGISTER)


@open_to(*FINDING)
@never_cache
@require_safe
def self_reports(request: HttpRequest) -> HttpResponse:
    """What waits for the caller, who has waited longest first."""
    waiting = reported.waiting(caller_of(request), now())
    names = place_names({each.dwelling for each in waiting})
    rows = [(each, names.get(each.dwelling, "")) for each in waiting]
    return render(request, "intake/queue.html", {"rows": rows, "more": len(rows) == MOST})


@open_to(*FINDING)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def decide_self_report(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """One self-report; POST says of everybody in it whom they are."""
    me, at = caller_of(request), now()
    try:
        found = reported.report_visible_to(me, report_id, at)
    except SelfReportDecided as problem:
        return _told(request, problem)
    if request.method != "POST":
        return _page(request, found)
    try:
        deciding_reports.decide(report_id, _words(request.POST, found), by=me, at=at)
    except Conflict as problem:
        return _told(request, problem)
    except Invalid as problem:
        return _page(request, found, problem=problem)
    messages.success(request, gettext("Written down. What they said counts from now on."))
    return redirect("self_reports")


def _told(request: HttpRequest, problem: LinliError) -> HttpResponse:
    messages.warning(request, problem.told())
    return redirect("self_reports")


def _words(said: QueryDict, found: Report) -> dict[UUID, int | Word]:
    """What is chosen of each; whoever is not answered for is missing."""
    words: dict[UUID, int | Word] = {}
    for each in found.people:
        value = said.get(f"who_{each.id}", "")
        if value in set(Word):
            words[each.id] = Word(value)
        elif value.isascii() and value.isdigit() and len(value) < 19:
            words[each.id] = int(value)
    return words


def _page(
    request: HttpRequest,
    found: Report,
    *,
    problem: Invalid | None = None,
    shown: Mapping[UUID, tuple[str, str]] | None = None,
) -> HttpResponse:
    every = {one.line.person: one.line for each in found.people for one in each.candidates}
    who = {each.person: each for each in told(list(every.values()))}
    people = [
        {
            "asked": each,
            "name": (shown or {}).get(each.id, (each.name, ""))[0],
            "phone": (shown or {}).get(each.id, ("", ""))[1],
            "chosen": request.POST.get(f"who_{each.id}") or each.proposed,
            "candidates": [(who[one.line.person], in_words(one.why), one.moves) for one in each.candidates],
        }
        for each in found.people
    ]
    context = {
        "report": found.row,
        "name": place_names([found.row.dwelling_id]).get(found.row.dwelling_id, ""),
        "event_name": event_name(found.row.event),
        "people": people,
        "asked": bool(found.row.asked),
        "problem": problem.told() if problem is not None else "",
        "shown": shown is not None,
        "phone_reasons": reasons(PHONE_REASONS),
    }
    return render(request, "intake/report.html", context, status=422 if problem is not None else 200)


@open_to(*FINDING)
@never_cache
@require_POST
def reveal_self_report(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Show the names and the phone in full, once, for a reason; it is written in the trail first."""
    try:
        found = reported.report_visible_to(caller_of(request), report_id, now())
    except SelfReportDecided as problem:
        return _told(request, problem)
    field = reveals.asked(request, subject=f"self_report:{found.row.pk}", area=found.micro_grid)
    if reveals.FIELDS[field] != Reveal.PHONE:
        raise Invalid
    return _page(request, found, shown=reported.shown_in_full(found))


_ONE = "ledger/self-reports/<uuid:report_id>/"
urlpatterns = [
    path("ledger/self-reports/", self_reports, name="self_reports"),
    path(_ONE, decide_self_report, name="decide_self_report"),
    path(f"{_ONE}reveal/", reveal_self_report, name="reveal_self_report"),
]
