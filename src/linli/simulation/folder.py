"""Reading a city folder, believing nothing in it: whatever is malformed, cut short or missing is named."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from linli.simulation.errors import BadCity
from linli.simulation.schema import FORMAT, LINKS, SIDES, VERSION, Table, Tables
from linli.simulation.store import AREA_HEADER
from linli.simulation.tree import LEVELS
from linli.simulation.values import complaint

MANIFEST = "city.json"
MANIFEST_KEYS: dict[str, type] = {
    "size": str,
    "seed": int,
    "reference_day": str,
    "top": int,
    "areas": dict,
    "counts": dict,
    "streets": dict,
    "files": dict,
}
PARENT_LEVEL = {
    "district": ("city",),
    "street": ("district",),
    "community": ("street",),
    "grid": ("community",),
    "micro_grid": ("grid",),
    "dedicated_grid": ("community",),
}
AREA_LINKS = (
    ("estates", "community", ("community",)),
    ("buildings", "micro_grid", ("micro_grid", "dedicated_grid")),
)
UNREADABLE = (ValueError, TypeError, EOFError, OverflowError, MemoryError, RuntimeError, zipfile.BadZipFile, zlib.error)
"""What zipfile, zlib and numpy raise over bytes that make no sense, encrypted or packed in an unknown way."""


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


@dataclass(frozen=True, slots=True)
class Outline:
    """The outline of one area: a GeoJSON geometry (WGS-84), how it was made, and whether that is an estimate."""

    area: int
    level: str
    geometry: dict[str, Any]
    estimated: bool
    method: str


class CityFolder:
    """A finished city on disk.

    Opening reads the manifest and looks at every file's size, which is quick; a file's digest and content are
    checked when it is read. `check` reads everything.

    Attributes:
        size, seed: what `build` was asked for.
        top: id of the top area.
        reference_day: the day ages are as of (ISO).
        area_counts: areas by level.
        counts: rows by side ("register", "truth") and table.
        streets: street codes, in the order in which they were built.
        street_residents: persons of the truth by street code.

    Raises:
        BadCity: no finished city of a version we read, or a file is missing or cut short.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        manifest = self._manifest()
        self.size: str = manifest["size"]
        self.seed: int = manifest["seed"]
        self.reference_day: str = manifest["reference_day"]
        self.top: int = manifest["top"]
        self.area_counts: dict[str, int] = manifest["areas"]
        self.counts: dict[str, dict[str, int]] = manifest["counts"]
        self.street_residents: dict[str, int] = manifest["streets"]
        self.streets: list[str] = list(self.street_residents)
        self._files: dict[str, dict[str, Any]] = manifest["files"]
        self._of_level: dict[str, dict[str, NDArray[np.int64]]] = {}
        self._look_at_files()

    def _manifest(self) -> dict[str, Any]:
        if not self.path.is_dir():
            raise BadCity(str(self.path), "is not a folder")
        path = self.path / MANIFEST
        if not path.is_file():
            raise BadCity(MANIFEST, "is missing: this is not a finished city")
        try:
            manifest = json.loads(path.read_bytes())
        except (ValueError, RecursionError) as error:
            raise BadCity(MANIFEST, f"is not JSON: {error}") from error
        if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
            raise BadCity(MANIFEST, f"is not the manifest of a city ({FORMAT})")
        if manifest.get("version") != VERSION:
            raise BadCity(MANIFEST, f"has format version {manifest.get('version')!r}; this program reads {VERSION}")
        if manifest.get("synthetic") is not True:
            raise BadCity(MANIFEST, "does not say that the city is synthetic")
        for key, kind in MANIFEST_KEYS.items():
            if type(manifest.get(key)) is not kind:
                raise BadCity(MANIFEST, f"has no proper {key!r}")
        self._check_counts(manifest)
        return manifest

    @staticmethod
    def _check_counts(manifest: dict[str, Any]) -> None:
        for side, tables in SIDES.items():
            rows = manifest["counts"].get(side)
            if not isinstance(rows, dict) or set(rows) != set(tables):
                raise BadCity(MANIFEST, f"does not count the tables of {side}")
        counted = [
            *manifest["areas"].values(),
            *manifest["streets"].values(),
            *(n for rows in manifest["counts"].values() for n in rows.values()),
        ]
        if any(type(number) is not int or number < 0 for number in counted):
            raise BadCity(MANIFEST, "has a count that is not a whole number")
        if not all(re.fullmatch(r"[0-9]{9}", code) for code in manifest["streets"]):
            raise BadCity(MANIFEST, "has a street code that is not nine digits")
        needed = {f"{side}/areas.csv" for side in SIDES} | {"register/outlines.geojson"}
        needed |= {f"{side}/streets/{code}.npz" for side in SIDES for code in manifest["streets"]}
        if absent := sorted(needed - set(manifest["files"])):
            raise BadCity(MANIFEST, f"does not list {absent[0]}")

    def _look_at_files(self) -> None:
        for name, facts in self._files.items():
            if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
                raise BadCity(MANIFEST, f"lists a file outside the city: {name}")
            if not isinstance(facts, dict) or type(facts.get("bytes")) is not int or "sha256" not in facts:
                raise BadCity(MANIFEST, f"has no size and digest for {name}")
            path = self.path / name
            if not path.is_file():
                raise BadCity(name, "is missing")
            if path.stat().st_size != facts["bytes"]:
                raise BadCity(name, f"has {path.stat().st_size} bytes where {facts['bytes']} belong")

    def read(self, name: str) -> bytes:
        """The content of a listed file, its digest checked.

        Raises:
            BadCity: it is not listed, cannot be read, or differs from what was built.
        """
        if name not in self._files:
            raise BadCity(name, "is not part of this city")
        try:
            content = (self.path / name).read_bytes()
        except OSError as error:
            raise BadCity(name, f"cannot be read: {error.strerror}") from error
        if hashlib.sha256(content).hexdigest() != self._files[name]["sha256"]:
            raise BadCity(name, "differs from what was built (SHA-256)")
        return content

    def areas(self, side: str = "register") -> list[AreaRow]:
        """The tree, parents before children.

        Raises:
            BadCity: a row is malformed, ids repeat, or an area does not stand under one of the level above it.
        """
        name = f"{side}/areas.csv"
        try:
            rows = list(csv.reader(io.StringIO(self.read(name).decode("utf-8"), newline=""), strict=True))
        except (UnicodeDecodeError, csv.Error) as error:
            raise BadCity(name, f"is not CSV in UTF-8: {error}") from error
        if not rows or rows[0] != AREA_HEADER:
            raise BadCity(name, f"must begin with the columns {','.join(AREA_HEADER)}")
        found: dict[int, AreaRow] = {}
        for line, row in enumerate(rows[1:], start=2):
            area = _area(name, line, row)
            if area.id in found:
                raise BadCity(name, f"line {line}: id {area.id} comes twice")
            if area.parent:
                parent = found.get(area.parent)
                if parent is None or parent.level not in PARENT_LEVEL.get(area.level, ()):
                    raise BadCity(name, f"line {line}: {area.level} {area.id} has no parent of the level above")
            elif area.id != self.top:
                raise BadCity(name, f"line {line}: area {area.id} has no parent and is not the top area")
            found[area.id] = area
        if self.top not in found:
            raise BadCity(name, f"does not hold the top area {self.top}")
        return list(found.values())

    def outlines(self) -> Iterator[Outline]:
        """Every outline of the city, the top areas first.

        Raises:
            BadCity: a file is not GeoJSON of this format.
        """
        details = sorted(name for name in self._files if name.startswith("register/outlines/"))
        for name in ["register/outlines.geojson", *details]:
            try:
                features = json.loads(self.read(name))["features"]
                for item in features:
                    facts = item["properties"]
                    if item["geometry"]["type"] not in ("Polygon", "MultiPolygon"):
                        raise BadCity(name, f"area {facts['area']} has a {item['geometry']['type']} for an outline")
                    yield Outline(facts["area"], facts["level"], item["geometry"], facts["estimated"], facts["method"])
            except (ValueError, KeyError, TypeError, RecursionError) as error:
                raise BadCity(name, f"is not GeoJSON of this format: {error!r}") from error

    def street(self, side: str, code: str, tables: tuple[str, ...] | None = None) -> Tables:
        """The tables of one street, all or those named, each column checked for type, length, ids and codes.

        Raises:
            BadCity: the file is not such a table; the reason names the column.
        """
        name = f"{side}/streets/{code}.npz"
        schema = SIDES[side]
        try:
            archive = zipfile.ZipFile(io.BytesIO(self.read(name)))
        except UNREADABLE as error:
            raise BadCity(name, f"is not a npz file: {error}") from error
        wanted = tuple(schema) if tables is None else tables
        with archive:
            read = {table: _table(name, archive, table, schema[table]) for table in wanted}
        _check_links(name, read)
        for table, column, levels in AREA_LINKS:
            if table in read:
                known = np.concatenate([self._ids(side, level) for level in levels])
                if not np.isin(read[table][column], known).all():
                    raise BadCity(name, f"{table}.{column} names an area that is not there or not of that level")
        return read

    def _ids(self, side: str, level: str) -> NDArray[np.int64]:
        if side not in self._of_level:
            found: dict[str, list[int]] = {name: [] for name in LEVELS}
            for area in self.areas(side):
                found[area.level].append(area.id)
            self._of_level[side] = {name: np.array(ids, dtype=np.int64) for name, ids in found.items()}
        return self._of_level[side][level]

    def check(self, side: str | None = None) -> None:
        """Read one side (or both) in full.

        Raises:
            BadCity: at the first thing that is wrong, counts included.
        """
        for each in [side] if side else list(SIDES):
            levels = Counter(area.level for area in self.areas(each))
            if levels != Counter(self.area_counts):
                raise BadCity(MANIFEST, f"counts other areas than {each} has")
            totals = dict.fromkeys(SIDES[each], 0)
            for code in self.streets:
                for table, columns in self.street(each, code).items():
                    totals[table] += len(columns["id"])
            for table, total in totals.items():
                if total != self.counts[each][table]:
                    counted = self.counts[each][table]
                    raise BadCity(MANIFEST, f"counts {counted} {table} in {each} where {total} are")
        if side != "truth":
            for _ in self.outlines():
                pass


