"""A document as pieces, shown as a page and set on paper from the same words: what is printed is what was read."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from json import dumps, loads
from pathlib import Path
from typing import Literal

from django.http import HttpResponse
from django.utils.translation import get_language, gettext

from linli import __version__
from linli.common import pdf
from linli.custody.record import digest
from linli.people.queries import city_is_synthetic

SOURCE = Path(__file__).resolve().parent / "paper.typ"
NOTICE_PT, RECORD_PT = 16, 10


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a document.

    Attributes:
        kind: which piece; part is a heading, piece one below it; facts and lines are pairs of a term and what is said
            of it, side by side or one below the other.
        rows: of a table as wide as its head; else pairs.
    """

    kind: Literal["part", "piece", "text", "items", "facts", "lines", "table"]
    text: str = ""
    items: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def labelled(self) -> list[list[tuple[str, str]]]:
        """The rows of a table, each cell with the head of its column: a phone shows a row as a card."""
        return [list(zip(self.head, row, strict=True)) for row in self.rows]


def part(text: str) -> Block:
    """A heading."""
    return Block("part", text)


def piece(text: str) -> Block:
    """A heading below another."""
    return Block("piece", text)


def text(said: str) -> Block:
    """A paragraph."""
    return Block("text", said)


def items(said: Iterable[str]) -> Block:
    """A list."""
    return Block("items", items=tuple(said))


def facts(pairs: Iterable[tuple[str, str]]) -> Block:
    """Terms, each with what is said of it."""
    return Block("facts", rows=tuple(pairs))


def lines(pairs: Iterable[tuple[str, str]]) -> Block:
    """Terms, each with what is said of it, for whoever reads them one by one."""
    return Block("lines", rows=tuple(pairs))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Block:
    """A table."""
    return Block("table", head=tuple(head), rows=tuple(tuple(row) for row in rows))


def version(on: date) -> str:
    """Which declarations a copy was made from, and when: two copies with one digest say the same."""
    return gettext("Linli {version}, declarations {digest}, {day}").format(
        version=__version__, digest=digest(), day=on.isoformat()
    )


def paper(title: str, lead: str, blocks: Sequence[Block], *, name: str, on: date, size_pt: int) -> HttpResponse:
    """A document as PDF. It holds nobody's data.

    Args:
        name: of the file, without its ending. size_pt: of its letters.
    """
    said = {
        "title": title,
        "lead": lead,
        "blocks": [asdict(block) for block in blocks],
        "language": "en" if get_language() == "en" else "zh",
        "mark": gettext("Synthetic city") if city_is_synthetic() else "",
        "foot": version(on),
        "size": size_pt,
        "colon": gettext(": "),
    }
    reply = HttpResponse(_set(dumps(said, ensure_ascii=False)), content_type="application/pdf")
    reply["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return reply


@lru_cache(maxsize=16)
def _set(said: str) -> bytes:
    """Everybody may ask for the notice, and one copy is as good as another."""
    return pdf.render(SOURCE, loads(said))
