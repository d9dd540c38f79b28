"""Why a person stands where they do, and what is short."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from linli.planning.allocation import explain, explain_grid, nearest_places, prices_there, solve
from tests.planning.problems import by_hand, metres_between, small_problems

calm = settings(max_examples=60)


def codes(problem, person):
    return [fact.code for fact in explain(problem, solve(problem), person)]


def test_a_person_in_the_nearest_place_is_told_so():
    problem = by_hand()
    placed, nearest = explain(problem, solve(problem), 0)
    assert placed.code == "placed"
    assert placed.facts == {"grid": 0, "metres": 100, "role": 0, "heads": 2, "want": 2}
    assert nearest.code == "nearest"


def test_a_person_sent_farther_is_told_the_price_of_the_nearer_place():
    # only the person 100 m from grid 0 can serve grid 1, which lacks one more head even so
    far = {"reach_m": 1000.0, "vol_xy": np.array([[100.0, 0.0], [-200.0, 0.0], [-300.0, 0.0]])}
    far |= {"want": np.array([2, 2]), "most": np.array([2, 2])}
    problem = by_hand(**far)
    plan = solve(problem)
    assert plan.grid[0] == 1
    nearer = next(fact for fact in explain(problem, plan, 0) if fact.code == "nearer")
    assert (nearer.facts["grid"], nearer.facts["metres"]) == (0, 100)
    instead = solve(by_hand(**far, pinned=np.array([0, -1, -1])))
    assert 90_000 < nearer.facts["price"] <= instead.objective - plan.objective


@calm
@given(small_problems())
def test_a_price_never_says_more_than_forcing_the_person_there_costs(problem):
    plan = solve(problem)
    for person in np.flatnonzero(problem.pinned < 0):
        for fact in explain(problem, plan, int(person)):
            if fact.code != "nearer":
                continue
            pinned = problem.pinned.copy()
            pinned[person] = fact.facts["grid"]
            if np.bincount(pinned[pinned >= 0])[fact.facts["grid"]] > problem.most[fact.facts["grid"]]:
                continue
            assert solve(replace(problem, pinned=pinned)).objective - plan.objective >= fact.facts["price"]


def test_the_unplaced_are_told_why():
    assert codes(by_hand(reach_m=10.0), 0) == ["nobody_in_reach"]
    assert codes(by_hand(want=np.array([1, 1]), most=np.array([1, 1])), 1) == ["all_served"]
    assert codes(by_hand(vol_only=np.array([1, -1, -1]), reach_m=10.0), 0) == ["only_grid", "nobody_in_reach"]


def test_the_pinned_are_told_that_they_stay():
    assert codes(by_hand(pinned=np.array([0, -1, -1])), 0) == ["pinned", "placed"]


def test_there_is_no_reason_for_nobody():
    with pytest.raises(IndexError):
        explain(by_hand(), solve(by_hand()), 3)


@calm
@given(small_problems())
def test_everyone_gets_a_reason_and_no_price_is_negative(problem):
    plan = solve(problem)
    for person in range(problem.n_people):
        facts = explain(problem, plan, person)
        assert facts
        assert all(fact.facts.get("price", 0) >= 0 for fact in facts)


@calm
@given(small_problems())
def test_shortage_lists_each_short_grid_once_and_the_worst_served_first(problem):
    plan = solve(problem)
    heads = np.bincount(plan.grid[plan.grid >= 0], minlength=problem.n_grids)
    short = plan.shortage
    missing = np.maximum(problem.want - heads, 0)
    assert short.short_tier.sum() == missing.sum()
    assert set(np.flatnonzero(missing)) <= set(short.grid.tolist())
    share = np.minimum(short.heads / np.maximum(short.want, 1), 1)
    assert (np.diff(share) >= 0).all()
    assert short.short_quota.sum() == problem.quota.sum() - (plan.role >= 0).sum()


def test_a_grid_that_has_what_it_asks_for_is_told_what_it_has():
    problem = by_hand()
    (held,) = explain_grid(problem, solve(problem), 0)
    assert (held.code, held.facts["heads"], held.facts["want"]) == ("held", 2, 2)


def test_a_grid_nobody_lives_near_is_told_so():
    problem = by_hand(grid_xy=np.array([[0.0, 0.0], [9_000.0, 0.0]]))
    _, nobody = explain_grid(problem, solve(problem), 1)
    assert (nobody.code, nobody.facts) == ("nobody_near", {"grid": 1, "reach_m": 950.0})


def test_a_short_grid_is_told_where_those_within_reach_stand_and_which_skill_is_short():
    """Two people serve grid 0 and one grid 1, which wants three and a medic: both of grid 0 live within its reach."""
    problem = by_hand(want=np.array([2, 3]), most=np.array([2, 3]), quota=np.array([[1], [2]]), reach_m=990.0)
    plan = solve(problem)
    held, stand, skill = explain_grid(problem, plan, 1)
    here = int((plan.grid == 1).sum())
    assert held.facts["heads"] == here < 3
    elsewhere = [i for i in range(3) if plan.grid[i] != 1]
    assert stand.facts["missing"] == 3 - here
    assert stand.facts["within_reach"] == len(elsewhere)
    assert stand.facts["nowhere"] == sum(1 for i in elsewhere if plan.grid[i] < 0) == 0
    assert skill.code == "skill_short"


@calm
@given(small_problems())
def test_the_counts_of_a_grid_agree_with_counting_the_plain_way(problem):
    plan = solve(problem)
    walk = metres_between(problem)
    for grid in range(problem.n_grids):
        facts = {fact.code: fact.facts for fact in explain_grid(problem, plan, grid)}
        could = [
            i for i in np.flatnonzero(np.isfinite(walk[:, grid])) if problem.pinned[i] < 0 and plan.grid[i] != grid
        ]
        heads = int((plan.grid == grid).sum())
        assert facts["held"]["heads"] == heads
        assert ("nobody_near" in facts) == (heads < problem.want[grid] and not could)
        if "stand_elsewhere" in facts:
            assert facts["stand_elsewhere"]["within_reach"] == len(could)
            assert facts["stand_elsewhere"]["nowhere"] == sum(1 for i in could if plan.grid[i] < 0)


@pytest.mark.parametrize("grid", [-1, 2])
def test_a_grid_that_is_not_there_is_refused(grid):
    with pytest.raises(IndexError):
        explain_grid(by_hand(), solve(by_hand()), grid)


@calm
@given(small_problems())
def test_the_nearest_place_of_everybody_at_once_is_the_nearest_there_is_at_the_price_that_one_is_told(problem):
    plan = solve(problem)
    free = np.flatnonzero(problem.pinned < 0)
    walk = metres_between(problem)[free]
    grid, metres = nearest_places(problem, free)
    for row in range(len(free)):
        reached = walk[row][np.isfinite(walk[row])]
        assert (grid[row] >= 0) == (reached.size > 0)
        assert not reached.size or metres[row] == reached.min() == walk[row, grid[row]]
    near = np.flatnonzero(grid >= 0)
    prices = prices_there(problem, plan, free[near], grid[near], metres[near])
    for person, there, price in zip(free[near], grid[near], prices, strict=True):
        assert price >= 0
        told = [fact for fact in explain(problem, plan, int(person)) if fact.code == "nearer"]
        assert all(fact.facts["price"] == price for fact in told if fact.facts["grid"] == there)
