"""Who was deployed to an area, unit by unit: the rows behind the figures of the briefing."""

from datetime import datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.clock import now
from linli.events.queries import active_event
from linli.muster.queries import DECIDING, area_visible_to
from linli.muster.units import deployed as counting
from linli.muster.units.deployed import Sent
from linli.web import live

ROWS_A_PAGE = 100
_shared: live.Shared[tuple[datetime, list[Sent]]] = live.Shared()


@open_to(*DECIDING, area_from="area_id")
@require_safe
def deployed(request: HttpRequest, area_id: int) -> HttpResponse:
    """Each work unit that sent people there, with how many came, are still there, and worked in zones."""
    caller, at = caller_of(request), now()
    area = area_visible_to(caller, area_id, *DECIDING)
    event = active_event(at, area.pk)
    counted_at, rows = at, list[Sent]()
    if event is not None:
        sent = _shared.get((event.pk, area.pk), lambda: (at, counting.sent_to(event, [area.pk], at).get(area.pk, [])))
        counted_at, rows = sent
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "area": area,
        "event": event,
        "page": page,
        "totals": counting.totals(rows),
        "counted_at": counted_at,
    }
    return render(request, "units/deployed.html", context)


urlpatterns = [path("areas/<int:area_id>/deployed/", deployed, name="deployed")]
