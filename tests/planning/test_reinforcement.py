"""Reinforcement: exact where people go one by one, never better than its bound elsewhere, wave after wave."""

import itertools
from dataclasses import replace

import numpy as np
import psutil
import pytest
from bench.peers import milp_by_highs
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.planning.errors import BadProblem, Cancelled
from linli.planning.frame import Watch
from linli.planning.reinforcement import ReinforcementProblem, Wave, engines, solve, solve_waves
from linli.planning.verify.reinforcement import verify

calm = settings(max_examples=100)


def by_hand(**changes):
    """Two departments, of 4 and 3 people of whom one each is a medic; two districts that want 4 and 2."""
    parts = {
        "supply": np.array([[1, 3], [1, 2]]),
        "want": np.array([4, 2]),
        "want_skill": np.array([[1, 0], [1, 0]]),
        "minutes": np.array([[10, 20], [30, 15]]),
        "unmet_head": 5_000,
        "unmet_skill": 2_000,
        "pair_cost": 0,
        "least_group": 0,
    }
    return ReinforcementProblem(**parts | changes)


def cost(problem, sent):
    group = sent.sum(axis=2)
    if ((group > 0) & (group < problem.least_group)).any() or (sent.sum(axis=1) > problem.supply).any():
        return np.inf
    missing = sum(max(0, int(w) - int(h)) for w, h in zip(problem.want, group.sum(axis=0), strict=True))
    lacking = np.maximum(0, problem.want_skill - sent.sum(axis=0)).sum()
    travel = (group * problem.minutes).sum() + problem.pair_cost * (group > 0).sum()
    return int(travel) + problem.unmet_head * missing + problem.unmet_skill * int(lacking)


def best_of_every_plan(problem):
    departments, districts, skills = problem.sizes
    choices = [
        [some for some in itertools.product(range(people + 1), repeat=districts) if sum(some) <= people]
        for people in problem.supply.ravel().tolist()
    ]
    return min(
        cost(problem, np.array(plan).reshape(departments, skills, districts).transpose(0, 2, 1))
        for plan in itertools.product(*choices)
    )


@st.composite
def tiny_problems(draw, groups=True):
    rng = np.random.default_rng(draw(st.integers(0, 2**20)))
    departments, districts, skills = draw(st.integers(1, 2)), draw(st.integers(1, 2)), draw(st.integers(1, 2))
    want = rng.integers(0, 5, districts)
    return ReinforcementProblem(
        supply=rng.integers(0, 4, (departments, skills)),
        want=want,
        want_skill=np.minimum(rng.integers(0, 4, (districts, skills)), want[:, None]),
        minutes=rng.integers(0, 20, (departments, districts)),
        unmet_head=draw(st.sampled_from([0, 15, 5_000])),
        unmet_skill=draw(st.sampled_from([0, 7, 2_000])),
        pair_cost=draw(st.sampled_from([0, 10, 60])) if groups else 0,
        least_group=draw(st.integers(0, 3)) if groups else draw(st.integers(0, 1)),
    )


def test_the_nearest_go_but_every_district_gets_its_medic():
    plan = solve(by_hand())
    assert plan.sent.tolist() == [[[1, 3], [0, 0]], [[0, 0], [1, 1]]]
    assert (plan.objective, plan.bound, plan.stopped_because) == (70, 70, "optimal")
    assert plan.shortage.district.tolist() == []


def test_what_stays_short_is_said_the_worst_served_district_first():
    problem = by_hand(supply=np.array([[0, 3], [0, 1]]), want=np.array([4, 4]), want_skill=np.array([[1, 0], [0, 0]]))
    plan = solve(problem)
    assert plan.shortage.head.tolist() == [1, 3]
    assert plan.shortage.skill.tolist() == [[1, 0], [0, 0]]
    assert plan.shortage.district.tolist() == [1, 0]
    assert plan.objective == 45 + 4 * 5_000 + 2_000


@calm
@given(tiny_problems(groups=False))
def test_one_by_one_no_plan_is_better_and_it_is_proved(problem):
    plan = solve(problem)
    assert plan.objective == plan.bound == best_of_every_plan(problem)
    assert plan.stopped_because == "optimal"
    assert verify(problem, plan) == []