def _area(name: str, line: int, row: list[str]) -> AreaRow:
    if len(row) != len(AREA_HEADER):
        raise BadCity(name, f"line {line}: {len(row)} columns where {len(AREA_HEADER)} belong")
    number, level, parent, label, english, code, lon, lat, source = row
    try:
        area = AreaRow(int(number), level, int(parent or 0), label, english, code, float(lon), float(lat), source)
    except ValueError as error:
        raise BadCity(name, f"line {line}: {error}") from error
    if area.id < 1 or level not in LEVELS or not label:
        raise BadCity(name, f"line {line}: id, level or name is no good")
    if not (-180 <= area.lon <= 180 and -90 <= area.lat <= 90):
        raise BadCity(name, f"line {line}: ({lon}, {lat}) is no place on Earth")
    return area


def _table(name: str, archive: zipfile.ZipFile, table: str, schema: dict[str, str]) -> Table:
    columns: Table = {}
    for column, kind in schema.items():
        label = f"{table}.{column}"
        try:
            with archive.open(f"{label}.npy") as member:
                values = np.lib.format.read_array(io.BytesIO(member.read()), allow_pickle=False)
        except KeyError as error:
            raise BadCity(name, f"has no column {label}") from error
        except UNREADABLE as error:
            raise BadCity(name, f"column {label} cannot be read: {error}") from error
        if values.dtype != np.dtype(kind) or values.ndim != 1:
            raise BadCity(name, f"column {label} is {values.dtype} in {values.ndim} dimensions, not {kind} in one")
        if columns and len(values) != len(columns["id"]):
            raise BadCity(name, f"column {label} has {len(values)} rows where {len(columns['id'])} belong")
        if wrong := complaint(column, values):
            raise BadCity(name, f"column {label} {wrong}")
        columns[column] = values
    ids = columns["id"]
    if len(ids) and (int(ids[0]) < 1 or not (ids[1:] > ids[:-1]).all()):
        raise BadCity(name, f"ids of {table} do not rise from 1 or more")
    return columns


def _check_links(name: str, tables: Tables) -> None:
    for table, column, target in LINKS:
        if table not in tables or target not in tables:
            continue
        ids, named = tables[target]["id"], tables[table][column]
        place = np.searchsorted(ids, named)
        if len(named) and (not len(ids) or not (ids[np.minimum(place, len(ids) - 1)] == named).all()):
            raise BadCity(name, f"{table}.{column} names one of {target} that is not there")
