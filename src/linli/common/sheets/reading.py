"""Reading a template that was filled in. No file, however broken, does worse than being refused in a sentence."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta

from linli.common.errors import Invalid, Unreadable
from linli.common.sheets import cells
from linli.common.sheets.columns import Column, LeftOut, Rejected, Row, Sheet, Template, Value, cell, in_both
from linli.common.sheets.errors import (
    CellIsDate,
    CellIsError,
    CellIsNumber,
    CellMissing,
    HeadMissing,
    NoRows,
    OtherSheet,
    TooManyRows,
)
from linli.common.sheets.opening import Table, tables
from linli.common.sheets.writing import EXAMPLE
from linli.common.typed import is_readable

_LOOK_FOR_HEAD = 10
_MOST_NAMED = 200
# Marks that turn the writing direction: phones put them around a number that is copied from the contacts.
_TURNING = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"))
_EXCEL_ERRORS = ("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!")

_ROOM = 200  # rows for a title, examples and gaps


def read(template: Template, content: bytes, others: Iterable[Template] = ()) -> Sheet:
    """Read a file that should be this template.

    Args:
        others: our other templates, so that one chosen by mistake is called by its name.

    Raises:
        Invalid: it is no such file at all: empty, too big, no XLSX, locked, another template, without rows, too long.
    """
    table, head_at, places = _fitting(template, tables(content, template.most_rows + _ROOM), others)
    sheet = Sheet([], [], [])
    counted: Counter[str] = Counter()
    values: dict[str, Counter[str]] = {}
    filled = 0
    for number, line in enumerate(table[head_at + 1 :], head_at + 2):
        if not any(_shown(value) for value in line):
            continue
        if places.is_example(line):
            counted[EXAMPLE] += 1
            continue
        filled += 1
        if filled <= template.most_rows:
            _take_row(template, number, line, places, sheet, values)
            counted.update(title for title, at in places.undeclared if at < len(line) and _shown(line[at]))
    if filled > template.most_rows:
        raise TooManyRows(most=template.most_rows)
    if not filled:
        raise NoRows
    sheet.left_out.extend(_left_out(template, places, counted, values))
    return Sheet(sheet.rows, sheet.rejected, sheet.left_out, counted[EXAMPLE])


class _Places:
    """Where each column stands in the file that came."""

    def __init__(self, template: Template, line: Sequence[object]) -> None:
        known = {folded: column for column in template.columns for folded in _titles(column)}
        marks = {cells.folded(each) for each in (*in_both(EXAMPLE), "".join(in_both(EXAMPLE)))}
        self.columns: dict[str, int] = {}
        self.undeclared: list[tuple[str, int]] = []
        self.mark: int | None = None
        self._marks = marks
        for at, value in enumerate(line):
            title = _shown(value)
            folded = cells.folded(title)
            if not folded:
                continue
            if folded in marks:
                self.mark = at
            elif folded in known and known[folded].key not in self.columns:
                self.columns[known[folded].key] = at
            else:
                self.undeclared.append((title[:40], at))
        self.missing = [column.title for column in template.needed if column.key not in self.columns]

    def is_example(self, line: Sequence[object]) -> bool:
        """Whether a row is marked as an example."""
        if self.mark is None or self.mark >= len(line):
            return False
        return cells.folded(_shown(line[self.mark])) in self._marks


def _titles(column: Column) -> set[str]:
    chinese, english = in_both(column.title)
    return {cells.folded(each) for each in (column.key, chinese, english, chinese + english, *column.also)}


def _fitting(template: Template, sheets: list[Table], others: Iterable[Template]) -> tuple[Table, int, _Places]:
    """The sheet that has this template's columns, the row that names them, and where they stand."""
    best = [column.title for column in template.needed]
    for table in sheets:
        for at, line in enumerate(table[:_LOOK_FOR_HEAD]):
            places = _Places(template, line)
            if not places.missing:
                return table, at, places
            best = min(best, places.missing, key=len)
    for other in others:
        if other.key != template.key and any(
            not _Places(other, line).missing for table in sheets for line in table[:_LOOK_FOR_HEAD]
        ):
            raise OtherSheet(found=other.title, wanted=template.title)
    raise HeadMissing(columns=best)


def _take_row(
    template: Template,
    number: int,
    line: Sequence[object],
    places: _Places,
    sheet: Sheet,
    values: dict[str, Counter[str]],
) -> None:
    """Read one row into the sheet: as it is kept, or each of its cells that makes no sense."""
    said: dict[str, Value] = {}
    wrong = []
    for column in template.columns:
        at = places.columns.get(column.key)
        raw = line[at] if at is not None and at < len(line) else ""
        try:
            text = _text(column, raw)
        except Invalid as problem:
            wrong.append(Rejected(number, column.key, problem))
            continue
        if not text:
            if column.needed:
                wrong.append(Rejected(number, column.key, CellMissing()))
            continue
        kept, bad = cell(column.parse, text)
        if bad is not None:
            wrong.append(Rejected(number, column.key, bad))
        elif kept is not None:
            said[column.key] = kept.value
            values.setdefault(column.title, Counter()).update(kept.left_out)
    sheet.rejected.extend(wrong)
    if not wrong:
        sheet.rows.append(Row(number, said))


def _text(column: Column, raw: object) -> str:
    """A cell as text: trimmed, inner white space single, without marks of direction."""
    if isinstance(raw, bool):
        return str(raw).lower()
    if isinstance(raw, int | float):
        if column.as_text:
            raise CellIsNumber
        return str(int(raw)) if float(raw).is_integer() and abs(raw) < 2**53 else str(raw)
    if isinstance(raw, datetime | date):
        if not column.takes_date:
            raise CellIsDate(shown=raw.isoformat()[:10])
        return raw.isoformat()[:10]
    if isinstance(raw, time | timedelta):
        raise CellIsDate(shown=str(raw))
    text = " ".join(str("" if raw is None else raw).translate(_TURNING).split())
    if not is_readable(text):
        raise Unreadable
    if text in _EXCEL_ERRORS:
        raise CellIsError(shown=text)
    return text


def _shown(value: object) -> str:
    return "" if value is None else str(value).strip()


def _left_out(
    template: Template, places: _Places, counted: Counter[str], values: dict[str, Counter[str]]
) -> Iterator[LeftOut]:
    """What stands in the file and is not kept: whole columns, then words of declared ones."""
    for title, _ in places.undeclared:
        if counted[title]:
            yield LeftOut(title, counted[title])
    for title, words in values.items():
        if words:
            named = tuple(word for word, _ in words.most_common(_MOST_NAMED))
            yield LeftOut(title, words.total(), named, declared=True)
