"""Which zone holds, and when one may go down: plain values in, a decision out."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from linli.events.rules import (
    LOWEST,
    Lacks,
    StepDown,
    Weighed,
    Why,
    days_without_case,
    decisive,
    lacks_to_step_down,
    weigh,
    why,
)

HIGH_DOWN = StepDown(to=1, days=7, all_negative=True)
MEDIUM_DOWN = StepDown(to=0, days=7, days_after_higher=3)


def zone(event: int, level: int, breadth: int, *, exercise: bool = False) -> Weighed:
    return Weighed(zone=event * 100 + breadth, event=event, place=breadth, level=level, breadth=breadth,
                   exercise=exercise)  # fmt: skip


def test_nothing_declared_is_the_lowest_level():
    assert (weigh([]), why([]), decisive([])) == (LOWEST, Why.NOTHING_DECLARED, None)


def test_within_an_event_the_most_specific_place_wins_even_where_it_is_lower():
    assert weigh([zone(1, 2, 103), zone(1, 0, 1)]) == 0
    assert why([zone(1, 2, 103), zone(1, 0, 1)]) == Why.MORE_SPECIFIC


def test_between_events_the_safer_for_life_wins():
    rows = [zone(1, 0, 0), zone(2, 2, 109)]
    assert (weigh(rows), why(rows)) == (2, Why.SAFER_FOR_LIFE)


def test_a_drill_never_outweighs_a_real_event():
    assert weigh([zone(1, 0, 5), zone(2, 2, 0, exercise=True)]) == 0
    assert weigh([zone(2, 2, 0, exercise=True)]) == 2


def test_one_zone_alone_says_whether_it_is_the_place_itself():
    assert (why([zone(1, 1, 0)]), why([zone(1, 1, 2)])) == (Why.MARKED_ITSELF, Why.LIES_IN)


rows_of_zones = st.lists(
    st.builds(
        zone,
        st.integers(1, 3),
        st.integers(0, 2),
        st.integers(0, 9),
    ),
    unique_by=lambda row: (row.event, row.breadth),
)


@given(rows_of_zones, st.randoms())
def test_the_answer_is_that_of_the_definition_whatever_the_order(rows, random):
    by_event = {row.event: min((r for r in rows if r.event == row.event), key=lambda r: r.breadth) for row in rows}
    expected = max((row.level for row in by_event.values()), default=LOWEST)
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert weigh(rows) == weigh(shuffled) == expected


def test_a_high_zone_goes_down_after_seven_days_with_everybody_negative():
    assert lacks_to_step_down(HIGH_DOWN, 6, all_negative=True) == Lacks(days=1)
    assert lacks_to_step_down(HIGH_DOWN, 7) == Lacks(tests=True)
    assert lacks_to_step_down(HIGH_DOWN, 7, all_negative=True) is None


def test_a_medium_zone_waits_seven_days_or_three_where_it_came_down():
    assert lacks_to_step_down(MEDIUM_DOWN, 6) == Lacks(days=1)
    assert lacks_to_step_down(MEDIUM_DOWN, 7) is None
    assert lacks_to_step_down(MEDIUM_DOWN, 2, came_down=True) == Lacks(days=1)
    assert lacks_to_step_down(MEDIUM_DOWN, 3, came_down=True) is None


def test_the_lowest_level_has_nowhere_to_go():
    assert lacks_to_step_down(None, 365) == Lacks(no_step=True)


def test_the_day_of_the_case_is_day_nought():
    assert days_without_case(date(2022, 9, 2), date(2022, 9, 2)) == 0
    assert days_without_case(date(2022, 9, 2), date(2022, 9, 9)) == 7
