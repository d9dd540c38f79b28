"""city.json: what a finished city says of itself, believed only where it makes sense."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

from linli.simulation.errors import BadCity, gettext_noop, shown
from linli.simulation.schema import FORMAT, SIDES, SYSTEMS, VERSION
from linli.simulation.tree import LEVELS

MANIFEST = "city.json"
MOST_BYTES = 64 * 2**20
MOST_SEED = 2**31 - 1
YEARS = range(1900, 2200)
KEYS: dict[str, type] = {
    "size": str,
    "seed": int,
    "reference_day": str,
    "top": int,
    "areas": dict,
    "counts": dict,
    "streets": dict,
    "files": dict,
}
_DETAIL = re.compile(r"register/outlines/[0-9]{6,12}\.geojson")


def read(folder: Path) -> dict[str, Any]:
    """The manifest of a city folder, every key of it checked.

    Raises:
        BadCity: it is not there, or not the manifest of a finished city of a version we read.
    """
    manifest = _json(folder)
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise BadCity(MANIFEST, gettext_noop("is not the manifest of a city ({format})"), format=FORMAT)
    if (version := manifest.get("version")) != VERSION:
        raise BadCity(
            MANIFEST,
            gettext_noop("has format version {found}; this program reads {ours}"),
            found=shown(version),
            ours=VERSION,
        )
    if manifest.get("synthetic") is not True:
        raise BadCity(MANIFEST, gettext_noop("does not say that the city is synthetic"))
    for key, kind in KEYS.items():
        if type(manifest.get(key)) is not kind:
            raise _improper(key)
    _check_facts(manifest)
    _check_counts(manifest)
    _check_files(manifest)
    return manifest


def _json(folder: Path) -> Any:
    try:
        if not folder.is_dir():
            raise BadCity(str(folder), gettext_noop("is not a folder"))
        path = folder / MANIFEST
        if not path.is_file():
            raise BadCity(MANIFEST, gettext_noop("is missing: this is not a finished city"))
        if path.stat().st_size > MOST_BYTES:
            raise BadCity(MANIFEST, gettext_noop("is far too long for a manifest"))
        content = path.read_bytes()
    except OSError as error:
        raise BadCity(MANIFEST, gettext_noop("cannot be read: {reason}"), reason=error.strerror) from error
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise BadCity(MANIFEST, gettext_noop("is not JSON")) from error


def _improper(key: str) -> BadCity:
    return BadCity(MANIFEST, gettext_noop("has no proper '{key}'"), key=key)


def _check_facts(manifest: dict[str, Any]) -> None:
    if not re.fullmatch(r"[a-z0-9_-]{1,20}", manifest["size"]):
        raise _improper("size")
    if not 0 <= manifest["seed"] <= MOST_SEED:
        raise _improper("seed")
    try:
        day = date.fromisoformat(manifest["reference_day"])
    except ValueError as error:
        raise _improper("reference_day") from error
    if day.isoformat() != manifest["reference_day"] or day.year not in YEARS:
        raise _improper("reference_day")
    if manifest.get("coordinates", SYSTEMS[0]) not in SYSTEMS:
        raise _improper("coordinates")


def _check_counts(manifest: dict[str, Any]) -> None:
    for side, tables in SIDES.items():
        rows = manifest["counts"].get(side)
        if not isinstance(rows, dict) or set(rows) != set(tables):
            raise BadCity(MANIFEST, gettext_noop("does not count the tables of {side}"), side=side)
    if set(manifest["counts"]) != set(SIDES) or not set(manifest["areas"]) <= set(LEVELS):
        raise _improper("counts")
    counted = [
        *manifest["areas"].values(),
        *manifest["streets"].values(),
        *(n for rows in manifest["counts"].values() for n in rows.values()),
    ]
    if any(type(number) is not int or not 0 <= number < 2**53 for number in counted):
        raise BadCity(MANIFEST, gettext_noop("has a count that is not a whole number"))
    if not all(re.fullmatch(r"[0-9]{9}", code) for code in manifest["streets"]):
        raise BadCity(MANIFEST, gettext_noop("has a street code that is not nine digits"))


def _check_files(manifest: dict[str, Any]) -> None:
    files = manifest["files"]
    needed = {f"{side}/areas.csv" for side in SIDES} | {"register/outlines.geojson"}
    needed |= {f"{side}/streets/{code}.npz" for side in SIDES for code in manifest["streets"]}
    if absent := sorted(needed - set(files)):
        raise BadCity(MANIFEST, gettext_noop("does not list {name}"), name=absent[0])
    for name, facts in files.items():
        if name not in needed and not _DETAIL.fullmatch(name):
            raise BadCity(MANIFEST, gettext_noop("lists a file that is none of a city: {name}"), name=shown(name))
        if (
            not isinstance(facts, dict)
            or type(facts.get("bytes")) is not int
            or not isinstance(facts.get("sha256"), str)
            or not re.fullmatch(r"[0-9a-f]{64}", facts["sha256"])
        ):
            raise BadCity(MANIFEST, gettext_noop("has no size and digest for {name}"), name=name)
