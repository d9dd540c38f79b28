"""The home page: their area for who decides somewhere, the briefing for the press, what is missing or the accounts for
an administrator, the trail for who reads it, their own roles for who came in by a QR, and signing up for everybody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_safe

from linli.access.callers import BY_PHONE, account_of, caller_of, phone_of
from linli.access.permit import open_to
from linli.common.caller import Caller
from linli.common.clock import now
from linli.custody.roles import See, seeing
from linli.events.models import Event
from linli.events.queries import active_event
from linli.muster import hearing, queries
from linli.people.queries import city_is_synthetic
from linli.places.queries import desk_phones
from linli.web import itself
from linli.web.accounts.pages import DECIDES
from linli.web.first.standing import steps_of
from linli.web.phones.words import held_rows
from linli.web.words import event_name


@open_to(anonymous=True)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Which event, and one thing to do."""
    me = caller_of(request)
    if elsewhere := _elsewhere(request, me):
        return elsewhere
    event, claims = active_event(now()), queries.claims_of_device(me)
    if me.has(*BY_PHONE):
        return _own_work(request, me, event)
    answers = {
        "event": event,
        "event_name": event_name(event) if event else "",
        "claims": claims,
        "claim": claims[0] if claims else None,
        "staff": me.user is not None,
        "device": me.device is not None,
        "told": hearing.number_unread(me) if me.device is not None else 0,
    }
    return render(request, "home/home.html", answers)


def _elsewhere(request: HttpRequest, me: Caller) -> HttpResponse | None:
    """The page that is home to a role of its own, or that asks a phone for its PIN; None: this one."""
    if deciding := me.areas(*queries.DECIDING):
        return redirect("area", deciding[0])
    if press := me.areas("press"):
        return redirect("briefing", press[0])
    if me.has(*DECIDES):
        missing = not city_is_synthetic() and not all(step.done for step in steps_of(me, now()))
        return redirect("first_steps" if missing else "accounts")
    if me.has(*seeing(See.TRAIL, See.TRAIL_OF_PERSON)):
        return redirect("trail")
    asks = me.user is None and me.device is None and phone_of(request).known
    return redirect("type_pin") if asks else None


def _own_work(request: HttpRequest, me: Caller, event: Event | None) -> HttpResponse:
    """What a grid worker, a keeper, a leader or a liaison holds, and whom they call."""
    rows = held_rows([grant for grant in me.grants if grant.role in BY_PHONE])
    answers = {
        "event": event,
        "event_name": event_name(event) if event else "",
        "rows": rows,
        "says": {role: gettext(words) for role, words in SAYS.items()},
        "desks": desk_phones({row.area for row in rows if row.area is not None}, now()),
        "claims": queries.claims_of_device(me),
        "told": hearing.number_unread(me),
        **(itself.asked(request, now()) if me.has(*itself.MAY_SAY) else {}),
        "name": getattr(account_of(request), "display_name", ""),
    }
    return render(request, "home/work.html", answers)


# What there is for each role until the first sweep, gate or order begins; the rooms that come bring pages of their own.
SAYS = {
    "leader": gettext_noop("The desk places people with you and tells you by phone who comes."),
    "grid_worker": gettext_noop(
        "As soon as a sweep begins, your doors stand here. Emergencies come first: dial, then tell the desk."
    ),
    "keeper": gettext_noop("Emergencies always pass. Dial first, then tell the desk."),
    "liaison": gettext_noop("Name the people whom your work unit sends, and see where each of them is."),
}

urlpatterns = [path("", home, name="home")]
