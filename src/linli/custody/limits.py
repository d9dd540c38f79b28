"""How often is too often: counters in the database, so that every process counts together."""

from datetime import datetime, timedelta

from django.db import connection

from linli.custody import secrets
from linli.custody.errors import TooOften
from linli.custody.models import Spent


def spend(what: str, *, most: int, per: timedelta, at: datetime) -> None:
    """Count one more of something, and refuse where it is more than `most` in a window of time.

    Call it before the action's own transaction, so that a refused attempt is counted too.

    Args:
        what: what is counted and by whom, e.g. `sign_up:203.0.113.7`; only its keyed digest is stored.

    Raises:
        TooOften: the window is used up; `seconds` says when the next begins.
    """
    width = int(per.total_seconds())
    window, into = divmod(int(at.timestamp()), width)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO custody_spent (bucket, "window", count, expires_at) VALUES (%s, %s, 1, %s)
            ON CONFLICT (bucket, "window") DO UPDATE SET count = custody_spent.count + 1
            RETURNING count
            """,
            [secrets.index(what), window, at + 2 * per],
        )
        count = cursor.fetchone()[0]
    if count > most:
        raise TooOften(seconds=width - into)


def forget(*, at: datetime) -> int:
    """Delete counters of windows long past. Returns how many."""
    return Spent.objects.filter(expires_at__lt=at).delete()[0]
