"""Place people where they are worth most: exact, with prices that prove it."""

from linli.planning.allocation import solver
from linli.planning.allocation.measure import objective_of
from linli.planning.allocation.plan import AllocationPlan
from linli.planning.allocation.problem import AllocationProblem
from linli.planning.allocation.reach import arcs_within_reach
from linli.planning.allocation.shortage import shortage_of
from linli.planning.frame import Asked, Progress, Watch


def solve(
    problem: AllocationProblem,
    *,
    budget_s: float | None = None,
    max_work: int | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    cancelled: Asked | None = None,
) -> AllocationPlan:
    """The best placement there is, and its proof over all arcs within reach.

    Nothing is random, so equal problems give equal plans whatever the seed.

    Args:
        budget_s: wall-clock seconds; None for as long as it needs.
        max_work: arcs that may be looked at; None for as many as it needs. Finding the arcs does not count.
        seed: kept in the plan only.
        progress: told the share done, 0 to 1, and the step.
        cancelled: asked many times a second whether to stop.

    Returns:
        The best placement; or, where the budget or the work was used up sooner, the best one held with what is
        proved of it (`stopped_because` "budget" or "work").

    Raises:
        OutOfTime: the budget or the work was used up before a placement was held.
        Cancelled: the caller asked to stop.
    """
    watch = Watch(budget_s, progress, cancelled, max_work)
    watch.tell(0.0, "arcs")
    arcs = arcs_within_reach(problem, watch)
    found = solver.best(problem, arcs, watch)
    objective = objective_of(problem, found.grid, found.role, found.metres)
    gap = (objective - found.bound) / max(1, abs(objective))
    assert gap == 0 or found.stopped_because != "optimal"  # or the solver is wrong
    if progress is not None:
        progress(1.0, "done")
    return AllocationPlan(
        grid=found.grid,
        role=found.role,
        objective=objective,
        bound=found.bound,
        certificate=found.prices,
        gap=gap,
        seed=seed,
        work=watch.work,
        seconds=watch.seconds(),
        stopped_because="optimal" if gap == 0 else found.stopped_because,
        problem_digest=problem.digest,
        shortage=shortage_of(problem, found.grid, found.role),
    )
