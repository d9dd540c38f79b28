"""The two READMEs say the same: the same parts, commands, settings, figures and links."""

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
ENGLISH = (ROOT / "README.md").read_text(encoding="utf-8")
CHINESE = (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")
PARTS = {
    "headings": r"^#+ ",
    "items": r"^- ",
    "pictures": r"!\[[^]]*\]\(([^)]+)\)",
    "links": r"(?<!!)\[[^]]*\]\(((?!README)[^)]+)\)",
    "code": r"`([^`\n]+)`",
    "commands": r"^(make \w+) ",
    "figures": r"(?<![\w-])\d+(?:\.\d+)*(?![\w-]*\.md)",
}


@pytest.mark.parametrize("part", PARTS)
def test_both_languages_have_the_same(part: str) -> None:
    said = [Counter(re.findall(PARTS[part], _dates_apart(text), re.MULTILINE)) for text in (ENGLISH, CHINESE)]
    assert said[0]
    assert said[0] == said[1]


@pytest.mark.parametrize("text", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_what_it_points_to_is_there(text: str) -> None:
    named = [name for name in re.findall(r"\]\(([^)]+)\)", text) if "://" not in name]
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def _dates_apart(text: str) -> str:
    """The one date, which each language writes its own way, as the same figures."""
    return text.replace("2 September 2022", "2022 9 2").replace("2022 年 9 月 2 日", "2022 9 2")
