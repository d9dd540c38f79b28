"""What is wrong with a dispatch, recomputed by looking at everybody for every request.

The certificate `exhaustive` needs no proof beyond that: with the best people of
each request known, no choice of as many costs less, so the bound is their sum.
It holds `fit` i4[q], how many people may be offered at all.

A matching is proved by prices. With `request_price` p and `person_price` w (0
for people not among `priced`), w <= 0, p <= unserved, and p[r] + w[i] <= cost(r, i)
for every fit i, no matching with `served` requests served costs less than

    sum p + sum w - unserved * (requests not served).

That none serves more is checked, where a request is left, by a largest matching over everybody.
"""

import math
from collections.abc import Iterator

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from linli.planning.dispatch.plan import DispatchPlan, Matching
from linli.planning.dispatch.problem import DispatchProblem

WITHIN_M, ABOVE = 500.0, 2
"""Nobody is offered with more than two above the least loaded fit person within 500 m of the request."""

HAIR = 1e-9
"""Relative; sums may be added up in another order."""


def verify(problem: DispatchProblem, plan: DispatchPlan) -> list[str]:
    """What is wrong with a plan; empty when nothing is.

    Checks that the plan is one of this problem, that every request has the best people there are, in order, ties to
    the lower person, and the costs, the objective and the bound that it claims.
    """
    if plan.problem_digest != problem.digest:
        return ["the plan is of another problem"]
    wrong = list(_shapes(problem, plan))
    if wrong:
        return wrong
    by_skill = _able(problem)
    total: list[float] = []
    for r in range(len(problem.req_skill)):
        who, cost = _fit(problem, r, by_skill, fair=plan.fair)
        if plan.certificate.fit[r] != len(who):
            wrong.append(f"request {r} has {len(who)} fit people, not {plan.certificate.fit[r]}")
        best = _best(who, cost, problem.k)
        total.extend(float(what) for what in cost[best])
        wrong += _against(r, plan.chosen[r], plan.cost[r], who, cost, best)
        if len(wrong) > 10:
            return [*wrong, "and more"]
    return wrong + list(_numbers(plan, math.fsum(total)))


def _shapes(problem: DispatchProblem, plan: DispatchPlan) -> Iterator[str]:
    q, k = len(problem.req_skill), problem.k
    if plan.certificate is None or plan.certificate.name != "exhaustive":
        yield "the certificate is not exhaustive"
        return
    for name, array, shape, kind in (
        ("chosen", plan.chosen, (q, k), "i"),
        ("cost", plan.cost, (q, k), "f"),
        ("fit", plan.certificate.fit, (q,), "i"),
    ):
        if array.shape != shape or array.dtype.kind != kind:
            yield f"{name}: {kind} of shape {shape} is wanted, not {array.dtype} of {array.shape}"


def _able(problem: DispatchProblem) -> dict[int, np.ndarray]:
    """Free people by each skill asked for."""
    return {
        int(skill): np.flatnonzero(problem.free & ((problem.vol_skills.astype(np.int64) >> int(skill)) & 1 == 1))
        for skill in np.unique(problem.req_skill)
    }


def _fit(problem: DispatchProblem, r: int, able: dict[int, np.ndarray], *, fair: bool) -> tuple[np.ndarray, np.ndarray]:
    """People who may be offered request r, by number, and what each costs."""
    who = able[int(problem.req_skill[r])]
    step = problem.vol_xy[who] - problem.req_xy[r]
    metres, load = np.sqrt((step**2).sum(axis=1)), problem.load[who].astype(np.int64)
    if fair and (metres <= WITHIN_M).any():
        keep = load <= load[metres <= WITHIN_M].min() + ABOVE
        who, metres, load = who[keep], metres[keep], load[keep]
    return who, metres + problem.load_m * load


def _best(who: np.ndarray, cost: np.ndarray, k: int) -> np.ndarray:
    """Places of the k least costs, equal ones by the lower number; `who` is rising."""
    if len(who) > k:
        near = np.flatnonzero(cost <= np.partition(cost, k - 1)[k - 1])
        return near[np.lexsort((who[near], cost[near]))[:k]]
    return np.lexsort((who, cost))


