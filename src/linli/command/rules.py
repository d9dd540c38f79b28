"""Rules of telling figures outside, over plain values."""

from collections.abc import Hashable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

from linli.muster.rules import FEWEST_TOLD, may_be_told

Key = TypeVar("Key", bound=Hashable)
WAN = 10_000


def parts_told(parts: Mapping[Key, int]) -> set[Key]:
    """Which parts of a total may be told beside the total.

    Parts below five are held back. What is held back must not be found by taking the others away from the
    total: so it is at least two parts that together make at least five, or the next smallest goes with them.
    """
    rising = sorted(parts, key=lambda key: parts[key])
    held = [key for key in rising if not may_be_told(parts[key])]
    if held:
        while len(held) < len(rising) and (len(held) < 2 or sum(parts[key] for key in held) < FEWEST_TOLD):
            held.append(rising[len(held)])
    return set(parts) - set(held)


def in_chinese(value: int) -> str:
    """A count as Chinese prose has it: 139,300 → 13.93 万; below ten thousand as it is, 9,310."""
    if value < WAN:
        return f"{value:,}"
    rounded = (Decimal(value) / WAN).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{rounded:,}".rstrip("0").rstrip(".") + " 万"


def in_english(value: int) -> str:
    """A count as English prose has it: 139,300."""
    return f"{value:,}"
