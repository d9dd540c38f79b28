"""Self-reports that wait, and whom each of their people may be: by the one rule of duplicates, with its reasons."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import connection

from linli.common.caller import Caller
from linli.common.errors import NotFound
from linli.custody import masks, secrets
from linli.ledger import duplicates, scope
from linli.ledger.errors import SelfReportDecided
from linli.ledger.likeness import Known
from linli.ledger.lines import Line, lines
from linli.ledger.models import SelfReport, SelfReported
from linli.ledger.search import DOORS
from linli.people import queries as people
from linli.people.rules import name_key
from linli.places.models import Dwelling

MOST = 100
_WAITING = (
    f"WITH {DOORS}"
    + """
SELECT r.id, door.id, r.said_at, count(p.id), r.asked FROM door
JOIN ledger_selfreport r ON r.dwelling_id = door.id AND r.decided_at IS NULL
JOIN ledger_selfreported p ON p.report_id = r.id
GROUP BY r.id, door.id ORDER BY r.said_at, r.id LIMIT %(most)s
"""
)


class Word(StrEnum):
    """What is decided of somebody who is none of those who are known."""

    NEW = "new"
    ASIDE = "aside"


@dataclass(frozen=True, slots=True)
class Waits:
    """One self-report in the list.

    Attributes:
        people: how many it names. needs: whether something was asked for with it.
    """

    id: UUID
    dwelling: int
    said_at: datetime
    people: int
    needs: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody known whom a reported person may be.

    Attributes:
        why: reasons of ``likeness``; none for who is only known behind the same door.
        moves: they live behind another door, so that saying yes moves them here.
    """

    line: Line
    why: tuple[str, ...]
    moves: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """One reported person, masked, and whom they may be, what is surest first."""

    id: UUID
    name: str
    phone: str
    guest: bool
    candidates: tuple[Candidate, ...]

    @property
    def proposed(self) -> str:
        """What the page has chosen until somebody chooses otherwise: the surest who is alike, else somebody new."""
        return next((str(each.line.person) for each in self.candidates if each.why), str(Word.NEW))


@dataclass(frozen=True, slots=True)
class Report:
    """A self-report as whoever decides reads it."""

    row: SelfReport
    micro_grid: int
    people: tuple[Asked, ...]


def waiting(by: Caller, at: datetime, most: int | None = MOST) -> list[Waits]:
    """Self-reports that wait for the caller, who has waited longest first, so many at most. One query."""
    return waiting_in(scope.found_over(by, at), at, most)


def waiting_in(areas: Collection[int], at: datetime, most: int | None = None) -> list[Waits]:
    """Self-reports at doors of some areas that nobody has decided about, as ``waiting`` tells them. One query."""
    if not areas:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, {"areas": list(areas), "at": at, "most": most})
        rows = cursor.fetchall()
    return [Waits(pk, door, said_at, number, asked not in ("{}", {})) for pk, door, said_at, number, asked in rows]


def named_in_waiting(by: Caller, at: datetime) -> list[SelfReported]:
    """Everybody who is named in a self-report that waits for the caller, with the report. Two queries."""
    ids = [each.id for each in waiting(by, at, most=None)]
    return list(SelfReported.objects.select_related("report").filter(report__in=ids).order_by("report", "n"))


def report_visible_to(by: Caller, report_id: UUID, at: datetime) -> Report:
    """One self-report that waits, with whom each of its people may be.

    Raises:
        NotFound: there is none in the caller's area. SelfReportDecided: somebody has decided about it.
    """
    row, micro = fetched(by, report_id, at)
    if row.decided_at is not None:
        raise SelfReportDecided
    return Report(row, micro, _asked(row, micro, by, at))


def shown_in_full(report: Report) -> dict[UUID, tuple[str, str]]:
    """Names and phones in clear, for whoever has just written down why they look."""
    rows = SelfReported.objects.filter(report=report.row.pk)
    return {row.pk: (row.name, secrets.unseal(row.phone) if row.phone is not None else "") for row in rows}


def fetched(by: Caller, report_id: UUID, at: datetime) -> tuple[SelfReport, int]:
    """One self-report, decided about or not, and the micro-grid that holds its door. Raises NotFound."""
    row = SelfReport.objects.select_related("event").filter(pk=report_id).first()
    micro = scope.micro_grids_of([row.dwelling_id], at).get(row.dwelling_id) if row is not None else None
    if row is None or micro is None or not scope.finds_in(by, micro, at):
        raise NotFound
    return row, micro


def _asked(row: SelfReport, micro: int, by: Caller, at: datetime) -> tuple[Asked, ...]:
    building = Dwelling.objects.values_list("building", flat=True).get(pk=row.dwelling_id)
    rows = list(SelfReported.objects.filter(report=row.pk).order_by("n"))
    alike = {each.pk: duplicates.like_said(_said(each, row.dwelling_id, building), micro, by, at) for each in rows}
    behind = [person for person, _ in people.behind_door(row.dwelling_id)]
    shown = lines({*behind, *(person for found in alike.values() for person, _ in found)}, by, at)
    mine = _movable(shown, behind, by, at)
    return tuple(
        Asked(
            each.pk,
            masks.mask_name(each.name),
            masks.mask_phone(secrets.unseal(each.phone)) if each.phone is not None else "",
            each.guest,
            tuple(_candidates(alike[each.pk], behind, shown, mine)),
        )
        for each in rows
    )


def _said(each: SelfReported, dwelling: int, building: int) -> Known:
    index = bytes(each.phone_index) if each.phone_index is not None else None
    sound = name_key(each.name)
    return Known(0, each.name, sound, phone_index=index, dwelling=dwelling, building=building)


def _movable(shown: Mapping[int, Line], behind: Sequence[int], by: Caller, at: datetime) -> set[int]:
    """Those who live behind another door and whom the caller may move here: a grid worker proposes moves only."""
    elsewhere = [person for person in shown if person not in behind]
    seats = scope.belongs(elsewhere, at)
    return {person for person in elsewhere if scope.decides_in(by, seats.get(person, ()), at)}


def _candidates(
    alike: Sequence[tuple[int, tuple[str, ...]]], behind: Sequence[int], shown: Mapping[int, Line], movable: set[int]
) -> list[Candidate]:
    reasons = dict(alike)
    persons = [person for person, _ in alike if person in behind or person in movable]
    persons += [person for person in behind if person not in reasons]
    return [Candidate(shown[each], reasons.get(each, ()), each not in behind) for each in persons if each in shown]
