"""The duty log of a community: what is open, overdue on top; and noting what was just heard."""

from contextlib import suppress
from datetime import datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import path
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.caller import Caller
from linli.common.clock import now
from linli.desk import actions, emergency, queries, rules
from linli.desk.errors import NoEventForEntry
from linli.desk.models import HandOver
from linli.events.queries import active_event
from linli.places.models import Area
from linli.web import live
from linli.web.accounts.shapes import account_names
from linli.web.desk.forms import EntryForm
from linli.web.desk.words import row_of, to_dial

ROWS = 50
SHOWN = ("open", "mine", "closed")


@open_to("community_desk", area_from="community_id")
@never_cache
@require_safe
def duty_log(request: HttpRequest, community_id: int) -> HttpResponse:
    """What is open at this desk, masked, overdue on top; or what was closed."""
    me, at = caller_of(request), now()
    community = queries.community_to_log(me, community_id, queries.DESK)
    show = request.GET.get("show", "")
    show = show if show in SHOWN else "open"
    context = {
        "community": community,
        "event": active_event(at, community.pk),
        "show": show,
        "open": queries.open_entries(me, community).count(),
        "waiting": _hand_overs(me, community),
        "live": _live(request, community, show, at),
    }
    return render(request, "desk/log.html", context)


@open_to("community_desk", area_from="community_id")
@never_cache
@require_safe
def duty_log_live(request: HttpRequest, community_id: int) -> HttpResponse:
    """The same list again, so that what becomes overdue rises by itself; 204 where the page has it already."""
    me, at = caller_of(request), now()
    community = queries.community_to_log(me, community_id, queries.DESK)
    show = request.GET.get("show", "")
    body = _live(request, community, show if show in SHOWN else "open", at)
    if f"have={request.GET.get('have') or '-'}" in body:
        return HttpResponse(status=204)
    return HttpResponse(body)


def _live(request: HttpRequest, community: Area, show: str, at: datetime) -> str:
    """The sentence on top and the rows, as the page has them and as they are asked for again."""
    me = caller_of(request)
    waiting = rules.in_order(queries.open_entries(me, community), at)
    if show == "closed":
        found = Paginator(queries.closed_entries(me, community), ROWS).get_page(request.GET.get("page"))
    else:
        listed = [entry for entry in waiting if show == "open" or entry.holder == me.user]
        found = Paginator(listed, ROWS).get_page(request.GET.get("page"))
    rows = list(found.object_list)
    names = account_names([*(each.holder for each in rows), *(each.closed_by for each in rows)])
    context = {
        "community": community,
        "show": show,
        "page": found,
        "query": f"show={show}&",
        "rows": [row_of(each, names, me.user, at) for each in rows],
        "open": len(waiting),
        "overdue": sum(rules.overdue(each, at) for each in waiting),
        "mine": sum(each.holder == me.user for each in waiting),
    }
    body = render_to_string("desk/rows.html", context, request)
    have = live.digest(body.encode())
    return render_to_string("desk/live.html", {**context, "body": body, "have": have}, request)


def _hand_overs(me: Caller, community: Area) -> list[dict[str, object]]:
    """Hand-overs that wait for the caller, or that the caller waits with, in words."""
    waiting = [each for each in queries.hand_overs_waiting(community) if me.user in (each.given_by, each.to)]
    names = account_names(account for each in waiting for account in (each.given_by, each.to))
    return [_waiting(each, me, names) for each in waiting]


def _waiting(hand_over: HandOver, me: Caller, names: dict[int, str]) -> dict[str, object]:
    return {
        "id": hand_over.pk,
        "to_me": hand_over.to == me.user,
        "given_by": names.get(hand_over.given_by, ""),
        "to": names.get(hand_over.to, ""),
        "entries": queries.handed_over_by(hand_over).count(),
        "at": hand_over.given_at,
    }


@open_to(*queries.HOLDING, area_from="community_id")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_entry(request: HttpRequest, community_id: int) -> HttpResponse:
    """Note what was just heard: three questions, and how soon."""
    me, at = caller_of(request), now()
    community = queries.community_to_log(me, community_id)
    form = EntryForm(request.POST) if request.method == "POST" else EntryForm()
    if form.is_bound and form.is_valid():
        answers = {part: form.cleaned_data[part] for part in ("caller", "about", "need", "priority")}
        with suppress(NoEventForEntry):
            return redirect("duty_entry", actions.note(community, **answers, key=form.key, by=me, at=at).pk)
    runs_desk = queries.runs_desk(me, community.pk, at)
    if active_event(at, community.pk) is None:
        return render(request, "desk/no_event.html", {"community": community, "runs_desk": runs_desk})
    typed = [form.data.get(part, "") for part in ("caller", "about", "need")] if form.is_bound else []
    context = {
        "community": community,
        "runs_desk": runs_desk,
        "form": form,
        "dial": to_dial(emergency.found(*typed)),
        "title": gettext("Note what was heard"),
    }
    return render(request, "desk/new_entry.html", context, status=422 if form.is_bound else 200)


urlpatterns = [
    path("desk/<int:community_id>/log/", duty_log, name="duty_log"),
    path("desk/<int:community_id>/log/live/", duty_log_live, name="duty_log_live"),
    path("desk/<int:community_id>/log/new/", new_entry, name="new_entry"),
]
