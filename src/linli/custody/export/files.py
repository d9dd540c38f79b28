"""How a file looks: XLSX, CSV or JSON, marked on top and below with who took it out, when and what for.

Cells are text. A cell that a spreadsheet would take for a formula is none: in XLSX it is stored as text, in CSV an
apostrophe stands before it.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from enum import StrEnum

import msgspec
import xlsxwriter
from django.http import HttpResponse
from django.utils.translation import get_language, gettext, ngettext, override

from linli.common import moments
from linli.common.errors import Invalid
from linli.common.sheets.layout import Form
from linli.custody.export.laying import PLAIN, laid_out, sheet_name, watermark_margins
from linli.custody.export.listing import PURPOSE_WORDS, Section
from linli.custody.models import Export

LEAVES = "_linli_may_leave"  # set on an answer that custody made; the last middleware lets no other file pass
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_MOST_WIDE, _LEAST_WIDE = 40, 9


class Kind(StrEnum):
    """What a file may be; the ending of its name."""

    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"
    PDF = "pdf"
    ICS = "ics"


CONTENT_TYPES = {
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.CSV: "text/csv; charset=utf-8",
    Kind.JSON: "application/json",
    Kind.PDF: "application/pdf",
    Kind.ICS: "text/calendar; charset=utf-8",
}


class Kept(msgspec.Struct):
    """A list as it was frozen: told in one language, masked as it was chosen; `form` is what it is filled into."""

    language: str
    title: str
    where: str
    columns: list[str]
    rows: list[list[str]]
    form: Form | None = None


class Mark(msgspec.Struct, kw_only=True):
    """What custody cannot know of a file's mark: names of accounts, and whether the city is made up."""

    taken_by: str
    confirmed_by: str
    synthetic: bool


def marked(reply: HttpResponse) -> HttpResponse:
    """Let an answer pass the last middleware: custody made it."""
    setattr(reply, LEAVES, True)
    return reply


def listing(
    kept: Kept,
    export: Export,
    *,
    kind: Kind,
    mark: Mark,
    at: datetime,
    paper: Callable[[Kept, Sequence[str]], bytes] | None = None,
) -> bytes:
    """A frozen list as the bytes of a file, in the language it was asked for in.

    Raises:
        Invalid: lists are XLSX or CSV, and numbered sheets paper.
    """
    with override(kept.language):
        lines = _watermark(kept, export, mark, at)
        if export.sheet != (kind == Kind.PDF) or export.sheet != (paper is not None):
            raise Invalid(kind=str(kind))
        if paper is not None:
            return paper(kept, lines)
        if kept.form is not None:
            if kind != Kind.XLSX:
                raise Invalid(kind=str(kind))
            return laid_out(kept.form, kept.rows, lines)
        if kind == Kind.XLSX:
            return _xlsx(lines, [(kept.title, kept.columns, kept.rows)])
        if kind == Kind.CSV:
            return _csv(lines, kept.columns, kept.rows)
    raise Invalid(kind=str(kind))


def _watermark(kept: Kept, export: Export, mark: Mark, at: datetime) -> list[str]:
    """The mark, a sentence a line: what it is, who answers for it, and that it is theirs alone."""
    chinese = (get_language() or "en").startswith("zh")
    people = [ngettext("{n} person", "{n} people", export.people).format(n=export.people)] if export.people else []
    who = gettext("Taken out by {name} on {at}: {purpose}").format(
        name=mark.taken_by,
        at=moments.told(at, chinese=chinese),
        purpose=gettext(PURPOSE_WORDS[Export.Purpose(export.purpose)]),
    )
    if mark.confirmed_by:
        who += " · " + gettext("Confirmed by {name}").format(name=mark.confirmed_by)
    as_of = gettext("as of {at}").format(at=moments.told(export.asked_at, chinese=chinese))
    lines = [" · ".join([f"{gettext('List')} {export.number}", kept.where, kept.title, *people, as_of]), who]
    lines.append(gettext("For this purpose only. Do not pass it on or post it in a chat; destroy it after use."))
    return [gettext("Synthetic city"), *lines] if mark.synthetic else lines


