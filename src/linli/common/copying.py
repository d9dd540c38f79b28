"""Loading big tables: constraints and indexes out of the way, COPY, then back again, all in one transaction.

DDL is transactional in PostgreSQL: a load that is killed leaves every table, index and constraint as it was.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from django.db import connection

_FOREIGN = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'f' AND conparentid = 0
  AND (conrelid::regclass::text = ANY(%s) OR confrelid::regclass::text = ANY(%s))
ORDER BY conrelid::regclass::text, conname
"""
_OWN = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype IN ('u', 'x') AND conrelid::regclass::text = ANY(%s) AND conparentid = 0
ORDER BY conrelid::regclass::text, conname
"""
_INDEXES = """
SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid::regclass::text = ANY(%s)
  AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid)
  AND NOT EXISTS (SELECT 1 FROM pg_inherits h WHERE h.inhrelid = i.indexrelid)
ORDER BY c.relname
"""


@contextmanager
def bare(tables: Sequence[str]) -> Iterator[list[str]]:
    """Tables without foreign keys, unique constraints and secondary indexes; yields the SQL that brings them back.

    The caller runs the statements one by one when the rows are in (they are the long part, so it can tell how far
    it is). Must be called inside a transaction.
    """
    names = list(tables)
    back: list[str] = []
    with connection.cursor() as cursor:
        # Deferred checks of earlier rows would forbid altering their tables.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(_OWN, [names])
        own = cursor.fetchall()
        cursor.execute(_FOREIGN, [names, names])
        foreign = cursor.fetchall()
        cursor.execute(_INDEXES, [names])
        indexes = cursor.fetchall()
        for table, name, _ in foreign:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        for table, name, definition in own:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
            back.append(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
        for name, definition in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
            # Of a partitioned table PostgreSQL says ON ONLY: made anew like that, its partitions would have none.
            back.append(definition.replace(" ON ONLY ", " ON ", 1))
        back += [f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}' for table, name, definition in foreign]
    yield back


def copy_text(table: str, columns: Sequence[str], lines: Iterable[str]) -> int:
    """COPY lines of PostgreSQL's text format (tabs between columns, \\N for null) into a table; how many."""
    count = 0
    named = ", ".join(f'"{column}"' for column in columns)  # one of the trail is called like a word of SQL
    block: list[str] = []
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({named}) FROM STDIN") as copy,
    ):
        for line in lines:
            block.append(line)
            count += 1
            if len(block) >= 20_000:
                copy.write("\n".join(block) + "\n")
                block.clear()
        if block:
            copy.write("\n".join(block) + "\n")
    return count


def text(value: object) -> str:
    """One value in PostgreSQL's text format."""
    if value is None or value == "":
        return "\\N" if value is None else ""
    return str(value).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def sealed(value: bytes | None) -> str:
    """Bytes in PostgreSQL's text format."""
    return "\\N" if value is None else f"\\\\x{value.hex()}"


def new_ids(table: str, how_many: int) -> list[int]:
    """Ids that nobody has yet, rising, from the sequence of a table."""
    if not how_many:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, how_many]
        )
        return [row[0] for row in cursor.fetchall()]
