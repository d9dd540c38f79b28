"""What a phone may send, and what each does: read strictly, then one action of the room it belongs to."""

import json
from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from linli.common.errors import Invalid, LinliError
from linli.field import finding, serving, telling
from linli.field.reading import MOST_ID, Item, Then

SETTLE = "settle"  # what its author decided about something that was not done: ``settling``
FINDING = "finding"
_DOES: Mapping[str, Callable[[Item, Then], int | None]] = {
    "undo": finding.take_back,
    "person": telling.new_person,
    "door": telling.new_door,
    "move": telling.move,
    "need": telling.need,
    "shown": telling.number_shown,
    "start": serving.start,
    "finish": serving.finish,
}
KINDS = frozenset({*_DOES, FINDING, SETTLE})


def read(text: str) -> Item:
    """An item from the body of an envelope.

    Raises:
        Invalid: it is none.
    """
    try:
        body = json.loads(text)
    except ValueError as error:
        raise Invalid from error
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


def goes_with(item: Item) -> tuple[int, object] | None:
    """Findings of one sweep are taken together, each door once: the sweep and the door. None of what stands alone."""
    sweep, door = item.says.get("sweep"), item.says.get("door")
    if item.kind != FINDING or not isinstance(sweep, int) or not isinstance(door, int | str):
        return None
    return sweep, door


def carry_out(told: Sequence[tuple[Item, Then]]) -> list[int | LinliError | None]:
    """Do what one item says, or several that go together.

    Returns, in their order: the id of the person, door or duty that came of it, or why it was not done.

    Raises:
        Others: as the actions do, and then none of them is done.
    """
    (item, then), *more = told
    if item.kind == FINDING:
        return list(finding.findings(told))
    assert not more, "what stands alone comes alone"
    return [_DOES[item.kind](item, then)]


def again(item: Item, then: Then) -> int | None:
    """Carry out what was not done. The author of a finding has seen what a colleague found, and stands by theirs.

    Raises as the actions do.
    """
    if item.kind != FINDING:
        return _DOES[item.kind](item, then)
    (problem,) = finding.findings([(item, then)], looked=False)
    if problem is not None:
        raise problem
    return None
