"""How a file that was filled in says no: the file as a whole, or one of its cells."""

from django.utils.translation import gettext
from django.utils.translation.trans_null import gettext_noop

from linli.common.errors import Conflict, Invalid


class SheetEmpty(Invalid):
    code = "sheet_empty"
    sentence = gettext_noop("The file is empty.")


class SheetTooBig(Invalid):
    code = "sheet_too_big"
    sentence = gettext_noop("The file is larger than {most} MB. Divide it into several.")


class NotASheet(Invalid):
    code = "sheet_not_readable"
    sentence = gettext_noop(
        "This is no spreadsheet that can be read. Open it in your spreadsheet program and save it as XLSX or CSV."
    )


class SheetOld(Invalid):
    code = "sheet_old"
    sentence = gettext_noop(
        "This is a spreadsheet of the old kind (XLS). Open it in your spreadsheet program and save it as XLSX."
    )


class SheetUnpacksTooBig(Invalid):
    code = "sheet_unpacks_too_big"
    sentence = gettext_noop(
        "Unpacked, this file would be larger than {most} MB: no list of people is. It was not opened."
    )


class SheetHidden(Invalid):
    code = "sheet_hidden"
    sentence = gettext_noop(
        "The columns are on a hidden sheet, “{name}”. Show the sheet, look at what it holds, and choose the file again."
    )


class SheetWithNul(Invalid):
    code = "sheet_with_nul"
    sentence = gettext_noop("Line {line} holds a NUL byte, which no text has. Save the list again as XLSX or CSV.")


class SheetBrokenText(Invalid):
    code = "sheet_broken_text"
    sentence = gettext_noop(
        "Line {line} is written neither in UTF-8 nor in GB18030. Save the list again as XLSX, or as CSV in UTF-8."
    )


class SheetNotClosed(Invalid):
    code = "sheet_not_closed"
    sentence = gettext_noop("In line {line} a quotation mark is opened and not closed.")


class SheetLocked(Invalid):
    code = "sheet_locked"
    sentence = gettext_noop(
        "The file is protected by a password. Take the password away, save it, and choose it again."
    )


class HeadMissing(Invalid):
    """The row that names the columns; its fact `columns` is a list of their English names."""

    code = "sheet_head_missing"
    sentence = gettext_noop("The first row has to name the columns, as in the template. Missing: {columns}.")

    def told(self) -> str:
        columns = self.facts["columns"]
        assert isinstance(columns, list)
        return gettext(self.sentence).format(columns=gettext(", ").join(gettext(each) for each in columns))


class HeadTwice(HeadMissing):
    code = "sheet_head_twice"
    sentence = gettext_noop(
        "Two columns of the file may be the same one of ours: {columns}. Which is meant is not guessed: "
        "rename the one that is not."
    )


class OtherSheet(Invalid):
    """Another of our templates; its facts are the English names of both."""

    code = "sheet_of_another_kind"
    sentence = gettext_noop("This is the template “{found}”, and here goes “{wanted}”.")

    def told(self) -> str:
        return gettext(self.sentence).format(**{key: gettext(str(name)) for key, name in self.facts.items()})


class NoRows(Invalid):
    code = "sheet_without_rows"
    sentence = gettext_noop(
        "The columns are named, but there is no row below them. Rows marked as examples do not count."
    )


class NotTheRows(Invalid):
    code = "sheet_not_the_rows"
    sentence = gettext_noop(
        "These are not the rows to mend: the column “Row in your file” is missing. Nothing of the first file was lost."
    )


class TooManyRows(Invalid):
    code = "sheet_too_long"
    sentence = gettext_noop(
        "It has more than {most} rows, which is the most that is taken at once. Divide it into several files."
    )


class RowsRefused(Invalid):
    """What a program sent is taken whole or not at all; its fact `rows` says of each wrong row which, where and why."""

    code = "rows_refused"
    sentence = gettext_noop("Rows that cannot be taken: {n}. Nothing was changed.")


class SheetOvertaken(Conflict):
    code = "sheet_overtaken"
    sentence = gettext_noop("Something changed since you looked through this file. Nothing was taken; look again.")


class CellMissing(Invalid):
    code = "cell_missing"
    sentence = gettext_noop("This has to be filled in.")


class CellTooLong(Invalid):
    code = "cell_too_long"
    sentence = gettext_noop("Too long: at most {most} characters.")


class CellIsNumber(Invalid):
    code = "cell_is_number"
    sentence = gettext_noop(
        "The spreadsheet took this for a quantity and may have changed its digits. "
        "Format the cell as text and type it again."
    )


class CellWithoutValue(Invalid):
    code = "cell_without_value"
    sentence = gettext_noop(
        "Here stands a formula that was never worked out. Open the file in your spreadsheet program and save it again."
    )


class CellMerged(Invalid):
    code = "cell_merged"
    sentence = gettext_noop("This cell is merged into another. Take the merge apart and fill in each cell.")


class CellIsDate(Invalid):
    code = "cell_is_date"
    sentence = gettext_noop(
        "The spreadsheet took this for a date ({shown}). Format the cell as text and type it again."
    )


class CellIsError(Invalid):
    code = "cell_is_error"
    sentence = gettext_noop("The spreadsheet shows an error here: {shown}.")


class NotAChoice(Invalid):
    """Something else than one of a closed list; its fact `choices` is the list of English names."""

    code = "cell_not_a_choice"
    sentence = gettext_noop("“{said}” is none of these: {choices}.")

    def told(self) -> str:
        choices = self.facts["choices"]
        assert isinstance(choices, list)
        names = gettext(", ").join(gettext(each) for each in choices)
        return gettext(self.sentence).format(said=self.facts["said"], choices=names)


class NotADate(Invalid):
    code = "cell_not_a_date"
    sentence = gettext_noop("This is no date of the calendar. Write it as 2026-09-02.")


class NotANumber(Invalid):
    code = "cell_not_a_number"
    sentence = gettext_noop("A whole number from {least} to {most} goes here.")
