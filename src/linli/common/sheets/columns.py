"""What a template is made of, and what comes out of a file that was filled in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext, override

from linli.common.errors import Invalid, LinliError

Value = str | int | bool | None
LANGUAGES = ("zh-hans", "en")


def in_both(message: str) -> tuple[str, str]:
    """A message of the catalogue in Chinese and in English."""
    told = []
    for language in LANGUAGES:
        with override(language):
            told.append(gettext(message))
    return told[0], told[1]


@dataclass(frozen=True, slots=True)
class Kept:
    """What a cell is kept as, where a part of it is not: `left_out` are the words that nothing declares, `told` is what
    the cell says without them."""

    value: Value
    left_out: tuple[str, ...] = ()
    told: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        key: what the row calls it.
        title, says: English messages of the catalogue: its name, and what belongs into it.
        parse: the cell's text (never empty) as it is kept; raises Invalid.
        needed: a row without it is rejected.
        as_text: digits that are no quantity; a cell that the spreadsheet made a number is rejected.
        takes_date: a cell that the spreadsheet made a date is taken; elsewhere it is rejected.
        choices: English names of what may be chosen, for a list in the cell.
        also: other titles under which offices have it.
    """

    key: str
    title: str
    says: str
    parse: Callable[[str], Value | Kept]
    needed: bool = False
    as_text: bool = False
    takes_date: bool = False
    choices: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Template:
    """A file that is handed out empty and comes back filled in.

    Attributes:
        key: its name in addresses and file names.
        title, says: English messages: what it is called, and what it is for.
        examples: rows that show how it is meant, by column; they are marked and never taken.
        notes: English messages for the sheet of explanations.
        most_rows: how many rows are taken at once.
    """

    key: str
    title: str
    says: str
    columns: tuple[Column, ...]
    examples: tuple[Mapping[str, str], ...]
    notes: tuple[str, ...] = ()
    most_rows: int = 5_000

    @property
    def needed(self) -> tuple[Column, ...]:
        """Columns that a file has to have."""
        return tuple(column for column in self.columns if column.needed)

    def titled(self, key: str) -> str:
        """The title of a column in the language that is active now; empty for the row as a whole."""
        return next((gettext(column.title) for column in self.columns if column.key == key), "")


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it is kept: its number in the spreadsheet, the head included, and its values by column.

    Attributes:
        cells: what stood in cells that are kept otherwise, for whoever has to mend the row.
    """

    number: int
    said: dict[str, Value]
    cells: dict[str, str] = field(default_factory=dict)

    def cell(self, key: str) -> str:
        """What stood in a cell of a declared column, without the words that nothing declares."""
        return self.cells.get(key) or self.text(key)

    def text(self, key: str) -> str:
        """A value as text, empty where the cell was."""
        value = self.said.get(key)
        return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Rejected:
    """Why a row cannot be taken: a code for machines, a sentence and its facts.

    Attributes:
        row: as the spreadsheet numbers it.
        column: key of the column, empty for the row as a whole.
        problem: told in the language of whoever reads it.
    """

    row: int
    column: str
    problem: LinliError


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What stands in the file and is not kept.

    Attributes:
        title: of a column that nothing declares, as the file has it; else the English title of a declared one.
        cells: how many cells of it were filled.
        values: of a declared column, the words that are none of its list; of another column nothing is read.
    """

    title: str
    cells: int
    values: tuple[str, ...] = ()
    declared: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file as it was read. Nothing was compared with the database yet.

    Attributes:
        unread: the rows that are rejected, with their cells alone.
        numbered: whether it says of each row which number it had in the file that it was rejected from.
        unknown: titles of columns that nothing declares and that might be called one of ours, to be asked about once.
    """

    rows: list[Row]
    rejected: list[Rejected]
    left_out: list[LeftOut]
    examples: int = 0
    unread: list[Row] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    numbered: bool = False

    def with_mended(self, mended: "Sheet") -> "Sheet":
        """This sheet with rows that came back mended in the place of what they were; the others stay as they are."""
        there = {row.number for row in (*mended.rows, *mended.unread)}
        rows = [*(row for row in self.rows if row.number not in there), *mended.rows]
        return Sheet(
            sorted(rows, key=lambda row: row.number),
            [*(each for each in self.rejected if each.row not in there), *mended.rejected],
            [*self.left_out, *(each for each in mended.left_out if each.declared)],
            self.examples,
            [*(row for row in self.unread if row.number not in there), *mended.unread],
        )


@dataclass(slots=True)
class Looked:
    """What a file would do, compared with what is there.

    Attributes:
        would: how many of what would be made, by key; an empty one means that nothing would change.
        there: rows that are there already and stay as they are; twice: rows that repeat another one.
        rejected: while there is one, nothing of the file is taken.
        alike: rows that are taken, and may be somebody who is known; nothing is merged.
    """

    would: dict[str, int] = field(default_factory=dict)
    there: int = 0
    twice: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    alike: list[Rejected] = field(default_factory=list)

    def reject(self, row: int, column: str, problem: LinliError) -> None:
        """Note why a row cannot be taken."""
        self.rejected.append(Rejected(row, column, problem))

    def count(self, what: str, n: int = 1) -> None:
        """Count something that would be made."""
        self.would[what] = self.would.get(what, 0) + n


def cell(parse: Callable[[str], Value | Kept], text: str) -> tuple[Kept | None, Invalid | None]:
    """What a cell is kept as, or why it cannot be."""
    try:
        kept = parse(text)
    except Invalid as problem:
        return None, problem
    return (kept if isinstance(kept, Kept) else Kept(kept)), None
