"""Numbers and lists as pages write them, in both languages."""

import pytest
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils import translation

from linli.web.templatetags.lists import listed


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_thousands_are_set_apart(language: str) -> None:
    with translation.override(language):
        assert [intcomma(number) for number in (987, 9310, 20_937_757)] == ["987", "9,310", "20,937,757"]


def test_words_stand_in_a_row() -> None:
    with translation.override("en"):
        assert listed(["Driving", "Cooking"]) == "Driving, Cooking"
        assert listed([]) == ""