@calm
@given(tiny_problems())
def test_in_groups_the_best_lies_between_bound_and_plan(problem):
    plan, best = solve(problem, max_work=40_000), best_of_every_plan(problem)
    assert plan.bound <= best <= plan.objective
    assert plan.objective == cost(problem, plan.sent)
    assert verify(problem, plan) == []


def drawn(seed, departments=12, districts=7, **changes):
    rng = np.random.default_rng(seed)
    parts = {
        "supply": rng.integers(0, 8, (departments, 3)),
        "want": rng.integers(5, 20, districts),
        "want_skill": rng.integers(0, 3, (districts, 3)),
        "minutes": rng.integers(5, 61, (departments, districts)),
        "pair_cost": 10,
        "least_group": 3,
    }
    return by_hand(**parts | changes)


@pytest.mark.parametrize("seed", range(3))
def test_a_plan_of_a_dozen_departments_is_within_a_few_percent_and_not_behind_an_engine(seed):
    problem = drawn(seed)
    plan = solve(problem, max_work=3_000_000, seed=seed)
    assert verify(problem, plan) == []
    assert plan.gap < 0.15
    engine, says = milp_by_highs.solved(problem, 60.0)
    assert plan.bound <= engine + 1e-6
    assert says - 1e-6 <= plan.objective <= 1.01 * engine


@pytest.mark.parametrize("seed", range(3))
def test_a_flow_of_a_dozen_departments_is_as_good_as_an_engine_says(seed):
    problem = drawn(seed, pair_cost=0, least_group=1)
    plan = solve(problem)
    assert plan.gap == 0
    assert plan.objective == pytest.approx(milp_by_highs.solved(problem, 60.0)[0])


def test_a_large_flow_runs_in_a_process_of_its_own_and_ends_the_same(monkeypatch):
    problem = drawn(4, pair_cost=0, least_group=1)
    here = solve(problem)
    monkeypatch.setitem(solve.__globals__, "SMALL", 0)
    assert solve(problem).digest == here.digest
    short = solve(problem, budget_s=0.0)
    assert short.stopped_because == "budget"
    assert short.bound <= here.objective <= short.objective
    assert verify(problem, short) == []


def test_equal_work_gives_equal_plans_and_more_work_none_worse():
    problem = drawn(1)
    once, again = (solve(problem, max_work=700_000, seed=5) for _ in range(2))
    assert once.digest == again.digest
    assert once.stopped_because == "work"
    assert once.work == 700_000
    assert solve(problem, max_work=100_000, seed=5).objective >= once.objective


def test_nobody_to_send_nobody_wanted_and_no_skills():
    for changes, objective in (
        ({"supply": np.zeros((2, 2))}, 6 * 5_000 + 2 * 2_000),
        ({"want": np.zeros(2), "want_skill": np.zeros((2, 2))}, 0),
        ({"supply": np.empty((0, 2)), "minutes": np.empty((0, 2))}, 6 * 5_000 + 2 * 2_000),
        ({"want": [], "want_skill": np.empty((0, 2)), "minutes": np.empty((2, 0))}, 0),
        ({"supply": np.empty((2, 0)), "want_skill": np.empty((2, 0))}, 6 * 5_000),
    ):
        for group in (0, 3):
            problem = by_hand(**{name: np.asarray(part) for name, part in changes.items()}, least_group=group)
            plan = solve(problem)
            assert (plan.objective, plan.bound, plan.sent.sum()) == (objective, objective, 0)
            assert verify(problem, plan) == []


def test_a_group_may_be_larger_than_what_is_wanted():
    problem = by_hand(want=np.array([1, 0]), want_skill=np.zeros((2, 2)), least_group=3, pair_cost=10)
    plan = solve(problem, max_work=20_000)
    assert plan.sent.sum(axis=2).tolist() == [[3, 0], [0, 0]]
    assert plan.objective == plan.bound == 40


