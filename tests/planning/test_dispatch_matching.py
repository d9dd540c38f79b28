"""A batch is given out as well as can be, and the prices show it."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from linli.planning.dispatch import match, prepare
from linli.planning.errors import BadProblem
from linli.planning.verify.dispatch import verify_matching
from tests.planning.test_dispatch import best_of_all, by_hand, small_problems


def best_of_every_matching(problem, *, fair):
    """(requests left, total cost) of the best matching, by trying all."""
    m = len(problem.req_skill)
    choices = [[*best_of_all(problem, r, fair=fair), (0.0, -1)] for r in range(m)]
    best = (m, 0.0)
    for some in itertools.product(*choices):
        given_out = [person for _, person in some if person >= 0]
        if len(set(given_out)) == len(given_out):
            best = min(best, (m - len(given_out), sum(cost for cost, _ in some)))
    return best


@pytest.mark.parametrize("fair", [False, True])
@settings(max_examples=150)
@given(problem=small_problems(people=6))
def test_no_matching_is_better(problem, fair):
    found = match(prepare(problem), problem.req_xy, problem.req_skill, fair=fair)
    left, total = best_of_every_matching(problem, fair=fair)
    assert (int((found.person < 0).sum()), found.total) == (left, pytest.approx(total))
    assert verify_matching(problem, found) == []
    served, greedy = found.one_by_one
    assert served <= len(found.person) - left
    if served == len(found.person) - left:
        assert greedy >= found.total - 1e-6


@pytest.mark.parametrize(("people", "spread"), [(5_000, 10), (90, 1_000), (400, 1), (3_000, 3_000)])
def test_a_hundred_at_once_are_matched_over_everybody(people, spread):
    rng = np.random.default_rng(people)
    problem = by_hand(
        vol_xy=rng.integers(0, 5_000, (people, 2)).astype(float),
        vol_skills=rng.integers(0, 4, people),
        load=rng.integers(0, 4, people),
        free=np.ones(people, bool),
        req_xy=2_000 + rng.integers(0, spread, (100, 2)).astype(float),
        req_skill=rng.integers(0, 2, 100),
    )
    state = prepare(problem)
    found = match(state, problem.req_xy, problem.req_skill)
    assert verify_matching(problem, found) == []
    assert verify_matching(state.snapshot(problem.req_xy, problem.req_skill, 1), found) == []
    assert found.one_by_one[1] > found.total or (found.person < 0).any()


def test_together_beats_one_after_the_other():
    problem = by_hand(load=np.zeros(4, int), req_xy=np.array([[190.0, 0.0], [240.0, 0.0]]), req_skill=np.zeros(2, int))
    found = match(prepare(problem), problem.req_xy, problem.req_skill)
    assert found.person.tolist() == [1, 2]
    assert (found.total, found.one_by_one) == (70.0, (2, 70.0))
    problem = replace(problem, req_xy=np.array([[240.0, 0.0], [190.0, 0.0]]), free=np.array([False, True, True, True]))
    found = match(prepare(problem), problem.req_xy, problem.req_skill)
    assert found.person.tolist() == [2, 1]
    assert found.one_by_one == (2, 40.0 + 110.0)


def test_a_batch_without_sense_is_refused():
    state = prepare(by_hand())
    for xy, skill, said in (
        (np.zeros((2, 2)), [0], "req_xy: has shape"),
        (np.full((1, 2), np.nan), [0], "is not a place"),
        (np.zeros((1, 2)), [32], "is not a skill"),
        (np.zeros((1_001, 2)), np.zeros(1_001), "at most 1000"),
    ):
        with pytest.raises(BadProblem, match=said):
            match(state, xy, skill)
    assert match(state, np.empty((0, 2)), []).total == 0


def test_the_verifier_names_what_is_wrong_with_a_matching():
    problem = by_hand(req_xy=np.zeros((3, 2)), req_skill=np.zeros(3, int), k=1)
    right = match(prepare(problem), problem.req_xy, problem.req_skill)
    assert verify_matching(problem, right) == []
    swapped = right.person.copy()
    swapped[0] = 3
    left = np.where(np.arange(3) == 0, -1, right.person)
    for changes, said in (
        ({"person": right.person[:2]}, "not one of 3 requests"),
        ({"person": np.array([1, 1, 2])}, "given two requests"),
        ({"person": swapped}, "who is not fit"),
        ({"cost": right.cost + 1}, "claims a cost"),
        ({"total": 1.0}, "claims the total"),
        ({"request_price": right.request_price + 1}, "above the cost of somebody fit"),
        ({"request_price": right.request_price - 1}, "prove only"),
        ({"person_price": right.person_price + 10**4}, "price is above 0"),
        ({"person": left}, "serves 2 requests, but 3 can be"),
    ):
        assert any(said in wrong for wrong in verify_matching(problem, replace(right, **changes))), said
