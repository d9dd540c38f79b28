"""When a notice may wake somebody, and how it stands with one reader. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum

from linli.common.moments import LOCAL

QUIET_FROM_H, QUIET_UNTIL_H = 22, 7
WAITS = tuple(timedelta(minutes=wait) for wait in (1, 5, 30, 120, 480))
"""How long a message waits after each try that failed for now; the last try of all is the one after them."""


class Reached(StrEnum):
    """How sure it is that somebody has heard of a notice, the surest first."""

    READ = "read"
    CALLED = "called"
    NOT_YET = "not_yet"


def is_quiet(at: datetime) -> bool:
    """Whether people sleep: no phone rings for what threatens nobody's life."""
    hour = at.astimezone(LOCAL).hour
    return hour >= QUIET_FROM_H or hour < QUIET_UNTIL_H


def next_wait(tries: int) -> timedelta | None:
    """How long a message waits that was tried so often, from 1; None where it is given up."""
    return WAITS[tries - 1] if tries <= len(WAITS) else None


def reached(read_at: datetime | None, called_at: datetime | None) -> Reached:
    """How it stands with one reader."""
    if read_at is not None:
        return Reached.READ
    return Reached.CALLED if called_at is not None else Reached.NOT_YET
