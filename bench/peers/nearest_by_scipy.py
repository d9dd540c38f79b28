"""scipy's cKDTree, one a skill over the free people, asked for twice as many until nobody farther can be better."""

import numpy as np
from scipy.spatial import cKDTree

from linli.planning.dispatch import DispatchProblem

NAME = "scipy cKDTree"


class Nearest:
    """The same answers as `State.nearest`, for people who do not change."""

    def __init__(self, problem: DispatchProblem) -> None:
        self._load_m = problem.load_m
        self._who, self._load, self._tree = {}, {}, {}
        for skill in map(int, np.unique(problem.req_skill)):
            who = np.flatnonzero(problem.free & ((problem.vol_skills >> np.uint32(skill)) & 1).astype(bool))
            self._who[skill], self._load[skill] = who, problem.load[who].astype(np.float64)
            self._tree[skill] = cKDTree(problem.vol_xy[who])

    def nearest(self, x: float, y: float, skill: int, k: int) -> np.ndarray:
        """The k best people, the best first; ties as they come."""
        who, load, tree = self._who[skill], self._load[skill], self._tree[skill]
        look = min(4 * k, len(who))
        while look:
            metres, at = tree.query((x, y), k=[*range(1, look + 1)])
            cost = metres + self._load_m * load[at]
            order = np.argsort(cost, kind="stable")[:k]
            if look == len(who) or cost[order[-1]] < metres[-1]:
                return who[at[order]]
            look = min(2 * look, len(who))
        return np.empty(0, np.int64)
