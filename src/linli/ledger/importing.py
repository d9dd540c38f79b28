"""A file of dwellings and persons: its doors and people enter every open roll in the same transaction."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from linli.common.caller import Caller
from linli.common.sheets import Looked, Row
from linli.people import person_load
from linli.people.loads import Basis
from linli.places.models import Area
from linli.rolls import moving as rolls
from linli.rolls.models import Cause, Roll


@transaction.atomic
def take(rows: Sequence[Row], community: Area, basis: Basis, *, by: Caller, at: datetime) -> Looked:
    """Make the doors and people of a file who are not there yet, and let every open roll there know of them.

    The number of statements does not grow with the rows. Raises as ``people.person_load.make``.
    """
    made = person_load.make(rows, community, basis, by=by, at=at)
    found = [rolls.Move(Roll.Of.DOORS, door, area, Cause.FOUND, at) for door, area in made.doors.items()]
    found += [rolls.Move(Roll.Of.PERSONS, person, area, Cause.FOUND, at) for person, area in made.persons.items()]
    rolls.apply(found, at=at)
    return made.looked
