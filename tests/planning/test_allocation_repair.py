"""A repaired placement is as good as one made anew, with the fewest moves that any such needs; a calm one moves few."""

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from linli.planning.allocation import solve
from linli.planning.allocation.repair import CALM, Chain, Change, prepare
from linli.planning.errors import BadProblem, Cancelled
from linli.planning.verify.allocation import verify
from tests.planning.problems import by_hand, every_placement, metres_between, small_problems

often = settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def changes(draw, problem, gone=frozenset(), people=None):
    """Some leave, some come, some grids want something else."""
    n = problem.n_people if people is None else people
    g, s = problem.quota.shape
    parts = {}
    ready = sorted(set(range(n)) - set(gone))
    parts["leave"] = draw(st.lists(st.sampled_from(ready), unique=True, max_size=2)) if ready else []
    if m := draw(st.integers(0, 2)):
        parts["skills"] = draw(st.lists(st.integers(0, 7), min_size=m, max_size=m))
        parts["only"] = draw(st.lists(st.integers(-1, g - 1), min_size=m, max_size=m))
        if problem.vol_xy is not None:
            parts["xy"] = 5.0 * np.array(draw(st.lists(st.integers(0, 6), min_size=2 * m, max_size=2 * m))).reshape(
                m, 2
            )
        else:
            pairs = [(i, x) for i in range(m) for x in range(g) if draw(st.booleans())]
            parts["arc_vol"] = np.array([i for i, _ in pairs], int)
            parts["arc_grid"] = np.array([x for _, x in pairs], int)
            parts["arc_m"] = np.array([draw(st.integers(0, 45)) for _ in pairs], int)
    if g and draw(st.booleans()):
        held = np.bincount(problem.pinned[problem.pinned >= 0], minlength=g)
        grids = draw(st.lists(st.integers(0, g - 1), unique=True, min_size=1, max_size=2))
        want = np.array([draw(st.integers(0, 3)) for _ in grids])
        parts["grid"], parts["want"] = grids, want
        parts["most"] = np.maximum(want + np.array([draw(st.integers(0, 2)) for _ in grids]), held[grids])
        quota = np.array([[draw(st.integers(0, 2)) for _ in range(s)] for _ in grids], int).reshape(len(grids), s)
        parts["quota"] = np.minimum(quota, want[:, None])
    return Change(**parts)


def moves_between(before, after, here):
    return sum(1 for i in range(len(after)) if here[i] and before[i] >= 0 and after[i] != before[i])


@often
@given(st.data(), small_problems(people=4))
def test_an_exact_repair_is_as_good_as_solving_again_with_the_fewest_moves_there_are(data, problem):
    plan = solve(problem)
    state = prepare(problem, plan)
    told = state.apply(data.draw(changes(problem)))
    now = state.problem()
    assert verify(now, state.plan(now, told)) == []
    assert told.gap == 0
    placements = list(every_placement(now))
    best = min(objective for objective, _ in placements)
    assert told.objective == best
    stayed = told.before[told.here]
    fewest = min(moves_between(stayed, chosen, [True] * len(stayed)) for worth, chosen in placements if worth == best)
    assert len(told.moved) == fewest


@often
@given(st.data(), small_problems(people=4))
def test_a_state_stays_right_through_many_changes_calm_ones_among_them(data, problem):
    state = prepare(problem, solve(problem))
    people, gone = problem.n_people, set()
    for _ in range(3):
        change = data.draw(changes(problem, frozenset(gone), people))
        calm = data.draw(st.booleans())
        assume(people + change.arrivals <= 7)
        before = state.copy()
        told = state.apply(change, mode=CALM if calm else "exact")
        gone |= set(change.leave.tolist())
        people += change.arrivals
        now = state.problem()
        assert verify(now, state.plan(now, told)) == []
        best = solve(now).objective
        assert told.objective == best if not calm else told.objective >= best >= told.bound
        again = before.apply(change)
        assert again.objective == best


