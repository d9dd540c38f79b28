"""A PDF shows every Chinese character in our own font, carries the mark, and is the same bytes for the same facts."""

from pathlib import Path

import pytest

from linli.common import pdf
from tests.pdfs import characters, pages

SOURCE = """
#import "/common/pdf/page.typ": *
#show: paper
= #facts.title
#for line in facts.lines [ #line #pagebreak(weak: true) ]
"""
RARE = "龘鱻喆堃䶮𬬭𠮷"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "list.typ"
    path.write_text(SOURCE, encoding="utf-8")
    return path


def facts(**more: object) -> dict[str, object]:
    return {"title": "销毁证明", "language": "zh", "lines": ["一号", "二号", "三号"], **more}


def test_every_character_is_shown_by_our_own_font(source: Path) -> None:
    made = pdf.render(source, facts(lines=["一号", "二号", "三号", RARE]))
    assert made.startswith(b"%PDF-")
    assert b"NotoSansSC-Regular" in made
    assert set(f"一二三号{RARE}") <= characters(made)


def test_the_mark_of_a_synthetic_city_is_on_it_only_where_it_is_given(source: Path) -> None:
    assert "合" in characters(pdf.render(source, facts(mark="合成数据")))
    assert "合" not in characters(pdf.render(source, facts()))


def test_each_page_has_its_number_of_all(source: Path) -> None:
    assert pages(pdf.render(source, facts())) == 3


def test_the_same_facts_give_the_same_bytes(source: Path) -> None:
    assert pdf.render(source, facts()) == pdf.render(source, facts())
    assert pdf.render(source, facts()) != pdf.render(source, facts(lines=["四号"]))


def test_facts_are_never_read_as_source(source: Path) -> None:
    """Somebody's name may look like a command; it is shown as typed."""
    made = pdf.render(source, facts(lines=['#read("/etc/passwd")', "*a* $x$ = #panic()"]))
    assert set('#read("/etc/passwd")*$=') <= characters(made)
