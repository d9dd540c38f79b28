"""Somebody who is not known yet: behind a door, or present without one. Whom they may be is shown at once."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import Conflict, Invalid, LinliError
from linli.custody.roles import Decide, deciding
from linli.ledger import arriving, cards, scope
from linli.ledger.arriving import Newcomer
from linli.places import queries as places
from linli.places.models import Area, Level
from linli.places.names import place_names
from linli.web.ledger.forms import NewcomerForm

FINDING = deciding(Decide.FOUND, Decide.REGISTER)
BESIDE = {"bad_phone": "phone", "bad_id_number": "id_no", "stay_in_the_future": "since", "name_missing": "name"}


@open_to(*FINDING)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_person_behind(request: HttpRequest, door_id: int) -> HttpResponse:
    """Somebody who lives, or is a guest, behind a door."""
    me, at = caller_of(request), now()
    door, _ = cards.door_visible_to(me, door_id, at)
    form = NewcomerForm(request.POST if request.method == "POST" else None, micro_grids=None)
    context = {"door": door, "name": place_names([door.pk])[door.pk]}
    return _answer(request, me, form, context, dwelling=door.pk)


@open_to(*FINDING)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_person(request: HttpRequest) -> HttpResponse:
    """Somebody who is present and lives behind no door."""
    me, at = caller_of(request), now()
    areas = list(places.areas_below(scope.found_over(me, at), Level.MICRO_GRID, at))
    form = NewcomerForm(request.POST if request.method == "POST" else None, micro_grids=areas)
    return _answer(request, me, form, {}, areas=areas)


def _answer(
    request: HttpRequest,
    me: Caller,
    form: NewcomerForm,
    context: dict[str, Any],
    *,
    dwelling: int | None = None,
    areas: list[Area] | None = None,
) -> HttpResponse:
    if form.is_bound and form.is_valid():
        try:
            arrival = arriving.arrive(_said(form, dwelling), form=form.key, by=me, at=now())
        except (Conflict, Invalid) as problem:
            _beside(form, problem)
        else:
            messages.success(request, gettext("They are in the ledger now, and counted here."))
            if not arrival.like:
                return redirect("person_card", arrival.person.pk)
            messages.warning(request, gettext("They may be in the ledger already. Please look at the two."))
            first = arrival.like[0]
            seats = scope.belongs([arrival.person.pk], now()).get(arrival.person.pk, ())
            if scope.decides_in(me, seats, now()):
                return redirect("pair", first.one, first.other)
            return redirect("person_card", arrival.person.pk)
    status = 422 if form.errors else 200
    return render(request, "ledger/newcomer.html", {**context, "form": form, "areas": areas}, status=status)


def _said(form: NewcomerForm, dwelling: int | None) -> Newcomer:
    said = form.cleaned_data
    return Newcomer(
        name=said["name"],
        since=said["since"],
        dwelling=dwelling,
        micro_grid=said.get("micro_grid"),
        guest=bool(said.get("guest")),
        joins=said.get("household") is not False,
        phone=said["phone"],
        id_no=said["id_no"],
        sex=said["sex"],
        born=said["born"],
        needs=said["needs"],
    )


def _beside(form: NewcomerForm, problem: LinliError) -> None:
    field = BESIDE.get(problem.code)
    form.add_error(field if field in form.fields else None, problem.told())


urlpatterns = [
    path("ledger/new-person/", new_person, name="new_person"),
    path("ledger/doors/<int:door_id>/new-person/", new_person_behind, name="new_person_behind"),
]
