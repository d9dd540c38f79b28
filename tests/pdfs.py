"""Looking into a PDF without a library: which characters its fonts were asked to show."""

import re
import zlib


def characters(pdf: bytes) -> set[str]:
    """Every character that the document's fonts map a glyph to (their ToUnicode tables)."""
    found: set[str] = set()
    for plain in _unpacked(pdf):
        if b"begincmap" in plain:
            for code in re.findall(rb"\n<[0-9A-Fa-f]{4}> <([0-9A-Fa-f]{4,})>", plain.split(b"endcodespacerange")[1]):
                found.update(bytes.fromhex(code.decode()).decode("utf-16-be", "ignore"))
    return found


def pages(pdf: bytes) -> int:
    """How many pages it has."""
    plain = b"".join([pdf, *_unpacked(pdf)])
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", plain))


def _unpacked(pdf: bytes) -> list[bytes]:
    parts = []
    for body in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            parts.append(zlib.decompress(body))
        except zlib.error:
            continue
    return parts
