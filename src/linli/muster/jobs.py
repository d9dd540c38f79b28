"""What runs in the background. A job's arguments hold ids only."""

import logging

from django.db import connection
from procrastinate.contrib.django import app

from linli.common.clock import now
from linli.common.errors import LinliError
from linli.muster import planner
from linli.muster.actions import RUN_LOCK
from linli.muster.models import Allocation
from linli.planning.errors import PlanningError

log = logging.getLogger(__name__)


@app.task(queue="planning", name="muster.allocate")
def allocate(allocation_id: int) -> None:
    """Work out one allocation and keep its progress where pages can see it."""
    work_out(Allocation.objects.select_related("event", "area").get(pk=allocation_id))


def work_out(run: Allocation, heard: planner.Progress | None = None) -> None:
    """Run the planner for a waiting allocation; what goes wrong is kept as a code, the database as it was.

    The lock says that somebody is at work: it goes when this process does, however it ends
    (``actions.fail_dead_runs``).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [RUN_LOCK, run.pk % 2**31])
        if not cursor.fetchone()[0]:
            return
    try:
        _work_out(run, heard)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [RUN_LOCK, run.pk % 2**31])


def _work_out(run: Allocation, heard: planner.Progress | None) -> None:
    waiting = [Allocation.State.WAITING, Allocation.State.RUNNING]
    if not Allocation.objects.filter(pk=run.pk, state__in=waiting).update(state=Allocation.State.RUNNING):
        return
    run.refresh_from_db()

    def tell(share: float, step: str) -> None:
        Allocation.objects.filter(pk=run.pk, state=Allocation.State.RUNNING).update(progress=share, step=step[:40])
        if heard is not None:
            heard(share, step)

    try:
        planner.run(run, progress=tell)
    except (LinliError, PlanningError) as error:
        code = getattr(error, "code", type(error).__name__)
        log.warning("allocation %s failed: %s", run.pk, code)
        Allocation.objects.filter(pk=run.pk).update(
            state=Allocation.State.FAILED, failure=str(code)[:40], finished_at=now()
        )
