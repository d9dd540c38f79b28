"""The one clock. A scenario can move it inside its own process; nobody else reads the time elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

_offset: ContextVar[timedelta] = ContextVar("linli_clock_offset", default=timedelta(0))


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC) + _offset.get()


@contextmanager
def moved_to(moment: datetime) -> Iterator[None]:
    """Let the clock of this process run on from another moment (scenarios and tests only)."""
    token = _offset.set(moment - datetime.now(UTC))
    try:
        yield
    finally:
        _offset.reset(token)
