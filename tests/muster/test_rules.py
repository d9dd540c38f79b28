"""Rules of signing up and placing, at their edges."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from linli.muster.errors import BadPlacingTime
from linli.muster.rules import MOST_DAYS, MOST_DAYS_AHEAD, check_period

AT = datetime(2022, 9, 1, 10, tzinfo=UTC)
SECOND = timedelta(seconds=1)
FIRST, LAST = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "until"),
    [
        (AT, AT + SECOND),
        (AT, AT + timedelta(days=MOST_DAYS)),
        (AT - timedelta(days=MOST_DAYS) + SECOND, AT + SECOND),
        (AT + timedelta(days=MOST_DAYS_AHEAD), AT + timedelta(days=MOST_DAYS_AHEAD) + SECOND),
    ],
)
def test_people_are_placed_for_a_time_that_is_not_over_and_near_and_short(since, until):
    check_period(since, until, at=AT)


@pytest.mark.parametrize(
    ("since", "until", "reason", "where"),
    [
        (None, AT, "no_moment", "since"),
        (AT, None, "no_moment", "until"),
        (AT.replace(tzinfo=None), AT + SECOND, "no_moment", "since"),
        (AT, (AT + SECOND).replace(tzinfo=None), "no_moment", "until"),
        (AT, AT, "backwards", "until"),
        (AT + SECOND, AT, "backwards", "until"),
        (AT - SECOND, AT, "over", "until"),
        (FIRST, FIRST + timedelta(days=1), "over", "until"),
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))), FIRST, "over", "until"),
        (AT + timedelta(days=MOST_DAYS_AHEAD) + SECOND, AT + timedelta(days=400), "far_off", "since"),
        (LAST - timedelta(days=1), LAST, "far_off", "since"),
        (AT, AT + timedelta(days=MOST_DAYS) + SECOND, "too_long", "until"),
        (FIRST, LAST, "too_long", "until"),
    ],
)
def test_a_time_that_nobody_can_be_placed_for_is_refused_with_its_reason(since, until, reason, where):
    with pytest.raises(BadPlacingTime) as told:
        check_period(since, until, at=AT)
    assert (told.value.facts["reason"], told.value.facts["where"]) == (reason, where)
    assert "{" not in told.value.told()
