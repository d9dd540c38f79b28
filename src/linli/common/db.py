"""Small pieces of PostgreSQL that several rooms need."""

from datetime import datetime

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import F, Func, Value


def same(*fields: str) -> list[tuple[Func, str]]:
    """Parts of an exclusion constraint: two rows clash only where these bigint columns are equal.

    A one-point int8range stands in for equality, because the wheel has no btree_gist (DESIGN.md §3).
    """
    return [(Func(F(name), F(name), Value("[]"), function="int8range"), "&&") for name in fields]


def from_on(since: datetime, until: datetime | None = None) -> DateTimeTZRange:
    """A half-open period [since, until); open-ended where `until` is None."""
    return DateTimeTZRange(since, until, "[)")