@often
@given(st.data(), small_problems())
def test_a_calm_repair_moves_at_most_three_for_each_who_leaves(data, problem):
    plan = solve(problem)
    assume((plan.grid >= 0).any())
    free = [int(i) for i in np.flatnonzero(plan.grid >= 0)]
    leave = data.draw(st.lists(st.sampled_from(free), unique=True, min_size=1, max_size=2))
    most = data.draw(st.integers(0, 3))
    told = prepare(problem, plan).apply(Change(leave=leave), mode=CALM, most_moves=most)
    assert len(told.moved) <= most * len(leave)
    walk = metres_between(problem)
    walked = sum(int(walk[i, plan.grid[i]]) for i in leave)
    assert told.objective == plan.objective - walked + sum(chain.cost for chain in told.chains)
    for chain in told.chains:
        assert sum(1 for _, start, end in chain.steps if start >= 0 and start != end) <= most
        assert chain.cost <= chain.alone or most == 0


def test_by_hand_the_nearer_one_moves_up_and_says_what_it_saves():
    """Grid 1 loses its only person: the second of grid 0, who is worth less there, walks 800 m instead of 200 m."""
    problem = by_hand()
    plan = solve(problem)
    told = prepare(problem, plan).apply(Change(leave=[2]))
    assert (plan.grid.tolist(), told.grid.tolist()) == ([0, 0, 1], [0, 1, -1])
    assert told.chains == (Chain(steps=((1, 0, 1),), cost=100_000 + 800 - 200, alone=400_000),)
    assert (told.moved.tolist(), told.called.tolist()) == ([1], [])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"leave": [3]}, "leave: 3 is not a person from 0 to 2"),
        ({"leave": [1, 1]}, "leave: 1 is there twice"),
        ({"leave": [-1]}, "leave[0]: -1"),
        ({"skills": [1]}, "where do those who arrive stand"),
        ({"skills": [1], "xy": [[np.nan, 0]]}, "xy[0,0]: nan"),
        ({"skills": [1], "xy": [[0, 0], [1, 1]]}, "xy: has shape (2, 2), should have (1, 2)"),
        ({"grid": [0]}, "give want, most and quota"),
        ({"grid": [2], "want": [1], "most": [1], "quota": [[0]]}, "grid: 2 is not a grid from 0 to 1"),
        ({"grid": [0], "want": [2], "most": [1], "quota": [[0]]}, "most[0]: 1: heads at most is below"),
        ({"grid": [0], "want": [1], "most": [1], "quota": [[2]]}, "quota[0,0]: 2: quota is larger"),
        ({"grid": [0], "want": [1], "most": [1], "quota": [[1, 0]]}, "quota: has 2 columns, should have 1"),
    ],
)
def test_a_change_without_sense_is_named_and_changes_nothing(change, said):
    problem = by_hand()
    plan = solve(problem)
    state = prepare(problem, plan)
    with pytest.raises(BadProblem) as refused:
        state.apply(Change(**change))
    assert said in str(refused.value)
    assert state.apply(Change()).grid.tolist() == plan.grid.tolist()


def test_nobody_leaves_twice_and_nobody_fits_where_others_are_pinned():
    problem = by_hand(pinned=np.array([0, -1, -1]))
    state = prepare(problem, solve(problem))
    with pytest.raises(BadProblem, match="1 people are pinned there"):
        state.apply(Change(grid=[0], want=[0], most=[0], quota=[[0]]))
    state.apply(Change(leave=[0]))
    with pytest.raises(BadProblem, match="0 has left already"):
        state.apply(Change(leave=[0]))


def test_a_plan_of_another_problem_is_refused_and_a_repair_can_be_cancelled():
    problem = by_hand()
    plan = solve(problem)
    with pytest.raises(BadProblem, match="another problem"):
        prepare(by_hand(reach_m=940.0), plan)
    state = prepare(problem, plan)
    with pytest.raises(Cancelled):
        state.copy().apply(Change(leave=[0]), cancelled=lambda: True)
    assert state.apply(Change(leave=[2])).grid.tolist() == [0, 1, -1]
