"""What holds of hours, without a database."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from linli.common.moments import LOCAL

EARLY = timedelta(hours=1)
"""So long before their time somebody may start: people come early, and begin when they are there."""

FORGOTTEN = timedelta(hours=16)
"""After that a tap no longer says when duty ended; it is asked."""

TENTH = timedelta(minutes=6)

Times = tuple[datetime, datetime]


def tenths(since: datetime, until: datetime) -> int:
    """Hours in tenths, as certificates count them: full ones only, so that nobody is given what they did not serve."""
    return max(until - since, timedelta()) // TENTH


def is_forgotten(since: datetime, at: datetime) -> bool:
    """Whether somebody who started must have left without saying so."""
    return at - since > FORGOTTEN


def days_of(since: datetime, until: datetime) -> dict[date, timedelta]:
    """How much of a time lies in which day, by the clock of the place."""
    found: dict[date, timedelta] = {}
    while since < until:
        day = since.astimezone(LOCAL).date()
        ends = min(until, datetime.combine(day + timedelta(days=1), time(), LOCAL))
        found[day] = found.get(day, timedelta()) + (ends - since)
        since = ends
    return found


def days_over(times: Iterable[Times], most_h: int) -> set[date]:
    """Days on which somebody served longer than the pack lets anybody serve. Flagged; nothing is ever cut."""
    spent: dict[date, timedelta] = {}
    for since, until in times:
        for day, part in days_of(since, until).items():
            spent[day] = spent.get(day, timedelta()) + part
    return {day for day, sum_ in spent.items() if sum_ > timedelta(hours=most_h)}
