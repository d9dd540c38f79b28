"""The worker as it runs beside the server: another process, which knows the jobs by name alone."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from threading import Thread
from urllib.parse import quote

import pytest
from django.db import connection, connections

from linli.common.clock import now
from linli.common.db import from_on
from linli.muster import actions, jobs, publishing, runs
from linli.muster.models import Allocation, Placement
from tests.factories import add_claim, ask, caller_for, tiny_city, user_with_role
from tests.muster.test_allocation import planned

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def worker(tmp_path) -> Iterator[subprocess.Popen[bytes]]:
    """`linli worker` over the tests' database."""
    at = connection.settings_dict
    url = f"postgresql://{at['USER']}@/{quote(str(at['NAME']))}?host={quote(str(at['HOST']), safe='')}"
    if at["PORT"]:
        url += f"&port={at['PORT']}"
    with (tmp_path / "worker.log").open("wb") as log:
        running = subprocess.Popen(
            [sys.executable, "-m", "linli", "worker"],
            env=os.environ | {"DATABASE_URL": url},
            stdout=log,
            stderr=log,
        )
    yield running
    running.terminate()
    running.wait(timeout=20)


def until(run: Allocation, state: str) -> None:
    patience = time.monotonic() + 60
    while time.monotonic() < patience:
        run.refresh_from_db()
        if run.state == state:
            return
        time.sleep(0.1)
    pytest.fail(f"the run is {run.state} after a minute, not {state}")


def test_a_worker_works_a_proposal_out_and_publishes_it(worker: subprocess.Popen[bytes]) -> None:
    city = tiny_city()
    ask(city, grid=0, want=1)
    desk = caller_for(user_with_role("community_desk", city.communities[0]))
    actions.confirm(add_claim(city, name="王一", phone="13800000001"), person=None, by=desk, at=now())
    street, at = caller_for(user_with_role("street", city.street)), now()

    run = jobs.start(city.event, city.street, during=from_on(at, at + timedelta(days=1)), by=street, at=at)
    until(run, "proposed")
    jobs.start_publishing(run, by=street, at=now())
    until(run, "published")

    assert Placement.objects.count() == 1
    assert worker.poll() is None


def test_a_publication_waits_for_whoever_is_still_at_work_on_its_run() -> None:
    city = tiny_city()
    ask(city, grid=0, want=1)
    desk = caller_for(user_with_role("community_desk", city.communities[0]))
    actions.confirm(add_claim(city, name="王一", phone="13800000001"), person=None, by=desk, at=now())
    run = planned(city, city.street)
    publishing.begin(run, by=caller_for(user_with_role("street", city.street)), at=now())

    def carry_out() -> None:
        try:
            jobs.publish(run.pk)
        finally:
            connections.close_all()

    at_work = Thread(target=carry_out)
    with runs.at_work_on(run) as alone, connection.cursor() as cursor:
        assert alone
        at_work.start()
        for _ in range(600):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
            if cursor.fetchone()[0]:
                break
            time.sleep(0.1)
        run.refresh_from_db()
        assert run.state == "publishing"
    at_work.join()
    run.refresh_from_db()
    assert run.state == "published"
