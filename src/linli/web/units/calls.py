"""One call as the liaison has it on the phone: everything needed, who is named, and the answer."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import LinliError, NotFound
from linli.muster.models import Call, Deployed
from linli.muster.units import answering, arriving, counting, listing, people, queries
from linli.muster.units.errors import UnitReasonMissing
from linli.muster.words import skill_names
from linli.web.units.forms import DeclineForm
from linli.web.units.words import call_told, person_told, skills_told

ROWS_A_PAGE = 50
OPEN = (Call.State.ASKED, Call.State.OFFERED)


@open_to(*queries.LIAISON)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unit_call(request: HttpRequest, call_id: int) -> HttpResponse:
    """What is asked of a unit, whom it has named, and where each is; POST answers."""
    caller = caller_of(request)
    call = queries.call_of_unit(caller, call_id)
    decline = DeclineForm()
    if request.method == "POST":
        decline = DeclineForm(request.POST if request.POST.get("do") == "decline" else None)
        try:
            _answer(request, caller, call)
            return redirect("unit_call", call.pk)
        except NotFound:
            raise
        except UnitReasonMissing as problem:
            decline.add_error("reason", problem.told())
        except LinliError as problem:
            messages.warning(request, problem.told())
            return redirect("unit_call", call.pk)
    return render(request, "units/call.html", _context(request, call, decline), status=422 if decline.is_bound else 200)


def _answer(request: HttpRequest, caller: Caller, call: Call) -> None:
    """Carry out one answer. Raises as the actions do."""
    do, at = request.POST.get("do"), now()
    if do == "commit":
        sent = answering.commit(call, by=caller, at=at).committed
        words = ngettext("Thank you. {n} person is promised.", "Thank you. {n} people are promised.", sent)
        messages.success(request, words.format(n=f"{sent:,}"))
    elif do == "decline":
        answering.decline(call, reason=request.POST.get("reason", ""), by=caller, at=at)
        messages.success(request, gettext("It is known that you can send nobody. Thank you for answering."))
    elif do in ("off", "arrive"):
        one = listing.deployed_of_unit(caller, _number(request))
        if one.call_id != call.pk:
            raise NotFound
        if do == "off":
            listing.take_off(one, by=caller, at=at)
        elif arriving.arrive(call, [one.pk], by=caller, at=at):
            messages.warning(
                request, gettext("They could not be taken: their time is over, or somebody else has booked them.")
            )


def _number(request: HttpRequest) -> int:
    said = request.POST.get("who", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else 0


def _context(request: HttpRequest, call: Call, decline: DeclineForm) -> dict[str, Any]:
    at = now()
    rows = call.people.exclude(state=Deployed.State.OFF)
    page = Paginator(range(rows.count()), ROWS_A_PAGE).get_page(request.GET.get("page"))
    first = page.start_index() - 1 if page else 0
    shown = people.people_of(rows, at, masked=False, first=first, most=ROWS_A_PAGE)
    lines = list(call.skills.values_list("skill", "heads"))
    asked = call.reinforcement
    receiver, phone = queries.receiver_of(asked) if asked is not None else ("", "")
    named = rows.filter(state__in=counting.ON_LIST).count()
    return {
        "call": call,
        "asked": asked,
        "state": call_told(call),
        "open": call.state in OPEN,
        "skills": skills_told(lines) if any(skill is not None for skill, _ in lines) else [],
        "receiver": receiver,
        "receiver_phone": phone,
        "named": named,
        "missing": max(0, call.heads - named),
        "people": [(each, person_told(each.state, promised=each.promised), skill_names(each.skills)) for each in shown],
        "page": page,
        "decline": decline,
    }


urlpatterns = [path("unit/calls/<int:call_id>/", unit_call, name="unit_call")]
