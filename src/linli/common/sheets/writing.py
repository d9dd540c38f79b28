"""Making a template: a sheet to fill in, examples marked as such, and a sheet that explains it in both languages."""

import io
from datetime import datetime

import xlsxwriter
from django.utils.translation.trans_null import gettext_noop

from linli.common.sheets.columns import Column, Template, in_both

EXAMPLE = gettext_noop("Example")
# Columns of the file of rejected rows that comes back for mending; they are read again and never kept.
ROW_WAS = gettext_noop("Row in your file")
REASON = gettext_noop("Why it was not taken")
EXPLANATIONS = gettext_noop("Explanations")
_WHAT = (gettext_noop("Column"), gettext_noop("To be filled in?"), gettext_noop("What belongs there"), EXAMPLE)
_NEEDED, _FREE = gettext_noop("yes"), gettext_noop("may stay empty")
_EXAMPLES_STAY = gettext_noop("Rows marked as examples are never taken; you may delete them.")
_NOT_KEPT = gettext_noop("Columns that are not named here are not kept, whatever stands in them.")
_MOST_LISTED = 255  # characters of a list in a cell, by the format
_MADE = datetime(2022, 9, 1)  # noqa: DTZ001 - the format keeps no zone; one moment, so that equal templates are equal
_INK, _GREY, _HEAD, _HEAD_NEEDED = "#1f2937", "#6b7280", "#e5e7eb", "#bfdbfe"


def beside(message: str) -> str:
    """A message in both languages, Chinese first."""
    chinese, english = in_both(message)
    return f"{chinese} {english}"


def blank(template: Template) -> bytes:
    """The XLSX of a template."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.set_properties({"title": beside(template.title), "created": _MADE})
        _sheet(book, template)
        _explanations(book, template)
    return file.getvalue()


def _sheet(book: xlsxwriter.Workbook, template: Template) -> None:
    sheet = book.add_worksheet(_sheet_name(template.title))
    head = {"bold": True, "text_wrap": True, "valign": "top", "font_color": _INK, "bottom": 1}
    needed, free = book.add_format({**head, "bg_color": _HEAD_NEEDED}), book.add_format({**head, "bg_color": _HEAD})
    as_text, example = book.add_format({"num_format": "@"}), book.add_format({"italic": True, "font_color": _GREY})
    sheet.set_row(0, 34)
    sheet.set_column(0, 0, 12)
    sheet.write_string(0, 0, beside(EXAMPLE), free)
    for at, column in enumerate(template.columns, 1):
        # Every column is text: what a spreadsheet takes for a date or a quantity cannot be told back.
        sheet.set_column(at, at, max(14, min(30, len(beside(column.title)) + 4)), as_text)
        sheet.write_string(0, at, beside(column.title), needed if column.needed else free)
        choices = [beside(each) for each in column.choices]
        if len(",".join(choices)) > _MOST_LISTED:
            choices = [in_both(each)[0] for each in column.choices]
        if choices and len(",".join(choices)) <= _MOST_LISTED:
            below = {"validate": "list", "source": choices, "error_type": "warning"}
            sheet.data_validation(1, at, template.most_rows + len(template.examples), at, below)
    for row, said in enumerate(template.examples, 1):
        sheet.write_string(row, 0, beside(EXAMPLE), example)
        for at, column in enumerate(template.columns, 1):
            if said.get(column.key):
                sheet.write_string(row, at, _example(column, said[column.key]), example)
    sheet.freeze_panes(1, 1)


def _example(column: Column, said: str) -> str:
    return beside(said) if said in column.choices else said


def _explanations(book: xlsxwriter.Workbook, template: Template) -> None:
    """What each column means, side by side in both languages."""
    sheet = book.add_worksheet(_sheet_name(EXPLANATIONS))
    bold = book.add_format({"bold": True, "valign": "top", "text_wrap": True, "bg_color": _HEAD})
    wrapped = book.add_format({"valign": "top", "text_wrap": True})
    for at, width in enumerate((22, 16, 52, 60, 24)):
        sheet.set_column(at, at, width)
    row = 0
    for message in (template.title, template.says, *template.notes, _EXAMPLES_STAY, _NOT_KEPT):
        for at, told in enumerate(in_both(message)):
            sheet.write_string(row, 2 + at, told, bold if row == 0 else wrapped)
        row += 1
    row += 1
    what, filled, belongs, shown = (beside(each) for each in _WHAT)
    for at, told in enumerate((what, filled, belongs, belongs, shown)):
        sheet.write_string(row, at, told, bold)
    for row_of, column in enumerate(template.columns, row + 1):
        chinese, english = in_both(column.says)
        if column.choices:
            chinese += "：" + "、".join(in_both(each)[0] for each in column.choices)
            english += f" One of: {', '.join(in_both(each)[1] for each in column.choices)}."
        first = next((said[column.key] for said in template.examples if said.get(column.key)), "")
        said = (
            beside(column.title),
            beside(_NEEDED if column.needed else _FREE),
            chinese,
            english,
            _example(column, first),
        )
        for at, told in enumerate(said):
            sheet.write_string(row_of, at, told, wrapped)


def _sheet_name(message: str) -> str:
    """At most 31 characters, and none of those that the format forbids."""
    return "".join(letter for letter in beside(message) if letter not in "[]:*?/\\")[:31].strip()
