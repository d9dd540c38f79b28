"""A form of an office's own, filled: its titles, widths and lines as they were, the rows below, the mark underneath.

Every cell is text, but for quantities: no spreadsheet takes one for a formula, a phone number keeps its digits. The
mark stands below what the form has at its foot and in the margins of every printed page, not above its title: the
office that requires the form finds it as it is used to.
"""

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from linli.common.sheets.layout import Block, Form, Layout, Look

PLAIN = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_MOST_IN_MARGIN = 110  # characters; the format takes 255 of a printed margin, and an ampersand counts twice
_A4 = 9
_PADDING = 0.7109375  # characters: what the format adds to the width that people see


def laid_out(form: Form, rows: Sequence[Sequence[str]], lines: Sequence[str]) -> bytes:
    """A filled form as the bytes of an XLSX file.

    Args:
        rows: cells by column of the list. lines: of the mark.
    """
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, PLAIN) as book:
        book.set_properties({"title": lines[0], "comments": " ".join(lines)})
        sheet = book.add_worksheet(sheet_name(form.layout.name))
        draws = _Drawer(book, form.layout)
        _page(sheet, form.layout, lines)
        top = len(form.layout.top.lines)
        draws.block(sheet, form.layout.top, 0)
        for number, row in enumerate(rows, 1):
            _row(sheet, draws, form, row, number, top + number - 1)
        below = top + len(rows)
        draws.block(sheet, form.layout.foot, below)
        mark = book.add_format({"bold": True, "font_color": "#b91c1c"})
        for at, line in enumerate(lines, below + len(form.layout.foot.lines) + 1):
            sheet.write_string(at, 0, line, mark)
    return file.getvalue()


def _page(sheet: Any, layout: Layout, lines: Sequence[str]) -> None:
    for at, width in layout.widths.items():
        sheet.set_column(at, at, max(width - _PADDING, 0.1))
    if layout.landscape:
        sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    if layout.top.lines:
        sheet.repeat_rows(len(layout.top.lines) - 1)
        sheet.freeze_panes(len(layout.top.lines), 0)
    watermark_margins(sheet, lines)


def _row(sheet: Any, draws: "_Drawer", form: Form, row: Sequence[str], number: int, at: int) -> None:
    if form.layout.row.height:
        sheet.set_row(at, form.layout.row.height)
    columns = {*form.layout.row.looks, *form.takes, *form.says} | (
        {form.counted} if form.counted is not None else set()
    )
    for column in sorted(columns):
        look = form.layout.row.looks.get(column, -1)
        source = form.takes.get(column)
        text = form.says.get(column, "") if source is None else row[source]
        if column == form.counted:
            sheet.write_number(at, column, number, draws.format(look))
        elif source in form.numbers and text.isdecimal():
            sheet.write_number(at, column, int(text), draws.format(look))
        elif text:
            sheet.write_string(at, column, text, draws.format(look, text=True))
        else:
            sheet.write_blank(at, column, None, draws.format(look, text=True))


class _Drawer:
    """The formats of one workbook, each made when it is first needed."""

    def __init__(self, book: xlsxwriter.Workbook, layout: Layout) -> None:
        self._book, self._looks = book, layout.looks
        self._made: dict[tuple[int, bool], Any] = {}

    def format(self, look: int, *, text: bool = False) -> Any:
        """The format of a look; as text where digits in it are no quantity."""
        if (look, text) not in self._made:
            kept = self._looks[look] if 0 <= look < len(self._looks) else Look()
            self._made[look, text] = self._book.add_format(_properties(kept) | ({"num_format": "@"} if text else {}))
        return self._made[look, text]

    def block(self, sheet: Any, block: Block, top: int) -> None:
        """Rows as they stood, from a row on."""
        for at, line in enumerate(block.lines, top):
            if line.height:
                sheet.set_row(at, line.height)
            for column in sorted({*line.looks, *line.texts}):
                drawn = self.format(line.looks.get(column, -1))
                text = line.texts.get(column, "")
                if text:
                    sheet.write_string(at, column, text, drawn)
                else:
                    sheet.write_blank(at, column, None, drawn)
            for column, total in line.sums.items():
                sheet.write_number(at, column, total, self.format(line.looks.get(column, -1)))
        for first, left, last, right in block.merges:
            line = block.lines[first]
            text, drawn = line.texts.get(left, ""), self.format(line.looks.get(left, -1))
            sheet.merge_range(top + first, left, top + last, right, "", drawn)
            if text:
                sheet.write_string(top + first, left, text, drawn)


def _properties(look: Look) -> dict[str, object]:
    said: dict[str, object] = {
        "bold": look.bold,
        "italic": look.italic,
        "font_size": look.size,
        "font_name": look.font,
        "font_color": look.ink,
        "bg_color": look.fill,
        "left": look.left,
        "right": look.right,
        "top": look.top,
        "bottom": look.bottom,
        "align": look.across,
        "valign": look.down,
        "text_wrap": look.wrap,
    }
    return {name: value for name, value in said.items() if value}


def watermark_margins(sheet: Any, lines: Sequence[str]) -> None:
    """The mark above and below every printed page."""
    margin = " · ".join(lines)[:_MOST_IN_MARGIN].replace("&", "&&")
    sheet.set_header(f"&C&8{margin}")
    sheet.set_footer(f"&C&8{margin} &P/&N")


def sheet_name(title: str) -> str:
    """A sheet's name: at most 31 characters with room for a number, and none of those that the format forbids."""
    return "".join(letter for letter in title if letter not in "[]:*?/\\'")[:28].strip() or "1"
