"""Runs of the planner: begun by somebody, worked on by a job, and taken for dead where nobody is at work on them.

Whoever works on a run holds its lock, which goes when their process does, however it ends.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from linli.common.caller import Caller
from linli.custody import trail
from linli.events.models import Event
from linli.muster import queries, rules
from linli.muster.errors import AllocationUnderWay
from linli.muster.models import Allocation
from linli.places.models import Area

LOCK = 0x6C6C72  # the class of advisory locks that whoever works on a run holds
PATIENCE = timedelta(minutes=1)  # for a worker to take a job up
State = Allocation.State


@transaction.atomic
def begin(
    event: Event,
    area: Area,
    *,
    during: Any,
    by: Caller,
    at: datetime,
    kind: Allocation.Kind = Allocation.Kind.PLACE,
    mode: Allocation.Mode = Allocation.Mode.CALM,
    pool: Allocation.Pool = Allocation.Pool.RESIDENTS,
) -> Allocation:
    """Ask for a proposal over an area; a job works it out (``muster.jobs``). A repair waits for no placing run.

    Args:
        pool: whom it places: those who signed up where they live, or those who arrived from work units.

    Raises:
        NotYoursToDecide: the caller does not decide over all of that area.
        BadPlacingTime: nobody can be placed for that time.
        AllocationUnderWay: one of the same kind over the same area is being worked out.
    """
    asked_by = queries.require_decision(by, area.pk, at)
    rules.check_period(during.lower, during.upper, at=at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('muster.allocation'), %s)", [area.pk % 2**31])
    fail_dead(at=at)
    busy = Allocation.objects.filter(
        event=event, area=area, kind=kind, pool=pool, state__in=[Allocation.State.WAITING, Allocation.State.RUNNING]
    ).first()
    if busy is not None:
        raise AllocationUnderWay(at=busy.asked_at)
    run = Allocation.objects.create(
        event=event, area=area, kind=kind, mode=mode, pool=pool, during=during, asked_by=asked_by, asked_at=at
    )
    trail.record("allocation.asked", who=by, subject=f"allocation:{run.pk}", at=at, area=area.pk)
    return run


@transaction.atomic
def fail_dead(*, at: datetime) -> int:
    """Fail runs whose worker died, and those that wait for a job which is gone. Returns how many.

    One that is being published is left: it goes on where it stopped.
    """
    under_way = Allocation.objects.filter(state__in=[State.WAITING, State.RUNNING])
    dead = [run.pk for run in under_way if has_stopped(run, at)]
    return under_way.filter(pk__in=dead).update(state=State.FAILED, failure="stopped", finished_at=at)


def has_stopped(run: Allocation, at: datetime) -> bool:
    """Whether nobody works on a run that is under way, nor will: its worker died, or none has come in a minute."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT EXISTS (
                SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND classid = %s AND objid = %s
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
            """,
            [LOCK, run.pk % 2**31],
        )
        held = bool(cursor.fetchone()[0])
    if held:
        return False
    if run.state == State.RUNNING:
        return True
    queued = ProcrastinateJob.objects.filter(args__allocation_id=run.pk, status="todo")
    return at - (run.published_at or run.asked_at) > PATIENCE and not queued.exists()


@contextmanager
def at_work_on(run: Allocation, *, wait: bool = False) -> Iterator[bool]:
    """Hold the lock which says that somebody is at work on a run; False where another holds it.

    Args:
        wait: until whoever holds it is done; True then.
    """
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [LOCK, run.pk % 2**31])
            alone = True
        else:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK, run.pk % 2**31])
            alone = bool(cursor.fetchone()[0])
    try:
        yield alone
    finally:
        if alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, run.pk % 2**31])
