"""The words that mean: dial first."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.desk import emergency
from linli.desk.emergency import NUMBERS, WORDS

# However slow the machine: the first text drawn builds the tables of Unicode.
patient = settings(suppress_health_check=[HealthCheck.too_slow])
ANY = [(number, word) for number, words in WORDS.items() for word in words]
CHINESE = [(number, word) for number, word in ANY if not word.isascii()]
ENGLISH = [(number, word) for number, word in ANY if word.isascii()]
# Everyday words of a desk, none of which is on the list or becomes one beside another.
HARMLESS = [
    "买菜",
    "送药",
    "测体温",
    "问结果",
    "3栋2单元502",
    "medicine",
    "shopping",
    "hello",
    "result",
    "Wang",
    "13800001234",
]


def numbers(*texts):
    return [hit.number for hit in emergency.found(*texts)]


@patient
@given(st.sampled_from(CHINESE), st.text(max_size=20), st.text(max_size=20))
def test_a_chinese_word_is_found_whatever_stands_around_it(listed, before, after):
    number, word = listed
    hits = {hit.number: hit.words for hit in emergency.found(f"{before}。{word}。{after}")}
    assert word in hits[number]


@patient
@given(st.sampled_from(ENGLISH), st.text(max_size=20), st.text(max_size=20), st.booleans())
def test_an_english_phrase_is_found_as_whole_words_in_any_case(listed, before, after, loud):
    number, word = listed
    said = word.upper() if loud else word
    hits = {hit.number: hit.words for hit in emergency.found(f"{before}. {said} .{after}")}
    assert word in hits[number]


@patient
@given(st.lists(st.sampled_from(HARMLESS), max_size=8))
def test_harmless_words_ask_for_no_number(words):
    assert emergency.found(" ".join(words)) == ()


@patient
@given(st.lists(st.sampled_from([word for _, word in ANY] + HARMLESS), max_size=6), st.text(max_size=30))
def test_another_answer_takes_no_number_away_and_the_order_stands(words, more):
    alone = numbers(*words)
    assert set(alone) <= set(numbers(*words, more))
    assert alone == [number for number in NUMBERS if number in alone]


@patient
@given(st.text(max_size=200))
def test_it_answers_to_any_text(text):
    for hit in emergency.found(text):
        assert hit.words
        assert set(hit.words) <= set(WORDS[hit.number])


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("三楼着火了", ["119"]),
        ("三楼着 火 了", ["119"]),
        ("闻到燃气味", ["119"]),
        ("老人昏迷，叫不醒", ["120"]),
        ("孕妇要生了", ["120"]),
        ("产妇大出血", ["120"]),
        ("说胸痛", ["120"]),
        ("分娩", ["120"]),
        ("楼顶有人要跳楼", ["120", "119", "110"]),
        ("隔壁家暴", ["110"]),
        ("ＦＩＲＥ on the stairs", ["119"]),
        ("she can’t breathe", ["120"]),
        ("chest   pain\nsince noon", ["120"]),
        ("the firewood is wet", []),
        ("a gasket for the tap", []),
        ("Mrs Stroker asks for rice", []),
        ("药只够到明天", []),
        ("", []),
    ],
)
def test_what_people_say(said, wanted):
    assert numbers(said) == wanted


def test_two_answers_do_not_make_a_word_together():
    assert numbers("穿着", "火锅") == []


def test_every_word_stands_once_under_its_number_as_the_rule_reads_it():
    assert set(WORDS) == set(NUMBERS)
    for words in WORDS.values():
        assert len(set(words)) == len(words)
        assert all(word == word.strip().casefold() and word for word in words)
