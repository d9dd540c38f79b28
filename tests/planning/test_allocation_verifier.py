"""The verifier finds every kind of mistake, and names it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.planning.allocation import solve
from linli.planning.verify.allocation import verify
from tests.planning.problems import by_hand, small_problems


def broken(**changes):
    """A right plan of the problem by hand with parts replaced, prices by `person=`, `role_price=`, `head=`."""
    plan = solve(by_hand())
    prices = plan.certificate
    for given_as, name in (("person", "person"), ("role_price", "role"), ("head", "head")):
        if given_as in changes:
            prices = replace(prices, **{name: changes.pop(given_as)})
    return replace(plan, certificate=prices, **changes)


def as_i4(*values):
    return np.array(values, np.int32)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"grid": as_i4(0, 0)}, "grid: whole numbers of shape"),
        ({"grid": np.array([0.0, 0.0, 1.0])}, "grid: whole numbers"),
        ({"grid": as_i4(0, 0, 2)}, "does not exist"),
        ({"role": np.array([1, -1, -1], np.int8)}, "does not exist"),
        ({"grid": as_i4(0, 0, -1), "role": np.array([0, -1, 0], np.int8)}, "has a role but no place"),
        ({"role": np.array([-1, 0, -1], np.int8)}, "fills a role without its skill"),
        ({"role": np.array([0, -1, 0], np.int8)}, "role 0, but only 0 places"),
        ({"grid": as_i4(0, 1, 1)}, "grid 1 has 2 people, but holds at most 1"),
        ({"grid": as_i4(0, 0, -1)}, "claims the objective"),
        ({"objective": 5}, "claims the objective 5"),
        ({"bound": 0}, "claims the bound 0, but the prices prove only"),
        ({"gap": 0.5}, "claims the gap 0.5"),
        ({"person": np.array([-1, 0, 0])}, "price of person 0 is negative"),
        ({"person": np.zeros(3, np.int64)}, "the prices are broken on"),
        ({"role_price": np.array([[10**6], [0]])}, "the prices are broken on"),
        ({"head": np.array([-(2**50), 0])}, "beyond reason"),
        ({"head": np.zeros(2, np.int64), "role_price": np.zeros((2, 1), np.int64)}, "the prices prove only"),
        ({"person": np.zeros((3, 1), np.int64)}, "person prices: whole numbers"),
    ],
)
def test_a_plan_broken_on_purpose_is_named(changes, said):
    assert verify(by_hand(), broken()) == []
    assert any(said in wrong for wrong in verify(by_hand(), broken(**changes)))


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        ({"reach_m": 150.0}, "out of reach"),
        ({"vol_only": np.array([1, -1, -1])}, "may serve another grid only"),
        ({"pinned": np.array([1, -1, -1])}, "is pinned elsewhere"),
    ],
)
def test_a_placement_that_breaks_a_rule_of_its_problem_is_named(problem, said):
    other = by_hand(**problem)
    plan = replace(broken(), problem_digest=other.digest)
    assert any(said in wrong for wrong in verify(other, plan))


def test_a_plan_of_another_problem_is_refused():
    assert verify(by_hand(reach_m=940.0), broken()) == ["the plan is of another problem"]


def test_a_worse_plan_may_not_call_itself_optimal():
    worse = broken(grid=as_i4(0, 0, -1))
    worse = replace(worse, objective=worse.objective + 400_000 - 100)
    worse = replace(worse, gap=(worse.objective - worse.bound) / abs(worse.objective))
    assert verify(by_hand(), worse) == ["claims to be optimal, but the objective is above the bound"]
    assert verify(by_hand(), replace(worse, stopped_because="budget")) == []


@settings(max_examples=60)
@given(small_problems(), st.integers(0, 10**6))
def test_cheaper_people_are_noticed_in_any_problem(problem, which):
    plan = solve(problem)
    if not problem.n_people:
        return
    person = plan.certificate.person.copy()
    person[which % len(person)] -= 1
    wrong = verify(problem, replace(plan, certificate=replace(plan.certificate, person=person)))
    assert any("broken on" in said or "is negative" in said for said in wrong)
