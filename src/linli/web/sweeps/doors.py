"""The doors of whoever goes from door to door: my list in walking order, and adding a door nobody knew of."""

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.clock import now
from linli.common.errors import Conflict, Invalid
from linli.events.models import Zone
from linli.events.queries import zone_levels_of_places
from linli.ledger import newcomers, reached, sweeps, walking
from linli.ledger.models import Sweep
from linli.ledger.nexts import Tried, asked_for, next_thing
from linli.ledger.walking import Door, Walk
from linli.places.models import Area
from linli.rolls.models import State
from linli.rolls.queries import balance
from linli.web.sweeps.forms import NewDoorForm
from linli.web.sweeps.words import STATE_WORDS, next_words

ROWS = 50


@open_to(*sweeps.NAMING)
@never_cache
@require_safe
def my_doors(request: HttpRequest) -> HttpResponse:
    """The one list of doors that is mine; a choice where there are several, and words where there is none."""
    me, at = caller_of(request), now()
    found = sweeps.own_doors(me, at)
    if len(found) == 1:
        return redirect("sweep_doors", found[0][0].pk, found[0][1].pk)
    return render(request, "sweeps/my_doors.html", {"found": found})


@open_to(*sweeps.NAMING, area_from="area_id")
@never_cache
@require_safe
def sweep_doors(request: HttpRequest, sweep_id: int, area_id: int) -> HttpResponse:
    """The doors of an area in walking order; those that are done sink to the end, or are left out."""
    me, at = caller_of(request), now()
    sweep, area = sweeps.sweep_visible_to(me, sweep_id, area_id, *sweeps.NAMING)
    show = "all" if request.GET.get("show") == "all" else "open"
    counts = Walk(sweep, area, at, not_yet=False).counts()
    page: Page[Door] = Paginator(Walk(sweep, area, at, not_yet=show == "open"), ROWS).get_page(request.GET.get("page"))  # type: ignore[arg-type]
    listed = list(page.object_list)
    places = [door.place for door in listed]
    tried, levels = reached.tried_at(sweep, places), zone_levels_of_places(places, at)
    phones = reached.doors_with_phone(places, sweep.persons.event_id)
    rows = [
        {
            "door": door,
            "state": STATE_WORDS[door.state],
            "done": door.state not in reached.OPEN,
            "high_risk": levels[door.place] == Zone.Risk.HIGH,
            "next": _next(
                door,
                tried.get(door.place, []),
                high_risk=levels[door.place] == Zone.Risk.HIGH,
                has_phone=door.place in phones,
            ),
        }
        for door in listed
    ]
    last = request.GET.get("last", "")
    left = sum(counts.get(state, 0) for state in walking.NOT_YET)
    context = {
        "sweep": sweep,
        "area": area,
        "show": show,
        "left": left,
        "promised": 0 if left else len(Walk(sweep, area, at, not_yet=True)),
        "all": sum(counts.values()),
        "ready": sweep.doors.ready_at is not None and sweep.persons.ready_at is not None,
        "page": page,
        "query": f"show={show}&",
        "rows": rows,
        "last": int(last) if last.isascii() and last.isdigit() and len(last) < 19 else 0,
        "counts": me.has(*sweeps.COUNTING),
        "not_reached": _not_reached(sweep, area),
        "state_not_reached": int(State.NOT_REACHED),
    }
    return render(request, "sweeps/doors.html", context)


def _next(door: Door, tried: list[Tried], *, high_risk: bool, has_phone: bool) -> str:
    """What to do next at a door; nothing at one that is done, unless they asked to come back."""
    back_at = asked_for(tried)
    if door.state not in reached.OPEN and back_at is None:
        return ""
    return next_words(next_thing(tried, high_risk=high_risk, has_phone=has_phone, person=False), back_at)


def _not_reached(sweep: Sweep, area: Area) -> int:
    """How many people of an area are not reached yet."""
    return balance(sweep.persons, area.pk, now()).states[State.NOT_REACHED]


@open_to(*sweeps.NAMING, area_from="area_id")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_door(request: HttpRequest, sweep_id: int, area_id: int) -> HttpResponse:
    """A door nobody knew of: then its own page, to say what was found."""
    me, at = caller_of(request), now()
    sweep, area = sweeps.sweep_visible_to(me, sweep_id, area_id, *sweeps.NAMING)
    buildings = walking.buildings_in(area, at)
    form = NewDoorForm(request.POST or None, buildings=buildings)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        building = next(each for each in buildings if each.pk == said["building"])
        parts = {"unit": said["unit"], "floor": said["floor"], "door": said["door"]}
        try:
            known = walking.door_named(building, said["unit"], said["door"].strip())
            made = newcomers.new_door(sweep, building, **parts, by=me, at=at)
            new, old = (
                gettext("The door is in the list now. What did you find?"),
                gettext("This door is known already."),
            )
            messages.success(request, new if known is None else old)
            return redirect("sweep_door", sweep.pk, made.pk)
        except Conflict as problem:
            messages.warning(request, problem.told())
            return redirect("sweep_doors", sweep.pk, area.pk)
        except Invalid as problem:
            form.add_error("door", problem.told())
    context = {"sweep": sweep, "area": area, "form": form, "buildings": buildings}
    return render(request, "sweeps/new_door.html", context, status=422 if form.errors else 200)


urlpatterns = [
    path("doors/", my_doors, name="my_doors"),
    path("sweeps/<int:sweep_id>/areas/<int:area_id>/doors/", sweep_doors, name="sweep_doors"),
    path("sweeps/<int:sweep_id>/areas/<int:area_id>/doors/new/", new_door, name="sweep_new_door"),
]
