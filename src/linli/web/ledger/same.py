"""Entries that may be one person: the list, two side by side, and what the desk says of them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.clock import now
from linli.common.errors import Conflict, Invalid, LinliError, Refused
from linli.ledger import cards, duplicates, merging
from linli.ledger.lines import lines
from linli.web.ledger.search import DESK
from linli.web.ledger.words import in_words, told


@open_to(*DESK)
@never_cache
@require_safe
def pairs(request: HttpRequest) -> HttpResponse:
    """Pairs that wait for the desk, the surest first."""
    me, at = caller_of(request), now()
    found = duplicates.pairs(me, at)
    shown = lines({person for pair in found for person in (pair.one, pair.other)}, me, at)
    who = {each.person: each for each in told(list(shown.values()))}
    rows = [
        (who[pair.one], who[pair.other], in_words(pair.reasons))
        for pair in found
        if pair.one in who and pair.other in who
    ]
    return render(request, "ledger/pairs.html", {"rows": rows, "most": duplicates.MOST})


@open_to(*DESK)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pair(request: HttpRequest, resident_id: int, other_id: int) -> HttpResponse:
    """Two entries side by side, masked; and the desk's word: one person, or two."""
    me, at = caller_of(request), now()
    found = duplicates.pair_visible_to(me, resident_id, other_id, at)
    if request.method == "POST":
        return _decided(request, found)
    both = [cards.person_card(me, person, at) for person in (found.one, found.other)]
    who = told([card.line for card in both])
    context = {
        "both": list(zip(who, both, strict=True)),
        "pair": found,
        "why": in_words(found.reasons),
        "merged": any(card.kept is not None for card in both),
    }
    return render(request, "ledger/pair.html", context)


def _decided(request: HttpRequest, found: duplicates.Pair) -> HttpResponse:
    me, at = caller_of(request), now()
    said = request.POST.get("do", "")
    try:
        if said == "one":
            duplicates.are_one(found.one, found.other, by=me, at=at)
            messages.success(request, gettext("They are one person from now on, counted once. You can undo it here."))
            return redirect("person_card", found.one)
        if said != "two":
            raise Invalid
        duplicates.are_two(found.one, found.other, by=me, at=at)
        messages.success(request, gettext("They are two people, and are not proposed again."))
    except (Conflict, Invalid, Refused) as problem:
        messages.warning(request, problem.told())
        return redirect("pair", found.one, found.other)
    return redirect("pairs")


@open_to(*DESK)
@require_POST
def part_people(request: HttpRequest, resident_id: int, other_id: int) -> HttpResponse:
    """Undo a merge, whichever of the two was kept."""
    me, at = caller_of(request), now()
    cards.person_visible_to(me, resident_id, at)
    card = cards.person_card(me, resident_id, at)
    person, kept = (resident_id, other_id) if card.kept == other_id else (other_id, resident_id)
    try:
        merging.part(person, kept, by=me, at=at)
        messages.success(request, gettext("They are two people again, each with what was found of them."))
    except LinliError as problem:
        messages.warning(request, problem.told())
    return redirect("person_card", resident_id)


urlpatterns = [
    path("ledger/same/", pairs, name="pairs"),
    path("ledger/same/<int:resident_id>/<int:other_id>/", pair, name="pair"),
    path("ledger/same/<int:resident_id>/<int:other_id>/undo/", part_people, name="part_people"),
]
