"""Asking the level above for people, and how each request stands, for whoever decides over an area."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods

from linli.access.callers import account_of, caller_of
from linli.access.permit import open_to
from linli.access.queries import accounts_speaking_for
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import LinliError, NotFound
from linli.events.models import Event
from linli.events.queries import active_event
from linli.muster.models import Call, Deployed, Reinforcement, UnitPlan
from linli.muster.queries import DECIDING, area_visible_to, decides_over
from linli.muster.units import answering, asking, counting, jobs, people, queries, rules, telling, ticking
from linli.muster.units.errors import BadReinforcement
from linli.muster.words import skill_names
from linli.places.models import Area
from linli.web.units.forms import AskForm, first_answers
from linli.web.units.words import PLANS, call_told, heard_told, person_told, skills_told

ROWS_A_PAGE = 50


@open_to(*DECIDING, area_from="area_id")
@require_http_methods(["GET", "HEAD", "POST"])
def reinforcements(request: HttpRequest, area_id: int) -> HttpResponse:
    """What an area asked for and what is asked of it; POST works out which of its units go."""
    caller, at = caller_of(request), now()
    area = area_visible_to(caller, area_id, *DECIDING)
    event = active_event(at, area.pk)
    if request.method == "POST":
        if event is None:
            raise NotFound
        try:
            if request.POST.get("do") == "take":
                return _take_here(request, caller, at)
            plan = jobs.start(event, area, by=caller, at=at)
        except NotFound:
            raise
        except LinliError as problem:
            messages.warning(request, problem.told())
            return redirect("reinforcements", area.pk)
        return redirect("unit_plan", plan.pk)
    context: dict[str, Any] = {"area": area, "event": event, "above": queries.area_above(area, at)}
    if event is not None:
        context |= _lists(request, caller, event, area, at)
    return render(request, "units/requests.html", context)


def _lists(request: HttpRequest, caller: Caller, event: Event, area: Area, at: datetime) -> dict[str, Any]:
    seen = queries.requests_seen(caller, at).filter(event=event)
    own = Paginator(seen.filter(area=area).order_by("-pk"), ROWS_A_PAGE).get_page(request.GET.get("page"))
    asked = list(seen.filter(asked_of=area, ended_at__isnull=True, during__endswith__gt=at).order_by("pk")[:200])
    stands = counting.stands([*own, *asked])
    plans = queries.plans_of(event, area)[:5]
    still_open = [each for each in own if each.ended_at is None and each.during.upper > at]
    needy = [each for each in asked if stands[each.pk].short]
    offers = queries.offers_to(caller, event, area.pk, at)[:50]
    return {
        "page": own,
        "own": [(each, stands[each.pk]) for each in own],
        "asked": [(each, stands[each.pk]) for each in asked],
        "short": sum(stands[each.pk].short for each in asked),
        "own_open": bool(still_open),
        "own_short": sum(stands[each.pk].short for each in still_open),
        "plans_units": queries.plans_units(caller, area.pk, at),
        "plans": [(plan, gettext(PLANS[UnitPlan.State(plan.state)])) for plan in plans],
        "offers": [
            (offer, [(each, stands[each.pk].short) for each in needy if rules.overlap(each.during, offer.during)])
            for offer in offers
        ],
    }


@open_to(*DECIDING, area_from="area_id")
@require_http_methods(["GET", "HEAD", "POST"])
def ask_reinforcement(request: HttpRequest, area_id: int) -> HttpResponse:
    """A new request to the level above."""
    caller, at = caller_of(request), now()
    area = area_visible_to(caller, area_id, *DECIDING)
    event, above = active_event(at, area.pk), queries.area_above(area, at)
    knows = {"receiver": getattr(account_of(request), "display_name", ""), "receiver_phone": area.desk_phone}
    form = AskForm(request.POST if request.method == "POST" else None, initial=first_answers(at) | knows)
    if event is not None and above is not None and form.is_bound and form.is_valid():
        try:
            made = asking.ask(event, area, form.wanted(), by=caller, at=at)
        except BadReinforcement as problem:
            place = str(problem.facts["field"])
            form.add_error(place if place in form.fields else None, problem.told())
        else:
            messages.success(request, gettext("{name} is asked.").format(name=above.called))
            return redirect("reinforcement", made.pk)
    context = {"area": area, "event": event, "above": above, "form": form}
    return render(request, "units/ask.html", context, status=422 if form.errors else 200)


@open_to(*DECIDING)
@require_http_methods(["GET", "HEAD", "POST"])
def reinforcement(request: HttpRequest, reinforcement_id: int) -> HttpResponse:
    """One request: what it says, which units answer, who is there; POST decides something about it."""
    caller, at = caller_of(request), now()
    asked = queries.request_visible_to(caller, reinforcement_id, at)
    if request.method == "POST":
        try:
            return _decide(request, caller, asked, at)
        except NotFound:
            raise
        except LinliError as problem:
            messages.warning(request, problem.told())
            return redirect("reinforcement", asked.pk)
    return render(request, "units/request.html", _context(request, caller, asked, at))


def _context(request: HttpRequest, caller: Caller, asked: Reinforcement, at: datetime) -> dict[str, Any]:
    here = queries.deployed_here(caller, asked, at)
    page = Paginator(range(here.count()), ROWS_A_PAGE).get_page(request.GET.get("page"))
    shown = people.people_of(here, at, masked=True, first=page.start_index() - 1 if page else 0, most=ROWS_A_PAGE)
    receiver, phone = queries.receiver_of(asked)
    above = queries.area_above(asked.asked_of, at)
    return {
        "asked": asked,
        "stand": counting.stands([asked])[asked.pk],
        "skills": skills_told(asked.skills.values_list("skill", "heads")),
        "receiver": receiver,
        "receiver_phone": phone,
        "calls": _calls(asked, at),
        "upward": list(asked.upward.select_related("asked_of").filter(ended_at__isnull=True)),
        "above": above,
        "may_pass_on": above is not None and decides_over(caller, asked.asked_of_id, at),
        "over": asked.ended_at is not None,
        "way": here.filter(state=Deployed.State.LISTED, call__state=Call.State.COMMITTED).count(),
        "people": [(each, person_told(each.state, promised=each.promised), skill_names(each.skills)) for each in shown],
        "page": page,
        "offers": list(queries.offers_to(caller, asked.event, asked.asked_of_id, at)[:50]),
    }


def _calls(asked: Reinforcement, at: datetime) -> list[dict[str, Any]]:
    """The units that are asked: what each says, and whether anybody there has heard of it."""
    calls = list(asked.calls.select_related("organisation").prefetch_related("skills").order_by("pk"))
    open_calls = [call for call in calls if call.state == Call.State.ASKED]
    heard = telling.heard_of(asked.event, open_calls)
    speaks = accounts_speaking_for({call.organisation_id for call in open_calls}, at)
    naming = set(Deployed.objects.filter(call__in=open_calls).values_list("call", flat=True))
    return [
        {
            "call": call,
            "state": call_told(call),
            "skills": skills_told((line.skill, line.heads) for line in call.skills.all()),
            "heard": heard_told(heard[call.pk]) if call.pk in heard else "",
            "untold": call in open_calls and call.pk not in heard and call.pk not in naming,
            "speaks": speaks.get(call.organisation_id, []),
        }
        for call in calls
    ]


def _decide(request: HttpRequest, caller: Caller, asked: Reinforcement, at: datetime) -> HttpResponse:
    """Carry out one decision about a request. Raises as the actions do."""
    do = request.POST.get("do")
    ticked = [int(each) for each in request.POST.getlist("who") if each.isascii() and each.isdigit() and len(each) < 19]
    if do == "pass_on":
        made = asking.pass_on(asked, by=caller, at=at)
        messages.success(request, gettext("{name} is asked.").format(name=made.asked_of.called))
    elif do == "end":
        asking.end(asked, by=caller, at=at)
        messages.success(request, gettext("The request is ended. Whoever was promised still comes."))
    elif do == "take":
        _take(request, caller, asked, at)
    elif do in ("arrive", "release"):
        _tick(request, caller, asked, do, ticked, at)
    elif do == "all_arrive":
        way = queries.deployed_here(caller, asked, at).filter(
            state=Deployed.State.LISTED, call__state=Call.State.COMMITTED
        )
        _tick(request, caller, asked, "arrive", list(way.values_list("pk", flat=True)), at)
    return redirect("reinforcement", asked.pk)


def _take_here(request: HttpRequest, caller: Caller, at: datetime) -> HttpResponse:
    """Take an offer from the page where it is seen, for the request that is chosen there. Raises as the action does."""
    asked = queries.request_visible_to(caller, _number(request, "for"), at)
    _take(request, caller, asked, at)
    return redirect("reinforcement", asked.pk)


def _take(request: HttpRequest, caller: Caller, asked: Reinforcement, at: datetime) -> None:
    offer = queries.offer_for(caller, asked, _number(request, "offer"), at)
    answering.take_offer(offer, asked, by=caller, at=at)
    messages.success(request, gettext("The offer is taken; the work unit is asked for them by name."))


def _number(request: HttpRequest, name: str) -> int:
    said = request.POST.get(name, "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else 0


def _tick(request: HttpRequest, caller: Caller, asked: Reinforcement, do: str, ticked: list[int], at: datetime) -> None:
    """Take in or send home those who are ticked, unit by unit."""
    refused: list[int] = []
    if do == "arrive":
        done, refused = ticking.arrived(asked, ticked, by=caller, at=at)
        words = ngettext("{n} person has arrived.", "{n} people have arrived.", done)
    else:
        done = ticking.released(asked, ticked, by=caller, at=at)
        words = ngettext("{n} person goes home, with thanks.", "{n} people go home, with thanks.", done)
    messages.success(request, words.format(n=f"{done:,}"))
    if refused:
        messages.warning(
            request,
            ngettext(
                "{n} person could not be taken: their time is over, or somebody else has booked them.",
                "{n} people could not be taken: their time is over, or somebody else has booked them.",
                len(refused),
            ).format(n=f"{len(refused):,}"),
        )


urlpatterns = [
    path("areas/<int:area_id>/reinforcement/", reinforcements, name="reinforcements"),
    path("areas/<int:area_id>/reinforcement/ask/", ask_reinforcement, name="ask_reinforcement"),
    path("reinforcement/<int:reinforcement_id>/", reinforcement, name="reinforcement"),
]
