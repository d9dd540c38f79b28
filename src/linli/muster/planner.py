"""Placing: read arrays in few queries, think with no transaction open, write the proposal down.

Only people and grids inside the area take part. Who is placed already stays pinned.
"""

import time
from collections.abc import Callable

from linli.muster import warm
from linli.muster.load import read
from linli.muster.models import Allocation
from linli.muster.proposal import write
from linli.planning import allocation as planning
from linli.planning.verify import allocation as verifier

Progress = Callable[[float, str], None]


def run(allocation: Allocation, progress: Progress | None = None, cancelled: Callable[[], bool] | None = None) -> None:
    """Work out an allocation and write its proposal down; a killed run leaves nothing but its own waiting row.

    Raises:
        NothingToPlace: no grid asks, or nobody is confirmed.
        PlanningError: the planner refused or was cancelled.
    """
    tell = progress or (lambda share, step: None)
    began = time.perf_counter()
    tell(0.02, "read")
    load = read(allocation)
    read_s = time.perf_counter() - began
    tell(0.15, "solve")
    plan = planning.solve(
        load.problem, progress=lambda share, step: tell(0.15 + 0.65 * share, step), cancelled=cancelled
    )
    tell(0.82, "verify")
    wrong = verifier.verify(load.problem, plan)
    tell(0.9, "write")
    began = time.perf_counter()
    write(allocation, load, plan, wrong)
    summary = allocation.summary | {"read_s": read_s, "write_s": time.perf_counter() - began}
    Allocation.objects.filter(pk=allocation.pk).update(summary=summary, progress=1.0)
    allocation.refresh_from_db()
    if not wrong:
        warm.remember(warm.key_of(allocation), load, plan)
    tell(1.0, "done")
