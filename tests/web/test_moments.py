"""Times as people say them."""

from datetime import UTC, datetime

import pytest
from django.utils import translation

from linli.common.clock import moved_to
from linli.web.templatetags.moments import moment

NOW = datetime(2022, 9, 2, 9, 30, tzinfo=UTC)  # 17:30 in Chengdu


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2022, 9, 2, 9, 30, tzinfo=UTC), "today 17:30"),
        (datetime(2022, 9, 1, 16, 0, tzinfo=UTC), "today 00:00"),
        (datetime(2022, 9, 1, 15, 59, tzinfo=UTC), "yesterday 23:59"),
        (datetime(2022, 9, 2, 16, 0, tzinfo=UTC), "tomorrow 00:00"),
        (datetime(2022, 8, 25, 1, 5, tzinfo=UTC), "25 August, 09:05"),
        (None, ""),
    ],
)
def test_a_moment_is_told_by_its_day_as_seen_from_today(at: datetime | None, words: str) -> None:
    with moved_to(NOW), translation.override("en"):
        assert moment(at) == words


def test_another_year_is_named() -> None:
    with moved_to(NOW), translation.override("en"):
        assert moment(datetime(2021, 12, 31, 4, 0, tzinfo=UTC)) == "31 December 2021, 12:00"
