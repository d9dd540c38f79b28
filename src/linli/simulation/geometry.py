"""Outlines read back: GeoJSON whose every ring is closed and lies on the Earth."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from linli.simulation.errors import BadCity, gettext_noop, shown

PROPERTIES = {"area", "level", "estimated", "method"}
KINDS = ("Polygon", "MultiPolygon")


@dataclass(frozen=True, slots=True)
class Outline:
    """The outline of one area: a GeoJSON geometry (WGS-84), how it was made, and whether that is an estimate."""

    area: int
    level: str
    geometry: dict[str, Any]
    estimated: bool
    method: str


def read(name: str, content: bytes, levels: Mapping[int, str]) -> Iterator[Outline]:
    """The outlines of one file; `levels` are the areas that there are.

    Raises:
        BadCity: it is not GeoJSON of this format, names an area that is not there, or leaves the Earth.
    """
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise BadCity(name, gettext_noop("is not JSON")) from error
    features = found.get("features") if isinstance(found, dict) else None
    if not isinstance(features, list) or found.get("type") != "FeatureCollection":
        raise BadCity(name, gettext_noop("is not GeoJSON of this format"))
    for number, item in enumerate(features, start=1):
        yield _outline(name, number, item, levels)


def _outline(name: str, number: int, item: Any, levels: Mapping[int, str]) -> Outline:
    facts = item.get("properties") if isinstance(item, dict) and set(item) == {"type", "properties", "geometry"} else {}
    if not isinstance(facts, dict) or set(facts) != PROPERTIES or type(facts["estimated"]) is not bool:
        raise BadCity(name, gettext_noop("feature {number} has other properties than an outline has"), number=number)
    area, level, method = facts["area"], facts["level"], facts["method"]
    if type(area) is not int or area not in levels or levels[area] != level:
        raise BadCity(name, gettext_noop("feature {number} is of no area that is there"), number=number)
    if not isinstance(method, str):
        raise BadCity(name, gettext_noop("feature {number} has other properties than an outline has"), number=number)
    geometry = item["geometry"]
    if not isinstance(geometry, dict) or set(geometry) != {"type", "coordinates"}:
        raise BadCity(name, gettext_noop("feature {number} has no outline"), number=number)
    kind, coordinates = geometry["type"], geometry["coordinates"]
    if kind not in KINDS:
        raise BadCity(name, gettext_noop("area {area} has a {kind} for an outline"), area=area, kind=shown(kind))
    shapes = coordinates if kind == "MultiPolygon" else [coordinates]
    if not isinstance(shapes, list) or not shapes or not all(map(_is_polygon, shapes)):
        raise BadCity(
            name, gettext_noop("the outline of area {area} is not made of closed rings on the Earth"), area=area
        )
    return Outline(area, level, geometry, facts["estimated"], method)


def _is_polygon(rings: Any) -> bool:
    return isinstance(rings, list) and bool(rings) and all(map(_is_ring, rings))


def _is_ring(points: Any) -> bool:
    return (
        isinstance(points, list) and len(points) >= 4 and all(map(_is_point, points)) and bool(points[0] == points[-1])
    )


def _is_point(point: Any) -> bool:
    """Longitude and latitude in degrees; NaN fails too, and so does a truth value."""
    return (
        isinstance(point, list)
        and len(point) == 2
        and type(point[0]) in (int, float)
        and type(point[1]) in (int, float)
        and -180 <= point[0] <= 180
        and -90 <= point[1] <= 90
    )
