"""The answer: who stands where, what is short, and the prices that prove it."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from linli.planning.frame import Part, Plan


@dataclass(frozen=True, eq=False)
class Prices(Part):
    """The certificate 'prices': dual prices of all nodes, feasible over all arcs within reach.

    All are whole numbers in the unit of the objective, positive where
    something is worth having. Shapes and the inequalities they obey are laid
    down in docs/reference/allocation-format.md.

    Attributes:
        person: i8[n], what one more person like this would be worth; at least 0
            except for the pinned.
        role: i8[g,s], worth of one more person to take the quota role.
        head: i8[g], worth of one more head in the grid.
    """

    name: ClassVar[str] = "prices"
    prefix: ClassVar[str] = "price_"

    person: np.ndarray
    role: np.ndarray
    head: np.ndarray


@dataclass(frozen=True, eq=False)
class Shortage(Part):
    """What stays empty, worst-served grid first.

    Attributes:
        grid: i4[k], the grids that lack a head or a quota place.
        heads: i4[k], heads placed there. want: i4[k], heads wanted.
        short_tier: i4[k,t+1], heads missing in each tier; last: those up to `want` above the last tier.
        short_quota: i4[k,s], quota places missing in each column.
    """

    prefix: ClassVar[str] = "short_"

    grid: np.ndarray
    heads: np.ndarray
    want: np.ndarray
    short_tier: np.ndarray
    short_quota: np.ndarray


@dataclass(frozen=True, eq=False, kw_only=True)
class AllocationPlan(Plan):
    """A placement with its proof.

    Attributes:
        grid: i4[n], where each person is placed, -1 where not placed.
        role: i1[n], the quota column the person fills, -1 for none.
        objective: metres walked less the value filled.
        work: sweeps of the price passes.
        shortage: what stays empty.
    """

    grid: np.ndarray
    role: np.ndarray
    objective: int
    bound: int
    certificate: Prices
    gap: float
    shortage: Shortage

    @property
    def placed(self) -> int:
        """How many people are placed."""
        return int((self.grid >= 0).sum())
