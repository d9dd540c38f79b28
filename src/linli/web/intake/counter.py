"""The counter: somebody stands there who is not known. One page: the door, the name, what they need."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import Conflict, Invalid
from linli.ledger import counter, scope
from linli.ledger.counter import Came
from linli.ledger.errors import DoorUnknown, MayBeKnown
from linli.ledger.lines import lines
from linli.ledger.search import doors_called
from linli.places import doors
from linli.places.names import place_names
from linli.web.intake.forms import BESIDE, CounterForm
from linli.web.ledger.search import DESK
from linli.web.ledger.words import Told, in_words, told

MOST_DOORS = 20


@open_to(*DESK)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def at_the_counter(request: HttpRequest) -> HttpResponse:
    """Somebody new at a door, who stands at the counter. A search that found nobody leads here with its words."""
    me, at = caller_of(request), now()
    if request.method != "POST":
        return _page(request, CounterForm())
    if "begin" in request.POST:
        return _page(request, CounterForm(initial=_begun(request.POST.get("q", ""))))
    which = _which(me, request.POST.get("door", ""), at)
    form = CounterForm(request.POST, which=which if len(which) > 1 else None)
    like: list[tuple[Told, list[str]]] = []
    if form.is_valid() and (door := _door(form, which)) is not None:
        said = form.cleaned_data
        came = Came(said["name"], door, said["phone"], said["guest"], form.needs)
        try:
            arrival = counter.come(came, seen=_seen(request.POST), by=me, at=at)
        except MayBeKnown as problem:
            form.add_error(None, problem.told())
            like = _like(came, me, at)
        except (Conflict, Invalid) as problem:
            form.add_error(BESIDE.get(problem.code), problem.told())
        else:
            messages.success(request, gettext("They are in the ledger now, and counted here."))
            return redirect("person_card", arrival.person.pk)
    return _page(request, form, like)


def _page(request: HttpRequest, form: CounterForm, like: list[tuple[Told, list[str]]] | None = None) -> HttpResponse:
    context = {"form": form, "like": like or [], "seen": [who.person for who, _ in like or []]}
    return render(request, "intake/counter.html", context, status=422 if form.errors else 200)


def _begun(words: str) -> dict[str, str]:
    """Where the words of a search belong: a number is a phone, what names a door is one, all else is a name."""
    said = " ".join(words.split())[:60]
    digits = "".join(letter for letter in said if letter.isdigit())
    if len(digits) >= 7 and all(letter.isdigit() or letter in "+- " for letter in said):
        return {"phone": said}
    return {"door": said} if digits and doors.asked(said) is not None else {"name": said}


def _which(me: Caller, said: str, at: datetime) -> list[tuple[int, str]]:
    """The doors that some words mean, by id, with the way to their staircase."""
    found = doors_called(scope.decided_over(me, at), said[:60], at)[:MOST_DOORS]
    names = place_names(found)
    return [(door, names.get(door, "")) for door in found]


def _door(form: CounterForm, which: list[tuple[int, str]]) -> int | None:
    """The one door that is meant; None where that is asked about, beside its question."""
    if len(which) == 1:
        return which[0][0]
    if not which:
        form.add_error("door", DoorUnknown().told())
        return None
    chosen: int | None = form.cleaned_data.get("which")
    if chosen is None and "which" not in form.errors:
        form.add_error("which", gettext("Several doors are called so: please choose one."))
    return chosen


def _seen(said: QueryDict) -> list[int]:
    return [int(each) for each in said.getlist("seen") if each.isascii() and each.isdigit() and len(each) < 19]


def _like(came: Came, me: Caller, at: datetime) -> list[tuple[Told, list[str]]]:
    found = dict(counter.alike(came, me, at))
    return [(who, in_words(found[who.person])) for who in told(list(lines(found, me, at).values()))]


urlpatterns = [path("ledger/counter/", at_the_counter, name="at_the_counter")]
