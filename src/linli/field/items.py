"""What a phone may send, and what each does: read strictly, then one action of the room it belongs to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from linli.common.caller import Caller
from linli.common.errors import Invalid
from linli.common.typed import tidied
from linli.events.models import Event
from linli.field.errors import DoorChanged, NoSweepHere
from linli.field.models import Lease, Receipt
from linli.ledger import recording, scope
from linli.ledger.arriving import Newcomer, arrive
from linli.ledger.errors import DoorGone, SaidOfAStranger
from linli.ledger.models import Finding, Said, Sweep
from linli.people.actions import lock_buildings_of

MOST_NAME = 40
_MOST_ID = 2**63 - 1


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


def read(body: object) -> Item:
    """An item from its body.

    Raises:
        Invalid: it is none.
    """
    if not isinstance(body, Mapping):
        raise Invalid
    try:
        key, lease = UUID(body["key"]), UUID(body["lease"])
        numbers = [body[part] for part in ("author", "at", "offset")]
        role, kind = body["role"], body["kind"]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Invalid from error
    if not all(isinstance(each, int) and abs(each) <= _MOST_ID for each in numbers):
        raise Invalid
    if not isinstance(role, str) or kind not in KINDS:
        raise Invalid
    return Item(key, lease, numbers[0], role, numbers[1], numbers[2], kind, body)


def carry_out(item: Item, then: Then) -> int | None:
    """Do what an item says. Returns the id of the person or door that came of it. Raises as the actions do."""
    return _DOES[item.kind](item, then)


def _finding(item: Item, then: Then, *, looked: bool = True) -> None:
    """What was found at a door. Where a colleague found otherwise since its author looked, the author decides."""
    says = item.says
    door = _place(says.get("door"), then)
    sweep = Sweep.objects.select_related("persons", "doors").filter(pk=_number(says.get("sweep"))).first()
    if sweep is None:
        raise NoSweepHere
    lock_buildings_of([door])
    result, how = _choice(Finding.Result, says.get("result")), _choice(Finding.How, says.get("how"))
    if looked:
        _check_as_seen(sweep, door, result, says.get("seen"), then)
    said, spoke = _said(says.get("said", []), then), says.get("spoke")
    found = recording.Found(
        key=item.key,
        dwelling=door,
        result=result,
        how=how,
        happened_at=then.happened,
        said=said,
        spoke=_person(spoke, then) if spoke is not None else None,
        clipped=then.clipped,
        device=then.lease.device,
    )
    recording.record(sweep, found, by=then.by, at=then.at)


def _check_as_seen(sweep: Sweep, door: int, result: str, seen: object, then: Then) -> None:
    """A colleague's finding that the author had not seen, and that says something else, is put to the author."""
    last = Finding.objects.filter(sweep=sweep, dwelling=door, taken_back_at__isnull=True)
    newest = last.order_by("-recorded_at", "-pk").first()
    if newest is None or newest.by == then.lease.user_id or newest.result == result:
        return
    if str(newest.pk) != seen:
        raise DoorChanged(finding=str(newest.pk))


def _new_person(item: Item, then: Then) -> int:
    """Somebody behind a door whom nobody knew of: kept by the event."""
    says = item.says
    door = _place(says.get("door"), then)
    if door not in scope.micro_grids_of([door], then.at):
        raise DoorGone
    name, phone = says.get("name"), says.get("phone", "")
    if not isinstance(name, str) or not isinstance(phone, str) or len(phone) > MOST_NAME:
        raise Invalid
    said = Newcomer(name=name, phone=tidied(phone), dwelling=door, guest=says.get("guest") is True, since=then.happened)
    event = Event.objects.get(pk=then.lease.event)
    return arrive(said, event=event, fact=item.key, by=then.by, at=then.at).person.pk


def again(item: Item, then: Then) -> None:
    """Carry out a finding whose author has seen what a colleague found, and stands by it."""
    if item.kind != "finding":
        carry_out(item, then)
        return
    _finding(item, then, looked=False)


def _place(said: object, then: Then) -> int:
    """A door, by its id or by the key of the item that made it."""
    return _made(said, then, DoorGone)


def _person(said: object, then: Then) -> int:
    return _made(said, then, SaidOfAStranger)


def _made(said: object, then: Then, missing: type[Exception]) -> int:
    if (key := uuid_of(said)) is None:
        return _number(said)
    made = Receipt.objects.filter(device=then.lease.device, key=key).values_list("made", flat=True).first()
    if made is None:
        raise missing
    return made


def _said(said: object, then: Then) -> list[tuple[int, Said.State]]:
    if not isinstance(said, list) or not all(isinstance(each, list) and len(each) == 2 for each in said):
        raise Invalid
    found = [(_person(person, then), _choice(Said.State, state)) for person, state in said]
    if len({person for person, _ in found}) != len(found):
        raise Invalid
    return found


def uuid_of(said: object) -> UUID | None:
    try:
        return UUID(said) if isinstance(said, str) else None
    except ValueError:
        return None


def _number(said: object) -> int:
    if not isinstance(said, int) or isinstance(said, bool) or not 0 < said <= _MOST_ID:
        raise Invalid
    return said


def _choice(kind: Any, said: object) -> Any:
    if said not in kind.values:
        raise Invalid
    return kind(said)


_DOES: Mapping[str, Callable[[Item, Then], int | None]] = {
    "finding": _finding,
    "person": _new_person,
}
SETTLE = "settle"  # what its author decided about something that was not done: it stands in ``outbox``
KINDS = frozenset({*_DOES, SETTLE})
