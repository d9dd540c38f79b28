"""Send people where they are wanted: exactly where they go one by one, else as well as can be found, with a proof."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import numpy as np

from linli.planning.errors import EngineFailed, OutOfTime
from linli.planning.frame import Asked, Progress, Watch
from linli.planning.frame.child import SharedArrays, run_engine
from linli.planning.frame.plan import gap_of
from linli.planning.reinforcement import engines
from linli.planning.reinforcement.anneal import Table, cost_of
from linli.planning.reinforcement.bound import Uphill
from linli.planning.reinforcement.plan import ReinforcementPlan, Shortage
from linli.planning.reinforcement.problem import ReinforcementProblem

SMALL = 20_000
"""Pairs with a skill up to which the engine runs here: it ends in a fraction of a second."""

MOVES_AT_ONCE, STEPS_AT_ONCE, STEPS_COST = 250_000, 50, 5_000_000
"""Steps uphill go with so many moves: as many as this cost pays for, each priced by heads wanted times people there."""

LONGEST_RUN, SHORTEST_RUN, MOVES_PER_PAIR = 20_000_000, 200_000, 20_000
FIRST_RUNS = (20, 4, 1)
"""The first runs begin hot and are this much shorter, so that a small budget ends with a plan that has cooled."""

REHEATED = 3
"""How much colder the runs after them begin, which go on from the best plan so far."""

ANNEALING, SHORTEST_POLISH_S = 0.3, 4.0
"""The share of a budget after which an engine takes over, and the least budget for which that pays."""

RUNS = 6
"""So many runs of annealing where neither a budget nor a limit of work is given."""


def solve(
    problem: ReinforcementProblem,
    *,
    budget_s: float | None = None,
    max_work: int | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    cancelled: Asked | None = None,
) -> ReinforcementPlan:
    """A plan, and what no plan can beat.

    Where people go one by one and pairs cost nothing the plan is the best there is. Else plans are sought by annealing
    while prices for the bound are made better, until the budget is spent, `max_work` moves are tried, the plan meets
    the bound, or, where neither is given, six runs are over. With a budget alone, an engine in a child process takes
    over after a third of it and sends anew a few districts at a time; it is killed when the budget is spent. Equal
    problem, seed and `max_work` give equal plans as long as the first prices are found in time.

    Raises:
        Cancelled: the caller asked to stop.
    """
    watch = Watch(budget_s, progress, cancelled, max_work)
    watch.check_cancelled()
    _tell(watch, 0.0, "prices")
    flow = _flow(problem, watch)
    uphill = Uphill(problem, flow.supply_price, flow.skill_price)
    sent, why = np.rint(flow.sent).astype(np.int64), "optimal"
    if not (problem.is_flow and flow.found and cost_of(problem, sent) == uphill.of_flow()):
        for _ in uphill.step(0):
            watch.check_cancelled()
        table = Table(problem)
        why = _search(problem, table, uphill, seed, watch)
        sent = table.best
        if why == "polish":
            sent, why = _polished(problem, sent, seed, watch), "budget"
    _tell(watch, 1.0, "done")
    return _plan(problem, sent, uphill, why, seed, watch)


def _tell(watch: Watch, share: float, step: str) -> None:
    if watch.progress is not None:
        watch.progress(share, step)


class _Flow(NamedTuple):
    """People f8[d,k,s] sent one by one, and prices f8[d,s], f8[k,s]; all 0 where none was found."""

    sent: np.ndarray
    supply_price: np.ndarray
    skill_price: np.ndarray
    found: bool


def _flow(problem: ReinforcementProblem, watch: Watch) -> _Flow:
    """The best flow, with a pair's cost shared by all who could go, and its prices, as far as time does."""
    departments, districts, skills = problem.sizes
    most = np.minimum(
        problem.supply.sum(axis=1)[:, None],
        np.maximum(np.maximum(problem.want, problem.want_skill.sum(axis=1)), problem.least_group)[None, :],
    )
    inputs = {
        "supply": problem.supply.astype(np.int64),
        "want": problem.want.astype(np.int64),
        "want_skill": problem.want_skill.astype(np.int64),
        "each": problem.minutes + problem.pair_cost / np.maximum(most, 1),
        "unmet": np.array([problem.unmet_head, problem.unmet_skill], float),
    }
    filled = {
        "sent": np.zeros((departments, districts, skills)),
        "supply_price": np.zeros((departments, skills)),
        "skill_price": np.zeros((districts, skills)),
    }
    if filled["sent"].size <= SMALL:
        if filled["sent"].size:
            engines.transport(**inputs, **filled)
        return _Flow(**filled, found=True)
    with SharedArrays({name: (part.shape, part.dtype.str) for name, part in (inputs | filled).items()}) as shared:
        for name, part in inputs.items():
            shared[name][...] = part
        try:
            run_engine(Path(engines.__file__), shared, watch)
        except (OutOfTime, EngineFailed):
            return _Flow(**filled, found=False)
        return _Flow(**{name: shared[name].copy() for name in filled}, found=True)


