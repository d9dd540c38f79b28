"""Second step: the deleted rows leave the disk. The event's own partition is dropped, every other table written anew.

After DELETE, and after VACUUM too, a row's bytes stay in the table's file. VACUUM FULL copies what is left into new
files, indexes and long values too, and the old files go at the next checkpoint. What was in a table also stands in the
planner's statistics (the commonest values), so these are taken and written anew as well.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from linli.closing import tables
from linli.closing.errors import ClosingHeldUp
from linli.closing.models import Closing, Step
from linli.rolls.parts import parts_of_nobody

PATIENCE_S = 60.0
LOCK_WITHIN = "5s"
"""How long a table is waited for: whoever asks for it after us waits behind us, so a long reading goes first."""


def rewrite(closing: Closing, step: Step) -> dict[str, Any]:
    """Drop the event's partition and write anew every table that may hold somebody's data. Returns what was done.

    Where it was killed it goes on; a table that was done is not done again.

    Raises:
        ClosingHeldUp: somebody still reads a picture from before; what they see may not go yet.
    """
    rows = Step.objects.get(closing=closing, what=Step.What.ROWS)
    nobody_reads(str(rows.facts["transaction"]))
    dropped = drop_partition(closing.event_id)
    for parent, name in parts_of_nobody():
        drop_part(parent, name)
    names = [name for table in tables.to_rewrite() for name in leaves(table.name)]
    done = list(step.facts.get("tables", []))
    for name in names:
        if name not in done:
            write_anew(name)
            done.append(name)
            Step.objects.filter(pk=step.pk).update(facts={"tables": done})
    for table in tables.to_rewrite():
        analyse_parts(table.name)
    return {"tables": done, "partition": dropped, "statistics": statistics_anew()}


def anew(name: str) -> None:
    """Write one table anew, with all its parts."""
    for leaf in leaves(name):
        write_anew(leaf)
    analyse_parts(name)


def analyse_parts(name: str) -> None:
    """A table in parts has statistics over all of them: take those anew too."""
    if leaves(name) != [name]:
        with connection.cursor() as cursor:
            cursor.execute(f'ANALYZE "{name}"')


def write_anew(name: str) -> None:
    """Copy a table's living rows into new files, and take its statistics anew."""
    with _briefly() as cursor:
        cursor.execute(f'VACUUM (FULL, ANALYZE) "{name}"')


@contextmanager
def _briefly() -> Iterator[CursorWrapper]:
    """A cursor that gives up where a table cannot be had soon: OperationalError, told as "busy" and tried again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [LOCK_WITHIN])
        try:
            yield cursor
        finally:
            cursor.execute("SELECT set_config('lock_timeout', '0', false)")


# ANALYZE leaves what was known of a table as it is where it finds no row in it any more.
_OF_EMPTY = """
    DELETE FROM pg_catalog.pg_statistic s USING pg_catalog.pg_class c
    WHERE c.oid = s.starelid AND c.reltuples = 0 AND c.relnamespace = 'public'::regnamespace
"""


def statistics_anew() -> bool:
    """Write the planner's statistics into new files; False where this role may not: then the operator has to."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if not cursor.fetchone()[0]:
            return False
        cursor.execute(_OF_EMPTY)
        cursor.execute("SELECT pg_current_xact_id()::text")
        nobody_reads(str(cursor.fetchone()[0]))
    with _briefly() as cursor:
        cursor.execute("VACUUM FULL pg_catalog.pg_statistic")
    return True


def nobody_reads(transaction: str) -> None:
    """Wait until nobody can see any more what that transaction (and any before it) deleted.

    Raises:
        ClosingHeldUp: somebody still does after a minute.
    """
    patience = time.monotonic() + PATIENCE_S
    with connection.cursor() as cursor:
        while _readers(cursor, transaction):
            if time.monotonic() > patience:
                raise ClosingHeldUp
            time.sleep(0.2)


_READERS = """
    SELECT (SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid()
            AND (datid IS NULL OR datname = current_database())
            AND (age(backend_xmin) >= age(%(x)s::xid8::xid) OR age(backend_xid) >= age(%(x)s::xid8::xid)))
         + (SELECT count(*) FROM pg_replication_slots
            WHERE age(xmin) >= age(%(x)s::xid8::xid) OR age(catalog_xmin) >= age(%(x)s::xid8::xid))
         + (SELECT count(*) FROM pg_prepared_xacts WHERE age(transaction) >= age(%(x)s::xid8::xid))
"""


def _readers(cursor: CursorWrapper, transaction: str) -> int:
    cursor.execute(_READERS, {"x": transaction})
    return int(cursor.fetchone()[0])


def drop_partition(event: int) -> str:
    """Drop the partition of the event's identities, where there is one. Returns its name."""
    name = f"people_identity_event_{int(event)}"
    drop_part("people_identity", name)
    return name


def drop_part(parent: str, name: str) -> None:
    """Drop one part of a table, where it is there; readers of the others go on meanwhile."""
    with _briefly() as cursor:
        cursor.execute(
            "SELECT c.oid IS NOT NULL, i.inhrelid IS NOT NULL, coalesce(i.inhdetachpending, false)"
            " FROM (SELECT to_regclass(%s) AS oid) c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid",
            [name],
        )
        there, attached, pending = cursor.fetchone()
        if not there:
            return
        if attached:
            how = "FINALIZE" if pending else "CONCURRENTLY"  # the first where a kill came in between
            cursor.execute(f"ALTER TABLE {parent} DETACH PARTITION {name} {how}")
        cursor.execute(f"DROP TABLE {name}")


def leaves(name: str) -> list[str]:
    """The tables that hold the rows of one: itself, or its partitions."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_partition_tree(%s) t JOIN pg_class c ON c.oid = t.relid"
            " WHERE t.isleaf ORDER BY 1",
            [name],
        )
        return [str(row[0]) for row in cursor.fetchall()] or [name]
