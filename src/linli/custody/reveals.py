"""Showing one masked field in full: allowed by role, with a reason, counted, and written in the trail."""

from datetime import datetime, timedelta
from enum import StrEnum

from django.db import connection, transaction
from django.utils.translation import gettext_noop

from linli.common.caller import Caller
from linli.custody import trail
from linli.custody.errors import MayNotReveal, ReasonMissing, TooManyReveals
from linli.custody.models import TrailEntry
from linli.custody.roles import Reveal, revealing

MOST_AN_HOUR = 60
KIND = "field.revealed"


class Reason(StrEnum):
    """Why a field was shown in full: one tap, no free text."""

    CALL = "call"
    VERIFY = "verify"
    DELIVER = "deliver"
    DANGER = "danger"
    ASKED = "asked"


REASON_WORDS = {
    Reason.CALL: gettext_noop("to call this person"),
    Reason.VERIFY: gettext_noop("to make sure that it is them"),
    Reason.DELIVER: gettext_noop("to bring them something"),
    Reason.DANGER: gettext_noop("somebody is in danger"),
    Reason.ASKED: gettext_noop("they asked about their own record"),
}


@transaction.atomic
def reveal(by: Caller, *, subject: str, field: Reveal, reason: str, at: datetime, area: int | None = None) -> None:
    """Write down that a field is about to be shown in full; the caller's room then unseals it.

    Whether the record itself lies inside the caller's area is decided where it is fetched; here it is decided
    whether the role may see this field of anybody.

    Raises:
        MayNotReveal: no role of the caller's unmasks this.
        ReasonMissing: not one of the listed reasons.
        TooManyReveals: the caller has had too many within an hour.
    """
    if not by.has(*revealing(field)):
        raise MayNotReveal
    if reason not in set(Reason):
        raise ReasonMissing
    if by.user is not None:
        with connection.cursor() as cursor:  # two tabs of one account count one after the other
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('custody.reveal'), %s)", [by.user % 2**31])
        # The trail itself is the counter: what was shown is what is counted.
        lately = TrailEntry.objects.filter(user=by.user, happened_at__gt=at - timedelta(hours=1), kind=KIND)
        if lately.count() >= MOST_AN_HOUR:
            raise TooManyReveals(most=MOST_AN_HOUR)
    facts: dict[str, trail.Fact | list[trail.Fact]] = {"field": field.name.lower(), "reason": str(reason)}
    trail.record(KIND, who=by, subject=subject, at=at, area=area, facts=facts)


@transaction.atomic
def shown_without_signal(
    by: Caller, *, subject: str, field: Reveal, reason: str, at: datetime, area: int | None = None
) -> None:
    """Write down that a field was shown in full at a moment that has passed, on a phone without a signal.

    It is not counted against the hour: it was seen, and what was seen stands in the trail. The phone counts by itself.

    Raises:
        MayNotReveal: no role of the caller's unmasks this. ReasonMissing: not one of the listed reasons.
    """
    if not by.has(*revealing(field)):
        raise MayNotReveal
    if reason not in set(Reason):
        raise ReasonMissing
    facts: dict[str, trail.Fact | list[trail.Fact]] = {"field": field.name.lower(), "reason": reason, "offline": True}
    trail.record(KIND, who=by, subject=subject, at=at, area=area, facts=facts)
