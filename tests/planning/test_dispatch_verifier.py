"""The verifier of dispatch finds every kind of mistake, and names it."""

from dataclasses import replace

import numpy as np
import pytest

from linli.planning.dispatch import Exhaustive, solve
from linli.planning.verify.dispatch import verify
from tests.planning.test_dispatch import by_hand


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"chosen": np.zeros((2, 3), np.int32)}, "chosen: i of shape"),
        ({"cost": np.zeros((2, 2), np.int32)}, "cost: f of shape"),
        ({"certificate": None}, "certificate is not exhaustive"),
        ({"certificate": Exhaustive(np.array([3, 2]))}, "request 1 has 1 fit people, not 2"),
        ({"chosen": np.array([[1, -1], [3, -1]])}, "request 0 should have 2 people"),
        ({"chosen": np.array([[1, 2], [3, 0]])}, "request 1 should have 1 people"),
        ({"chosen": np.array([[1, 1], [3, -1]])}, "offered somebody twice"),
        ({"chosen": np.array([[1, 3], [3, -1]])}, "person 3, who is not fit"),
        ({"chosen": np.array([[1, 9], [3, -1]])}, "person 9, who is not fit"),
        ({"chosen": np.array([[2, 1], [3, -1]])}, "choice 0 should be person 1"),
        ({"chosen": np.array([[1, 0], [3, -1]])}, "choice 1 should be person 2"),
        ({"cost": np.array([[200.0, 301.0], [350.0, np.inf]])}, "request 0: claims costs"),
        ({"objective": 849.0}, "claims the objective"),
        ({"objective": float("nan")}, "claims the objective"),
        ({"bound": 851.0}, "claims the bound"),
        ({"gap": 0.1}, "claims the gap"),
        ({"fair": True}, "request 0 has 2 fit people, not 3"),
    ],
)
def test_a_plan_broken_on_purpose_is_named(changes, said):
    right = solve(by_hand())
    assert verify(by_hand(), right) == []
    assert any(said in wrong for wrong in verify(by_hand(), replace(right, **changes)))


def test_of_equal_people_the_lower_comes_first():
    problem = by_hand(vol_xy=np.full((4, 2), 30.0), load=np.zeros(4, int))
    right = solve(problem)
    assert right.chosen[0].tolist() == [0, 1]
    wrong = replace(right, chosen=np.array([[0, 2], [3, -1]]))
    assert verify(problem, wrong) == ["request 0: of equal people the lower, 1, comes first"]


def test_a_plan_of_another_problem_is_refused():
    assert verify(by_hand(k=1), solve(by_hand())) == ["the plan is of another problem"]


def test_what_is_wrong_everywhere_is_told_a_few_times_only():
    problem = by_hand(req_xy=np.zeros((50, 2)), req_skill=np.zeros(50, int))
    wrong = replace(solve(problem), chosen=np.full((50, 2), -1))
    assert verify(problem, wrong)[-1] == "and more"
