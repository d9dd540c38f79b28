"""The answer: who is sent, what stays unmet, and the prices that bound every plan."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from linli.planning.frame import Part, Plan

UNIT = 1_000
"""Prices are whole thousandths of the objective's unit, so that the proof is in whole numbers."""


@dataclass(frozen=True, eq=False)
class Multipliers(Part):
    """The certificate 'multipliers': with people and skills priced so, each district for itself can do no better.

    Whole thousandths. The bound they prove is laid down in docs/reference/reinforcement-format.md.

    Attributes:
        supply: i8[d,s], worth of one more person; never negative.
        skill: i8[k,s], worth of one more skill met, from 0 to what an unmet one costs.
    """

    name: ClassVar[str] = "multipliers"
    prefix: ClassVar[str] = "price_"

    supply: np.ndarray
    skill: np.ndarray


@dataclass(frozen=True, eq=False)
class Shortage(Part):
    """What stays unmet: heads i4[k] and skills i4[k,s], and the districts i4[u] that lack any, worst served first."""

    prefix: ClassVar[str] = "short_"

    head: np.ndarray
    skill: np.ndarray
    district: np.ndarray


@dataclass(frozen=True, eq=False, kw_only=True)
class ReinforcementPlan(Plan):
    """Who is sent where, and how far from the best that can be at most.

    Attributes:
        sent: i4[d,k,s], people.
        objective: minutes, used pairs and what stays unmet.
        work: moves tried; 0 where whole numbers came of themselves.
        shortage: what stays unmet.
    """

    sent: np.ndarray
    objective: int
    bound: int
    certificate: Multipliers
    gap: float
    shortage: Shortage
