"""Third step: the database's own log (WAL) holds the old rows too. Its old files go.

Our server never uses an old file of the log again (``ops.tuning``): what a checkpoint no longer needs is deleted. So
every file that is there now is left behind by going on to the next, until none of them is used; two checkpoints later
they are gone, and that is looked at.
"""

import re
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from linli.closing.errors import ClosingLogHeld, ClosingLogReused
from linli.conf.env import Env

_SEGMENT = re.compile(r"[0-9A-F]{24}")


def recycle(env: Env) -> dict[str, Any]:
    """Have no file of the log that was there before. Returns how many went.

    Where DATABASE_URL names the database, its files belong to whoever runs it: that is said on the certificate.

    Raises:
        ClosingLogReused: the server was started by an older Linli, which used files again.
        ClosingLogHeld: something else still holds old files.
    """
    if env.database_url:
        return {"seen": False}
    with connection.cursor() as cursor:
        cursor.execute("SHOW wal_recycle")
        if cursor.fetchone()[0] != "off":
            raise ClosingLogReused
        before = _files(cursor)
        while _current(cursor) <= max(before):
            cursor.execute("SELECT pg_logical_emit_message(true, 'linli', 'an event is closed')")
            cursor.execute("SELECT pg_switch_wal()")
        for _ in range(2):  # the first lets go of what the last one before it still needed
            cursor.execute("CHECKPOINT")
        left = before & _files(cursor)
    if left:
        raise ClosingLogHeld(n=len(left))
    return {"seen": True, "files": len(before)}


def _files(cursor: CursorWrapper) -> set[str]:
    cursor.execute("SELECT name FROM pg_ls_waldir()")
    return {str(name) for (name,) in cursor.fetchall() if _SEGMENT.fullmatch(str(name))}


def _current(cursor: CursorWrapper) -> str:
    cursor.execute("SELECT pg_walfile_name(pg_current_wal_insert_lsn())")
    return str(cursor.fetchone()[0])
