"""The page behind a door's code: first who asks and why, then the numbers to dial, then the fields. It only takes.

What it answers is the same whether or not anybody is known at the door.
"""

import hashlib
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from linli.access import digests
from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.clock import now
from linli.common.errors import Conflict, Invalid
from linli.custody import limits
from linli.custody.declare import Whose
from linli.custody.errors import TooOften
from linli.custody.limits import Limit
from linli.ledger import doorcodes, selfreports
from linli.ledger.doorcodes import Door
from linli.ledger.errors import DoorCodeOld
from linli.muster.teams.responsibility import told_at_door
from linli.web.declared.notice import before_the_first_field
from linli.web.intake.forms import ROWS, AtHomeForm
from linli.web.muster.own import ADDRESS_WINDOW, MOST_FROM_ONE_ADDRESS, network_of
from linli.web.words import event_name

COOKIE = "linli_door"
COOKIE_LIVES = timedelta(days=30)
KEPT_IN = ("ledger.SelfReport", "ledger.SelfReported")
# A dormitory is one door: a thousand people may report within an hour. One phone never does more than a household.
MOST_AT_ONE_DOOR, MOST_FROM_ONE_PHONE, WINDOW = 1_000, 20, timedelta(hours=1)


@open_to(anonymous=True)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def self_report(request: HttpRequest, door_code: str) -> HttpResponse:
    """Who is behind the door, and what is needed there."""
    at = now()
    try:
        door = doorcodes.door_of(door_code, at)
    except DoorCodeOld as problem:
        return _gone(request, problem)
    secret = _secret(request)
    if request.method != "POST":
        return _page(request, door, AtHomeForm(), secret)
    said = request.POST.get("rows", "")
    rows = int(said) if said.isascii() and said.isdigit() and len(said) < 3 else ROWS
    if "more" in request.POST:
        return _page(request, door, AtHomeForm.again(request.POST, rows=rows + 1), secret)
    form = AtHomeForm(request.POST, rows=rows)
    if form.is_valid():
        try:
            _count(request, door, secret, at)
            device = digests.digest(secret)
            selfreports.report(door, form.said, device=device, key=form.key, by=caller_of(request), at=at)
        except (TooOften, Invalid, Conflict) as problem:
            form.add_error(None, problem.told())
        else:
            asked = "?asked=1" if form.needs else ""
            return _with_cookie(redirect(reverse("self_reported", args=[door_code]) + asked), request, secret)
    return _page(request, door, form, secret)


@open_to(anonymous=True)
@never_cache
@require_safe
def self_reported(request: HttpRequest, door_code: str) -> HttpResponse:
    """Thank you: who looks at it, and what to do if something was wrong."""
    try:
        door = doorcodes.door_of(door_code, now())
    except DoorCodeOld as problem:
        return _gone(request, problem)
    context = {"code": door_code, "community": door.community, "asked": request.GET.get("asked") == "1"}
    return render(request, "intake/reported.html", context)


def _page(request: HttpRequest, door: Door, form: AtHomeForm, secret: str) -> HttpResponse:
    context = {
        "door": selfreports.door_told(door.dwelling),
        "community": door.community,
        "answers": told_at_door(door.event, door.dwelling, now()),
        "event_name": event_name(door.event),
        "blocks": before_the_first_field(door.community, Whose.RESIDENT, *KEPT_IN),
        "form": form,
        "before": selfreports.reported_before(door, digests.digest(secret)),
        "may_add": form.count < selfreports.MOST_PEOPLE,
    }
    reply = render(request, "intake/door.html", context, status=422 if form.errors else 200)
    return _with_cookie(reply, request, secret)


def _gone(request: HttpRequest, problem: DoorCodeOld) -> HttpResponse:
    """The door is gone, or the emergency is over: told with the number of a desk, where one is known."""
    context = {"sentence": problem.told(), "phone": problem.facts["phone"], "code": problem.code}
    return render(request, "intake/gone.html", context, status=problem.status)


def _secret(request: HttpRequest) -> str:
    """The phone's own secret, by which it mends what it said; a fresh one where it has none."""
    known = request.COOKIES.get(COOKIE, "")
    return known if digests.looks_like_secret(known) else digests.fresh_secret()


def _with_cookie(reply: HttpResponse, request: HttpRequest, secret: str) -> HttpResponse:
    reply.set_cookie(
        COOKIE,
        secret,
        max_age=int(COOKIE_LIVES.total_seconds()),
        path="/d/",
        httponly=True,
        secure=request.is_secure(),
        samesite="Lax",
    )
    return reply


def _count(request: HttpRequest, door: Door, secret: str, at: datetime) -> None:
    phone = hashlib.sha256(secret.encode()).hexdigest()
    counted = [
        Limit(f"self_report:from:{network_of(request)}", MOST_FROM_ONE_ADDRESS, ADDRESS_WINDOW),
        Limit(f"self_report:phone:{phone}", MOST_FROM_ONE_PHONE, WINDOW),
        Limit(f"self_report:door:{door.dwelling.pk}", MOST_AT_ONE_DOOR, WINDOW),
    ]
    limits.spend_each(counted, at=at)


urlpatterns = [
    path("d/<str:door_code>/", self_report, name="self_report"),
    path("d/<str:door_code>/thanks/", self_reported, name="self_reported"),
]
