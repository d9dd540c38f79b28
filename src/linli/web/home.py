"""The home page: their area for who decides somewhere, the briefing for the press, what is missing or the accounts for
an administrator, the trail for who reads it, and signing up for everybody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_safe

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.clock import now
from linli.custody.roles import See, seeing
from linli.events.queries import active_event
from linli.muster import queries
from linli.people.queries import city_is_synthetic
from linli.web.accounts.pages import DECIDES
from linli.web.context import event_name
from linli.web.first.standing import steps_of


@open_to(anonymous=True)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Which event, and one thing to do."""
    me = caller_of(request)
    if deciding := me.areas(*queries.DECIDING):
        return redirect("area", deciding[0])
    if press := me.areas("press"):
        return redirect("briefing", press[0])
    if me.has(*DECIDES):
        missing = not city_is_synthetic() and not all(step.done for step in steps_of(me, now()))
        return redirect("first_steps" if missing else "accounts")
    if me.has(*seeing(See.TRAIL, See.TRAIL_OF_PERSON)):
        return redirect("trail")
    event, claims = active_event(now()), queries.claims_of_device(me)
    answers = {
        "event": event,
        "event_name": event_name(event) if event else "",
        "claims": claims,
        "claim": claims[0] if claims else None,
        "staff": me.user is not None,
        "device": me.device is not None,
    }
    return render(request, "home/home.html", answers)


urlpatterns = [path("", home, name="home")]
