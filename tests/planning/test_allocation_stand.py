"""From wherever people stand: an exact repair reaches the best with the fewest moves, a calm one never harms."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.planning.allocation import solve
from linli.planning.allocation.repair import CALM, Change, alternatives, stand
from linli.planning.errors import BadProblem
from linli.planning.verify.allocation import verify
from tests.planning.problems import by_hand, every_placement, metres_between, small_problems
from tests.planning.test_allocation_repair import changes, moves_between

often = settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def standing(draw, problem):
    """Any placement that the rules allow, with any roles that people can fill."""
    placements = [chosen for _, chosen in every_placement(problem)]
    grid = np.array(draw(st.sampled_from(placements)), np.int32).reshape(problem.n_people)
    role, left = np.full(problem.n_people, -1, np.int8), problem.quota.copy()
    for person in range(problem.n_people):
        for column in range(len(problem.quota_skill)):
            able = grid[person] >= 0 and (int(problem.vol_mask[person]) >> column) & 1
            if able and role[person] < 0 and left[grid[person], column] and draw(st.booleans()):
                role[person] = column
                left[grid[person], column] -= 1
    return grid, role


def worth_of(problem, grid, role):
    """The objective of a placement, the plain way."""
    walk = metres_between(problem)
    total = sum(int(walk[i, x]) for i, x in enumerate(grid) if x >= 0)
    for x in range(problem.n_grids):
        left = int((grid == x).sum())
        for room, value in zip(problem.tier_heads[x], problem.tier_values, strict=True):
            total -= min(left, int(room)) * int(value)
            left -= min(left, int(room))
    return total - sum(int(problem.quota_value[k]) for k in role if k >= 0)


@often
@given(st.data(), small_problems(people=4))
def test_an_exact_repair_of_any_placement_is_the_best_with_the_fewest_moves(data, problem):
    grid, role = data.draw(standing(problem))
    state = stand(problem, grid, role, solve(problem).certificate)
    told = state.apply(Change())
    now = state.problem()
    assert verify(now, state.plan(now, told)) == []
    placements = list(every_placement(problem))
    best = min(objective for objective, _ in placements)
    assert (told.objective, told.gap) == (best, 0)
    fewest = min(moves_between(grid, chosen, [True] * len(grid)) for worth, chosen in placements if worth == best)
    assert len(told.moved) == fewest


@often
@given(st.data(), small_problems(people=4))
def test_a_calm_repair_of_any_placement_never_harms_sends_nobody_home_and_moves_three_for_each_hole(data, problem):
    grid, role = data.draw(standing(problem))
    most = data.draw(st.integers(0, 3))
    state = stand(problem, grid, role, solve(problem).certificate)
    told = state.apply(Change(), mode=CALM, most_moves=most)
    now = state.problem()
    assert verify(now, state.plan(now, told)) == []
    assert told.objective <= worth_of(problem, grid, role)
    assert all(chain.cost <= chain.alone for chain in told.chains)
    assert ((told.grid >= 0) | (grid < 0)).all()
    for chain in told.chains:
        assert sum(1 for _, start, end in chain.steps if start >= 0 and start != end) <= most
    for person, chained in enumerate(told.grid != grid):
        assert chained == any(
            who == person and start != end for chain in told.chains for who, start, end in chain.steps
        )


@often
@given(st.data(), small_problems(people=4))
def test_after_a_calm_repair_from_anywhere_the_state_goes_on_as_any_other(data, problem):
    grid, role = data.draw(standing(problem))
    state = stand(problem, grid, role, solve(problem).certificate)
    state.apply(Change(), mode=CALM)
    told = state.apply(data.draw(changes(problem)))
    now = state.problem()
    assert verify(now, state.plan(now, told)) == []
    assert told.objective == solve(now).objective


def test_by_hand_an_empty_place_is_filled_by_whoever_is_free_and_nobody_else_moves():
    """Person 0 is free and near grid 0, which wants a medic and one more and has one; the others stay."""
    problem = by_hand()
    state = stand(problem, np.array([-1, 0, 1]), np.array([-1, -1, -1]), solve(problem).certificate)
    found = [(one.most_moves, one.moves, one.costs) for one in alternatives(state, Change())]
    told = state.apply(Change(), mode=CALM)
    assert [chain.steps for chain in told.chains] == [((0, -1, 0),)]
    assert (told.chains[0].cost, told.objective) == (100, 100 + 200 + 100 - 400_000 - 100_000 - 40_000 - 400_000)
    assert (told.called.tolist(), told.moved.tolist(), told.role.tolist()) == ([0], [], [0, -1, -1])
    assert found == [(0, 0, 0), (1, 0, 0), (2, 0, 0), (3, 0, 0), (None, 0, 0)]


@pytest.mark.parametrize(
    ("grid", "role", "said"),
    [
        ([0, 0], [-1, -1], "one each of 3 people"),
        ([0, 0, 2], [-1, -1, -1], r"grid\[2\]: there is no such grid"),
        ([0, 0, 1], [-1, -1, 1], r"role\[2\]: there is no such role"),
        ([1, -1, 1], [-1, -1, -1], "grid 1 holds more people than it can"),
        ([0, 0, 1], [-1, 0, -1], r"role\[1\]: lacks the skill"),
        ([-1, 0, 1], [0, -1, -1], r"role\[0\]: lacks the skill, or stands nowhere"),
        ([0, 0, 1], [-1, -1, 0], "grid 1 has more in a role than it wants"),
    ],
)
def test_people_who_cannot_stand_so_are_refused(grid, role, said):
    problem = by_hand()
    with pytest.raises(BadProblem, match=said):
        stand(problem, np.array(grid), np.array(role), solve(problem).certificate)


def test_who_is_pinned_elsewhere_or_out_of_reach_cannot_stand_there():
    pinned = by_hand(pinned=np.array([0, -1, -1]))
    with pytest.raises(BadProblem, match=r"grid\[0\]: is pinned elsewhere"):
        stand(pinned, np.array([-1, 0, 1]), np.full(3, -1), solve(pinned).certificate)
    near = by_hand(reach_m=850.0)
    with pytest.raises(BadProblem, match=r"grid\[0\]: cannot serve there"):
        stand(near, np.array([1, 0, -1]), np.full(3, -1), solve(near).certificate)
