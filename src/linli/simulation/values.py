"""What the values of a street's tables must look like: no date that never was, no text that cannot be stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linli.simulation.identity import check_characters
from linli.simulation.schema import KINDS, NEEDS, SKILLS, STATES

Column = NDArray[Any]
DAYS = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
SURROGATES = (0xD800, 0xDFFF)


def complaint(column: str, values: Column) -> str | None:
    """What is wrong with a column's values, as the end of a sentence; None when nothing is."""
    check = CHECKS.get(column)
    return check(values) if check is not None and len(values) else None


def _between(low: float, high: float) -> Callable[[Column], str | None]:
    def check(values: Column) -> str | None:
        # Written so that NaN fails too.
        good = low <= float(values.min()) and float(values.max()) <= high
        return None if good else f"has a value outside {low} to {high}"

    return check


def _letters(values: Column) -> Column:
    return values.view(np.uint32).reshape(len(values), -1)


def _text(values: Column) -> str | None:
    letters = _letters(values)
    if (letters[:, 0] == 0).any():
        return "has a blank text"
    surrogate = (letters >= SURROGATES[0]) & (letters <= SURROGATES[1])
    if surrogate.any() or (letters > 0x10FFFF).any() or ((letters < 0x20) & (letters > 0)).any():
        return "has a character that is none"
    inside = letters[:, :-1] == 0
    return "has a text with a hole" if (inside & (letters[:, 1:] > 0)).any() else None


def _sex(values: Column) -> str | None:
    return None if ((values == b"m") | (values == b"f")).all() else "has a sex other than m or f"


def _dates(values: Column) -> str | None:
    number = values.astype(np.int64)
    year, month, day = number // 10_000, number // 100 % 100, number % 100
    good = (year >= 1880) & (year <= 2100) & (month >= 1) & (month <= 12)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    last = DAYS[np.where(good, month, 0)] - ((month == 2) & ~leap)
    return None if (good & (day >= 1) & (day <= last)).all() else "has a date that never was"


def _bytes_of(values: Column) -> NDArray[np.uint8]:
    return np.ascontiguousarray(values).view(np.uint8).reshape(len(values), -1)


def _digits(letters: NDArray[np.uint8]) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (letters >= ord("0")) & (letters <= ord("9"))
    return found


def _id_numbers(values: Column) -> str | None:
    letters = _bytes_of(values)
    if not _digits(letters[:, :17]).all():
        return "has an ID number that does not begin with 17 digits"
    right = letters[:, 17] == check_characters(letters[:, :17])
    return None if right.all() else "has an ID number with a wrong check character (GB 11643)"


def _phones(values: Column) -> str | None:
    letters = _bytes_of(values)
    blank = (letters == 0).all(axis=1)
    return None if (blank | _digits(letters).all(axis=1)).all() else "has a phone number that is not 11 digits or blank"


CHECKS: dict[str, Callable[[Column], str | None]] = {
    "name": _text,
    "door": _text,
    "lon": _between(-180, 180),
    "lat": _between(-90, 90),
    "floors": _between(1, 200),
    "units": _between(1, 10_000),
    "unit": _between(1, 10_000),
    "floor": _between(1, 200),
    "state": _between(0, len(STATES) - 1),
    "kind": _between(0, len(KINDS) - 1),
    "needs": _between(0, (1 << len(NEEDS)) - 1),
    "skills": _between(0, (1 << len(SKILLS)) - 1),
    "sex": _sex,
    "born": _dates,
    "id_no": _id_numbers,
    "phone": _phones,
}
