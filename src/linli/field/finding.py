"""What was found at a door as a phone tells it, and its author taking it back."""

from linli.common.errors import Invalid
from linli.field import reading
from linli.field.errors import DoorChanged, NoSweepHere, NothingToTakeBack
from linli.field.models import Receipt
from linli.field.reading import Item, Then
from linli.ledger import recording, sweeping
from linli.ledger.models import Finding, Said, Sweep
from linli.people.actions import lock_buildings_of


def finding(item: Item, then: Then, *, looked: bool = True) -> None:
    """What was found at a door. Where a colleague found otherwise since its author looked, the author decides.

    Args:
        looked: whether that is asked; not of somebody who has seen what the colleague found.
    """
    says = item.says
    door = reading.place(says.get("door"), then)
    sweep = Sweep.objects.select_related("persons", "doors").filter(pk=reading.number(says.get("sweep"))).first()
    if sweep is None:
        raise NoSweepHere
    lock_buildings_of([door])
    result = reading.choice(Finding.Result, says.get("result"))
    how = reading.choice(Finding.How, says.get("how"))
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
        spoke=reading.person(spoke, then) if spoke is not None else None,
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
