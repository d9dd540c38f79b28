"""What a repair says: who moves, what it costs, and the plan as it is now."""

from dataclasses import dataclass

import numpy as np

from linli.planning.frame import Plan


@dataclass(frozen=True)
class Chain:
    """One hole filled, or one person found a place, by people moving up one after the other.

    Attributes:
        steps: (person, from grid, to grid), -1 for none, in the order in which each makes room for the next.
        cost: what the chain changes in the objective.
        alone: what it would change if nobody moved: the hole left empty, the person left out.
    """

    steps: tuple[tuple[int, int, int], ...]
    cost: int
    alone: int


@dataclass(frozen=True, eq=False, kw_only=True)
class RepairPlan(Plan):
    """The placement after a change. Rows are those of the state: people who left keep theirs, those who came follow.

    Attributes:
        grid: i4[n], role: i1[n], as in an allocation; -1 for whoever left.
        before: i4[n], the grid before the change, -1 for whoever stood nowhere or came.
        here: b1[n], whether the person is there after the change.
        objective: of the problem after the change; bound: no plan of it costs less. certificate: prices for all rows.
        problem_digest: of the problem that the state began with; `State.plan` has that of the problem as it is now.
        chains: one for every hole or person, in the order in which they were dealt with.
        mode: "exact" or "calm".
    """

    grid: np.ndarray
    role: np.ndarray
    before: np.ndarray
    here: np.ndarray
    objective: int
    bound: int
    gap: float
    chains: tuple[Chain, ...]
    mode: str

    @property
    def moved(self) -> np.ndarray:
        """i8[k]: people who stay and change their grid, or lose it."""
        return np.flatnonzero(self.here & (self.before >= 0) & (self.grid != self.before))

    @property
    def called(self) -> np.ndarray:
        """i8[k]: people who stood nowhere and now have a grid."""
        return np.flatnonzero(self.here & (self.before < 0) & (self.grid >= 0))
