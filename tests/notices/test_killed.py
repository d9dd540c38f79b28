"""A real worker, killed in the middle of sending: nobody is forgotten, and nobody reads the same message twice."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

from linli.common.clock import now
from linli.notices import actions
from linli.notices.models import Sending
from tests.common.test_post import Mailbox, mail_server
from tests.factories import SYSTEM, tiny_city
from tests.notices.test_sending import Env, addressed, by_mail, env  # noqa: F401 (a fixture)
from tests.notices.test_telling import placed, residents

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE, SLOW_S, PATIENCE_S = 8, 0.15, 60


class SlowMailbox(Mailbox):
    """Takes its time over each letter, as real servers do."""

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:
        self.letters.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        import asyncio

        await asyncio.sleep(SLOW_S)
        return "250 taken"


@contextmanager
def worker(port: int, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`linli worker` over the tests' database and keys, sending to a server on this machine."""
    at = connection.settings_dict
    url = f"postgresql://{at['USER']}@/{quote(str(at['NAME']))}?host={quote(str(at['HOST']), safe='')}"
    url += f"&port={at['PORT']}" if at["PORT"] else ""
    said = {"DATABASE_URL": url, "LINLI_DATA": str(settings.ENV.data_dir)}
    said |= {"LINLI_SMTP": f"smtp://127.0.0.1:{port}", "LINLI_SMTP_FROM": "linli@example.org"}
    with log.open("ab") as file:
        running = subprocess.Popen(
            [sys.executable, "-m", "linli", "worker"], env=os.environ | said, stdout=file, stderr=file
        )
    try:
        yield running
    finally:
        running.kill()
        running.wait(timeout=20)


def until(reached: Callable[[], bool], log: Path) -> None:
    ends = time.monotonic() + PATIENCE_S
    while not reached():
        if time.monotonic() > ends:
            pytest.fail(log.read_text(errors="replace")[-2000:])
        time.sleep(0.05)


def test_a_worker_that_is_killed_forgets_nobody_and_what_it_held_goes_under_the_same_key(
    env: Env,  # noqa: F811
    tmp_path: Path,
) -> None:
    city, box, log = tiny_city(), SlowMailbox(), tmp_path / "worker.log"
    people = residents(city, PEOPLE)
    addressed(*people)
    with mail_server(box) as port:
        by_mail(env, port)
        actions.tell(city.event, [placed(city, *people)], by=SYSTEM, at=now())
        Sending.objects.update(urgent=True)  # whatever hour it is here
        with worker(port, log) as first:
            until(lambda: len(box.letters) >= PEOPLE // 3, log)
            first.send_signal(signal.SIGKILL)
            first.wait(timeout=20)
        assert Sending.objects.filter(sent_at=None).exists(), "it was killed in the middle"
        with worker(port, log):
            until(lambda: not Sending.objects.filter(sent_at=None).exists(), log)
    letters = [(message_from_bytes(raw, policy=policy.default)["Message-ID"], to[0]) for _, to, raw in box.letters]
    assert {to for _, to in letters} == {f"p{person}@example.org" for person in people}
    assert len({key for key, _ in letters}) == PEOPLE, "what went twice has one key"
    assert len(letters) <= PEOPLE + 1, "only the one that it held"
    assert not Sending.objects.exclude(failed_at=None).exists()
