"""What no plan can beat: every district for itself, at prices for people.

Nobody is sent twice, and skills are met; both are priced instead of asked for. Then each district chooses alone: from
each department nobody, or a group at the pair's cost, the cheapest people first. How many heads come from the first
departments, at what cost at least, is found one department after the other, exactly. The sum over all districts, less
what all people are worth, bounds every plan whatever the prices; better prices are sought by going uphill.

This is stronger than the linear relaxation, which lets a pair be used by a fraction: here a district that wants 43 from
departments of 24 pays for two whole pairs.

Source: Geoffrion 1974 (Lagrangian relaxation); Held, Wolfe and Crowder 1974 (steps).
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from linli.planning.frame import kernel
from linli.planning.reinforcement.plan import UNIT, Multipliers
from linli.planning.reinforcement.problem import ReinforcementProblem

WORK_AT_ONCE = 2 * 10**7
"""Steps of the inner loop after which the caller is asked whether to stop."""

GIVE_UP_BELOW = 1e-3
"""The share of the way to the target below which steps are too short to matter."""

FAR = 2**60


class Uphill:
    """Prices that are made better step by step; what they prove is kept for the best of them.

    Attributes:
        bound: no plan costs less. steps: how many were made. done: whether more would not matter.
    """

    def __init__(self, problem: ReinforcementProblem, supply_price: np.ndarray, skill_price: np.ndarray) -> None:
        self._problem = problem
        self._at = self._fit(supply_price, skill_price)
        self._best, self._value = self._at, -np.inf
        self._push = (np.zeros(problem.supply.shape), np.zeros(problem.want_skill.shape))
        self._share, self._stale = 1.0, 0
        self.steps, self.done = 0, False

    def _fit(self, supply: np.ndarray, skill: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return np.maximum(supply, 0.0), np.clip(skill, 0.0, self._problem.unmet_skill)

    @property
    def bound(self) -> int:
        """The whole number that the best prices prove; the objective is whole, so it is rounded up."""
        return int(-(-int(self._value) // UNIT)) if np.isfinite(self._value) else 0

    @property
    def multipliers(self) -> Multipliers:
        """The best prices, as whole thousandths."""
        supply, skill = (np.rint(UNIT * price).astype(np.int64) for price in self._best)
        return Multipliers(supply, skill)

    def of_flow(self) -> int:
        """The bound where people go one by one and pairs cost nothing: the cheapest come, if worth it."""
        problem, prices = self._problem, self.multipliers
        value = int((prices.skill * problem.want_skill).sum()) - int((prices.supply * problem.supply).sum())
        people = problem.supply.astype(np.int64).ravel()
        for k, want in enumerate(problem.want.tolist()):
            price = (UNIT * problem.minutes[:, k, None].astype(np.int64) + prices.supply - prices.skill[k]).ravel()
            order = np.argsort(price, kind="stable")
            before = np.cumsum(people[order]) - people[order]
            come = np.clip(want - before, 0, people[order])
            cheaper = price[order] - UNIT * problem.unmet_head
            value += UNIT * problem.unmet_head * want + int((come * np.minimum(0, cheaper)).sum())
            value += int(((people[order] - come) * np.minimum(0, price[order])).sum())
        self._value = value
        return self.bound

    def step(self, target: int) -> Iterator[None]:
        """One step towards a target that some plan has; yields now and then so that the caller may stop."""
        problem = self._problem
        supply, skill = (np.rint(UNIT * price).astype(np.int64) for price in self._at)
        used, got = np.zeros(problem.supply.shape, np.int64), np.zeros(problem.want_skill.shape, np.int64)
        value = int((skill * problem.want_skill).sum()) - int((supply * problem.supply).sum())
        for first, last in _helpings(problem):
            value += _districts(*_numbers(problem), supply, skill, first, last, used, got)
            yield
        self.steps += 1
        self._stale += 1
        if value > self._value:
            if value > self._value + UNIT // 2:
                self._stale = 0
            self._best, self._value = self._at, value
        if self._stale > 20:
            self._share, self._stale, self._at = 0.7 * self._share, 0, self._best
            self._push = tuple(np.zeros(part.shape) for part in self._push)  # type: ignore[assignment]
            self.done = self._share < GIVE_UP_BELOW
            return
        self._go(value / UNIT, target, used, got)

    def _go(self, value: float, target: int, used: np.ndarray, got: np.ndarray) -> None:
        """Dearer who is wanted too often, cheaper who is not; with some of the last push, as streams do."""
        short = [used - self._problem.supply, self._problem.want_skill - got]
        for part, price in zip(short, self._at, strict=True):
            part[(price <= 0) & (part < 0)] = 0
        push = [0.7 * last + 0.3 * now for last, now in zip(self._push, short, strict=True)]
        length = sum(float((part**2).sum()) for part in push)
        if length <= 1e-9:
            self.done = True
        if self.done or target <= value:
            return
        far = self._share * (target - value) / length
        self._push = (push[0], push[1])
        self._at = self._fit(self._at[0] + far * push[0], self._at[1] + far * push[1])


def _numbers(problem: ReinforcementProblem) -> tuple[object, ...]:
    return (
        problem.supply, problem.want, problem.minutes,
        problem.unmet_head, problem.pair_cost, max(1, problem.least_group),
    )  # fmt: skip


def _helpings(problem: ReinforcementProblem) -> Iterator[tuple[int, int]]:
    """Districts in stretches of about equal work."""
    work = problem.want.astype(np.int64) * int(problem.supply.sum()) + 1
    share = np.cumsum(work) // WORK_AT_ONCE
    edges = [0, *(np.flatnonzero(np.diff(share)) + 1).tolist(), len(work)]
    yield from pairwise(edges)


@kernel
def _districts(  # type: ignore[no-untyped-def]
    supply, want, minutes, unmet_head, pair_cost, least, supply_price, skill_price, first, last, used, got
):
    """What some districts can do at least, in thousandths; `used` and `got` count whom they would take."""
    departments = len(supply)
    biggest = 0
    for d in range(departments):
        biggest = max(biggest, supply[d].sum())
    total = 0
    for k in range(first, last):
        heads = want[k]
        best = np.full((departments + 1, heads + 1), FAR)
        group, before = np.zeros((departments, heads + 1), np.int32), np.zeros((departments, heads + 1), np.int32)
        cost = np.empty(biggest + 1, np.int64)
        best[0, 0] = 0
        for d in range(departments):
            best[d + 1] = best[d]
            people = _costs(supply[d], minutes[d, k], pair_cost, supply_price[d], skill_price[k], cost)
            for had in range(heads + 1):
                if best[d, had] >= FAR:
                    continue
                for t in range(least, people + 1):
                    have = min(heads, had + t)
                    if best[d, had] + cost[t] < best[d + 1, have]:
                        best[d + 1, have] = best[d, had] + cost[t]
                        group[d, have], before[d, have] = t, had
                    if had + t > heads and t > least and cost[t] >= cost[t - 1]:
                        break  # who is more costs more
        least_cost, have = FAR, 0
        for had in range(heads + 1):
            if best[departments, had] + UNIT * unmet_head * (heads - had) < least_cost:
                least_cost, have = best[departments, had] + UNIT * unmet_head * (heads - had), had
        total += least_cost
        for d in range(departments - 1, -1, -1):
            if best[d + 1, have] < best[d, have]:
                _take(supply[d], supply_price[d], skill_price[k], group[d, have], used[d], got[k])
                have = before[d, have]
    return total


@kernel
def _costs(supply, minutes, pair_cost, supply_price, skill_price, cost):  # type: ignore[no-untyped-def]
    """What the cheapest 1, 2, … people of a department cost with their pair; how many there are."""
    people = 0
    cost[0] = UNIT * pair_cost
    for s in np.argsort(supply_price - skill_price):
        for _ in range(supply[s]):
            people += 1
            cost[people] = cost[people - 1] + UNIT * minutes + supply_price[s] - skill_price[s]
    return people


@kernel
def _take(supply, supply_price, skill_price, count, used, got):  # type: ignore[no-untyped-def]
    """Count the cheapest so many people of a department as taken."""
    for s in np.argsort(supply_price - skill_price):
        some = min(count, supply[s])
        used[s] += some
        got[s] += some
        count -= some
