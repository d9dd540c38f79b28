"""Derive the files under `data/` from the collected source folder; not needed to build a city.

    python -m linli.simulation.derive SOURCE_FOLDER [OUT_FOLDER]

SOURCE_FOLDER holds `chengdu-divisions`, `chengdu-geo`, `chengdu-population` and `demographics`, each with a
SOURCE.md that says where it came from. Only what may be redistributed is taken: the finer district polygons
(GCJ-02, from a repository without a licence) are never opened. Romanised names of communities are made here
with pypinyin, so that building a city needs no dictionary.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from pathlib import Path

CENTRE = {"510104", "510105", "510106", "510107", "510108"}
FACTS = {
    ("Chengdu", "population_total"),
    ("Chengdu", "population_male"),
    ("Chengdu", "population_female"),
    ("Chengdu", "population_age_0_14"),
    ("Chengdu", "population_age_15_59"),
    ("Chengdu", "population_age_60_plus"),
    ("Chengdu", "population_age_65_plus"),
    ("Chengdu", "share_age_0_14"),
    ("Chengdu", "share_age_60_plus"),
    ("Chengdu", "share_age_65_plus"),
    ("Chengdu", "family_households"),
    ("Chengdu", "collective_households"),
    ("Chengdu", "population_in_family_households"),
    ("Chengdu", "population_in_collective_households"),
    ("Chengdu", "mean_family_household_size"),
    ("Sichuan", "birth_rate"),
    ("China", "age_60_plus_aged_60_69"),
    ("China", "age_60_plus_aged_70_79"),
    ("China", "age_60_plus_aged_80_plus"),
    ("China", "elderly_disabled_or_partly_disabled"),
    ("China", "disabled_total"),
}
VILLAGE_ENDINGS = ("村村民委员会", "村村委会", "村民委员会", "村委会")
OTHER_ENDINGS = ("社区居民委员会", "社区居委会", "居民委员会", "居委会")


def rows_of(path: Path) -> list[dict[str, str]]:
    """All rows of a CSV file with a header."""
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def write_rows(path: Path, header: list[str], rows: Sequence[Sequence[str]]) -> None:
    """Write a CSV file with `\\n` line ends, the same bytes on every system."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def short_name(name: str, kind: str) -> str:
    """A community's everyday name: without the committee, with 社区 or 村."""
    for ending in VILLAGE_ENDINGS if kind == "village" else OTHER_ENDINGS:
        if name.endswith(ending):
            stem = name[: -len(ending)]
            tail = "村" if kind == "village" else "社区"
            return stem if stem.endswith(tail) else stem + tail
    return name


def romanise(name: str, endings: dict[str, str]) -> str:
    """A name in pinyin, its ending put into English: 大同街道 gives 'Datong Street'."""
    from pypinyin import lazy_pinyin

    for ending, english in endings.items():
        if name.endswith(ending) and len(name) > len(ending):
            return "".join(lazy_pinyin(name[: -len(ending)])).capitalize() + " " + english
    return "".join(lazy_pinyin(name)).capitalize()


def derive_divisions(source: Path, out: Path) -> None:
    """Districts, zones, streets and communities with names, codes, points and urban-rural class."""
    folder = source / "chengdu-divisions"
    census = {row["code"]: row for row in rows_of(source / "chengdu-population/districts.csv")}
    districts = [
        [
            row["code"],
            row["name"],
            romanise(row["name"], {"区": "District", "县": "County", "市": "City"}),
            census[row["code"]]["census_2020"],
            census[row["code"]]["area_km2_2019"],
        ]
        for row in rows_of(folder / "districts.csv")
    ]
    write_rows(out / "districts.csv", ["code", "name", "name_en", "census_2020", "area_km2_2019"], districts)
    zone_of = {row["street_code"]: row for row in rows_of(folder / "functional_zones.csv")}
    streets = [
        [
            row["code"],
            row["name"],
            romanise(row["name"], {"街道": "Street", "镇": "Town", "乡": "Township"}),
            row["district_code"],
            zone_of[row["code"]]["zone_code"] if row["code"] in zone_of else "",
        ]
        for row in rows_of(folder / "streets.csv")
    ]
    write_rows(out / "streets.csv", ["code", "name", "name_en", "district_code", "zone_code"], streets)
    points = {row["code"]: row for row in rows_of(source / "chengdu-geo/community_points.csv")}
    communities: list[list[str]] = []
    for row in rows_of(folder / "communities.csv"):
        point = points.get(row["code"], {})
        name = short_name(row["name"], row["kind"])
        english = romanise(name, {"社区": "Community", "村": "Village"})
        urban = point.get("ur_code_2016") or assumed_class(row["kind"], row["district_code"])
        communities.append(
            [
                row["code"],
                name,
                english,
                row["street_code"],
                point.get("lon_wgs84", ""),
                point.get("lat_wgs84", ""),
                point.get("method", "none"),
                urban,
                "source" if point.get("ur_code_2016") else "assumed",
            ]
        )
    header = ["code", "name", "name_en", "street_code", "lon", "lat", "point_source", "urban_class", "class_source"]
    write_rows(out / "communities.csv", header, communities)


def assumed_class(kind: str, district: str) -> str:
    """Urban-rural class where the 2016 list has none: villages 220, the five central districts 111, else 121."""
    if kind == "village":
        return "220"
    return "111" if district in CENTRE else "121"


def derive_figures(source: Path, out: Path) -> None:
    """The census and special-group figures, and the household-size shape, each with its source."""
    facts = [
        [row["area"], row["date"], row["key"], row["value"], row["unit"], row["source"]]
        for row in rows_of(source / "demographics/facts.csv")
        if (row["area"], row["key"]) in FACTS and row["date"] != "2021-12-31"
    ]
    write_rows(out / "facts.csv", ["area", "date", "key", "value", "unit", "source"], facts)
    sizes = [
        [row["size"], row["share_percent"], row["source"]]
        for row in rows_of(source / "demographics/household_size.csv")
        if (row["area"], row["year"]) == ("Fujian", "2020")
    ]
    write_rows(out / "household_size.csv", ["size", "share_percent", "source"], sizes)


def derive_outlines(source: Path, out: Path) -> None:
    """District polygons in CGCS2000 (WGS-84 for this use), six decimals, without anything we do not need."""
    raw = json.loads((source / "chengdu-geo/districts_cgcs2000.geojson").read_text(encoding="utf-8"))
    features = [
        {"type": "Feature", "properties": {"code": item["properties"]["code"]}, "geometry": item["geometry"]}
        for item in raw["features"]
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":"))
    (out / "districts.geojson").write_text(text + "\n", encoding="utf-8")


def main(argv: list[str]) -> int:
    """Derive everything; returns the exit status."""
    if len(argv) not in (1, 2) or not Path(argv[0]).is_dir():
        print(__doc__, file=sys.stderr)
        return 2
    source = Path(argv[0])
    out = Path(argv[1]) if len(argv) == 2 else Path(__file__).parent / "data"
    out.mkdir(parents=True, exist_ok=True)
    derive_divisions(source, out)
    derive_figures(source, out)
    derive_outlines(source, out)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
