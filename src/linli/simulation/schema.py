"""The city's file format: tables, columns, types and closed lists. docs/reference/city-format.md explains them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

FORMAT = "linli-city"
VERSION = 1
PLACE_BLOCK = 1_000_000
"""Ids of a street's places, households and persons start at its number times this, plus one."""

SYSTEMS = ("wgs84", "cgcs2000", "gcj02", "bd09")
"""Systems a folder may declare for its longitudes and latitudes; the first is what `build` writes."""

STATES = ("owner", "rented", "vacant", "commercial")
OWNER, RENTED, VACANT, COMMERCIAL = range(4)
KINDS = ("family", "collective")
FAMILY, COLLECTIVE = range(2)
NEEDS = (
    "elder_alone",
    "disabled",
    "care_dependent",
    "pregnant",
    "dialysis",
    "chemo",
    "under3",
    "contact_daily",
    "contact_regular",
)
NEED_BIT = {name: 1 << bit for bit, name in enumerate(NEEDS)}
SKILLS = (
    "medical",
    "driver",
    "psychologist",
    "interpreter",
    "security",
    "logistics",
    "it",
    "elder_care",
    "child_care",
    "cook",
    "repair",
    "admin",
)

Table = dict[str, NDArray[Any]]
Tables = dict[str, Table]

BUILDING_COLUMNS = {
    "id": "<i4",
    "estate": "<i4",
    "micro_grid": "<i4",
    "name": "<U8",
    "lon": "<f8",
    "lat": "<f8",
    "floors": "<i2",
    "units": "<i2",
}
PERSON_COLUMNS = {
    "id": "<i4",
    "household": "<i4",
    "name": "<U3",
    "sex": "|S1",
    "born": "<i4",
    "id_no": "|S18",
    "phone": "|S11",
    "needs": "<i2",
    "smartphone": "|b1",
}
REGISTER: dict[str, dict[str, str]] = {
    "estates": {"id": "<i4", "community": "<i4", "name": "<U12", "lon": "<f8", "lat": "<f8"},
    "buildings": BUILDING_COLUMNS,
    "dwellings": {"id": "<i4", "building": "<i4", "unit": "<i2", "floor": "<i2", "door": "<U5", "state": "|i1"},
    "households": {"id": "<i4", "dwelling": "<i4", "kind": "|i1"},
    "persons": PERSON_COLUMNS,
}
TRUTH: dict[str, dict[str, str]] = {**REGISTER, "persons": {**PERSON_COLUMNS, "skills": "<i2"}}
SIDES = {"register": REGISTER, "truth": TRUTH}
LINKS = (
    ("buildings", "estate", "estates"),
    ("dwellings", "building", "buildings"),
    ("households", "dwelling", "dwellings"),
    ("persons", "household", "households"),
)
"""Columns that must hold an id of another table of the same street."""


def typed(table: dict[str, Any], columns: dict[str, str]) -> Table:
    """A table with exactly the given columns, in their order and types."""
    return {name: np.ascontiguousarray(table[name], dtype=np.dtype(kind)) for name, kind in columns.items()}
