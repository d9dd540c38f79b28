"""Posters for where people report for duty: a code to photograph, the same to type, in both languages. Nobody stands
on them."""

import io
from pathlib import Path
from typing import Any

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import translation
from django.utils.translation import get_language, gettext, gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.access.callers import caller_of
from linli.access.origins import only_here, public_address
from linli.access.permit import open_to
from linli.common import pdf
from linli.common.clock import now
from linli.common.errors import NotFound
from linli.duty.hours import posts
from linli.events.models import Event
from linli.people.queries import city_is_synthetic
from linli.places.models import Area
from linli.web.leaving import file_of_nobody
from linli.web.words import event_name

SOURCE = Path(__file__).resolve().parent / "post.typ"
TITLE = gettext_noop("Start and finish duty")
SENTENCES = (
    gettext_noop("Photograph the code when you start, and again when you finish."),
    gettext_noop("It works on the phone you signed up with. Where you are is not recorded."),
    gettext_noop("No phone? Tell whoever leads here: they tap for you."),
)


@open_to(*posts.PRINTING, area_from="community_id")
@never_cache
@require_safe
def post_codes(request: HttpRequest, community_id: int) -> HttpResponse:
    """Places of a community, each with its poster to print."""
    me, at = caller_of(request), now()
    community, event, areas = posts.places_to_print(me, community_id, at)
    context = {
        "community": community,
        "event": event,
        "event_name": event_name(event) if event is not None else "",
        "areas": areas,
        "only_here": only_here(request),
    }
    return render(request, "hours/posters.html", context)


@open_to(*posts.PRINTING, area_from="community_id")
@file_of_nobody("a place, and a code that only starts and finishes duty there")
@require_POST
def print_post_code(request: HttpRequest, community_id: int, area_id: int) -> HttpResponse:
    """The poster of one place as PDF."""
    community, event, area = _place(request, community_id, area_id)
    letters = posts.code_of(event, area, by=caller_of(request), at=now())
    reply = HttpResponse(
        pdf.render(SOURCE, _facts(request, community, event, area, letters)), content_type="application/pdf"
    )
    reply["Content-Disposition"] = f'inline; filename="linli-post-{area.pk}.pdf"'
    return reply


@open_to(*posts.PRINTING, area_from="community_id")
@require_POST
def replace_post_code(request: HttpRequest, community_id: int, area_id: int) -> HttpResponse:
    """Let the code that hangs at a place count no longer."""
    community, event, area = _place(request, community_id, area_id)
    posts.replace_code(event, area, by=caller_of(request), at=now())
    words = gettext("The old code of {name} leads nowhere any more. Please print a new poster.")
    messages.success(request, words.format(name=area.called))
    return redirect("post_codes", community.pk)


def _place(request: HttpRequest, community_id: int, area_id: int) -> tuple[Area, Event, Area]:
    community, event, areas = posts.places_to_print(caller_of(request), community_id, now())
    area = next((each for each in areas if each.pk == area_id), None)
    if event is None or area is None:
        raise NotFound
    return community, event, area


def _facts(request: HttpRequest, community: Area, event: Event, area: Area, letters: str) -> dict[str, Any]:
    """Every word of the paper, in both languages, whoever prints it."""
    marks = [
        *([_both("Exercise")] if event.exercise else []),
        *([_both("Synthetic city")] if city_is_synthetic() else []),
    ]
    address = public_address(request, reverse("at_post", args=[posts.plain(letters)]))
    drawn = io.BytesIO()
    # Drawn for paper that hangs in rain: a quarter of it may be unreadable.
    segno.make(address, error="q", micro=False).save(drawn, kind="svg", scale=8, border=2, xmldecl=False)
    return {
        "title": gettext("Start and finish duty"),
        "language": "en" if get_language() == "en" else "zh",
        "mark": " · ".join([*marks, community.called]),
        "foot": "Linli 邻里",
        "heads": _in_both(TITLE),
        "place": area.called,
        "event": " · ".join([event.name, *marks]),
        "picture": drawn.getvalue().decode(),
        "code": letters,
        "address": address,
        "typed": public_address(request, reverse("type_post")),
        "lines": [said for sentence in SENTENCES for said in _in_both(sentence)],
        "desk": f"{community.called} {community.desk_phone}" if community.desk_phone else community.called,
    }


def _both(words: str) -> str:
    return " ".join(_in_both(words))


def _in_both(words: str) -> list[str]:
    said = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            said.append(gettext(words))
    return said


_AT = "desk/<int:community_id>/posts/"
urlpatterns = [
    path(_AT, post_codes, name="post_codes"),
    path(f"{_AT}<int:area_id>/", print_post_code, name="print_post_code"),
    path(f"{_AT}<int:area_id>/replace/", replace_post_code, name="replace_post_code"),
]
