"""Opening an XLSX file that somebody sent, without letting it take the machine's memory."""

import io
import re
import zipfile
from collections.abc import Sequence

import python_calamine

from linli.common.errors import Invalid
from linli.common.sheets.errors import NotXlsx, SheetEmpty, SheetLocked, SheetTooBig

MOST_MB = 8
_MOST_UNPACKED = 100 * 1024 * 1024
_MOST_CELLS = 4_000_000
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_AT = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,7})(\d{1,10})["']""")

Table = Sequence[Sequence[object]]


def tables(content: bytes, most_rows: int) -> list[Table]:
    """Every sheet of an XLSX file, cell by cell as the spreadsheet has it, at most so many rows of each.

    Raises:
        Invalid: empty, too big, locked by a password, or no XLSX file that can be read.
    """
    if not content.strip():
        raise SheetEmpty
    if len(content) > MOST_MB * 1024 * 1024:
        raise SheetTooBig(most=MOST_MB)
    if content.startswith(_OLD_OFFICE):
        # A locked XLSX lies encrypted inside a file of the old kind, under this name.
        raise SheetLocked if "EncryptedPackage".encode("utf-16-le") in content else NotXlsx
    try:
        _check_size(content)
        book = python_calamine.load_workbook(io.BytesIO(content))
        return [
            book.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=most_rows) for name in book.sheet_names
        ]
    except Invalid:
        raise
    except Exception as error:  # the reader has no one family of errors for a broken file
        raise NotXlsx from error


def _check_size(content: bytes) -> None:
    """Refuse a file that would fill the memory: of a few KB it can unpack to gigabytes, and two cells at the ends of
    a sheet make the reader lay out all that lies between, half a terabyte, which ends the process."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = packed.infolist()
        if sum(part.file_size for part in parts) > _MOST_UNPACKED:
            raise SheetTooBig(most=MOST_MB)
        names = {part.filename for part in parts}
        if "xl/workbook.xml" not in names or names & {"xl/workbook.bin", "content.xml"}:
            raise NotXlsx
        for part in parts:
            rows, columns = _reach(packed.read(part))
            if rows * columns > _MOST_CELLS:
                raise SheetTooBig(most=MOST_MB)


def _reach(part: bytes) -> tuple[int, int]:
    """The last row and column that cells of a sheet name."""
    rows = columns = 1
    for letters, digits in _AT.findall(part):
        rows = max(rows, int(digits))
        column = 0
        for letter in letters.upper():
            column = column * 26 + letter - 64
        columns = max(columns, column)
    return rows, columns
