"""Roles that take two administrators: what waits, and confirming, declining or withdrawing one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from linli.access import actions, queries
from linli.access.callers import caller_of
from linli.access.models import GrantRequest
from linli.access.permit import open_to
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import Conflict, Invalid, Refused
from linli.places.names import place_names
from linli.web.accounts.pages import DECIDES
from linli.web.accounts.shapes import account_names, role_words

ROWS = 50


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One request in words.

    Attributes:
        last_day: the last moment it would hold, None: until somebody ends it.
        may: "confirm" for another administrator, "withdraw" for who asked, "" for whose role it would be.
    """

    asked: GrantRequest
    role: str
    where: str
    last_day: datetime | None
    asked_by: str
    closed_by: str
    may: str


def request_rows(caller: Caller, found: Iterable[GrantRequest]) -> list[RequestRow]:
    """Requests in words, in three queries."""
    rows = list(found)
    areas = place_names({row.area for row in rows if row.area is not None})
    names = account_names(each for row in rows for each in (row.asked_by, row.closed_by))
    return [
        RequestRow(
            asked=row,
            role=role_words(row.role),
            where=areas.get(row.area or 0, ""),
            last_day=row.until - timedelta(seconds=1) if row.until is not None else None,
            asked_by=names.get(row.asked_by, ""),
            closed_by=names.get(row.closed_by or 0, ""),
            may=_may(caller, row),
        )
        for row in rows
    ]


def _may(caller: Caller, row: GrantRequest) -> str:
    if row.asked_by == caller.user:
        return "withdraw"
    return "" if row.user_id == caller.user else "confirm"


@open_to(*DECIDES)
@require_safe
def grant_requests(request: HttpRequest) -> HttpResponse:
    """Every role that waits for a second administrator."""
    caller = caller_of(request)
    page = Paginator(queries.requests_open(caller), ROWS).get_page(request.GET.get("page"))
    return render(request, "accounts/requests.html", {"rows": request_rows(caller, page.object_list), "page": page})


@open_to(*DECIDES)
@require_http_methods(["GET", "HEAD", "POST"])
def grant_request(request: HttpRequest, request_id: int) -> HttpResponse:
    """One of them; POST confirms, declines or withdraws it."""
    caller, at = caller_of(request), now()
    asked = queries.request_visible_to(caller, request_id)
    if request.method != "POST":
        return render(request, "accounts/request.html", {"row": request_rows(caller, [asked])[0]})
    try:
        if request.POST.get("how") == "confirm":
            actions.second_grant(asked, by=caller, at=at)
            messages.success(request, gettext("Confirmed: the role is given, in both your names."))
            return redirect("account", asked.user_id)
        if request.POST.get("how") != "close":
            raise Invalid
        actions.close_request(asked, by=caller, at=at)
        messages.success(request, gettext("Nothing was given."))
    except (Conflict, Invalid, Refused) as problem:
        messages.warning(request, problem.told())
    return redirect("grant_request", asked.pk)


urlpatterns = [
    path("accounts/requests/", grant_requests, name="grant_requests"),
    path("accounts/requests/<int:request_id>/", grant_request, name="grant_request"),
]
