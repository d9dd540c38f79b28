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


def text(pdf: bytes) -> str:
    """All that a document of one font says, its pieces in the order in which they were set, nothing between them."""
    parts, letters = _unpacked(pdf), {}
    for plain in parts:
        if b"begincmap" in plain:
            table = plain.split(b"endcodespacerange")[1]
            for glyph, code in re.findall(rb"\n<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]{4,})>", table):
                letters[bytes.fromhex(glyph.decode())] = bytes.fromhex(code.decode()).decode("utf-16-be", "ignore")
    told = []
    for plain in parts:
        for glyphs in _shown(plain):
            told += [letters.get(glyphs[at : at + 2], "") for at in range(0, len(glyphs), 2)]
    return "".join(told)


def _shown(plain: bytes) -> list[bytes]:
    """The strings of a content stream's TJ operators: literal ones, with parentheses inside, and hexadecimal ones."""
    if b"]TJ" not in plain:
        return []
    shown, at = [], 0
    while at < len(plain):
        if plain[at : at + 1] == b"(":
            start, depth, at = at + 1, 1, at + 1
            while depth and at < len(plain):
                depth += {b"(": 1, b")": -1}.get(plain[at : at + 1], 0)
                at += 2 if plain[at : at + 1] == b"\\" else 1
            shown.append(_unescaped(plain[start : at - 1]))
        elif found := _HEX.match(plain, at):
            shown.append(bytes.fromhex(found[1].decode()))
            at = found.end()
        else:
            at += 1
    return shown


_HEX = re.compile(rb"<([0-9A-Fa-f]+)>")
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def _unescaped(piece: bytes) -> bytes:
    def plain(found: re.Match[bytes]) -> bytes:
        said = found[1]
        return bytes([int(said, 8) & 255]) if said.isdigit() else _ESCAPES.get(said, said)

    return re.sub(rb"\\([0-7]{1,3}|.)", plain, piece, flags=re.DOTALL)
