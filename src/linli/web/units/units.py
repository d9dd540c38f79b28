"""An area's own work units: whom they can send, who speaks for them, and new ones."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.access.queries import accounts_speaking_for
from linli.common.clock import now
from linli.common.errors import NotFound
from linli.events.queries import active_event
from linli.muster.queries import DECIDING, area_visible_to
from linli.muster.units import answering, counting, queries
from linli.people import actions as people
from linli.web.units.forms import NewUnitForm
from linli.web.units.words import skills_told

ROWS_A_PAGE = 50


@open_to(*DECIDING, area_from="area_id")
@require_http_methods(["GET", "HEAD", "POST"])
def units(request: HttpRequest, area_id: int) -> HttpResponse:
    """The units; POST adds one, or says anew whom it can send."""
    caller, at = caller_of(request), now()
    area = area_visible_to(caller, area_id, *DECIDING)
    event, may = active_event(at, area.pk), queries.plans_units(caller, area.pk, at)
    form = NewUnitForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (event is None or not may):
        raise NotFound
    if event is not None and form.is_bound and form.is_valid():
        with transaction.atomic():
            unit = people.add_organisation(" ".join(form.cleaned_data["name"].split()), area, by=caller, at=at)
            answering.say_free(event, unit, form.heads(), by=caller, at=at)
            if phone := form.cleaned_data["phone"]:
                people.set_unit_phone(unit, phone, by=caller, at=at)
        messages.success(request, gettext("{name} is among your work units.").format(name=unit.name))
        return redirect("units", area.pk)
    page = Paginator(queries.units_of(area.pk), ROWS_A_PAGE).get_page(request.GET.get("page"))
    ids = [unit.pk for unit in page]
    free = counting.free_of(event, ids, at) if event is not None else {}
    speaks = accounts_speaking_for(ids, at)
    rows: list[Any] = [
        (unit, sum(free.get(unit.pk, {}).values()), skills_told(free.get(unit.pk, {}).items()), speaks.get(unit.pk, []))
        for unit in page
    ]
    context = {"area": area, "event": event, "may": may, "form": form, "page": page, "rows": rows}
    return render(request, "units/units.html", context, status=422 if form.errors else 200)


urlpatterns = [path("areas/<int:area_id>/units/", units, name="units")]
