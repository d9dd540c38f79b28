"""The card of a person: masked, with their needs, their stays, how they stand, and who looked."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
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
from linli.custody.roles import Decide, deciding
from linli.ledger import cards, duplicates
from linli.ledger.cards import PersonCard
from linli.ledger.scope import LOOKING
from linli.ledger.words import STANDINGS
from linli.people.models import SameAs, Stay
from linli.people.own import STAY_WORDS
from linli.places.models import Level
from linli.places.names import place_names
from linli.web import reveals
from linli.web.ledger.forms import NeedsForm
from linli.web.ledger.search import DESK
from linli.web.ledger.words import DOOR_REASONS, ID_REASONS, PHONE_REASONS, in_words, reasons, told
from linli.web.seen import seen_of
from linli.web.words import event_name

FINDING = deciding(Decide.FOUND, Decide.REGISTER)


@dataclass(frozen=True, slots=True)
class Been:
    """One stay in words; `home` is the way to the staircase, `counted` the micro-grid."""

    since: datetime
    what: str
    home: str
    counted: str
    recorded_at: datetime
    late: bool


@dataclass(frozen=True, slots=True)
class Merged:
    """A merge in words: with whom, and whether it was undone."""

    other: int
    person: int
    kept: int
    at: datetime
    undone_at: datetime | None


@open_to(*LOOKING)
@never_cache
@require_safe
def person_card(request: HttpRequest, resident_id: int) -> HttpResponse:
    """One person."""
    return _page(request, cards.person_card(caller_of(request), resident_id, now()))


def _page(request: HttpRequest, card: PersonCard, shown: dict[str, str] | None = None) -> HttpResponse:
    me, at, line = caller_of(request), now(), card.line
    chain = {area.level: area.called for area in card.chain}
    desk = me.has(*DESK) and line.desk
    like = [] if card.kept is not None else duplicates.like(line.person, me, at)
    context = {
        "who": told([line])[0],
        "line": line,
        "card": card,
        "chain": [chain[each] for each in (Level.COMMUNITY, Level.GRID, Level.MICRO_GRID) if each in chain],
        "guardians": told(card.guardians),
        "stays": _stays(card.stays),
        "standings": [
            (event_name(roll.event), roll.area.called, gettext(STANDINGS[state])) for roll, state in card.standings
        ],
        "merges": [_merged(each, line.person) for each in card.merges],
        "like": [(pair, in_words(pair.reasons)) for pair in like],
        "elsewhere": card.kept is None and duplicates.known_elsewhere(line.person, me, at),
        "form": NeedsForm(initial={"needs": [int(need) for need in line.needs]}),
        "shown": shown or {},
        "seen": seen_of([], line.person) if desk else [],
        "desk": desk,
        "phone_reasons": reasons(PHONE_REASONS) if line.phone else [],
        "id_reasons": reasons(ID_REASONS) if desk and line.id_no else [],
        "door_reasons": reasons(DOOR_REASONS) if desk and line.dwelling is not None else [],
    }
    return render(request, "ledger/person.html", context)


def _stays(stays: list[Stay]) -> list[Been]:
    homes = {each.since: each.home_id or (each.household.dwelling_id if each.household else None) for each in stays}
    names = place_names({pk for pk in (*homes.values(), *(each.counted_in_id for each in stays)) if pk is not None})
    return [
        Been(
            each.since,
            gettext(STAY_WORDS[Stay.Kind(each.kind)]),
            names.get(homes[each.since] or 0, ""),
            names.get(each.counted_in_id or 0, ""),
            each.recorded_at,
            any(other.recorded_at < each.recorded_at and other.since > each.since for other in stays),
        )
        for each in stays
    ]


def _merged(same: SameAs, person: int) -> Merged:
    other = same.kept_id if same.person_id == person else same.person_id
    return Merged(other, same.person_id, same.kept_id, same.at, same.undone_at)


@open_to(*FINDING)
@never_cache
@require_POST
def change_needs(request: HttpRequest, resident_id: int) -> HttpResponse:
    """Say which needs they have."""
    me, at = caller_of(request), now()
    cards.person_visible_to(me, resident_id, at)
    form = NeedsForm(request.POST)
    if form.is_valid():
        cards.change_needs(resident_id, form.cleaned_data["needs"], by=me, at=at)
        messages.success(request, gettext("What they need is noted."))
    else:
        messages.warning(request, gettext("That is not on the list of needs. Nothing was changed."))
    return redirect("person_card", resident_id)


@open_to(*LOOKING)
@never_cache
@require_POST
def reveal_person(request: HttpRequest, resident_id: int) -> HttpResponse:
    """Show the phone (with the name), the last digits of the ID number, or the door, once, for a reason, on record."""
    me, at = caller_of(request), now()
    card = cards.person_card(me, resident_id, at)
    if card.line.child and request.POST.get("field") != "door":
        raise Invalid  # of a child there is nothing to show
    field = reveals.asked(request, subject=f"person:{card.line.person}", area=card.seat)
    full = cards.shown_in_full(me, card.line.person, at)
    keys = {"phone": ("name", "phone"), "id_tail": ("id_tail",), "door": ("door",)}[field]
    return _page(request, card, {key: full[key] for key in keys})


urlpatterns = [
    path("ledger/people/<int:resident_id>/", person_card, name="person_card"),
    path("ledger/people/<int:resident_id>/needs/", change_needs, name="change_needs"),
    path("ledger/people/<int:resident_id>/reveal/", reveal_person, name="reveal_person"),
]
