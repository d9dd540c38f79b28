"""What protects whoever stands at posts, on shifts made up by the machine."""

from datetime import date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from linli.common.moments import LOCAL
from linli.duty.rules import Limits, Why, nights_of, why_not

LIMITS = Limits(shift_max_h=6, rest_min_h=11, nights_in_a_row=3)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def at(day: int, hour: int) -> datetime:
    return datetime(2022, 9, day, hour, tzinfo=LOCAL)


def test_a_shift_is_as_long_as_the_pack_lets_it_be_and_no_longer() -> None:
    assert why_not((at(1, 8), at(1, 14)), [], LIMITS) is None
    assert why_not((at(1, 8), at(1, 15)), [], LIMITS) is Why.TOO_LONG


def test_between_two_shifts_lies_rest_before_and_after() -> None:
    held = [(at(2, 8), at(2, 12))]
    assert why_not((at(2, 23), at(3, 3)), held, LIMITS) is None
    assert why_not((at(2, 22), at(3, 2)), held, LIMITS) is Why.NO_REST
    assert why_not((at(1, 18), at(1, 22)), held, LIMITS) is Why.NO_REST
    assert why_not((at(1, 17), at(1, 21)), held, LIMITS) is None


def test_the_fourth_night_in_a_row_is_refused_from_either_side_and_in_the_gap() -> None:
    nights = [(at(day, 23), at(day + 1, 3)) for day in (1, 2, 3)]
    assert why_not((at(4, 23), at(5, 3)), nights, LIMITS) is Why.NIGHTS
    assert why_not((at(5, 23), at(6, 3)), nights, LIMITS) is None
    gap = [nights[0], nights[1], (at(4, 23), at(5, 3)), (at(5, 23), at(6, 3))]
    assert why_not(nights[2], gap, LIMITS) is Why.NIGHTS
    assert why_not((at(4, 14), at(4, 18)), nights, LIMITS) is None, "a day is no night"


def test_a_night_is_named_by_its_evening() -> None:
    assert nights_of((at(2, 1), at(2, 5))) == {date(2022, 9, 1)}
    assert nights_of((at(2, 6), at(2, 22))) == set()
    assert nights_of((at(2, 21), at(2, 23))) == {date(2022, 9, 2)}
    assert nights_of((at(2, 5), at(2, 23))) == {date(2022, 9, 1), date(2022, 9, 2)}


@given(st.lists(st.tuples(st.integers(0, 24 * 9), st.integers(1, 7)), max_size=14))
def test_whatever_is_asked_what_is_given_keeps_every_limit(asked: list[tuple[int, int]]) -> None:
    begin, kept = at(1, 0), []
    for hour, length in asked:
        times = (begin + hour * HOUR, begin + (hour + length) * HOUR)
        if why_not(times, kept, LIMITS) is None:
            kept.append(times)
    kept.sort()
    assert all(until - since <= 6 * HOUR for since, until in kept)
    assert all(later[0] - earlier[1] >= 11 * HOUR for earlier, later in pairwise(kept))
    nights = {night for times in kept for night in nights_of(times)}
    assert not any(all(night + each * DAY in nights for each in range(4)) for night in nights)
