"""The warm state of dispatch: people in a tree that is changed in place as they come, go, move and take orders."""

import time
from typing import NamedTuple

import numpy as np

from linli.planning.dispatch import tree
from linli.planning.dispatch.problem import FAIR_ABOVE, FAIR_WITHIN_M, FARTHEST_M, MOST_LOAD, DispatchProblem
from linli.planning.errors import BadProblem

CROWDED = 256
"""People in one leaf from which on a new tree is worth it sooner."""


class Found(NamedTuple):
    """People, the best first, and what each costs: metres + load_m * load."""

    person: np.ndarray
    cost: np.ndarray


class State:
    """Everybody, ready to answer in microseconds. Not for two threads at once.

    Made by `prepare`. Numbers of people are those of the problem; who is added gets the next.

    Attributes:
        load_m: metres that one order more is worth.
        people, nodes: the records of `tree`, changed in place.
        set_up_s: seconds that making it took. memory_bytes: what its arrays take.
    """

    def __init__(self, problem: DispatchProblem) -> None:
        began = time.perf_counter()
        self.load_m = problem.load_m
        n = len(problem.vol_skills)
        people = np.zeros(n, tree.PERSON)
        people["x"], people["y"] = problem.vol_xy.T
        people["skills"], people["number"] = problem.vol_skills, np.arange(n)
        people["load"], people["free"] = problem.load, problem.free
        self._known = n
        self._row_of = np.empty(0, np.int32)
        self._build(people)
        self.set_up_s = time.perf_counter() - began

    def _build(self, people: np.ndarray) -> None:
        """A new tree over these rows, with room for a quarter more."""
        count = len(people)
        leaves = 1
        while leaves * tree.PEOPLE_PER_LEAF < count:
            leaves *= 2
        self.people = np.zeros(count + count // 4 + 64, tree.PERSON)
        self.people["leaf"] = -1
        self.people[:count] = people
        self.nodes = np.zeros(2 * leaves - 1, tree.NODE)
        self._rows, self._changed = count, 0
        tree.build(self.people, count, self.nodes)
        self._row_of = np.full(self._known + self._known // 4 + 64, -1, np.int32)
        self._row_of[self.people["number"][:count]] = np.arange(count)

    @property
    def memory_bytes(self) -> int:
        """What its arrays take."""
        return self.people.nbytes + self.nodes.nbytes + self._row_of.nbytes

    def _row(self, person: int) -> int:
        row = int(self._row_of[person]) if 0 <= person < self._known else -1
        if row < 0:
            raise BadProblem(f"person {person}: there is no such person")
        return row

    def nearest(self, x: float, y: float, skill: int, k: int) -> Found:
        """The k best fit people, fewer where there are not so many; equal ones by the lower number.

        Raises:
            BadProblem: the place is no place, or the skill or k is out of range.
        """
        return self._best(x, y, skill, k, MOST_LOAD)

    def offer(self, x: float, y: float, skill: int, k: int) -> Found:
        """As `nearest`, without those whose load is more than two above the least of a fit person within 500 m."""
        x, y, skill = _place(x, y, skill)
        most = tree.allowed_load(self.people, self.nodes, x, y, skill, FAIR_WITHIN_M, FAIR_ABOVE)
        return self._best(x, y, skill, k, most)

    def _best(self, x: float, y: float, skill: int, k: int, most_load: int) -> Found:
        x, y, skill = _place(x, y, skill)
        if k < 1:
            raise BadProblem(f"k: {k} is below 1")
        person, cost = np.empty(min(k, max(1, self._rows)), np.int32), np.empty(min(k, max(1, self._rows)))
        found = tree.nearest(self.people, self.nodes, x, y, skill, most_load, self.load_m, person, cost)
        return Found(person, cost) if found == len(person) else Found(person[:found], cost[:found])

    def free(self, person: int, free: bool) -> None:
        """Say whether a person may be asked."""
        tree.set_free(self.people, self.nodes, self._row(person), 1 if free else 0)

    def load(self, person: int, load: int) -> None:
        """Say how many orders a person has, 0 to 127."""
        tree.set_load(self.people, self.nodes, self._row(person), _load(load))

    def move(self, person: int, x: float, y: float) -> None:
        """Say where a person is now."""
        x, y, _ = _place(x, y, 0)
        self._settle(tree.move(self.people, self.nodes, self._row(person), x, y))

    def add(self, x: float, y: float, skills: int, *, load: int = 0, free: bool = True) -> int:
        """Somebody more, with skills as bits; their number."""
        x, y, _ = _place(x, y, 0)
        if not 0 <= skills < 2**32:
            raise BadProblem(f"skills: {skills} are not bits 0 to 31")
        if self._rows == len(self.people) or self._known == len(self._row_of):
            self._build(self._in_use())
        row, person = self._rows, self._known
        self.people[row] = (x, y, skills, person, _load(load), free, -1, -1, -1)
        self._rows, self._known = row + 1, person + 1
        self._row_of[person] = row
        self._settle(tree.put_in(self.people, self.nodes, row))
        return person

    def remove(self, person: int) -> None:
        """Take a person out for good; the number is not used again."""
        tree.take_out(self.people, self.nodes, self._row(person))
        self._row_of[person] = -1

    def _in_use(self) -> np.ndarray:
        rows = self.people[: self._rows]
        return rows[rows["leaf"] >= 0]

    def _settle(self, in_leaf: int) -> None:
        """Build the tree anew where many have moved or many stand in one leaf: seldom enough to cost little a move."""
        self._changed += 1
        if self._changed > max(1_000, self._rows // 2) or (
            in_leaf > CROWDED and self._changed > max(CROWDED, self._rows // 64)
        ):
            self._build(self._in_use())

    def snapshot(self, req_xy: np.ndarray, req_skill: np.ndarray, k: int) -> DispatchProblem:
        """What the state knows now as a problem, with these requests; numbers of people stay.

        Who was removed stands at the origin and is not free.
        """
        rows = self._in_use()
        n, at = self._known, rows["number"]
        xy, skills = np.zeros((n, 2)), np.zeros(n, np.uint32)
        load, free = np.zeros(n, np.int8), np.zeros(n, bool)
        xy[at, 0], xy[at, 1], skills[at] = rows["x"], rows["y"], rows["skills"]
        load[at], free[at] = rows["load"], rows["free"] != 0
        return DispatchProblem(
            vol_xy=xy, vol_skills=skills, load=load, free=free, req_xy=req_xy, req_skill=req_skill, k=k,
            load_m=self.load_m,
        )  # fmt: skip


def _place(x: float, y: float, skill: int) -> tuple[float, float, int]:
    """A place and a skill in the types that the kernels are compiled for."""
    if not (abs(x) <= FARTHEST_M and abs(y) <= FARTHEST_M):
        raise BadProblem(f"place {x}, {y}: is not a place within {FARTHEST_M:g} m")
    if not 0 <= skill <= 31:
        raise BadProblem(f"skill {skill}: is not from 0 to 31")
    return float(x), float(y), int(skill)


def _load(load: int) -> int:
    if not 0 <= load <= MOST_LOAD:
        raise BadProblem(f"load {load}: is not from 0 to {MOST_LOAD}")
    return int(load)


def prepare(problem: DispatchProblem) -> State:
    """Everybody of a problem, ready to answer and to be changed in place."""
    return State(problem)
