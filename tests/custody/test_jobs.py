"""What runs by the clock, run by a real worker over the tests' database."""

import asyncio
import contextlib
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

import pytest
from django.db import connection, connections
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.periodic import PeriodicDeferrer

from linli.common.caller import NOBODY
from linli.common.clock import now
from linli.custody import jobs, trail
from linli.custody.models import TrailEntry
from linli.custody.proofs import verify

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_jobs(transactional_db, monkeypatch):
    """The tables of jobs are not ours: Django does not empty them between tests.

    A worker's threads end with it, so none may keep its connection for the next job.
    """
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 0)
    rows("DELETE FROM procrastinate_jobs")
    rows("DELETE FROM procrastinate_periodic_defers")


def work(*tasks, until=None):
    """Let a worker do what waits in our queue; with `until`, whatever the clock brings too, until that is so."""
    for task in tasks:
        task.defer(timestamp=0)
    nothing_by_the_clock = patch.object(PeriodicDeferrer, "worker") if until is None else contextlib.nullcontext()

    async def working(worker_app):
        async with worker_app.open_async():
            running = asyncio.create_task(
                worker_app.run_worker_async(
                    queues=[jobs.QUEUE], wait=until is not None, install_signal_handlers=False, listen_notify=False
                )
            )
            if until is not None:
                async with asyncio.timeout(120):
                    while not await asyncio.to_thread(until):
                        await asyncio.sleep(0.05)
                running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running

    # In a thread of its own: a browser that is open in these tests has a loop in this one.
    with (
        nothing_by_the_clock,
        app.replace_connector(app.connector.get_worker_connector()) as worker_app,
        ThreadPoolExecutor(max_workers=1) as beside,
    ):
        beside.submit(asyncio.run, working(worker_app)).result()


def rows(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def sealed_all():
    """Asked in a thread of its own, which then lets go of its connection."""
    try:
        return not TrailEntry.objects.filter(seal__isnull=True).exists()
    finally:
        connection.close()


def test_a_worker_seals_what_was_committed_without_being_asked():
    trail.record("sign_up.confirmed", who=NOBODY, subject="sign_up:1", at=now())
    work(until=sealed_all)
    assert (verify().entries, verify().wrong) == (1, [])


def test_the_sealer_is_due_at_least_every_ten_seconds():
    app.perform_import_paths()
    begin = 1_700_000_003
    due = {}
    for (name, _), task in app.periodic_registry.periodic_tasks.items():
        deferrer = PeriodicDeferrer(app.periodic_registry)
        due[name] = len(list(deferrer.get_timestamps(task, since=begin, until=begin + 3600)))
    assert due == {
        "custody.seal": 360,
        "custody.tidy_jobs": 60,
        "custody.forget": 1,
        "notices.send_due": 360,
        "access.forget": 1,
        "access.forget_codes": 12,
        "duty.ask_about_finishes": 1,
        "muster.tell_unfinished": 1,
        "muster.remind_units": 6,
        "ops.back_up": 1,
        "closing.resume": 6,
        "closing.tidy_files": 0,  # by night
    }


def test_a_second_run_does_not_wait_behind_one_that_waits():
    jobs.seal.defer(timestamp=0)
    with pytest.raises(AlreadyEnqueued):
        jobs.seal.defer(timestamp=10)


def lost(task, attempts):
    """A job that a worker had begun before it was killed, its row in the list of workers pruned since."""
    number = task.defer(timestamp=0)
    rows(
        "UPDATE procrastinate_jobs SET status = 'doing', worker_id = NULL, attempts = %s WHERE id = %s",
        attempts,
        number,
    )
    return number


def test_a_job_whose_worker_was_killed_is_taken_up_again():
    trail.record("sign_up.confirmed", who=NOBODY, subject="sign_up:1", at=now())
    number = lost(jobs.seal, attempts=0)
    work(jobs.tidy_jobs)
    assert rows("SELECT status, attempts FROM procrastinate_jobs WHERE id = %s", number) == [("succeeded", 2)]
    assert sealed_all()


def test_the_next_run_that_waits_already_stands_for_one_whose_worker_was_killed():
    trail.record("sign_up.confirmed", who=NOBODY, subject="sign_up:1", at=now())
    number, waiting = lost(jobs.seal, attempts=0), jobs.seal.defer(timestamp=10)
    # With priority the tidying comes first, while the other run still waits.
    work(jobs.tidy_jobs.configure(priority=1))
    assert rows("SELECT id, status, attempts FROM procrastinate_jobs WHERE id IN (%s, %s)", number, waiting) == [
        (waiting, "succeeded", 1)
    ]
    assert rows("SELECT status FROM procrastinate_jobs WHERE task_name = 'custody.tidy_jobs'") == [("succeeded",)]
    assert sealed_all()


def test_a_job_that_killed_its_worker_three_times_is_given_up():
    number = lost(jobs.seal, attempts=2)
    work(jobs.tidy_jobs)
    assert rows("SELECT status, attempts FROM procrastinate_jobs WHERE id = %s", number) == [("failed", 3)]


@pytest.mark.parametrize(
    ("status", "age", "kept"),
    [("succeeded", "1 minute", 0), ("failed", "25 hours", 0), ("failed", "23 hours", 1), ("todo", "90 days", 1)],
)
def test_finished_jobs_do_not_gather(status, age, kept):
    number = jobs.forget.configure(schedule_in={"days": 1}).defer(timestamp=0)
    rows("UPDATE procrastinate_jobs SET status = %s WHERE id = %s", status, number)
    rows("UPDATE procrastinate_events SET at = now() - %s::interval WHERE job_id = %s", age, number)
    work(jobs.tidy_jobs)
    assert rows("SELECT count(*) FROM procrastinate_jobs WHERE id = %s", number) == [(kept,)]


def test_forgetting_by_the_clock_leaves_what_is_young():
    trail.record("sign_up.confirmed", who=NOBODY, subject="sign_up:1", at=now())
    work(jobs.forget)
    assert TrailEntry.objects.count() == 1
