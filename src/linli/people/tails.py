"""The last digits of a phone number as they can be looked for: a blind index, as short as it may be."""

from collections.abc import Iterable

from linli.custody import secrets

DIGITS = 4
_BYTES = 8


def tail_index(number: str) -> bytes:
    """The blind index of the last four digits of a number, 8 bytes.

    Ten thousand tails are few: whoever had the key could try them all, as with any index of a number; without it they
    say no more than that two numbers end alike. So nothing but looking for a number within one's own area uses it.
    """
    return tail_indexes((number,))[0]


def tail_indexes(numbers: Iterable[str]) -> list[bytes]:
    """The same for many numbers, in order; each tail is worked out once."""
    tails = [number[-DIGITS:] for number in numbers]
    each = sorted(set(tails))
    made = dict(zip(each, secrets.index_many(f"tail:{tail}" for tail in each), strict=True))
    return [made[tail][:_BYTES] for tail in tails]
