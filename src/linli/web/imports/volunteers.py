"""Loading work units and volunteers, by the community desk."""

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
from linli.events.models import Event
from linli.events.queries import active_event
from linli.muster import queries, volunteer_sheet
from linli.people.models import SERVICE
from linli.places.models import Area
from linli.web.imports.basis import BasisForm, form_for, stated_basis
from linli.web.imports.flow import Import, answer, told
from linli.web.imports.templates import DECIDES_SIGN_UPS, EVERY

WORDS = {
    "sign_up": ngettext_lazy("{n} sign-up", "{n} sign-ups"),
    "volunteer": ngettext_lazy("{n} standing volunteer", "{n} standing volunteers"),
    "organisation": ngettext_lazy("{n} work unit", "{n} work units"),
}


@open_to(*DECIDES_SIGN_UPS, area_from="community_id")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def load_volunteers(request: HttpRequest, community_id: int) -> HttpResponse:
    """Volunteers and the work units that send them, from the template."""
    community = queries.community_of_desk(caller_of(request), community_id)
    event = active_event(now(), community.pk)
    return answer(request, import_of(request, community, event, form_for(event)))


def import_of(request: HttpRequest, community: Area, event: Event | None, form: type[BasisForm]) -> Import:
    """Volunteers of a community, from a file or a pasted text, for the event that is active there."""
    me, at = caller_of(request), now()

    def look(rows: Sequence[Row], stated: Mapping[str, str]) -> Looked:
        basis = stated_basis(stated, event, SERVICE)
        return volunteer_sheet.look(rows, community, None if basis.standing else event)

    def take(rows: Sequence[Row], stated: Mapping[str, str]) -> HttpResponse:
        basis = stated_basis(stated, event, SERVICE)
        made = volunteer_sheet.take(rows, community, None if basis.standing else event, basis, by=me, at=at)
        counted = gettext(", ").join(told(WORDS[kind], n) for kind, n in made.would.items())
        words = gettext("Made: {what}.").format(what=counted) if counted else gettext("Everything was there already.")
        messages.success(request, words)
        return redirect("sign_ups", community.pk)

    return Import(
        template=volunteer_sheet.TEMPLATE,
        area=community.pk,
        look=look,
        take=take,
        words=WORDS,
        url=reverse("load_volunteers", args=[community.pk]),
        back=(reverse("templates"), gettext("Templates")),
        form=form,
        others=EVERY,
    )


urlpatterns = [path("desk/<int:community_id>/volunteers/load/", load_volunteers, name="load_volunteers")]
