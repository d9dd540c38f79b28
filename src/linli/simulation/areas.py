"""areas.csv read back: the tree of areas, parents before children."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from typing import NamedTuple

from linli.simulation.errors import BadCity, gettext_noop, shown
from linli.simulation.schema import PLACE_BLOCK
from linli.simulation.store import AREA_HEADER
from linli.simulation.tree import LEVELS

PARENT_LEVEL = {
    "district": ("city",),
    "street": ("district",),
    "community": ("street",),
    "grid": ("community",),
    "micro_grid": ("grid",),
    "dedicated_grid": ("community",),
}
LONGEST = {"name": 80, "name_en": 120, "point_source": 80}
"""Letters; a test compares them with the columns that take them."""
UNWANTED = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Unicode categories that no name holds: controls, marks that turn a line around, halves, breaks."""


class AreaRow(NamedTuple):
    """One row of areas.csv; `parent` is 0 for the top area, `code` blank where there is no statutory one."""

    id: int
    level: str
    parent: int
    name: str
    name_en: str
    code: str
    lon: float
    lat: float
    point_source: str


def read(name: str, content: bytes, top: int) -> list[AreaRow]:
    """The areas of a file, checked row by row and as one tree under `top`.

    Raises:
        BadCity: a row is malformed, ids repeat, or an area does not stand under one of the level above it.
    """
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadCity(name, gettext_noop("is not CSV in UTF-8")) from error
    if not rows or rows[0] != AREA_HEADER:
        raise BadCity(name, gettext_noop("must begin with the columns {columns}"), columns=",".join(AREA_HEADER))
    found: dict[int, AreaRow] = {}
    for line, row in enumerate(rows[1:], start=2):
        area = _area(name, line, row)
        if area.id in found:
            raise BadCity(name, gettext_noop("line {line}: id {id} comes twice"), line=line, id=area.id)
        if area.parent:
            parent = found.get(area.parent)
            if parent is None or parent.level not in PARENT_LEVEL.get(area.level, ()):
                raise BadCity(
                    name,
                    gettext_noop("line {line}: {level} {id} has no parent of the level above"),
                    line=line,
                    level=area.level,
                    id=area.id,
                )
        elif area.id != top:
            raise BadCity(
                name,
                gettext_noop("line {line}: area {id} has no parent and is not the top area"),
                line=line,
                id=area.id,
            )
        found[area.id] = area
    if top not in found or found[top].parent:
        raise BadCity(name, gettext_noop("does not hold the top area {id}"), id=shown(top))
    return list(found.values())


def _area(name: str, line: int, row: list[str]) -> AreaRow:
    if len(row) != len(AREA_HEADER):
        raise BadCity(
            name,
            gettext_noop("line {line}: {got} columns where {expected} belong"),
            line=line,
            got=len(row),
            expected=len(AREA_HEADER),
        )
    number, level, parent, label, english, code, lon, lat, source = row
    if not (_is_id(number) and (not parent or _is_id(parent))):
        raise BadCity(
            name,
            gettext_noop("line {line}: an id is not a whole number from 1 to {most}"),
            line=line,
            most=PLACE_BLOCK,
        )
    if level not in LEVELS or not label:
        raise BadCity(name, gettext_noop("line {line}: level or name is no good"), line=line)
    for column, text in (("name", label), ("name_en", english), ("point_source", source)):
        if len(text) > LONGEST[column] or any(unicodedata.category(letter) in UNWANTED for letter in text):
            raise BadCity(
                name,
                gettext_noop("line {line}: {column} is longer than {most} letters or holds what is no letter"),
                line=line,
                column=column,
                most=LONGEST[column],
            )
    if not re.fullmatch(r"[0-9]{0,12}", code):
        raise BadCity(name, gettext_noop("line {line}: a statutory code is at most 12 digits"), line=line)
    if not (_is_degree(lon, 180) and _is_degree(lat, 90)):
        raise BadCity(
            name,
            gettext_noop("line {line}: ({lon}, {lat}) is no place on Earth"),
            line=line,
            lon=shown(lon),
            lat=shown(lat),
        )
    return AreaRow(int(number), level, int(parent or 0), label, english, code, float(lon), float(lat), source)


def _is_id(text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,7}", text) is not None and 1 <= int(text) <= PLACE_BLOCK


def _is_degree(text: str, most: int) -> bool:
    return re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,15})?", text) is not None and abs(float(text)) <= most
