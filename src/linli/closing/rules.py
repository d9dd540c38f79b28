"""When an event may be reviewed, and which part in confirming its destruction somebody has."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from linli.custody.roles import Decide, deciding, seconding
from linli.events.packs import Pack

OFFICERS = deciding(Decide.DESTRUCTION)
SECONDS = seconding(Decide.DESTRUCTION)
TAKING_PART = tuple(dict.fromkeys((*OFFICERS, *SECONDS)))


class Part(StrEnum):
    """The two who confirm."""

    OFFICER = "officer"
    SECOND = "second"


def grace(pack: Pack) -> timedelta:
    """How long after an event's end it is left as it is: the longest time that its pack names for what goes."""
    return timedelta(days=max((each.days_after_end for each in pack.retention if each.then != "keep"), default=0))


def parts_open(roles: Collection[str], *, officer: bool, second: bool) -> list[Part]:
    """Which parts somebody with these roles may still take, the officer's first.

    Args:
        officer, second: whether that part is taken.
    """
    free = []
    if not officer and set(roles) & set(OFFICERS):
        free.append(Part.OFFICER)
    if not second and set(roles) & set(SECONDS):
        free.append(Part.SECOND)
    return free


def reviewable_from(ended_at: datetime, pack: Pack) -> datetime:
    """From when on an event may be reviewed without naming a reason."""
    return ended_at + grace(pack)
