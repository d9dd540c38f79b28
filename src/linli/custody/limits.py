"""How often is too often: counters in the database, so that every process counts together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from linli.common.compiled import prepared
from linli.custody import secrets
from linli.custody.errors import TooOften
from linli.custody.models import Spent


@dataclass(frozen=True, slots=True)
class Limit:
    """How often something may be done in a window of time.

    Attributes:
        what: what is counted and by whom, e.g. `sign_up:203.0.113.7`; only its keyed digest is stored.
    """

    what: str
    most: int
    per: timedelta


def spend(what: str, *, most: int, per: timedelta, at: datetime) -> None:
    """Count one more of something. As `spend_each` of one limit."""
    spend_each([Limit(what, most, per)], at=at)


def spend_each(limits: Sequence[Limit], *, at: datetime) -> None:
    """Count one more under each of some limits, in their order and in one statement; the first that is used up refuses,
    and what comes after it is not counted.

    Call it before the action's own transaction, so that a refused attempt is counted too.

    Raises:
        TooOften: a window is used up; `seconds` says when the next begins.
    """
    steps: list[str] = []
    values: list[bytes | int | datetime] = []
    ends: list[int] = []
    for place, limit in enumerate(limits):
        width = int(limit.per.total_seconds())
        window, into = divmod(int(at.timestamp()), width)
        steps.append(_STEP.format(place=place, before=f"FROM step{place - 1} WHERE count <= %s" if place else ""))
        values += [secrets.index(limit.what), window, at + 2 * limit.per, *([limits[place - 1].most] if place else [])]
        ends.append(width - into)
    counts = ", ".join(f"(SELECT count FROM step{place})" for place in range(len(limits)))  # noqa: S608 (numbers)
    # A counter may be lost in a crash; the transaction that it is called in, if it is, may not.
    alone = "" if connection.in_atomic_block else ", set_config('synchronous_commit', 'off', true)"
    with prepared() as cursor:
        cursor.execute(f"WITH {', '.join(steps)} SELECT {counts}{alone}", values)
        counted = cursor.fetchone()[: len(limits)]
    for limit, count, seconds in zip(limits, counted, ends, strict=True):
        if count is not None and count > limit.most:
            raise TooOften(seconds=seconds)


_STEP = """step{place} AS (
    INSERT INTO custody_spent (bucket, "window", count, expires_at) SELECT %s, %s, 1, %s {before}
    ON CONFLICT (bucket, "window") DO UPDATE SET count = custody_spent.count + 1
    RETURNING count)"""


def forget(*, at: datetime) -> int:
    """Delete counters of windows long past. Returns how many."""
    return Spent.objects.filter(expires_at__lt=at).delete()[0]
