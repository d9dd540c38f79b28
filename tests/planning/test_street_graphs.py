"""Street graphs from the text of files."""

import io

import numpy as np
import pytest

from linli.planning.distances import graph_of_csv, graph_of_osm, solve
from linli.planning.errors import BadProblem

NODES = ["node_id,lon_wgs84,lat_wgs84", "a,104.0,30.0", "b,104.001,30.0", "c,104.001,30.001"]
EDGES = ["edge_id,from_node,to_node,length_m", "1,a,b,120", "2,b,a,120", "3,b,c,130", "4,c,b,131", "5,a,b,1.5"]


def edges_of(graph):
    return {
        (graph.name[tail], graph.name[head], round(metres, 1), one_way)
        for (tail, head), metres, one_way in zip(
            graph.edge.tolist(), graph.edge_m.tolist(), graph.one_way.tolist(), strict=True
        )
    }


def test_there_and_back_become_one_edge_and_none_is_shorter_than_the_straight_line():
    graph = graph_of_csv(NODES, EDGES)
    straight = np.hypot(*(graph.node_xy[0] - graph.node_xy[1]))
    assert straight == pytest.approx(96.3, abs=0.1)
    assert edges_of(graph) == {
        ("a", "b", 120.0, False),
        ("b", "c", 130.0, True),
        ("c", "b", 131.0, True),
        ("a", "b", 96.3, True),
    }
    assert "OpenStreetMap" in graph.attribution
    assert graph.to_xy([104.001, 30.0]) == pytest.approx(graph.node_xy[[1]])


@pytest.mark.parametrize(
    ("nodes", "edges", "said"),
    [
        (["id,lon"], EDGES, "nodes: lacks the column node_id"),
        ([], EDGES, "nodes: lacks the column node_id"),
        (NODES, ["from_node,to_node"], "edges: lacks the column length_m"),
        ([*NODES, "a,104,30"], EDGES, "nodes, line 5: node a is there twice"),
        ([*NODES, "d,east,30"], EDGES, "nodes, line 5: 'east' is not a number"),
        ([*NODES, "d,104"], EDGES, "nodes, line 5: '' is not a number"),
        (NODES, [*EDGES, "6,a,z,5"], "edges, line 7: there is no node z"),
        (NODES, [*EDGES, "6,a,b,nan"], "edges, line 7: 'nan' is not a number"),
        (NODES, [*EDGES, "6,a,b,-3"], "edges, line 7: the length -3 is negative"),
    ],
)
def test_a_file_without_sense_is_told_with_its_line(nodes, edges, said):
    with pytest.raises(BadProblem, match=said):
        graph_of_csv(nodes, edges)


def osm(*ways, nodes=5):
    """Nodes 1, 2, … in a row 0.001 degrees apart, and ways given as (refs, tags)."""
    lines = [f'<node id="{i}" lon="{104 + i / 1000}" lat="30"/>' for i in range(1, nodes + 1)]
    for refs, tags in ways:
        inside = "".join(f'<nd ref="{ref}"/>' for ref in refs.split())
        inside += "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
        lines.append(f'<way id="9">{inside}</way>')
    return io.BytesIO(f"<osm version='0.6'>{''.join(lines)}</osm>".encode())


def pairs(graph):
    return {(a, b, one_way) for a, b, _, one_way in edges_of(graph)}


@pytest.mark.parametrize(
    ("tags", "wanted"),
    [
        ({"highway": "residential"}, {("1", "2", False)}),
        ({"highway": "footway"}, {("1", "2", False)}),
        ({"highway": "primary", "oneway": "yes"}, {("1", "2", True)}),
        ({"highway": "primary", "oneway": "-1"}, {("2", "1", True)}),
        ({"highway": "tertiary", "junction": "roundabout"}, {("1", "2", True)}),
        ({"highway": "tertiary", "junction": "roundabout", "oneway": "no"}, {("1", "2", False)}),
        ({"highway": "motorway"}, set()),
        ({"highway": "motorway", "foot": "yes"}, {("1", "2", False)}),
        ({"highway": "construction", "foot": "yes"}, set()),
        ({"highway": "service", "access": "private"}, set()),
        ({"highway": "service", "access": "private", "foot": "permissive"}, {("1", "2", False)}),
        ({"highway": "residential", "foot": "no"}, set()),
        ({"highway": "pedestrian", "area": "yes"}, set()),
        ({"railway": "rail"}, set()),
    ],
)
def test_what_may_be_walked_in_osm(tags, wanted):
    assert pairs(graph_of_osm(osm(("1 2", tags)))) == wanted


def test_ways_join_at_their_nodes_and_end_at_the_edge_of_the_extract():
    street = {"highway": "residential"}
    graph = graph_of_osm(osm(("1 2 3 99 4", street), ("3 5", street | {"oneway": "yes"}), ("3 3", street)))
    assert pairs(graph) == {("1", "2", False), ("2", "3", False), ("3", "5", True)}
    assert graph.name == ("1", "2", "3", "5")
    plan = solve(graph.problem(np.array([3]), 500.0))
    assert plan.metres.tolist() == pytest.approx([385.2, 288.9, 192.6, 0], abs=0.2)
    assert solve(graph.problem(np.array([3]), 500.0, foot=False)).target.tolist() == [3]


def test_other_classes_can_be_asked_for():
    assert pairs(graph_of_osm(osm(("1 2", {"highway": "motorway"})), classes={"motorway"})) == {("1", "2", False)}


@pytest.mark.parametrize(
    "text", [b"", b"not xml", b"<osm><node id='1'/></osm>", b"<osm><node id='1' lon='x' lat='3'/></osm>"]
)
def test_what_is_no_osm_is_told(text):
    with pytest.raises(BadProblem, match="OSM XML"):
        graph_of_osm(io.BytesIO(text))


def test_an_extract_without_streets_is_an_empty_graph():
    graph = graph_of_osm(osm())
    assert (len(graph.name), graph.edge.shape, graph.node_xy.shape) == (0, (0, 2), (0, 2))
