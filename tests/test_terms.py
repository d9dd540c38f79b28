"""One word per concept: the table of terms held against every sentence and its translation."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "src" / "linli" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
# Sentences in which the English word is no term: a database's table, a person's own word.
OTHER_MEANING = {
    "order": re.compile(r"in order|in the order|stand in the order", re.I),
}


def terms() -> list[tuple[list[str], list[str], list[str]]]:
    """(Chinese words, English words, words never used) of each row of the table."""
    rows = []
    for line in (ROOT / "docs" / "reference" / "terms.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) != 4 or cells[0] in ("zh", "---"):
            continue
        chinese, english, _, never = cells
        rows.append((re.split("[、,]", chinese), _words(english), _words(never)))
    return rows


def _words(cell: str) -> list[str]:
    return [word.strip() for word in cell.split(",") if word.strip()]


def sentences() -> list[tuple[str, str]]:
    """Every English sentence (all its forms joined) with its Chinese."""
    with PO.open("rb") as file:
        catalogue = read_po(file, locale="zh_Hans")
    found = []
    for message in catalogue:
        if message.id:
            english = message.id if isinstance(message.id, str) else " / ".join(message.id)
            chinese = message.string if isinstance(message.string, str) else " / ".join(message.string)
            found.append((english, chinese))
    return found


def holds(words: list[str], sentence: str) -> bool:
    """Whether a sentence holds one of the words as a word; names of placeholders and tags do not count."""
    plain = re.sub(r"%\(\w+\)s|\{\w+\}|<[^>]+>|`[^`]+`", " ", sentence)
    return any(re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", plain, re.I) for word in words)


def test_the_table_has_every_concept():
    assert len(terms()) >= 25
    assert len(sentences()) > 400


@pytest.mark.parametrize(("chinese", "english", "never"), terms(), ids=lambda cell: cell[0] if cell else "none")
def test_a_concept_has_one_word_in_each_language(chinese, english, never):
    other = OTHER_MEANING.get(english[0])
    for sentence, translation in sentences():
        assert not holds(never, sentence), f"{sentence!r} holds one of {never}"
        if holds(english, sentence) and not (other and other.search(sentence)):
            assert any(word in translation for word in chinese), (
                f"{sentence!r} speaks of {english[0]!r}, its translation {translation!r} says none of {chinese}"
            )
