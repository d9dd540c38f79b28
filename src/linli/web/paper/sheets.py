"""Sheets of an area: printing one, those that are out, and what became of each."""

from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import Conflict, Invalid, LinliError, NotFound, Refused
from linli.custody import export
from linli.custody.export import Mark, State
from linli.ledger.models import PaperSheet
from linli.ledger.paper import printing, typing
from linli.ledger.paper.queries import places_to_print, states_of, sweep_to_print
from linli.people.queries import city_is_synthetic
from linli.places import queries as places
from linli.places.models import Area
from linli.web.accounts.shapes import account_names
from linli.web.fields import new_once, once_key
from linli.web.words import event_name

ROWS = 50
_SALT = "linli.sheet"
FATES: dict[str, Promise] = {
    "waiting": gettext_lazy("waits for a second person"),
    "ready": gettext_lazy("ready to print"),
    "never": gettext_lazy("never printed"),
    "out": gettext_lazy("out"),
    PaperSheet.Fate.RETURNED: gettext_lazy("brought back"),
    PaperSheet.Fate.DESTROYED: gettext_lazy("destroyed"),
}


@open_to(*printing.PRINTING, area_from="area_id")
@never_cache
@require_safe
def sheets(request: HttpRequest, area_id: int) -> HttpResponse:
    """What can be printed here, and every sheet with what became of it; a code typed here leads to its door."""
    me, at = caller_of(request), now()
    area = _area(me, area_id, at)
    typed, problem = request.GET.get("code", ""), ""
    desk = me.has(*printing.TYPING)
    if typed and desk:
        try:
            found, line = typing.place_of_code(me, typed, at)
        except (Invalid, NotFound) as wrong:
            problem = (
                wrong.told() if isinstance(wrong, Invalid) else gettext("There is no sheet with this number here.")
            )
        else:
            return redirect(_type_address(found, line.n if line else None))
    rows = printing.sheets_within(me, at).filter(micro_grid__in=places.within([area.pk], at))
    page = Paginator(rows.annotate(doors=Count("lines")), ROWS).get_page(request.GET.get("page"))
    out = rows.filter(printed_at__isnull=False, fate="").count()
    context = {
        "area": area,
        "desk": desk,
        "out": out,
        "typed": typed,
        "problem": problem,
        "page": page,
        "rows": told(list(page.object_list), at),
        "micro_grids": [(each, new_once(_SALT)) for each in places_to_print(me, area.pk, at)],
    }
    return render(request, "paper/sheets.html", context, status=422 if problem else 200)


def _area(me: Caller, area_id: int, at: datetime) -> Area:
    found = Area.objects.filter(pk=area_id, place__in=places.within(me.areas(*printing.PRINTING), at)).first()
    if found is None:
        raise NotFound
    return found


def _type_address(sheet: PaperSheet, line: int | None) -> str:
    return reverse("type_sheet", args=[sheet.number]) + (f"?door={line}" if line else "")


def told(rows: list[PaperSheet], at: datetime) -> list[dict[str, object]]:
    """Sheets in words; two queries for any number of them."""
    names = account_names(row.asked_by for row in rows)
    stand = states_of(rows, at)
    return [
        {
            "sheet": row,
            "doors": getattr(row, "doors", None),
            "asked_by": names.get(row.asked_by, ""),
            "key": (key := _fate(row, stand.get(row.number))),
            "fate": FATES[key],
        }
        for row in rows
    ]


def _fate(row: PaperSheet, state: State | None) -> str:
    if row.fate or row.printed_at is not None:
        return row.fate or "out"
    return str(state) if state in (State.WAITING, State.READY) else "never"


@open_to(*printing.PRINTING, area_from="area_id")
@require_POST
def print_sheet(request: HttpRequest, area_id: int) -> HttpResponse:
    """Number a sheet of one micro-grid; its page then gives the paper."""
    me, at = caller_of(request), now()
    area = _area(me, area_id, at)
    said = request.POST
    try:
        micro_grid = int(said.get("micro_grid", ""))
    except ValueError:
        raise Invalid from None
    sweep = sweep_to_print(micro_grid, at)
    if sweep is None:
        messages.warning(request, gettext("No sweep is under way there."))
        return redirect("sheets", area.pk)
    try:
        made = printing.ask_sheet(sweep, micro_grid, key=once_key(said.get("once", ""), _SALT), by=me, at=at)
    except (Conflict, Refused, Invalid) as problem:
        messages.warning(request, problem.told())
        return redirect("sheets", area.pk)
    return redirect("sheet", made.number)


@open_to(*printing.PRINTING)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest, sheet_number: str) -> HttpResponse:
    """One sheet: to be printed by whoever asked for it, typed back and ticked by the desk."""
    me, at = caller_of(request), now()
    found = printing.sheet_visible_to(me, sheet_number, at)
    desk = me.has(*printing.TYPING)
    if request.method == "POST":
        return _ticked(request, me, printing.sheet_to_type(me, sheet_number, at))
    lines = list(found.lines.order_by("n"))
    typed = typing.typed_of(found, lines)
    row = told([found], at)[0]
    context = {
        **row,
        "desk": desk,
        "mine": found.asked_by == me.user,
        "doors": len(lines),
        "done": sum(each.found is not None for each in typed.values()),
        "area": found.micro_grid,
        "closed": found.sweep.persons.closed_at,
        "back": _home_of(me, found, at),
    }
    return render(request, "paper/sheet.html", context)


def _home_of(me: Caller, found: PaperSheet, at: datetime) -> int:
    """The area whose sheets lead to this one: the desk's community, the worker's grid."""
    granted = set(me.areas(*printing.PRINTING))
    around = places.ancestors(found.micro_grid_id, at)
    return next((area.pk for area in reversed(around) if area.pk in granted), found.micro_grid_id)


def _ticked(request: HttpRequest, me: Caller, found: PaperSheet) -> HttpResponse:
    fate = request.POST.get("fate", "")
    if fate not in PaperSheet.Fate.values:
        raise Invalid
    try:
        printing.tick(found, PaperSheet.Fate(fate), by=me, at=now())
        words = gettext("Sheet {number} is back.") if fate == "returned" else gettext("Sheet {number} is destroyed.")
        messages.success(request, words.format(number=found.number))
    except LinliError as problem:
        messages.warning(request, problem.told())
    return redirect("sheet", found.number)


@open_to(*printing.PRINTING)
@never_cache
@require_POST
def sheet_file(request: HttpRequest, sheet_number: str) -> HttpResponse:
    """The paper, for whoever asked for it; each time it leaves is written in the trail."""
    me, at = caller_of(request), now()
    found = printing.sheet_visible_to(me, sheet_number, at)
    made = export.export_visible_to(me, found.number)
    names = account_names([made.asked_by, made.decided_by])
    mark = Mark(
        taken_by=names.get(made.asked_by, ""),
        confirmed_by=names.get(made.decided_by or 0, ""),
        synthetic=city_is_synthetic(),
    )
    try:
        return printing.take_sheet(found, mark=mark, event=event_name(found.sweep.persons.event), by=me, at=at)
    except (Conflict, Refused) as problem:
        messages.warning(request, problem.told())
    return redirect("sheet", found.number)


urlpatterns = [
    path("areas/<int:area_id>/sheets/", sheets, name="sheets"),
    path("areas/<int:area_id>/sheets/print/", print_sheet, name="print_sheet"),
    path("sheets/<slug:sheet_number>/", sheet, name="sheet"),
    path("sheets/<slug:sheet_number>/paper/", sheet_file, name="sheet_file"),
]
