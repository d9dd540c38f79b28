"""Moments and days as a sentence tells them, by the clock of the place: 11月25日 03:33, 25 Nov 03:33."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from linli.common.clock import now

LOCAL = ZoneInfo("Asia/Shanghai")
_NO_MATTER = timedelta(minutes=2)  # a reply takes a moment, and clocks drift
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def told(moment: date, *, chinese: bool) -> str:
    """A day, and where it is a moment the hour with it; the year only where it is not this one."""
    local = moment.astimezone(LOCAL) if isinstance(moment, datetime) else moment
    elsewhen = local.year != now().astimezone(LOCAL).year
    if chinese:
        day = (f"{local.year}年" if elsewhen else "") + f"{local.month}月{local.day}日"
    else:
        day = f"{local.day} {_MONTHS[local.month - 1]}" + (f" {local.year}" if elsewhen else "")
    return f"{day} {local:%H:%M}" if isinstance(local, datetime) else day


def local(moment: datetime | None) -> str:
    """A moment by the clock of the place, as programs and spreadsheets sort it: 2022-09-02 17:30; empty for none."""
    return f"{moment.astimezone(LOCAL):%Y-%m-%d %H:%M}" if moment is not None else ""


def corrected(told_ms: int, offset_ms: int, *, since: datetime, latest: datetime) -> tuple[datetime, bool]:
    """When something happened that a phone tells, and whether its clock could not be right.

    Args:
        told_ms: by the phone's own clock. offset_ms: by how much ours was ahead when they last met.
        since, latest: between which it must have been.
    """
    try:
        said = datetime.fromtimestamp(told_ms / 1000, UTC) + timedelta(milliseconds=offset_ms)
    except (OverflowError, OSError, ValueError):
        return latest, True
    kept = min(max(said, since), latest)
    return kept, abs(kept - said) > _NO_MATTER
