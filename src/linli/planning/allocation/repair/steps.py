"""The steps of a repair: who leaves makes a hole, who comes is placed, demand is counted anew, holes are filled."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from linli.planning.allocation.problem import AllocationProblem
from linli.planning.allocation.repair import tidy
from linli.planning.allocation.repair.fill import cost_for, fill
from linli.planning.allocation.repair.labels import LOGGED
from linli.planning.allocation.repair.net import FAR, SCALE
from linli.planning.allocation.repair.plan import Chain
from linli.planning.allocation.repair.push import push
from linli.planning.frame import Watch

if TYPE_CHECKING:
    from linli.planning.allocation.repair.state import State


class Steps:
    """Changes a state step by step and writes down the chains of people who move.

    Attributes:
        chains: so far.
    """

    def __init__(self, state: "State", limit: int, watch: Watch) -> None:
        self._state, self._limit, self._watch = state, limit, watch
        self._seen = state.labels(limit)
        self.chains: list[Chain] = []

    def settle(self) -> None:
        """Take everybody out who has something better to do, count anew, and place them: the state is optimal then."""
        state = self._state
        for grid in range(len(state.demand.out)):
            tidy.recount(state.demand, grid)
        who = np.zeros(len(state.people.node), np.bool_)
        for arcs in (state.base, state.new):
            tidy.unsettled(arcs, state.people, state.demand, who)
        tidy.misplaced_pins(state.people, state.demand, who)
        restless = np.flatnonzero(who)
        for person in restless:
            home = state.people.node[person] // (state.demand.quota.shape[1] + 1)
            tidy.take_out(state.people, state.demand, person)
            if state.people.stays[person]:
                tidy.put_back(state.people, state.demand, person, home)
        self.place(restless[~state.people.stays[restless]])
        self.fill()
        state.settled = True

    def leave(self, people: np.ndarray | None) -> None:
        """These people are here no longer."""
        for person in people if people is not None else ():
            tidy.take_out(self._state.people, self._state.demand, person)
            self._state.people.here[person] = False

    def demand(self, grids: np.ndarray | None, after: AllocationProblem) -> None:
        """These grids want what the problem after the change says."""
        demand = self._state.demand
        columns = demand.quota.shape[1] + 1
        for grid in grids if grids is not None else ():
            head = grid * columns + columns - 1
            asked_anew = (demand.quota[grid] == 0) & (after.quota[grid] > 0)
            demand.worth[grid * columns : head][asked_anew] = demand.worth[head]
            demand.room[grid], demand.quota[grid] = after.tier_heads[grid], after.quota[grid]
            tidy.recount(demand, grid)

    def place(self, people: Iterable[int]) -> None:
        """Find places for people who stand nowhere, then for those of whom nodes have too many."""
        state, demand = self._state, self._state.demand
        for person in people:
            self._push(int(person), -1)
        crowded = np.flatnonzero(demand.lack < 0)
        for node in crowded:
            while state.demand.lack[node] < 0:
                self._push(-1, int(node))

    def _push(self, person: int, crowded: int) -> None:
        state = self._state
        self._watch.check()
        # calm: whoever comes may move one other, and who is too many must go somewhere
        limit = -1 if self._limit < 0 else min(self._limit, 1) if person >= 0 else max(self._limit, 1)
        seen = self._seen if limit == self._limit else state.labels(limit)
        cost = push(state.base, state.new, state.people, state.demand, seen, person, crowded, limit)
        if cost == FAR:  # only those who have moved already can make room
            state.people.moved[:] = False
            cost = push(state.base, state.new, state.people, state.demand, seen, person, crowded, limit)
        self._note(seen, cost, 0)

    def fill(self) -> None:
        """Fill every hole."""
        state, demand = self._state, self._state.demand
        for node in np.flatnonzero(demand.lack > 0):
            while demand.lack[node] > 0:
                self._watch.check()
                alone = self._alone(int(node))
                cost = fill(state.base, state.new, state.people, demand, self._seen, int(node), self._limit)
                self._note(self._seen, cost, alone)

    def fill_what_is_empty(self) -> None:
        """Fill the places that grids want and lack, one after the other, as long as somebody is found for them."""
        demand = self._state.demand
        columns = demand.quota.shape[1] + 1
        for grid in range(len(demand.out)):
            for column in range(columns):
                while tidy.count_one_more(demand, grid, column):
                    counted = demand.out if column == columns - 1 else demand.role_out[:, column]
                    wanted = counted[grid]
                    self.fill()
                    if not self.chains[-1].steps:
                        self.chains.pop()
                    if counted[grid] < wanted:
                        break

    def _alone(self, hole: int) -> int:
        """What filling it would change if nobody moved."""
        state = self._state
        seen = state.labels(0)
        best = cost_for(state.base, state.new, state.people, state.demand, seen, hole, 0)
        return int(best)

    def _note(self, seen, cost: int, alone: int) -> None:  # type: ignore[no-untyped-def]
        columns = self._state.demand.quota.shape[1] + 1
        log = seen.log[: seen.size[LOGGED]][::-1].tolist()
        seen.size[LOGGED] = 0
        steps = tuple(
            (who, start // columns if start >= 0 else -1, end // columns if end >= 0 else -1) for who, start, end in log
        )
        whole = (cost + SCALE // 2) // SCALE, (alone + SCALE // 2) // SCALE
        self.chains.append(Chain(steps, *(int(part) for part in whole)))
