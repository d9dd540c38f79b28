"""Whole-number draws and whole-number shares: everything random or rounded in the city passes through here.

The city must be the same byte for byte on every machine, so nothing random is a float: PCG64 gives integers, weights
are integers, and shares are split by integer arithmetic.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def stream(seed: int, *key: int) -> np.random.Generator:
    """The random stream of one purpose: equal seed and key, equal draws, whatever else was drawn before."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *key])))


def whole(rng: np.random.Generator, low: int, high: int, size: int) -> Ints:
    """`size` integers from low to high, both included."""
    return rng.integers(low, high, size=size, endpoint=True, dtype=np.int64)


def shuffled(rng: np.random.Generator, values: Ints) -> Ints:
    """The values in random order, by sorting integer keys."""
    return values[np.argsort(rng.integers(0, 1 << 62, size=len(values), dtype=np.int64), kind="stable")]


def chosen(rng: np.random.Generator, values: Ints, count: int) -> Ints:
    """`count` different members of `values`, sorted by their place in it.

    Raises:
        ValueError: fewer than `count` are there, or `count` is negative.
    """
    if not 0 <= count <= len(values):
        raise ValueError(f"asked for {count} of {len(values)}")
    picked = shuffled(rng, np.arange(len(values), dtype=np.int64))[:count]
    return values[np.sort(picked)]


def weighted(rng: np.random.Generator, weights: Sequence[int], size: int) -> Ints:
    """Indices drawn in proportion to whole-number weights."""
    edges = np.cumsum(np.asarray(weights, dtype=np.int64))
    return np.searchsorted(edges, whole(rng, 0, int(edges[-1]) - 1, size), side="right").astype(np.int64)


def largest_remainder(total: int, weights: Ints) -> Ints:
    """Split `total` in proportion to whole-number weights; the leftovers go to the largest remainders, lower first.

    Weights times total must stay below 2**63.
    """
    weights = np.asarray(weights, dtype=np.int64)
    scale = int(weights.sum())
    shares = weights * total // scale
    rest = weights * total - shares * scale
    left = total - int(shares.sum())
    shares[np.argsort(-rest, kind="stable")[:left]] += 1
    return shares


def at_least(total: int, weights: Ints, least: Ints) -> Ints:
    """Split `total` in proportion to weights, but nobody gets less than `least`.

    Raises:
        ValueError: the least shares alone exceed the total.
    """
    spare = total - int(least.sum())
    if spare < 0:
        raise ValueError(f"{int(least.sum())} needed at least, {total} there")
    fair = weights * total // int(weights.sum())
    above = np.maximum(fair - least, 0)
    return least + largest_remainder(spare, above if above.any() else np.ones_like(weights))


def rounded(amount: Fraction) -> int:
    """The nearest whole number, halves up."""
    return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)


def in_turn(counts: Sequence[int], share: Fraction) -> list[int]:
    """What each in a row of places gets of `share` per head, so that the sum over the row is exact.

    Rounds the running total and not each part, so errors never add up.
    """
    given, before, running = [], 0, 0
    for count in counts:
        running += count
        upto = rounded(share * running)
        given.append(upto - before)
        before = upto
    return given


def table_in_turn(counts: Sequence[int], shares: Sequence[Fraction]) -> Ints:
    """`in_turn` for parts of a whole: rows sum to `counts`, columns to the rounded total of each part.

    Args:
        counts: heads of each place.
        shares: shares of the parts, which sum to one.

    Returns:
        (places, parts) whole numbers. Columns are exact to one; a part may come out negative only where a place
        expects fewer than two, so callers keep parts coarse.
    """
    edges = [sum(shares[: part + 1], Fraction(0)) for part in range(len(shares))]
    if edges[-1] != 1:
        raise ValueError("shares do not sum to one")
    upto = np.array([in_turn(counts, edge) for edge in edges], dtype=np.int64).T
    return np.diff(upto, axis=1, prepend=0)
