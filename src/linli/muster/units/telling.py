"""Telling whoever speaks for a work unit what it is asked for, and that its people went home.

An account has no number or address. Where its liaison has said which person they are (`access.oneself`), that person is
told; whose unit nobody can be told for, the request's page says so, and somebody dials.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from linli.access.queries import people_speaking_for
from linli.common.caller import NOBODY, Caller
from linli.events.models import Event
from linli.muster.models import Call, Reinforcement
from linli.muster.units import rules
from linli.notices import actions, queries
from linli.notices.actions import News
from linli.notices.queries import Heard
from linli.notices.telling import template_of

ASKED, REMINDED, ENDED, RELEASED = "unit_asked", "unit_reminded", "unit_ended", "unit_released"
Facts = Mapping[str, int | datetime | None]


def tell_asked(calls: Sequence[Call], *, by: Caller, at: datetime) -> None:
    """Tell the liaisons of units that these are asked for people; each call with its request."""
    _tell(ASKED, {call: _request(call) | {"heads": call.heads, "since": call.during.lower} for call in calls}, by, at)


def tell_ended(calls: Sequence[Call], *, by: Caller, at: datetime) -> None:
    """Tell them that nobody waits for their answer any more."""
    _tell(ENDED, {call: {"place": _area(call)} for call in calls}, by, at)


def tell_released(call: Call, heads: int, *, by: Caller, at: datetime) -> None:
    """Tell them how many of their people went home; whoever sent these home themselves is not told."""
    if heads and call.reinforcement is not None:
        facts: Facts = {"place": _area(call), "heads": heads, "since": at}
        _tell(RELEASED, {call: facts}, by, at, again=f":{at.isoformat()}")


def remind(*, at: datetime) -> int:
    """Tell them once that an answer is wanted soon; whoever was asked later than that is told nothing twice.

    Returns how many were told.
    """
    soon = at + rules.REMIND_BEFORE
    waiting = Call.objects.select_related("reinforcement", "event").filter(
        state=Call.State.ASKED, reinforcement__answer_by__gt=at, reinforcement__answer_by__lte=soon
    )
    by_event: dict[int, dict[Call, Facts]] = {}
    for call in waiting.order_by("pk"):
        if call.asked_at + rules.REMIND_BEFORE <= _asked(call).answer_by:
            by_event.setdefault(call.event_id, {})[call] = _request(call)
    return sum(_tell(REMINDED, calls, NOBODY, at) for calls in by_event.values())


def heard_of(event: Event, calls: Collection[Call]) -> dict[int, Heard]:
    """By the ids of calls, how many liaisons were told that their unit is asked, and have read it; one query."""
    abouts = {_about(call): call.pk for call in calls}
    return {abouts[about]: heard for about, heard in queries.heard_of_each(event, abouts, ASKED).items()}


def _tell(code: str, said: Mapping[Call, Facts], by: Caller, at: datetime, *, again: str = "") -> int:
    """Tell of calls of one event; `again` tells several times of one call apart."""
    event = next((call.event for call in said), None)
    if event is None or template_of(event, code) is None:  # a pack may have none; the liaison's page says it
        return 0
    whom = people_speaking_for({call.organisation_id for call in said}, at, but=by.user)
    news = [
        News(
            code=code,
            about=_about(call),
            key=f"{code}:{call.pk}{again}",
            whom=whom.get(call.organisation_id, []),
            facts={**facts, "unit": call.organisation_id},
        )
        for call, facts in said.items()
    ]
    return actions.tell(event, news, by=by, at=at)


def _about(call: Call) -> str:
    return f"call:{call.pk}"


def _request(call: Call) -> dict[str, int | datetime | None]:
    return {"place": _area(call), "answer_by": _asked(call).answer_by}


def _area(call: Call) -> int:
    return _asked(call).area_id


def _asked(call: Call) -> Reinforcement:
    if call.reinforcement is None:
        raise TypeError("an offer is no request; nobody is told of it")
    return call.reinforcement
