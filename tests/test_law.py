"""No page and no sentence quotes as law what nobody has checked.

The lists are those of the domain notes: what is marked there as unverified, and what is not.
"""

import re
from pathlib import Path

import pytest

from tests.test_terms import sentences

ROOT = Path(__file__).resolve().parent.parent
LAW = ROOT / "docs" / "explanation" / "law.md"
# Articles that were checked, by a word of the name of their law.
CHECKED = {"Information Protection": {28}, "Volunteer Service": {15, 16, 17, 19}, "个人信息保护法": {28}}
# What is said from memory, or only in drafts: never as law, in neither language.
UNCHECKED = (
    "for three years", "3 years", "保存三年", "Article 85", "right to object", "Infectious Diseases Law",
    "传染病防治法",
    "Cybersecurity Law", "网络安全法", "Network Data", "网络数据安全管理条例", "GB/T", "MLPS", "等级保护", "等保",
    "Level 3", "compliance-audit", "合规审计", "face-recognition", "separate consent for sensitive",
    "breach notice",
)  # fmt: skip
_ARTICLES = re.compile(r"Articles?\s+(\d+(?:(?:, | and )\d+)*)|Art\.\s*(\d+)|第([一二三四五六七八九十百\d]+)条")
_DIGITS = {digit: at for at, digit in enumerate("零一二三四五六七八九")}


def _number(chinese: str) -> int:
    if chinese.isdecimal():
        return int(chinese)
    tens, ten, ones = chinese.rpartition("十")
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0)


def quoted(text: str) -> list[tuple[int, str]]:
    """(article, the words before it) of every article that a text names."""
    found = []
    for match in _ARTICLES.finditer(text):
        before = text[max(0, match.start() - 90) : match.start()]
        numbers = re.findall(r"\d+", match[1] or match[2] or "") or [str(_number(match[3]))]
        found += [(int(number), before) for number in numbers]
    return found


def unchecked(text: str) -> list[str]:
    """What a text says as law that nobody has checked."""
    wrong = [f"quotes {words!r}" for words in UNCHECKED if words in text]
    for number, before in quoted(text):
        laws = [(before.rfind(law), articles) for law, articles in CHECKED.items() if law in before]
        if not laws or number not in max(laws, key=lambda each: each[0])[1]:
            wrong.append(f"quotes article {number} after {before[-40:]!r}")
    return wrong


def test_the_page_of_the_law_quotes_only_what_was_checked():
    text = LAW.read_text(encoding="utf-8")
    assert len(quoted(text)) >= 5
    assert unchecked(text) == []


def test_no_sentence_of_the_interface_quotes_an_article_that_was_not_checked():
    said = [part for pair in sentences() for part in pair]
    assert any(quoted(each) for each in said)
    assert [found for each in said for found in unchecked(each)] == []


@pytest.mark.parametrize(
    "said",
    [
        "Personal Information Protection Law, Article 55: assess",
        "《个人信息保护法》第五十五条",
        "Emergency Response Law, Article 28",
        "Volunteer Service Regulation, Articles 15 and 24",
        "the assessment is kept for 3 years",
        "按等保三级",
    ],
)
def test_what_was_not_checked_is_noticed(said):
    assert unchecked(said)


def test_what_was_checked_may_be_said():
    assert unchecked("《个人信息保护法》第二十八条") == []
    assert unchecked("Personal Information Protection Law, Article 28") == []
