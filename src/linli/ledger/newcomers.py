"""Who and what nobody knew of before somebody stood there: a person, a door. Known from then on, in every roll."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from linli.common.caller import Caller
from linli.ledger import scope
from linli.ledger.arriving import Arrival, Newcomer, arrive
from linli.ledger.doors import found_door
from linli.ledger.errors import DoorGone, NotYourDoor
from linli.ledger.models import Sweep
from linli.ledger.sweeping import hold_open
from linli.places import queries as places
from linli.places.models import Building, Dwelling
from linli.places.rules import door_number


@transaction.atomic
def new_person(
    sweep: Sweep, dwelling_id: int, *, name: str, phone: str = "", key: UUID, by: Caller, at: datetime
) -> Arrival:
    """Somebody lives behind a door whom nobody knew of: an identity that the event keeps, counted there at once.

    Args:
        key: made with the empty form; sent twice, it is one person.

    Raises:
        SweepClosed, DoorGone, NotYourDoor: as ``sweeping.record``.
        NameMissing: there is no name, or too long a one.
        BadPhone: the number cannot be one.
    """
    hold_open(sweep)
    if dwelling_id not in scope.micro_grids_of([dwelling_id], at):
        raise DoorGone
    said = Newcomer(name=name, phone=phone, dwelling=dwelling_id, since=at)
    return arrive(said, event=sweep.persons.event, fact=key, form=key, by=by, at=at)


@transaction.atomic
def new_door(
    sweep: Sweep,
    building: Building,
    *,
    unit: int | None,
    floor: int | None,
    door: str,
    by: Caller,
    at: datetime,
) -> Dwelling:
    """A door in a building that nobody knew of: counted from now on, and not yet visited. One that is known stays so.

    Raises:
        SweepClosed: the sweep is over.
        NotYourDoor: the building belongs to somebody else's area, or lies outside the sweep.
        BadDoor: its number is missing or too long, or unit and floor can be none.
    """
    hold_open(sweep)
    door = door_number(door, unit=unit, floor=floor)
    micro = places.micro_grid_of(building.pk, at)
    if micro is None or not places.is_within(micro, sweep.doors.area_id, at):
        raise NotYourDoor
    return found_door(building, unit=unit, floor=floor, door=door, happened_at=at, by=by, at=at)
