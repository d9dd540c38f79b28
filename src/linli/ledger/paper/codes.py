"""The short code of a door on paper: no letters that look alike, and a check character that a slip does not survive.

The last character is a weighted sum of those before it, modulo 31. Thirty-one is prime and so is every weight below it
no multiple of it: one wrong character, or two neighbours changed about, give another sum.
"""

import unicodedata

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
SHEET = 8  # characters of a sheet's number; a door's code is shorter
_LEAST = 4  # characters before the check
_SPACES = str.maketrans("", "", " -\u2010\u2013\u2014\t\u3000")


def code_of(dwelling: int) -> str:
    """The code of a door, by its place id: five characters or more."""
    digits, left = "", dwelling
    while left:
        left, digit = divmod(left, len(LETTERS))
        digits = LETTERS[digit] + digits
    digits = digits.rjust(_LEAST, LETTERS[0])
    return digits + _check(digits)


def told(code: str) -> str:
    """A code as it stands on paper, in two groups."""
    half = (len(code) + 1) // 2
    return f"{code[:half]}-{code[half:]}"


def letters_of(typed: str) -> str:
    """What somebody typed, as codes are written: capitals, no spaces or dashes, no full-width letters."""
    return unicodedata.normalize("NFKC", typed).upper().translate(_SPACES)


def dwelling_of(typed: str) -> int | None:
    """The place id behind a door's code; None where it is no code, or mistyped."""
    code = letters_of(typed)
    if not _LEAST < len(code) < SHEET or not set(code) <= set(LETTERS) or _check(code[:-1]) != code[-1]:
        return None
    found = 0
    for letter in code[:-1]:
        found = found * len(LETTERS) + LETTERS.index(letter)
    return found


def _check(digits: str) -> str:
    total = sum(weight * LETTERS.index(letter) for weight, letter in enumerate(reversed(digits), 2))
    return LETTERS[total % len(LETTERS)]
