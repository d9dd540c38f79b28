"""Place people where they are worth most: exact, with prices that prove it."""

from pathlib import Path

import numpy as np

from linli.planning.allocation import engine, network, prices
from linli.planning.allocation.plan import AllocationPlan
from linli.planning.allocation.problem import AllocationProblem
from linli.planning.allocation.reach import Arcs, arcs_within_reach, metres_to_pins
from linli.planning.allocation.shortage import shortage_of
from linli.planning.frame import Asked, Progress, Watch
from linli.planning.frame.child import SharedArrays, run_engine

SMALL_NETWORK = 20_000
"""Arcs up to which the engine runs here: it ends in a fraction of the time that a process takes to start."""


def solve(
    problem: AllocationProblem,
    *,
    budget_s: float | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    cancelled: Asked | None = None,
) -> AllocationPlan:
    """The best placement there is, and its proof over all arcs within reach.

    Nothing is random, so equal problems give equal plans whatever the seed.
    The engine cannot report progress or be limited in work; it runs in a child
    process that is killed on time.

    Args:
        budget_s: wall-clock seconds; None for as long as it needs.
        seed: kept in the plan only.
        progress: told the share done, 0 to 1, and the step.
        cancelled: asked a few times a second whether to stop.

    Raises:
        OutOfTime: the budget was spent before a placement was held.
        Cancelled: the caller asked to stop.
        EngineFailed: the engine died.
    """
    watch = Watch(budget_s, progress, cancelled)
    watch.tell(0.0, "arcs")
    arcs = arcs_within_reach(problem, watch)
    watch.tell(0.1, "flow")
    grid, role = _best_over(problem, arcs, watch)
    watch.check_cancelled()
    if progress is not None:
        progress(0.9, "prices")
    priced = prices.price(problem, arcs, grid, role, watch)
    objective = objective_of(problem, arcs, grid, role)
    gap = (objective - priced.bound) / max(1, abs(objective))
    if progress is not None:
        progress(1.0, "done")
    return AllocationPlan(
        grid=grid,
        role=role,
        objective=objective,
        bound=priced.bound,
        certificate=priced.prices,
        gap=gap,
        seed=seed,
        work=priced.sweeps,
        seconds=watch.seconds(),
        stopped_because="optimal" if gap == 0 else "budget",
        problem_digest=problem.digest,
        shortage=shortage_of(problem, grid, role),
    )


def _best_over(problem: AllocationProblem, arcs: Arcs, watch: Watch) -> tuple[np.ndarray, np.ndarray]:
    """Grid and role of each person in a placement that is best over the arcs given."""
    net = network.network_of(problem, arcs)
    inputs = {
        name: getattr(net, name) for name in ("start", "node", "metres", "tail", "head", "capacity", "cost", "supply")
    }
    if net.node.size + net.tail.size <= SMALL_NETWORK:
        taken, flow = np.empty(problem.n_people, np.int64), np.empty(net.tail.size, np.int64)
        engine.flow_over(**inputs, taken=taken, flow=flow)
        return network.placement(problem, net, taken, flow)
    shapes = {name: (array.shape, array.dtype.str) for name, array in inputs.items()}
    shapes |= {"taken": ((problem.n_people,), "<i8"), "flow": ((net.tail.size,), "<i8")}
    with SharedArrays(shapes) as shared:
        for name, array in inputs.items():
            shared[name][...] = array
        run_engine(Path(engine.__file__), shared, watch)
        return network.placement(problem, net, shared["taken"], shared["flow"])


def objective_of(problem: AllocationProblem, arcs: Arcs, grid: np.ndarray, role: np.ndarray) -> int:
    """Metres walked less the value filled."""
    placed = np.flatnonzero(grid >= 0)
    metres = int(metres_to_pins(problem).sum() + prices.metres_walked(arcs, problem, grid).sum())
    heads = np.bincount(grid[placed], minlength=problem.n_grids)
    room_before = np.cumsum(problem.tier_heads, axis=1) - problem.tier_heads
    in_tier = np.clip(heads[:, None] - room_before, 0, problem.tier_heads)
    in_role = np.bincount(role[role >= 0], minlength=len(problem.quota_value))
    return metres - int((in_tier * problem.tier_values).sum() + (in_role * problem.quota_value).sum())
