"""Draw the mark as PNG, for phones that put the app on their first screen and read no SVG.

    python tools/icons.py        writes src/linli/web/static/icon-{180,192,512}.png from icon.svg beside them

The mark is a rounded square and straight lines; this draws that and no more. 180 has no rounded corners: that phone
cuts them itself.
"""

import re
import struct
import zlib
from pathlib import Path

import numpy as np

STATIC = Path(__file__).parent.parent / "src" / "linli" / "web" / "static"
SIZES = {180: False, 192: True, 512: True}  # pixels; whether the corners are round
_FINE = 4  # so many samples along each side of a pixel
_TAG = re.compile(r"<(?:rect|path)[^>]*>")  # in this order
_SAID = re.compile(r'([a-z]+)="([^"]*)"')
_STEP = re.compile(r"([MLlHhVvz])([^A-Za-z]*)")


def corners(path: str) -> list[list[tuple[float, float]]]:
    """The polygons of an SVG path of straight lines."""
    found: list[list[tuple[float, float]]] = []
    x = y = 0.0
    for command, said in _STEP.findall(path):
        numbers = [float(each) for each in re.findall(r"-?[\d.]+", said)]
        if command == "z":
            x, y = found[-1][0]
            continue
        across = numbers if command in "Hh" else numbers[0::2] if command in "MLl" else [None] * len(numbers)
        down = numbers if command in "Vv" else numbers[1::2] if command in "MLl" else [None] * len(numbers)
        for dx, dy in zip(across, down, strict=True):
            from_x, from_y = (x, y) if command.islower() else (0.0, 0.0)
            x = x if dx is None else from_x + dx
            y = y if dy is None else from_y + dy
            if command == "M":
                found.append([])
            found[-1].append((x, y))
    return found


def _inside(polygon: list[tuple[float, float]], x: np.ndarray, y: np.ndarray) -> np.ndarray:
    odd = np.zeros(np.broadcast(x, y).shape, dtype=bool)
    for (x1, y1), (x2, y2) in zip(polygon, polygon[1:] + polygon[:1], strict=True):
        if y1 != y2:
            odd ^= ((y1 > y) != (y2 > y)) & (x < (x2 - x1) * (y - y1) / (y2 - y1) + x1)
    return odd


def drawn(size: int, *, rounded: bool) -> np.ndarray:
    """The mark, (size, size, 4) bytes of red, green, blue and how opaque."""
    rect, path = (dict(_SAID.findall(tag)) for tag in _TAG.findall((STATIC / "icon.svg").read_text(encoding="utf-8")))
    side = float(rect["width"])
    at = (np.arange(size * _FINE) + 0.5) * side / (size * _FINE)
    x, y = at[np.newaxis, :], at[:, np.newaxis]
    radius = float(rect["rx"]) if rounded else 0.0
    beyond = [np.maximum(np.maximum(radius - each, each - (side - radius)), 0) for each in (x, y)]
    ground = beyond[0] ** 2 + beyond[1] ** 2 <= radius**2
    lines = np.logical_or.reduce([_inside(each, x, y) for each in corners(path["d"])])
    share = [each.reshape(size, _FINE, size, _FINE).mean(axis=(1, 3)) for each in (ground, lines)]
    color, white = (np.array(list(bytes.fromhex(each)), dtype=float) for each in (rect["fill"][1:], "ffffff"))
    made = np.empty((size, size, 4), dtype=np.uint8)
    made[..., :3] = np.rint(color + (white - color) * share[1][..., np.newaxis])
    made[..., 3] = np.rint(255 * share[0])
    return made


def png(pixels: np.ndarray) -> bytes:
    """Pixels as a PNG file."""

    def part(name: bytes, said: bytes) -> bytes:
        return struct.pack(">I", len(said)) + name + said + struct.pack(">I", zlib.crc32(name + said))

    head = struct.pack(">IIBBBBB", pixels.shape[1], pixels.shape[0], 8, 6, 0, 0, 0)
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    packed = part(b"IDAT", zlib.compress(rows, 9))
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + packed + part(b"IEND", b"")


def pixels_of(file: bytes) -> np.ndarray:
    """The pixels of a PNG that ``png`` made."""
    width, height = struct.unpack(">II", file[16:24])
    start = file.index(b"IDAT")
    (length,) = struct.unpack(">I", file[start - 4 : start])
    rows = np.frombuffer(zlib.decompress(file[start + 4 : start + 4 + length]), dtype=np.uint8)
    return rows.reshape(height, 1 + 4 * width)[:, 1:].reshape(height, width, 4)


if __name__ == "__main__":
    for size, rounded in SIZES.items():
        (STATIC / f"icon-{size}.png").write_bytes(png(drawn(size, rounded=rounded)))