def to_mend(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], *, taken_by: str, synthetic: bool, at: datetime
) -> bytes:
    """Rows of somebody's own file that were not taken, as XLSX: the mark on top alone, so that it can be read again."""
    chinese = (get_language() or "en").startswith("zh")
    lines = [
        gettext("{title}: rows to mend, for {name}, {at}").format(
            title=title, name=taken_by, at=moments.told(at, chinese=chinese)
        ),
        gettext("For this purpose only. Do not pass it on or post it in a chat; destroy it after use."),
    ]
    lines = [gettext("Synthetic city"), *lines] if synthetic else lines
    return _xlsx(lines, [(title, columns, rows)], below=False)


def own_data(sections: Sequence[Section], *, kind: Kind, synthetic: bool, at: datetime) -> bytes:
    """One's own data as the bytes of a file: a sheet or a key for each section."""
    chinese = (get_language() or "en").startswith("zh")
    lines = [gettext("What Linli stores about you, on {at}").format(at=moments.told(at, chinese=chinese))]
    lines = [gettext("Synthetic city"), *lines] if synthetic else lines
    if kind == Kind.XLSX:
        return _xlsx(lines, [(each.title, each.columns, each.rows) for each in sections])
    content = {
        "about": " · ".join(lines),
        "synthetic": synthetic,
        "at": at.isoformat(),
        "sections": [
            {"title": each.title, "rows": [dict(zip(each.columns, row, strict=True)) for row in each.rows]}
            for each in sections
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=2).encode()


def _csv(lines: Sequence[str], columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with its mark, so that spreadsheets in China read it; the watermark first and last."""
    text = io.StringIO()
    write = csv.writer(text).writerow
    write([inert(" · ".join(lines))])
    write([inert(title) for title in columns])
    for row in rows:
        write([inert(cell) for cell in row])
    write([inert(" · ".join(lines))])
    return text.getvalue().encode("utf-8-sig")


def inert(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell


Table = tuple[str, Sequence[str], Sequence[Sequence[str]]]


def _xlsx(lines: Sequence[str], tables: Sequence[Table], *, below: bool = True) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, PLAIN) as book:
        book.set_properties({"title": lines[0], "comments": " ".join(lines)})
        names: set[str] = set()
        for title, columns, rows in tables:
            _sheet(book, _name(title, names), lines, columns, rows, below=below)
    return file.getvalue()


def _sheet(
    book: xlsxwriter.Workbook,
    name: str,
    lines: Sequence[str],
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    below: bool,
) -> None:
    """One sheet: the watermark on top, below the last row where it may, and in both margins of every printed page."""
    mark = book.add_format({"bold": True, "font_color": "#b91c1c"})
    head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#e5e7eb", "text_wrap": True, "valign": "top"})
    cell = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet(name)
    for at, line in enumerate(lines):
        sheet.write_string(at, 0, line, mark)
        if below:
            sheet.write_string(len(lines) + 2 + len(rows) + at, 0, line, mark)
    top = len(lines)
    for at, title in enumerate(columns):
        sheet.set_column(at, at, _width(title, (row[at] for row in rows)))
        sheet.write_string(top, at, title, head)
        for under, row in enumerate(rows, top + 1):
            sheet.write_string(under, at, row[at], cell)
    sheet.freeze_panes(top + 1, 0)
    sheet.repeat_rows(top)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    watermark_margins(sheet, lines)


def _width(title: str, cells: Iterable[str]) -> float:
    """Wide enough for most of a column: Chinese letters take two places."""
    longest = max((sum(2 if ord(letter) > 0x2E7F else 1 for letter in text) for text in (title, *cells)), default=0)
    return min(_MOST_WIDE, max(_LEAST_WIDE, longest + 2))


def _name(title: str, taken: set[str]) -> str:
    """A sheet's name, and no two alike."""
    plain = sheet_name(title)
    name = next(each for each in (plain, *(f"{plain} {n}" for n in range(2, 100))) if each.lower() not in taken)
    taken.add(name.lower())
    return name
