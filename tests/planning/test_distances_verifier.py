"""The verifier of distances finds every kind of mistake, and names it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.planning.distances import Components, solve
from linli.planning.verify.distances import verify
from tests.planning.test_distances import by_hand, small_graphs, straight


def f4(*values):
    return np.array(values, np.float32)


def components(label, size, stuck):
    return Components(np.array(label, np.int32), np.array(size, np.int32), np.array(stuck))


# right: indptr 0 4 6 7; target 0 1 2 3 | 3 4 | 5; metres 0 100 200 300 | 0 50 | 0
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"certificate": None}, "certificate is not potentials"),
        ({"indptr": np.array([0, 4, 7])}, "indptr: 4 whole numbers"),
        ({"indptr": np.array([0, 6, 4, 7])}, "indptr: 4 whole numbers"),
        ({"target": np.array([0, 1, 2])}, "target: i of shape"),
        ({"metres": np.zeros(7, int)}, "metres: f of shape"),
        ({"target": np.array([0, 1, 2, 9, 3, 4, 5])}, "holds what is no node"),
        ({"target": np.array([0, 2, 1, 3, 3, 4, 5])}, "does not rise at pair 2"),
        ({"metres": f4(0, 100, 200, np.nan, 0, 50, 0)}, "holds what is no length"),
        ({"metres": f4(0, 100, 200, 290, 0, 50, 0)}, "source 0: target 3 claims metres that are not the shortest"),
        ({"metres": f4(0, 100, 200, 300, 0, 60, 0)}, "source 1: target 4 claims metres that are not the shortest"),
        ({"metres": f4(1, 100, 200, 300, 0, 50, 0)}, "source 0: is not among its own targets"),
        ({"target": np.array([0, 1, 2, 5, 3, 4, 5])}, "source 0: target 3 is within reach but missing"),
        (
            {"indptr": np.array([0, 5, 7, 8]), "target": np.array([0, 1, 2, 3, 4, 3, 4, 5])}
            | {"metres": f4(0, 100, 200, 300, 350, 0, 50, 0)},
            "source 0: target 4 is not within reach",
        ),
        (
            {"indptr": np.array([0, 4, 6, 8]), "target": np.array([0, 1, 2, 3, 3, 4, 0, 5])}
            | {"metres": f4(0, 100, 200, 300, 0, 50, 10, 0)},
            "source 2: target 0 is not attained",
        ),
        ({"indptr": np.array([0, 4, 4, 5]), "target": np.array([0, 1, 2, 3, 5]), "metres": f4(0, 100, 200, 300, 0)},
         "source 1: is not among its own targets"),
        ({"objective": 1.0}, "claims the objective 1.0"),
        ({"bound": 10**6}, "claims the bound"),
        ({"gap": 0.5}, "claims the gap 0.5"),
        ({"components": components([0] * 6, [6], [False] * 2)}, "components: labels of all nodes"),
        ({"components": components([0, 0, 0, 1, 1, 1], [4, 2], [False] * 3)}, "the sizes are not those"),
        ({"components": components([0, 0, 0, 1, 1, 1], [3, 3], [False] * 3)}, "node 5 is not joined both ways"),
        ({"components": components([0, 0, 0, 0, 0, 1], [5, 1], [False] * 3)}, "node 3 is not joined both ways"),
        ({"components": components([0, 0, 0, 1, 1, 2], [3, 2, 1], [False] * 3)}, "source 1 is wrongly said"),
        ({"components": components([0, 0, 1, 2, 2, 3], [2, 1, 2, 1], [False] * 3)}, "sizes are not those"),
        ({"components": components([1, 2, 2, 0, 0, 3], [2, 1, 2, 1], [False] * 3)}, "sizes are not those"),
        ({"components": components([0, 0, 2, 1, 1, 3], [2, 2, 1, 1], [False] * 3)}, "two of them reach each other"),
    ],
)  # fmt: skip
def test_a_plan_broken_on_purpose_is_named(changes, said):
    right = solve(by_hand())
    assert verify(by_hand(), right) == []
    assert any(said in wrong for wrong in verify(by_hand(), replace(right, **changes)))


def test_straight_lines_are_measured_again():
    problem = straight(reach_m=150.0, source=np.array([3]))
    right = solve(problem)
    assert right.target.tolist() == [0, 1, 2, 3, 4]
    for changes, said in (
        ({"metres": right.metres + f4(1, 0, 0, 0, 0)}, "claims metres"),
        ({"metres": right.metres + f4(0, 0, 0, 1, 0)}, "is not among its own targets"),
        ({"target": np.array([0, 1, 2, 3, 5])}, "target 5 is not within reach"),
        (
            {"target": right.target[1:], "metres": right.metres[1:], "indptr": np.array([0, 4])},
            "target 0 is within reach but missing",
        ),
        ({"components": components([0, 0, 0, 0, 0, 1], [5, 1], [False])}, "without edges nothing is cut off"),
    ):
        assert any(said in wrong for wrong in verify(problem, replace(right, **changes))), said


def test_a_plan_of_another_problem_is_refused():
    assert verify(by_hand(reach_m=1.0), solve(by_hand())) == ["the plan is of another problem"]


@settings(max_examples=150)
@given(small_graphs(), st.integers(0, 10**6), st.sampled_from([-0.05, 0.05]))
def test_any_length_that_is_not_right_is_noticed(problem, which, by):
    right = solve(problem)
    if not right.work:
        return
    metres = right.metres.copy()
    metres[which % len(metres)] = max(0, metres[which % len(metres)] + by)
    if abs(metres - right.metres).max() > 1e-5:  # a micrometre is let pass
        wrong = verify(problem, replace(right, metres=metres))
        assert any("claims metres" in said or "own targets" in said for said in wrong)


@settings(max_examples=150)
@given(small_graphs(), st.integers(0, 10**6))
def test_any_target_that_is_missing_is_noticed(problem, which):
    right = solve(problem)
    if not right.work:
        return
    at = which % right.work
    indptr = right.indptr - (right.indptr > at)
    wrong = replace(right, indptr=indptr, target=np.delete(right.target, at), metres=np.delete(right.metres, at))
    assert any("missing" in said or "own targets" in said or "attained" in said for said in verify(problem, wrong))
