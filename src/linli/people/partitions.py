"""A partition of identities for each holder, so that ending an event drops its own (DESIGN.md §2)."""

from django.db import connection


def have_partition(holder: int) -> None:
    """Make the partition of an event's identities where there is none yet; in the caller's transaction.

    A plain table that is attached then: ``CREATE … PARTITION OF`` would wait for every reader and hold up the rest.
    """
    if holder <= 0:
        return
    name = f"people_identity_event_{int(holder)}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [name])
        if cursor.fetchone()[0]:
            return
        cursor.execute(f"CREATE TABLE {name} (LIKE people_identity INCLUDING ALL)")
        cursor.execute(f"ALTER TABLE people_identity ATTACH PARTITION {name} FOR VALUES IN ({int(holder)})")
