"""Moves: by the desk at once, by a grid worker for the desk to take."""

from datetime import datetime
from uuid import UUID

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
from linli.common.errors import Conflict, Invalid, LinliError, NotFound, Refused
from linli.ledger import cards, going, whereto
from linli.ledger.going import BEHIND_A_DOOR, Going
from linli.ledger.lines import lines
from linli.ledger.models import MoveProposed
from linli.places import queries as places
from linli.places.models import Level
from linli.places.names import place_names
from linli.web.accounts.shapes import account_names
from linli.web.ledger.forms import MoveForm
from linli.web.ledger.newcomer import FINDING
from linli.web.ledger.search import DESK
from linli.web.ledger.words import MOVES, told

BESIDE = {"door_unknown": "door", "door_ambiguous": "door", "not_your_door": "door", "counted_elsewhere": "door"}
BESIDE |= {"stay_in_the_future": "since", "move_said_already": "since", "place_missing": "counted_in"}


@open_to(*FINDING)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def move_person(request: HttpRequest, resident_id: int) -> HttpResponse:
    """Say what happened; the desk's word holds at once, a grid worker's waits for the desk."""
    me, at = caller_of(request), now()
    card = cards.person_card(me, resident_id, at)
    near, there = whereto.near(card.seat, at), _called(request.POST.get("place", ""), at)
    form = MoveForm(request.POST if request.method == "POST" else None, near=near, there=there)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            door = going.door_called(me, said["door"], at) if form.what_kind in BEHIND_A_DOOR else None
            meant = Going(form.what_kind, said["since"], door, said["counted_in"], said["household"] is not False)
            if card.decides:
                going.go(card.line.person, meant, by=me, at=at)
                messages.success(request, gettext("The move is filed."))
            else:
                going.propose(card.line.person, meant, key=form.key, by=me, at=at)
                messages.success(request, gettext("The desk is told. Nothing has moved yet."))
        except (Conflict, Invalid, Refused) as problem:
            form.add_error(BESIDE.get(problem.code), problem.told())
        else:
            return redirect("person_card", card.line.person)
    context = {"who": told([card.line])[0], "card": card, "form": form}
    return render(request, "ledger/move.html", context, status=422 if form.errors else 200)


def _called(name: str, at: datetime) -> list[tuple[int, str]]:
    """Micro-grids that hold a place of that name, with its name and the community that tells it from others."""
    found = whereto.called(name, at)
    around = {each.micro_grid: places.ancestors(each.micro_grid, at) for each in found}
    levels = (Level.COMMUNITY, Level.MICRO_GRID)
    ways = {micro: " ".join(a.called for a in reversed(above) if a.level in levels) for micro, above in around.items()}
    return [(each.micro_grid, f"{each.name} · {ways[each.micro_grid]}") for each in found]


@open_to(*DESK)
@never_cache
@require_safe
def moves_proposed(request: HttpRequest) -> HttpResponse:
    """Moves that grid workers heard of, for the desk to take or set aside."""
    me, at = caller_of(request), now()
    found = list(going.waiting(me, at)[:100])
    people = lines({each.person_id for each in found}, me, at)
    who = {each.person: each for each in told(list(people.values()))}
    names = account_names([each.by for each in found])
    names_of = place_names({pk for each in found for pk in (each.dwelling_id, each.counted_in_id) if pk is not None})
    rows = [
        {
            "move": each,
            "who": who.get(each.person_id),
            "what": gettext(MOVES[MoveProposed.What(each.what)]),
            "where": names_of.get(each.dwelling_id or each.counted_in_id or 0, ""),
            "by": names.get(each.by or 0, ""),
        }
        for each in found
    ]
    return render(request, "ledger/moves.html", {"rows": rows})


@open_to(*DESK)
@require_POST
def take_move(request: HttpRequest, move_id: UUID) -> HttpResponse:
    """Take it: filed as of when it happened."""
    me, at = caller_of(request), now()
    found = going.proposal_visible_to(me, move_id, at)
    try:
        going.take(found.pk, by=me, at=at)
        messages.success(request, gettext("The move is filed."))
    except NotFound:
        messages.warning(request, gettext("They belong to another desk by now. Nothing was changed."))
    except LinliError as problem:
        messages.warning(request, problem.told())
    return redirect("moves_proposed")


@open_to(*DESK)
@require_POST
def set_move_aside(request: HttpRequest, move_id: UUID) -> HttpResponse:
    """Set it aside: it did not happen."""
    me, at = caller_of(request), now()
    found = going.proposal_visible_to(me, move_id, at)
    try:
        going.set_aside(found.pk, by=me, at=at)
        messages.success(request, gettext("It is set aside. Nothing has moved."))
    except Conflict as problem:
        messages.warning(request, problem.told())
    return redirect("moves_proposed")


urlpatterns = [
    path("ledger/people/<int:resident_id>/move/", move_person, name="move_person"),
    path("ledger/moves/", moves_proposed, name="moves_proposed"),
    path("ledger/moves/<uuid:move_id>/take/", take_move, name="take_move"),
    path("ledger/moves/<uuid:move_id>/aside/", set_move_aside, name="set_move_aside"),
]
