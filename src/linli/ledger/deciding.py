"""The desk's or the grid worker's word about a self-report. Only that word counts.

What was said of somebody becomes a finding of every sweep that was under way then, said by themselves, and moves
standings the one way there is. Names and numbers of the report go with the decision: they stand with the people.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from linli.common.caller import Caller
from linli.custody import secrets, trail
from linli.ledger import moving, recording
from linli.ledger.arriving import Newcomer, arrive
from linli.ledger.errors import NotAmongThose, SelfReportDecided, SelfReportSentAnew, TwiceTheSame
from linli.ledger.going import Going, What, go
from linli.ledger.models import Finding, Said, SelfReport, SelfReported, Sweep
from linli.ledger.reported import Report, Word, fetched, report_visible_to
from linli.people import queries as people
from linli.people.actions import lock_buildings_of
from linli.rolls.models import Standing


@transaction.atomic
def decide(report_id: UUID, words: Mapping[UUID, int | Word], *, by: Caller, at: datetime) -> list[Finding]:
    """Say of everybody in a self-report whom they are: somebody known, somebody new, or nobody to write down.

    Args:
        words: by the id of each reported person: a person's number, or a word. Every one of them, once.

    Raises:
        NotFound: no such report in the caller's area, ever. SelfReportSentAnew: it was taken back by its phone.
        SelfReportDecided: somebody was quicker.
        NotAmongThose: not everybody was answered for, or by somebody who was not offered. TwiceTheSame: by one twice.
        SweepClosed: a sweep it counts in has just ended. Otherwise as ``arriving.arrive`` and ``going.go``.
    """
    row = SelfReport.objects.select_for_update().select_related(None).filter(pk=report_id).first()
    if row is None:
        raise SelfReportSentAnew
    if row.decided_at is not None:
        fetched(by, report_id, at)
        raise SelfReportDecided
    found = report_visible_to(by, report_id, at)
    _check(found, words)
    rows = {each.pk: each for each in SelfReported.objects.filter(report=row.pk).order_by("n")}
    lock_buildings_of([row.dwelling_id])
    moving.lock_persons([word for word in words.values() if isinstance(word, int)])
    persons = {pk: _became(found, each, words[pk], by, at) for pk, each in rows.items()}
    findings = _found(found, list(persons.values()), by, at)
    for pk, each in rows.items():
        each.outcome = _outcome(words[pk])
        each.person_id, each.name, each.phone, each.phone_index = persons[pk], "", None, None
    SelfReported.objects.bulk_update(rows.values(), ["outcome", "person", "name", "phone", "phone_index"])
    SelfReport.objects.filter(pk=row.pk).update(decided_at=at, decided_by=by.user)
    facts: dict[str, trail.Fact | list[trail.Fact]] = {
        str(kind): sum(each.outcome == kind for each in rows.values())
        for kind in (SelfReported.Outcome.KNOWN, SelfReported.Outcome.NEW, SelfReported.Outcome.ASIDE)
    }
    subject = f"self_report:{row.pk}"
    trail.record("self_report.decided", who=by, subject=subject, at=at, area=found.micro_grid, facts=facts)
    return findings


def _check(found: Report, words: Mapping[UUID, int | Word]) -> None:
    """Everybody is answered for, by one who was offered, and nobody by the same."""
    if set(words) != {each.id for each in found.people}:
        raise NotAmongThose
    for each in found.people:
        word = words[each.id]
        if isinstance(word, int) and word not in {candidate.line.person for candidate in each.candidates}:
            raise NotAmongThose
    known = [word for word in words.values() if isinstance(word, int)]
    if len(set(known)) < len(known):
        raise TwiceTheSame


def _became(found: Report, each: SelfReported, word: int | Word, by: Caller, at: datetime) -> int | None:
    """Who somebody turned out to be: written down where they are new, moved here where they lived elsewhere."""
    row = found.row
    if word == Word.ASIDE:
        return None
    if not isinstance(word, int):
        phone = secrets.unseal(each.phone) if each.phone is not None else ""
        said = Newcomer(each.name, row.said_at, row.dwelling_id, guest=each.guest, phone=phone)
        return arrive(said, event=row.event, fact=row.pk, by=by, at=at).person.pk
    asked = next(one for one in found.people if one.id == each.pk)
    if next(one.moves for one in asked.candidates if one.line.person == word):
        what = What.GUEST if each.guest else What.DOOR
        go(word, Going(what, row.said_at, row.dwelling_id), by=by, at=at)
    return word


def _found(found: Report, persons: Sequence[int | None], by: Caller, at: datetime) -> list[Finding]:
    """What it says in each sweep that was under way when it was said; nothing where everybody was set aside."""
    row = found.row
    there = set(people.behind_doors([row.dwelling_id]).get(row.dwelling_id, ()))
    said = [(person, Said.State.HERE) for person in persons if person in there and person is not None]
    if not any(person is not None for person in persons):
        return []
    spoke = persons[0] if persons[0] in there else None
    return [
        recording.record(
            sweep,
            recording.Found(
                key=uuid5(row.pk, f"sweep:{sweep.pk}"),
                dwelling=row.dwelling_id,
                result=Finding.Result.ANSWERED,
                how=Finding.How.SELF,
                happened_at=row.said_at,
                said=said,
                spoke=spoke,
            ),
            by=by,
            at=at,
        )
        for sweep in sweeps_at(row.event_id, row.dwelling_id, row.said_at)
    ]


def sweeps_at(event_id: int, dwelling_id: int, said_at: datetime) -> list[Sweep]:
    """Sweeps in which a door is due that were under way at a moment and still are. Two queries."""
    running: dict[str, Any] = {
        "persons__event": event_id,
        "persons__closed_at__isnull": True,
        "persons__ready_at__isnull": False,
        "doors__ready_at__isnull": False,
        "persons__opened_at__lte": said_at,
    }
    found = list(
        Sweep.objects.select_related("persons__area", "persons__event", "doors").filter(**running).order_by("pk")
    )
    due = Standing.objects.filter(
        subject=dwelling_id, roll__in=[each.doors_id for each in found], part__in=[each.doors.part for each in found]
    )
    rolls = set(due.values_list("roll", flat=True))
    return [each for each in found if each.doors_id in rolls]


def _outcome(word: int | Word) -> SelfReported.Outcome:
    if isinstance(word, int):
        return SelfReported.Outcome.KNOWN
    return SelfReported.Outcome.NEW if word == Word.NEW else SelfReported.Outcome.ASIDE
