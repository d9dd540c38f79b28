"""What may be told outside, and how numbers are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.command import rules


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        (5, "5", "5"),
        (9310, "9,310", "9,310"),
        (10_000, "1 万", "10,000"),
        (139_300, "13.93 万", "139,300"),
        (139_349, "13.93 万", "139,349"),
        (139_350, "13.94 万", "139,350"),
        (20_937_757, "2,093.78 万", "20,937,757"),
    ],
)
def test_numbers_are_written_as_each_language_writes_them(value: int, chinese: str, english: str) -> None:
    assert rules.in_chinese(value) == chinese
    assert rules.in_english(value) == english


def test_parts_of_five_or_more_are_all_told() -> None:
    assert rules.parts_told({"a": 5, "b": 9}) == {"a", "b"}


def test_a_single_small_part_takes_the_next_smallest_with_it() -> None:
    assert rules.parts_told({"a": 3, "b": 9, "c": 7}) == {"b"}


@given(st.dictionaries(st.integers(), st.integers(0, 30), max_size=12))
def test_nobody_finds_a_small_part_by_taking_the_others_away(parts: dict[int, int]) -> None:
    told = rules.parts_told(parts)
    held = [value for key, value in parts.items() if key not in told]
    assert all(parts[key] >= 5 for key in told)
    if told and held:
        assert len(held) >= 2
        assert sum(held) >= 5
    if all(value >= 5 for value in parts.values()):
        assert not held, "nothing is held back without need"
