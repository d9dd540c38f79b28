"""Somebody at a door needs something: one tap, and it stands in the duty log of their community, with its clock."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext, gettext_noop, ngettext

from linli.common.caller import Caller
from linli.common.moments import LOCAL
from linli.desk import actions as desk
from linli.desk.models import Entry
from linli.ledger.errors import AskUnclear
from linli.places.models import Area


class Need(StrEnum):
    """What may be needed at any door: a closed list, not what somebody is."""

    MEDICINE = "medicine"
    TREATMENT = "treatment"
    FOOD = "food"
    CANNOT_WALK = "cannot_walk"
    ALONE = "alone"
    NO_PHONE = "no_phone"


NEED_WORDS = {
    Need.MEDICINE: gettext_noop("Medicine is running out"),
    Need.TREATMENT: gettext_noop("Treatment that must not wait, such as dialysis"),
    Need.FOOD: gettext_noop("No food left"),
    Need.CANNOT_WALK: gettext_noop("Somebody cannot walk"),
    Need.ALONE: gettext_noop("An elder or a child is alone"),
    Need.NO_PHONE: gettext_noop("No phone that works"),
}
_AT_ONCE = frozenset({Need.FOOD, Need.ALONE})
_SOON_DAYS = 1
_DAYS_MOST = 365
_AS_NEW = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Ask:
    """What is needed.

    Attributes:
        days: for how many days the medicine lasts; None where nobody knows.
        on: when the next treatment is.
    """

    need: Need
    days: int | None = None
    on: date | None = None


def how_soon(ask: Ask, today: date) -> str:
    """The duty log's priority: within minutes, today, or within days."""
    if ask.need in _AT_ONCE:
        return Entry.Priority.URGENT
    if ask.need == Need.MEDICINE and ask.days is not None and ask.days <= _SOON_DAYS:
        return Entry.Priority.URGENT
    if ask.need == Need.TREATMENT and ask.on is not None and (ask.on - today).days <= _SOON_DAYS:
        return Entry.Priority.URGENT
    return Entry.Priority.WHENEVER if ask.need == Need.NO_PHONE else Entry.Priority.TODAY


def in_words(ask: Ask) -> str:
    """What is needed, as the desk reads it."""
    words = gettext(NEED_WORDS[ask.need])
    if ask.need == Need.MEDICINE and ask.days is not None:
        lasts = ngettext("{what}: it lasts for {days} more day", "{what}: it lasts for {days} more days", ask.days)
        return lasts.format(what=words, days=ask.days)
    if ask.need == Need.TREATMENT and ask.on is not None:
        return gettext("{what}: the next time is on {day}").format(what=words, day=ask.on.isoformat())
    return words


def read(need: str, days: str, on: str) -> Ask:
    """What a form says.

    Raises:
        AskUnclear: it makes no sense.
    """
    try:
        ask = Ask(Need(need), int(days) if days.strip() else None, date.fromisoformat(on) if on.strip() else None)
    except ValueError as problem:
        raise AskUnclear from problem
    if ask.days is not None and not 0 <= ask.days <= _DAYS_MOST:
        raise AskUnclear
    return ask


def ask_for(
    ask: Ask,
    community: Area,
    *,
    door: str,
    told_by: str,
    told_at: datetime | None = None,
    key: UUID | None,
    by: Caller,
    at: datetime,
) -> Entry:
    """Open an entry of the community's duty log. Sent twice under one key, it is one entry.

    Args:
        door: the door in full. told_by: who brings it, by name.
        told_at: when it was said at the door, where it comes late, as from a phone without a signal; days count from
            then.

    Raises:
        as ``desk.actions.note``.
    """
    said, words = told_at or at, in_words(ask)
    if at - said > _AS_NEW:
        words = gettext("{what} (said at the door on {day} at {hour})").format(
            what=words,
            day=said.astimezone(LOCAL).date().isoformat(),
            hour=f"{said.astimezone(LOCAL):%H:%M}",
        )
    soon = how_soon(_as_of(ask, said, at), at.astimezone(LOCAL).date())
    return desk.note(community, caller=told_by, about=door, need=words, priority=soon, key=key, by=by, at=at)


def _as_of(ask: Ask, said: datetime, at: datetime) -> Ask:
    """What is needed by now, of what was needed when it was said."""
    passed = (at.astimezone(LOCAL).date() - said.astimezone(LOCAL).date()).days
    return ask if ask.days is None else replace(ask, days=max(ask.days - passed, 0))


def code_of(ask: Ask) -> str:
    """What is needed as a short code, such as `medicine:3`: asked again with another day, it is something else."""
    return ":".join(
        [ask.need, *([str(ask.days)] if ask.days is not None else []), *([ask.on.isoformat()] if ask.on else [])]
    )


def ask_from_home(ask: Ask, community: Area, *, door: str, told_by: str, key: UUID, by: Caller, at: datetime) -> Entry:
    """The same from somebody who used the code of their door: nobody has it until the desk takes it.

    Args:
        told_by: name and phone, as they were given.

    Raises:
        as ``desk.actions.note_from_home``.
    """
    soon = how_soon(ask, at.astimezone(LOCAL).date())
    return desk.note_from_home(
        community, caller=told_by, about=door, need=in_words(ask), priority=soon, key=key, by=by, at=at
    )
