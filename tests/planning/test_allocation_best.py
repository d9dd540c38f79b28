"""The promise of the allocation: no placement is better, whatever the problem."""

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from scipy.optimize import LinearConstraint, milp

from linli.planning.allocation import AllocationProblem, solve
from linli.planning.errors import BadProblem
from linli.planning.verify.allocation import verify
from tests.planning.problems import by_hand, every_placement, metres_between, small_problems

calm = settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])


def best_of_every_placement(problem: AllocationProblem) -> int:
    return min(objective for objective, _ in every_placement(problem))


@calm
@given(small_problems())
def test_no_placement_of_a_small_problem_is_better(problem):
    plan = solve(problem)
    assert plan.objective == best_of_every_placement(problem) == plan.bound
    assert verify(problem, plan) == []
    assert plan.stopped_because == "optimal"


def best_by_another_engine(problem: AllocationProblem) -> int:
    """The same by HiGHS, from an own formulation: a variable for every person, grid and role."""
    walk = metres_between(problem)
    n, g = walk.shape
    s = len(problem.quota_skill)
    moves = [
        (i, x, k)
        for i, x in np.argwhere(np.isfinite(walk))
        for k in range(-1, s)
        if k < 0 or (int(problem.vol_skills[i]) >> int(problem.quota_skill[k])) & 1
    ]
    steps, worth = [], []
    for x in range(g):
        edges = [math.ceil(round(float(f) * int(problem.want[x]), 9)) for f in problem.tier_share]
        for head in range(1, int(problem.most[x]) + 1):
            tier = next((k for k, edge in enumerate(edges) if head <= edge), None)
            value = 0 if tier is None else int(problem.tier_value[tier])
            steps.append(x)
            worth.append(problem.beyond_value if head > problem.want[x] else value)
    cost = [walk[i, x] - (problem.quota_value[k] if k >= 0 else 0) for i, x, k in moves] + [-v for v in worth]
    rows, low, high = [], [], []
    for i in range(n):
        rows.append([float(m[0] == i) for m in moves] + [0.0] * len(steps))
        low.append(float(problem.pinned[i] >= 0)), high.append(1.0)
    for x in range(g):
        rows.append([float(m[1] == x) for m in moves] + [-float(y == x) for y in steps])
        low.append(0.0), high.append(0.0)
        for k in range(s):
            rows.append([float(m[1] == x and m[2] == k) for m in moves] + [0.0] * len(steps))
            low.append(0.0), high.append(float(problem.quota[x, k]))
    found = milp(
        cost, constraints=LinearConstraint(np.array(rows), low, high), integrality=np.ones(len(cost)), bounds=(0, 1)
    )
    assert found.success
    return round(found.fun)


@pytest.mark.parametrize("seed", range(6))
def test_another_engine_finds_nothing_better(seed):
    rng = np.random.default_rng(seed)
    n, g = 60, 8
    want = rng.integers(1, 9, g)
    problem = AllocationProblem(
        vol_xy=rng.integers(0, 2000, (n, 2)),
        grid_xy=rng.integers(0, 2000, (g, 2)),
        vol_skills=rng.integers(0, 16, n) & rng.integers(0, 16, n),
        vol_only=np.where(rng.random(n) < 0.1, rng.integers(0, g, n), -1),
        want=want,
        most=want + rng.integers(0, 3, g),
        quota=np.minimum(rng.integers(0, 3, (g, 3)), want[:, None]),
        quota_skill=np.array([0, 1, 3]),
        quota_value=np.array([400, 200, 600]),
        tier_share=np.array([0.5, 0.75, 0.9, 1.0]),
        tier_value=np.array([4000, 3000, 2000, 1000]),
        beyond_value=50,
        reach_m=900.0,
        pinned=np.where(rng.random(n) < 0.05, rng.permutation(n) % g, -1),
    )
    plan = solve(problem)
    assert plan.objective == best_by_another_engine(problem)
    assert verify(problem, plan) == []


def test_a_case_worked_by_hand():
    plan = solve(by_hand())
    # both near people to grid 0, the medic in the quota place; the third to grid 1
    assert plan.grid.tolist() == [0, 0, 1]
    assert plan.role.tolist() == [0, -1, -1]
    assert plan.objective == 100 + 200 + 100 - (400_000 + 100_000 + 40_000 + 400_000)


def test_a_pinned_person_stays_out_of_reach_and_against_the_only_grid():
    problem = by_hand(pinned=np.array([1, -1, -1]), vol_only=np.array([0, -1, -1]), reach_m=850.0)
    plan = solve(problem)
    assert plan.grid[0] == 1
    assert verify(problem, plan) == []


def test_a_grid_full_of_pinned_people_is_proved_though_its_quota_place_stays_empty():
    problem = by_hand(pinned=np.array([-1, 0, 0]), vol_skills=np.array([1, 0, 0]))
    plan = solve(problem)
    assert plan.grid.tolist() == [1, 0, 0]
    assert (plan.gap, verify(problem, plan)) == (0, [])
    alone = by_hand(pinned=np.array([-1, 0, 0]), vol_skills=np.array([1, 0, 0]), reach_m=500.0)
    assert (solve(alone).placed, solve(alone).gap, verify(alone, solve(alone))) == (2, 0, [])


