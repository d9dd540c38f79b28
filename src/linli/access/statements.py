"""What comes before each statement of a request: its time limit, and whoever goes first.

The limit is brought to the database with the first statement that needs another one than the connection has, so that
pages that follow each other on a thread ask for it once. After the request none holds any more, in the same way.
"""

import select
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import psycopg
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.pq import TransactionStatus

NO_LIMIT = "0"
_LIMIT = "SELECT set_config('statement_timeout', %s, false)"


class Statements:
    """Stands before the statements of one thread's connection."""

    def __init__(self) -> None:
        self._wanted = NO_LIMIT
        self._has: tuple[object, str] | None = None  # the connection, and its limit; None where that is not known
        self._lets_first: Callable[[], None] | None = None

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: object, many: bool, context: dict[str, Any]
    ) -> Any:
        """As Django calls it around each statement."""
        used: BaseDatabaseWrapper = context["connection"]
        # Who waits inside a transaction may hold what the others need.
        if self._lets_first is not None and not used.in_atomic_block:
            self._lets_first()
        if self._has != (used.connection, self._wanted):
            self._bring(used)
        return execute(sql, params, many, context)

    def _bring(self, used: BaseDatabaseWrapper) -> None:
        if used.connection.info.transaction_status == TransactionStatus.INERROR:
            return  # nothing can be said there, and the statement will say so
        with used.wrap_database_errors:
            used.connection.execute(_LIMIT, [self._wanted])
        self._has = (used.connection, self._wanted)

    @contextmanager
    def within(self, most_ms: int) -> Iterator[None]:
        """Let no statement of the block take longer; after it what held before holds again."""
        if connection.in_atomic_block:
            self._has = None  # a transaction that was given up took its limit with it
        before, self._wanted = self._wanted, str(most_ms)
        try:
            yield
        finally:
            self._wanted = before

    @contextmanager
    def letting_first(self, wait: Callable[[], None]) -> Iterator[None]:
        """Call this before each statement of the block that is in no transaction."""
        self._lets_first = wait
        try:
            yield
        finally:
            self._lets_first = None


def here() -> Statements:
    """What stands before the statements of this thread."""
    wrappers = connection.execute_wrappers
    if not wrappers or not isinstance(wrappers[0], Statements):
        wrappers.insert(0, Statements())  # first: whoever adds a wrapper of their own takes the last away again
    return cast(Statements, wrappers[0])


def spare_the_check() -> None:
    """Do without the question that Django asks a kept connection before each request, where the answer can be seen.

    Nothing comes unasked over a connection that is idle but its end.
    """
    raw: psycopg.Connection[Any] | None = connection.connection
    if raw is None or raw.closed:
        return
    looked = select.poll()
    looked.register(raw.fileno(), select.POLLIN)
    if not looked.poll(0):
        connection.health_check_done = True  # type: ignore[attr-defined]
