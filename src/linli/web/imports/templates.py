"""The templates that a person may fill in, and the empty files."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from linli.access import staff_sheet
from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import NotFound
from linli.common.sheets import Template
from linli.common.sheets.writing import blank
from linli.custody.roles import Decide, deciding
from linli.muster import volunteer_sheet
from linli.muster.units import unit_sheet
from linli.muster.units.queries import PLANNING
from linli.people import person_template
from linli.people.queries import loads_overdue
from linli.places import area_sheet
from linli.web.leaving import file_of_nobody

DECIDES_TREE = deciding(Decide.AREA_TREE)
DECIDES_ACCOUNTS = deciding(Decide.ACCOUNTS)
DECIDES_SIGN_UPS = deciding(Decide.SIGN_UPS)
DECIDES_REGISTER = deciding(Decide.REGISTER)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# Who fills in which, in the order in which a community begins; the page that takes it.
ALL: Mapping[str, tuple[Template, tuple[str, ...], str]] = {
    area_sheet.TEMPLATE.key: (area_sheet.TEMPLATE, DECIDES_TREE, "load_areas"),
    staff_sheet.TEMPLATE.key: (staff_sheet.TEMPLATE, DECIDES_ACCOUNTS, "load_staff"),
    person_template.TEMPLATE.key: (person_template.TEMPLATE, DECIDES_REGISTER, "load_persons"),
    volunteer_sheet.TEMPLATE.key: (volunteer_sheet.TEMPLATE, DECIDES_SIGN_UPS, "load_volunteers"),
    unit_sheet.TEMPLATE.key: (unit_sheet.TEMPLATE, PLANNING, "load_units"),
}
OPEN_TO = tuple(dict.fromkeys(role for _, roles, _ in ALL.values() for role in roles))
IN_BAR = tuple(dict.fromkeys(role for template, roles, _ in ALL.values() if template.key != "units" for role in roles))
"""To whom the bar of pages offers them: who only loads work units takes that template where these are loaded."""
EVERY = tuple(template for template, _, _ in ALL.values())


@open_to(*OPEN_TO)
@require_safe
def templates(request: HttpRequest) -> HttpResponse:
    """What the caller may fill in and load, in the order in which it is needed."""
    me = caller_of(request)
    context = {
        "rows": _rows(me),
        "sees_loads": me.has(*DECIDES_REGISTER),
        "communities": me.areas(*DECIDES_REGISTER),
        "overdue": loads_overdue(me, now()) if me.has(*DECIDES_REGISTER) else 0,
    }
    return render(request, "imports/templates.html", context)


def _rows(caller: Caller) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for template, roles, page in ALL.values():
        if not caller.has(*roles):
            continue
        areas = caller.areas(*roles)
        load = [reverse(page, args=[area]) for area in areas] if areas else [reverse(page)]
        file = reverse("template_file", args=[template.key])
        found.append({"title": gettext(template.title), "says": gettext(template.says), "file": file, "load": load[0]})
    return found


@open_to(*OPEN_TO)
@file_of_nobody("empty but for made-up examples")
@require_safe
def template_file(request: HttpRequest, template: str) -> HttpResponse:
    """One template, empty but for its examples. It holds nobody's data."""
    known = ALL.get(template)
    if known is None:
        raise NotFound
    reply = HttpResponse(blank(known[0]), content_type=XLSX)
    reply["Content-Disposition"] = f'attachment; filename="linli-{template}.xlsx"'
    return reply


urlpatterns = [
    path("templates/", templates, name="templates"),
    path("templates/<slug:template>.xlsx", template_file, name="template_file"),
]
