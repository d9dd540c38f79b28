"""A street's tables read back from npz: each column's type, length and values, and what must hold between them."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linli.simulation.errors import BadCity, gettext_noop, shown
from linli.simulation.schema import LINKS, PLACE_BLOCK, Table, Tables
from linli.simulation.values import complaint

UNREADABLE = (ValueError, TypeError, LookupError, EOFError, OSError, OverflowError, RuntimeError, zipfile.BadZipFile)
"""What zipfile raises over bytes that make no sense, encrypted or packed in an unknown way."""
MAGIC = b"\x93NUMPY\x01\x00"
HEADER = re.compile(
    rb"\{'descr': '(?P<kind>[^'\\]{1,12})', 'fortran_order': (?:False|True), "
    rb"'shape': \((?P<shape>[0-9, ]{0,40})\), \}\s*"
)
PLACES = ("estates", "buildings", "dwellings")


def read(name: str, content: bytes, schema: dict[str, dict[str, str]], wanted: tuple[str, ...]) -> Tables:
    """The wanted tables of one street's file, each column checked by itself.

    Raises:
        BadCity: the file is not such a table; the reason names the column, and the row where it is one value.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {table: _table(name, archive, table, schema[table]) for table in wanted}
    except (*UNREADABLE, zlib.error) as error:
        raise BadCity(name, gettext_noop("is not an npz file")) from error


def _table(name: str, archive: zipfile.ZipFile, table: str, schema: dict[str, str]) -> Table:
    columns: Table = {}
    for column, kind in schema.items():
        values = _column(name, archive, f"{table}.{column}", kind)
        if columns and len(values) != len(columns["id"]):
            raise BadCity(
                name,
                gettext_noop("column {column} has {got} rows where {expected} belong"),
                column=f"{table}.{column}",
                got=len(values),
                expected=len(columns["id"]),
            )
        if wrong := complaint(column, values):
            raise BadCity(name, wrong.sentence, column=f"{table}.{column}", row=wrong.row + 1, **wrong.facts)
        columns[column] = values
    ids = columns["id"]
    if len(ids) and (int(ids[0]) < 1 or not (ids[1:] > ids[:-1]).all()):
        raise BadCity(name, gettext_noop("ids of {table} do not rise from 1 or more"), table=table)
    return columns


def _column(name: str, archive: zipfile.ZipFile, label: str, kind: str) -> NDArray[Any]:
    """One member, if it is a plain array of that type: parsed here, so that nothing else numpy can read is read."""
    try:
        member = archive.getinfo(f"{label}.npy")
    except KeyError as error:
        raise BadCity(name, gettext_noop("has no column {column}"), column=label) from error
    if member.compress_type != zipfile.ZIP_STORED or member.file_size != member.compress_size:
        raise BadCity(name, gettext_noop("column {column} is compressed or encrypted"), column=label)
    try:
        raw = archive.read(member)
    except UNREADABLE as error:
        raise BadCity(name, gettext_noop("column {column} cannot be read"), column=label) from error
    start = len(MAGIC) + 2 + int.from_bytes(raw[len(MAGIC) : len(MAGIC) + 2], "little")
    header = HEADER.fullmatch(raw[len(MAGIC) + 2 : start]) if raw.startswith(MAGIC) and start <= len(raw) else None
    if header is None:
        raise BadCity(name, gettext_noop("column {column} cannot be read"), column=label)
    found = header["kind"].decode("latin-1")
    shape = re.fullmatch(r"([0-9]{1,12}),", header["shape"].decode())
    if found != kind or shape is None:
        raise BadCity(
            name,
            gettext_noop("column {column} is {found} in the shape ({shape}), not {kind} in one row"),
            column=label,
            found=shown(found),
            shape=header["shape"].decode(),
            kind=kind,
        )
    size = int(shape[1]) * np.dtype(kind).itemsize
    if size != len(raw) - start:
        raise BadCity(name, gettext_noop("column {column} is cut short or too long"), column=label)
    return np.frombuffer(raw, dtype=np.dtype(kind), offset=start).copy()


