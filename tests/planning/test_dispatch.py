"""The promise of dispatch: nobody better is passed over, whoever comes, goes, moves or takes an order meanwhile."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit

from linli.planning.dispatch import DispatchProblem, prepare, solve
from linli.planning.errors import BadProblem, Cancelled, OutOfTime
from linli.planning.verify.dispatch import verify

calm = settings(max_examples=150)


def by_hand(**changes):
    """Three medics and a driver on a line; two requests at its west end, for a medic and for a driver."""
    parts = {
        "vol_xy": np.array([[100.0, 0.0], [200.0, 0.0], [300.0, 0.0], [50.0, 0.0]]),
        "vol_skills": np.array([1, 1, 1, 2]),
        "load": np.array([3, 0, 0, 1]),
        "free": np.array([True, True, True, True]),
        "req_xy": np.zeros((2, 2)),
        "req_skill": np.array([0, 1]),
        "k": 2,
        "load_m": 300.0,
    }
    return DispatchProblem(**parts | changes)


@st.composite
def small_problems(draw, people=12):
    n, q = draw(st.integers(0, people)), draw(st.integers(0, 4))
    seed = draw(st.integers(0, 2**20))
    rng = np.random.default_rng(seed)
    side = draw(st.sampled_from([1, 3, 40]))
    return DispatchProblem(
        vol_xy=150.0 * rng.integers(0, side, (n, 2)),
        vol_skills=rng.integers(0, 8, n),
        load=rng.integers(0, draw(st.sampled_from([1, 7])), n),
        free=rng.integers(0, 4, n) > 0,
        req_xy=150.0 * rng.integers(0, side, (q, 2)),
        req_skill=rng.integers(0, 3, q),
        k=draw(st.integers(1, 14)),
        load_m=float(draw(st.sampled_from([0, 150, 300]))),
    )


def best_of_all(problem, r, *, fair):
    """(cost, person) of everybody fit for a request, the best first, the plain way."""
    everybody = []
    for i in range(len(problem.vol_skills)):
        if problem.free[i] and (int(problem.vol_skills[i]) >> int(problem.req_skill[r])) & 1:
            metres = float(np.sqrt(((problem.vol_xy[i] - problem.req_xy[r]) ** 2).sum()))
            everybody.append((metres + problem.load_m * int(problem.load[i]), i, metres, int(problem.load[i])))
    near = [load for _, _, metres, load in everybody if metres <= 500]
    if fair and near:
        everybody = [one for one in everybody if one[3] <= min(near) + 2]
    return sorted((cost, person) for cost, person, _, _ in everybody)


def test_the_less_loaded_come_before_the_nearer():
    plan = solve(by_hand())
    assert plan.chosen.tolist() == [[1, 2], [3, -1]]
    assert plan.cost.tolist() == [[200.0, 300.0], [350.0, np.inf]]
    assert plan.objective == plan.bound == 850.0
    assert plan.certificate.fit.tolist() == [3, 1]


@pytest.mark.parametrize("fair", [False, True])
@calm
@given(problem=small_problems())
def test_every_request_has_the_best_there_are(problem, fair):
    plan = solve(problem, fair=fair)
    for r in range(len(problem.req_skill)):
        best = best_of_all(problem, r, fair=fair)[: problem.k]
        assert [(cost, person) for cost, person in zip(plan.cost[r], plan.chosen[r], strict=True)][: len(best)] == best
        assert (plan.chosen[r, len(best) :] == -1).all()
    assert verify(problem, plan) == []


def test_nobody_is_offered_who_has_more_than_two_above_somebody_near():
    problem = by_hand(load_m=0.0)
    assert solve(problem).chosen[0].tolist() == [0, 1]
    assert solve(problem, fair=True).chosen[0].tolist() == [1, 2]
    assert solve(replace(problem, vol_xy=problem.vol_xy + np.array([500.0, 0.0])), fair=True).chosen[0].tolist() == [
        0,
        1,
    ]
    assert solve(replace(problem, load=np.array([2, 0, 0, 1])), fair=True).chosen[0].tolist() == [0, 1]


@pytest.mark.parametrize(
    "changes",
    [
        {"vol_xy": np.empty((0, 2)), "vol_skills": [], "load": [], "free": []},
        {"free": np.zeros(4, bool)},
        {"vol_skills": np.zeros(4, int)},
        {"req_xy": np.empty((0, 2)), "req_skill": []},
    ],
)
def test_where_nobody_is_fit_nobody_is_offered(changes):
    problem = by_hand(**{name: np.asarray(value) for name, value in changes.items()})
    plan = solve(problem)
    assert (plan.chosen == -1).all()
    assert plan.objective == plan.bound == 0
    assert verify(problem, plan) == []


def test_a_thousand_people_at_one_spot_come_by_number():
    n = 1_000
    problem = by_hand(
        vol_xy=np.full((n, 2), 7.0), vol_skills=np.ones(n, int), load=np.zeros(n, int), free=np.arange(n) >= 400, k=3
    )
    assert solve(problem).chosen[0].tolist() == [400, 401, 402]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"load": np.array([-1, 0, 0, 0])}, r"load\[0\]: -1: is below 0"),
        ({"load": np.array([300, 0, 0, 0])}, "load: holds numbers outside"),
        ({"vol_xy": np.array([[np.nan, 0]] * 4)}, r"vol_xy\[0,0\]: nan: is not a finite number"),
        ({"req_xy": np.array([[0.0, 1e12]] * 2)}, "req_xy.*is above"),
        ({"free": np.ones(3, bool)}, "free: has shape"),
        ({"req_skill": np.array([32, 0])}, r"req_skill\[0\]: 32: is above 31"),
        ({"k": 0}, "k: 0 is below 1"),
        ({"load_m": -1.0}, "load_m: -1 is below 0"),
    ],
)
def test_a_problem_without_sense_is_refused(changes, said):
    with pytest.raises(BadProblem, match=said):
        by_hand(**changes)


def test_a_spent_budget_and_a_wish_to_stop_are_heeded():
    with pytest.raises(OutOfTime):
        solve(by_hand(), budget_s=0.0)
    with pytest.raises(Cancelled):
        solve(by_hand(), cancelled=lambda: True)
    heard = []
    solve(by_hand(), progress=lambda share, step: heard.append((share, step)))
    assert heard[-1] == (1.0, "done")


# --- the state that is changed in place


@njit
def brute(x, y, skills, load, free, at_x, at_y, skill, load_m, who, cost):
    found, k = 0, len(who)
    for i in range(len(x)):
        if free[i] and (skills[i] >> skill) & 1:
            price = np.sqrt((x[i] - at_x) * (x[i] - at_x) + (y[i] - at_y) * (y[i] - at_y)) + load_m * load[i]
            if found < k or price < cost[k - 1]:
                at = found if found < k else k - 1
                found = min(k, found + 1)
                while at > 0 and cost[at - 1] > price:
                    cost[at], who[at] = cost[at - 1], who[at - 1]
                    at -= 1
                cost[at], who[at] = price, i
    return found


class Plainly:
    """The same as `State`, looking at everybody."""

    def __init__(self, problem, room):
        n = len(problem.vol_skills)
        self.count, self.load_m = n, problem.load_m
        self.x, self.y, self.skills = np.zeros(room), np.zeros(room), np.zeros(room, np.int64)
        self.load, self.free, self.there = np.zeros(room, np.int64), np.zeros(room, bool), np.zeros(room, bool)
        self.x[:n], self.y[:n], self.skills[:n] = *problem.vol_xy.T, problem.vol_skills
        self.load[:n], self.free[:n], self.there[:n] = problem.load, problem.free, True

    def nearest(self, x, y, skill, k):
        who, cost, n = np.empty(k, np.int32), np.empty(k), self.count
        able = self.free[:n]
        found = brute(self.x[:n], self.y[:n], self.skills[:n], self.load[:n], able, x, y, skill, self.load_m, who, cost)
        return who[:found], cost[:found]


def live(problem, changes, seed, room, span):
    """Change a state and its plain twin alike, comparing every answer; how many answers were compared."""
    state, plain, compared = prepare(problem), Plainly(problem, room), 0
    rng = np.random.default_rng(seed)
    kinds = rng.choice(6, changes, p=[0.3, 0.2, 0.2, 0.28, 0.01, 0.01])
    at, who, much = rng.integers(0, span, (changes, 2)).astype(float), rng.random(changes), rng.integers(0, 8, changes)
    for kind, (x, y), part, some in zip(kinds.tolist(), at.tolist(), who.tolist(), much.tolist(), strict=True):
        person = int(part * plain.count)
        if kind == 0:
            found, wanted = state.nearest(x, y, some % 4, 5), plain.nearest(x, y, some % 4, 5)
            assert found.person.tolist() == wanted[0].tolist()
            assert found.cost.tolist() == wanted[1].tolist()
            compared += 1
        elif kind == 4:
            if plain.count < room:
                assert state.add(x, y, some, load=some % 3) == plain.count
                plain.x[plain.count], plain.y[plain.count], plain.skills[plain.count] = x, y, some
                plain.load[plain.count], plain.free[plain.count], plain.there[plain.count] = some % 3, True, True
                plain.count += 1
        elif not plain.there[person]:
            with pytest.raises(BadProblem, match="no such person"):
                state.load(person, 1)
        elif kind == 1:
            state.free(person, some % 2 == 1)
            plain.free[person] = some % 2 == 1
        elif kind == 2:
            state.load(person, some)
            plain.load[person] = some
        elif kind == 3:
            state.move(person, x, y)
            plain.x[person], plain.y[person] = x, y
        else:
            state.remove(person)
            plain.free[person] = plain.there[person] = False
    return state, compared


def drawn(rng, n, span):
    return by_hand(
        vol_xy=rng.integers(0, span, (n, 2)).astype(float),
        vol_skills=rng.integers(0, 16, n),
        load=rng.integers(0, 4, n),
        free=rng.integers(0, 5, n) > 0,
    )


def test_a_million_changes_and_questions_mixed_are_answered_as_by_looking_at_everybody():
    problem = drawn(np.random.default_rng(3), 1_500, 20_000)
    _, compared = live(problem, 1_000_000, 4, room=8_000, span=20_000)
    assert compared > 250_000


@settings(max_examples=40)
@given(st.integers(0, 2**20), st.integers(0, 30), st.sampled_from([1, 4, 1_000]))
def test_any_small_state_stays_right_too(seed, n, span):
    problem = drawn(np.random.default_rng(seed), n, span)
    state, _ = live(problem, 300, seed + 1, room=200, span=span)
    snapshot = state.snapshot(np.zeros((1, 2)), np.zeros(1, int), 3)
    assert solve(snapshot).chosen[0, : len(found := state.nearest(0, 0, 0, 3).person)].tolist() == found.tolist()


def test_ten_thousand_who_gather_at_one_spot_do_not_slow_the_tree_into_a_list():
    state = prepare(drawn(np.random.default_rng(5), 10_000, 20_000))
    for person in range(10_000):
        state.move(person, 9.0, 9.0)
    assert state.nodes["people"].max() <= 256 + 10_000 // 64 + 8
    assert len(state.nearest(9, 9, 0, 4).person) == 4


def test_a_state_says_what_it_took_and_refuses_what_makes_no_sense():
    state = prepare(by_hand())
    assert state.set_up_s > 0
    assert state.memory_bytes > 4 * 40
    for ask, said in (
        (lambda: state.nearest(float("nan"), 0, 0, 1), "is not a place"),
        (lambda: state.nearest(0, 0, 32, 1), "skill 32"),
        (lambda: state.nearest(0, 0, 0, 0), "k: 0"),
        (lambda: state.free(4, True), "person 4: there is no such person"),
        (lambda: state.load(-1, 0), "person -1"),
        (lambda: state.load(0, 128), "load 128"),
        (lambda: state.move(0, 0, float("inf")), "is not a place"),
        (lambda: state.add(0, 0, -1), "skills: -1"),
    ):
        with pytest.raises(BadProblem, match=said):
            ask()


def test_an_offer_from_the_state_is_the_fair_one():
    state = prepare(by_hand(load_m=0.0))
    assert state.nearest(0, 0, 0, 2).person.tolist() == [0, 1]
    assert state.offer(0, 0, 0, 2).person.tolist() == [1, 2]
    state.load(1, 1)
    state.load(2, 1)
    assert state.offer(0, 0, 0, 2).person.tolist() == [0, 1]
