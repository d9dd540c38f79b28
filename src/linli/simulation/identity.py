"""Numbers for people who do not exist: valid in form, and plainly synthetic to whoever looks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from linli.simulation.draws import Ints

WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], dtype=np.int64)
CHECKS = np.frombuffer(b"10X98765432", dtype=np.uint8)


def digits(values: Ints, width: int) -> NDArray[np.uint8]:
    """(n, width) ASCII digits with leading zeros."""
    powers = 10 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    return (values[:, None] // powers % 10 + ord("0")).astype(np.uint8)


def check_characters(first_17: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The GB 11643 check character (ISO 7064 MOD 11-2) of (n, 17) ASCII digits."""
    totals = (first_17.astype(np.int64) - ord("0")) @ WEIGHTS
    return CHECKS[totals % 11]


def id_numbers(street: int, born: Ints, male: NDArray[np.bool_]) -> NDArray[np.bytes_]:
    """ID numbers ('S18') of one street's people: region 99 (no province has it) and the street's number.

    Those of one sex born on one day are told apart by the three-digit sequence, odd for men as the standard says.

    Raises:
        ValueError: more than 500 of one sex and day in the street.
    """
    key = born * 2 + male
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    first = np.searchsorted(ordered, ordered, side="left")
    rank = np.empty(len(key), dtype=np.int64)
    rank[order] = np.arange(len(key), dtype=np.int64) - first
    if len(rank) and rank.max() > 499:
        raise ValueError(f"street {street}: more than 500 people of one sex share a birthday")
    out = np.empty((len(born), 18), dtype=np.uint8)
    out[:, :6] = digits(np.full(len(born), 990_000 + street, dtype=np.int64), 6)
    out[:, 6:14] = digits(born, 8)
    out[:, 14:17] = digits(rank * 2 + male, 3)
    out[:, 17] = check_characters(out[:, :17])
    return out.view("S18").ravel()


def phones(street: int, number: Ints, has_one: NDArray[np.bool_]) -> NDArray[np.bytes_]:
    """Phone numbers ('S11'), blank for those without: they begin with 10, which no mobile number does."""
    out = np.empty((len(number), 11), dtype=np.uint8)
    out[:, :2] = digits(np.full(len(number), 10, dtype=np.int64), 2)
    out[:, 2:5] = digits(np.full(len(number), street, dtype=np.int64), 3)
    out[:, 5:] = digits(number, 6)
    out[~has_one] = 0
    return out.view("S11").ravel()