def test_waves_use_people_up_in_order():
    later = Wave(np.array([0, 5]), np.array([[0, 0], [1, 0]]))
    (first, plan), (second, next_plan) = solve_waves(by_hand(), [later])
    assert plan.digest == solve(first).digest
    assert (second.supply == first.supply - plan.sent.sum(axis=1)).all()
    assert verify(second, next_plan) == []
    assert next_plan.sent.sum() == 1
    assert next_plan.shortage.head.tolist() == [0, 4]
    assert next_plan.shortage.skill.tolist() == [[0, 0], [1, 0]]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"supply": np.array([[-1, 3], [1, 2]])}, r"supply\[0,0\]: -1: is below 0"),
        ({"want": np.array([4, -2])}, "want.*is below 0"),
        ({"want": np.array([4])}, "want_skill: has shape"),
        ({"want_skill": np.array([[5, 0], [0, 0]])}, r"want_skill\[0,0\]: 5: is more than the heads wanted"),
        ({"minutes": np.array([[np.nan, 1], [1, 1]])}, "minutes"),
        ({"minutes": np.array([[1, 1]])}, "minutes: has shape"),
        ({"unmet_head": -1}, "unmet_head: -1 is below 0"),
        ({"least_group": 2.5}, "least_group: 2.5 is not a whole number"),
        ({"pair_cost": 10**9}, "pair_cost.*is above"),
    ],
)
def test_a_problem_without_sense_is_refused(changes, said):
    with pytest.raises(BadProblem, match=said):
        by_hand(**changes)


def test_a_wish_to_stop_is_heeded_and_progress_rises():
    with pytest.raises(Cancelled):
        solve(by_hand(), cancelled=lambda: True)
    asked = iter([False] * 6 + [True] * 100)
    with pytest.raises(Cancelled):
        solve(drawn(2), cancelled=lambda: next(asked))
    heard = []
    plan = solve(drawn(2), max_work=600_000, progress=lambda share, step: heard.append((share, step)))
    assert [share for share, _ in heard] == sorted(share for share, _ in heard)
    assert (heard[0], heard[-1]) == ((0.0, "prices"), (1.0, "done"))
    assert replace(plan, seconds=0.0).digest == plan.digest


def test_a_lone_department_sends_those_who_can_do_what_is_wanted():
    """Nobody changes places with anybody there: a better mix of skills alone has to be kept as the best so far."""
    alone = by_hand(
        supply=np.array([[3, 11]]),
        want=np.array([4]),
        want_skill=np.array([[2, 0]]),
        minutes=np.array([[5]]),
        pair_cost=10,
    )
    plan = solve(alone, max_work=200_000)
    assert (plan.sent.tolist(), plan.objective, plan.gap) == ([[[2, 2]]], 30, 0.0)


def test_sending_a_few_districts_anew_never_makes_a_plan_worse():
    problem = drawn(3)
    sent, draws = solve(problem, max_work=1_000).sent.astype(np.int64), np.random.default_rng(1)
    costs = np.array([problem.unmet_head, problem.unmet_skill, problem.pair_cost, problem.least_group])
    parts = (problem.supply.astype(np.int64), problem.want, problem.want_skill, problem.minutes, costs)
    begun = cost(problem, sent)
    for _ in range(12):
        some = engines._together(sent.sum(axis=2) > 0, 4, draws)
        assert len(set(some.tolist())) == 4
        found = engines._send_anew(*parts, sent, some)
        assert cost(problem, found) <= cost(problem, sent)
        assert (np.delete(found, some, axis=1) == np.delete(sent, some, axis=1)).all()
        sent = found
    assert engines._cost(*parts[1:], sent) == cost(problem, sent) < begun


def engines_running():
    return [one for one in psutil.Process().children() if "engines.py" in " ".join(one.cmdline())]


def test_an_engine_polishes_a_plan_until_the_budget_is_spent_and_is_gone_then():
    problem = drawn(3)
    begun = solve(problem, max_work=1_000).sent.astype(np.int64)
    polished = solve.__globals__["_polished"](problem, begun, 0, Watch(budget_s=2.0))
    assert cost(problem, polished) <= cost(problem, begun)
    assert engines_running() == []


def test_a_wish_to_stop_is_heeded_while_an_engine_polishes(monkeypatch):
    monkeypatch.setitem(solve.__globals__, "ANNEALING", 0.0)
    steps, running = [], []

    def stop():
        running.extend(engines_running())
        return bool(running)

    with pytest.raises(Cancelled):
        solve(drawn(3), budget_s=600.0, progress=lambda _, step: steps.append(step), cancelled=stop)
    assert (steps[0], set(steps[1:])) == ("prices", {"polish"})
    assert engines_running() == []
