"""Loading areas and grids, by an administrator."""

from collections.abc import Mapping, Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext, ngettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.clock import now
from linli.common.sheets import Looked, Row
from linli.places import area_sheet
from linli.web.imports.flow import Import, answer, told
from linli.web.imports.templates import DECIDES_TREE, EVERY

WORDS = {
    "city": ngettext_lazy("{n} city", "{n} cities"),
    "district": ngettext_lazy("{n} district", "{n} districts"),
    "street": ngettext_lazy("{n} street", "{n} streets"),
    "community": ngettext_lazy("{n} community", "{n} communities"),
    "grid": ngettext_lazy("{n} grid", "{n} grids"),
    "dedicated_grid": ngettext_lazy("{n} dedicated grid", "{n} dedicated grids"),
    "micro_grid": ngettext_lazy("{n} micro-grid", "{n} micro-grids"),
}


@open_to(*DECIDES_TREE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def load_areas(request: HttpRequest) -> HttpResponse:
    """The tree of areas from the template."""

    def look(rows: Sequence[Row], _: Mapping[str, str]) -> Looked:
        return area_sheet.look(rows, now())

    def take(rows: Sequence[Row], _: Mapping[str, str]) -> HttpResponse:
        made = area_sheet.take(rows, by=caller_of(request), at=now())
        counted = gettext(", ").join(told(WORDS[kind], n) for kind, n in made.would.items())
        words = gettext("Made: {what}.").format(what=counted) if counted else gettext("Everything was there already.")
        messages.success(request, words)
        return redirect("templates")

    what = Import(
        template=area_sheet.TEMPLATE,
        look=look,
        take=take,
        words=WORDS,
        url=reverse("load_areas"),
        back=(reverse("templates"), gettext("Templates")),
        others=EVERY,
    )
    return answer(request, what)


urlpatterns = [path("templates/areas/load/", load_areas, name="load_areas")]
