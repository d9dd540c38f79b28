"""What a PIN may be, over plain values."""

from datetime import date
from itertools import pairwise

from linli.access.errors import PinDate, PinInARow, PinRepeats, PinShape

SHORTEST, LONGEST = 6, 12
_FULL_WIDTH = {ord("０") + digit: str(digit) for digit in range(10)}
_FORGIVEN = str.maketrans("", "", " \u3000-")


def pin_typed(said: str) -> str:
    """A PIN as it is compared: blanks and hyphens between the digits are forgiven, full-width digits folded."""
    return said.translate(_FULL_WIDTH).translate(_FORGIVEN)


def chosen_pin(said: str) -> str:
    """A PIN that somebody chose, as it is compared.

    Raises:
        PinShape: not six to twelve digits.
        PinRepeats: one or two digits again and again, or a group that repeats.
        PinInARow: digits that go up or down in equal steps.
        PinDate: it reads as a day: birthdays are what others try first.
    """
    pin = pin_typed(said)
    if not (pin.isascii() and pin.isdigit() and SHORTEST <= len(pin) <= LONGEST):
        raise PinShape(least=SHORTEST, most=LONGEST)
    if len(set(pin)) < 3 or _repeats(pin):
        raise PinRepeats
    if _in_a_row(pin):
        raise PinInARow
    if _reads_as_a_day(pin):
        raise PinDate
    return pin


def _repeats(pin: str) -> bool:
    """Whether it is one group of digits, twice or more often."""
    return any(len(pin) % part == 0 and pin == pin[:part] * (len(pin) // part) for part in range(1, len(pin) // 2 + 1))


def _in_a_row(pin: str) -> bool:
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    return len(steps) == 1


def _reads_as_a_day(pin: str) -> bool:
    """Year, month and day in any usual order; of a short year the century does not matter."""
    if len(pin) == 6:
        first, middle, last = pin[:2], pin[2:4], pin[4:]
        orders = [(first, middle, last), (last, middle, first), (last, first, middle)]
        return any(_is_a_day(2000 + int(year), int(month), int(day)) for year, month, day in orders)
    if len(pin) == 8:
        orders = [(pin[:4], pin[4:6], pin[6:]), (pin[4:], pin[2:4], pin[:2]), (pin[4:], pin[:2], pin[2:4])]
        return any(
            1900 <= int(year) <= 2100 and _is_a_day(int(year), int(month), int(day)) for year, month, day in orders
        )
    return False


def _is_a_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
