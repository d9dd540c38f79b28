"""Looking for somebody or a door. What was typed is sent, not written into an address: names and numbers stay out of
logs and histories."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.clock import now
from linli.custody.roles import Decide, deciding
from linli.ledger import reported, search
from linli.ledger.lines import lines
from linli.ledger.scope import LOOKING
from linli.places.names import place_names
from linli.web.ledger.words import told

DESK = deciding(Decide.REGISTER)
FINDING = deciding(Decide.FOUND, Decide.REGISTER)


@open_to(*LOOKING)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ledger(request: HttpRequest) -> HttpResponse:
    """The field to look for people and doors, and what was found."""
    me, at = caller_of(request), now()
    words = request.POST.get("q", "").strip()[:60]
    hits = search.search(me, words, at)
    found = lines(hits.people, me, at)
    names = place_names(hits.doors)
    context = {
        "q": words,
        "people": told([found[person] for person in hits.people if person in found]),
        "doors": [(door, names.get(door, "")) for door in hits.doors],
        "more": hits.more,
        "most": search.MOST,
        "asked": hits.asked,
        "desk": me.has(*DESK),
        "anywhere": bool(me.areas(*LOOKING)),
        "waiting": len(reported.waiting(me, at)) if me.has(*FINDING) else None,
        "community": next(iter(me.areas(*DESK)), None),
    }
    return render(request, "ledger/search.html", context)


@open_to(*LOOKING)
@never_cache
@require_safe
def without_door(request: HttpRequest) -> HttpResponse:
    """People who are present and live behind no known door."""
    me, at = caller_of(request), now()
    ids = search.without_door(me, at)
    found = lines(ids, me, at)
    context = {"people": told([found[each] for each in ids if each in found]), "most": search.MOST}
    return render(request, "ledger/without_door.html", context)


urlpatterns = [
    path("ledger/", ledger, name="ledger"),
    path("ledger/without-door/", without_door, name="without_door"),
]
