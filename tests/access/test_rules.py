"""What a PIN may be: six digits or more, and none of those that others try first."""

import pytest

from linli.access import rules
from linli.access.errors import PinDate, PinInARow, PinRepeats, PinShape


@pytest.mark.parametrize("said", ["482917", "48 29 17", "4829-17", "４８２９１７", "\u3000482917"])
def test_what_people_type_is_folded_to_digits(said):
    assert rules.chosen_pin(said) == "482917"


@pytest.mark.parametrize("said", ["", "48291", "4829175302946", "48291a", "48291٧", "48291²", "48291\x00"])
def test_six_to_twelve_digits_and_nothing_else(said):
    with pytest.raises(PinShape):
        rules.chosen_pin(said)


@pytest.mark.parametrize("said", ["111111", "000000", "121212", "112211", "482482", "48294829", "595955"])
def test_digits_that_repeat_are_refused(said):
    with pytest.raises(PinRepeats):
        rules.chosen_pin(said)


@pytest.mark.parametrize("said", ["123456", "654321", "234567", "7890123", "135791", "987654321"])
def test_digits_in_a_row_are_refused(said):
    with pytest.raises(PinInARow):
        rules.chosen_pin(said)


@pytest.mark.parametrize(
    "said", ["900131", "310190", "013190", "000229", "19900131", "31011990", "01311990", "20240229"]
)
def test_days_are_refused(said):
    with pytest.raises(PinDate):
        rules.chosen_pin(said)


@pytest.mark.parametrize("said", ["901331", "320190", "19901331", "18001231", "20230229", "4829170", "900132"])
def test_what_is_no_day_is_taken(said):
    assert rules.chosen_pin(said) == said
