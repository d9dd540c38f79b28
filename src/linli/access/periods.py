"""Days as people say them, and the moments between which a grant holds."""

from datetime import date, datetime, time, timedelta

from django.utils.timezone import get_current_timezone, make_aware

from linli.access.errors import BadPeriod

LONGEST = timedelta(days=3653)  # ten years: beyond it somebody mistyped a year


def moments(first: date | None, last: date | None, *, today: date) -> tuple[datetime | None, datetime | None]:
    """From when until when a grant holds that is given for whole days of the place.

    Args:
        first: None or today: from now on (None). `last`: its whole day counts; None: no end (None).

    Raises:
        BadPeriod: a day lies more than ten years away.
    """
    if any(day is not None and abs(day - today) > LONGEST for day in (first, last)):
        raise BadPeriod
    since = None if first is None or first == today else _midnight(first)
    return since, _midnight(last + timedelta(days=1)) if last is not None else None


def _midnight(day: date) -> datetime:
    return make_aware(datetime.combine(day, time()), get_current_timezone())
