"""How an area stands in a sweep: both balances, live, for the area and for each area directly below it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.functional import Promise
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.clock import now
from linli.ledger import sweeps
from linli.ledger.models import Sweep
from linli.ledger.sweeps import Stands
from linli.places import queries as places
from linli.places.models import Area
from linli.rolls.models import Roll, State
from linli.rolls.queries import Balance
from linli.web import live
from linli.web.sweeps.words import OF_WORDS, STATE_WORDS

_shared: live.Shared[Stands] = live.Shared()


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of a balance; `url` leads to its names, empty where the caller sees none."""

    state: State
    words: Promise
    number: int
    url: str


@dataclass(frozen=True, slots=True)
class Line:
    """One area's balance; `url` leads to the area."""

    area: Area
    url: str
    known: int
    cells: list[Cell]
    open: int


@dataclass(frozen=True, slots=True)
class Table:
    """One of the two balances: of the area and of those below. `seen` is the picture that links to names carry."""

    of: str
    seen: str
    words: Promise
    whole: Line
    below: list[Line]


def shared_stands(sweep: Sweep, area: Area, at: datetime, lowest: int) -> Stands:
    """How an area stands in a sweep, counted at most twice a second for all who look, program or person."""
    return _shared.get((sweep.pk, area.pk, lowest), lambda: sweeps.stands(sweep, area, at, lowest=lowest))


def _table(sweep: Sweep, shown: Stands, of: Roll.Of, *, names: bool) -> Table:
    counted = shown.persons if of == Roll.Of.PERSONS else shown.doors

    def line(area: Area) -> Line:
        balance: Balance = counted.of[area.pk]
        to_names = reverse("sweep_names", args=[sweep.pk, area.pk])
        cells = [
            Cell(
                state,
                STATE_WORDS[state],
                number,
                f"{to_names}?of={of}&state={int(state)}&seen=" if names and number else "",
            )
            for state, number in balance.parts
        ]
        return Line(area, reverse("sweep", args=[sweep.pk, area.pk]), balance.known, cells, balance.open)

    below = sorted((line(each) for each in shown.below), key=lambda each: (-each.open, each.area.pk))
    return Table(of, counted.seen, OF_WORDS[of], line(shown.area), below)


@dataclass(frozen=True, slots=True)
class _Part:
    """The figures of a page: `have` tells them apart from others, `text` is asked for where they are shown."""

    have: str
    text: Callable[[], str]


def _part(request: HttpRequest, sweep: Sweep, area: Area, at: datetime) -> _Part:
    """The figures, as the page has them and as they are asked for again.

    Pictures differ with every write anywhere, figures do not: they are told apart without their pictures, and the links
    that a browser keeps are those of the figures it shows.
    """
    me = caller_of(request)
    ready = sweep.persons.ready_at is not None and sweep.doors.ready_at is not None
    context: dict[str, object] = {"sweep": sweep, "area": area, "ready": ready}
    tables: list[Table] = []
    if ready:
        lowest, names = sweeps.down_to(me, area.pk, at), sweeps.sees_names(me, area.pk, at)
        shown = shared_stands(sweep, area, at, lowest)
        tables = [_table(sweep, shown, of, names=names) for of in (Roll.Of.PERSONS, Roll.Of.DOORS)]
    bare = {**context, "tables": [replace(table, seen="") for table in tables]}
    have = live.digest(render_to_string("sweeps/figures.html", bare, request).encode())

    def text() -> str:
        body = render_to_string("sweeps/figures.html", {**context, "tables": tables}, request)
        return render_to_string("sweeps/live.html", {**context, "body": body, "have": have}, request)

    return _Part(have, text)


@open_to(*sweeps.COUNTING, area_from="area_id")
@never_cache
@require_safe
def sweep(request: HttpRequest, sweep_id: int, area_id: int) -> HttpResponse:
    """Both balances of an area in a sweep."""
    me, at = caller_of(request), now()
    found, area = sweeps.sweep_visible_to(me, sweep_id, area_id)
    above = [each for each in places.ancestors(area.pk, at)[1:] if each.level >= found.persons.area.level]
    seen = set(places.within(me.areas(*sweeps.COUNTING), at).filter(inner__in=[each.pk for each in above]))
    context = {
        "sweep": found,
        "area": area,
        "above": [each for each in reversed(above) if each.pk in seen],
        "may_end": found.persons.closed_at is None and sweeps.may_begin(me, found.persons.area, at),
        "names": sweeps.sees_names(me, area.pk, at),
        "live": _part(request, found, area, at).text(),
    }
    return render(request, "sweeps/sweep.html", context)


@open_to(*sweeps.COUNTING, area_from="area_id")
@never_cache
@require_safe
def sweep_live(request: HttpRequest, sweep_id: int, area_id: int) -> HttpResponse:
    """The figures again: 204 where the page that asks has them already."""
    found, area = sweeps.sweep_visible_to(caller_of(request), sweep_id, area_id)
    part = _part(request, found, area, now())
    if part.have == request.GET.get("have"):
        return HttpResponse(status=204)
    return live.answer(request, part.text())


urlpatterns = [
    path("sweeps/<int:sweep_id>/areas/<int:area_id>/", sweep, name="sweep"),
    path("sweeps/<int:sweep_id>/areas/<int:area_id>/live/", sweep_live, name="sweep_live"),
]
