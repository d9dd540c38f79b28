"""What must not wait comes first: a pure rule, which says why each thing stands where it stands."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from linli.common.moments import LOCAL
from linli.ledger.nexts import EVENING_FROM, Next
from linli.worklist.entries import Entry, Kind

SOON = timedelta(hours=1)


class Why(StrEnum):
    """Why something stands where it stands, the first first."""

    OVERDUE = "overdue"
    NOW = "now"
    SOON = "soon"
    DECIDE = "decide"
    TOLD = "told"
    NEED = "need"
    DUE = "due"
    NEW = "new"
    AGAIN = "again"
    PROMISED = "promised"
    LATER = "later"
    DESK = "desk"


WHY_WORDS: dict[Why, Promise] = {
    Why.OVERDUE: gettext_lazy("Overdue"),
    Why.NOW: gettext_lazy("Now: they asked for this time"),
    Why.SOON: gettext_lazy("Wanted within the hour"),
    Why.DECIDE: gettext_lazy("Does not count before you decide"),
    Why.TOLD: gettext_lazy("You have not opened it yet"),
    Why.NEED: gettext_lazy("Somebody there may need care"),
    Why.DUE: gettext_lazy("Wanted by a certain time"),
    Why.NEW: gettext_lazy("Nobody has been there yet"),
    Why.AGAIN: gettext_lazy("Tried, and not reached"),
    Why.PROMISED: gettext_lazy("Later: they named a time"),
    Why.LATER: gettext_lazy("Later: nobody is likely to be in now"),
    Why.DESK: gettext_lazy("All was tried"),
}
_BY_AGE = (Kind.DECIDE, Kind.REPORTED, Kind.NOTICE)
_PLACE = {why: place for place, why in enumerate(Why)}


def why(entry: Entry, at: datetime) -> Why:
    """Why an entry stands where it stands.

    What has a clock goes by its clock; a visit that was asked for waits for its time. What a phone brought and was not
    done, and what people told themselves, does not count until somebody decides; then what they were told themselves
    and have not opened. Then whoever may need care, as far as something can be done at this hour; then doors where
    nobody was, before those that were tried; and last what has a better hour, or is for the desk.
    """
    if entry.what == Next.COME_BACK and entry.due is not None:
        return _as_asked(entry.due, at)
    if entry.due is not None:
        return _by_the_clock(entry.due, at)
    if entry.kind in _BY_AGE:
        return Why.TOLD if entry.kind == Kind.NOTICE else Why.DECIDE
    if entry.what == Next.DESK:
        return Why.DESK
    if _has_a_better_hour(entry.what, at):
        return Why.LATER
    seen = Why.AGAIN if entry.tried else Why.NEW
    return Why.NEED if entry.needs else seen


def _by_the_clock(due: datetime, at: datetime) -> Why:
    if due <= at:
        return Why.OVERDUE
    return Why.SOON if due - at <= SOON else Why.DUE


def _as_asked(back_at: datetime, at: datetime) -> Why:
    if at < back_at:
        return Why.PROMISED
    return Why.NOW if at - back_at < SOON else Why.OVERDUE


def _has_a_better_hour(what: str, at: datetime) -> bool:
    evening = at.astimezone(LOCAL).hour >= EVENING_FROM
    return what == (Next.MORNING if evening else Next.EVENING)


def in_order(entries: Iterable[Entry], at: datetime) -> list[tuple[Why, Entry]]:
    """Entries with why each stands there. Where that is the same: a threat to life first among what is overdue, what
    is due first, whoever may need care, and then as one walks."""
    told = [(why(each, at), each) for each in entries]

    def place(row: tuple[Why, Entry]) -> tuple[object, ...]:
        reason, entry = row
        return (
            _PLACE[reason],
            (not entry.priority, entry.priority) if reason == Why.OVERDUE else (),
            (entry.due or entry.since) if entry.due or entry.kind in _BY_AGE else at,
            not entry.needs,
            entry.order,
            entry.kind,
            entry.subject,
        )

    return sorted(told, key=place)
