"""Tables as text: UTF-8 with or without its mark, UTF-16 with it, or GB18030; with commas, tabs or semicolons."""

import codecs
import csv
import io
import re

from linli.common.sheets.errors import SheetBrokenText, SheetNotClosed, SheetTooBig, SheetWithNul

_SEPARATORS = (",", "\t", ";")
_SAMPLE = 20
# ="123456" keeps a spreadsheet from taking digits for a quantity; the digits are meant.
_KEPT_AS_TEXT = re.compile(r'="([^"]*)"')


def rows(content: bytes, most_cells: int) -> list[list[object]]:
    """The rows of a text.

    Raises:
        SheetWithNul: there is a NUL byte in it, so it is no text.
        SheetBrokenText: bytes that no encoding has.
        SheetNotClosed: a quotation mark is opened and never closed.
        SheetTooBig: more cells than that.
    """
    text = _decoded(content)
    found: list[list[object]] = []
    cells = 0
    try:
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True):
            cells += len(line)
            if cells > most_cells:
                raise SheetTooBig(most=8)
            found.append([_cell(each) for each in line])
    except csv.Error as error:
        raise SheetNotClosed(line=len(found) + 1) from error
    return found


def _decoded(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            text = content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise SheetBrokenText(line=content[: error.start].decode("utf-16", "ignore").count("\n") + 1) from error
    else:
        text = _of_bytes(content)
    if "\0" in text:
        raise SheetWithNul(line=text[: text.index("\0")].count("\n") + 1)
    return text


def _of_bytes(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at = error.start + (len(codecs.BOM_UTF8) if content.startswith(codecs.BOM_UTF8) else 0)
    if not _was_utf8(content[:at]):
        try:
            return content.decode("gb18030")
        except UnicodeDecodeError as error:
            at = max(at, error.start)  # what was right longest is what it was meant in
    if 0 in content:
        raise SheetWithNul(line=content[: content.index(0)].count(b"\n") + 1)
    raise SheetBrokenText(line=content[:at].count(b"\n") + 1)


def _was_utf8(right: bytes) -> bool:
    """Whether what came before a broken byte is UTF-8 and no accident: else it would be read as other characters."""
    return (
        right.startswith(codecs.BOM_UTF8) or sum(letter > "\u07ff" for letter in right.decode("utf-8", "ignore")) >= 3
    )


def _separator(text: str) -> str:
    """What divides the most cells in the first lines; a comma where nothing does."""
    lines = [line for line in text[:20_000].splitlines() if line.strip()][:_SAMPLE]
    return max(_SEPARATORS, key=lambda each: sum(line.count(each) for line in lines))


def _cell(text: str) -> str:
    kept = _KEPT_AS_TEXT.fullmatch(text.strip())
    return kept[1] if kept else text
