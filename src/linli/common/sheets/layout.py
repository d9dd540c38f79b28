"""How a form looks: what stands above and below its rows, merged cells, widths, and how cells are drawn.

A form that an office requires is kept as this and not as its file: no formula, link, picture or macro of the file is
kept, and of what stood in its rows nothing.
"""

import msgspec

Merge = tuple[int, int, int, int]
"""Top row, left column, bottom row, right column, counted from 0 within a block."""


class Look(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a cell is drawn: colours as #rrggbb, lines by the format's own numbers, the rest by the format's words."""

    bold: bool = False
    italic: bool = False
    size: float = 0
    font: str = ""
    ink: str = ""
    fill: str = ""
    left: int = 0
    right: int = 0
    top: int = 0
    bottom: int = 0
    across: str = ""
    down: str = ""
    wrap: bool = False


class Line(msgspec.Struct):
    """One row: its height in points, 0 for the usual one; text by column; the number of its look by column; sums."""

    height: float = 0
    texts: dict[int, str] = {}
    looks: dict[int, int] = {}
    sums: dict[int, int] = {}


class Block(msgspec.Struct):
    """Rows that stand one below the other, and which of their cells are one."""

    lines: list[Line] = []
    merges: list[Merge] = []


class Layout(msgspec.Struct, kw_only=True):
    """A form without its rows.

    Attributes:
        name: of the sheet. widths: by column, in characters; landscape: printed across.
        looks: every look once. top: from the first row to the one that names the columns. foot: what stands below.
        row: how a row between them looks.
    """

    name: str
    widths: dict[int, float]
    landscape: bool
    looks: list[Look]
    top: Block
    row: Line
    foot: Block


class Form(msgspec.Struct, kw_only=True):
    """A form to be filled: how it looks, and where each of its columns comes from.

    Attributes:
        takes: by column of the form, which column of the list stands in it.
        says: by column of the form, the text that stands in every row.
        counted: the column of the form that numbers the rows, if one does.
        numbers: columns of the list that hold quantities; whatever else is digits stays text.
    """

    layout: Layout
    takes: dict[int, int]
    says: dict[int, str]
    counted: int | None = None
    numbers: list[int] = []
