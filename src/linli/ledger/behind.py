"""People whom nobody knew of, written down together with what was found at their door: in one transaction, once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from linli.common.caller import Caller
from linli.common.errors import Invalid
from linli.ledger import moving
from linli.ledger.arriving import name_of
from linli.ledger.going import household_behind
from linli.ledger.models import Said, Sweep
from linli.people.actions import lock_buildings_of
from linli.people.models import Identity
from linli.people.rules import phone_digits
from linli.places.models import Area
from linli.rolls import moving as rolls

if TYPE_CHECKING:
    from linli.ledger.recording import Found


def wrong_newcomer(new: Sequence[tuple[str, str]]) -> Invalid | None:
    """Why somebody new cannot be written down so: NameMissing or BadPhone; None where all can."""
    try:
        for name, phone in new:
            name_of(name)
            if phone.strip():
                phone_digits(phone)
    except Invalid as problem:
        return problem
    return None


def newcomers(
    sweep: Sweep, founds: Sequence["Found"], held: Mapping[int, int | None], *, by: Caller, at: datetime
) -> list[tuple["Found", int, rolls.Move]]:
    """Everybody new behind the doors of some findings, with what that means for the rolls.

    Args:
        held: the micro-grid of each door.
    """
    with_new = [found for found in founds if found.new]
    lock_buildings_of(sorted({found.dwelling for found in with_new}))
    made = []
    for found in with_new:
        area = Area.objects.get(pk=held[found.dwelling])
        household = household_behind(found.dwelling, joins=True)
        for name, phone in found.new:
            person, entered = moving.come(
                holder=sweep.persons.event_id,
                name=name_of(name),
                phone=phone.strip(),
                counted_in=area,
                household=household,
                since=found.happened_at or at,
                fact=found.key,
                by=by,
                at=at,
            )
            made.append((found, person.pk, entered))
    return made


def named_again(new: Sequence[tuple[str, str]], said: set[tuple[int, str]]) -> set[tuple[int, str]]:
    """What was said of people who are named as new again, where exactly they were named; else nothing."""
    here = {person for person, state in said if state == Said.State.HERE}
    names = dict(Identity.objects.filter(person__in=here).order_by("-holder").values_list("person", "name"))
    same = sorted(names.values()) == sorted(name_of(name) for name, _ in new)
    return {(person, str(Said.State.HERE)) for person in names} if same else set()
