"""Points and cells: communities scattered inside real district outlines, and Voronoi cells around them.

Points are whole millionths of a degree (about 0.1 m), so that random draws stay integers.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from linli.simulation.draws import Ints, whole
from linli.simulation.source import Community

MILLION = 1_000_000
METRES_LAT, METRES_LON = 9, 10
"""A metre is about 9 millionths of a degree northwards and, at 30.7 N, 10.4 eastwards (10 here)."""
SCATTER_NEAR_M, SCATTER_FAR_M = 300, 800
TRIES = 400


def degrees(points: Ints) -> NDArray[np.float64]:
    """(n, 2) millionths as degrees."""
    return points / float(MILLION)


def inside(outline: BaseGeometry, points: Ints) -> NDArray[np.bool_]:
    """Which of (n, 2) points in millionths lie inside."""
    where = degrees(points)
    return np.asarray(shapely.contains_xy(outline, where[:, 0], where[:, 1]))


def anywhere(rng: np.random.Generator, outline: BaseGeometry) -> tuple[int, int]:
    """A point drawn evenly inside an outline."""
    west, south, east, north = (round(edge * MILLION) for edge in outline.bounds)
    while True:
        tries = np.stack([whole(rng, west, east, 64), whole(rng, south, north, 64)], axis=1)
        good = tries[inside(outline, tries)]
        if len(good):
            return int(good[0, 0]), int(good[0, 1])


def near(rng: np.random.Generator, point: tuple[int, int], outline: BaseGeometry) -> tuple[int, int]:
    """A point 300 to 800 m from another and inside the outline; anywhere inside where that fails."""
    across = whole(rng, -SCATTER_FAR_M, SCATTER_FAR_M, TRIES)
    up = whole(rng, -SCATTER_FAR_M, SCATTER_FAR_M, TRIES)
    far = across * across + up * up
    ring = (far >= SCATTER_NEAR_M**2) & (far <= SCATTER_FAR_M**2)
    tries = np.stack([point[0] + across * METRES_LON, point[1] + up * METRES_LAT], axis=1)[ring]
    good = tries[inside(outline, tries)]
    return (int(good[0, 0]), int(good[0, 1])) if len(good) else anywhere(rng, outline)


def scatter(rng: np.random.Generator, communities: list[Community], outline: BaseGeometry) -> tuple[Ints, list[str]]:
    """One point for each community of a district, all different, and where each came from.

    A community's own 2016 seat stays where it is; one that had to borrow the point of a town or street is moved 300
    to 800 m away from it; one without any is drawn inside the district, and the source says so.
    """
    points, sources, taken = [], [], set()
    for community in communities:
        if community.point is None:
            place, source = anywhere(rng, outline), "random_in_district"
        else:
            own = community.point_source == "village2016_point"
            lies_in = bool(inside(outline, np.array([community.point]))[0])
            keep = own and lies_in and community.point not in taken
            place = community.point if keep else near(rng, community.point, outline)
            source = community.point_source if keep else community.point_source + "_scattered"
        while place in taken:
            place = anywhere(rng, outline)
        taken.add(place)
        points.append(place)
        sources.append(source)
    return np.array(points, dtype=np.int64), sources


def cells(points: Ints, outline: BaseGeometry) -> list[BaseGeometry]:
    """The part of an outline nearer to each point than to any other, in the order of the points."""
    if len(points) == 1:
        return [outline]
    drawn = shapely.voronoi_polygons(shapely.multipoints(degrees(points)), extend_to=outline, ordered=True)
    parts = shapely.intersection(shapely.get_parts(drawn), outline)
    return [only_areas(part) for part in parts]


def only_areas(shape: BaseGeometry) -> BaseGeometry:
    """The polygons of a shape, without the points and lines that clipping can leave."""
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    return shapely.union_all([part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"])


def spread(
    rng: np.random.Generator, centre: Ints, cell: BaseGeometry, count: int, *, reach_m: int, taken: set[tuple[int, int]]
) -> Ints:
    """`count` different points inside a cell, within about `reach_m` of its centre; (count, 2) millionths.

    Each lies between the centre and two random corners of the cell, drawn closer where that is too far.
    """
    ring = np.round(shapely.get_coordinates(cell) * MILLION).astype(np.int64)
    out: list[tuple[int, int]] = []
    for _ in range(TRIES):
        draw = 2 * count + 8
        first = ring[whole(rng, 0, len(ring) - 1, draw)] - centre
        second = ring[whole(rng, 0, len(ring) - 1, draw)] - centre
        a, b = whole(rng, 0, 500, draw), whole(rng, 0, 460, draw)
        step = (first * a[:, None] + second * b[:, None]) // 1000
        size = np.maximum(np.abs(step[:, 0]) // METRES_LON, np.abs(step[:, 1]) // METRES_LAT)
        cap = whole(rng, reach_m // 4, reach_m, draw)
        step = np.where((size > cap)[:, None], step * cap[:, None] // np.maximum(size, 1)[:, None], step)
        tries = centre + step
        for lon, lat in tries[inside(cell, tries)].tolist():
            if (lon, lat) not in taken:
                taken.add((lon, lat))
                out.append((lon, lat))
                if len(out) == count:
                    return np.array(out, dtype=np.int64)
    raise ValueError("a cell too small to hold its points")
