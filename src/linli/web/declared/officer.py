"""For the data protection officer: the record of processing and the impact assessment, as pages and on paper."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from linli.access.permit import open_to
from linli.closing.words import table_told
from linli.common.clock import now
from linli.common.errors import NotFound
from linli.custody.record import Room, Table, digest, rooms
from linli.custody.roles import See, seeing
from linli.web.declared import impact, lists
from linli.web.declared.blocks import RECORD_PT, Block, facts, paper, part, piece, table, version
from linli.web.leaving import file_of_nobody

READERS = seeing(See.DECLARATIONS)


@open_to(*READERS)
@require_safe
def declarations(request: HttpRequest) -> HttpResponse:
    """Every table at a glance, room by room."""
    every = rooms()
    tables = [each for room in every for each in room.tables]
    context = {
        "rooms": [(room, [(table_told(each.label), each) for each in room.tables]) for room in every],
        "tables": len(tables),
        "personal": sum(bool(each.personal) for each in tables),
        "lists": lists.in_the_record(),
        "digest": digest(),
        "version": version(localdate(now())),
    }
    return render(request, "declared/declarations.html", context)


@open_to(*READERS)
@require_safe
def declared_room(request: HttpRequest, room: str) -> HttpResponse:
    """The tables of one room, field by field."""
    found = next((each for each in rooms() if each.key == room), None)
    if found is None:
        raise NotFound
    context = {"room": found, "blocks": _tables(found), "version": version(localdate(now()))}
    return render(request, "declared/room.html", context)


@open_to(*READERS)
@require_safe
def assessment(request: HttpRequest) -> HttpResponse:
    """The impact assessment."""
    context = {"lead": impact.lead(), "blocks": impact.blocks(now()), "version": version(localdate(now()))}
    return render(request, "declared/impact.html", context)


@open_to(*READERS)
@file_of_nobody("the declarations")
@require_safe
def record_paper(request: HttpRequest) -> HttpResponse:
    """The record of processing on paper, whole."""
    lead = gettext("Every table and field that Linli keeps: what for, on what basis, who may read it, how long.")
    told: list[Block] = []
    for room in rooms():
        told += [part(room.title), *_tables(room)]
    told += lists.in_the_record()
    title = gettext("Record of processing")
    return paper(title, lead, told, name="linli-record", on=localdate(now()), size_pt=RECORD_PT)


@open_to(*READERS)
@file_of_nobody("the declarations")
@require_safe
def assessment_paper(request: HttpRequest) -> HttpResponse:
    """The impact assessment on paper."""
    at = now()
    title = gettext("Impact assessment")
    return paper(title, impact.lead(), impact.blocks(at), name="linli-impact", on=localdate(at), size_pt=RECORD_PT)


def _tables(room: Room) -> Sequence[Block]:
    told: list[Block] = []
    for each in room.tables:
        told += [piece(f"{table_told(each.label)} · {each.label}"), facts(_about(each)), _fields(each)]
    return told


def _about(each: Table) -> list[tuple[str, str]]:
    return [
        (gettext("About whom"), each.whose),
        (gettext("Basis"), each.basis),
        (gettext("How long"), each.keep),
        (gettext("Who takes it out, as what"), each.leaves),
    ]


def _fields(each: Table) -> Block:
    head = (
        gettext("Field"),
        gettext("What it tells"),
        gettext("What for"),
        gettext("How much harm"),
        gettext("Who may read it"),
    )
    return table(head, [(row.name, row.kind or "–", row.purpose, row.sensitivity, row.readers) for row in each.columns])


urlpatterns = [
    path("declarations/", declarations, name="declarations"),
    path("declarations/impact/", assessment, name="impact"),
    path("declarations/record.pdf", record_paper, name="record_paper"),
    path("declarations/impact.pdf", assessment_paper, name="impact_paper"),
    path("declarations/<slug:room>/", declared_room, name="declared_room"),
]
