"""Posters that lead to the sign-up page, for the desk to print: one sheet for each way of signing up."""

from dataclasses import dataclass

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.clock import now
from linli.events.packs import pack_of
from linli.muster import queries
from linli.web.context import event_name

ON_THIS_MACHINE = {"127.0.0.1", "localhost", "[::1]"}


@dataclass(frozen=True, slots=True)
class Poster:
    """One sheet: what the way is called, where it leads, and that as a picture to be photographed."""

    way: str
    url: str
    picture: SafeString


def _poster(request: HttpRequest, page: str, community_id: int, way: str) -> Poster:
    url = request.build_absolute_uri(reverse(page, args=[community_id]))
    # Drawn for paper that hangs in rain and lamplight: a quarter of it may be unreadable.
    drawn = segno.make(url, error="q", micro=False)
    return Poster(way, url, mark_safe(drawn.svg_inline(scale=8, omitsize=True)))  # noqa: S308 -- segno drew it


@open_to("community_desk", area_from="community_id")
@require_safe
def posters(request: HttpRequest, community_id: int) -> HttpResponse:
    """The sheets of a community, one for each way of signing up, in the pack's words."""
    community = queries.community_of_desk(caller_of(request), community_id)
    _, event = queries.community_to_sign_up(community.pk, now())
    called = pack_of(event).called
    answers = {
        "community": community,
        "event_name": event_name(event),
        "posters": [
            _poster(request, "sign_up", community.pk, called("neighbour")),
            _poster(request, "sign_up_members", community.pk, called("member")),
        ],
        "only_here": request.get_host().rpartition(":")[0] in ON_THIS_MACHINE or request.get_host() in ON_THIS_MACHINE,
    }
    return render(request, "muster/posters.html", answers)


urlpatterns = [path("desk/<int:community_id>/posters/", posters, name="posters")]
