"""Whose doors and people the ledger's actions may touch: fetched and authorised in one go."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection

from linli.common.caller import Caller
from linli.custody.roles import Decide, See, deciding, seeing
from linli.people.models import Person
from linli.places import queries as places

# Who writes down what was found: grid workers in their micro-grids, the desk in its community.
_FINDS = deciding(Decide.FOUND, Decide.REGISTER)
_DECIDES = deciding(Decide.REGISTER)
# Who reads households and people by name: grid workers those of their micro-grids, the desk its community's.
LOOKING = seeing(See.HOUSEHOLDS, See.ROWS)
ROWS = seeing(See.ROWS)
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


_BELONGS = """
SELECT p.id, p.counted_in_id, coalesce(own.micro_grid_id, held.micro_grid_id, CASE WHEN p.counted_in_id IS NULL THEN (
    SELECT l.counted_in_id FROM people_stay l WHERE l.person_id = p.id AND l.counted_in_id IS NOT NULL
    ORDER BY l.since DESC LIMIT 1) END)
FROM people_person p
LEFT JOIN people_stay s ON s.person_id = p.id AND s.since = p.counted_since
LEFT JOIN people_household h ON h.id = s.household_id
LEFT JOIN places_place d ON d.id = coalesce(s.home_id, h.dwelling_id)
LEFT JOIN places_assigned own ON own.place_id = d.id AND own.during @> %(at)s
LEFT JOIN places_assigned held ON held.place_id = d.physical_parent_id AND held.during @> %(at)s
WHERE p.id = ANY(%(persons)s)
"""


def belongs(persons: Collection[int], at: datetime) -> dict[int, tuple[int, ...]]:
    """The micro-grids that people belong to: where they are counted, and where their home is held, in that order.

    Whoever is in hospital belongs to both desks; who is away or gone to that of their home or, without one, to where
    they were counted last. Who never was anywhere is missing. One query.
    """
    with connection.cursor() as cursor:
        cursor.execute(_BELONGS, {"persons": list(persons), "at": at})
        rows = cursor.fetchall()
    found = {person: tuple(dict.fromkeys(each for each in both if each is not None)) for person, *both in rows}
    return {person: grids for person, grids in found.items() if grids}


def looks_in(caller: Caller, micro_grids: Collection[int], at: datetime) -> bool:
    """Whether a caller reads who lives in one of some micro-grids."""
    return _any_within(micro_grids, looked_over(caller, at), at)


def reads_rows_of(caller: Caller, micro_grids: Collection[int], at: datetime) -> bool:
    """Whether a caller reads there what a desk reads: of a grid worker fewer fields are seen."""
    return _any_within(micro_grids, _areas(caller, ROWS, at), at)


def decides_in(caller: Caller, micro_grids: Collection[int], at: datetime) -> bool:
    """Whether a caller decides over the ledger of one of some micro-grids."""
    return _any_within(micro_grids, decided_over(caller, at), at)


def writes_in(caller: Caller, micro_grids: Collection[int], at: datetime) -> bool:
    """Whether a caller writes down what is found in one of some micro-grids."""
    return _any_within(micro_grids, found_over(caller, at), at)


def _any_within(micro_grids: Collection[int], areas: Collection[int], at: datetime) -> bool:
    return any(places.is_within_any(each, areas, at) for each in micro_grids)


def looked_over(caller: Caller, at: datetime) -> list[int]:
    """The areas whose households a caller reads."""
    return _areas(caller, LOOKING, at)


def decided_over(caller: Caller, at: datetime) -> list[int]:
    """The areas over whose ledger a caller decides."""
    return _areas(caller, _DECIDES, at)


def found_over(caller: Caller, at: datetime) -> list[int]:
    """The areas in which a caller writes down what is found."""
    return _areas(caller, _FINDS, at)


def finds_in(caller: Caller, micro_grid: int | None, at: datetime) -> bool:
    """Whether a caller writes down what is found in a micro-grid."""
    return micro_grid is not None and places.is_within_any(micro_grid, _areas(caller, _FINDS, at), at)


def among_theirs(caller: Caller, micro_grids: Collection[int], at: datetime) -> frozenset[int]:
    """Those of some micro-grids in which a caller writes down what is found. One query."""
    inside = places.within(_areas(caller, _FINDS, at), at).filter(inner__in=list(micro_grids))
    return frozenset(inside)


def decides_over_person(caller: Caller, person: Person, at: datetime) -> bool:
    """Whether a caller decides about somebody: the desk where they are counted, or that of their home."""
    return decides_in(caller, belongs([person.pk], at).get(person.pk, ()), at)


def _areas(caller: Caller, roles: Collection[str], at: datetime) -> list[int]:
    return [g.area for g in caller.grants if g.role in roles and g.area is not None and g.holds_at(at)]
