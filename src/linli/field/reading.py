"""What phones send, read strictly: numbers, choices, and the doors and people that something is said of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from linli.common.caller import Caller
from linli.common.errors import Invalid
from linli.field.models import Lease, Receipt
from linli.ledger.errors import DoorGone, SaidOfAStranger

MOST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was written down without a signal.

    Attributes:
        key: made by the phone. lease: under which it was written.
        author, role: who says that they wrote it, and as what.
        told_ms, offset_ms: the phone's clock, and by how much ours was ahead when they last met.
        kind: what it is. says: the rest, as it was sent.
    """

    key: UUID
    lease: UUID
    author: int
    role: str
    told_ms: int
    offset_ms: int
    kind: str
    says: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Then:
    """Who carries an item out, and when."""

    lease: Lease
    by: Caller
    happened: datetime
    clipped: bool
    at: datetime


def place(said: object, then: Then) -> int:
    """A door, by its id or by the key of the item that made it."""
    return _made(said, then, DoorGone)


def person(said: object, then: Then) -> int:
    """Somebody, by their id or by the key of the item that made them known."""
    return _made(said, then, SaidOfAStranger)


def _made(said: object, then: Then, missing: type[Exception]) -> int:
    if (key := uuid_of(said)) is None:
        return number(said)
    made = Receipt.objects.filter(device=then.lease.device, key=key).values_list("made", flat=True).first()
    if made is None:
        raise missing
    return made


def uuid_of(said: object) -> UUID | None:
    """A key, where it is one."""
    try:
        return UUID(said) if isinstance(said, str) else None
    except ValueError:
        return None


def number(said: object) -> int:
    """An id. Raises Invalid where it can be none."""
    if not isinstance(said, int) or isinstance(said, bool) or not 0 < said <= MOST_ID:
        raise Invalid
    return said


def small(said: object) -> int | None:
    """A unit or a floor, or that there is none."""
    if said is not None and (not isinstance(said, int) or isinstance(said, bool) or abs(said) > 999):
        raise Invalid
    return said


def text(said: object, most: int) -> str:
    """A text of at most so many characters; empty where nothing was said."""
    if said is None:
        return ""
    if not isinstance(said, str) or len(said) > most:
        raise Invalid
    return said


def choice(kind: Any, said: object) -> Any:
    """One of a closed list."""
    if said not in kind.values:
        raise Invalid
    return kind(said)


def since(said: object, then: Then) -> datetime:
    """From when on something is so, by our clock: as it was said, else when it was written down, and not after that."""
    told = moment(said)
    return then.happened if told is None else min(told, then.happened)


def moment(said: object) -> datetime | None:
    """A moment in milliseconds by our clock, or that there is none."""
    if said is None:
        return None
    if not isinstance(said, int) or isinstance(said, bool):
        raise Invalid
    try:
        return datetime.fromtimestamp(said / 1000, UTC)
    except (OverflowError, OSError, ValueError) as error:
        raise Invalid from error
