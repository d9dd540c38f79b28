"""What a failure tells people and what it tells programs."""

import json
from datetime import UTC, date, datetime

import pytest
from django.http import HttpRequest
from django.utils import translation

from linli.common.clock import moved_to
from linli.common.errors import LinliError
from linli.common.moments import told
from linli.web.problems import as_json, problem_page

ASKED = datetime(2026, 11, 24, 19, 33, tzinfo=UTC)
TODAY = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)


class UnderWay(LinliError):
    """Only here: its facts are a moment, a day and a name."""

    sentence = "{name}: asked for at {at}, in force until {until}."


@pytest.mark.parametrize(
    ("moment", "chinese", "english"),
    [
        (ASKED, "11月25日 03:33", "25 Nov 03:33"),
        (datetime(2026, 11, 24, 15, 59, tzinfo=UTC), "11月24日 23:59", "24 Nov 23:59"),
        (datetime(2026, 12, 31, 16, 5, tzinfo=UTC), "2027年1月1日 00:05", "1 Jan 2027 00:05"),
        (date(2026, 9, 2), "9月2日", "2 Sep"),
        (date(2022, 9, 2), "2022年9月2日", "2 Sep 2022"),
    ],
)
def test_moments_are_told_by_the_clock_of_the_place(moment: date, chinese: str, english: str) -> None:
    with moved_to(TODAY):
        assert told(moment, chinese=True) == chinese
        assert told(moment, chinese=False) == english


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("zh-hans", "大同: asked for at 11月25日 03:33, in force until 12月1日."),
        ("en", "大同: asked for at 25 Nov 03:33, in force until 1 Dec."),
    ],
)
def test_a_sentence_never_shows_a_moment_as_machines_write_it(language: str, sentence: str) -> None:
    with moved_to(TODAY), translation.override(language):
        assert UnderWay(name="大同", at=ASKED, until=date(2026, 12, 1)).told() == sentence


def test_programs_get_moments_as_iso_8601() -> None:
    problem = UnderWay(name="大同", at=ASKED, until=date(2026, 12, 1))
    shape = {"name": "大同", "at": "2026-11-24T19:33:00+00:00", "until": "2026-12-01"}
    assert as_json(problem)["error"]["facts"] == shape  # type: ignore[index]
    request = HttpRequest()
    request.path = "/api/v1/allocations"
    assert json.loads(problem_page(request, problem).content)["error"]["facts"] == shape
