"""GeoJSON outlines: real ones for statutory districts, Voronoi cells (marked as estimated) for everything below."""

from __future__ import annotations

import json
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from linli.simulation.source import ZONES, Source
from linli.simulation.tree import StreetPlan, Tree, outline_of

GRID = 0.00001
STATUTORY = "statutory outline, simplified (CGCS2000)"
LESS = "statutory outline less the cells of communities that a functional zone runs"
UNION = "union of the Voronoi cells of its communities"
CELL = "Voronoi cell clipped to the statutory district"


def feature(area: int, level: str, shape: BaseGeometry, method: str) -> dict[str, Any]:
    """One GeoJSON feature: the area's id and level, how the outline was made, and whether it is an estimate."""
    rounded = shapely.set_precision(shape, GRID)
    geometry = json.loads(shapely.to_geojson(rounded if not rounded.is_empty else shape))
    properties = {"area": area, "level": level, "estimated": method != STATUTORY, "method": method}
    return {"type": "Feature", "properties": properties, "geometry": _short(geometry)}


def _short(geometry: dict[str, Any]) -> dict[str, Any]:
    def cut(part: Any) -> Any:
        return [cut(item) for item in part] if isinstance(part, list) else round(part, 5)

    return {"type": geometry["type"], "coordinates": cut(geometry["coordinates"])}


def collection(features: list[dict[str, Any]]) -> bytes:
    """A FeatureCollection as bytes, one feature a line."""
    lines = ",\n".join(json.dumps(item, separators=(",", ":"), ensure_ascii=False) for item in features)
    return ('{"type":"FeatureCollection","features":[\n' + lines + "\n]}\n").encode()


def top_level(tree: Tree, source: Source) -> bytes:
    """outlines.geojson: the top area and its districts (or the one street that is all there is)."""
    streets = {plan.street.code: _street(plan) for plan in tree.streets}
    features = []
    if tree.size.top == "street":
        plan = tree.streets[0]
        return collection([feature(plan.area, "street", streets[plan.street.code], UNION)])
    shapes: dict[str, BaseGeometry] = {}
    for code, area in tree.district_area.items():
        zone = [plan for plan in tree.streets if plan.street.area_code == code]
        if code in ZONES:
            shapes[code] = outline_of([streets[plan.street.code] for plan in zone])
            features.append(feature(area, "district", shapes[code], UNION))
            continue
        run_by_zones = [
            streets[plan.street.code]
            for plan in tree.streets
            if plan.street.district_code == code and plan.street.area_code != code
        ]
        shapes[code] = source.districts[code].outline
        if run_by_zones:
            shapes[code] = outline_of([shapes[code].difference(outline_of(run_by_zones))])
        features.append(feature(area, "district", shapes[code], LESS if run_by_zones else STATUTORY))
    if tree.size.top == "city":
        whole = outline_of([source.districts[code].outline for code in tree.district_area if code not in ZONES])
        features.insert(0, feature(tree.top, "city", whole, "union of the statutory outlines of its districts"))
    return collection(features)


def _street(plan: StreetPlan) -> BaseGeometry:
    return outline_of([part.cell for part in plan.communities])


def by_district(tree: Tree) -> dict[str, bytes]:
    """One file for each operational district: its streets, communities and grids, named by its code."""
    files: dict[str, list[dict[str, Any]]] = {}
    for plan in tree.streets:
        features = files.setdefault(plan.street.area_code, [])
        features.append(feature(plan.area, "street", _street(plan), UNION))
        for part in plan.communities:
            features.append(feature(part.area, "community", part.cell, CELL))
            features += [
                feature(area, "grid", cell, "Voronoi cell of a made point, clipped to the community's cell")
                for area, cell in zip(part.grid_area, part.grid_cells, strict=True)
            ]
    return {code: collection(features) for code, features in files.items()}
