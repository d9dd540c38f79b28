"""Requests, calls and people of work units as the API tells them."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from linli.api.unit_shapes import SkillHeads
from linli.common.clock import now
from linli.common.errors import Invalid, LinliError, NotFound
from linli.common.sheets.errors import RowsRefused
from linli.muster.models import Call, Deployed, Reinforcement
from linli.muster.units import counting, people, queries
from linli.muster.units.counting import Stand
from linli.people.queries import city_is_synthetic


def refuse(wrong: Iterable[tuple[int, str, LinliError]]) -> None:
    """Take nothing of a list with wrong rows: number, key of the column (empty for the whole row), and why.

    Raises:
        RowsRefused: there is one.
    """
    rows = [
        {"row": row, "column": column, "code": problem.code, "message": problem.told()}
        for row, column, problem in wrong
    ]
    if rows:
        raise RowsRefused(n=len({row["row"] for row in rows}), rows=rows)


def skills_of(said: Iterable[SkillHeads]) -> dict[int, int]:
    """Heads by skill, as a request takes them.

    Raises:
        Invalid: a skill is named twice, or none is.
    """
    found = free_of(said)
    if None in found:
        raise Invalid(where=["skills"])
    return {skill: heads for skill, heads in found.items() if skill is not None}


def free_of(said: Iterable[SkillHeads]) -> dict[int | None, int]:
    """Heads by skill, those of no skill among them.

    Raises:
        Invalid: a skill is named twice.
    """
    found: dict[int | None, int] = {}
    for each in said:
        if each.skill in found:
            raise Invalid(where=["skills"])
        found[each.skill] = each.heads
    return found


def heads_out(lines: Iterable[tuple[int | None, int]]) -> list[dict[str, int | None]]:
    """Skills with numbers, those of no skill last."""
    pairs = sorted(lines, key=lambda pair: (pair[0] is None, pair[0] or 0))
    return [{"skill": skill, "heads": heads} for skill, heads in pairs]


def request_out(asked: Reinforcement, stand: Stand, synthetic: bool) -> dict[str, object]:
    """A request as a list has it."""
    return {
        "id": asked.pk,
        "area": asked.area_id,
        "asked_of": asked.asked_of_id,
        "came_from": asked.came_from_id,
        "heads": asked.heads,
        "asked": stand.asked,
        "committed": stand.committed,
        "passed_on": stand.passed_on,
        "named": stand.named,
        "arrived": stand.arrived,
        "short": stand.short,
        "since": asked.during.lower,
        "until": asked.during.upper,
        "answer_by": asked.answer_by,
        "asked_at": asked.asked_at,
        "ended_at": asked.ended_at,
        "synthetic": synthetic,
    }


def request_whole_out(asked: Reinforcement) -> dict[str, object]:
    """A request with all that it says, how it stands, and which units answer."""
    receiver, phone = queries.receiver_of(asked)
    calls = asked.calls.select_related("organisation").prefetch_related("skills").order_by("pk")
    synthetic = city_is_synthetic()
    return request_out(asked, counting.stands([asked])[asked.pk], synthetic) | {
        "skills": heads_out(asked.skills.values_list("skill", "heads")),
        "meet": asked.meet,
        "bring": asked.bring,
        "receiver": receiver,
        "receiver_phone": phone,
        "calls": [call_out(each, synthetic) for each in calls],
        "upward": list(asked.upward.filter(ended_at__isnull=True).values_list("pk", flat=True)),
    }


def call_out(call: Call, synthetic: bool) -> dict[str, object]:
    """A call as a list has it."""
    return {
        "id": call.pk,
        "unit": call.organisation_id,
        "reinforcement": call.reinforcement_id,
        "heads": call.heads,
        "skills": heads_out((line.skill, line.heads) for line in call.skills.all()),
        "committed": call.committed,
        "state": call.state,
        "reason": call.reason,
        "since": call.during.lower,
        "until": call.during.upper,
        "answered_at": call.answered_at,
        "synthetic": synthetic,
    }


def call_whole_out(call: Call) -> dict[str, object]:
    """A call with all that a unit has to know."""
    asked = call.reinforcement
    receiver, phone = queries.receiver_of(asked) if asked is not None else ("", "")
    return call_out(call, city_is_synthetic()) | {
        "named": call.people.filter(state__in=counting.ON_LIST).count(),
        "answer_by": asked.answer_by if asked is not None else None,
        "meet": asked.meet if asked is not None else "",
        "bring": asked.bring if asked is not None else "",
        "receiver": receiver,
        "receiver_phone": phone,
    }


def numbered_out(row: Deployed, synthetic: bool) -> dict[str, object]:
    """Somebody on a list, without a name."""
    return {
        "deployed": row.pk,
        "call": row.call_id,
        "state": row.state,
        "arrived_at": row.arrived_at,
        "cannot_until": row.away_until(now()),
        "synthetic": synthetic,
    }


def someone_out(rows: QuerySet[Deployed], at: datetime) -> dict[str, object]:
    """The one person of some rows, masked.

    Raises:
        NotFound: there is none.
    """
    found = people.people_of(rows, at, masked=True, most=1)
    if not found:
        raise NotFound
    [one] = found
    return {
        "deployed": one.id,
        "name": one.name,
        "phone": one.phone,
        "skills": one.skills,
        "state": one.state,
        "unit": one.unit,
        "grid": one.grid,
        "arrived_at": one.arrived_at,
        "cannot_until": one.cannot_until,
        "at_home_too": one.at_home_too,
        "synthetic": city_is_synthetic(),
    }
