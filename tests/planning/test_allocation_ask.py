"""What a warm state answers is what solving again would find, and nothing is changed by asking."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from linli.planning.allocation import explain, solve
from linli.planning.allocation.repair import (
    Change,
    alternatives,
    prepare,
    price_of,
    what_if,
    why,
    worth_of_one_more,
)
from linli.planning.errors import BadProblem
from tests.planning.problems import by_hand, metres_between, small_problems

often = settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])


@often
@given(st.data(), small_problems())
def test_the_price_of_a_nearer_grid_is_what_pinning_to_it_would_cost(data, problem):
    plan = solve(problem)
    state = prepare(problem, plan)
    walk = metres_between(problem)
    held = np.bincount(problem.pinned[problem.pinned >= 0], minlength=problem.n_grids)
    could = [
        (i, x)
        for i in range(problem.n_people)
        for x in np.flatnonzero(np.isfinite(walk[i]))
        if problem.pinned[i] < 0 and held[x] < problem.most[x]
    ]
    assume(could)
    person, grid = data.draw(st.sampled_from(could))
    pinned = problem.pinned.copy()
    pinned[person] = grid
    assert price_of(state, int(person), int(grid)) == solve(replace(problem, pinned=pinned)).objective - plan.objective
    assert state.apply(Change()).grid.tolist() == plan.grid.tolist()


@often
@given(st.data(), small_problems())
def test_one_more_is_worth_what_solving_again_with_them_gains(data, problem):
    assume(problem.n_grids)
    plan = solve(problem)
    grid = data.draw(st.integers(0, problem.n_grids - 1))
    skills, metres = data.draw(st.integers(0, 7)), data.draw(st.integers(0, int(problem.reach_m)))
    worth = worth_of_one_more(prepare(problem, plan), grid, skills=skills, metres=metres)
    more = {
        "vol_skills": np.append(problem.vol_skills, skills),
        "vol_only": np.append(problem.vol_only, grid),
        "pinned": np.append(problem.pinned, -1),
    }
    if problem.vol_xy is not None:
        more["vol_xy"] = np.vstack([problem.vol_xy, problem.grid_xy[grid] + [metres, 0]])
    else:
        more["arc_vol"] = np.append(problem.arc_vol, problem.n_people)
        more["arc_grid"] = np.append(problem.arc_grid, grid)
        more["arc_m"] = np.append(problem.arc_m, metres)
    assert worth == plan.objective - solve(replace(problem, **more)).objective


@often
@given(st.data(), small_problems())
def test_alternatives_get_cheaper_with_every_move_allowed_and_the_last_is_the_best(data, problem):
    plan = solve(problem)
    placed = np.flatnonzero(plan.grid >= 0)
    assume(placed.size)
    change = Change(leave=[int(data.draw(st.sampled_from(placed.tolist())))])
    state = prepare(problem, plan)
    found = alternatives(state, change)
    assert [one.most_moves for one in found] == [0, 1, 2, 3, None]
    assert [one.costs for one in found] == sorted((one.costs for one in found), reverse=True)
    assert found[-1].costs == 0
    assert all(one.moves <= one.most_moves for one in found[:-1])
    assert what_if(state, change).objective == solve(_without(problem, change)).objective


def _without(problem, change):
    state = prepare(problem, solve(problem))
    state.apply(change)
    return state.problem()


@often
@given(small_problems())
def test_a_warm_state_says_what_the_plan_says_with_prices_that_are_exact(problem):
    plan = solve(problem)
    state = prepare(problem, plan)
    held = np.bincount(problem.pinned[problem.pinned >= 0], minlength=problem.n_grids)
    assume((held < problem.most).all())
    for person in range(problem.n_people):
        cold = [fact for fact in explain(problem, plan, person) if fact.code != "only_grid"]
        warm = why(state, person)
        assert [fact.code for fact in warm if fact.code != "would_change"] == [fact.code for fact in cold]
        for lower, exact in zip(cold, warm, strict=False):
            assert dict(lower.facts) | {"price": 0} == dict(exact.facts) | {"price": 0}
            assert lower.facts.get("price", 0) <= exact.facts.get("price", 0)
        if warm[-1].code == "would_change":
            assert warm[-1].facts["price"] == min(f.facts["price"] for f in warm if f.code == "nearer")


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda state: price_of(state, 3, 0), "person: 3 is not from 0 to 2"),
        (lambda state: price_of(state, 0, 2), "grid: 2 is not from 0 to 1"),
        (lambda state: price_of(state, 2, 1), "stays where they are pinned"),
        (lambda state: price_of(state, 0, 1), "cannot reach grid 1"),
        (lambda state: worth_of_one_more(state, 5), "grid: 5 is not from 0 to 1"),
        (lambda state: worth_of_one_more(state, 0, metres=900), "metres: 900 is not from 0 to 850"),
    ],
)
def test_a_question_without_sense_is_named(ask, said):
    problem = by_hand(reach_m=850.0, pinned=np.array([-1, -1, 1]))
    with pytest.raises(BadProblem) as refused:
        ask(prepare(problem, solve(problem)))
    assert said in str(refused.value)
