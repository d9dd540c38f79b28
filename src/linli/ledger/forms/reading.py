"""Reading an office's form: the row that names its columns, how it looks, and what stands above and below its rows.

Somewhere a row names the columns, often in two storeys with merged cells; or a row below it says in {{braces}} what
goes where. What stood in the rows themselves is not kept.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from linli.common.sheets import Template
from linli.common.sheets.errors import NotASheet, SheetHidden
from linli.common.sheets.heads import Head
from linli.common.sheets.layout import Block, Layout, Line, Look, Merge
from linli.common.sheets.looks import drawn
from linli.common.sheets.opening import Table, tables
from linli.common.typed import is_readable
from linli.ledger.errors import FormFilledIn, FormWithoutHead

MOST_COLUMNS = 60
MOST_TITLE = 80
_LOOK_FOR_HEAD = 20
_MOST_FOOT = 20
_MOST_ROWS = 2_000
_MOST_TEXT = 500
IN_BRACES = re.compile(r"[{｛]{2}\s*([^{}｛｝]{1,40}?)\s*[}｝]{2}")
# Who signs below the rows; what stands behind the colon is somebody's name and is not kept.
_SIGNS = re.compile(
    r"((?:填表|填报|制表|审核|经办|负责|联系|统计)(?!单位|部门|地区|区域)[^\s:：]{0,4}|[^\s:：]{0,6}(?:签字|签名|盖章|日期|电话)|"
    r"signature|date|filled in by|checked by|phone)\s*[:：]",
    re.IGNORECASE,
)
_SIGNED = re.compile(_SIGNS.pattern + r"[ \t　]*(?![{｛]{2})[^\s:：　]+", re.IGNORECASE)
_NOTE = re.compile(r"\s*(?:说明|填表说明|填报说明|备注[:：]|注[:：]|合计|总计|小计|total\b|notes?[:：])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Titled:
    """One column: its place, what it is called, and the key of its meaning; None where that is not known."""

    at: int
    title: str
    meaning: str | None


@dataclass(frozen=True, slots=True)
class Read:
    """A form as it was read.

    Attributes:
        columns: by place. left_out: rows that were filled in and are not kept.
    """

    layout: Layout
    columns: list[Titled]
    left_out: int


@dataclass(frozen=True, slots=True)
class _Found:
    """Where the columns are named: the sheet, the first row below the names, the first that may be the foot, titles by
    column, and what they mean."""

    table: Table
    below: int
    first: int
    titles: dict[int, str]
    meant: dict[int, str]


def read(content: bytes, template: Template, known: Mapping[str, str]) -> Read:
    """Read a form.

    Args:
        template: of what its columns may mean. known: as ``custody.headings.known``.

    Raises:
        Invalid: no XLSX, too big, locked, of the old kind; without a row that names its columns; a filled list.
    """
    sheets = tables(content)
    if not content.startswith(b"PK"):
        raise NotASheet
    found = _head(sheets, template, known)
    rows = found.table.rows
    if sum(1 for line in rows if any(_said(value) for value in line)) > _MOST_ROWS:
        raise FormFilledIn(most=_MOST_ROWS)
    foot = _foot(found.table, found.first, max(found.titles) + 1)
    layout = _layout(content, found, foot)
    columns = [Titled(at, title, found.meant.get(at)) for at, title in sorted(found.titles.items())]
    between = rows[found.below : foot]
    return Read(layout, columns, sum(1 for line in between if any(_filled(value) for value in line)))


def _head(sheets: Iterable[Table], template: Template, known: Mapping[str, str]) -> _Found:
    best, most, hidden = None, 0, ""
    for table in sheets:
        for at in range(min(len(table.rows), _LOOK_FOR_HEAD)):
            found = _named(table, at, template, known)
            if found is None or len(found.meant) <= (most if not table.hidden else 0):
                continue
            if table.hidden:
                hidden = hidden or table.name
            else:
                best, most = found, len(found.meant)
    if best is None and hidden:
        raise SheetHidden(name=hidden)
    if best is None:
        raise FormWithoutHead
    return best


def _named(table: Table, at: int, template: Template, known: Mapping[str, str]) -> _Found | None:
    """What a row names, if it does: in braces, or as a head that may reach over several rows."""
    line = table.rows[at]
    braces = {column: said for column, value in enumerate(line) if (said := _braced(value))}
    if braces:
        titles = (_titles(table, at - 1) if at else {}) | braces
        below = at
    else:
        titles, below = _titles(table, at), _bottom(table, at) + 1
    titles = {column: title[:MOST_TITLE] for column, title in titles.items() if column < MOST_COLUMNS}
    if len(titles) < 2:
        return None
    meant = meanings(titles, template, known)
    return _Found(table, below, below + bool(braces), titles, meant) if meant else None


def meanings(titles: Mapping[int, str], template: Template, known: Mapping[str, str]) -> dict[int, str]:
    """What columns mean by their titles, where only one of them may mean it; two that may are both asked about."""
    line = [titles.get(at, "") for at in range(max(titles, default=-1) + 1)]
    head = Head(template, line, known)
    twice = {column.key for column in template.columns if column.title in head.twice}
    return {at: key for key, at in head.columns.items() if key not in twice}


def _braced(value: object) -> str:
    """What a cell asks for in braces, where it holds nothing else."""
    found = IN_BRACES.fullmatch(_said(value))
    return found[1] if found else ""


def _bottom(table: Table, at: int) -> int:
    """The last row of a head that begins in a row: as far as its merged cells reach down."""
    return min(
        max((bottom for top, _, bottom, _ in table.merges if top == at), default=at), at + 3, len(table.rows) - 1
    )


def _titles(table: Table, at: int) -> dict[int, str]:
    """What each column is called: of several storeys the lowest that says something."""
    found: dict[int, str] = {}
    for line in table.rows[at : _bottom(table, at) + 1]:
        found |= {column: " ".join(text.split()) for column, value in enumerate(line) if (text := _said(value))}
    return found


def _said(value: object) -> str:
    """A cell as text, where it holds some: a number in a head is text too, what a formula never said is none."""
    if isinstance(value, str):
        text = value.strip()
        return text if is_readable(text) else ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _filled(value: object) -> bool:
    return bool(_said(value)) and not IN_BRACES.search(_said(value))


def _foot(table: Table, first: int, width: int) -> int:
    """The first of the last rows that are none of the form's own rows: explanations, totals, who is to sign.

    Looked for from the end upwards and ending at the first row with anything else in it: what was filled in stands
    above it and is not kept.
    """
    foot = len(table.rows)
    for at in range(len(table.rows) - 1, first - 1, -1):
        if _kept_below(table, at, width):
            foot = at
        elif any(_said(value) for value in table.rows[at]):
            break
    return foot


def _layout(content: bytes, found: _Found, foot: int) -> Layout:
    table = found.table
    end = min(len(table.rows), foot + _MOST_FOOT)
    kept = [*range(found.below + 1), *range(foot, end)]
    looks_of, every = drawn(content, table.name, kept)
    used: dict[Look, int] = {}

    def look(style: int) -> int:
        return used.setdefault(every[style] if style < len(every) else Look(), len(used))

    def line(at: int, texts: dict[int, str]) -> Line:
        styles = {column: look(style) for column, style in looks_of.styles.get(at, {}).items()}
        return Line(looks_of.heights.get(at, 0), texts, styles)

    top = Block([line(at, _kept_above(table.rows[at])) for at in range(found.below)], _merges(table, 0, found.below))
    row = line(found.below, {})
    width = max(found.titles) + 1
    below = Block([line(at, _kept_below(table, at, width)) for at in range(foot, end)], _merges(table, foot, end))
    return Layout(
        name=table.name[:31],
        widths={at: wide for at, wide in looks_of.widths.items() if at < MOST_COLUMNS},
        landscape=looks_of.landscape,
        looks=list(used),
        top=top,
        row=row,
        foot=below,
    )


def _kept_above(line: Sequence[object]) -> dict[int, str]:
    """Texts of the titles; who filled it in last time is left out."""
    texts = {at: text[:_MOST_TEXT] for at, value in enumerate(line[:MOST_COLUMNS]) if (text := _said(value))}
    return {at: _SIGNED.sub(lambda said: f"{said[1]}：", text) for at, text in texts.items()}


def _kept_below(table: Table, at: int, width: int) -> dict[int, str]:
    """Texts of a row of the foot: who is to sign, explanations, what is asked for in braces; no figures, nobody's name.

    Args:
        width: how many columns the form has; a text across half of them is an explanation.
    """
    wide = {left for top, left, _, right in table.merges if top == at and right - left + 1 > width / 2}
    kept = {}
    for column, value in enumerate(table.rows[at][:MOST_COLUMNS]):
        text = value.strip() if isinstance(value, str) and is_readable(value) else ""
        if text and (column in wide or _SIGNS.match(text) or _NOTE.match(text) or IN_BRACES.search(text)):
            kept[column] = _SIGNED.sub(lambda said: f"{said[1]}：", text[:_MOST_TEXT])
    return kept


def _merges(table: Table, first: int, end: int) -> list[Merge]:
    """Merged cells inside some rows, none of them over another, counted from the first of the rows."""
    kept: list[Merge] = []
    for top, left, bottom, right in sorted(table.merges):
        alone = (top, left) == (bottom, right)
        inside = first <= top and bottom < end and right < MOST_COLUMNS
        over = any(a <= bottom - first and top - first <= c and b <= right and left <= d for a, b, c, d in kept)
        if inside and not alone and not over:
            kept.append((top - first, left, bottom - first, right))
    return kept
