"""Reading a template that was filled in. No file, however broken, does worse than being refused in a sentence."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from linli.common.errors import Invalid, Unreadable
from linli.common.sheets.columns import Column, LeftOut, Rejected, Row, Sheet, Template, cell
from linli.common.sheets.errors import (
    CellIsDate,
    CellIsError,
    CellIsNumber,
    CellMerged,
    CellMissing,
    CellWithoutValue,
    HeadMissing,
    HeadTwice,
    NoRows,
    OtherSheet,
    SheetHidden,
    TooManyRows,
)
from linli.common.sheets.heads import NOBODY, Head
from linli.common.sheets.opening import Table, Without, tables
from linli.common.typed import is_readable

_LOOK_FOR_HEAD = 10
_MOST_NAMED = 200
_MOST_SHOWN = 200  # characters of a cell that is shown again
# Marks that turn the writing direction: phones put them around a number that is copied from the contacts.
_TURNING = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"))
_EXCEL_ERRORS = ("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!")
# Digits that went through a number: 1.10101E+17, or 13800001234.0 in a text that a spreadsheet wrote.
_WAS_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?[eE]\+?[0-9]+|[0-9]+\.[0-9]*")
_WITHOUT = {Without.FORMULA: CellWithoutValue, Without.MERGED: CellMerged}


def read(
    template: Template, content: bytes, others: Iterable[Template] = (), known: Mapping[str, str] = NOBODY
) -> Sheet:
    """Read a file that should be this template.

    Args:
        others: our other templates, so that one chosen by mistake is called by its name.
        known: keys of columns by folded titles that somebody said are theirs; empty for a title that is none of ours.

    Raises:
        Invalid: it is no such file at all: empty, too big, unreadable, locked, another template, without rows, too
            long.
    """
    table, head_at, head = _fitting(template, tables(content), others, known)
    taking = _Taking(template, head)
    for number, line in enumerate(table.rows[head_at + 1 :], head_at + 2):
        taking.take(number, line)
    if taking.filled > template.most_rows:
        raise TooManyRows(most=template.most_rows)
    if not taking.filled:
        raise NoRows
    return taking.sheet()


def of_cells(template: Template, lines: Iterable[Mapping[str, object]]) -> Sheet:
    """Rows that a program sends, each by the columns' keys, numbered from 1: by the same rules as those of a file."""
    keys = [column.key for column in template.columns]
    taking = _Taking(template, Head(template, keys))
    for number, line in enumerate(lines, 1):
        taking.take(number, [line.get(key, "") for key in keys])
    return taking.sheet()


def _fitting(
    template: Template, sheets: list[Table], others: Iterable[Template], known: Mapping[str, str]
) -> tuple[Table, int, Head]:
    """The sheet that has this template's columns, the row that names them, and where they stand."""
    hidden, nearest = "", Head(template, [], known)
    for table in sheets:
        for at, line in enumerate(table.rows[:_LOOK_FOR_HEAD]):
            head = Head(template, line, known)
            if not head.missing and not table.hidden:
                if head.twice:
                    raise HeadTwice(columns=head.twice)
                return table, at, head
            if not head.missing:
                hidden = hidden or table.name
            elif len(head.missing) < len(nearest.missing):
                nearest = head
    if hidden:
        raise SheetHidden(name=hidden)
    for other in others:
        if other.key != template.key and any(
            not Head(other, line).missing for table in sheets for line in table.rows[:_LOOK_FOR_HEAD]
        ):
            raise OtherSheet(found=other.title, wanted=template.title)
    raise HeadMissing(columns=nearest.missing, unknown=nearest.unknown)


@dataclass(slots=True)
class _Taking:
    """A sheet while its rows are read."""

    template: Template
    head: Head
    rows: list[Row] = field(default_factory=list)
    unread: list[Row] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    cells_of: Counter[int] = field(default_factory=Counter)
    values: dict[str, Counter[str]] = field(default_factory=dict)
    examples: int = 0
    filled: int = 0

    def take(self, number: int, line: Sequence[object]) -> None:
        """Read one row: as it is kept, or each of its cells that makes no sense."""
        if not any(shown(value) for value in line):
            return
        if self.head.is_example(line):
            self.examples += 1
            return
        self.filled += 1
        number = self.head.row_was(line, number)
        if self.filled > self.template.most_rows:
            return
        self.cells_of.update(at for _, at in self.head.undeclared if at < len(line) and shown(line[at]))
        row, wrong = Row(number, {}), []
        for column in self.template.columns:
            at = self.head.columns.get(column.key)
            raw = line[at] if at is not None and at < len(line) else ""
            try:
                self._keep(row, column, raw)
            except Invalid as problem:
                row.cells[column.key] = "" if isinstance(raw, Without) else shown(raw)[:_MOST_SHOWN]
                wrong.append(Rejected(number, column.key, problem))
        self.rejected.extend(wrong)
        (self.unread if wrong else self.rows).append(row)

    def _keep(self, row: Row, column: Column, raw: object) -> None:
        text = _text(column, raw)
        if not text:
            if column.needed:
                raise CellMissing
            return
        kept, bad = cell(column.parse, text)
        if kept is None:
            assert bad is not None, "one of the two"
            raise bad
        row.said[column.key] = kept.value
        if kept.left_out:
            self.values.setdefault(column.title, Counter()).update(kept.left_out)
            text = kept.told
        if text != str(kept.value):
            row.cells[column.key] = text

    def sheet(self) -> Sheet:
        """All that was read."""
        left = list(self._left_out())
        told = {each.title for each in left}
        unknown = [title for title in self.head.unknown if title in told]
        return Sheet(self.rows, self.rejected, left, self.examples, self.unread, unknown, self.head.numbered)

    def _left_out(self) -> Iterator[LeftOut]:
        """What stands in the file and is not kept: whole columns, then words of declared ones."""
        for title, at in self.head.undeclared:
            if self.cells_of[at]:
                yield LeftOut(title, self.cells_of[at])
        for title, words in self.values.items():
            named = tuple(word for word, _ in words.most_common(_MOST_NAMED))
            yield LeftOut(title, words.total(), named, declared=True)


def _text(column: Column, raw: object) -> str:
    """A cell as text: trimmed, inner white space single, without marks of direction."""
    if isinstance(raw, str):
        text = " ".join(raw.translate(_TURNING).split())
    elif isinstance(raw, Without):
        raise _WITHOUT[raw]
    elif isinstance(raw, bool):
        return str(raw).lower()
    elif isinstance(raw, int | float):
        if column.as_text:
            raise CellIsNumber
        return shown(raw)
    elif isinstance(raw, datetime | date):
        if not column.takes_date:
            raise CellIsDate(shown=shown(raw))
        return shown(raw)
    elif isinstance(raw, time | timedelta):
        raise CellIsDate(shown=str(raw))
    else:
        text = "" if raw is None else str(raw)
    if not is_readable(text):
        raise Unreadable
    if text in _EXCEL_ERRORS:
        raise CellIsError(shown=text)
    if column.as_text and _WAS_NUMBER.fullmatch(text):
        raise CellIsNumber
    return text


def shown(value: object) -> str:
    """A cell as a person sees it."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return str(value).strip()
