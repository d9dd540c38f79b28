"""Distances are the shortest, all that are within reach are there, and what is cut off is said."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.planning.distances import DistancesProblem, graph_of_csv, snap, solve, solve_kept, street
from linli.planning.errors import BadProblem, Cancelled, OutOfTime
from linli.planning.verify.distances import verify

STREETS = Path(__file__).parents[1] / "data" / "chengdu-roads"


def by_hand(**changes):
    """A square of 100 m edges of which the north one leads west only, a node behind the last corner, and one alone."""
    parts = {
        "node_xy": np.array([[0, 0], [100, 0], [100, 100], [0, 100], [0, 150], [500, 500]]),
        "edge": np.array([[0, 1], [1, 2], [2, 3], [3, 4]]),
        "edge_m": np.array([100.0, 100.0, 100.0, 50.0]),
        "one_way": np.array([False, False, True, False]),
        "source": np.array([0, 3, 5]),
        "reach_m": 300.0,
    }
    return DistancesProblem(**parts | changes)


def straight(**changes):
    parts = {"edge": None, "edge_m": None, "one_way": None}
    return by_hand(**parts | changes)


def rows(plan):
    return [dict(zip(*(part.tolist() for part in plan.of(i)), strict=True)) for i in range(len(plan.indptr) - 1)]


def test_one_way_streets_bind_unless_one_walks():
    assert rows(solve(by_hand())) == [{0: 0, 1: 100, 2: 200, 3: 300}, {3: 0, 4: 50}, {5: 0}]
    on_foot = solve(by_hand(foot=np.array(True)))
    assert rows(on_foot) == [{0: 0, 1: 100, 2: 200, 3: 300}, {0: 300, 1: 200, 2: 100, 3: 0, 4: 50}, {5: 0}]


def test_what_is_cut_off_is_said():
    plan = solve(by_hand())
    assert plan.components.label.tolist() == [0, 0, 0, 1, 1, 2]
    assert plan.components.size.tolist() == [3, 2, 1]
    assert plan.components.stuck.tolist() == [False, True, True]
    on_foot = solve(by_hand(foot=np.array(True)))
    assert on_foot.components.size.tolist() == [5, 1]
    assert on_foot.components.stuck.tolist() == [False, False, True]


def test_straight_lines_and_their_detour():
    assert rows(solve(straight(reach_m=150.0)))[1] == {0: 100, 2: 100, 3: 0, 4: 50, 1: pytest.approx(141.42136)}
    assert rows(solve(straight(reach_m=150.0, detour=np.array(1.5))))[1] == {0: 150, 2: 150, 3: 0, 4: 75}
    assert solve(straight()).components.size.tolist() == [6]


@st.composite
def small_graphs(draw):
    seed = draw(st.integers(0, 2**20))
    rng = np.random.default_rng(seed)
    n, e = draw(st.integers(1, 9)), draw(st.integers(0, 16))
    return by_hand(
        node_xy=rng.integers(0, 50, (n, 2)),
        edge=rng.integers(0, n, (e, 2)),
        # many ties, and ways of no length
        edge_m=rng.integers(0, draw(st.sampled_from([2, 9])), e) * draw(st.sampled_from([1.0, 0.1, 1e-6])),
        one_way=rng.integers(0, 2, e) == 1,
        source=rng.integers(0, n, draw(st.integers(0, 5))),
        reach_m=draw(st.sampled_from([0.0, 0.35, 5.0, 1e9])),
        foot=draw(st.sampled_from([None, np.array(True), np.array(False)])),
    )


def shortest(problem):
    """Floyd and Warshall."""
    n = len(problem.node_xy)
    way = np.where(np.eye(n, dtype=bool), 0.0, np.inf)
    for (tail, head), metres, one_way in zip(problem.edge, problem.edge_m, problem.one_way, strict=True):
        way[tail, head] = min(way[tail, head], metres)
        if not one_way or (problem.foot is not None and problem.foot):
            way[head, tail] = min(way[head, tail], metres)
    for middle in range(n):
        way = np.minimum(way, way[:, middle, None] + way[None, middle, :])
    return way


@settings(max_examples=300)
@given(small_graphs())
def test_every_way_is_the_shortest_and_none_within_reach_is_missing(problem):
    plan, way = solve(problem), shortest(problem)
    for i, source in enumerate(problem.source):
        target, metres = plan.of(i)
        within = np.flatnonzero(way[source] <= problem.reach_m)
        assert target.tolist() == within.tolist()
        assert metres == pytest.approx(way[source, within], rel=1e-6, abs=1e-9)
    assert verify(problem, plan) == []
    both = np.isfinite(way) & np.isfinite(way.T)
    label = plan.components.label
    assert ((label[:, None] == label[None, :]) == both).all()
    assert plan.components.stuck.tolist() == [not np.isfinite(way[s, label == 0]).any() for s in problem.source]


@settings(max_examples=150)
@given(small_graphs(), st.sampled_from([None, 1.0, 1.36]), st.sampled_from([0.0, 3.0, 20.0, 1e9]))
def test_every_straight_line_within_reach_is_there(graph, detour, reach_m):
    problem = straight(
        node_xy=graph.node_xy,
        source=graph.source,
        reach_m=reach_m,
        detour=None if detour is None else np.array(detour),
    )
    plan = solve(problem)
    for i, source in enumerate(problem.source):
        walk = (detour or 1.0) * np.hypot(*(problem.node_xy - problem.node_xy[source]).T)
        target, metres = plan.of(i)
        assert target.tolist() == np.flatnonzero(walk <= reach_m).tolist()
        assert metres == pytest.approx(walk[target], rel=1e-6)
    assert verify(problem, plan) == []


def test_many_sources_come_in_several_helpings_alike(monkeypatch):
    rng = np.random.default_rng(2)
    problem = by_hand(
        node_xy=rng.integers(0, 1_000, (300, 2)),
        edge=rng.integers(0, 300, (900, 2)),
        edge_m=rng.integers(1, 90, 900),
        one_way=rng.integers(0, 2, 900) == 1,
        source=rng.integers(0, 300, 500),
        reach_m=120.0,
    )
    whole = solve(problem)
    monkeypatch.setattr(street, "PAIRS_AT_ONCE", 301)
    monkeypatch.setattr(street, "SOURCES_AT_ONCE", 7)
    assert solve(problem).digest == whole.digest
    assert verify(problem, whole) == []


def chengdu():
    with (STREETS / "nodes.csv").open() as nodes, (STREETS / "edges.csv").open() as edges:
        return graph_of_csv(nodes, edges)


@pytest.mark.parametrize("foot", [False, True])
def test_the_streets_of_yulin(foot):
    graph = chengdu()
    problem = graph.problem(np.arange(len(graph.name)), 1_000.0, foot=foot)
    plan, way = solve(problem), shortest(problem)
    assert plan.work == (way <= 1_000).sum()
    assert verify(problem, plan) == []
    assert (len(plan.components.size) == 1) == foot
    straight_m = np.hypot(*(graph.node_xy[graph.edge[:, 0]] - graph.node_xy[graph.edge[:, 1]]).T)
    assert (graph.edge_m >= straight_m * 0.999 - 0.1).all()


def test_doors_go_to_the_nearest_node_and_the_walk_there_is_told():
    graph = chengdu()
    doors = graph.to_xy(graph.lon_lat[[5, 9]]) + np.array([3.0, 4.0])
    node, walk_m = snap(graph.node_xy, doors)
    assert (walk_m <= 5 + 1e-6).all()
    assert (np.hypot(*(graph.node_xy[node] - doors).T) == walk_m).all()
    main = solve(graph.problem(node, 500.0, foot=False)).components.label == 0
    node, walk_m = snap(graph.node_xy, doors, only=main)
    assert main[node].all()
    for bad, only in ((doors, np.zeros(len(main), bool)), (doors * np.nan, None)):
        with pytest.raises(BadProblem, match="snap"):
            snap(graph.node_xy, bad, only)


def test_what_was_found_once_is_kept_by_digest():
    kept = {}
    first = solve_kept(by_hand(), kept)
    assert list(kept) == [by_hand().digest]
    assert solve_kept(by_hand(), kept) is first
    other = by_hand(reach_m=250.0)
    assert solve_kept(other, kept).work < first.work
    kept[other.digest] = first  # somebody mixed them up
    assert solve_kept(other, kept, seed=3).problem_digest == other.digest


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"edge_m": np.array([100.0, -1.0, 100.0, 50.0])}, r"edge_m\[1\]: -1.0: is below 0"),
        ({"edge_m": np.array([100.0, np.nan, 100.0, 50.0])}, "is not a finite number"),
        ({"edge": np.array([[0, 1], [1, 2], [2, 6], [3, 4]])}, r"edge\[2,1\]: 6: is not a node from 0 to 5"),
        ({"edge": np.array([[0, 1]])}, "edge_m: has shape"),
        ({"source": np.array([6])}, r"source\[0\]: 6: is not a node"),
        ({"source": np.array([-1])}, "source.*is below 0"),
        ({"one_way": None}, "give all three or none"),
        ({"detour": np.array(1.3)}, "detour: is for straight lines"),
        ({"edge": None, "edge_m": None, "one_way": None, "foot": np.array(True)}, "but there are no edges"),
        ({"edge": None, "edge_m": None, "one_way": None, "detour": np.array(0.9)}, "detour.*below 1"),
        ({"reach_m": -1.0}, "reach_m: -1 is below 0"),
        ({"node_xy": np.empty((0, 2))}, "edge.*is not a node"),
    ],
)
def test_a_problem_without_sense_is_refused(changes, said):
    with pytest.raises(BadProblem, match=said):
        by_hand(**changes)


@pytest.mark.parametrize("changes", [{}, {"edge": np.empty((0, 2)), "edge_m": [], "one_way": []}])
def test_an_empty_map_has_no_pairs(changes):
    nothing = {"node_xy": np.empty((0, 2)), "source": np.empty(0)}
    problem = straight(**nothing | {name: np.asarray(value) for name, value in changes.items()})
    plan = solve(problem)
    assert (plan.work, plan.objective, plan.bound) == (0, 0, 0)
    assert verify(problem, plan) == []


def test_people_at_one_spot_are_at_0_m():
    problem = straight(node_xy=np.zeros((5, 2)), source=np.arange(5), reach_m=0.0)
    assert solve(problem).work == 25
    assert verify(problem, solve(problem)) == []


def test_a_spent_budget_and_a_wish_to_stop_are_heeded():
    for problem in (by_hand(), straight()):
        with pytest.raises(OutOfTime):
            solve(problem, budget_s=0.0)
        with pytest.raises(Cancelled):
            solve(problem, cancelled=lambda: True)
        heard = []
        solve(problem, progress=lambda share, step, heard=heard: heard.append(share))
        assert heard == sorted(heard)
        assert heard[-1] == 1.0
    assert replace(by_hand()).digest == by_hand().digest
