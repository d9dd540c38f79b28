"""Street graphs from the text of files that the caller opened: the CSV form of docs/reference, and OSM XML.

Both come from OpenStreetMap, whose data is under the ODbL 1.0: what is derived from it stays under it, and who shows
it says "© OpenStreetMap contributors".
"""

import csv
import math
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import IO
from xml.etree import ElementTree

import numpy as np

from linli.planning.distances.problem import DistancesProblem
from linli.planning.errors import BadProblem

EARTH_M = 6_371_008.8
ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0"

ON_FOOT = frozenset({
    "bridleway", "corridor", "crossing", "cycleway", "footway", "living_street", "path", "pedestrian", "platform",
    "primary", "primary_link", "residential", "road", "secondary", "secondary_link", "service", "steps", "tertiary",
    "tertiary_link", "track", "trunk", "trunk_link", "unclassified",
})  # fmt: skip
"""Values of `highway` that may be walked unless something else says no."""

_ALLOWED = frozenset({"yes", "designated", "permissive", "destination", "official"})
_DENIED = frozenset({"no", "private", "use_sidepath"})


@dataclass(frozen=True, eq=False)
class StreetGraph:
    """Nodes and edges as `DistancesProblem` wants them, and where they lie on the earth.

    Attributes:
        name: of each node, as in the file.
        lon_lat: f8[n,2], WGS-84 degrees. node_xy: f8[n,2], metres east and north of the middle of them.
        edge: i4[e,2]. edge_m: f8[e]. one_way: b1[e].
        attribution: to be shown wherever the data is.
    """

    name: tuple[str, ...]
    lon_lat: np.ndarray
    node_xy: np.ndarray
    edge: np.ndarray
    edge_m: np.ndarray
    one_way: np.ndarray
    attribution: str = ATTRIBUTION

    def problem(self, source: np.ndarray, reach_m: float, *, foot: bool = True) -> DistancesProblem:
        """What is within reach of these nodes; on foot one-way streets lead both ways."""
        return DistancesProblem(
            node_xy=self.node_xy, edge=self.edge, edge_m=self.edge_m, one_way=self.one_way, source=source,
            reach_m=reach_m, foot=np.array(foot),
        )  # fmt: skip

    def to_xy(self, lon_lat: np.ndarray) -> np.ndarray:
        """Places in degrees on the plane of this graph."""
        return _flat(np.asarray(lon_lat, np.float64).reshape(-1, 2), self._middle)

    @property
    def _middle(self) -> np.ndarray:
        return _middle_of(self.lon_lat)


def graph_of_csv(nodes: Iterable[str], edges: Iterable[str]) -> StreetGraph:
    """A graph from lines of two CSV files with headers.

    nodes: node_id, lon_wgs84, lat_wgs84. edges, each in one direction: from_node, to_node, length_m. Other columns are
    passed over. Two edges that lead there and back at the same length become one that leads both ways. No edge is
    taken to be shorter than the straight line: traffic simulators leave the junctions out of their lengths.

    Raises:
        BadProblem: a column is missing, or a row makes no sense; with its line.
    """
    row_of: dict[str, int] = {}
    places: list[tuple[float, float]] = []
    for line, (name, lon, lat) in _rows(nodes, "nodes", ("node_id", "lon_wgs84", "lat_wgs84")):
        if name in row_of:
            raise BadProblem(f"nodes, line {line}: node {name} is there twice")
        row_of[name] = len(places)
        places.append((_number(lon, "nodes", line), _number(lat, "nodes", line)))
    ways: dict[tuple[int, int, float], bool] = {}
    for line, (start, end, metres) in _rows(edges, "edges", ("from_node", "to_node", "length_m")):
        for name in (start, end):
            if name not in row_of:
                raise BadProblem(f"edges, line {line}: there is no node {name}")
        tail, head, length = row_of[start], row_of[end], _number(metres, "edges", line)
        if length < 0:
            raise BadProblem(f"edges, line {line}: the length {metres} is negative")
        length = max(length, _great_circle_m(places[tail], places[head]))
        if (head, tail, length) in ways and tail != head:
            ways[head, tail, length] = False
        else:
            ways.setdefault((tail, head, length), True)
    return _graph(tuple(row_of), places, ways)


