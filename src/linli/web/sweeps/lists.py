"""The sweeps of an area: beginning one, ending one."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.clock import now
from linli.common.errors import Conflict
from linli.events.queries import active_event
from linli.ledger import sweeping, sweeps
from linli.places import queries as places
from linli.places.models import Area

ROWS = 50


@open_to(*sweeps.COUNTING, area_from="area_id")
@require_http_methods(["GET", "HEAD", "POST"])
def sweeps_of_area(request: HttpRequest, area_id: int) -> HttpResponse:
    """Sweeps of an area, of what lies in it and of what it lies in. POST begins one over the area."""
    me, at = caller_of(request), now()
    area = sweeps.area_to_count(me, area_id)
    event = active_event(at, area.pk)
    if request.method == "POST" and event is not None:
        try:
            begun = sweeping.open_sweep(event, area, by=me, at=at)
            return redirect("sweep", begun.pk, area.pk)
        except Conflict as problem:
            messages.warning(request, problem.told())
            return redirect("sweeps", area.pk)
    page = Paginator(sweeps.sweeps_touching(area.pk, at), ROWS).get_page(request.GET.get("page"))
    inside = set(places.within([area.pk], at).filter(inner__in=[each.persons.area_id for each in page]))
    context = {
        "area": area,
        "event": event,
        "page": page,
        # Of a wider sweep one sees one's own part; a smaller one is looked at where it is.
        "rows": [(each, each.persons.area_id if each.persons.area_id in inside else area.pk) for each in page],
        "may_begin": event is not None and sweeps.may_begin(me, area, at) and not _under_way(area, page),
        "under_way": sum(each.persons.closed_at is None for each in page),
    }
    return render(request, "sweeps/list.html", context)


def _under_way(area: Area, found: object) -> bool:
    """Whether a sweep over this very area goes on."""
    return any(each.persons.area_id == area.pk and each.persons.closed_at is None for each in found)  # type: ignore[attr-defined]


@open_to(*sweeps.COUNTING, area_from="area_id")
@require_POST
def end_sweep(request: HttpRequest, sweep_id: int, area_id: int) -> HttpResponse:
    """End a sweep: its figures stay as they are then."""
    me, at = caller_of(request), now()
    sweep, area = sweeps.sweep_visible_to(me, sweep_id, area_id)
    try:
        sweeping.close_sweep(sweep, by=me, at=at)
        messages.success(request, gettext("The sweep is over. Its figures stay as they are."))
    except Conflict as problem:
        messages.warning(request, problem.told())
    return redirect("sweep", sweep.pk, area.pk)


urlpatterns = [
    path("areas/<int:area_id>/sweeps/", sweeps_of_area, name="sweeps"),
    path("sweeps/<int:sweep_id>/areas/<int:area_id>/end/", end_sweep, name="end_sweep"),
]
