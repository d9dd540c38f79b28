"""Somebody who is placed, for tests of hours."""

from datetime import datetime, timedelta

from linli.common.clock import now
from linli.common.db import from_on
from linli.common.ids import uuid7
from linli.duty.hours import actions
from linli.duty.models import Service
from linli.people.models import Person
from tests.factories import SYSTEM, TinyCity, place_in

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def placed(city: TinyCity, *, grid: int = 0, since: datetime | None = None) -> Person:
    """A new person, placed in a grid for ten days around now."""
    at = now()
    person = Person.objects.create()
    place_in(city.event, person, city.grids[grid], from_on(since or at - 5 * DAY, at + 5 * DAY))
    return person


def served(city: TinyCity, person: Person, since: datetime, until: datetime, *, grid: int = 0) -> Service:
    """Hours of theirs that wait for approval."""
    begun = begin(city, person, since, grid=grid)
    return actions.finish(begun.pk, said=Service.Said.LATER, happened=until, by=SYSTEM, at=until)


def begin(city: TinyCity, person: Person, since: datetime, *, grid: int = 0) -> Service:
    """Somebody starts duty by the code of a grid."""
    return actions.start(
        person.pk, city.event, city.grids[grid].pk, said=Service.Said.CODE, key=uuid7(), happened=since,
        by=SYSTEM, at=since,
    )  # fmt: skip
