"""Filling a form: for which area, in which sweep, what of it in full; it leaves as every list does."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import LinliError
from linli.common.moments import local
from linli.custody import export
from linli.custody.export import MOST_ALONE, TAKERS
from linli.custody.reveals import MOST_AN_HOUR
from linli.ledger.forms import filling, keeping
from linli.ledger.forms.filling import Filled
from linli.ledger.forms.meanings import OF_HOUSEHOLDS, OF_PEOPLE
from linli.ledger.models import ReportForm, Sweep
from linli.places.models import Area
from linli.web.fields import new_once, once_key
from linli.web.report_forms.shelf import ROWS
from linli.web.words import event_name

_SALT = "linli.fill_form"


class FillForm(forms.Form):
    """What of it in full. `once` makes the same form sent twice one file."""

    in_full = forms.MultipleChoiceField(
        label=gettext_lazy("What of it in full?"),
        help_text=gettext_lazy(
            "Everything else stays masked, as on the page. Each person can see that this was shown."
        ),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    once = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, full: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["in_full"].choices = full  # type: ignore[attr-defined]
        if not full:
            del self.fields["in_full"]
        if not self.is_bound:
            self.initial["once"] = new_once(_SALT)

    @property
    def key(self) -> UUID | None:
        """The id this form gives its file; None where the form was kept too long or changed."""
        return once_key(self.data.get("once", ""), _SALT)


@open_to(*TAKERS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def fill_report_form(request: HttpRequest, form_id: int) -> HttpResponse:
    """What filling a form would give; POST asks for it."""
    me, at = caller_of(request), now()
    form = keeping.form_visible_to(me, form_id, at)
    areas = filling.areas_to_fill(me, form, at)
    said = request.POST if request.method == "POST" else request.GET
    area = next((each for each in areas if str(each.pk) == said.get("area", "")), areas[0] if areas else None)
    sweeps = filling.sweeps_to_fill(area, at) if area is not None else []
    sweep = _sweep(said, sweeps)
    context: dict[str, Any] = {
        "form": form,
        "about": ROWS[ReportForm.Rows(form.rows)],
        "people": form.rows in OF_PEOPLE,
        "households": form.rows in OF_HOUSEHOLDS,
        "every_door": form.rows == ReportForm.Rows.EVERY_DOOR,
        "areas": areas,
        "area": area,
        "sweeps": [(each.pk, _told(each)) for each in sweeps],
        "sweep": sweep,
        "most_alone": MOST_ALONE,
        "most_in_full": MOST_AN_HOUR,
    }
    if area is None:
        return render(request, "report_forms/fill.html", context)
    try:
        found = filling.looked_at(form, area.pk, sweep, by=me, at=at)
    except LinliError as problem:
        context["problem"] = problem.told()
        return render(request, "report_forms/fill.html", context, status=problem.status)
    return _asked(request, context, found, me, area, sweep)


def _asked(
    request: HttpRequest, context: dict[str, Any], found: Filled, me: Caller, area: Area, sweep: int | None
) -> HttpResponse:
    at = now()
    full = [(column.key, gettext(column.title)) for column, may in export.offered(found.listing, me) if may]
    asks = FillForm(request.POST if request.method == "POST" else None, full=full)
    if asks.is_bound and asks.is_valid():
        in_full = asks.cleaned_data.get("in_full", [])
        try:
            made = filling.fill(found.report, area.pk, sweep, in_full=in_full, key=asks.key, by=me, at=at)
        except LinliError as problem:
            asks.add_error(None, problem.told())
        else:
            messages.success(
                request,
                gettext("{done} of {all} fields need no typing.").format(done=made.filled, all=made.cells),
            )
            return redirect("list_out", made.number)
    context |= {
        "asks": asks,
        "rows": len(found.records),
        "nobody": sum(not each.people for each in found.records) if context["every_door"] else 0,
        "foreseen": export.foreseen(found.listing, me, at),
        "filled": [gettext(meaning.column.title) for meaning in found.columns.values()],
        "hand": [column.title for column in found.hand],
    }
    return render(request, "report_forms/fill.html", context, status=422 if asks.errors else 200)


def _sweep(said: QueryDict, sweeps: list[Sweep]) -> int | None:
    """The sweep that was chosen; the first one where nothing was said yet."""
    if "sweep" not in said:
        return sweeps[0].pk if sweeps and sweeps[0].persons.closed_at is None else None
    return next((each.pk for each in sweeps if str(each.pk) == said["sweep"]), None)


def _told(sweep: Sweep) -> str:
    return f"{event_name(sweep.persons.event)} · {sweep.persons.area.called} · {local(sweep.persons.opened_at)}"


urlpatterns = [path("forms/<int:form_id>/fill/", fill_report_form, name="fill_report_form")]
