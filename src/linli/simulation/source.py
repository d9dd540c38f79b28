"""The real figures that the city is made from, read from the files carried under `data/` (see data/NOTICE.md)."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files

import shapely
from shapely.geometry.base import BaseGeometry

ZONES = {
    "510171": ("四川天府新区成都直管区", "Tianfu New Area"),
    "510172": ("成都高新区", "High-tech Zone"),
    "510173": ("成都东部新区", "Eastern New Area"),
}


@dataclass(frozen=True, slots=True)
class District:
    """A statutory district: its code, names, residents on 1 November 2020 and outline (WGS-84)."""

    code: str
    name: str
    name_en: str
    census_2020: int
    outline: BaseGeometry


@dataclass(frozen=True, slots=True)
class Street:
    """A street or town; `area_code` is the operational district (a functional zone where one runs it)."""

    number: int
    code: str
    name: str
    name_en: str
    district_code: str
    area_code: str


@dataclass(frozen=True, slots=True)
class Community:
    """A community or village; `point` is (lon, lat) in millionths of a degree, or None where no source has one."""

    code: str
    name: str
    name_en: str
    street_code: str
    point: tuple[int, int] | None
    point_source: str
    urban_class: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One published figure with its source."""

    value: Fraction
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class Source:
    """Everything carried under `data/`."""

    districts: dict[str, District]
    streets: tuple[Street, ...]
    communities: tuple[Community, ...]
    facts: dict[str, Fact]
    household_sizes: tuple[Fraction, ...]
    household_source: str

    def people(self, key: str) -> int:
        """A figure that counts persons or households."""
        return int(self.facts[key].value)


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("linli.simulation") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def micro(degrees: str) -> int:
    """Degrees written with decimals, as whole millionths."""
    return round(Fraction(degrees) * 1_000_000)


def _districts() -> dict[str, District]:
    raw = json.loads((files("linli.simulation") / "data" / "districts.geojson").read_text(encoding="utf-8"))
    outlines = {
        item["properties"]["code"]: shapely.make_valid(shapely.geometry.shape(item["geometry"]))
        for item in raw["features"]
    }
    return {
        row["code"]: District(row["code"], row["name"], row["name_en"], int(row["census_2020"]), outlines[row["code"]])
        for row in _rows("districts.csv")
    }


@cache
def load() -> Source:
    """The carried files, read once."""
    streets = tuple(
        Street(
            number,
            row["code"],
            row["name"],
            row["name_en"],
            row["district_code"],
            row["zone_code"] or row["district_code"],
        )
        for number, row in enumerate(_rows("streets.csv"), start=1)
    )
    communities = tuple(
        Community(
            row["code"],
            row["name"],
            row["name_en"],
            row["street_code"],
            (micro(row["lon"]), micro(row["lat"])) if row["lon"] else None,
            row["point_source"],
            row["urban_class"],
        )
        for row in _rows("communities.csv")
    )
    facts = {
        f"{row['area']}.{row['key']}": Fact(Fraction(row["value"]), row["unit"], row["source"])
        for row in _rows("facts.csv")
    }
    sizes = _rows("household_size.csv")
    shares = tuple(Fraction(row["share_percent"]) / 100 for row in sizes)
    return Source(_districts(), streets, communities, facts, shares, sizes[0]["source"])