def test_heads_beyond_those_wanted_are_placed_where_they_are_worth_the_walk():
    problem = by_hand(want=np.array([1, 1]), most=np.array([2, 1]), beyond_value=150)
    assert solve(problem).grid.tolist() == [0, -1, 1]  # 200 m are not worth 150
    assert solve(by_hand(want=np.array([1, 1]), most=np.array([2, 1]), beyond_value=250)).grid.tolist() == [0, 0, 1]


@pytest.mark.parametrize(
    "changes",
    [
        {"want": np.zeros(2), "most": np.zeros(2), "quota": np.zeros((2, 1))},
        {"reach_m": 0.0},
        {"vol_only": np.array([1, 1, 0]), "reach_m": 700.0},
    ],
    ids=["nothing wanted", "nobody within reach", "only grids out of reach"],
)
def test_an_empty_plan_is_right_where_nobody_can_be_placed(changes):
    problem = by_hand(**changes)
    plan = solve(problem)
    assert plan.placed == 0 == plan.objective
    assert verify(problem, plan) == []


def test_equal_problems_give_equal_plans():
    rng = np.random.default_rng(3)
    tied = by_hand(
        vol_xy=np.full((40, 2), 500.0),
        vol_skills=rng.integers(0, 2, 40),
        vol_only=np.full(40, -1),
        pinned=np.full(40, -1),
        want=np.array([9, 9]),
        most=np.array([9, 9]),
    )
    plan = solve(tied)
    assert solve(tied).digest == plan.digest == solve(tied, seed=0).digest
    assert verify(tied, plan) == []


def test_a_share_of_the_heads_rounds_as_it_is_written():
    # 0.7 * 10 is 7.000000000000001 in binary: the tier still holds seven heads
    problem = by_hand(want=np.array([10, 1]), most=np.array([10, 1]), tier_share=np.array([0.7, 1.0]))
    assert problem.tier_heads[0].tolist() == [7, 3, 0, 0]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"want": np.array([-1, 1])}, "want[0]"),
        ({"vol_xy": np.array([[np.nan, 0], [1, 1], [2, 2]])}, "vol_xy[0,0]"),
        ({"grid_xy": np.array([[np.inf, 0], [1, 1]])}, "grid_xy[0,0]"),
        ({"want": np.array([2, 1, 1])}, "most"),
        ({"vol_only": np.array([0, 0])}, "vol_only"),
        ({"vol_only": np.array([0, 7, 0])}, "vol_only[1]"),
        ({"quota": np.array([[3], [0]])}, "quota[0,0]"),
        ({"quota": np.array([[1, 1], [0, 0]])}, "quota_skill"),
        ({"quota_skill": np.array([32])}, "quota_skill[0]"),
        ({"quota_value": np.array([-1])}, "quota_value[0]"),
        ({"quota_value": np.array([10**12])}, "quota_value[0]"),
        ({"most": np.array([1, 1])}, "most[0]"),
        ({"tier_share": np.array([0.5, 0.4])}, "tier_share[1]"),
        ({"tier_value": np.array([1, 2])}, "tier_value[1]"),
        ({"beyond_value": 100_001}, "beyond_value"),
        ({"beyond_value": 0.5}, "beyond_value"),
        ({"reach_m": np.nan}, "reach_m"),
        ({"reach_m": -1.0}, "reach_m"),
        ({"pinned": np.array([1, 1, -1])}, "pinned[1]"),
        ({"pinned": np.array([2, 0, -1])}, "pinned[0]"),
        ({"want": np.array([1.5, 1])}, "want"),
        ({"want": np.array([2**40, 1])}, "want"),
        ({"want": np.array(["two", "one"])}, "want"),
        ({"vol_xy": None}, "vol_xy and grid_xy"),
        ({"vol_xy": None, "grid_xy": None}, "no distances"),
        ({"arc_vol": np.zeros(0), "arc_grid": np.zeros(0), "arc_m": np.zeros(0)}, "arcs and coordinates"),
    ],
)
def test_a_senseless_problem_is_refused_by_the_name_of_what_is_wrong(changes, named):
    with pytest.raises(BadProblem, match="^" + named.replace("[", r"\[").replace("]", r"\]")):
        by_hand(**changes)


@pytest.mark.parametrize(
    ("arcs", "named"),
    [
        (([0, 0], [1, 1], [5, 6]), "arc_vol, arc_grid: person 0 and grid 1"),
        (([0, 3], [1, 1], [5, 6]), r"arc_vol\[1\]"),
        (([0, 1], [1, 2], [5, 6]), r"arc_grid\[1\]"),
        (([0, 1], [1, 1], [5, -6]), r"arc_m\[1\]"),
        (([0, 1], [1, 1], [5.0, np.nan]), "arc_m"),
        (([0, 1], [1, 1], [5]), "arc_m"),
    ],
)
def test_senseless_arcs_are_refused(arcs, named):
    parts = dict(zip(("arc_vol", "arc_grid", "arc_m"), map(np.array, arcs), strict=True))
    with pytest.raises(BadProblem, match=named):
        by_hand(vol_xy=None, grid_xy=None, **parts)


def test_the_digest_tells_problems_apart_and_the_arrays_are_frozen():
    assert by_hand().digest == by_hand().digest != by_hand(reach_m=949.0).digest
    with pytest.raises(ValueError, match="read-only"):
        by_hand().want[0] = 5
