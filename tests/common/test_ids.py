"""Ids sort by creation, whoever makes them and however the clock is set."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

from linli.common import ids
from linli.common.ids import uuid7


def test_ids_made_one_after_the_other_rise_and_are_of_version_7() -> None:
    made = [uuid7() for _ in range(10_000)]
    assert all(one < next_one for one, next_one in pairwise(made))
    assert {(each.version, each.variant) for each in made} == {(7, "specified in RFC 4122")}


def test_they_rise_where_the_clock_stands_still_or_goes_back(monkeypatch) -> None:
    moments = iter([2_000_000_000, 2_000_000_000, 2_000_000_000, 1_000_000_000])
    monkeypatch.setattr(ids, "_clock", ids._Clock())
    monkeypatch.setattr(ids.time, "time_ns", lambda: next(moments))
    made = [uuid7() for _ in range(4)]
    assert all(one < next_one for one, next_one in pairwise(made))
    assert made[0].int >> 80 == 2_000


def test_no_two_threads_get_the_same_place() -> None:
    with ThreadPoolExecutor(4) as threads:
        made = [each for some in threads.map(lambda _: [uuid7() for _ in range(500)], range(8)) for each in some]
    assert len({each.int >> 64 for each in made}) == len(made)
