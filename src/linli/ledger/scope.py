"""Whose doors and people the ledger's actions may touch: fetched and authorised in one go."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection

from linli.common.caller import Caller
from linli.custody.roles import Decide, deciding
from linli.people import queries as people
from linli.people.models import Person
from linli.places import queries as places

# Who writes down what was found: grid workers in their micro-grids, the desk in its community.
_FINDS = deciding(Decide.FOUND, Decide.REGISTER)
_DECIDES = deciding(Decide.REGISTER)
_HELD = """
SELECT d.id, coalesce(own.micro_grid_id, held.micro_grid_id) FROM places_place d
LEFT JOIN places_assigned own ON own.place_id = d.id AND own.during @> %(at)s
LEFT JOIN places_assigned held ON held.place_id = d.physical_parent_id AND held.during @> %(at)s
WHERE d.id = ANY(%(doors)s) AND d.kind = 'dwelling'
"""


def micro_grids_of(doors: Collection[int], at: datetime) -> dict[int, int | None]:
    """The micro-grid that holds each door; doors that are none are missing. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_HELD, {"doors": list(doors), "at": at})
        return dict(cursor.fetchall())


def finds_in(caller: Caller, micro_grid: int | None, at: datetime) -> bool:
    """Whether a caller writes down what is found in a micro-grid."""
    return micro_grid is not None and places.is_within_any(micro_grid, _areas(caller, _FINDS, at), at)


def among_theirs(caller: Caller, micro_grids: Collection[int], at: datetime) -> frozenset[int]:
    """Those of some micro-grids in which a caller writes down what is found. One query."""
    inside = places.within(_areas(caller, _FINDS, at), at).filter(inner__in=list(micro_grids))
    return frozenset(inside)


def decides_over_person(caller: Caller, person: Person, at: datetime) -> bool:
    """Whether a caller decides about somebody: their desk, by where they are counted, or else at home."""
    seat = person.counted_in_id
    if seat is None and (home := people.home_of(person)) is not None:
        seat = places.micro_grid_of(home.pk, at)
    return seat is not None and places.is_within_any(seat, _areas(caller, _DECIDES, at), at)


def _areas(caller: Caller, roles: Collection[str], at: datetime) -> list[int]:
    return [g.area for g in caller.grants if g.role in roles and g.area is not None and g.holds_at(at)]
