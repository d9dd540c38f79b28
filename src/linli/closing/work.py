"""Going through the steps of a closing that two people have confirmed; begun again after a kill, it goes on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection
from psycopg import errors as postgres

from linli.closing import certificate
from linli.closing.errors import ClosingBusy, ClosingNoRoom, ReviewChanged
from linli.closing.models import Closing, Step
from linli.closing.steps import backups, files, log, rows
from linli.common.clock import now
from linli.common.errors import LinliError
from linli.conf.env import Env

LOCK = 0x11_11_C1_05
What = Step.What
Told = Callable[[int], object]


def go_on(closing_id: int, env: Env, told: Told = lambda _: None) -> str:
    """Do what is left of a closing. Returns "" where all is done, else the code of what stands in the way.

    One closing at a time, of all events: where another is under way, this one waits for the clock ("closing_busy").

    Args:
        told: hears the number of each step as it begins.
    """
    with alone() as ours:
        if not ours:
            return ClosingBusy.code
        closing = Closing.objects.select_related("event").get(pk=closing_id)
        if closing.state != Closing.State.CONFIRMED:
            return ""
        for what in What:
            step, _ = Step.objects.get_or_create(closing=closing, what=what, defaults={"begun_at": now()})
            if step.done_at is not None:
                continue
            told(what)
            if code := _do(closing, step, env):
                return code
    return ""


def settle(env: Env) -> int:
    """Destroy old keys in copies of the keyring that came back; each closing concerned gets its next certificate."""
    settled = 0
    waiting = Closing.objects.filter(state=Closing.State.FINISHED, debts__settled_at__isnull=True, debts__isnull=False)
    for closing in waiting.distinct().select_related("event"):
        if done := backups.settle(env, closing):
            certificate.issue(closing, env)
            settled += done
    return settled


def is_under_way() -> bool:
    """Whether some process is at work on a closing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND classid = 0"
            " AND objid = %s AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
            [LOCK],
        )
        return bool(cursor.fetchone()[0])


@contextmanager
def alone() -> Iterator[bool]:
    """Be the only one at work; yields whether we are. A process that dies lets go."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        ours = bool(cursor.fetchone()[0])
    try:
        yield ours
    finally:
        if ours:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _do(closing: Closing, step: Step, env: Env) -> str:
    """Do one step and write down how it went; what stands in the way is kept as a code."""
    try:
        facts = _steps(closing, step, env)[What(step.what)]()
    except ReviewChanged as error:
        rows.ask_again(closing, at=now())
        return error.code
    except (LinliError, OperationalError, OSError) as error:
        code = code_of(error)
        step.refresh_from_db()  # it may have noted how far it came
        why = {key: str(value) for key, value in error.facts.items()} if isinstance(error, LinliError) else {}
        Step.objects.filter(pk=step.pk).update(failure=code, facts=step.facts | {"why": why})
        return code
    if facts is not None:
        Step.objects.filter(pk=step.pk).update(done_at=now(), failure="", facts=facts)
    return ""


def _steps(closing: Closing, step: Step, env: Env) -> dict[Step.What, Callable[[], dict[str, Any] | None]]:
    """How each step is done; None where it marks itself as done, in its own transaction."""
    return {
        What.ROWS: lambda: rows.destroy(closing, step),
        What.TABLES: lambda: files.rewrite(closing, step),
        What.LOG: lambda: log.recycle(env),
        What.BACKUP: lambda: backups.make(env, step),
        What.KEYS: lambda: backups.destroy_keys(env, closing),
        What.CERTIFICATE: lambda: certificate.finish(closing, step, env),
    }


def code_of(error: Exception) -> str:
    """The code of what stands in the way for a while; a fault that is ours is raised again."""
    if isinstance(error, LinliError):
        return error.code
    if isinstance(error, OperationalError):
        if isinstance(error.__cause__, postgres.DiskFull):
            return ClosingNoRoom.code
        if isinstance(error.__cause__, (postgres.LockNotAvailable, postgres.QueryCanceled, postgres.DeadlockDetected)):
            return ClosingBusy.code
        raise error
    return ClosingNoRoom.code
