"""All pairs within reach, exact."""

import numpy as np

from linli.planning.distances.components import components_of
from linli.planning.distances.plan import DistancesPlan, Potentials
from linli.planning.distances.problem import DistancesProblem
from linli.planning.distances.straight import in_straight_lines
from linli.planning.distances.street import along_edges
from linli.planning.frame import Asked, Progress, Watch


def solve(
    problem: DistancesProblem,
    *,
    budget_s: float | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    cancelled: Asked | None = None,
) -> DistancesPlan:
    """The shortest metres from every source to every node within reach.

    Nothing is random and there is no choice of effort: equal problems give equal plans whatever the seed.

    Raises:
        OutOfTime: the budget was spent before all were found. Cancelled: the caller asked to stop.
    """
    watch = Watch(budget_s, progress, cancelled)
    watch.tell(0.0, "graph")
    components = components_of(problem)
    ways = in_straight_lines if problem.edge is None else along_edges
    indptr, target, metres = ways(problem, watch)
    objective = float(metres.sum(dtype=np.float64))
    if progress is not None:
        progress(1.0, "done")
    return DistancesPlan(
        indptr=indptr, target=target, metres=metres, components=components, objective=objective, bound=objective,
        certificate=Potentials(), gap=0.0, seed=seed, work=len(target), seconds=watch.seconds(),
        stopped_because="optimal", problem_digest=problem.digest,
    )  # fmt: skip
