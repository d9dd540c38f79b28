"""What to try next at a door, or for somebody who is not reached yet: derived from what was tried, never typed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext_noop

from linli.common.moments import LOCAL
from linli.ledger.models import Finding

EVENING_FROM = 17  # by the clock of the place: who works is at home from about then


class Next(StrEnum):
    """One thing to do."""

    COME_BACK = "come_back"
    KNOCK = "knock"
    PHONE = "phone"
    KNOCK_SAFELY = "knock_safely"
    EVENING = "evening"
    MORNING = "morning"
    NEIGHBOUR = "neighbour"
    DESK = "desk"
    ASK_HOUSEHOLD = "ask_household"
    WHO_KNOWS = "who_knows"
    MOVED = "moved"
    TRUSTED = "trusted"


NEXT_WORDS = {
    Next.COME_BACK: gettext_noop("Come back {when}"),
    Next.KNOCK: gettext_noop("Knock at the door"),
    Next.PHONE: gettext_noop("Ring them up"),
    Next.KNOCK_SAFELY: gettext_noop("Knock, by the safety rule for high-risk places"),
    Next.EVENING: gettext_noop("Nobody opened by day: try again after 17:00"),
    Next.MORNING: gettext_noop("Nobody opened in the evening: try again by day"),
    Next.NEIGHBOUR: gettext_noop("Ask the neighbours"),
    Next.DESK: gettext_noop("All was tried: the desk asks family, work unit or police"),
    Next.ASK_HOUSEHOLD: gettext_noop("Somebody answered there: ask them about this person"),
    Next.WHO_KNOWS: gettext_noop("Registered, but the door is vacant: ask who knows them"),
    Next.MOVED: gettext_noop("Found vacant twice: find out whether they moved, and record it"),
    Next.TRUSTED: gettext_noop("Refused: let somebody they trust ask once more"),
}
_BY_DISTANCE = frozenset({Finding.How.PHONE, Finding.How.GROUP})


@dataclass(frozen=True, slots=True)
class Tried:
    """One thing that was tried at a door and not taken back; `back_at`: when they asked to come back."""

    result: str
    how: str
    at: datetime
    back_at: datetime | None = None


def asked_for(tried: Sequence[Tried]) -> datetime | None:
    """When they asked to come back. What was found last counts, whether or not that time is over."""
    return sorted(tried, key=lambda each: each.at)[-1].back_at if tried else None


def next_thing(tried: Sequence[Tried], *, high_risk: bool, has_phone: bool, person: bool) -> Next:
    """The next thing to do.

    Args:
        tried: what was found at the door, in any order.
        high_risk: whether the door lies in a high-risk zone, where the phone comes first.
        has_phone: whether a number is known.
        person: whether it is about somebody who is not reached, rather than about a door that has not answered.
    """
    if asked_for(tried) is not None:
        return Next.COME_BACK
    results = [each.result for each in sorted(tried, key=lambda each: each.at)]
    if not results:
        return _first(high_risk=high_risk, has_phone=has_phone)
    vacant = results.count(Finding.Result.VACANT)
    if vacant:
        return Next.MOVED if vacant > 1 else Next.WHO_KNOWS
    if Finding.Result.ANSWERED in results and person:
        return Next.ASK_HOUSEHOLD
    if Finding.Result.REFUSED in results:
        return Next.TRUSTED
    return _nobody_answered(tried, high_risk=high_risk, has_phone=has_phone)


def _first(*, high_risk: bool, has_phone: bool) -> Next:
    if not high_risk:
        return Next.KNOCK
    return Next.PHONE if has_phone else Next.KNOCK_SAFELY


def _nobody_answered(tried: Sequence[Tried], *, high_risk: bool, has_phone: bool) -> Next:
    """Another time of the day, the phone, the neighbours, the desk; in a high-risk zone a knock comes last."""
    knocks = [each for each in tried if each.how == Finding.How.DOOR]
    evening = [each for each in knocks if each.at.astimezone(LOCAL).hour >= EVENING_FROM]
    rang = any(each.how in _BY_DISTANCE for each in tried)
    asked = any(each.how == Finding.How.NEIGHBOUR for each in tried)
    steps = [
        (Next.PHONE, has_phone and not rang, high_risk),
        (Next.NEIGHBOUR, not asked, high_risk),
        (Next.KNOCK_SAFELY, not knocks, high_risk),
        (Next.KNOCK, not knocks, not high_risk),
        (Next.EVENING, not evening, True),
        (Next.MORNING, len(evening) == len(knocks), True),
        (Next.PHONE, has_phone and not rang, True),
        (Next.NEIGHBOUR, not asked, True),
    ]
    return next((step for step, open_yet, applies in steps if open_yet and applies), Next.DESK)
