"""The liaison's own page: what their work unit is asked for, whom it can send, what it offers unasked."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Case, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.caller import Caller
from linli.common.clock import now
from linli.events.models import Event
from linli.events.queries import active_event
from linli.muster.models import Call
from linli.muster.units import answering, queries
from linli.muster.units.errors import BadReinforcement
from linli.people.models import Organisation
from linli.web import itself
from linli.web.units.forms import FreeForm, OfferForm
from linli.web.units.words import call_told, skills_told

MOST_SHOWN = 100


@open_to(*queries.LIAISON)
@require_http_methods(["GET", "HEAD", "POST"])
def own_unit(request: HttpRequest) -> HttpResponse:
    """What is asked of the units that the caller speaks for; POST says whom one can send, or offers people."""
    caller, at = caller_of(request), now()
    unit = _unit(request, caller)
    event = active_event(at, unit.area_id) if unit is not None else None
    offers = {"since": localtime(at).replace(minute=0, second=0, microsecond=0)}
    offers["until"] = offers["since"] + timedelta(days=7)
    free, offer = FreeForm(initial=_said(event, unit)), OfferForm(initial=offers)
    if request.method == "POST" and unit is not None and event is not None:
        if request.POST.get("do") == "offer":
            offer = OfferForm(request.POST)
            if reply := _offer(request, caller, event, unit, offer, at):
                return reply
        else:
            free = FreeForm(request.POST)
            if free.is_valid():
                answering.say_free(event, unit, free.heads(), by=caller, at=at)
                messages.success(request, gettext("It is known whom you can send."))
                return redirect(f"{request.path}?unit={unit.pk}")
    waits_first = Case(When(state=Call.State.ASKED, then=0), default=1)
    calls = queries.calls_of_units(caller).order_by(waits_first, "-pk").prefetch_related("skills")[:MOST_SHOWN]
    context: dict[str, Any] = {
        "unit": unit,
        "units": list(queries.own_units_of(caller)),
        "event": event,
        "free": free,
        "offer": offer,
        "calls": [(call, call_told(call), _where(call), _skills(call)) for call in calls],
        "waiting": queries.calls_of_units(caller).filter(state=Call.State.ASKED).count(),
    }
    context |= itself.asked(request, at)
    return render(request, "units/own.html", context, status=422 if free.errors or offer.errors else 200)


def _offer(
    request: HttpRequest, caller: Caller, event: Event, unit: Organisation, form: OfferForm, at: datetime
) -> HttpResponse | None:
    """Offer what was filled in; None where the form has to be shown again."""
    if not form.is_valid():
        return None
    try:
        made = answering.offer(event, unit, **form.cleaned_data, by=caller, at=at)
    except BadReinforcement as problem:
        place = str(problem.facts["field"])
        form.add_error(place if place in form.fields else None, problem.told())
        return None
    return redirect("unit_call", made.pk)


def _unit(request: HttpRequest, caller: Caller) -> Organisation | None:
    """The unit that the page is about: the one that is named, else the first; None where its row is gone."""
    asked = request.GET.get("unit", "")
    if not asked:
        return queries.own_units_of(caller).first()
    return queries.own_unit(caller, int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else 0)


def _said(event: Event | None, unit: Organisation | None) -> dict[str, int]:
    said = queries.said_free(event, unit) if event is not None and unit is not None else {}
    return {"anybody" if skill is None else f"skill_{skill}": heads for skill, heads in said.items()}


def _where(call: Call) -> str:
    return call.reinforcement.area.called if call.reinforcement is not None else ""


def _skills(call: Call) -> list[str]:
    lines = [(line.skill, line.heads) for line in call.skills.all()]
    return skills_told(lines) if any(skill is not None for skill, _ in lines) else []


urlpatterns = [path("unit/", own_unit, name="own_unit")]
