"""The steps of the solver in turn, in slices: told of, cancelled and limited between them."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from linli.planning.allocation.measure import objective_of, proved_bound
from linli.planning.allocation.plan import Prices
from linli.planning.allocation.problem import AllocationProblem
from linli.planning.allocation.reach import Arcs
from linli.planning.allocation.solver import auction, least, paths, stock
from linli.planning.allocation.solver.net import PEOPLE_PER_STEP, Held, Net, best_gain, held_of, net_of, spread_all
from linli.planning.errors import OutOfTime
from linli.planning.frame import Watch, kernel

ARCS_PER_SLICE = 2_000_000
"""Arcs looked at between two looks at the clock: some hundredths of a second."""


@dataclass(frozen=True, eq=False)
class Found:
    """A placement and prices over the arcs given.

    Attributes:
        grid: i4[n], role: i1[n], -1 for none. metres: of all walks.
        prices, bound: what they prove.
        stopped_because: "optimal", "work" or "budget".
    """

    grid: np.ndarray
    role: np.ndarray
    metres: int
    prices: Prices
    bound: int
    stopped_because: str


class _Stopped(Exception):
    """The budget or the limit of work is used up, and a placement is held."""


def best(problem: AllocationProblem, arcs: Arcs, watch: Watch) -> Found:
    """The best placement over these arcs, or the one held when the budget or the limit of work is reached.

    Work is counted in arcs looked at.

    Raises:
        Cancelled: the caller asked to stop. OutOfTime: no placement is held yet.
    """
    return _Solver(problem, net_of(problem, arcs, watch), watch).found()


class _Solver:
    def __init__(self, problem: AllocationProblem, net: Net, watch: Watch) -> None:
        self.problem, self.net, self.watch = problem, net, watch
        self.held: Held = held_of(net)
        self.kept: _Kept | None = None
        self.mending = False

    def found(self) -> Found:
        try:
            self._auction()
            self._paths()
            self._least_prices()
        except _Stopped:
            return self._told(self._best_held(), "work" if self.watch.worked_enough() else "budget")
        return self._told(self._now(), "optimal")

    def _auction(self) -> None:
        """Rounds of bids, down to steps of one metre; the placement at the end of each is kept."""
        net, held = self.net, self.held
        room, first = auction.room_of(held, self.problem.n_grids), auction.first_step(net)
        step, raised, raises = first, None, auction.LEAST_RAISE
        while True:
            self._tell(0.1 + 0.6 * (1 - math.log(step) / math.log(max(first, 2))), "flow")
            auction.begin(net, held, room, raised)
            while room.waits[0] > 0:
                self._work(auction.bid, held, room, step)
            self.kept = self._now()
            if step == 1:
                return
            if auction.short_grids(net, held, room):
                raises = min(raises + 1, auction.MOST_RAISE)
            step, raised = max(1, step // auction.SHRINK), raises * step

    def _paths(self) -> None:
        """Everybody and every place that is not right yet made right."""
        held, n = self.held, self.problem.n_people
        stock.clear(held)
        homeless, count, at = np.empty(n, np.int32), np.zeros(1, np.int64), np.zeros(1, np.int64)
        for first in range(0, n, PEOPLE_PER_STEP):
            self._work(stock.take_people, held, first, min(n, first + PEOPLE_PER_STEP), homeless, count)
        stock.take_grids(self.net, held)
        self.mending, self.search = True, paths.paths_of(len(held.price))
        todo = homeless[: count[0]]
        while at[0] < len(todo) or self._searching():
            self._tell(0.7 + 0.1 * at[0] / len(todo), "paths")
            self._work(paths.place_people, held, self.search, todo, at)
        for share, sign in ((0.8, -1), (0.85, 1)):
            at[0] = 0
            while at[0] < len(held.lack) or self._searching():
                self._tell(share + 0.05 * at[0] / len(held.lack), "paths")
                self._work(paths.mend_nodes, held, self.search, at, sign)

    def _least_prices(self) -> None:
        self._tell(0.9, "prices")
        ceiling = self.net.value.max(initial=0) + self.net.quota_value.max(initial=0)
        least.begin(self.net, self.held, self.search, -ceiling)
        while self._searching():
            self._work(least.lower, self.held, self.search)

    def _searching(self) -> bool:
        return bool(self.search.now[paths.RUNNING])

    def _work(self, step: Callable[..., int], *given: object) -> None:
        """One slice of a step, unless it is time to stop."""
        self.watch.check_cancelled()
        if self.watch.spent() or self.watch.worked_enough():
            if self.kept is None:
                raise OutOfTime("the budget or the work allowed was used up before a placement was held")
            raise _Stopped
        self.watch.work += int(step(self.net, *given, self.watch.work_left(ARCS_PER_SLICE)))

    def _tell(self, share: float, step: str) -> None:
        self.watch.check_cancelled()
        if self.watch.progress is not None:
            self.watch.progress(share, step)

    def _now(self) -> "_Kept":
        held = self.held
        return _Kept(held.node.copy(), held.walk.copy(), held.price.copy())

    def _best_held(self) -> "_Kept":
        """The placement of the last round, or the present one where it is better; the best prices."""
        kept, now = self.kept, self._now()
        assert kept is not None
        if not self.mending:
            return kept
        better = stock.is_sound(self.net, self.held) and self._objective(now) < self._objective(kept)
        return now if better else replace(kept, price=now.price)

    def _objective(self, kept: "_Kept") -> int:
        return objective_of(self.problem, *self._placement(kept))

    def _placement(self, kept: "_Kept") -> tuple[np.ndarray, np.ndarray, int]:
        columns = self.net.quota.shape[1] + 1
        placed = kept.node >= 0
        grid = np.where(placed, kept.node // columns, -1).astype(np.int32)
        role = np.where(placed & (kept.node % columns < columns - 1), kept.node % columns, -1).astype(np.int8)
        return grid, role, int(kept.walk[placed].sum())

    def _told(self, kept: "_Kept", why: str) -> Found:
        g, columns = self.net.quota.shape
        self.held.price[:] = kept.price
        spread_all(self.net, self.held)
        price = kept.price.reshape(g, columns + 1)
        prices = Prices(
            person=gains(self.net, self.held),
            role=np.where(self.net.quota > 0, price[:, :columns], price[:, columns:]),
            head=price[:, columns].copy(),
        )
        return Found(*self._placement(kept), prices, proved_bound(self.problem, prices), why)


@dataclass(frozen=True, eq=False)
class _Kept:
    """A placement and prices: as in `Held`."""

    node: np.ndarray
    walk: np.ndarray
    price: np.ndarray


@kernel
def gains(net, held):  # type: ignore[no-untyped-def]
    """i8[n]: the most that each can gain."""
    gain = np.empty(len(net.stay), np.int64)
    for i in range(len(gain)):
        gain[i] = best_gain(net, held, i)
    return gain
