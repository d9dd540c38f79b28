"""The parts of the two big tables: one for all small rolls of an event, one for each roll of a district or more.

A part is a plain table that is filled and then attached: `CREATE … PARTITION OF` would wait for every reader.
"""

from django.db import connection
from django.db.backends.utils import CursorWrapper

_LARGE = 2  # the level of a district: from there upwards a roll has a part of its own


def part_for(level: int, event_id: int, roll_id: int) -> int:
    """Which part holds a roll over an area of this level."""
    return roll_id if level <= _LARGE else -event_id


def have_shared(event_id: int) -> int:
    """The part that small rolls of an event share, made where there is none yet; in the caller's transaction."""
    part = -event_id
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"rolls_part:{part}"])
        cursor.execute("SELECT to_regclass(%s) IS NULL", [f"rolls_standing_{_tail(part)}"])
        if cursor.fetchone()[0]:
            make_standing(cursor, part)
            attach(cursor, part)
    return part


def make_standing(cursor: CursorWrapper, part: int) -> str:
    """An empty table for the standings of a part, with no index yet; its name."""
    name = f"rolls_standing_{_tail(part)}"
    cursor.execute(f"CREATE TABLE {name} (LIKE rolls_standing INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
    return name


def attach(cursor: CursorWrapper, part: int) -> None:
    """Give a part its keys and make it one of the table's; with it goes an empty part for its changes."""
    standing, change = f"rolls_standing_{_tail(part)}", f"rolls_standingchange_{_tail(part)}"
    cursor.execute(f"ALTER TABLE {standing} ADD PRIMARY KEY (subject, roll_id, part)")
    cursor.execute(f"CREATE INDEX ON {standing} (roll_id, micro_grid, state)")
    cursor.execute(f"CREATE TABLE {change} (LIKE rolls_standingchange INCLUDING ALL)")
    for table, name in (("rolls_standing", standing), ("rolls_standingchange", change)):
        # The check lets ATTACH believe without reading every row.
        cursor.execute(f"ALTER TABLE {name} ADD CONSTRAINT {name}_part CHECK (part = {int(part)})")
        cursor.execute(f"ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES IN ({int(part)})")


def _tail(part: int) -> str:
    return f"event_{-int(part)}" if part < 0 else f"roll_{int(part)}"


def parts_of_nobody() -> list[tuple[str, str]]:
    """(table, part) of every part whose rolls are gone with their event."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.relname, c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
            " JOIN pg_class p ON p.oid = i.inhparent AND p.relname IN ('rolls_standing', 'rolls_standingchange')"
            " ORDER BY 1, 2"
        )
        there = cursor.fetchall()
        cursor.execute("SELECT DISTINCT part FROM rolls_roll")
        living = {_tail(row[0]) for row in cursor.fetchall()}
    return [(parent, name) for parent, name in there if name.removeprefix(f"{parent}_") not in living]
