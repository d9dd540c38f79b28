"""Templates as an office fills them in: real XLSX files, made for one test."""

import io
from collections.abc import Mapping, Sequence
from datetime import date

import xlsxwriter

from linli.common.sheets import Row, Template
from linli.common.sheets.columns import in_both
from linli.common.sheets.reading import read


def xlsx(rows: Sequence[Sequence[object]], *, name: str = "Sheet1", before: Sequence[str] = ()) -> bytes:
    """A file with these rows on its last sheet: text as text, numbers as numbers, dates as dates."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for each in before:
            book.add_worksheet(each)
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(at, column, value, day)
                elif isinstance(value, int | float):
                    sheet.write_number(at, column, value)
                else:
                    sheet.write_string(at, column, str(value))
    return file.getvalue()


def filled(template: Template, rows: Sequence[Mapping[str, object]], *, more: Sequence[str] = ()) -> bytes:
    """A template with rows by column key; `more` names columns that nothing declares, filled by their own names."""
    keys = [column.key for column in template.columns]
    head = ["".join(in_both(column.title)) for column in template.columns]
    lines = [[row.get(key, "") for key in [*keys, *more]] for row in rows]
    return xlsx([[*head, *more], *lines])


def read_rows(template: Template, rows: Sequence[Mapping[str, object]]) -> list[Row]:
    """Rows as they are read from a real file, none of them rejected."""
    sheet = read(template, filled(template, rows))
    assert sheet.rejected == []
    return sheet.rows
