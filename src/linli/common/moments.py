"""Moments and days as a sentence tells them, by the clock of the place: 11月25日 03:33, 25 Nov 03:33."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from linli.common.clock import now

LOCAL = ZoneInfo("Asia/Shanghai")
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
