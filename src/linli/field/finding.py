"""What was found at doors as a phone tells it, and its author taking it back."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from linli.common.errors import Invalid, LinliError
from linli.field import reading
from linli.field.errors import DoorChanged, NoSweepHere, NothingToTakeBack
from linli.field.models import Receipt
from linli.field.reading import Item, Then
from linli.ledger import promised, recording, sweeping
from linli.ledger.models import Finding, Said, Sweep
from linli.ledger.recording import Found
from linli.people.actions import lock_buildings_of


def findings(told: Sequence[tuple[Item, Then]], *, looked: bool = True) -> list[LinliError | None]:
    """What one author found in one sweep, at each door once: a few statements for all of it.

    Where a colleague found otherwise since the author looked, the author decides.

    Args:
        told: each under a key of its own, all by one caller.
        looked: whether that is asked; not of somebody who has seen what the colleague found.

    Returns: why each was not taken, None where it was, in their order.

    Raises:
        Invalid, NoSweepHere: no sweep is meant. RollNotReady, SweepClosed: it takes nothing now.
    """
    (first, then), *_ = told
    sweep = Sweep.objects.select_related("persons", "doors").filter(pk=reading.number(first.says.get("sweep"))).first()
    if sweep is None:
        raise NoSweepHere
    wrong: dict[UUID, LinliError] = {}
    read: dict[UUID, Found] = {}
    for item, its in told:
        try:
            read[item.key] = _read(item, its)
        except LinliError as problem:
            wrong[item.key] = problem
    lock_buildings_of([found.dwelling for found in read.values()])
    if looked:
        seen = {item.key: item.says.get("seen") for item, _ in told}
        wrong |= _changed(sweep, list(read.values()), seen, then)
    right = [found for key, found in read.items() if key not in wrong]
    for found, answer in zip(right, recording.record_many(sweep, right, by=then.by, at=then.at), strict=True):
        if isinstance(answer, LinliError):
            wrong[found.key] = answer
    return [wrong.get(item.key) for item, _ in told]


def _read(item: Item, then: Then) -> Found:
    says, spoke = item.says, item.says.get("spoke")
    result = reading.choice(Finding.Result, says.get("result"))
    return Found(
        key=item.key,
        dwelling=reading.place(says.get("door"), then),
        result=result,
        how=reading.choice(Finding.How, says.get("how")),
        happened_at=then.happened,
        said=_said(says.get("said", []), then),
        spoke=reading.person(spoke, then) if spoke is not None else None,
        clipped=then.clipped,
        device=then.lease.device,
        back_at=_back_at(says.get("back"), result, then),
    )


def _back_at(said: object, result: Finding.Result, then: Then) -> datetime | None:
    """When they asked to come back. Where the phone's clock could not be right, what was found counts without it."""
    back_at = reading.moment(said)
    return back_at if not then.clipped or promised.may_be(back_at, result, then.happened) else None


def _changed(sweep: Sweep, founds: Sequence[Found], seen: dict[UUID, object], then: Then) -> dict[UUID, LinliError]:
    """A colleague's finding that the author had not seen, and that says something else, is put to the author."""
    newest = _newest(sweep, [found.dwelling for found in founds])
    theirs = {found.key: newest[found.dwelling] for found in founds if found.dwelling in newest}
    return {
        found.key: DoorChanged(finding=str(last.pk))
        for found in founds
        if (last := theirs.get(found.key)) is not None
        and last.by != then.lease.user_id
        and last.result != found.result
        and str(last.pk) != seen[found.key]
    }


def _newest(sweep: Sweep, doors: Collection[int]) -> dict[int, Finding]:
    rows = Finding.objects.filter(sweep=sweep, dwelling__in=doors, taken_back_at__isnull=True)
    newest = rows.order_by("dwelling", "-recorded_at", "-pk").distinct("dwelling")
    return {each.dwelling_id: each for each in newest}


def _said(said: object, then: Then) -> list[tuple[int, Said.State]]:
    if not isinstance(said, list) or not all(isinstance(each, list) and len(each) == 2 for each in said):
        raise Invalid
    found = [(reading.person(person, then), reading.choice(Said.State, state)) for person, state in said]
    if len({person for person, _ in found}) != len(found):
        raise Invalid
    return found


def take_back(item: Item, then: Then) -> None:
    """Take back what the same author found, by the key it was written down under. What was not recorded is let be.

    Raises:
        NothingToTakeBack: it was no finding of theirs. NotYourDoor, SweepClosed: as ``sweeping.take_back``.
    """
    key = reading.uuid_of(item.says.get("of"))
    if key is None:
        raise Invalid
    found = Finding.objects.select_related("sweep__persons").filter(pk=key, by=then.lease.user_id).first()
    if found is not None:
        sweeping.take_back(found, by=then.by, at=then.at)
        return
    waiting = Receipt.objects.filter(device=then.lease.device, key=key, lease__user=then.lease.user_id)
    if not waiting.filter(settled_at__isnull=True, held__isnull=False).update(settled_at=then.at):
        raise NothingToTakeBack
