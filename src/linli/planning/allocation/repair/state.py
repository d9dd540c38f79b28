"""The state that keeps a published placement warm: a change is answered from it in milliseconds."""

import copy
from time import perf_counter

import numpy as np

from linli.planning.allocation.plan import AllocationPlan, Prices
from linli.planning.allocation.problem import AllocationProblem
from linli.planning.allocation.reach import arcs_within_reach
from linli.planning.allocation.repair import tidy
from linli.planning.allocation.repair.build import arcs_of, demand_of, joined, newcomers_of, no_arcs, people_of
from linli.planning.allocation.repair.change import Change
from linli.planning.allocation.repair.labels import labels_for
from linli.planning.allocation.repair.net import SCALE, Demand, People
from linli.planning.allocation.repair.plan import Chain, RepairPlan
from linli.planning.allocation.repair.rows import Rows
from linli.planning.allocation.repair.standing import refuse_standing
from linli.planning.allocation.repair.steps import Steps
from linli.planning.allocation.shortage import shortage_of
from linli.planning.errors import BadProblem
from linli.planning.frame import Asked, Progress, Watch
from linli.planning.frame.plan import gap_of

EXACT, CALM = "exact", "calm"
MOST_MOVES = 3


def prepare(problem: AllocationProblem, plan: AllocationPlan) -> "State":
    """A warm state of a plan. Takes seconds for a city; `set_up_s` says how many, `memory_bytes` how much it keeps.

    Raises:
        BadProblem: the plan is of another problem.
    """
    if plan.problem_digest != problem.digest:
        raise BadProblem("the plan is of another problem")
    return State(problem, plan.grid, plan.role, plan.certificate, seed=plan.seed, best=plan.gap == 0)


def stand(problem: AllocationProblem, grid: np.ndarray, role: np.ndarray, prices: Prices) -> "State":
    """A state of people who stand anywhere, not where a plan has them: in what was published, with what came since.

    Its first repair mends what the world has left behind: an exact one moves from here to the best there is, a calm
    one fills the places that stand empty, up to what grids want.

    Args:
        grid: i4[n], role: i1[n], who stands where; as in a plan, but as good as it happens to be.
        prices: of a plan of this problem that is proved to be the best; they say what is worth a move.

    Raises:
        BadProblem: people cannot stand so.
    """
    state = State(problem, grid, role, prices, seed=0, best=False)
    state.as_found = True
    return state


