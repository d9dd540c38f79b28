"""One form: what each of its columns is filled with, and how much of it still had to be typed."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.clock import now
from linli.common.errors import LinliError
from linli.custody.export import TAKERS
from linli.ledger.forms import keeping
from linli.ledger.forms.keeping import Means
from linli.ledger.forms.meanings import titled, titles_of
from linli.ledger.models import ReportColumn, ReportForm
from linli.web.report_forms.shelf import ROWS

Kind = ReportColumn.Kind
SAME, HAND = "constant", "by_hand"
KIND_WORDS = {
    Kind.BY_HAND: gettext_noop("typed by hand"),
    Kind.OPEN: gettext_noop("not said"),
    Kind.UNLAWFUL: gettext_noop("left empty: nobody may keep this or hand it on"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One column as the page shows it; `chosen` is where its list of choices stands, `text` what is always the same."""

    at: int
    title: str
    letter: str
    chosen: str
    text: str
    told: str
    open: bool
    unlawful: bool


@open_to(*TAKERS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report_form(request: HttpRequest, form_id: int) -> HttpResponse:
    """A form's columns. POST says what they mean."""
    me, at = caller_of(request), now()
    form = keeping.form_visible_to(me, form_id, at)
    problem = None
    if request.method == "POST":
        try:
            keeping.say_columns(form, _said(request), by=me, at=at)
        except LinliError as refused:
            problem = refused
        else:
            messages.success(request, gettext("What the columns mean is kept."))
            return redirect("report_form", form.pk)
    columns = [_shown(form, column, request) for column in form.columns.order_by("at")]
    context = {
        "form": form,
        "about": ROWS[ReportForm.Rows(form.rows)],
        "columns": columns,
        "open": sum(column.open for column in columns),
        "unlawful": [column.title for column in columns if column.unlawful],
        "fields": [(f"field:{key}", name) for key, name in titles_of(form.rows)],
        "may_change": keeping.may_change(me, form, at),
        "problem": problem.told() if problem is not None else "",
        "sums": next(iter(keeping.cells_of([form.pk])), None),
        "fillings": form.fillings.select_related("area").order_by("-filled_at")[:20],
        "same": SAME,
        "hand": HAND,
    }
    return render(request, "report_forms/form.html", context, status=problem.status if problem is not None else 200)


def _said(request: HttpRequest) -> dict[int, Means]:
    """What the page says of each column; one left open is asked about again."""
    found = {}
    for name, value in request.POST.items():
        place = name.removeprefix("means_")
        if place == name or not (place.isascii() and place.isdecimal()) or len(place) > 3 or not value:
            continue
        kind, _, key = str(value).partition(":")
        text = request.POST.get(f"text_{place}", "") if kind == SAME else key
        found[int(place)] = Means(Kind(kind) if kind in Kind.values else Kind.OPEN, text)
    return found


def _shown(form: ReportForm, column: ReportColumn, request: HttpRequest) -> Shown:
    chosen = {Kind.FIELD: f"field:{column.meaning}", Kind.CONSTANT: SAME, Kind.BY_HAND: HAND}.get(Kind(column.kind), "")
    told = {
        Kind.FIELD: lambda: gettext(titled(form.rows, column.meaning)),
        Kind.CONSTANT: lambda: gettext("always “{text}”").format(text=column.constant),
    }.get(Kind(column.kind), lambda: gettext(KIND_WORDS[Kind(column.kind)]))()
    return Shown(
        at=column.at,
        title=column.title,
        letter=_letter(column.at),
        chosen=request.POST.get(f"means_{column.at}", chosen),
        text=request.POST.get(f"text_{column.at}", column.constant),
        told=told,
        open=column.kind == Kind.OPEN,
        unlawful=column.kind == Kind.UNLAWFUL,
    )


def _letter(at: int) -> str:
    """A column as spreadsheets call it: A, B, …, AA."""
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


urlpatterns = [path("forms/<int:form_id>/", report_form, name="report_form")]
