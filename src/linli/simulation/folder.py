"""Reading a city folder, believing nothing in it: whatever is malformed, cut short or missing is named."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linli.simulation import areas, geometry, manifest, tables
from linli.simulation.areas import AreaRow
from linli.simulation.errors import BadCity, gettext_noop
from linli.simulation.geometry import Outline
from linli.simulation.manifest import MANIFEST
from linli.simulation.schema import SIDES, SYSTEMS, Tables
from linli.simulation.tree import LEVELS

__all__ = ["AreaRow", "CityFolder", "Outline"]


class CityFolder:
    """A finished city on disk.

    Opening reads the manifest and looks at every file's size, which is quick; a file's digest and content are
    checked when it is read. `check` reads everything.

    Attributes:
        size, seed: what `build` was asked for.
        top: id of the top area.
        reference_day: the day ages are as of (ISO).
        coordinates: the system of every longitude and latitude, one of `schema.SYSTEMS`.
        area_counts: areas by level.
        counts: rows by side ("register", "truth") and table.
        streets: street codes, in the order in which they were built.
        street_residents: persons of the truth by street code.
        digest: SHA-256 (hex) over the manifest, and so over the digest of every file.

    Raises:
        BadCity: no finished city of a version we read, or a file is missing or cut short.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        read = manifest.read(self.path)
        self.size: str = read["size"]
        self.seed: int = read["seed"]
        self.reference_day: str = read["reference_day"]
        self.coordinates: str = read.get("coordinates", SYSTEMS[0])
        self.top: int = read["top"]
        self.area_counts: dict[str, int] = read["areas"]
        self.counts: dict[str, dict[str, int]] = read["counts"]
        self.street_residents: dict[str, int] = read["streets"]
        self.streets: list[str] = list(self.street_residents)
        self._files: dict[str, dict[str, Any]] = read["files"]
        whole = json.dumps(read, sort_keys=True, separators=(",", ":")).encode()
        self.digest: str = hashlib.sha256(whole).hexdigest()
        self._areas: dict[str, list[AreaRow]] = {}
        self._of_level: dict[str, dict[str, NDArray[np.int64]]] = {}
        self._blocks: dict[int, str] = {}
        self._look_at_files()

    def _look_at_files(self) -> None:
        for name, facts in self._files.items():
            path = self.path / name
            try:
                if not path.is_file():
                    raise BadCity(name, gettext_noop("is missing"))
                got = path.stat().st_size
            except OSError as error:
                raise BadCity(name, gettext_noop("cannot be read: {reason}"), reason=error.strerror) from error
            if got != facts["bytes"]:
                raise BadCity(
                    name, gettext_noop("has {got} bytes where {expected} belong"), got=got, expected=facts["bytes"]
                )

    def read(self, name: str) -> bytes:
        """The content of a listed file, its digest checked.

        Raises:
            BadCity: it is not listed, cannot be read, or differs from what was built.
        """
        if name not in self._files:
            raise BadCity(name, gettext_noop("is not part of this city"))
        try:
            content = (self.path / name).read_bytes()
        except OSError as error:
            raise BadCity(name, gettext_noop("cannot be read: {reason}"), reason=error.strerror) from error
        if hashlib.sha256(content).hexdigest() != self._files[name]["sha256"]:
            raise BadCity(name, gettext_noop("differs from what was built (SHA-256)"))
        return content

    def areas(self, side: str = "register") -> list[AreaRow]:
        """The tree, parents before children.

        Raises:
            BadCity: a row is malformed, ids repeat, or an area does not stand under one of the level above it.
        """
        if side not in self._areas:
            name = f"{side}/areas.csv"
            self._areas[side] = areas.read(name, self.read(name), self.top)
        return self._areas[side]

    def outlines(self) -> Iterator[Outline]:
        """Every outline of the city, the top areas first, at most one of an area.

        Raises:
            BadCity: a file is not GeoJSON of this format, or an outline is of no area of the register.
        """
        levels = {area.id: area.level for area in self.areas()}
        seen: set[int] = set()
        details = sorted(name for name in self._files if name.startswith("register/outlines/"))
        for name in ["register/outlines.geojson", *details]:
            for outline in geometry.read(name, self.read(name), levels):
                # The one street of a small city has its outline in both files.
                if outline.area in seen and outline.area != self.top:
                    raise BadCity(name, gettext_noop("area {area} has a second outline"), area=outline.area)
                seen.add(outline.area)
                yield outline

    def street(self, side: str, code: str, wanted: tuple[str, ...] | None = None) -> Tables:
        """The tables of one street, all or those named, each column checked for type, length, ids and codes.

        Raises:
            BadCity: the file is not such a table; the reason names the column.
        """
        name = f"{side}/streets/{code}.npz"
        schema = SIDES[side]
        read = tables.read(name, self.read(name), schema, tuple(schema) if wanted is None else wanted)
        tables.check_together(name, read, self._day)
        block = tables.block(name, read)
        if block is not None and self._blocks.setdefault(block, code) != code:
            raise BadCity(name, gettext_noop("has the ids of street {code}"), code=self._blocks[block])
        if "estates" in read:
            self._check_areas(name, "estates", read["estates"]["community"], self._ids(side, "community"))
        if "buildings" in read:
            micro, held_by = self._ids(side, "micro_grid"), read["buildings"]["micro_grid"]
            known = np.concatenate([micro, self._ids(side, "dedicated_grid")])
            self._check_areas(name, "buildings", held_by, known)
            if "dwellings" in read and "households" in read:
                tables.check_households(name, read, np.isin(held_by, micro))
        return read

    @staticmethod
    def _check_areas(name: str, table: str, named: NDArray[Any], known: NDArray[np.int64]) -> None:
        unknown = ~np.isin(named, known)
        if unknown.any():
            raise BadCity(
                name,
                gettext_noop("row {row} of {table} names an area that is not there or not of that level"),
                row=int(unknown.argmax()) + 1,
                table=table,
            )

    @cached_property
    def _day(self) -> int:
        return int(self.reference_day.replace("-", ""))

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
            self.check_area_counts(each)
            totals = dict.fromkeys(SIDES[each], 0)
            for code in self.streets:
                for table, columns in self.street(each, code).items():
                    totals[table] += len(columns["id"])
            for table, total in totals.items():
                if total != self.counts[each][table]:
                    raise BadCity(
                        MANIFEST,
                        gettext_noop("counts {counted} {table} in {side} where {found} are"),
                        counted=self.counts[each][table],
                        table=table,
                        side=each,
                        found=total,
                    )
        if side != "truth":
            for _ in self.outlines():
                pass

    def check_area_counts(self, side: str) -> None:
        """Compare the areas of one side with the manifest's.

        Raises:
            BadCity: the manifest counts others.
        """
        if Counter(area.level for area in self.areas(side)) != Counter(self.area_counts):
            raise BadCity(MANIFEST, gettext_noop("counts other areas than {side} has"), side=side)
