"""Several waves one after the other: who went in one is not there for the next."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from linli.planning.reinforcement.plan import ReinforcementPlan
from linli.planning.reinforcement.problem import ReinforcementProblem
from linli.planning.reinforcement.solve import solve


@dataclass(frozen=True)
class Wave:
    """What one wave wants, as in the problem: heads i4[k], skills i4[k,s]."""

    want: np.ndarray
    want_skill: np.ndarray


def solve_waves(
    problem: ReinforcementProblem, waves: Sequence[Wave], **how: Any
) -> list[tuple[ReinforcementProblem, ReinforcementPlan]]:
    """Each wave's problem and plan, in order; `how` is that of `solve`, and a budget is for each wave.

    The first wave is that of the problem. Each is as good as it can be with whom the waves before left: a wave is not
    served worse for a later one.
    """
    solved = [(problem, solve(problem, **how))]
    for wave in waves:
        last, plan = solved[-1]
        left = last.supply - plan.sent.sum(axis=1)
        following = replace(last, supply=left, want=wave.want, want_skill=wave.want_skill)
        solved.append((following, solve(following, **how)))
    return solved