def graph_of_osm(xml: IO[bytes], *, classes: Collection[str] = ON_FOOT) -> StreetGraph:
    """The ways of an OSM XML extract that may be walked, all their nodes, lengths along the great circle.

    `foot` allows or forbids beside the class, `access` forbids where `foot` does not allow. What binds cars to one
    direction (`oneway`, roundabouts) is kept as one-way: the foot rule ignores it. Ways that leave the extract end
    there.

    Raises:
        BadProblem: it is no OSM XML.
    """
    degrees: dict[str, tuple[float, float]] = {}
    lines: list[tuple[list[str], int]] = []
    try:
        # expat 2.4 and later stop entities that grow without end; nothing else is resolved
        for _, element in ElementTree.iterparse(xml):  # noqa: S314
            if element.tag == "node":
                degrees[element.attrib["id"]] = float(element.attrib["lon"]), float(element.attrib["lat"])
                element.clear()
            elif element.tag == "way":
                tags = {tag.attrib["k"]: tag.attrib["v"] for tag in element.iter("tag")}
                if _walkable(tags, classes):
                    lines.append(([nd.attrib["ref"] for nd in element.iter("nd")], _direction(tags)))
                element.clear()
    except (ElementTree.ParseError, KeyError, ValueError) as error:
        raise BadProblem(f"OSM XML: cannot be read: {error}") from error
    return _graph_of_lines(degrees, lines)


def _graph_of_lines(degrees: dict[str, tuple[float, float]], lines: list[tuple[list[str], int]]) -> StreetGraph:
    row_of: dict[str, int] = {}
    ways: dict[tuple[int, int, float], bool] = {}
    for refs, direction in lines:
        for start, end in pairwise(refs):
            if start not in degrees or end not in degrees or start == end:
                continue
            first, second = (end, start) if direction < 0 else (start, end)
            tail, head = (row_of.setdefault(name, len(row_of)) for name in (first, second))
            key = (tail, head, _great_circle_m(degrees[first], degrees[second]))
            ways[key] = ways.get(key, True) and direction != 0
    return _graph(tuple(row_of), [degrees[name] for name in row_of], ways)


def _walkable(tags: dict[str, str], classes: Collection[str]) -> bool:
    foot = tags.get("foot", "")
    if "highway" not in tags or foot in _DENIED or tags.get("area") == "yes":
        return False
    if foot in _ALLOWED:
        return tags["highway"] not in {"construction", "proposed"}
    return tags["highway"] in classes and tags.get("access", "") not in _DENIED


def _direction(tags: dict[str, str]) -> int:
    """1 along the way only, -1 against it only, 0 both ways."""
    oneway = tags.get("oneway", "")
    if oneway in {"-1", "reverse"}:
        return -1
    round_ = tags.get("junction") in {"roundabout", "circular"} and oneway != "no"
    return 1 if oneway in {"yes", "true", "1"} or round_ else 0


def _rows(lines: Iterable[str], file: str, columns: tuple[str, ...]) -> Iterator[tuple[int, list[str]]]:
    reader = csv.DictReader(lines)
    missing = [column for column in columns if column not in (reader.fieldnames or ())]
    if missing:
        raise BadProblem(f"{file}: lacks the column {missing[0]}")
    for row in reader:
        yield reader.line_num, [row[column] or "" for column in columns]


def _number(text: str, file: str, line: int) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise BadProblem(f"{file}, line {line}: {text!r} is not a number")
    return value


def _great_circle_m(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Metres between two places in degrees, to the centimetre, so that there and back are alike."""
    lon, lat, lon2, lat2 = (math.radians(degree) for degree in (*one, *other))
    half = math.sin((lat2 - lat) / 2) ** 2 + math.cos(lat) * math.cos(lat2) * math.sin((lon2 - lon) / 2) ** 2
    return round(2 * EARTH_M * math.asin(math.sqrt(half)), 2)


def _middle_of(lon_lat: np.ndarray) -> np.ndarray:
    return (lon_lat.min(axis=0) + lon_lat.max(axis=0)) / 2 if len(lon_lat) else np.zeros(2)


def _flat(lon_lat: np.ndarray, middle: np.ndarray) -> np.ndarray:
    """Metres east and north of the middle; true to a few in ten thousand within 50 km of it."""
    return np.radians(lon_lat - middle) * EARTH_M * np.array([math.cos(math.radians(middle[1])), 1.0])


def _graph(
    name: tuple[str, ...], places: list[tuple[float, float]], ways: dict[tuple[int, int, float], bool]
) -> StreetGraph:
    lon_lat = np.array(places, np.float64).reshape(-1, 2)
    return StreetGraph(
        name=name,
        lon_lat=lon_lat,
        node_xy=_flat(lon_lat, _middle_of(lon_lat)),
        edge=np.array([(tail, head) for tail, head, _ in ways], np.int32).reshape(-1, 2),
        edge_m=np.array([metres for _, _, metres in ways], np.float64),
        one_way=np.fromiter(ways.values(), bool, len(ways)),
    )
