"""Loading a list of work units, by whoever decides over them."""

from collections.abc import Mapping, Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext, gettext_lazy, ngettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.clock import now
from linli.common.sheets import Looked, Row
from linli.events.queries import active_event
from linli.muster.queries import area_visible_to
from linli.muster.units import queries, unit_lines, unit_sheet
from linli.web.imports.flow import FileOrTextForm, Import, answer, told
from linli.web.imports.templates import EVERY

WORDS = {
    "organisation": ngettext_lazy("{n} work unit", "{n} work units"),
    "free": ngettext_lazy("what {n} work unit can send", "what {n} work units can send"),
    "liaison": ngettext_lazy("{n} liaison", "{n} liaisons"),
    "phone": ngettext_lazy("the phone of {n} office", "the phones of {n} offices"),
}


class UnitsForm(FileOrTextForm):
    """The template, or lines from a chat."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].help_text = gettext_lazy(
            "One a line: 市图书馆 驾驶 3 其他 12 联络员 周敏. Or rows copied from a spreadsheet, with their titles."
        )


@open_to(*queries.PLANNING, area_from="area_id")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def load_units(request: HttpRequest, area_id: int) -> HttpResponse:
    """Work units from the template, another list or a pasted text."""
    me, at = caller_of(request), now()
    area = area_visible_to(me, area_id, *queries.PLANNING)
    event = active_event(at, area.pk)
    if event is None:
        told_why = gettext("No event is active in {name}, so nobody can say there whom a work unit can send.")
        messages.info(request, told_why.format(name=area.called))
        return redirect("units", area.pk)

    def look(rows: Sequence[Row], _: Mapping[str, str]) -> Looked:
        return unit_sheet.look(rows, area, event, by=me, at=at)

    def take(rows: Sequence[Row], _: Mapping[str, str]) -> HttpResponse:
        made = unit_sheet.take(rows, area, event, by=me, at=at).would
        counted = gettext(", ").join(told(WORDS[kind], n) for kind, n in made.items())
        words = gettext("Made: {what}.").format(what=counted) if counted else gettext("Everything was there already.")
        messages.success(request, words)
        if made.get("liaison"):
            messages.info(request, gettext("Show each liaison their QR: print the cards under Accounts."))
        return redirect("units", area.pk)

    what = Import(
        template=unit_sheet.TEMPLATE,
        area=area.pk,
        look=look,
        take=take,
        words=WORDS,
        url=reverse("load_units", args=[area.pk]),
        back=(reverse("units", args=[area.pk]), gettext("Work units")),
        form=UnitsForm,
        others=EVERY,
        pasted=unit_lines.of_text,
    )
    return answer(request, what)


urlpatterns = [path("areas/<int:area_id>/units/load/", load_units, name="load_units")]
