"""The verifier of reinforcement finds every kind of mistake, and names it; its bound is one whatever the prices."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.planning.reinforcement import Shortage, solve
from linli.planning.verify.reinforcement import verify
from tests.planning.test_reinforcement import best_of_every_plan, by_hand, drawn, tiny_problems


def sent(*rows):
    return np.array(rows).reshape(2, 2, 2)


def broken(problem, **changes):
    plan = solve(problem, max_work=10_000)
    prices = plan.certificate
    for given_as, name in (("supply_price", "supply"), ("skill_price", "skill")):
        if given_as in changes:
            prices = replace(prices, **{name: changes.pop(given_as)})
    return replace(plan, **{"certificate": prices} | changes)


# right: department 0 sends [1, 3] to district 0, department 1 sends [1, 1] to district 1; 70 minutes
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"certificate": None}, "certificate is not multipliers"),
        ({"sent": np.zeros((2, 2))}, "sent: whole numbers of shape"),
        ({"sent": np.zeros((2, 2, 2))}, "sent: whole numbers of shape"),
        ({"sent": sent(1, 3, 0, 0, 0, 0, 1, -1)}, "sends fewer than nobody"),
        ({"sent": sent(1, 4, 0, 0, 0, 0, 1, 1)}, "department 0 sends 4 people of skill 1, but has 3"),
        ({"sent": sent(1, 3, 0, 1, 0, 0, 1, 1)}, "department 0 sends 4 people of skill 1, but has 3"),
        ({"sent": sent(1, 2, 0, 0, 0, 0, 1, 1)}, "claims the objective 70, but it is 5060"),
        ({"sent": sent(1, 3, 0, 0, 0, 0, 0, 2)}, "claims the objective 70, but it is 2070"),
        ({"sent": sent(1, 3, 0, 0, 0, 0, 0, 2)}, "claims shortages"),
        ({"objective": 69}, "claims the objective 69"),
        ({"bound": 71}, "claims the bound 71, but the multipliers prove only 70"),
        ({"gap": 0.3}, "claims the gap 0.3"),
        ({"bound": 60, "gap": 10 / 70}, "claims to be optimal"),
        ({"supply_price": np.array([[-1, 0], [0, 0]])}, "price is negative"),
        ({"supply_price": np.full((2, 2), 2**50)}, "beyond reason"),
        ({"skill_price": np.array([[-1, 0], [0, 0]])}, "skill's price is not from 0"),
        ({"skill_price": np.array([[2_000_001, 0], [0, 0]])}, "skill's price is not from 0"),
        ({"supply_price": np.full((2, 2), 9_000)}, "the multipliers prove only"),
        ({"shortage": Shortage(np.array([0, 0]), np.zeros((2, 2), int), np.array([1]))}, "does not name the districts"),
        ({"shortage": Shortage(np.array([1, 0]), np.zeros((2, 2), int), np.array([], int))}, "claims shortages"),
    ],
)
def test_a_plan_broken_on_purpose_is_named(changes, said):
    assert verify(by_hand(), broken(by_hand())) == []
    assert any(said in wrong for wrong in verify(by_hand(), broken(by_hand(), **changes)))


def test_groups_that_are_too_small_are_named():
    problem = by_hand(least_group=3, pair_cost=10)
    wrong = broken(problem, sent=sent(1, 3, 0, 0, 0, 0, 1, 1))
    assert verify(problem, wrong) == ["department 1 sends 2 to district 1, but at least 3 go, or nobody"]


def test_a_plan_of_another_problem_is_refused():
    assert verify(by_hand(unmet_head=1), broken(by_hand())) == ["the plan is of another problem"]


@settings(max_examples=150)
@given(tiny_problems(), st.integers(0, 2**20))
def test_any_prices_prove_a_bound_that_no_plan_beats(problem, seed):
    rng = np.random.default_rng(seed)
    plan = solve(problem, max_work=2_000)
    departments, districts, skills = problem.sizes
    prices = replace(
        plan.certificate,
        supply=rng.integers(0, 30_000, (departments, skills)),
        skill=rng.integers(0, 1_000 * problem.unmet_skill + 1, (districts, skills)),
    )
    said = verify(problem, replace(plan, certificate=prices, bound=10**9, gap=0.0))
    proved = next(int(wrong.split()[-1]) for wrong in said if "prove only" in wrong)
    assert proved <= best_of_every_plan(problem)


@pytest.mark.parametrize("group", [1, 3])
def test_the_bound_of_the_solver_is_all_that_its_prices_prove(group):
    problem = drawn(7, least_group=group)
    plan = solve(problem, max_work=1_500_000)
    assert verify(problem, plan) == []
    more = replace(plan, bound=plan.bound + 1, gap=(plan.objective - plan.bound - 1) / plan.objective)
    assert verify(problem, more) == [f"claims the bound {plan.bound + 1}, but the multipliers prove only {plan.bound}"]
