"""Whole-number draws and shares."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.simulation.draws import (
    at_least,
    chosen,
    in_turn,
    largest_remainder,
    rounded,
    stream,
    table_in_turn,
    weighted,
)

WEIGHTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=40).filter(any)
COUNTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=40)


@given(st.integers(0, 10**7), WEIGHTS)
def test_largest_remainder_gives_everything_and_nobody_is_a_whole_one_off(total: int, weights: list[int]) -> None:
    shares = largest_remainder(total, np.array(weights, dtype=np.int64))
    assert int(shares.sum()) == total
    for share, weight in zip(shares.tolist(), weights, strict=True):
        assert abs(share - Fraction(total * weight, sum(weights))) < 1


def test_largest_remainder_gives_the_leftover_to_the_lower_row() -> None:
    assert largest_remainder(3, np.array([1, 1])).tolist() == [2, 1]


@given(WEIGHTS, st.integers(0, 10**5))
def test_at_least_gives_everything_and_nobody_too_little(weights: list[int], spare: int) -> None:
    least = np.ones(len(weights), dtype=np.int64)
    shares = at_least(len(weights) + spare, np.array(weights, dtype=np.int64), least)
    assert int(shares.sum()) == len(weights) + spare
    assert (shares >= least).all()


def test_at_least_refuses_what_cannot_be_given() -> None:
    with pytest.raises(ValueError, match="3 needed at least, 2 there"):
        at_least(2, np.array([1, 1, 1]), np.array([1, 1, 1]))


@given(COUNTS, st.fractions(0, 1, max_denominator=10**6))
def test_shares_given_in_turn_sum_to_the_rounded_share_of_all(counts: list[int], share: Fraction) -> None:
    given_out = in_turn(counts, share)
    assert sum(given_out) == rounded(share * sum(counts))
    assert all(abs(part - share * count) <= 1 for part, count in zip(given_out, counts, strict=True))


@given(COUNTS, st.lists(st.integers(1, 1000), min_size=1, max_size=12))
def test_a_table_given_in_turn_keeps_every_row_and_every_column(counts: list[int], parts: list[int]) -> None:
    shares = [Fraction(part, sum(parts)) for part in parts]
    table = table_in_turn(counts, shares)
    assert table.sum(axis=1).tolist() == counts
    for column, share in zip(table.sum(axis=0).tolist(), shares, strict=True):
        assert abs(column - share * sum(counts)) <= 1


def test_a_draw_of_a_negative_number_or_of_too_many_is_refused() -> None:
    rng = stream(1, 2)
    for count in (-1, 4):
        with pytest.raises(ValueError, match=f"asked for {count} of 3"):
            chosen(rng, np.arange(3), count)


def test_draws_of_one_seed_and_purpose_repeat_and_those_of_another_differ() -> None:
    first, again, other = (weighted(stream(5, key), [1, 2, 3], 50).tolist() for key in (1, 1, 2))
    assert first == again
    assert first != other


def test_weighted_draws_follow_their_weights() -> None:
    drawn = np.bincount(weighted(stream(5, 9), [1, 0, 3], 40_000), minlength=3)
    assert drawn[1] == 0
    assert 2.8 < drawn[2] / drawn[0] < 3.2