class State:
    """A placement that changes with the world. Rows never change: who comes is appended, who leaves keeps theirs.

    Attributes:
        settled: whether it is the best placement there is. as_found: whether nothing has been repaired yet since
            people were found standing so.
        set_up_s: seconds it took to make. memory_bytes: what it keeps.
    """

    def __init__(
        self, problem: AllocationProblem, grid: np.ndarray, role: np.ndarray, prices: Prices, *, seed: int, best: bool
    ) -> None:
        began = perf_counter()
        found = arcs_within_reach(problem)
        if not best:
            refuse_standing(problem, grid, role, found)
        self._rows, self._seed = Rows.of(problem), seed
        self.people = people_of(problem, grid, role, found)
        self.demand = demand_of(problem, grid, role, prices)
        self._columns = problem.quota.shape[1] + 1
        self._price = prices.person.astype(np.int64)
        price = self._price if best else tidy.prices_where_they_stand(self.people, self.demand)
        self.base = arcs_of(found, self.people.mask, price * SCALE, self.demand.worth, self._columns)
        self.new = no_arcs(self.demand.worth, problem.n_people)
        self._labels = {0: labels_for(len(self.demand.worth))}
        self.settled, self.as_found = best, False
        self.set_up_s = perf_counter() - began
        arrays = (*self.base[1:], *self.people, *self.demand)
        self.memory_bytes = sum(part.nbytes for part in arrays)

    @property
    def began_with(self) -> AllocationProblem:
        """The problem that the state was made for."""
        return self._rows.problem

    @property
    def want(self) -> np.ndarray:
        """i4[g]: heads wanted now."""
        return self._rows.want

    def copy(self) -> "State":
        """Another state that may change without changing this one; the arcs are shared."""
        other = copy.copy(self)
        other.people = People(*(part.copy() for part in self.people))
        other.demand = Demand(*(part.copy() for part in self.demand))
        return other

    def apply(
        self,
        change: Change,
        *,
        mode: str = EXACT,
        most_moves: int = MOST_MOVES,
        budget_s: float | None = None,
        progress: Progress | None = None,
        cancelled: Asked | None = None,
    ) -> RepairPlan:
        """Repair the placement after a change, and keep it.

        Args:
            mode: "exact": the cheapest placement there is, with the fewest moves that any such needs. "calm": at
                most `most_moves` people change their grid for each who leaves or is wanted, one for each who comes.

        Raises:
            BadProblem: the change names people or grids that are not there. Nothing has changed then.
            Cancelled, OutOfTime: the state must not be used again; take a copy first.
        """
        watch = Watch(budget_s, progress, cancelled)
        home = self.people.home
        rows, newcomers = self._rows.after(change, self.people.here)
        steps = Steps(self, -1 if mode == EXACT else most_moves, watch)
        if mode == EXACT and not self.settled:
            steps.settle()
        self._rows = rows
        first = len(self.people.node)
        self._enter(newcomers)
        steps.leave(change.leave)
        steps.demand(change.grid, newcomers)
        steps.place(range(first, len(self.people.node)))
        steps.fill()
        if self.as_found and mode != EXACT:
            steps.fill_what_is_empty()
        self.settled, self.as_found = mode == EXACT, False
        before = np.concatenate([home, np.full(len(self.people.node) - first, -1, np.int32)])
        return self._told(steps.chains, mode, before, watch)

    def labels(self, limit: int):  # type: ignore[no-untyped-def]
        """Labels for a search with a limit of moves, kept for the next."""
        layers = max(limit, 0)
        if layers not in self._labels:
            self._labels[layers] = labels_for(len(self.demand.worth) * (layers + 1))
        return self._labels[layers]

    def _enter(self, newcomers: AllocationProblem) -> None:
        if newcomers.n_people:
            found = arcs_within_reach(newcomers)
            self.people = newcomers_of(self.people, newcomers)
            prices = tidy.prices_of(found.start, found.grid, found.metres, newcomers.vol_mask, self.demand)
            # they stand nowhere until they are pushed: nobody's price is below nothing then
            nothing = np.full(newcomers.n_people, -SCALE, np.int64)
            self.new = joined(self.new, found, self.people, nothing, self._columns)
            self._price = np.concatenate([self._price, prices])

    def _told(self, chains: list[Chain], mode: str, before: np.ndarray, watch: Watch) -> RepairPlan:
        columns = self.demand.quota.shape[1] + 1
        tidy.rest(self.people, self.demand, columns)
        if self.settled:
            self._price = tidy.prices_where_they_stand(self.people, self.demand)
        objective, bound = tidy.objective(self.people, self.demand), self._bound()
        return RepairPlan(
            grid=self.people.home.copy(),
            role=self._roles(),
            before=before,
            here=self.people.here.copy(),
            objective=objective,
            bound=bound,
            certificate=self._prices(np.ones(len(self.people.node), np.bool_)),
            gap=gap_of(objective, bound) or 0.0,
            seed=self._seed,
            work=len(chains),
            seconds=watch.seconds(),
            stopped_because="optimal" if objective == bound else "converged",
            problem_digest=self._rows.problem.digest,
            chains=tuple(chains),
            mode=mode,
        )

    def _roles(self) -> np.ndarray:
        columns = self.demand.quota.shape[1] + 1
        column = self.people.node % columns
        return np.where((self.people.node < 0) | (column == columns - 1), -1, column).astype(np.int8)

    def _bound(self) -> int:
        prices = self._prices(self.people.here)
        demand = self.demand
        over_quota = np.maximum(0, demand.quota_value // SCALE + prices.head[:, None] - prices.role)
        over_head = np.maximum(0, demand.value // SCALE - prices.head[:, None])
        return -int(prices.person.sum() + (demand.quota * over_quota).sum() + (demand.room * over_head).sum())

    def _prices(self, here: np.ndarray) -> Prices:
        worth = (self.demand.worth // SCALE).reshape(len(self.demand.out), self.demand.quota.shape[1] + 1)
        head = worth[:, -1]
        role = np.where(self.demand.quota > 0, worth[:, :-1], head[:, None])
        return Prices(person=self._price[here], role=role, head=head.copy())

    def problem(self) -> AllocationProblem:
        """The problem as it is now: those who are here, in the order of their rows, and what grids want."""
        return self._rows.as_problem(self.people.here)

    def plan(self, problem: AllocationProblem, told: RepairPlan) -> AllocationPlan:
        """A repaired placement as a plan of `problem()`, with the prices that prove its bound."""
        here = self.people.here
        grid, role = told.grid[here].astype(np.int32), told.role[here]
        return AllocationPlan(
            grid=grid,
            role=role,
            objective=told.objective,
            bound=told.bound,
            certificate=self._prices(here),
            gap=told.gap,
            seed=told.seed,
            work=told.work,
            seconds=told.seconds,
            stopped_because=told.stopped_because,
            problem_digest=problem.digest,
            shortage=shortage_of(problem, grid, role),
        )
