import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.people import rules
from linli.people.errors import BadPhone


def test_the_check_character_of_the_standard_s_own_example():
    assert rules.id_number_holds("11010519491231002X")
    assert not rules.id_number_holds("110105194912310021")


@given(st.from_regex(r"\A[0-9]{17}\Z"), st.integers(0, 16))
def test_one_wrong_digit_is_always_noticed(first17, place):
    whole = first17 + rules.id_check_character(first17)
    other = str((int(whole[place]) + 1) % 10)
    assert not rules.id_number_holds(whole[:place] + other + whole[place + 1 :])


@pytest.mark.parametrize("written", ["138 0000 1234", "+86 138-0000-1234", "１３８００００１２３４", "8613800001234"])
def test_a_phone_is_kept_alike_however_it_is_written(written):
    assert rules.phone_digits(written) == "13800001234"


@pytest.mark.parametrize("written", ["", "123", "1" * 16, "abc"])
def test_what_cannot_be_a_phone_is_refused(written):
    with pytest.raises(BadPhone):
        rules.phone_digits(written)
