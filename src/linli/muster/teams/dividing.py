"""Dividing buildings among people: neighbours to one, and nobody with more doors than it needs. Pure."""

from collections.abc import Sequence


def divide(doors: Sequence[int], among: int) -> list[int]:
    """Who gets which building, as one number for each: consecutive runs in walking order, as even as they can be.

    Each gets at least one building where there are enough. The greatest number of doors of anybody is the least that
    consecutive runs allow; of such divisions the one whose first runs are the fullest.

    Args:
        doors: of each building, in walking order; a building without known doors counts as one.
        among: how many there are.

    Takes O(n log(sum of doors)) time.
    """
    weights = [max(1, each) for each in doors]
    if among < 1 or not weights:
        return []
    parts = min(among, len(weights))
    least, most = max(weights), sum(weights)
    while least < most:
        middle = (least + most) // 2
        if _runs(weights, middle) <= parts:
            most = middle
        else:
            least = middle + 1
    return _filled(weights, least, parts)


def _runs(weights: Sequence[int], most: int) -> int:
    """How many runs of at most so many doors it takes."""
    runs, held = 1, 0
    for weight in weights:
        if held + weight > most:
            runs, held = runs + 1, 0
        held += weight
    return runs


def _filled(weights: Sequence[int], most: int, parts: int) -> list[int]:
    """Runs filled up to `most` doors, but leaving a building for everybody who comes after."""
    given, part, held = [], 0, 0
    for at, weight in enumerate(weights):
        left, after = len(weights) - at, parts - part - 1
        if held and (held + weight > most or left <= after):
            part, held = part + 1, 0
        held += weight
        given.append(part)
    return given
