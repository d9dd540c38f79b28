"""Third step: the database's own log (WAL) holds the old rows too. Its old files go.

PostgreSQL uses a file of its log again under a new name, and its tail keeps old rows until it is full. For this step it
is told not to: what a checkpoint no longer needs is then deleted. Every file that is there is left behind by going on
to the next until none of them is used; two checkpoints later they are gone, and that is looked at. It is done twice: by
the second time the checkpointer has surely heard.
"""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from linli.closing.errors import ClosingLogHeld
from linli.conf.env import Env

_SEGMENT = re.compile(r"[0-9A-F]{24}")


def recycle(env: Env) -> dict[str, Any]:
    """Have no file of the log that was there before. Returns how many went.

    Where DATABASE_URL names the database, its files belong to whoever runs it: that is said on the certificate.

    Raises:
        ClosingLogHeld: something else still holds old files.
    """
    if env.database_url:
        return {"seen": False}
    with connection.cursor() as cursor, _never_used_again(cursor):
        before, left = _leave_behind(cursor)
        if not left:
            _, left = _leave_behind(cursor)
    if left:
        raise ClosingLogHeld(n=len(left))
    return {"seen": True, "files": len(before)}


def _leave_behind(cursor: CursorWrapper) -> tuple[set[str], set[str]]:
    """Go on until no file that is there now is used; those that were there, and those of them that still are."""
    before = _files(cursor)
    while _current(cursor) <= max(before):
        cursor.execute("SELECT pg_logical_emit_message(true, 'linli', 'an event is closed')")
        cursor.execute("SELECT pg_switch_wal()")
    for _ in range(2):  # the first lets go of what the last one before it still needed
        cursor.execute("CHECKPOINT")
    return before, before & _files(cursor)


@contextmanager
def _never_used_again(cursor: CursorWrapper) -> Iterator[None]:
    """Old files of the log are deleted, not used again, while the block runs; after a kill, until the next time."""
    cursor.execute("ALTER SYSTEM SET wal_recycle = off")
    _reload(cursor, "off")
    try:
        yield
    finally:
        cursor.execute("ALTER SYSTEM RESET wal_recycle")
        cursor.execute("SELECT pg_reload_conf()")


def _reload(cursor: CursorWrapper, wanted: str) -> None:
    """Have the server read its settings again, and wait until it has: it tells all its processes at once."""
    cursor.execute("SELECT pg_reload_conf()")
    while True:
        cursor.execute("SHOW wal_recycle")
        if cursor.fetchone()[0] == wanted:
            return
        time.sleep(0.02)


def _files(cursor: CursorWrapper) -> set[str]:
    cursor.execute("SELECT name FROM pg_ls_waldir()")
    return {str(name) for (name,) in cursor.fetchall() if _SEGMENT.fullmatch(str(name))}


def _current(cursor: CursorWrapper) -> str:
    cursor.execute("SELECT pg_walfile_name(pg_current_wal_insert_lsn())")
    return str(cursor.fetchone()[0])