def _search(problem: ReinforcementProblem, table: Table, uphill: Uphill, seed: int, watch: Watch) -> str:
    """Anneal, and go uphill from the second run on; why it ended, "polish" where that is what the time is for now."""
    pairs = problem.minutes.size
    longest = min(LONGEST_RUN, max(SHORTEST_RUN, MOVES_PER_PAIR * pairs))
    endless = watch.budget_s is not None or watch.max_work is not None
    steps = int(np.clip(STEPS_COST // (1 + int(problem.want.sum()) * int(problem.supply.sum())), 1, STEPS_AT_ONCE))
    draws = np.random.default_rng(seed)
    polish_at_s = _polish_at_s(problem, watch)
    for run in _count(None if endless else RUNS):
        begin, first = 0, run < len(FIRST_RUNS)
        whole, hot = longest // FIRST_RUNS[run] if first else longest, table.hot / (1 if first else REHEATED)
        while begin < whole:
            if table.best_cost <= uphill.bound:
                return "optimal"
            watch.check_cancelled()
            if watch.spent() or watch.worked_enough():
                return "budget" if watch.spent() else "work"
            if watch.seconds() >= polish_at_s:
                _climb(uphill, table.best_cost, 2 * polish_at_s, watch)
                return "polish"
            moves = watch.work_left(min(MOVES_AT_ONCE, whole - begin))
            table.run(int(draws.integers(2**31)), begin, moves, whole, hot)
            begin, watch.work = begin + moves, watch.work + moves
            for _ in range(steps if run else 0):
                _climb(uphill, table.best_cost, None, watch)
            _tell(watch, _share(watch, run, begin / whole), "plans")
        table.back_to_best()
    return "converged"


def _climb(uphill: Uphill, target: int, until_s: float | None, watch: Watch) -> None:
    """One step uphill, or as many as matter until so many seconds of the call are over."""
    while not uphill.done and not watch.spent():
        for _ in uphill.step(target):
            watch.check_cancelled()
        if until_s is None or watch.seconds() >= until_s:
            return


def _polish_at_s(problem: ReinforcementProblem, watch: Watch) -> float:
    """Seconds after which polishing is worth more than annealing; never where plans must be equal again."""
    if watch.budget_s is None or watch.max_work is not None or problem.is_flow or watch.budget_s < SHORTEST_POLISH_S:
        return np.inf
    return ANNEALING * watch.budget_s


def _polished(problem: ReinforcementProblem, sent: np.ndarray, seed: int, watch: Watch) -> np.ndarray:
    """The plan, or a better one that an engine found in the time that is left; the engine is killed then."""
    assert watch.budget_s is not None
    left = watch.budget_s - watch.seconds()
    arrays = {
        "supply": problem.supply.astype(np.int64),
        "want": problem.want.astype(np.int64),
        "want_skill": problem.want_skill.astype(np.int64),
        "minutes": problem.minutes.astype(np.int64),
        "costs": np.array([problem.unmet_head, problem.unmet_skill, problem.pair_cost, problem.least_group]),
        "seed": np.array([seed]),
        "kept": np.stack([sent, sent]),
        "which": np.zeros(1, np.int64),
    }

    def asked() -> bool:
        _tell(watch, _share(watch, 0, 0.0), "polish")
        return watch.cancelled is not None and watch.cancelled()

    with SharedArrays({name: (part.shape, "<i8") for name, part in arrays.items()}) as shared:
        for name, part in arrays.items():
            shared[name][...] = part
        with suppress(OutOfTime, EngineFailed):
            # killed when the budget is spent, not somewhat later as an engine may be that nobody can ask
            run_engine(Path(engines.__file__), shared, Watch(min(left / 1.05, left - 0.2), cancelled=asked))
        polished = shared["kept"][int(shared["which"][0])].copy()
    group = polished.sum(axis=2)
    kept = (polished.sum(axis=1) <= problem.supply).all() and not ((group > 0) & (group < problem.least_group)).any()
    return polished if kept and cost_of(problem, polished) <= cost_of(problem, sent) else sent


def _count(runs: int | None) -> Iterator[int]:
    run = 0
    while runs is None or run < runs:
        yield run
        run += 1


def _share(watch: Watch, run: int, of_run: float) -> float:
    """The share done, by whichever limit is nearest."""
    if watch.budget_s is None and watch.max_work is None:
        return min(1.0, (run + of_run) / RUNS)
    by_time = watch.seconds() / watch.budget_s if watch.budget_s else 0.0
    by_work = watch.work / watch.max_work if watch.max_work else 0.0
    return min(1.0, max(by_time, by_work))


def _plan(
    problem: ReinforcementProblem, sent: np.ndarray, uphill: Uphill, why: str, seed: int, watch: Watch
) -> ReinforcementPlan:
    objective, bound = cost_of(problem, sent), uphill.bound
    return ReinforcementPlan(
        sent=sent.astype(np.int32),
        objective=objective,
        bound=bound,
        certificate=uphill.multipliers,
        gap=gap_of(objective, bound) or 0.0,
        seed=seed,
        work=watch.work,
        seconds=watch.seconds(),
        stopped_because="optimal" if objective == bound else why,
        problem_digest=problem.digest,
        shortage=_shortage(problem, sent),
    )


def _shortage(problem: ReinforcementProblem, sent: np.ndarray) -> Shortage:
    """What stays unmet; the district with the smallest share of its heads first, then most skills lacking."""
    heads = sent.sum(axis=(0, 2))
    head = np.maximum(0, problem.want - heads)
    skill = np.maximum(0, problem.want_skill - sent.sum(axis=0))
    share = 1 - head / np.maximum(1, problem.want)
    order = np.lexsort((-skill.sum(axis=1), share))
    short = order[(head[order] > 0) | (skill[order].sum(axis=1) > 0)]
    return Shortage(head.astype(np.int32), skill.astype(np.int32), short.astype(np.int32))
