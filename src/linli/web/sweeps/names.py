"""The people and doors behind a number of a sweep, as that number knew them: masked, each with what to do next."""

from datetime import datetime

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.clock import now
from linli.common.errors import NotFound
from linli.events.packs import pack_of
from linli.ledger import reached, sweeps
from linli.ledger.models import Sweep
from linli.ledger.nexts import NEXT_WORDS
from linli.places.models import Area
from linli.rolls import past
from linli.rolls.models import Roll, State
from linli.rolls.past import Known, Stood
from linli.rolls.rules import BALANCE
from linli.web.sweeps.words import OF_WORDS, STATE_WORDS

ROWS = 50


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
@require_safe
def sweep_names(request: HttpRequest, sweep_id: int, area_id: int) -> HttpResponse:
    """Who stands how in an area of a sweep, 50 a page, as the figure that led here knew it."""
    me, at = caller_of(request), now()
    sweep, area = sweeps.sweep_visible_to(me, sweep_id, area_id, *sweeps.NAMING)
    roll, state = _asked(request, sweep)
    if roll.ready_at is None:
        raise NotFound
    seen = past.read_picture(request.GET.get("seen", "")) or past.picture()
    page: Page[Stood] = Paginator(_Behind(roll, area, state, Known(seen=seen), at), ROWS).get_page(  # type: ignore[arg-type]
        request.GET.get("page")
    )
    rows = reached.rows(sweep, roll, list(page.object_list), at)
    needs = pack_of(roll.event).needs
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
        "rows": [
            (
                row,
                gettext(NEXT_WORDS[row.next]) if row.next is not None else "",
                [need.name.told() for need in needs if row.needs >> need.bit & 1],
            )
            for row in rows
        ],
    }
    return render(request, "sweeps/names.html", context)


urlpatterns = [path("sweeps/<int:sweep_id>/areas/<int:area_id>/names/", sweep_names, name="sweep_names")]
