"""Doors that nobody knew of: house first, then person (先房后人)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from linli.common.caller import Caller
from linli.custody import trail
from linli.ledger import scope
from linli.ledger.errors import NotYourDoor, StayInTheFuture
from linli.people.actions import lock_buildings_of
from linli.places import queries as places
from linli.places.models import Building, Dwelling, Place
from linli.rolls import moving as rolls
from linli.rolls.models import Cause, Roll


@transaction.atomic
def found_door(
    building: Building,
    *,
    unit: int | None,
    floor: int | None,
    door: str,
    state: Dwelling.State = Dwelling.State.UNKNOWN,
    happened_at: datetime,
    fact: UUID | None = None,
    by: Caller,
    at: datetime,
) -> Dwelling:
    """A door of a building, which every open roll of doors then knows; the one that is there, where it is known.

    Raises:
        NotYourDoor: the building is in somebody else's area. StayInTheFuture: it was found later than now.
    """
    if happened_at > at:
        raise StayInTheFuture(since=happened_at)
    lock_buildings_of([building.pk])  # two who find one door: the second sees the first one's
    micro_grid = places.micro_grid_of(building.pk, at)
    if micro_grid is None or not scope.finds_in(by, micro_grid, at):
        raise NotYourDoor
    known = Dwelling.objects.filter(building=building, unit=unit, door=door).first()
    if known is not None:
        return known
    place = Place.objects.create(kind=Place.Kind.DWELLING, physical_parent_id=building.pk)
    made = Dwelling.objects.create(place=place, building=building, unit=unit, floor=floor, door=door, state=state)
    rolls.apply([rolls.Move(Roll.Of.DOORS, place.pk, micro_grid, Cause.FOUND, happened_at, fact=fact)], at=at)
    trail.record("door.found", who=by, subject=f"place:{place.pk}", at=at, area=micro_grid)
    return made
