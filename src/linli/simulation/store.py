"""Writing a city so that its bytes depend on nothing but its content, and so that half a city never looks like one."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from linli.simulation.schema import Tables
from linli.simulation.tree import Areas

AREA_HEADER = ["id", "level", "parent", "name", "name_en", "code", "lon", "lat", "point_source"]


def packed(tables: Tables) -> bytes:
    """The tables as an uncompressed npz with members `table.column`.

    numpy's own writer would do, but zip headers differ between Pythons when a member's size is not known beforehand,
    and compressed bytes differ between zlibs.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for table, columns in tables.items():
            for column, values in columns.items():
                member = io.BytesIO()
                np.lib.format.write_array(member, values, version=(1, 0), allow_pickle=False)
                info = zipfile.ZipInfo(f"{table}.{column}.npy", date_time=(1980, 1, 1, 0, 0, 0))
                info.create_system = 3
                info.external_attr = 0o644 << 16
                archive.writestr(info, member.getvalue())
    return out.getvalue()


def area_table(areas: Areas) -> bytes:
    """areas.csv: one row an area, degrees with six decimals, `\\n` line ends."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(AREA_HEADER)
    columns = (areas.level, areas.parent, areas.name, areas.name_en, areas.code, areas.point, areas.point_source)
    for number, (level, parent, name, english, code, (lon, lat), source) in enumerate(
        zip(*columns, strict=True), start=1
    ):
        place = (f"{lon / 1e6:.6f}", f"{lat / 1e6:.6f}")
        writer.writerow([number, level, parent or "", name, english, code, *place, source])
    return out.getvalue().encode()


class Folder:
    """A city being written: files go to `NAME.partial`, which becomes `NAME` when everything is there.

    A partial folder left by a build that was killed is removed by the next one.
    """

    def __init__(self, out: Path) -> None:
        self.out = out
        self.partial = out.with_name(out.name + ".partial")
        self.files: dict[str, dict[str, Any]] = {}
        shutil.rmtree(self.partial, ignore_errors=True)
        self.partial.mkdir(parents=True)

    def put(self, name: str, content: bytes) -> None:
        """Write one file and remember its size and digest."""
        path = self.partial / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self.files[name] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}

    def finish(self, manifest: dict[str, Any]) -> None:
        """Write city.json last, then give the folder its name."""
        full = {**manifest, "files": dict(sorted(self.files.items()))}
        path = self.partial / "city.json"
        with path.open("w", encoding="utf-8", newline="\n") as handle:
            json.dump(full, handle, ensure_ascii=False, indent=1)
            handle.write("\n")
            handle.flush()
            os.fsync(handle.fileno())
        self.partial.rename(self.out)

    def drop(self) -> None:
        """Remove what was written so far."""
        shutil.rmtree(self.partial, ignore_errors=True)
