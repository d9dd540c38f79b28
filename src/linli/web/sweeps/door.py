"""One door of a sweep: who is behind it, what was found and said, taking it back, somebody new, something needed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import Conflict, Invalid, LinliError, NotFound
from linli.common.ids import uuid7
from linli.events.models import Zone
from linli.events.packs import pack_of
from linli.events.queries import zone_at
from linli.ledger import asks, newcomers, reached, recording, scope, sweeping, sweeps, walking
from linli.ledger.models import Sweep
from linli.ledger.nexts import asked_for
from linli.ledger.walking import Behind, Door
from linli.web.accounts.shapes import account_names
from linli.web.fields import new_once, once_key
from linli.web.sweeps.forms import SALT, FoundForm, PersonForm
from linli.web.sweeps.words import HOW_WORDS, RESULT_WORDS, STATE_WORDS
from linli.web.worklist.words import FROM_LIST


@open_to(*sweeps.NAMING)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sweep_door(request: HttpRequest, sweep_id: int, door_id: int) -> HttpResponse:
    """One door. POST writes down what was found, once however often it is sent."""
    me, at = caller_of(request), now()
    sweep, door = walking.door_visible_to(me, sweep_id, door_id)
    people = walking.behind(sweep, door)
    if request.method != "POST":
        return _page(request, sweep, door, people)
    form = _form(me, door, people, at, request.POST)
    if not form.is_valid():
        return _page(request, sweep, door, people, form=form)
    try:
        recording.record(sweep, form.found(door.place, form.key or uuid7()), by=me, at=at)
    except (Conflict, Invalid) as problem:
        messages.warning(request, problem.told())
        return redirect("sweep_door", sweep.pk, door.place)
    messages.success(request, gettext("{door}: written down").format(door=door.called))
    if _from_worklist(request):
        return redirect("worklist")
    return redirect(_list(me, sweep, door, at) + f"?last={door.place}")


def _from_worklist(request: HttpRequest) -> bool:
    """Whether a worklist led here: it leads back there."""
    return request.GET.get("from") == FROM_LIST


def _form(me: Caller, door: Door, people: list[Behind], at: datetime, data: Any = None) -> FoundForm:
    high_risk = zone_at(door.place, at).level == Zone.Risk.HIGH
    return FoundForm(data, people=people, at_desk=me.has(*scope.ROWS), high_risk=high_risk, at=at)


def _list(me: Caller, sweep: Sweep, door: Door, at: datetime) -> str:
    """The list a door belongs to."""
    area = walking.area_of(me, door.micro_grid, at)
    if area is None:
        raise NotFound
    return reverse("sweep_doors", args=[sweep.pk, area])


def _page(
    request: HttpRequest,
    sweep: Sweep,
    door: Door,
    people: list[Behind],
    *,
    form: FoundForm | None = None,
    person: PersonForm | None = None,
) -> HttpResponse:
    me, at = caller_of(request), now()
    pack = pack_of(sweep.persons.event)
    found = list(walking.findings_at(sweep, door))
    names = account_names(each.by for each in found)
    form = form or _form(me, door, people, at)
    context = {
        "sweep": sweep,
        "door": door,
        "state": STATE_WORDS[door.state],
        "done": door.state not in reached.OPEN,
        "back": reverse("worklist") if _from_worklist(request) else _list(me, sweep, door, at),
        "from_worklist": _from_worklist(request),
        "over": sweep.persons.closed_at is not None,
        "back_at": asked_for(reached.tried_at(sweep, [door.place]).get(door.place, [])),
        "high_risk": zone_at(door.place, at).level == Zone.Risk.HIGH,
        "safety": pack.safety.told.told(),
        "form": form,
        "people": [
            (
                each,
                form.named(each),
                question,
                [need.name.told() for need in pack.needs if each.who.needs >> need.bit & 1],
                STATE_WORDS[each.state] if each.state is not None else "",
            )
            for each, question in form.persons()
        ],
        "results": list(RESULT_WORDS.items()),
        "found": [
            {
                "finding": each,
                "result": RESULT_WORDS[each.result],
                "how": HOW_WORDS[each.how],
                "by": names.get(each.by or 0, ""),
            }
            for each in found
        ],
        "person": person or PersonForm(),
        "needs": [(need.value, gettext(words)) for need, words in asks.NEED_WORDS.items()],
        "need_once": new_once(SALT),
    }
    wrong = form.errors or (person is not None and person.errors)
    return render(request, "sweeps/door.html", context, status=422 if wrong else 200)


@open_to(*sweeps.NAMING)
@never_cache
@require_POST
def sweep_new_person(request: HttpRequest, sweep_id: int, door_id: int) -> HttpResponse:
    """Somebody nobody knew of lives behind the door."""
    me, at = caller_of(request), now()
    sweep, door = walking.door_visible_to(me, sweep_id, door_id)
    form = PersonForm(request.POST)
    if form.is_valid():
        try:
            said = {"name": form.cleaned_data["name"], "phone": form.cleaned_data["phone"]}
            arrival = newcomers.new_person(sweep, door.place, **said, key=form.key or uuid7(), by=me, at=at)
            messages.success(
                request, gettext("They are in the list now. Press “Somebody answered” to say who is here.")
            )
            if arrival.like:
                messages.warning(request, gettext("They may be in the ledger already. The desk will look at the two."))
            return redirect("sweep_door", sweep.pk, door.place)
        except Invalid as problem:
            form.add_error("phone" if problem.code == "bad_phone" else "name", problem.told())
        except Conflict as problem:
            return _told(request, sweep, door, problem)
    return _page(request, sweep, door, walking.behind(sweep, door), person=form)


@open_to(*sweeps.NAMING)
@require_POST
def sweep_need(request: HttpRequest, sweep_id: int, door_id: int) -> HttpResponse:
    """Something is needed at the door: an entry in the duty log of the community, without typing it again."""
    me, at = caller_of(request), now()
    sweep, door = walking.door_visible_to(me, sweep_id, door_id)
    community = walking.community_of(door.micro_grid, at)
    if community is None:
        raise NotFound
    said = request.POST
    try:
        ask = asks.read(said.get("need", ""), said.get("days", ""), said.get("on", ""))
        told_by = account_names([me.user]).get(me.user or 0, "")
        key = once_key(said.get("once", ""), SALT)
        asks.ask_for(ask, community, door=door.called, told_by=told_by, key=key, by=me, at=at)
    except LinliError as problem:
        return _told(request, sweep, door, problem)
    messages.success(request, gettext("The desk of {name} has it in its duty log.").format(name=community.called))
    return redirect("sweep_door", sweep.pk, door.place)


@open_to(*sweeps.NAMING)
@require_POST
def take_back_finding(request: HttpRequest, sweep_id: int, door_id: int, finding_id: UUID) -> HttpResponse:
    """What was found was wrong: it stays on record and counts no longer."""
    me, at = caller_of(request), now()
    sweep, door = walking.door_visible_to(me, sweep_id, door_id)
    finding = walking.finding_at(sweep, door, finding_id)
    try:
        sweeping.take_back(finding, by=me, at=at)
        messages.success(request, gettext("Taken back: it counts no longer."))
    except Conflict as problem:
        messages.warning(request, problem.told())
    return redirect("sweep_door", sweep.pk, door.place)


def _told(request: HttpRequest, sweep: Sweep, door: Door, problem: LinliError) -> HttpResponse:
    messages.warning(request, problem.told())
    return redirect("sweep_door", sweep.pk, door.place)


_DOOR = "sweeps/<int:sweep_id>/doors/<int:door_id>/"
urlpatterns = [
    path(_DOOR, sweep_door, name="sweep_door"),
    path(f"{_DOOR}people/", sweep_new_person, name="sweep_new_person"),
    path(f"{_DOOR}needs/", sweep_need, name="sweep_need"),
    path(f"{_DOOR}findings/<uuid:finding_id>/take-back/", take_back_finding, name="take_back_finding"),
]
