"""“Come back at six”: the times that are offered at a door, by the clock of the place."""

from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

TWO_HOURS, EVENING, TOMORROW, OTHER = "two_hours", "evening", "tomorrow", "other"
_WORDS: dict[str, Promise] = {
    "": _("At no certain time"),
    TWO_HOURS: _("In two hours"),
    EVENING: _("This evening, 19:00"),
    TOMORROW: _("Tomorrow, 9:00"),
    OTHER: _("Another time"),
}


def moment_of(chosen: str, at: datetime) -> datetime | None:
    """The moment that one choice means, made at `at`; None of no time, and of one that is told apart."""
    if chosen == TWO_HOURS:
        return at + timedelta(hours=2)
    here = localtime(at).replace(minute=0, second=0, microsecond=0)
    if chosen == EVENING:
        return here.replace(hour=19)
    return (here + timedelta(days=1)).replace(hour=9) if chosen == TOMORROW else None


def offered(at: datetime, *, chosen: str = "") -> list[tuple[str, Promise]]:
    """What can be chosen at a moment: this evening only while it is to come, or where it `chosen` was."""
    evening = moment_of(EVENING, at)
    over = evening is not None and evening <= at and chosen != EVENING
    return [(each, words) for each, words in _WORDS.items() if not (over and each == EVENING)]
