"""How the cells of one sheet are drawn, read from the parts of its XLSX file.

The parts are read event by event; a document that declares entities of its own is refused before any is resolved, and
reading ends with the last row that is asked for, so that a million formatted empty rows cost nothing.
"""

import io
import zipfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from xml.parsers import expat

from linli.common.sheets import parts
from linli.common.sheets.errors import NotASheet
from linli.common.sheets.layout import Look

_MOST_STYLES_MB = 4
_MOST_COLUMNS = 200
_WIDEST = 255  # characters, by the format
_LINES = {
    name: number
    for number, name in enumerate(
        ("none", "thin", "medium", "dashed", "dotted", "thick", "double", "hair", "mediumDashed", "dashDot")
    )
}
_ACROSS = frozenset({"left", "center", "right", "fill", "justify", "distributed"})
_DOWN = {"top": "top", "center": "vcenter", "justify": "vjustify", "distributed": "vdistributed"}


@dataclass(slots=True)
class Drawn:
    """Of one sheet: widths by column, and of some of its rows their height and each cell's style."""

    widths: dict[int, float] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    styles: dict[int, dict[int, int]] = field(default_factory=dict)
    landscape: bool = False


class _Enough(Exception):
    """No row that was asked for can follow."""


def drawn(content: bytes, sheet: str, rows: Collection[int]) -> tuple[Drawn, list[Look]]:
    """How a sheet looks in some of its rows, counted from 0, and every look that its styles number.

    Raises:
        NotASheet: a part is no XML, or declares entities.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        part = next((part for name, part in parts.sheets(packed) if name == sheet), b"")
        names = set(packed.namelist())
        small = "xl/styles.xml" in names and packed.getinfo("xl/styles.xml").file_size <= _MOST_STYLES_MB * 1024 * 1024
        styles = packed.read("xl/styles.xml") if small else b""
    found = _Sheet(max(rows, default=0), frozenset(rows))
    if part:
        _read(part, found.start, None)
    # It stands behind the rows, where the reading ended.
    found.drawn.landscape = b'orientation="landscape"' in part[-20_000:]
    book = _Styles()
    if styles:
        _read(styles, book.start, book.end)
    return found.drawn, book.looks


def _read(part: bytes, start: object, end: object) -> None:
    reader = expat.ParserCreate(namespace_separator=" ")
    reader.StartElementHandler, reader.EndElementHandler = start, end  # type: ignore[assignment]
    reader.StartDoctypeDeclHandler = _refuse
    try:
        reader.Parse(part, True)
    except _Enough:
        return
    except expat.ExpatError as error:
        raise NotASheet from error


def _refuse(*_: object) -> None:
    raise NotASheet


def _plain(tag: str) -> str:
    return tag.rpartition(" ")[2]


def _whole(said: str | None) -> int:
    return int(said) if said is not None and said.isdecimal() and len(said) < 8 else 0


def _size(said: str | None) -> float:
    try:
        size = float(said or "0")
    except ValueError:
        return 0
    return size if 0 <= size <= 409 else 0


class _Sheet:
    """Takes down widths, heights and styles of the rows that were asked for."""

    def __init__(self, last: int, rows: frozenset[int]) -> None:
        self.drawn = Drawn()
        self._last, self._rows, self._row = last, rows, -1

    def start(self, tag: str, said: dict[str, str]) -> None:
        name = _plain(tag)
        if name == "col":
            first, last = _whole(said.get("min")), min(_whole(said.get("max")), _MOST_COLUMNS)
            width = min(_size(said.get("width")), _WIDEST)
            self.drawn.widths |= dict.fromkeys(range(max(first - 1, 0), last), width) if width else {}
        elif name == "row":
            self._row = _whole(said.get("r")) - 1 if "r" in said else self._row + 1
            if self._row > self._last:
                raise _Enough
            if self._row in self._rows and (height := _size(said.get("ht"))):
                self.drawn.heights[self._row] = height
        elif name == "c" and self._row in self._rows:
            at = parts.column(said.get("r", ""))
            if 0 <= at < _MOST_COLUMNS:
                self.drawn.styles.setdefault(self._row, {})[at] = _whole(said.get("s"))


class _Styles:
    """Puts the looks of a workbook together from its fonts, fills and borders; what it does not know stays plain."""

    def __init__(self) -> None:
        self.looks: list[Look] = []
        self._fonts: list[dict[str, object]] = []
        self._fills: list[str] = []
        self._borders: list[dict[str, int]] = []
        self._path: list[str] = []
        self._look: dict[str, object] = {}

    def start(self, tag: str, said: dict[str, str]) -> None:
        name, above = _plain(tag), self._path[-1] if self._path else ""
        self._path.append(name)
        if above == "fonts":
            self._fonts.append({})
        elif above == "fills":
            self._fills.append("")
        elif above == "borders":
            self._borders.append({})
        elif above == "font" and self._inside("fonts"):
            self._font(name, said)
        elif name == "fgColor" and self._inside("fills"):
            self._fills[-1] = _colour(said)
        elif above == "border" and name in ("left", "right", "top", "bottom") and self._inside("borders"):
            self._borders[-1][name] = _LINES.get(said.get("style", "none"), 1)
        elif name == "xf" and above == "cellXfs":
            self._look = self._of(said)
        elif name == "alignment" and above == "xf" and self._inside("cellXfs"):
            self._align(said)

    def end(self, tag: str) -> None:
        self._path.pop()
        if _plain(tag) == "xf" and self._path and self._path[-1] == "cellXfs":
            self.looks.append(Look(**self._look))  # type: ignore[arg-type]

    def _inside(self, name: str) -> bool:
        return len(self._path) > 1 and self._path[1] == name

    def _font(self, name: str, said: dict[str, str]) -> None:
        font = self._fonts[-1]
        if name in ("b", "i"):
            font["bold" if name == "b" else "italic"] = said.get("val", "1") not in ("0", "false")
        elif name == "sz":
            font["size"] = _size(said.get("val"))
        elif name == "name":
            font["font"] = said.get("val", "")[:60]
        elif name == "color":
            font["ink"] = _colour(said)

    def _of(self, said: dict[str, str]) -> dict[str, object]:
        def at(kind: Sequence[object], key: str, none: object) -> object:
            number = _whole(said.get(key))
            return kind[number] if number < len(kind) else none

        font, border = at(self._fonts, "fontId", {}), at(self._borders, "borderId", {})
        assert isinstance(font, dict)
        assert isinstance(border, dict)
        return {**font, **border, "fill": at(self._fills, "fillId", "")}

    def _align(self, said: dict[str, str]) -> None:
        if said.get("horizontal") in _ACROSS:
            self._look["across"] = said["horizontal"]
        if said.get("vertical") in _DOWN:
            self._look["down"] = _DOWN[said["vertical"]]
        self._look["wrap"] = said.get("wrapText") in ("1", "true")


def _colour(said: dict[str, str]) -> str:
    """A colour as #rrggbb; one that a theme names stays the plain one."""
    rgb = said.get("rgb", "")[-6:]
    return f"#{rgb.lower()}" if len(rgb) == 6 and all(letter in "0123456789abcdefABCDEF" for letter in rgb) else ""
