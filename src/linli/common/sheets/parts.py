"""Inside an XLSX file: what its reader does not tell, looked up in the XML by patterns that take linear time."""

import re
import zipfile
from collections.abc import Iterator

_AT = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,7})(\d{1,10})["']""")
_CELL = re.compile(rb"<c\b([^>]*)>(?!\s*</c>)")
_CELL_AT = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,7})(\d{1,10})["']""")
_FORMULA = re.compile(
    rb"<c\b([^>]*)>\s*<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>",
)
_SHEET = re.compile(rb"<sheet\b([^>]*)/?>")
_RELATION = re.compile(rb"<Relationship\b([^>]*)/?>")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&"}
_MOST_INDEX = 4 * 1024 * 1024  # of the two parts that list the sheets


def reach(part: bytes) -> tuple[int, int]:
    """The last row and column that cells with something in them name; formatted empty rows are none."""
    cells = [match[1] for match in _CELL.finditer(part) if not match[1].endswith(b"/")]
    named = [_CELL_AT.search(attributes) for attributes in cells]
    # A cell without a name stands where its row does: then whatever names a row counts.
    found = [at.groups() for at in named if at] if all(named) else _AT.findall(part)
    rows = columns = 1
    for letters, digits in found:
        rows, columns = max(rows, int(digits)), max(columns, _column(letters))
    return rows, columns


def formulas_without_value(part: bytes) -> list[tuple[int, int]]:
    """(row, column), from 0, of formulas that no program has worked out yet; one whose answer is empty text is none."""
    found: list[tuple[int, int]] = []
    if b"<f" not in part:
        return found
    for match in _FORMULA.finditer(part):
        at = _CELL_AT.search(match[1])
        if at and not re.search(rb"""\bt\s*=\s*["']str["']""", match[1]):
            found.append((int(at[2]) - 1, _column(at[1]) - 1))
    return found


def sheets(packed: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    """Each sheet's name and its part of the file."""
    known = set(packed.namelist())
    index, relations = packed.read("xl/workbook.xml"), "xl/_rels/workbook.xml.rels"
    if relations not in known or len(index) > _MOST_INDEX or packed.getinfo(relations).file_size > _MOST_INDEX:
        return
    target = {}
    for match in _RELATION.finditer(packed.read(relations)):
        said = _attribute(match[1], "Target")
        target[_attribute(match[1], "Id")] = said[1:] if said.startswith("/") else f"xl/{said}"
    for match in _SHEET.finditer(index):
        part = target.get(_attribute(match[1], r"\w+:id"), "")
        if part in known:
            yield _attribute(match[1], "name"), packed.read(part)


def _attribute(text: bytes, name: str) -> str:
    found = re.search(rf"""(?<![\w:]){name}\s*=\s*(?:"([^"]*)"|'([^']*)')""", text.decode("utf-8", "replace"))
    said = (found[1] or found[2] or "") if found else ""
    said = re.sub(r"&#(x?)([0-9A-Fa-f]{1,6});", lambda ref: chr(int(ref[2], 16 if ref[1] else 10)), said)
    return re.sub("|".join(_ENTITIES), lambda entity: _ENTITIES[entity[0]], said)


def column(cell: str) -> int:
    """The column that a cell's name begins with, from 0; -1 where it names none."""
    letters = re.match(r"[A-Za-z]{0,3}", cell)
    return _column(letters[0].encode()) - 1 if letters else -1


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
