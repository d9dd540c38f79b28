"""Sheets of codes for the doors of a building: an address, a code and two sentences. Nobody stands on it."""

import io
from datetime import datetime
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
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import NotFound
from linli.events.models import Event
from linli.ledger import doorcodes, selfreports
from linli.people.queries import city_is_synthetic
from linli.places.models import Area, Building, Dwelling
from linli.web.leaving import file_of_nobody
from linli.web.words import event_name

SOURCE = Path(__file__).resolve().parent / "codes.typ"
A_FILE = 96  # doors; twelve sheets of A4
SENTENCES = (
    gettext_noop("Photograph the code: say who is at home and what you need."),
    gettext_noop("It shows nobody who lives here. In danger dial 120, 119 or 110 first."),
)

NO_PHONE = gettext_noop("No phone? Go to the desk of your community.")


@open_to(*doorcodes.PRINTING, area_from="community_id")
@never_cache
@require_safe
def door_codes(request: HttpRequest, community_id: int) -> HttpResponse:
    """The buildings of a community, each with its sheets to print."""
    me, at = caller_of(request), now()
    community, event = doorcodes.community_to_print(me, community_id, at)
    rows = [
        (building, doors, list(range(1, (doors + A_FILE - 1) // A_FILE + 1)))
        for building, doors in doorcodes.buildings_with_doors(community, at)
    ]
    context = {
        "community": community,
        "event": event,
        "event_name": event_name(event) if event is not None else "",
        "rows": rows,
        "doors": sum(doors for _, doors, _ in rows),
        "only_here": only_here(request),
    }
    return render(request, "intake/codes.html", context)


@open_to(*doorcodes.PRINTING, area_from="community_id")
@file_of_nobody("addresses of doors, and codes that only take")
@require_POST
def print_door_codes(request: HttpRequest, community_id: int, building_id: int) -> HttpResponse:
    """The sheets of one building as PDF; of a large one a part."""
    me, at = caller_of(request), now()
    community, event, building = _building(me, community_id, building_id, at)
    said = request.POST.get("part", "1")
    part = int(said) if said.isascii() and said.isdigit() and 0 < int(said) < 10_000 else 1
    doors = doorcodes.print_codes(event, building, skip=(part - 1) * A_FILE, most=A_FILE, by=me, at=at)
    if not doors:
        raise NotFound
    reply = HttpResponse(pdf.render(SOURCE, _facts(request, community, event, doors)), content_type="application/pdf")
    reply["Content-Disposition"] = f'inline; filename="linli-doors-{building.pk}-{part}.pdf"'
    return reply


@open_to(*doorcodes.PRINTING, area_from="community_id")
@require_POST
def replace_door_codes(request: HttpRequest, community_id: int, building_id: int) -> HttpResponse:
    """Let the codes that hang in a building count no longer."""
    me, at = caller_of(request), now()
    community, event, building = _building(me, community_id, building_id, at)
    doorcodes.replace_codes(event, building, by=me, at=at)
    words = gettext("The old codes of {name} lead nowhere any more. Please print new sheets.")
    messages.success(request, words.format(name=building.name))
    return redirect("door_codes", community.pk)


def _building(me: Caller, community_id: int, building_id: int, at: datetime) -> tuple[Area, Event, Building]:
    community, event = doorcodes.community_to_print(me, community_id, at)
    found = {building.pk: building for building, _ in doorcodes.buildings_with_doors(community, at)}
    if event is None or building_id not in found:
        raise NotFound
    return community, event, found[building_id]


def _facts(request: HttpRequest, community: Area, event: Event, doors: list[tuple[Dwelling, str]]) -> dict[str, Any]:
    """Every word of the paper: the sentences in both languages, whoever prints it."""
    marks = [
        *([_both("Exercise")] if event.exercise else []),
        *([_both("Synthetic city")] if city_is_synthetic() else []),
    ]
    desk = _both(NO_PHONE)
    if community.desk_phone:
        desk = f"{community.name} {community.desk_phone} · {desk}"
    return {
        "title": gettext("Codes for doors"),
        "language": "en" if get_language() == "en" else "zh",
        "mark": " · ".join([*marks, community.called]),
        "foot": "Linli 邻里",
        "event": " · ".join([event.name, *marks]),
        "lines": [said for sentence in SENTENCES for said in _in_both(sentence)],
        "desk": desk,
        "doors": [_card(request, door, letters) for door, letters in doors],
    }


def _card(request: HttpRequest, door: Dwelling, letters: str) -> dict[str, str]:
    grouped = "-".join(letters[start : start + 5] for start in range(0, len(letters), 5))
    address = public_address(request, reverse("self_report", args=[grouped]))
    drawn = io.BytesIO()
    # Drawn for paper that hangs in a stairway: a quarter of it may be unreadable.
    segno.make(address, error="q", micro=False).save(drawn, kind="svg", scale=4, border=2, xmldecl=False)
    return {"door": selfreports.door_told(door), "address": address, "picture": drawn.getvalue().decode()}


def _both(words: str) -> str:
    return " ".join(_in_both(words))


def _in_both(words: str) -> list[str]:
    said = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            said.append(gettext(words))
    return said


_AT = "desk/<int:community_id>/door-codes/"
urlpatterns = [
    path(_AT, door_codes, name="door_codes"),
    path(f"{_AT}<int:building_id>/", print_door_codes, name="print_door_codes"),
    path(f"{_AT}<int:building_id>/replace/", replace_door_codes, name="replace_door_codes"),
]
