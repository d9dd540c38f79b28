"""OR-Tools' min-cost flow over all arcs or the nearest of each person, priced and checked over all of them.

The engine can neither be stopped nor asked for prices: it runs in a child process that is killed on time, and the
prices come from sweeps of our own.
"""

from pathlib import Path

import numpy as np

from bench.peers import ortools_engine as engine
from bench.peers.flow_by_ortools import network, prices
from linli.planning.allocation.measure import objective_of
from linli.planning.allocation.plan import AllocationPlan
from linli.planning.allocation.problem import AllocationProblem
from linli.planning.allocation.reach import Arcs, arcs_within_reach, metres_to_pins
from linli.planning.allocation.shortage import shortage_of
from linli.planning.frame import Watch
from linli.planning.frame.child import SharedArrays, run_engine

NAME = "OR-Tools SimpleMinCostFlow"


def solve(problem: AllocationProblem, *, nearest: int | None = None, budget_s: float | None = None) -> AllocationPlan:
    """The best placement over the arcs to the nearest grids of each person (None: all), and what is proved of it.

    Raises:
        OutOfTime: the budget was spent; the engine was killed. EngineFailed: it died.
    """
    watch = Watch(budget_s)
    arcs = arcs_within_reach(problem, watch)
    some = arcs if nearest is None else nearest_of(arcs, nearest)
    grid, role = _best_over(problem, some, watch)
    priced = prices.price(problem, some, grid, role, watch, over=arcs)
    metres = int(metres_to_pins(problem).sum() + prices.metres_walked(arcs, problem, grid).sum())
    objective = objective_of(problem, grid, role, metres)
    gap = (objective - priced.bound) / max(1, abs(objective))
    return AllocationPlan(
        grid=grid,
        role=role,
        objective=objective,
        bound=priced.bound,
        certificate=priced.prices,
        gap=gap,
        seed=0,
        work=priced.sweeps,
        seconds=watch.seconds(),
        stopped_because="optimal" if gap == 0 else "converged",
        problem_digest=problem.digest,
        shortage=shortage_of(problem, grid, role),
    )


def nearest_of(arcs: Arcs, nearest: int) -> Arcs:
    """The arcs to the so many nearest grids of each person; of equally near ones the first."""
    person = np.repeat(np.arange(len(arcs.start) - 1), np.diff(arcs.start))
    order = np.lexsort((arcs.metres, person))
    kept = np.sort(order[np.arange(len(order)) - arcs.start[person] < nearest])
    start = np.zeros(len(arcs.start), np.int64)
    np.cumsum(np.bincount(person[kept], minlength=len(start) - 1), out=start[1:])
    return Arcs(start, arcs.grid[kept], arcs.metres[kept])


def _best_over(problem: AllocationProblem, arcs: Arcs, watch: Watch) -> tuple[np.ndarray, np.ndarray]:
    """Grid and role of each person in a placement that is best over the arcs given."""
    net = network.network_of(problem, arcs)
    inputs = {
        name: getattr(net, name) for name in ("start", "node", "metres", "tail", "head", "capacity", "cost", "supply")
    }
    shapes = {name: (array.shape, array.dtype.str) for name, array in inputs.items()}
    shapes |= {"taken": ((problem.n_people,), "<i8"), "flow": ((net.tail.size,), "<i8")}
    with SharedArrays(shapes) as shared:
        for name, array in inputs.items():
            shared[name][...] = array
        run_engine(Path(engine.__file__), shared, watch)
        return network.placement(problem, net, shared["taken"], shared["flow"])
