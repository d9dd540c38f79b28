"""The rows of a form about households: who lives together, behind which door, and how they stand in a sweep."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from linli.ledger.forms.rows import DUE, Somebody, asked_of, by_address, names_of, people_of
from linli.ledger.models import Sweep
from linli.people import rules
from linli.places.models import Area
from linli.rolls.models import State

_HELD = """
SELECT d.place_id AS id, NULL::int AS state, a.micro_grid_id AS micro FROM places_within w
JOIN places_assigned a ON a.micro_grid_id = w.inner_id AND a.during @> %(at)s::timestamptz
JOIN places_dwelling d ON d.place_id = a.place_id OR d.building_id = a.place_id AND NOT EXISTS (
    SELECT FROM places_assigned o WHERE o.place_id = d.place_id AND o.during @> %(at)s::timestamptz)
WHERE w.outer_id = %(area)s AND w.during @> %(at)s::timestamptz
"""
_DOORS = """
WITH here AS MATERIALIZED ({here})
SELECT here.id, here.state, coalesce(e.name, ''), b.name, d.unit, d.floor, d.door, d.state, here.micro
FROM here JOIN places_dwelling d ON d.place_id = here.id
JOIN places_building b ON b.place_id = d.building_id LEFT JOIN places_estate e ON e.place_id = b.estate_id
"""


@dataclass(frozen=True, slots=True)
class Home:
    """One household in clear; or a door where nobody is counted, which has no members.

    Attributes:
        members: whoever is in the form, in the order in which they became known. The sum over all rows is everybody.
        head: who stands for the household; None in a dormitory, and where nobody of age is known by name.
        door_state: how the door stands in the sweep; None outside one, and for a door that is not in it.
        areas: names of the areas they are counted in by level.
    """

    members: tuple[Somebody, ...]
    head: Somebody | None
    estate: str
    building: str
    unit: int | None
    floor: int | None
    door: str
    lived_in: str
    dwelling: int | None
    door_state: State | None
    areas: dict[int, str]

    @property
    def people(self) -> int:
        """How many there are."""
        return len(self.members)

    @property
    def households(self) -> int:
        """One, where anybody is."""
        return int(bool(self.members))

    @property
    def persons(self) -> Counter[State]:
        """How many stand how in the sweep; empty outside one."""
        return Counter(one.state for one in self.members if one.state is not None)


def homes_of(area: Area, sweep: Sweep | None, at: datetime, *, every_door: bool) -> list[Home]:
    """Every household of those whom ``people_of`` gives, by door. A fixed few queries.

    Who is counted elsewhere for a time, as in a hospital, is in the row of their household. Whoever has no household
    is in the row of their door, or in one of their own.

    Args:
        every_door: whether doors where nobody is counted are rows too.
    """
    together: defaultdict[tuple[str, int], list[Somebody]] = defaultdict(list)
    for one in sorted(people_of(area, sweep, at), key=lambda one: one.person):
        together[_lives(one)].append(one)
    doors = _doors(area, sweep, at) if every_door or sweep is not None else []
    stands = {door.dwelling: door.door_state for door in doors}
    homes = [_home(members, stands) for members in together.values()]
    if every_door:
        taken = {home.dwelling for home in homes}
        homes += [door for door in doors if door.dwelling not in taken]
    return sorted(homes, key=lambda home: (*by_address(home), home.dwelling or 0, _first(home.members)))


def _first(members: Sequence[Somebody]) -> int:
    return members[0].person if members else 0


def _lives(one: Somebody) -> tuple[str, int]:
    if one.household is not None:
        return "household", one.household
    return ("door", one.dwelling) if one.dwelling is not None else ("person", one.person)


def _home(members: Sequence[Somebody], stands: dict[int | None, State | None]) -> Home:
    # Where the household is counted is said by who is at home; by somebody in a hospital only where nobody is.
    one = next((each for each in members if each.there), members[0])
    return Home(
        members=tuple(members),
        head=None if one.collective else head_of(members),
        estate=one.estate,
        building=one.building,
        unit=one.unit,
        floor=one.floor,
        door=one.door,
        lived_in=one.lived_in,
        dwelling=one.dwelling,
        door_state=stands.get(one.dwelling),
        areas=one.areas,
    )


def head_of(members: Iterable[Somebody]) -> Somebody | None:
    """Who stands for a household: the first who became known by name; where that is a minor, the eldest of age.

    Who of them is its head is not kept: a list that comes in begins each household with them.
    """
    named = [one for one in members if one.name]
    if named and _of_age(named[0]):
        return named[0]
    return min((one for one in named if _of_age(one)), key=lambda one: one.born or date.max, default=None)


def _of_age(one: Somebody) -> bool:
    """Whether somebody is of age, as far as is known."""
    return not one.child and (one.born is None or rules.age_on(one.born, one.today) >= rules.OF_AGE)


def _doors(area: Area, sweep: Sweep | None, at: datetime) -> list[Home]:
    """The doors of an area as households without anybody; in a sweep those that are due in it. Two queries."""
    roll = sweep.doors if sweep is not None else None
    with connection.cursor() as cursor:
        cursor.execute(_DOORS.format(here=_HELD if roll is None else DUE), asked_of(area, roll, at))
        found = cursor.fetchall()
    names = names_of({row[-1] for row in found}, at)
    return [
        Home(
            members=(),
            head=None,
            estate=estate,
            building=building,
            unit=unit,
            floor=floor,
            door=door,
            lived_in=lived_in,
            dwelling=dwelling,
            door_state=State(state) if state is not None else None,
            areas=names.get(micro, {}),
        )
        for dwelling, state, estate, building, unit, floor, door, lived_in, micro in found
    ]
