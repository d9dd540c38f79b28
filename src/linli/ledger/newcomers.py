"""Who and what nobody knew of before somebody stood there: a person, a door. Known from then on, in every roll."""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from linli.common.caller import Caller
from linli.ledger import duplicates, scope
from linli.ledger.arriving import Arrival, Newcomer, arrive
from linli.ledger.doors import found_door
from linli.ledger.errors import DoorGone, NotYourDoor
from linli.ledger.models import Sweep
from linli.ledger.sweeping import hold_open
from linli.people import queries as people
from linli.people.models import Person
from linli.places import queries as places
from linli.places.models import Building, Dwelling
from linli.places.rules import door_number
from linli.rolls.models import Cause, StandingChange


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
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"finding:{key}"])
    if (earlier := _found_by(sweep, dwelling_id, key)) is not None:
        return Arrival(earlier, duplicates.like(earlier.pk, by, at))
    said = Newcomer(name=name, phone=phone, dwelling=dwelling_id, since=at)
    return arrive(said, event=sweep.persons.event, fact=key, by=by, at=at)


def _found_by(sweep: Sweep, dwelling_id: int, key: UUID) -> Person | None:
    """Whom the same form has made known already."""
    roll, behind = sweep.persons, [person for person, _ in people.behind_door(dwelling_id)]
    made = StandingChange.objects.filter(part=roll.part, roll=roll, subject__in=behind, fact=key, cause=Cause.FOUND)
    return Person.objects.filter(pk__in=made.values("subject")).first()


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
