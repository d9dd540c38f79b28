"""What runs in the background. A job's arguments hold ids only."""

import logging
from collections.abc import Collection
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from procrastinate.contrib.django import app

from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import LinliError
from linli.custody.jobs import QUEUE
from linli.events.models import Event
from linli.muster import hearing, planner, publishing, repairing, replanner, runs, warm
from linli.muster.models import Allocation, Placement
from linli.places.models import Area
from linli.planning.errors import PlanningError

log = logging.getLogger(__name__)


@transaction.atomic
def start(
    event: Event,
    area: Area,
    *,
    during: Any,
    pool: Allocation.Pool = Allocation.Pool.RESIDENTS,
    by: Caller,
    at: datetime,
) -> Allocation:
    """Begin a run together with its job. Raises as ``runs.begin`` does."""
    run = runs.begin(event, area, during=during, pool=pool, by=by, at=at)
    allocate.defer(allocation_id=run.pk)
    return run


@transaction.atomic
def replace(
    event: Event,
    area: Area,
    placements: Collection[Placement],
    *,
    mode: Allocation.Mode = Allocation.Mode.CALM,
    pool: Allocation.Pool | None = None,
    by: Caller,
    at: datetime,
) -> Allocation:
    """Free people who cannot come, and begin a repair together with its job. Takes and raises what ``replace_those``
    does."""
    run = repairing.replace_those(event, area, placements, mode=mode, pool=pool, by=by, at=at)
    repair.defer(allocation_id=run.pk)
    return run


@transaction.atomic
def start_publishing(run: Allocation, *, by: Caller, at: datetime) -> None:
    """Begin a publication together with its job. Raises as ``publishing.begin`` does."""
    publishing.begin(run, by=by, at=at)
    publish.defer(allocation_id=run.pk)


@app.task(queue="planning", name="muster.allocate", lock="planning")
def allocate(allocation_id: int) -> None:
    """Work out one allocation and keep its progress where pages can see it; one at a time, for the memory it takes."""
    work_out(Allocation.objects.select_related("event", "area").get(pk=allocation_id))


@app.task(queue="repairing", name="muster.repair")
def repair(allocation_id: int) -> None:
    """Work out one repair; it takes no lock, because somebody waits for it while a city may be being placed."""
    work_out(Allocation.objects.select_related("event", "area").get(pk=allocation_id))


@app.task(queue="publishing", name="muster.publish")
def publish(allocation_id: int) -> None:
    """Carry out one publication that somebody has begun, or go on with it."""
    run = Allocation.objects.select_related("event", "area").get(pk=allocation_id)
    # The job that worked it out may not have let go yet: whoever is as quick as that is not forgotten.
    with runs.at_work_on(run, wait=True):
        run.refresh_from_db()
        if run.state == Allocation.State.PUBLISHING:
            publishing.carry_out(run, partial(_tell, run))
            warm.make(warm.key_of(run))


def work_out(run: Allocation, heard: planner.Progress | None = None) -> None:
    """Run the planner for a waiting allocation; what goes wrong is kept as a code, the database as it was."""
    with runs.at_work_on(run) as alone:
        if alone:
            _work_out(run, heard)


def _tell(run: Allocation, share: float, step: str) -> None:
    """Keep how far a run is; a run that somebody ended meanwhile is left as it is."""
    under_way = [Allocation.State.RUNNING, Allocation.State.PUBLISHING]
    Allocation.objects.filter(pk=run.pk, state__in=under_way).update(progress=share, step=step[:40])


def _work_out(run: Allocation, heard: planner.Progress | None) -> None:
    waiting = [Allocation.State.WAITING, Allocation.State.RUNNING]
    if not Allocation.objects.filter(pk=run.pk, state__in=waiting).update(state=Allocation.State.RUNNING):
        return
    run.refresh_from_db()

    def tell(share: float, step: str) -> None:
        _tell(run, share, step)
        if heard is not None:
            heard(share, step)

    try:
        (replanner if run.kind == Allocation.Kind.REPAIR else planner).run(run, progress=tell)
    except (LinliError, PlanningError) as error:
        code = getattr(error, "code", type(error).__name__)
        log.warning("allocation %s failed: %s", run.pk, code)
        Allocation.objects.filter(pk=run.pk).update(
            state=Allocation.State.FAILED, failure=str(code)[:40], finished_at=now()
        )


@app.periodic(cron="51 * * * *")  # after duty has asked
@app.task(queue=QUEUE, name="muster.tell_unfinished", queueing_lock="muster.tell_unfinished")
def tell_unfinished(timestamp: int) -> None:
    """Tell whoever forgot to finish duty that they are asked when it ended."""
    hearing.tell_unfinished(at=now())
