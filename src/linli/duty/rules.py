"""What protects whoever stands at posts: how long, how much rest, how many nights. Plain values in, a reason out."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from linli.common.moments import LOCAL

Times = tuple[datetime, datetime]
NIGHT_BEGINS_H, NIGHT_ENDS_H = 22, 6
"""A shift that takes any of these hours, by the clock of the place, is a night."""


class Why(StrEnum):
    """Why a shift is not given; the last three where the work is dangerous."""

    TOO_LONG = "too_long"
    NO_REST = "no_rest"
    NIGHTS = "nights"
    NOT_TRAINED = "not_trained"
    TRAINING_OVER = "training_over"
    NOT_INSURED = "not_insured"


@dataclass(frozen=True, slots=True)
class Limits:
    """What the event's pack allows: hours of a shift, hours of rest between two, nights in a row."""

    shift_max_h: int
    rest_min_h: int
    nights_in_a_row: int


def why_not(asked: Times, others: Collection[Times], limits: Limits) -> Why | None:
    """Why somebody who has other shifts may not be given this one; None where nothing speaks against it."""
    since, until = asked
    if until - since > timedelta(hours=limits.shift_max_h):
        return Why.TOO_LONG
    rest = timedelta(hours=limits.rest_min_h)
    if any(begins < until + rest and since < ends + rest for begins, ends in others):
        return Why.NO_REST
    nights = {night for times in others for night in nights_of(times)}
    if any(_in_a_row(night, nights | nights_of(asked)) > limits.nights_in_a_row for night in nights_of(asked)):
        return Why.NIGHTS
    return None


def nights_of(times: Times) -> set[date]:
    """Nights that a shift takes any hour of, each named by the day on whose evening it begins."""
    since, until = (each.astimezone(LOCAL) for each in times)
    found, day = set(), since.date() - timedelta(days=1)
    while day <= until.date():
        begins = datetime(day.year, day.month, day.day, NIGHT_BEGINS_H, tzinfo=LOCAL)
        if since < begins + timedelta(hours=24 - NIGHT_BEGINS_H + NIGHT_ENDS_H) and begins < until:
            found.add(day)
        day += timedelta(days=1)
    return found


def _in_a_row(night: date, nights: Collection[date]) -> int:
    first = last = night
    while first - timedelta(days=1) in nights:
        first -= timedelta(days=1)
    while last + timedelta(days=1) in nights:
        last += timedelta(days=1)
    return (last - first).days + 1
