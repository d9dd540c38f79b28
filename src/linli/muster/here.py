"""Whom a community's desk has before it: people of its register and its volunteers, found by name or phone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from linli.common.caller import Caller
from linli.common.errors import Invalid, NotFound
from linli.custody import secrets
from linli.muster.queries import community_of_desk
from linli.people.models import REGISTER
from linli.people.rules import phone_digits

MOST = 20


@dataclass(frozen=True, slots=True)
class Here:
    """One person of a community; name in clear, to be masked before it is shown.

    Attributes:
        building, unit: the way to their staircase; empty where no door is known.
        phone: sealed; None where none is known.
    """

    person: int
    name: str
    phone: bytes | None
    building: str
    unit: int | None


_HERE = """
WITH here AS (
    SELECT p.id FROM people_person p JOIN places_within w ON w.inner_id = p.counted_in_id
    WHERE w.outer_id = %(community)s AND w.during @> %(at)s::timestamptz
    UNION SELECT person_id FROM people_volunteer WHERE community_id = %(community)s),
asked AS (
    SELECT DISTINCT i.person_id FROM here JOIN people_identity i ON i.person_id = here.id
    WHERE i.person_id = %(person)s OR i.name = %(name)s OR i.phone_index = %(index)s)
SELECT DISTINCT ON (p.id) p.id, i.name, i.phone, coalesce(b.name, ''), d.unit
FROM asked JOIN people_person p ON p.id = asked.person_id
JOIN people_identity i ON i.person_id = p.id AND i.name <> ''
LEFT JOIN people_stay st ON st.person_id = p.id AND st.since = p.counted_since
LEFT JOIN people_household h ON h.id = st.household_id
LEFT JOIN places_dwelling d ON d.place_id = coalesce(st.home_id, h.dwelling_id)
LEFT JOIN places_building b ON b.place_id = coalesce(d.building_id, st.home_id, h.dwelling_id)
ORDER BY p.id, i.holder = %(register)s DESC, i.holder
LIMIT %(most)s
"""


def people_here(caller: Caller, community_id: int, asked: str, at: datetime) -> list[Here]:
    """People of a desk's community who have exactly this name or this phone number; at most 20.

    Raises:
        NotFound: another desk runs the community, or it is none.
    """
    community_of_desk(caller, community_id)
    try:
        index = secrets.index(phone_digits(asked))
    except Invalid:
        index = None
    name = "".join(asked.split()) if not asked.isascii() else " ".join(asked.split())
    return _read(community_id, at, name=name, index=index)


def person_here(caller: Caller, community_id: int, person_id: int, at: datetime) -> Here:
    """One person of a desk's community.

    Raises:
        NotFound: another desk runs the community, or the person is not of it.
    """
    community_of_desk(caller, community_id)
    found = _read(community_id, at, person=person_id)
    if not found:
        raise NotFound
    return found[0]


def _read(
    community_id: int, at: datetime, *, name: str | None = None, index: bytes | None = None, person: int | None = None
) -> list[Here]:
    facts: dict[str, Any] = {"community": community_id, "name": name or None, "index": index, "person": person}
    with connection.cursor() as cursor:
        cursor.execute(_HERE, facts | {"at": at, "register": REGISTER, "most": MOST})
        return [Here(*row) for row in cursor.fetchall()]
