"""Answer all requests of a problem: exact, each from the tree of `prepare`."""

import math

import numpy as np

from linli.planning.dispatch import tree
from linli.planning.dispatch.plan import DispatchPlan, Exhaustive
from linli.planning.dispatch.problem import FAIR_ABOVE, FAIR_WITHIN_M, MOST_LOAD, DispatchProblem
from linli.planning.dispatch.state import prepare
from linli.planning.frame import Asked, Progress, Watch, kernel

REQUESTS_AT_ONCE = 1_000


def solve(
    problem: DispatchProblem,
    *,
    budget_s: float | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    cancelled: Asked | None = None,
    fair: bool = False,
) -> DispatchPlan:
    """The k best people for every request. Requests are answered apart: nobody's load grows by being offered.

    Nothing is random and there is no choice of effort: equal problems give equal plans whatever the seed.

    Args:
        fair: leave out who has more than two orders above the least loaded fit person within 500 m of the request.

    Raises:
        OutOfTime: the budget was spent before all were answered. Cancelled: the caller asked to stop.
    """
    watch = Watch(budget_s, progress, cancelled)
    watch.tell(0.0, "tree")
    state = prepare(problem)
    q = len(problem.req_skill)
    chosen, cost = np.full((q, problem.k), -1, np.int32), np.full((q, problem.k), np.inf)
    fit = np.zeros(q, np.int32)
    for first in range(0, q, REQUESTS_AT_ONCE):
        watch.tell(0.1 + 0.9 * first / q, "requests")
        some = slice(first, first + REQUESTS_AT_ONCE)
        _answer(
            state.people, state.nodes, problem.req_xy[some], problem.req_skill[some], problem.load_m, fair,
            chosen[some], cost[some], fit[some],
        )  # fmt: skip
    _count_fit(problem, fair, fit)
    objective = math.fsum(cost[chosen >= 0])
    if progress is not None:
        progress(1.0, "done")
    return DispatchPlan(
        chosen=chosen, cost=cost, fair=fair, objective=objective, bound=objective, certificate=Exhaustive(fit), gap=0.0,
        seed=seed, work=q, seconds=watch.seconds(), stopped_because="optimal", problem_digest=problem.digest,
    )  # fmt: skip


@kernel
def _answer(people, nodes, req_xy, req_skill, load_m, fair, chosen, cost, most):  # type: ignore[no-untyped-def]
    """Answer some requests; `most` is left with the most load that each may be offered."""
    for r in range(len(req_skill)):
        x, y = req_xy[r]
        most[r] = MOST_LOAD
        if fair:
            most[r] = min(MOST_LOAD, tree.allowed_load(people, nodes, x, y, req_skill[r], FAIR_WITHIN_M, FAIR_ABOVE))
        tree.nearest(people, nodes, x, y, req_skill[r], most[r], load_m, chosen[r], cost[r])


def _count_fit(problem: DispatchProblem, fair: bool, most: np.ndarray) -> None:
    """Turn the most load each request may be offered into how many people have the skill and no more load."""
    counts = np.zeros((32, MOST_LOAD + 1), np.int32)
    for skill in np.unique(problem.req_skill):
        able = problem.free & ((problem.vol_skills >> np.uint32(skill)) & 1).astype(bool)
        counts[skill] = np.cumsum(np.bincount(problem.load[able], minlength=MOST_LOAD + 1))
    most[:] = counts[problem.req_skill, most]
