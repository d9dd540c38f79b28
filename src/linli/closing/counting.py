"""Counting what goes and what stays: the review, and the digest that a confirmation is bound to."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from linli.closing import tables
from linli.closing.tables import Table
from linli.custody.declare import Basis, Keep, declared
from linli.events.models import Event

WITHIN = "60s"
"""How long one count may take: a city's register is large, and nobody waits here but the officer."""
BY_THE_CLOCK = frozenset({Keep.ONE_DAY, Keep.THIRTY_DAYS, Keep.WHILE_EMPLOYED})
"""What is deleted by the clock anyway: its counts change by themselves and are no part of what is confirmed."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One table: how many rows go with the event and how many stay, on which basis and for how long."""

    model: str
    goes: int
    stays: int
    basis: str
    keep: str


@dataclass(frozen=True, slots=True)
class Review:
    """What the end of an event would do, counted at one moment.

    Attributes:
        lines: every table, those of which something can go first.
        people: persons known to this event alone.
        digest: of what is confirmed: the event, and the counts that do not change by the clock.
    """

    lines: tuple[Counted, ...]
    people: int
    digest: str

    @property
    def going(self) -> int:
        """Rows that would go."""
        return sum(line.goes for line in self.lines)


@transaction.atomic
def review(event: Event) -> Review:
    """Count what would go and what would stay, now. Changes nothing."""
    with gathered(event) as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [WITHIN])
        counted = []
        for table in tables.all_tables():
            goes = count(cursor, table, event)
            counted.append(_line(table, goes, _all(cursor, table) - goes))
        cursor.execute("SELECT count(*) FROM closing_person")
        people = int(cursor.fetchone()[0])
    return Review(tuple(counted), people, digest_of(event, counted))


def digest_of(event: Event, counted: list[Counted]) -> str:
    """SHA-256 over the event and what goes of each table, but for what goes by the clock."""
    ended = event.ended_at.isoformat() if event.ended_at else None
    lines = [{key: line[key] for key in ("model", "goes", "basis", "keep")} for line in map(asdict, counted)]
    said = {"event": event.pk, "ended_at": ended, "goes": [line for line in lines if line["keep"] not in BY_THE_CLOCK]}
    return hashlib.sha256(canonical(said).encode()).hexdigest()


def canonical(said: object) -> str:
    """JSON of which there is one spelling only."""
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


@contextmanager
def gathered(event: Event) -> Iterator[CursorWrapper]:
    """A cursor beside which the people and households of this event alone stand in tables of the transaction's own."""
    with connection.cursor() as cursor:
        for name, asked in (("closing_person", tables.PEOPLE), ("closing_household", tables.HOUSEHOLDS)):
            cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{name}")
            cursor.execute(f"CREATE TEMPORARY TABLE {name} ON COMMIT DROP AS {asked}", facts(event))
            cursor.execute(f"ALTER TABLE {name} ADD PRIMARY KEY (id)")
            cursor.execute(f"ANALYZE {name}")
        yield cursor


def facts(event: Event) -> dict[str, Any]:
    """What a rule may ask for."""
    return {"event": event.pk, "ended": event.ended_at}


def count(cursor: CursorWrapper, table: Table, event: Event) -> int:
    """How many rows of a table go."""
    if table.rule is None:
        return 0
    cursor.execute(f'SELECT count(*) FROM "{table.name}" t WHERE {table.rule}', facts(event))  # noqa: S608
    return int(cursor.fetchone()[0])


def _all(cursor: CursorWrapper, table: Table) -> int:
    cursor.execute(f'SELECT count(*) FROM "{table.name}"')  # noqa: S608
    return int(cursor.fetchone()[0])


def _line(table: Table, goes: int, stays: int) -> Counted:
    told = declared()[table.model]
    return Counted(table.model, goes, stays, basis_of(told.basis), keep_of(told.keep))


def basis_of(basis: Basis) -> str:
    """A basis as the certificate writes it."""
    return str(basis)


def keep_of(keep: Keep) -> str:
    """A retention as the certificate writes it."""
    return str(keep)
