"""Naming people for a call, from pasted lines or a file, and swapping one by name."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.clock import now
from linli.common.errors import Conflict, Invalid, NotFound
from linli.common.sheets.writing import blank
from linli.muster.models import Call
from linli.muster.units import listing, people, queries, sheet
from linli.web.imports.templates import XLSX
from linli.web.leaving import file_of_nobody
from linli.web.units.forms import NamesForm

MOST_SHOWN = 100


@open_to(*queries.LIAISON)
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def name_people(request: HttpRequest, call_id: int) -> HttpResponse:
    """Whom a unit sends: the list is taken whole, or shown again with the rows that make no sense."""
    caller = caller_of(request)
    call = queries.call_of_unit(caller, call_id)
    form = NamesForm(request.POST, request.FILES) if request.method == "POST" else NamesForm()
    read = sheet.Read()
    if form.is_bound and form.is_valid():
        try:
            read = _read(form)
            if not read.mend:
                taken = listing.name_people(call, read.named, by=caller, at=now())
                return _tell(request, call, taken)
        except Invalid as problem:
            form.add_error("file" if form.cleaned_data["file"] else "text", problem.told())
        except Conflict as problem:
            messages.warning(request, problem.told())
            return redirect("unit_call", call.pk)
    context = {
        "call": call,
        "form": form,
        "mend": [
            (each.row, each.said or sheet.TEMPLATE.titled(each.column), each.problem.told())
            for each in read.mend[:MOST_SHOWN]
        ],
        "rows_wrong": len({each.row for each in read.mend}),
    }
    return render(request, "units/names.html", context, status=422 if form.errors or read.mend else 200)


def _read(form: NamesForm) -> sheet.Read:
    content = form.content()
    if content is not None:
        return sheet.of_file(content)
    return sheet.of_text(form.cleaned_data["text"])


def _tell(request: HttpRequest, call: Call, taken: listing.Taken) -> HttpResponse:
    """What became of the list, on the page of the call."""
    words = ngettext("{n} person is named.", "{n} people are named.", taken.listed)
    messages.success(request, words.format(n=f"{taken.listed:,}"))
    if taken.there or taken.twice:
        again = taken.there + taken.twice
        words = ngettext("{n} row stood there already.", "{n} rows stood there already.", again)
        messages.info(request, words.format(n=f"{again:,}"))
    if taken.elsewhere:
        shown = "、".join(each.name for each in taken.elsewhere[:10])
        words = ngettext(
            "{n} person is named for that time already, by you or by another work unit, and was left out: {who}",
            "{n} people are named for that time already, by you or by another work unit, and were left out: {who}",
            len(taken.elsewhere),
        )
        messages.warning(request, words.format(n=f"{len(taken.elsewhere):,}", who=shown))
    if taken.young:
        shown = "、".join(each.name for each in taken.young[:10])
        words = ngettext(
            "{n} person is known to be too young to serve, and was left out: {who}",
            "{n} people are known to be too young to serve, and were left out: {who}",
            len(taken.young),
        )
        messages.warning(request, words.format(n=f"{len(taken.young):,}", who=shown))
    return redirect("unit_call", call.pk)


@open_to(*queries.LIAISON)
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def swap_person(request: HttpRequest, deployed_id: int) -> HttpResponse:
    """Somebody else comes in the place of somebody who has not arrived yet."""
    caller = caller_of(request)
    one = listing.deployed_of_unit(caller, deployed_id)
    call = queries.call_of_unit(caller, one.call_id)
    [someone] = people.people_of(call.people.filter(pk=one.pk), now(), masked=False)
    form = NamesForm(request.POST if request.method == "POST" else None, one=True)
    if form.is_bound and form.is_valid():
        read = sheet.of_text(form.cleaned_data["text"])
        try:
            if read.mend or len(read.named) != 1:
                form.add_error("text", gettext("Please write one line, with one name and one phone number."))
            else:
                listing.swap(one, read.named[0], by=caller, at=now())
                messages.success(
                    request,
                    gettext("{new} comes instead of {old}.").format(new=read.named[0].name, old=someone.name),
                )
                return redirect("unit_call", call.pk)
        except NotFound:
            raise
        except Conflict as problem:
            form.add_error("text", problem.told())
    context = {"call": call, "form": form, "someone": someone}
    return render(request, "units/swap.html", context, status=422 if form.errors else 200)


@open_to(*queries.LIAISON)
@file_of_nobody("empty but for made-up examples")
@require_safe
def unit_template(_: HttpRequest) -> HttpResponse:
    """The spreadsheet of a unit's people, empty but for its examples."""
    reply = HttpResponse(blank(sheet.TEMPLATE), content_type=XLSX)
    reply["Content-Disposition"] = 'attachment; filename="linli-unit-people.xlsx"'
    return reply


urlpatterns = [
    path("unit/people.xlsx", unit_template, name="unit_template"),
    path("unit/calls/<int:call_id>/people/", name_people, name="name_people"),
    path("unit/people/<int:deployed_id>/swap/", swap_person, name="swap_person"),
]