def check_together(name: str, tables: Tables, reference_day: int) -> None:
    """What must hold between the tables of one street, as far as they were read; `reference_day` is YYYYMMDD.

    Raises:
        BadCity: a row names what is not there, an id is taken, a door comes twice, or somebody is yet to be born.
    """
    for table, column, target in LINKS:
        if table not in tables or target not in tables:
            continue
        missing = ~_among(tables[table][column], tables[target]["id"])
        if missing.any():
            raise BadCity(
                name,
                gettext_noop("row {row} of {table} names one of {target} that is not there"),
                row=int(missing.argmax()) + 1,
                table=table,
                target=target,
            )
    places = [tables[table]["id"] for table in PLACES if table in tables]
    if places and len(np.unique(np.concatenate(places))) != sum(map(len, places)):
        raise BadCity(name, gettext_noop("an estate, a building or a dwelling has the id of another"))
    if "dwellings" in tables and (row := _door_twice(tables["dwellings"])) is not None:
        raise BadCity(name, gettext_noop("row {row} of dwellings is a door that was there before"), row=row + 1)
    if "persons" in tables:
        unborn = tables["persons"]["born"] > reference_day
        if unborn.any():
            raise BadCity(
                name,
                gettext_noop("row {row} of persons is born after the day of the city"),
                row=int(unborn.argmax()) + 1,
            )


def block(name: str, tables: Tables) -> int | None:
    """The block of a million ids that a street's places, households and persons share; None for a street of nothing.

    Raises:
        BadCity: they lie in several blocks, or in that of the areas.
    """
    ends = [int(end) for table in tables.values() if len(table["id"]) for end in (table["id"][0], table["id"][-1])]
    if not ends:
        return None
    found = {(end - 1) // PLACE_BLOCK for end in ends}
    if len(found) != 1 or min(found) < 1:
        raise BadCity(name, gettext_noop("ids leave the block of {size} that belongs to the street"), size=PLACE_BLOCK)
    return found.pop()


def check_households(name: str, tables: Tables, held: NDArray[np.bool_]) -> None:
    """Nobody lives in a dedicated grid; `held` says of each building whether a micro-grid holds it.

    Raises:
        BadCity: a household lives in a building that a dedicated grid holds.
    """
    buildings, dwellings, households = tables["buildings"], tables["dwellings"], tables["households"]
    of = dwellings["building"][np.searchsorted(dwellings["id"], households["dwelling"])]
    outside = ~held[np.searchsorted(buildings["id"], of)]
    if outside.any():
        raise BadCity(
            name,
            gettext_noop("row {row} of households lives in a dedicated grid, where nobody is counted"),
            row=int(outside.argmax()) + 1,
        )


def _among(named: NDArray[Any], ids: NDArray[Any]) -> NDArray[np.bool_]:
    """Of each named id whether it is one of the rising ids."""
    if not len(ids):
        return np.zeros(len(named), dtype=np.bool_)
    found: NDArray[np.bool_] = ids[np.minimum(np.searchsorted(ids, named), len(ids) - 1)] == named
    return found


def _door_twice(dwellings: Table) -> int | None:
    """The row of a door (building, unit, door) that comes a second time, if one does.

    Rows are told apart by a mixed number first, since sorting eight million doors by their texts takes long.
    """
    letters = np.ascontiguousarray(dwellings["door"]).view(np.uint32).reshape(len(dwellings["door"]), -1)
    mixed = dwellings["building"].astype(np.uint64) * np.uint64(20_011) + dwellings["unit"].astype(np.uint64)
    for column in letters.T:
        mixed = mixed * np.uint64(0x9E3779B97F4A7C15) + column
    if len(np.unique(mixed)) == len(mixed):
        return None
    seen: set[tuple[int, int, str]] = set()
    columns = (dwellings["building"].tolist(), dwellings["unit"].tolist(), dwellings["door"].tolist())
    for row, door in enumerate(zip(*columns, strict=True)):
        if door in seen:
            return row
        seen.add(door)
    return None
