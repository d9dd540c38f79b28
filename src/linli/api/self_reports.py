"""Self-reports by the code of a door: what waits, whom each may be, and the word that makes it count."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.api.shapes import READING, WRITING, Problem
from linli.common.clock import now
from linli.custody.roles import Decide, deciding
from linli.ledger import deciding as deciding_reports
from linli.ledger import reported
from linli.ledger.errors import NotAmongThose
from linli.ledger.reported import Report, Word
from linli.people.queries import city_is_synthetic

router = Router(tags=["self-reports"])
FINDING = deciding(Decide.FOUND, Decide.REGISTER)


class WaitsOut(Schema):
    """A self-report that waits; `needs`: something was asked for with it, and stands in the duty log."""

    id: UUID
    door: int
    said_at: datetime
    people: int
    needs: bool
    synthetic: bool


class CandidateOut(Schema):
    """Somebody known whom a reported person may be."""

    person: int
    name: str
    why: list[str] = Field(description="what agrees; empty: known behind the same door, and nothing else")
    moves: bool = Field(description="they live behind another door, and are counted here from then on")


class ReportedOut(Schema):
    """One reported person, masked."""

    id: UUID
    name: str
    phone: str
    guest: bool
    candidates: list[CandidateOut]


class SelfReportOut(Schema):
    """One self-report that waits."""

    id: UUID
    door: int
    said_at: datetime
    people: list[ReportedOut]
    synthetic: bool


class WordIn(Schema):
    """Who one reported person is: somebody known by number, somebody new, or nobody to write down."""

    id: UUID
    said: Literal["known", "new", "aside"]
    person: int | None = Field(default=None, ge=1, lt=2**63, description="for known only")


class DecisionIn(Schema):
    """A word about everybody in it."""

    people: list[WordIn] = Field(max_length=12)


class DecidedOut(Schema):
    """What it became: a finding in each sweep that was under way when it was said."""

    id: UUID
    findings: list[UUID]
    synthetic: bool


@router.get("/self-reports", response={200: list[WaitsOut], **READING})
@open_to(*FINDING)
def waiting(request: HttpRequest) -> list[dict[str, object]]:
    """Self-reports that wait for the caller, who has waited longest first, at most 100."""
    synthetic = city_is_synthetic()
    return [
        {
            "id": each.id,
            "door": each.dwelling,
            "said_at": each.said_at,
            "people": each.people,
            "needs": each.needs,
            "synthetic": synthetic,
        }
        for each in reported.waiting(caller_of(request), now())
    ]


@router.get("/self-reports/{report_id}", response={200: SelfReportOut, **READING, 409: Problem})
@open_to(*FINDING)
def one_report(request: HttpRequest, report_id: UUID) -> dict[str, object]:
    """One that waits, with whom each of its people may be. 409 self_report_decided."""
    return _report(reported.report_visible_to(caller_of(request), report_id, now()))


@router.post("/self-reports/{report_id}/decision", response={200: DecidedOut, **WRITING})
@open_to(*FINDING)
def decide(request: HttpRequest, report_id: UUID, said: DecisionIn) -> dict[str, object]:
    """Say of everybody in it whom they are. 409 self_report_decided, self_report_sent_anew, move_said_already,
    sweep_closed; 422 not_among_those, twice_the_same."""
    me, at = caller_of(request), now()
    reported.report_visible_to(me, report_id, at)
    findings = deciding_reports.decide(report_id, _words(said), by=me, at=at)
    return {"id": report_id, "findings": [each.pk for each in findings], "synthetic": city_is_synthetic()}


def _words(said: DecisionIn) -> dict[UUID, int | Word]:
    words: dict[UUID, int | Word] = {}
    for each in said.people:
        if each.id in words or (each.said == "known") != (each.person is not None):
            raise NotAmongThose
        words[each.id] = each.person if each.person is not None else Word(each.said)
    return words


def _report(found: Report) -> dict[str, object]:
    return {
        "id": found.row.pk,
        "door": found.row.dwelling_id,
        "said_at": found.row.said_at,
        "people": [
            {
                "id": each.id,
                "name": each.name,
                "phone": each.phone,
                "guest": each.guest,
                "candidates": [
                    {"person": one.line.person, "name": one.line.name, "why": list(one.why), "moves": one.moves}
                    for one in each.candidates
                ],
            }
            for each in found.people
        ],
        "synthetic": city_is_synthetic(),
    }
