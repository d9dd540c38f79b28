"""My lists, those that wait for me as the second person, one of them, and the file."""

from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.access import queries as access
from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import Conflict, Invalid, Refused
from linli.custody import export
from linli.custody.export import MOST_ALONE, TAKERS, Kind, Mark, State
from linli.custody.models import Export
from linli.ledger.forms.filling import KEY as FORM
from linli.ledger.forms.keeping import forms_within
from linli.people.queries import city_is_synthetic
from linli.web.accounts.shapes import account_names
from linli.web.takeout.shapes import told

ROWS = 50
_MOST_NAMED = 10


@open_to(*TAKERS)
@never_cache
@require_safe
def lists_out(request: HttpRequest) -> HttpResponse:
    """What waits for me to confirm, and what I asked for."""
    me, at = caller_of(request), now()
    page = Paginator(export.of_mine(me), ROWS).get_page(request.GET.get("page"))
    context = {
        "waiting": told(export.to_second(me, at)[:ROWS], at),
        "rows": told(page.object_list, at),
        "page": page,
    }
    return render(request, "takeout/lists.html", context)


@open_to(*TAKERS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def list_out(request: HttpRequest, list_number: str) -> HttpResponse:
    """One of them: what, how many, why. POST confirms, declines, or gives it back."""
    me, at = caller_of(request), now()
    found = export.export_visible_to(me, list_number)
    if request.method == "POST":
        return _decided(request, me, found)
    row = told([found], at)[0]
    mine = found.asked_by == me.user
    context = {
        "row": row,
        "mine": mine,
        "waiting": row.state == State.WAITING,
        "ready": row.state == State.READY,
        "seconds": _who_may_confirm(found, at) if mine and row.state == State.WAITING else [],
        "most_alone": MOST_ALONE,
        "many": found.people_lately > MOST_ALONE,
        "is_form": found.what == FORM,
        "form": forms_within(me, at).filter(pk=found.part).first() if found.what == FORM else None,
    }
    return render(request, "takeout/list.html", context)


def _decided(request: HttpRequest, me: Caller, found: Export) -> HttpResponse:
    how, at = request.POST.get("how"), now()
    try:
        if how == "confirm":
            export.confirm(found, by=me, at=at)
            messages.success(request, gettext("Confirmed: the list can leave, in both your names."))
        elif how == "decline":
            export.decline(found, by=me, at=at)
            messages.success(request, gettext("Declined: nobody gets this list."))
        elif how == "withdraw":
            export.withdraw(found, by=me, at=at)
            messages.success(request, gettext("The list is deleted here. Destroy what you have of it."))
        else:
            raise Invalid
    except (Conflict, Refused) as problem:
        messages.warning(request, problem.told())
    return redirect("list_out", found.number)


def _who_may_confirm(found: Export, at: datetime) -> list[str]:
    """Names of those who could be the second person, a few of them."""
    names: dict[int, str] = {}
    for role in TAKERS:
        for user in access.holders_of(role, found.above, at).exclude(pk=found.asked_by)[:_MOST_NAMED]:
            names.setdefault(user.pk, user.display_name)
    return list(names.values())[:_MOST_NAMED]


@open_to(*TAKERS)
@never_cache
@require_POST
def download_list(request: HttpRequest, list_number: str) -> HttpResponse:
    """The file, for who asked for it; each download is written in the trail."""
    me = caller_of(request)
    found = export.export_visible_to(me, list_number)
    if found.sheet:
        return redirect("sheet", found.number)
    kind = request.POST.get("kind", "")
    if kind != Kind.XLSX and (kind != Kind.CSV or found.what == FORM):
        raise Invalid
    names = account_names([found.asked_by, found.decided_by])
    mark = Mark(
        taken_by=names.get(found.asked_by, ""),
        confirmed_by=names.get(found.decided_by or 0, ""),
        synthetic=city_is_synthetic(),
    )
    try:
        return export.take(found, kind=Kind(kind), mark=mark, by=me, at=now())
    except (Conflict, Refused) as problem:
        messages.warning(request, problem.told())
    return redirect("list_out", found.number)


urlpatterns = [
    path("lists-out/", lists_out, name="lists_out"),
    path("lists-out/<slug:list_number>/", list_out, name="list_out"),
    path("lists-out/<slug:list_number>/download/", download_list, name="download_list"),
]
