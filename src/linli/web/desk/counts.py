"""How the duty logs of an area stand: counts for who sees counts, and the rows that the street holds itself."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.clock import now
from linli.desk import queries, rules
from linli.desk.queries import Log
from linli.places import queries as places
from linli.places.models import Level
from linli.web.accounts.shapes import account_names
from linli.web.desk.words import row_of

ROWS = 50


@open_to(*queries.COUNTING, area_from="area_id")
@never_cache
@require_safe
def duty_counts(request: HttpRequest, area_id: int) -> HttpResponse:
    """Open and overdue entries, area by area, the most overdue first; and what the street has itself."""
    me, at = caller_of(request), now()
    area = queries.area_to_count(me, area_id)
    below = [each for each in places.children(area.pk, at) if each.level <= Level.COMMUNITY]
    counts = queries.counts_of([area.pk, *(each.pk for each in below)], at)
    rows = sorted(
        ((each, counts.get(each.pk, Log())) for each in below),
        key=lambda row: (-row[1].overdue, -row[1].open, row[0].pk),
    )
    streets = places.within(me.areas(queries.STREET), at)
    held = rules.in_order(
        queries.open_entries(me).filter(with_street=True, community__in=places.within([area.pk], at)), at
    )
    page = Paginator(held, ROWS).get_page(request.GET.get("page"))
    names = account_names(each.holder for each in page)
    context = {
        "area": area,
        "total": counts.get(area.pk, Log()),
        "rows": rows,
        "notes": set(streets.filter(inner__in=[area.pk, *(each.pk for each in below)])),
        "page": page,
        "held": [row_of(each, names, me.user, at) for each in page],
        "is_street": me.has(queries.STREET),
    }
    return render(request, "desk/counts.html", context)


urlpatterns = [path("areas/<int:area_id>/log/", duty_counts, name="duty_counts")]
