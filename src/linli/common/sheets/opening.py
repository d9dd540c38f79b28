"""Opening a spreadsheet that somebody sent, XLSX or text, without letting it take the machine's memory."""

import io
import zipfile
from dataclasses import dataclass, field
from enum import Enum

import python_calamine

from linli.common.errors import Invalid
from linli.common.sheets import parts, texts
from linli.common.sheets.errors import (
    NotASheet,
    SheetEmpty,
    SheetLocked,
    SheetOld,
    SheetTooBig,
    SheetUnpacksTooBig,
)

MOST_MB = 8
_MOST_UNPACKED_MB = 100
_MOST_CELLS = 4_000_000
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD_BOOK = ("Workbook".encode("utf-16-le"), "Book\0\0".encode("utf-16-le"))
# What people choose by mistake: pictures, PDF, other archives. Everything else that is no ZIP is read as text.
_NO_TEXT = (b"\x89PNG", b"%PDF", b"\xff\xd8\xff", b"GIF8", b"{\\rtf", b"7z\xbc\xaf", b"\x1f\x8b", b"Rar!")


class Without(Enum):
    """What stands in a cell that has no value of its own, and should have."""

    FORMULA = "a formula that was never worked out"
    MERGED = "merged into another cell"


@dataclass(slots=True)
class Table:
    """One sheet, cell by cell: rows from the first on, empty ones too; cells as the spreadsheet has them.

    Attributes:
        merges: which cells are one: top row, left column, bottom row, right column, from 0.
    """

    name: str
    rows: list[list[object]] = field(default_factory=list)
    hidden: bool = False
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)

    def mark(self, row: int, column: int, what: Without) -> None:
        """Say of a cell, both counted from 0, that it has no value of its own."""
        while len(self.rows) <= row:
            self.rows.append([])
        line = self.rows[row]
        line.extend("" for _ in range(column + 1 - len(line)))
        line[column] = what


def tables(content: bytes) -> list[Table]:
    """Every sheet of a file; text is one sheet.

    Raises:
        Invalid: empty, too big, locked by a password, of the old kind, or nothing that can be read.
    """
    if not content.strip():
        raise SheetEmpty
    if len(content) > MOST_MB * 1024 * 1024:
        raise SheetTooBig(most=MOST_MB)
    if content.startswith(_OLD_OFFICE):
        # A locked XLSX lies encrypted inside a file of the old kind, under this name.
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise SheetLocked
        raise SheetOld if any(name in content for name in _OLD_BOOK) else NotASheet
    if content.startswith(_NO_TEXT):
        raise NotASheet
    if not content.startswith(b"PK"):
        return [Table("", texts.rows(content, _MOST_CELLS))]
    try:
        return _of_workbook(content)
    except Invalid:
        raise
    except Exception as error:  # the reader has no one family of errors for a broken file
        raise NotASheet from error


def _of_workbook(content: bytes) -> list[Table]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        _check_size(packed)
        blank = {name: parts.formulas_without_value(part) for name, part in parts.sheets(packed)}
    book = python_calamine.load_workbook(io.BytesIO(content))
    found = []
    for told in book.sheets_metadata:
        if told.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(told.name)
        rows: list[list[object]] = [list(row) for row in sheet.to_python(skip_empty_area=False)]
        table = Table(told.name, rows, hidden=told.visible != python_calamine.SheetVisibleEnum.Visible)
        for row, column in blank.get(told.name, ()):
            table.mark(row, column, Without.FORMULA)
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
            table.merges.append((top, left, bottom, right))
            _mark_merged(table, top, left, bottom, right)
        found.append(table)
    return found


def _mark_merged(table: Table, top: int, left: int, bottom: int, right: int) -> None:
    """Only where there are cells: a merge can name a million rows."""
    for row in range(top, min(bottom + 1, len(table.rows))):
        for column in range(left, min(right + 1, len(table.rows[row]))):
            if (row, column) != (top, left):
                table.mark(row, column, Without.MERGED)


def _check_size(packed: zipfile.ZipFile) -> None:
    """Refuse a file that would fill the memory: of a few KB it can unpack to gigabytes, and two cells at the ends of
    a sheet make the reader lay out all that lies between, half a terabyte, which ends the process."""
    listed = packed.infolist()
    if sum(part.file_size for part in listed) > _MOST_UNPACKED_MB * 1024 * 1024:
        raise SheetUnpacksTooBig(most=_MOST_UNPACKED_MB)
    names = {part.filename for part in listed}
    if "xl/workbook.xml" not in names or names & {"xl/workbook.bin", "content.xml"}:
        raise NotASheet
    for part in listed:
        rows, columns = parts.reach(packed.read(part))
        if rows * columns > _MOST_CELLS:
            raise SheetTooBig(most=MOST_MB)
