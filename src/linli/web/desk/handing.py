"""Shift change: handing over what is open to a colleague by name, and taking it over."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.clock import now
from linli.common.errors import Conflict, LinliError
from linli.desk import handing, queries
from linli.desk.models import HandOver
from linli.places.models import Area
from linli.web.accounts.shapes import account_names
from linli.web.desk.forms import HandOverForm

EARLIER = 20
MINE, ALL = "mine", "all"


@open_to("community_desk", area_from="community_id")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, community_id: int) -> HttpResponse:
    """Offer what is open, mine or all of the desk's, to a colleague who works here now."""
    me, at = caller_of(request), now()
    community = queries.community_to_log(me, community_id, queries.DESK)
    mine, every = _counted(community, me.user or 0)
    colleagues = list(queries.colleagues(community, at, but=me.user or 0))
    choices = [(value, words) for value, words, n in _choices(mine, every) if n]
    form = HandOverForm(request.POST if request.method == "POST" else None, what=choices, colleagues=colleagues)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            handing.offer(community, to=said["to"], whole_desk=said["what"] == ALL, by=me, at=at)
        except LinliError as problem:
            form.add_error(None, problem.told())
        else:
            name = next(each.display_name for each in colleagues if each.pk == said["to"])
            words = gettext("Offered to {name}. It stays yours until {name} takes it over.").format(name=name)
            messages.success(request, words)
            return redirect("duty_log", community.pk)
    context = {
        "community": community,
        "form": form,
        "mine": mine,
        "every": every,
        "colleagues": colleagues,
        "earlier": _earlier(community),
    }
    return render(request, "desk/hand_over.html", context, status=422 if form.errors else 200)


def _counted(community: Area, user: int) -> tuple[int, int]:
    """How many open entries somebody has at this desk, and how many there are."""
    own = queries.handed_over_by(HandOver(community=community, whole_desk=False, given_by=user, to=0))
    every = queries.handed_over_by(HandOver(community=community, whole_desk=True, given_by=user, to=0))
    return own.count(), every.count()


def _choices(mine: int, every: int) -> list[tuple[str, str, int]]:
    own = ngettext("My {n} open entry", "My {n} open entries", mine).format(n=mine)
    whole = ngettext("The {n} open entry of the desk", "All {n} open entries of the desk", every).format(n=every)
    return [(MINE, own, mine), (ALL, whole, every)]


def _earlier(community: Area) -> list[dict[str, object]]:
    """Earlier shift changes, the newest first: both stand on record."""
    rows = list(queries.hand_overs_of(community).prefetch_related("passings")[:EARLIER])
    names = account_names(account for row in rows for account in (row.given_by, row.to, row.called_off_by))
    return [
        {
            "given_by": names.get(row.given_by, ""),
            "to": names.get(row.to, ""),
            "row": row,
            "entries": len(row.passings.all()),
        }
        for row in rows
    ]


@open_to("community_desk")
@require_POST
def take_over(request: HttpRequest, hand_over_id: int) -> HttpResponse:
    """Take over what was offered to me by name."""
    me = caller_of(request)
    found = queries.hand_over_visible_to(me, hand_over_id)
    try:
        n = handing.take_over(found, by=me, at=now())
        words = ngettext("You have taken over {n} entry.", "You have taken over {n} entries.", n).format(n=n)
        messages.success(request, words)
    except Conflict as problem:
        messages.warning(request, problem.told())
    return redirect("duty_log", found.community_id)


@open_to("community_desk")
@require_POST
def call_off_hand_over(request: HttpRequest, hand_over_id: int) -> HttpResponse:
    """Call a hand-over off: mine, or one that was offered to me."""
    me = caller_of(request)
    found = queries.hand_over_visible_to(me, hand_over_id)
    try:
        handing.call_off(found, by=me, at=now())
        messages.success(request, gettext("The hand-over is called off."))
    except Conflict as problem:
        messages.warning(request, problem.told())
    return redirect("duty_log", found.community_id)


urlpatterns = [
    path("desk/<int:community_id>/log/hand-over/", hand_over, name="hand_over"),
    path("hand-overs/<int:hand_over_id>/take/", take_over, name="take_over"),
    path("hand-overs/<int:hand_over_id>/call-off/", call_off_hand_over, name="call_off_hand_over"),
]
