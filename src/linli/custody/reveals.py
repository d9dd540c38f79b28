"""Showing one masked field in full: allowed by role, with a reason, counted, and written in the trail."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import connection, transaction
from django.utils.translation import gettext_noop

from linli.common.caller import Caller
from linli.custody import trail
from linli.custody.errors import MayNotReveal, ReasonMissing, TooManyReveals
from linli.custody.models import TrailEntry
from linli.custody.roles import Reveal, See, revealing, seeing

MOST_AN_HOUR = 60
KIND = "field.revealed"
LEADER_KIND = "phones.shown_to_leader"


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


def show_to_leader(by: Caller, *, area: int, bookings: Collection[int], at: datetime) -> None:
    """Write down, as one entry, that a leader has the phones of people placed with them shown.

    It holds for these bookings and no longer than they do: whoever is placed anew is shown by another entry.

    Raises:
        MayNotReveal: no role of the caller's is for people placed with them.
    """
    if not by.has(*seeing(See.PLACED_WITH_THEM)):
        raise MayNotReveal
    facts: dict[str, trail.Fact | list[trail.Fact]] = {"field": Reveal.PHONE.name.lower(), "bookings": list(bookings)}
    trail.record(LEADER_KIND, who=by, subject=f"place:{area}", at=at, area=area, facts=facts)


def shown_to_leader(by: Caller, *, area: int) -> frozenset[int]:
    """Bookings whose people's phones the caller has had shown in an area, as the trail says."""
    if by.user is None:
        return frozenset()
    rows = TrailEntry.objects.filter(user=by.user, kind=LEADER_KIND, subject=f"place:{area}")
    return frozenset(booking for facts in rows.values_list("facts", flat=True) for booking in facts["bookings"])


def leaders_shown(places: Mapping[int, int]) -> list[tuple[datetime, int | None]]:
    """When leaders had phones of somebody shown, and which accounts.

    Args:
        places: of each booking of theirs where it was.
    """
    subjects = [f"place:{place}" for place in set(places.values())]
    rows = TrailEntry.objects.filter(subject__in=subjects, kind=LEADER_KIND).order_by("pk")
    return [(row.happened_at, row.user) for row in rows if not places.keys().isdisjoint(row.facts["bookings"])]
