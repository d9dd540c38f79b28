"""The smallest city with everything in it: two streets of a district, a home and an office in each, six people."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from linli.simulation.identity import id_numbers
from linli.simulation.schema import NEEDS, PLACE_BLOCK, REGISTER, SIDES, TRUTH, Tables, typed
from linli.simulation.store import AREA_HEADER, Folder, packed

STREETS = {"510113003": 3, "510113004": 3}
_LEVELS = ["district", "street", "street", "community", "community", "grid", "grid", "micro_grid", "micro_grid"]
_PARENTS = ["", 1, 1, 2, 3, 4, 5, 6, 7, 4, 5]


def write(out: Path) -> Path:
    """Write it, finished and signed."""
    folder = Folder(out)
    rows = [AREA_HEADER] + [
        [number, level, parent, f"区{number}", f"Area {number}", "", "104.28", "30.86", "generated"]
        for number, (level, parent) in enumerate(
            zip([*_LEVELS, "dedicated_grid", "dedicated_grid"], _PARENTS, strict=True), start=1
        )
    ]
    table = "".join(",".join(map(str, row)) + "\n" for row in rows).encode()
    tables = {code: _street(number) for number, code in enumerate(STREETS, start=1)}
    for side in SIDES:
        folder.put(f"{side}/areas.csv", table)
        for code, (truth, register) in tables.items():
            folder.put(f"{side}/streets/{code}.npz", packed(truth if side == "truth" else register))
    folder.put("register/outlines.geojson", _outlines([(1, "district")]))
    folder.put("register/outlines/510113.geojson", _outlines([(2, "street"), (4, "community"), (6, "grid")]))
    rows_of = {name: 2 * len(table["id"]) for name, table in tables["510113003"][1].items()}
    levels = [*_LEVELS, "dedicated_grid", "dedicated_grid"]
    folder.finish(
        {
            "format": "linli-city",
            "version": 1,
            "synthetic": True,
            "size": "small",
            "seed": 1,
            "reference_day": "2022-09-01",
            "top": 1,
            "areas": {level: levels.count(level) for level in set(levels)},
            "counts": dict.fromkeys(SIDES, rows_of),
            "streets": STREETS,
        }
    )
    return out


def sign(folder: Path, name: str, content: bytes) -> None:
    """Put other content in a file and let the manifest agree with it."""
    (folder / name).write_bytes(content)
    manifest = json.loads((folder / "city.json").read_text())
    manifest["files"][name] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    (folder / "city.json").write_text(json.dumps(manifest))


def _outlines(areas: list[tuple[int, str]]) -> bytes:
    ring = [[104.0, 30.0], [104.1, 30.0], [104.1, 30.1], [104.0, 30.0]]
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {"area": area, "level": level, "estimated": True, "method": "drawn"},
                    "geometry": {"type": "Polygon", "coordinates": [ring]},
                }
                for area, level in areas
            ],
        }
    ).encode()


def _street(number: int) -> tuple[Tables, Tables]:
    first = number * PLACE_BLOCK + 1
    born = np.array([19500101, 19800229, 20200630])
    tables: dict[str, dict[str, Any]] = {
        "estates": {"id": [first], "community": [3 + number], "name": ["东苑"], "lon": [104.28], "lat": [30.86]},
        "buildings": {
            "id": [first + 1, first + 2],
            "estate": [first, first],
            "micro_grid": [7 + number, 9 + number],
            "name": ["1栋", "主楼"],
            "lon": [104.28, 104.29],
            "lat": [30.86, 30.87],
            "floors": [6, 3],
            "units": [2, 1],
        },
        "dwellings": {
            "id": [first + 3, first + 4],
            "building": [first + 1, first + 2],
            "unit": [1, 1],
            "floor": [3, 1],
            "door": ["301", "101"],
            "state": [0, 3],
        },
        "households": {"id": [first], "dwelling": [first + 3], "kind": [0]},
        "persons": {
            "id": [first, first + 1, first + 2],
            "household": [first] * 3,
            "name": ["雷云欣", "廖若佳", "雷安"],
            "sex": [b"m", b"f", b"m"],
            "born": born,
            "id_no": id_numbers(number, born, np.array([True, False, True])),
            "phone": [b"10074000001", b"10074000002", b""],
            "needs": [1 << NEEDS.index("disabled"), 0, 0],
            "smartphone": [True, True, False],
            "skills": [1, 2, 0],
        },
    }
    return tuple({name: typed(tables[name], columns) for name, columns in side.items()} for side in (TRUTH, REGISTER))  # type: ignore[return-value]