def _against(
    r: int, chosen: np.ndarray, claimed: np.ndarray, who: np.ndarray, cost: np.ndarray, best: np.ndarray
) -> Iterator[str]:
    if (chosen[len(best) :] != -1).any() or (chosen[: len(best)] < 0).any():
        yield f"request {r} should have {len(best)} people, then -1"
        return
    mine = chosen[: len(best)].astype(np.int64)
    if len(set(mine.tolist())) < len(mine):
        yield f"request {r} is offered somebody twice"
        return
    if not len(who):
        return
    at = np.clip(np.searchsorted(who, mine), 0, len(who) - 1)
    unfit = who[at] != mine
    if unfit.any():
        yield f"request {r} is offered person {mine[np.argmax(unfit)]}, who is not fit for it"
        return
    hair = HAIR * (1 + np.abs(cost[best]))
    if (np.abs(claimed[: len(best)] - cost[at]) > hair).any():
        yield f"request {r}: claims costs that are not those of its people"
    worse = np.abs(cost[at] - cost[best]) > hair
    tied = (cost[at] == cost[best]) & (mine != who[best])
    if worse.any():
        yield f"request {r}: choice {int(np.argmax(worse))} should be person {who[best][np.argmax(worse)]}"
    elif tied.any():
        yield f"request {r}: of equal people the lower, {who[best][np.argmax(tied)]}, comes first"


def _numbers(plan: DispatchPlan, total: float) -> Iterator[str]:
    hair = HAIR * (1 + abs(total))
    if not abs(plan.objective - total) <= hair:
        yield f"claims the objective {plan.objective}, but it is {total}"
    if not plan.bound <= total + hair:
        yield f"claims the bound {plan.bound}, but looking at everybody proves only {total}"
    gap = (plan.objective - plan.bound) / max(1, abs(plan.objective))
    if not abs(plan.gap - gap) <= HAIR:
        yield f"claims the gap {plan.gap}, but objective and bound make it {gap}"


def verify_matching(problem: DispatchProblem, found: Matching) -> list[str]:
    """What is wrong with a matching of the problem's requests; empty when nothing is, and then none is better."""
    m = len(problem.req_skill)
    if found.person.shape != (m,) or found.cost.shape != (m,) or found.request_price.shape != (m,):
        return [f"the matching is not one of {m} requests"]
    given = found.person[found.person >= 0]
    if len(set(given.tolist())) < len(given):
        return ["somebody is given two requests"]
    weight = np.zeros(len(problem.vol_skills))
    weight[found.priced] = found.person_price
    wrong, able, total, fit = [], _able(problem), [], []
    hair = 1e-6 + HAIR * abs(found.unserved)
    for r in range(m):
        who, cost = _fit(problem, r, able, fair=found.fair)
        fit.append(who)
        if (found.request_price[r] + weight[who] > cost + hair).any():
            wrong.append(f"request {r}: its price is above the cost of somebody fit")
        if found.person[r] < 0:
            continue
        at = np.flatnonzero(who == found.person[r])
        if not at.size:
            wrong.append(f"request {r} is given person {found.person[r]}, who is not fit for it")
            continue
        if abs(float(cost[at[0]]) - found.cost[r]) > hair:
            wrong.append(f"request {r}: claims a cost that is not that of its person")
        total.append(float(cost[at[0]]))
    if (found.person_price > hair).any() or (found.request_price > found.unserved + hair).any():
        wrong.append("a person's price is above 0, or a request's above that of leaving it")
    objective, missing = math.fsum(total), m - len(given)
    proved = float(found.request_price.sum() + found.person_price.sum()) - found.unserved * missing
    if abs(found.total - objective) > hair * (1 + m):
        wrong.append(f"claims the total {found.total}, but it is {objective}")
    if objective > proved + hair * (1 + m):
        wrong.append(f"costs {objective}, but its prices prove only {proved}")
    if missing and (most := _most_served(fit, len(problem.vol_skills))) > m - missing:
        wrong.append(f"serves {m - missing} requests, but {most} can be")
    return wrong


def _most_served(fit: list[np.ndarray], n: int) -> int:
    """How many requests can have somebody of their own."""
    start = np.concatenate([[0], np.cumsum([len(who) for who in fit])])
    edges = csr_array((np.ones(start[-1], bool), np.concatenate(fit), start), shape=(len(fit), max(n, 1)))
    return int((maximum_bipartite_matching(edges, perm_type="column") >= 0).sum())
