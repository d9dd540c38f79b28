"""What a phone may send, and what each does: read strictly, then one action of the room it belongs to."""

from collections.abc import Callable, Mapping
from uuid import UUID

from linli.common.errors import Invalid
from linli.field import finding, telling
from linli.field.reading import MOST_ID, Item, Then

SETTLE = "settle"  # what its author decided about something that was not done: it stands in ``outbox``
FINDING = "finding"
_DOES: Mapping[str, Callable[[Item, Then], int | None]] = {
    FINDING: finding.finding,
    "undo": finding.take_back,
    "person": telling.new_person,
    "door": telling.new_door,
    "move": telling.move,
    "need": telling.need,
    "shown": telling.number_shown,
}
KINDS = frozenset({*_DOES, SETTLE})


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
    if not all(isinstance(each, int) and abs(each) <= MOST_ID for each in numbers):
        raise Invalid
    if not isinstance(role, str) or kind not in KINDS:
        raise Invalid
    return Item(key, lease, numbers[0], role, numbers[1], numbers[2], kind, body)


def carry_out(item: Item, then: Then) -> int | None:
    """Do what an item says. Returns the id of the person or door that came of it. Raises as the actions do."""
    return _DOES[item.kind](item, then)


def again(item: Item, then: Then) -> int | None:
    """Carry out what was not done. The author of a finding has seen what a colleague found, and stands by theirs."""
    if item.kind != FINDING:
        return carry_out(item, then)
    finding.finding(item, then, looked=False)
    return None
