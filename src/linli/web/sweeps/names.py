"""The people and doors behind a number of a sweep, as that number knew them: masked, each with what to do next."""

from datetime import datetime

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import Conflict, NotFound, Refused
from linli.events.packs import pack_of
from linli.ledger import giving, reached, scope, sweeps
from linli.ledger.models import Sweep
from linli.ledger.owners import owners
from linli.places import queries as places
from linli.places.models import Area
from linli.rolls import past
from linli.rolls.models import Roll, State
from linli.rolls.past import Known, Stood
from linli.rolls.rules import BALANCE
from linli.web.sweeps.words import OF_WORDS, STATE_WORDS, next_words

ROWS = 50
NOBODY = "0"  # nobody by name: whoever works there


class _Behind:
    """Those behind a figure, as a paginator asks for them: the number from the figure itself, the rows a page each."""

    def __init__(self, roll: Roll, area: Area, state: State, known: Known, at: datetime) -> None:
        self._asked = (roll, area.pk)
        self._state, self._known, self._at = state, known, at

    def __len__(self) -> int:
        return past.balance_known(*self._asked, self._known, self._at).states[self._state]

    def __getitem__(self, part: slice) -> list[Stood]:
        most = part.stop - part.start
        return past.names(*self._asked, [self._state], self._known, self._at, most=most, skip=part.start)


def _asked(request: HttpRequest, sweep: Sweep) -> tuple[Roll, State]:
    """Which number: of people or doors, and how they stand; those with something left to do where it is not said."""
    roll = sweep.doors if request.GET.get("of") == Roll.Of.DOORS else sweep.persons
    states = {str(int(state)): state for state in BALANCE[roll.of]}
    asked = request.GET.get("state", "")
    if asked and asked not in states:
        raise NotFound
    return roll, states.get(asked, BALANCE[roll.of][-1])


@open_to(*sweeps.NAMING, area_from="area_id")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sweep_names(request: HttpRequest, sweep_id: int, area_id: int) -> HttpResponse:
    """Who stands how in an area of a sweep, 50 a page, as the figure that led here knew it.

    POST lets somebody answer for those who are ticked.
    """
    me, at = caller_of(request), now()
    sweep, area = sweeps.sweep_visible_to(me, sweep_id, area_id, *sweeps.NAMING)
    roll, state = _asked(request, sweep)
    if roll.ready_at is None:
        raise NotFound
    if request.method == "POST":
        _give(request, me, sweep, roll, at)
        return redirect(request.get_full_path())
    seen = past.read_picture(request.GET.get("seen", "")) or past.picture()
    page: Page[Stood] = Paginator(_Behind(roll, area, state, Known(seen=seen), at), ROWS).get_page(  # type: ignore[arg-type]
        request.GET.get("page")
    )
    rows = reached.rows(sweep, roll, list(page.object_list), at, children_named=me.has(*scope.ROWS))
    needs, gives = pack_of(roll.event).needs, _gives(me, sweep, area, state, at)
    context = {
        "sweep": sweep,
        "area": area,
        "of": roll.of,
        "of_words": OF_WORDS[roll.of],
        "state": STATE_WORDS[state],
        "open": state in reached.OPEN,
        "persons": roll.of == Roll.Of.PERSONS,
        "page": page,
        "query": urlencode([("of", roll.of), ("state", str(int(state))), ("seen", seen)]) + "&",
        "counts": me.has(*sweeps.COUNTING),
        "gives": gives,
        "workers": _workers(list(page.object_list), at) if gives else [],
        "rows": [
            (
                row,
                next_words(row.next, row.back_at) if row.next is not None else "",
                [need.name.told() for need in needs if row.needs >> need.bit & 1],
            )
            for row in rows
        ],
    }
    return render(request, "sweeps/names.html", context)


def _gives(me: Caller, sweep: Sweep, area: Area, state: State, at: datetime) -> bool:
    """Whether the caller gives those who stand so to somebody by name."""
    open_yet = state in reached.OPEN and sweep.persons.closed_at is None
    return open_yet and places.is_within_any(area.pk, scope.decided_over(me, at), at)


def _workers(stood: list[Stood], at: datetime) -> list[tuple[int, str]]:
    """Who may be chosen: everybody who works where one of these is."""
    found = owners({each.micro_grid for each in stood}, at)
    return sorted(found.names.items(), key=lambda each: (each[1], each[0]))


def _give(request: HttpRequest, me: Caller, sweep: Sweep, roll: Roll, at: datetime) -> None:
    """Give those who are ticked to whoever was chosen, and say what came of it."""
    said = request.POST
    ticked = [int(each) for each in said.getlist("subject") if each.isascii() and each.isdigit() and len(each) < 19]
    to = said.get("to", "")
    if not ticked:
        messages.warning(request, gettext("Please tick at least one line."))
        return
    if to != NOBODY and not (to.isascii() and to.isdigit() and len(to) < 19):
        messages.warning(request, gettext("Please choose who is to answer for them."))
        return
    try:
        given = giving.give(sweep, Roll.Of(roll.of), ticked, None if to == NOBODY else int(to), by=me, at=at)
    except (Conflict, Refused) as problem:
        messages.warning(request, problem.told())
        return
    words = ngettext(
        "{n} line is given: whoever answers for it stands beside it.",
        "{n} lines are given: whoever answers for them stands beside them.",
        given,
    )
    messages.success(request, words.format(n=given))


urlpatterns = [path("sweeps/<int:sweep_id>/areas/<int:area_id>/names/", sweep_names, name="sweep_names")]
