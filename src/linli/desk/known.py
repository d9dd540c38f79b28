"""The number that the register knows for whoever an entry is about: only of people counted in its own community.

Before anybody was called back, a page shows of these the masked number and whether it fits what was said, no more.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from linli.custody import secrets
from linli.desk import queries
from linli.desk.models import Entry
from linli.people.models import REGISTER
from linli.places.doors import building_agrees, door_agrees
from linli.places.models import Area, Place

MOST = 6


@dataclass(frozen=True, slots=True)
class Known:
    """One number of the register that may belong to whom an entry is about.

    Attributes:
        named: their name stands in what was said. at_door: they live behind the door that was said.
    """

    person: int
    phone: str
    named: bool
    at_door: bool


_HERE = """
SELECT i.person_id, i.phone, i.name <> '' AND char_length(i.name) > 1 AND position(i.name IN %(said)s) > 0,
       coalesce(coalesce(st.home_id, h.dwelling_id) = %(door)s, false)
FROM places_within w
JOIN people_person p ON p.counted_in_id = w.inner_id
JOIN people_identity i ON i.person_id = p.id AND i.holder = %(register)s AND i.phone IS NOT NULL
LEFT JOIN people_stay st ON st.person_id = p.id AND st.since = p.counted_since
LEFT JOIN people_household h ON h.id = st.household_id
WHERE w.outer_id = %(community)s AND w.during @> %(at)s::timestamptz
  AND (i.name <> '' AND char_length(i.name) > 1 AND position(i.name IN %(said)s) > 0
       OR coalesce(st.home_id, h.dwelling_id) = %(door)s)
ORDER BY 3 DESC, 4 DESC, i.person_id
LIMIT 100
"""


def numbers(entry: Entry, at: datetime) -> list[Known]:
    """Numbers of people who are named, or live behind the door, in what was said; the best first, at most six."""
    typed = queries.said(entry)
    said = f"{typed.about} {typed.caller}"
    wanted = {"said": said, "door": entry.place_id, "register": REGISTER, "community": entry.community_id, "at": at}
    with connection.cursor() as cursor:
        cursor.execute(_HERE, wanted)
        found = [(person, sealed, named, at_door) for person, sealed, named, at_door in cursor.fetchall()]
    found.sort(key=lambda row: (-(row[2] + row[3]), row[0]))
    return [Known(person, secrets.unseal(sealed), named, at_door) for person, sealed, named, at_door in found[:MOST]]


def number_of(entry: Entry, person_id: int, at: datetime) -> Known | None:
    """The number of one of those the page offers; None where they are not (any more) among them."""
    return next((each for each in numbers(entry, at) if each.person == person_id), None)


_BUILDINGS = """
SELECT b.place_id, b.name, e.name
FROM places_building b LEFT JOIN places_estate e ON e.place_id = b.estate_id
WHERE e.community_id = %(community)s OR b.estate_id IS NULL AND b.place_id IN (
    SELECT a.place_id FROM places_assigned a
    JOIN places_within w ON w.inner_id = a.micro_grid_id AND w.during @> %(at)s::timestamptz
    WHERE w.outer_id = %(community)s AND a.during @> %(at)s::timestamptz)
"""
_DOORS = "SELECT place_id, door, unit FROM places_dwelling WHERE building_id = %(building)s"


def place_said(community: Area, said: str, at: datetime) -> Place | None:
    """The one door, else the one building, of a community that some words name; None where none or several are."""
    with connection.cursor() as cursor:  # names alone: a community has hundreds
        cursor.execute(_BUILDINGS, {"community": community.pk, "at": at})
        named = [(place, name, estate) for place, name, estate in cursor.fetchall() if building_agrees(said, name)]
        if len(named) > 1:  # the same number in two estates: whose name was said
            named = [each for each in named if each[2] is not None and each[2] in said]
        if len(named) != 1:
            return None
        building, name, _ = named[0]
        cursor.execute(_DOORS, {"building": building})
        behind = [(place, unit) for place, door, unit in cursor.fetchall() if door_agrees(said, name, door)]
    if len(behind) > 1:  # the same door number on two staircases
        behind = [(place, unit) for place, unit in behind if unit is not None and f"{unit}单元" in said]
    return Place.objects.get(pk=behind[0][0] if len(behind) == 1 else building)
