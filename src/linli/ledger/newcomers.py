"""Who and what nobody knew of before somebody stood there: a person, a door. Known from then on, in every roll."""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from linli.common.caller import Caller
from linli.common.errors import Invalid
from linli.common.typed import tidied
from linli.ledger import moving, scope
from linli.ledger.doors import found_door
from linli.ledger.errors import DoorGone, NameMissing, NotYourDoor
from linli.ledger.models import Sweep
from linli.ledger.sweeping import hold_open
from linli.people import queries as people
from linli.people.actions import lock_buildings_of
from linli.people.models import Household, Person, Stay
from linli.places import queries as places
from linli.places.models import Area, Building, Dwelling
from linli.places.rules import door_number
from linli.rolls.models import Cause, StandingChange

NAME_MOST = 40


@transaction.atomic
def new_person(
    sweep: Sweep, dwelling_id: int, *, name: str, phone: str = "", key: UUID, by: Caller, at: datetime
) -> Person:
    """Somebody lives behind a door whom nobody knew of: an identity that the event keeps, counted there at once.

    Args:
        key: made with the empty form; sent twice, it is one person.

    Raises:
        SweepClosed, DoorGone, NotYourDoor: as ``sweeping.record``.
        NameMissing: there is no name, or too long a one.
        BadPhone: the number cannot be one.
    """
    hold_open(sweep)
    held = scope.micro_grids_of([dwelling_id], at)
    if dwelling_id not in held:
        raise DoorGone
    micro = held[dwelling_id]
    if micro is None or not scope.finds_in(by, micro, at):
        raise NotYourDoor
    name = _name(name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"finding:{key}"])
    if (earlier := _found_by(sweep, dwelling_id, key)) is not None:
        return earlier
    lock_buildings_of([dwelling_id])
    return moving.found(
        holder=sweep.persons.event_id,
        name=name,
        phone=phone,
        counted_in=Area.objects.get(pk=micro),
        household=_household(dwelling_id),
        since=at,
        fact=key,
        by=by,
        at=at,
    )


def _name(text: str) -> str:
    try:
        kept = tidied(text)
    except Invalid as problem:
        raise NameMissing(most=NAME_MOST) from problem
    if not kept or len(kept) > NAME_MOST:
        raise NameMissing(most=NAME_MOST)
    return kept


def _found_by(sweep: Sweep, dwelling_id: int, key: UUID) -> Person | None:
    """Whom the same form has made known already."""
    roll, behind = sweep.persons, [person for person, _ in people.behind_door(dwelling_id)]
    made = StandingChange.objects.filter(part=roll.part, roll=roll, subject__in=behind, fact=key, cause=Cause.FOUND)
    return Person.objects.filter(pk__in=made.values("subject")).first()


def _household(dwelling_id: int) -> Household:
    """The household behind a door that somebody lives in, else one that was there, else a new one."""
    living = Stay.objects.filter(household__dwelling=dwelling_id, since=F("person__counted_since"))
    lived_in = living.exclude(kind=Stay.Kind.GONE).values("household")
    there = Household.objects.filter(dwelling=dwelling_id).order_by("pk")
    found = there.filter(pk__in=lived_in).first() or there.first()
    return found or Household.objects.create(dwelling_id=dwelling_id)


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
