"""What the values of a street's tables must look like: no date that never was, no text that cannot be stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from linli.simulation.errors import gettext_noop
from linli.simulation.identity import check_characters
from linli.simulation.schema import KINDS, NEEDS, SKILLS, STATES

Column = NDArray[Any]
Rows = NDArray[np.bool_]
DAYS = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


class Complaint(NamedTuple):
    """What is wrong in a column: a format string over `column`, `row` and the facts, and the first row (from 0)."""

    sentence: str
    row: int
    facts: Mapping[str, object]


def complaint(column: str, values: Column) -> Complaint | None:
    """What is wrong with a column's values; None when nothing is."""
    check = CHECKS.get(column)
    return check(values) if check is not None and len(values) else None


def _found(bad: Rows, sentence: str, **facts: object) -> Complaint | None:
    return Complaint(sentence, int(bad.argmax()), facts) if bad.any() else None


def _between(low: float, high: float) -> Callable[[Column], Complaint | None]:
    def check(values: Column) -> Complaint | None:
        # Written so that NaN fails too.
        bad = ~((values >= low) & (values <= high))
        return _found(
            bad, gettext_noop("row {row} of {column} has a value outside {low} to {high}"), low=low, high=high
        )

    return check


def _text(values: Column) -> Complaint | None:
    letters = values.view(np.uint32).reshape(len(values), -1)
    plain = ((letters >= 0x4E00) & (letters <= 0x9FFF)) | ((letters >= 0x30) & (letters <= 0x39))
    # Nearly all are plain; only the rest is looked at closely.
    odd = ~plain & (letters > 0)
    if odd.any() and (wrong := _strange(letters, odd)):
        return wrong
    if blank := _found(letters[:, 0] == 0, gettext_noop("row {row} of {column} has a blank text")):
        return blank
    hole = ((letters[:, :-1] == 0) & (letters[:, 1:] > 0)).any(axis=1)
    return _found(hole, gettext_noop("row {row} of {column} has a text with a hole"))


def _strange(letters: NDArray[np.uint32], odd: Rows) -> Complaint | None:
    """Controls, halves of characters, marks that break or turn a line, the backslash that COPY would read."""
    bad = (letters < 0x20) | ((letters >= 0x7F) & (letters <= 0x9F)) | (letters == 0x5C) | (letters > 0x10FFFF)
    for first, last in ((0x200B, 0x200F), (0x2028, 0x202E), (0x2060, 0x2069), (0xD800, 0xDFFF), (0xFEFF, 0xFEFF)):
        bad |= (letters >= first) & (letters <= last)
    return _found((bad & odd).any(axis=1), gettext_noop("row {row} of {column} has a character that is none"))


def _sex(values: Column) -> Complaint | None:
    bad: Rows = np.asarray((values != b"m") & (values != b"f"))
    return _found(bad, gettext_noop("row {row} of {column} has a sex other than m or f"))


def _truth_values(values: Column) -> Complaint | None:
    return _found(values.view(np.uint8) > 1, gettext_noop("row {row} of {column} is neither true nor false"))


def _dates(values: Column) -> Complaint | None:
    number = values.astype(np.int64)
    year, month, day = number // 10_000, number // 100 % 100, number % 100
    good = (year >= 1880) & (year <= 2100) & (month >= 1) & (month <= 12)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    last = DAYS[np.where(good, month, 0)] - ((month == 2) & ~leap)
    bad = ~(good & (day >= 1) & (day <= last))
    return _found(bad, gettext_noop("row {row} of {column} has a date that never was"))


def _bytes_of(values: Column) -> NDArray[np.uint8]:
    return np.ascontiguousarray(values).view(np.uint8).reshape(len(values), -1)


def _digits(letters: NDArray[np.uint8]) -> Rows:
    found: Rows = (letters >= ord("0")) & (letters <= ord("9"))
    return found


def _id_numbers(values: Column) -> Complaint | None:
    letters = _bytes_of(values)
    digits: Rows = np.all(_digits(letters[:, :17]), axis=1)
    return _found(
        ~digits, gettext_noop("row {row} of {column} has an ID number that does not begin with 17 digits")
    ) or _found(
        letters[:, 17] != check_characters(letters[:, :17]),
        gettext_noop("row {row} of {column} has an ID number with a wrong check character (GB 11643)"),
    )


def _phones(values: Column) -> Complaint | None:
    letters = _bytes_of(values)
    bad = ~((letters == 0).all(axis=1) | _digits(letters).all(axis=1))
    return _found(bad, gettext_noop("row {row} of {column} has a phone number that is not 11 digits or blank"))


CHECKS: dict[str, Callable[[Column], Complaint | None]] = {
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
    "smartphone": _truth_values,
    "born": _dates,
    "id_no": _id_numbers,
    "phone": _phones,
}
