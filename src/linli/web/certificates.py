"""The certificate of destruction to take away: JSON as it is kept, or paper in the language of the page."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.closing import actions, papers, queries
from linli.common.clock import now
from linli.common.errors import NotFound
from linli.custody.roles import TakeOut, taking_out
from linli.web.leaving import file_of_nobody

KINDS = {"json": "application/json; charset=utf-8", "pdf": "application/pdf"}


@open_to(*taking_out(TakeOut.CERTIFICATE))
@file_of_nobody("counts, hashes and the names of those who closed an event")
@never_cache
@require_safe
def closing_certificate(request: HttpRequest, event_id: int, number: int, kind: str) -> HttpResponse:
    """One certificate as a file. It holds no resident's data; that it was taken out stands in the trail."""
    caller, at = caller_of(request), now()
    if kind not in KINDS:
        raise NotFound
    found = queries.certificate_visible_to(caller, event_id, number, at)
    content = papers.paper(found) if kind == "pdf" else papers.as_json(found)
    actions.take_certificate(found.closing, found.number, kind, by=caller, at=at)
    reply = HttpResponse(content, content_type=KINDS[kind])
    reply["Content-Disposition"] = f'attachment; filename="linli-certificate-{event_id}-{number}.{kind}"'
    return reply


urlpatterns = [
    path(
        "closings/<int:event_id>/certificate-<int:number>.<slug:kind>", closing_certificate, name="closing_certificate"
    ),
]
