"""Small pieces of PostgreSQL that several rooms need."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import F, Func, Value
from psycopg.errors import DeadlockDetected


def same(*fields: str) -> list[tuple[Func, str]]:
    """Parts of an exclusion constraint: two rows clash only where these bigint columns are equal.

    A one-point int8range stands in for equality, because the wheel has no btree_gist (DESIGN.md §3).
    """
    return [(Func(F(name), F(name), Value("[]"), function="int8range"), "&&") for name in fields]


def from_on(since: datetime, until: datetime | None = None) -> DateTimeTZRange:
    """A half-open period [since, until); open-ended where `until` is None."""
    return DateTimeTZRange(since, until, "[)")


@contextmanager
def unless_excluded(refusal: Exception) -> Iterator[None]:
    """A savepoint for what a constraint may refuse: `refusal` is raised then.

    Two who write at once what excludes each other wait for each other, and the database ends one of them as a
    deadlock: that one was refused too.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as clash:
        raise refusal from clash
    except OperationalError as clash:
        if not isinstance(clash.__cause__, DeadlockDetected):
            raise
        raise refusal from clash


def answer_before_disk() -> None:
    """Let the transaction that is open be committed without waiting for the disk, which takes longer than all the rest.

    Others see it at once, and the disk has it within a second, or with the next commit that waits. Only where a crash
    of the database in that second may take back what was answered: a counter, a code that is asked for again.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit TO off")
