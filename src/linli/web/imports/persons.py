"""Loading dwellings and persons, by the community desk."""

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
from linli.events.queries import active_event
from linli.ledger import importing
from linli.muster import queries
from linli.people import person_load, person_template
from linli.people.models import REGISTER
from linli.web.imports.basis import form_for, stated_basis
from linli.web.imports.flow import Import, answer, told
from linli.web.imports.templates import DECIDES_REGISTER, EVERY

WORDS = {
    "estate": ngettext_lazy("{n} estate", "{n} estates"),
    "building": ngettext_lazy("{n} building", "{n} buildings"),
    "dwelling": ngettext_lazy("{n} door", "{n} doors"),
    "person": ngettext_lazy("{n} person", "{n} people"),
}


@open_to(*DECIDES_REGISTER, area_from="community_id")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def load_persons(request: HttpRequest, community_id: int) -> HttpResponse:
    """Every door of the community and who lives behind it, from the template."""
    me, at = caller_of(request), now()
    community = queries.community_of_desk(me, community_id)
    event = active_event(at, community.pk)

    def look(rows: Sequence[Row], stated: Mapping[str, str]) -> Looked:
        basis = stated_basis(stated, event, REGISTER)
        return person_load.look(rows, community, basis, at)

    def take(rows: Sequence[Row], stated: Mapping[str, str]) -> HttpResponse:
        basis = stated_basis(stated, event, REGISTER)
        made = importing.take(rows, community, basis, by=me, at=at)
        counted = gettext(", ").join(told(WORDS[kind], n) for kind, n in made.would.items())
        words = gettext("Made: {what}.").format(what=counted) if counted else gettext("Everything was there already.")
        messages.success(request, words)
        return redirect("templates")

    what = Import(
        template=person_template.TEMPLATE,
        area=community.pk,
        look=look,
        take=take,
        words=WORDS,
        url=reverse("load_persons", args=[community.pk]),
        back=(reverse("templates"), gettext("Templates")),
        form=form_for(event),
        others=EVERY,
    )
    return answer(request, what)


urlpatterns = [path("desk/<int:community_id>/persons/load/", load_persons, name="load_persons")]
