"""The forms that a caller fills, taking one in, and taking one away."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.clock import now
from linli.common.errors import Conflict, LinliError
from linli.common.sheets.opening import MOST_MB
from linli.custody.export import TAKERS
from linli.ledger.forms import keeping
from linli.ledger.models import ReportColumn, ReportForm
from linli.places.models import Area

ROWS = {
    ReportForm.Rows.PERSON: gettext_lazy("a person"),
    ReportForm.Rows.HOUSEHOLD: gettext_lazy("a household"),
    ReportForm.Rows.EVERY_DOOR: gettext_lazy("a household, and every door where nobody is counted"),
    ReportForm.Rows.MICRO_GRID: gettext_lazy("a micro-grid, with numbers"),
    ReportForm.Rows.GRID: gettext_lazy("a grid, with numbers"),
}


class NewForm(forms.Form):
    """The empty form of an office, and what it is."""

    name = forms.CharField(
        label=gettext_lazy("What is the form called?"),
        max_length=keeping.MOST_NAME,
        error_messages={"required": gettext_lazy("Please say what the form is called.")},
    )
    required_by = forms.CharField(
        label=gettext_lazy("Which office requires it?"),
        max_length=keeping.MOST_NAME,
        error_messages={"required": gettext_lazy("Please say which office requires it.")},
    )
    rows = forms.ChoiceField(
        label=gettext_lazy("What is one row of it about?"),
        choices=list(ROWS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Please choose one of these.")},
    )
    file = forms.FileField(
        label=gettext_lazy("The empty form (XLSX)"),
        help_text=gettext_lazy(
            "With its titles above and a row that names the columns. What stands in its rows is not kept."
        ),
        allow_empty_file=True,
        error_messages={"required": gettext_lazy("Please choose a file.")},
        widget=forms.ClearableFileInput({"accept": ".xlsx"}),
    )


@open_to(*TAKERS)
@never_cache
@require_safe
def report_forms(request: HttpRequest) -> HttpResponse:
    """Every form that the caller fills, with how much of it needs no typing."""
    me, at = caller_of(request), now()
    found = list(keeping.forms_within(me, at))
    return render(
        request,
        "report_forms/list.html",
        {"rows": _shown(found), "areas": Area.objects.filter(pk__in=me.areas(*TAKERS)).order_by("level", "name")},
    )


def _shown(found: list[ReportForm]) -> list[dict[str, Any]]:
    """Forms with their cells so far, and how many of their columns nobody has explained. Two queries."""
    ids = [form.pk for form in found]
    open_ones: dict[int, int] = {}
    for form in ReportColumn.objects.filter(form__in=ids, kind=ReportColumn.Kind.OPEN).values_list("form", flat=True):
        open_ones[form] = open_ones.get(form, 0) + 1
    cells = {row["form"]: row for row in keeping.cells_of(ids)}
    return [
        {
            "form": form,
            "about": ROWS[ReportForm.Rows(form.rows)],
            "open": open_ones.get(form.pk, 0),
            "done": cells.get(form.pk, {}).get("done", 0),
            "cells": cells.get(form.pk, {}).get("asked", 0),
        }
        for form in found
    ]


@open_to(*TAKERS, area_from="area_id")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add_report_form(request: HttpRequest, area_id: int) -> HttpResponse:
    """Take a form in; what its titles do not tell is asked on the next page."""
    me, at = caller_of(request), now()
    area = keeping.area_of_forms(me, area_id, at)
    form = NewForm(request.POST, request.FILES) if request.method == "POST" else NewForm()
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        # One byte more than the most is enough to see that it is too much.
        content = said.pop("file").read(MOST_MB * 1024 * 1024 + 1)
        try:
            made, left_out = keeping.add_form(area, content=content, **said, by=me, at=at)
        except LinliError as problem:
            form.add_error("name" if problem.code.startswith("form_name") else "file", problem.told())
        else:
            if left_out:
                words = ngettext(
                    "{n} filled row of the file was not kept.", "{n} filled rows of the file were not kept.", left_out
                )
                messages.info(request, words.format(n=left_out))
            return redirect("report_form", made.pk)
    return render(request, "report_forms/add.html", {"form": form, "area": area}, status=422 if form.errors else 200)


@open_to(*TAKERS)
@never_cache
@require_POST
def remove_report_form(request: HttpRequest, form_id: int) -> HttpResponse:
    """Take a form away."""
    me, at = caller_of(request), now()
    form = keeping.form_to_remove(me, form_id, at)
    try:
        keeping.remove_form(form, by=me, at=at)
    except Conflict as problem:
        messages.warning(request, problem.told())
        return redirect("report_forms")
    messages.success(request, gettext("“{name}” is taken away.").format(name=form.name))
    return redirect("report_forms")


urlpatterns = [
    path("forms/", report_forms, name="report_forms"),
    path("areas/<int:area_id>/forms/add/", add_report_form, name="add_report_form"),
    path("forms/<int:form_id>/remove/", remove_report_form, name="remove_report_form"),
]
