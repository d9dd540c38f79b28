"""The solver can be stopped, limited and told of, in slices that change nothing; another engine finds the same."""

import itertools
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bench.instances import allocation as instances
from bench.peers import flow_by_ortools
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.planning.allocation import AllocationProblem, solve
from linli.planning.allocation.solver import run
from linli.planning.errors import Cancelled, OutOfTime
from linli.planning.frame import Watch
from linli.planning.verify.allocation import verify
from tests.planning.problems import small_problems

calm = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def town(seed: int, people: int = 600, grids: int = 50, **changes: object) -> AllocationProblem:
    """Some hundreds of people of many skills around a centre that has too few and edges that have too many."""
    rng = np.random.default_rng(seed)
    want = rng.integers(1, 20, grids)
    parts: dict[str, Any] = {
        "vol_xy": np.rint(rng.normal(0, 900, (people, 2))),
        "grid_xy": np.rint(rng.normal(0, 700, (grids, 2))),
        "vol_skills": rng.integers(0, 32, people) & rng.integers(0, 32, people),
        "vol_only": np.where(rng.random(people) < 0.1, rng.integers(0, grids, people), -1),
        "want": want,
        "most": want + rng.integers(0, 4, grids),
        "quota": np.minimum(rng.integers(0, 4, (grids, 4)), want[:, None]),
        "quota_skill": np.array([0, 1, 2, 4]),
        "quota_value": np.array([400, 20_000, 60_000, 0]),
        "tier_share": np.array([0.5, 0.75, 0.9]),
        "tier_value": np.array([400_000, 30_000, 900]),
        "beyond_value": 0,
        "reach_m": 800.0,
        "pinned": np.full(people, -1),
    }
    parts["pinned"][rng.choice(people, grids // 4)] = rng.permutation(grids)[: grids // 4]
    return AllocationProblem(**parts | changes)


@pytest.fixture(scope="module")
def hundredth():
    return instances.make("A1-hundredth", 2)


@pytest.fixture(scope="module")
def best_hundredth(hundredth):
    return solve(hundredth)


def assert_same_as_by_the_other_engine(problem, plan):
    other = flow_by_ortools.solve(problem)
    assert plan.objective == other.objective == other.bound == plan.bound
    # the least prices that prove a best placement are the same whatever the placement and whoever finds them
    assert np.array_equal(plan.certificate.head, other.certificate.head)
    assert np.array_equal(plan.certificate.person, other.certificate.person)
    wanted = problem.quota > 0
    assert np.array_equal(plan.certificate.role[wanted], other.certificate.role[wanted])
    assert verify(problem, plan) == verify(problem, other) == []


def test_another_engine_finds_the_same_in_a_hundredth_of_a_city(hundredth, best_hundredth):
    assert_same_as_by_the_other_engine(hundredth, best_hundredth)


@pytest.mark.parametrize(
    "problem",
    [
        town(1),
        town(2, people=250),
        town(3, people=2_500),
        town(4, grid_xy=np.zeros((50, 2)), vol_xy=np.zeros((600, 2))),
        town(5, tier_value=np.array([90, 50, 20]), quota_value=np.array([5, 0, 9, 3])),
        town(6, people=120, grids=1),
        town(7, people=40, grids=300, reach_m=1e9),
    ],
    ids=["as it is", "too few", "far too many", "all at one place", "worth little", "one grid", "all within reach"],
)
def test_another_engine_finds_the_same_in_a_town(problem):
    assert_same_as_by_the_other_engine(problem, solve(problem))


def test_the_nearest_arcs_alone_are_not_enough_and_are_not_proved(hundredth, best_hundredth):
    some = flow_by_ortools.solve(hundredth, nearest=2)
    assert verify(hundredth, some) == []
    assert some.bound <= best_hundredth.objective < some.objective


def test_slices_change_nothing(monkeypatch, best_hundredth, hundredth):
    monkeypatch.setattr(run, "ARCS_PER_SLICE", 5_000)
    plan = solve(hundredth)
    assert np.array_equal(plan.grid, best_hundredth.grid)
    assert np.array_equal(plan.role, best_hundredth.role)
    assert np.array_equal(plan.certificate.person, best_hundredth.certificate.person)


def test_equal_work_gives_equal_plans_each_sound_and_bounded(hundredth, best_hundredth):
    for share in (0.2, 0.5, 0.8, 0.95, 0.99):
        limit = int(best_hundredth.work * share)
        plan = solve(hundredth, max_work=limit)
        assert plan.digest == solve(hundredth, max_work=limit, seed=0).digest
        assert verify(hundredth, plan) == []
        assert plan.bound <= best_hundredth.objective <= plan.objective
        assert plan.stopped_because == ("work" if plan.gap else "optimal")
        assert limit <= plan.work
    assert solve(hundredth, max_work=best_hundredth.work + 1).digest == best_hundredth.digest


def test_less_work_proves_less(hundredth, best_hundredth):
    plan = solve(hundredth, max_work=best_hundredth.work // 5)
    assert plan.stopped_because == "work"
    assert plan.gap > 0


def test_too_little_work_for_any_placement_says_so(hundredth):
    with pytest.raises(OutOfTime, match="work allowed"):
        solve(hundredth, max_work=1_000)


@calm
@given(small_problems(), st.integers(0, 400))
def test_a_small_problem_stopped_anywhere_has_a_sound_plan_or_none(problem, max_work):
    best = solve(problem)
    try:
        plan = solve(problem, max_work=max_work)
    except OutOfTime:
        return
    assert verify(problem, plan) == []
    assert plan.bound <= best.objective <= plan.objective


@pytest.mark.parametrize("seed", range(3))
def test_a_town_stopped_anywhere_has_a_sound_plan(monkeypatch, seed):
    monkeypatch.setattr(run, "ARCS_PER_SLICE", 500)
    problem = town(seed)
    best = solve(problem)
    for limit in np.linspace(best.work / 6, best.work, 25).astype(int):
        plan = solve(problem, max_work=int(limit))
        assert verify(problem, plan) == []
        assert plan.bound <= best.objective <= plan.objective


def test_a_spent_budget_gives_the_placement_held(monkeypatch, hundredth, best_hundredth):
    monkeypatch.setattr(run, "ARCS_PER_SLICE", 100_000)
    looks = itertools.count()
    monkeypatch.setattr(Watch, "spent", lambda _: next(looks) > 40)
    plan = solve(hundredth, budget_s=60)
    assert plan.stopped_because == "budget"
    assert verify(hundredth, plan) == []
    assert plan.bound <= best_hundredth.objective < plan.objective


def test_it_is_cancelled_wherever_it_is(monkeypatch):
    monkeypatch.setattr(run, "ARCS_PER_SLICE", 2_000)
    problem, looks = town(0), itertools.count()
    solve(problem, cancelled=lambda: next(looks) < 0)
    asked = next(looks)
    assert asked > 100
    for stop in np.linspace(0, asked - 1, 12).astype(int):
        looks = itertools.count()
        with pytest.raises(Cancelled):
            solve(problem, cancelled=lambda looks=looks, stop=stop: next(looks) == stop)


def test_it_looks_whether_to_stop_after_few_arcs(monkeypatch):
    monkeypatch.setattr(run, "ARCS_PER_SLICE", 2_000)
    done = []
    monkeypatch.setattr(Watch, "check_cancelled", lambda watch: done.append(watch.work))
    problem = town(0)
    solve(problem)
    most_at_once = 2 * int(problem.want.sum() + len(problem.want)) * len(problem.want)
    assert max(np.diff(done)) < 2_000 + most_at_once


def test_progress_rises_through_all_steps(hundredth):
    heard = []
    solve(hundredth, progress=lambda share, step: heard.append((share, step)))
    assert [share for share, _ in heard] == sorted(share for share, _ in heard)
    assert [step for step, _ in itertools.groupby(step for _, step in heard)] == [
        "arcs", "flow", "paths", "prices", "done",
    ]  # fmt: skip


COUNTS_MISSES = """
from linli.planning.allocation import solve
from linli.planning.allocation.solver import auction, least, paths, stock
from tests.planning.test_allocation_solver import town
solve(town(0))
kernels = (auction.bid, stock.take_people, stock.take_grids, paths.place_people, paths.mend_nodes, least.lower)
assert all(sum(kernel.stats.cache_hits.values()) for kernel in kernels), "nothing was run"
print(sum(sum(kernel.stats.cache_misses.values()) for kernel in kernels))
"""


def test_a_second_process_compiles_nothing():
    solve(town(0))
    root = Path(__file__).parents[2]
    paths = os.pathsep.join([str(root / "src"), str(root)])
    told = subprocess.run(
        [sys.executable, "-c", COUNTS_MISSES],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "0"
