"""Rules about people, over plain values."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date

import numpy as np
from pypinyin import lazy_pinyin

from linli.people.errors import BadIdNumber, BadPhone
from linli.people.models import Need, Skill

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_LANDLINE_OR_MOBILE = range(7, 16)


def id_check_character(first17: str) -> str:
    """The 18th character of an ID number (GB 11643, ISO 7064 MOD 11-2)."""
    return _ID_CHECKS[sum(int(digit) * weight for digit, weight in zip(first17, _ID_WEIGHTS, strict=True)) % 11]


def id_number_holds(text: str) -> bool:
    """Whether 18 characters are an ID number whose check character fits."""
    return re.fullmatch(r"[0-9]{17}[0-9X]", text) is not None and id_check_character(text[:17]) == text[17]


def id_number(text: str) -> str:
    """An ID number as it is kept: no spaces, full-width digits folded, a capital X.

    Raises:
        BadIdNumber: it has not 18 characters, or its check character does not fit.
    """
    whole = "".join(unicodedata.normalize("NFKC", text).upper().split())
    if not id_number_holds(whole):
        raise BadIdNumber
    return whole


def first_bad_id_number(numbers: np.ndarray) -> int | None:
    """The row of the first ID number ('S18') that does not hold; blank ones pass. Vectorised: cities have millions."""
    letters = np.ascontiguousarray(numbers.astype("S18")).view(np.uint8).reshape(len(numbers), 18)
    digits = letters[:, :17].astype(np.int64) - ord("0")
    expected = np.frombuffer(_ID_CHECKS.encode(), dtype=np.uint8)[digits @ np.array(_ID_WEIGHTS) % 11]
    good = (digits >= 0).all(axis=1) & (digits <= 9).all(axis=1) & (letters[:, 17] == expected)
    bad = ~good & (letters != 0).any(axis=1)
    return int(bad.argmax()) if bad.any() else None


def phone_digits(text: str) -> str:
    """A phone number as it is kept: digits only, full-width ones and the country code 86 folded.

    Raises:
        BadPhone: fewer than 7 or more than 15 digits.
    """
    folded = text.translate({0xFF10 + digit: str(digit) for digit in range(10)})
    digits = re.sub(r"[^0-9]", "", folded)  # \D would let digits of other scripts through
    if len(digits) == 13 and digits.startswith("86"):
        digits = digits[2:]
    if len(digits) not in _LANDLINE_OR_MOBILE:
        raise BadPhone(digits=len(digits))
    return digits


AGE_BANDS = ((0, 2), (3, 5), (6, 13), (14, 17), (18, 59), (60, 79), (80, 200))
CHILD_UNTIL = 14
"""Of whoever is younger fewer people see less (DESIGN.md §5)."""
OF_AGE = 18


def age_on(born: date, day: date) -> int:
    """Whole years from a birthday to a day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def age_band(born: date | None, day: date) -> tuple[int, int] | None:
    """The band of ages somebody is in on a day, both ends in it; None where the birthday is not known."""
    if born is None:
        return None
    years = age_on(born, day)
    return next(((low, high) for low, high in AGE_BANDS if low <= years <= high), None)


def is_child(born: date | None, needs: int, day: date) -> bool:
    """Whether somebody is under fourteen; without a birthday, whether their needs say that they are a small child."""
    if born is None:
        return bool(needs >> Need.UNDER3 & 1)
    return age_on(born, day) < CHILD_UNTIL


def skills_in(mask: int) -> list[Skill]:
    """The skills whose bits are set."""
    return [skill for skill in Skill if mask >> skill & 1]


def mask_of(skills: Iterable[int]) -> int:
    """The bit mask of some skills."""
    mask = 0
    for skill in skills:
        mask |= 1 << skill
    return mask


def name_key(name: str) -> str:
    """How a name sounds: its syllables in pinyin, for looking and sorting."""
    return " ".join(lazy_pinyin(name))[:80]
