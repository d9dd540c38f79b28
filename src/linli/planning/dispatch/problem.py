"""Who could be asked: people with skills and loads, and the requests that look for them."""

from dataclasses import dataclass

import numpy as np

from linli.planning.frame import Problem, array, number, whole

FARTHEST_M = 1e9
MOST_LOAD = 127
FAIR_WITHIN_M = 500.0
FAIR_ABOVE = 2
"""Nobody is offered who has more than two above the least loaded fit person within 500 m of the request."""


@dataclass(frozen=True, eq=False, kw_only=True)
class DispatchProblem(Problem):
    """People, and requests that each ask for the k best of them.

    Fit for a request is who is free and has its skill. The best are those of
    least metres + load_m * load; equal ones by the lower person.

    n people, q requests.

    Attributes:
        vol_xy: f8[n,2], metres. vol_skills: u4[n], bit k set where the person has skill k.
        load: i1[n], orders each person has now. free: b1[n], may be asked now.
        req_xy: f8[q,2], metres. req_skill: i4[q], the skill wanted, 0 to 31.
        k: how many people each request is offered.
        load_m: metres that one order more is worth going past somebody.

    Raises:
        BadProblem: shapes disagree, a number is negative, NaN or out of its range.
    """

    vol_xy: np.ndarray = array("f8", "n", 2, low=-FARTHEST_M, high=FARTHEST_M)
    vol_skills: np.ndarray = array("u4", "n")
    load: np.ndarray = array("i1", "n", low=0)
    free: np.ndarray = array("b1", "n")
    req_xy: np.ndarray = array("f8", "q", 2, low=-FARTHEST_M, high=FARTHEST_M)
    req_skill: np.ndarray = array("i4", "q", low=0, high=31)
    k: int = whole(low=1, high=10_000)
    load_m: float = number(low=0, high=FARTHEST_M)
