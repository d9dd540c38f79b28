"""The card of a door: house first, then who lives behind it."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.clock import now
from linli.common.errors import Invalid
from linli.custody.roles import Reveal
from linli.ledger import cards, scope, sweeps, walking
from linli.ledger.cards import DoorCard
from linli.ledger.models import Finding
from linli.ledger.scope import LOOKING
from linli.people.person_template import STATES
from linli.places.models import Level
from linli.places.names import place_names
from linli.web import reveals
from linli.web.ledger.search import DESK
from linli.web.ledger.words import DOOR_REASONS, HOWS, RESULTS, Told, reasons, told
from linli.web.words import event_name

A_PAGE = 60  # a dormitory may hold a thousand


@dataclass(frozen=True, slots=True)
class Found:
    """One time that somebody was at the door, in words."""

    at: datetime
    result: str
    how: str
    event: str
    taken_back: bool


@open_to(*LOOKING)
@never_cache
@require_safe
def door_card(request: HttpRequest, door_id: int) -> HttpResponse:
    """One door."""
    return _page(request, cards.door_card(caller_of(request), door_id, now()))


def _page(request: HttpRequest, card: DoorCard, shown: str = "") -> HttpResponse:
    me = caller_of(request)
    page = Paginator(card.here, A_PAGE).get_page(request.GET.get("page"))
    chain = {area.level: area.called for area in card.chain}
    levels = (Level.STREET, Level.COMMUNITY, Level.GRID, Level.MICRO_GRID)
    estate = card.door.building.estate
    context = {
        "door": card.door,
        "name": place_names([card.door.pk])[card.door.pk],
        "chain": [chain[level] for level in levels if level in chain],
        "estate": estate.name if estate is not None else "",
        "state": gettext(STATES[card.door.state]),
        "states": [(value, gettext(words)) for value, words in STATES.items()],
        "page": page,
        "here": told(list(page.object_list)),
        "all_here": len(card.here),
        "people": len(card.people),
        "guests": told(card.guests),
        "away": told(card.away),
        "elsewhere": told(card.elsewhere),
        "were": _were(card),
        "findings": [_found(each) for each in card.findings],
        "collective": card.collective,
        "decides": card.decides,
        "sweep": _sweep(request, card),
        "shown": shown,
        "door_reasons": reasons(DOOR_REASONS) if me.has(*DESK) else [],
    }
    return render(request, "ledger/door.html", context)


def _sweep(request: HttpRequest, card: DoorCard) -> int | None:
    """The sweep in which what is said of this door is written down: the nearest that is under way and has it."""
    me, at = caller_of(request), now()
    if not scope.finds_in(me, card.micro_grid, at):
        return None
    found = (each for each in sweeps.sweeps_open(card.micro_grid, at) if walking.standings(each.doors, [card.door.pk]))
    return next((each.pk for each in found), None)


def _were(card: DoorCard) -> list[tuple[Told, datetime, datetime]]:
    words = told([line for line, _, _ in card.were])
    return [(each, since, until) for each, (_, since, until) in zip(words, card.were, strict=True)]


def _found(finding: Finding) -> Found:
    return Found(
        finding.happened_at,
        gettext(RESULTS[Finding.Result(finding.result)]),
        gettext(HOWS[Finding.How(finding.how)]),
        event_name(finding.sweep.doors.event),
        finding.taken_back_at is not None,
    )


@open_to(*DESK)
@never_cache
@require_POST
def door_lived_in(request: HttpRequest, door_id: int) -> HttpResponse:
    """Say how it is lived in."""
    me, at = caller_of(request), now()
    try:
        cards.change_occupancy(door_id, request.POST.get("state", ""), by=me, at=at)
        messages.success(request, gettext("How it is lived in is noted."))
    except Invalid as problem:
        messages.warning(request, problem.told())
    return redirect("door_card", door_id)


@open_to(*DESK)
@never_cache
@require_POST
def reveal_door(request: HttpRequest, door_id: int) -> HttpResponse:
    """Show the door in full, once, for a reason; it is written in the trail first."""
    card = cards.door_card(caller_of(request), door_id, now())
    field = reveals.asked(request, subject=f"place:{card.door.pk}", area=card.micro_grid)
    if reveals.FIELDS[field] != Reveal.DOOR:
        raise Invalid
    return _page(request, card, shown=cards.address(card.door.pk))


urlpatterns = [
    path("ledger/doors/<int:door_id>/", door_card, name="door_card"),
    path("ledger/doors/<int:door_id>/lived-in/", door_lived_in, name="door_lived_in"),
    path("ledger/doors/<int:door_id>/reveal/", reveal_door, name="reveal_door"),
]
