"""From the duty log: open entries about a door or a person of a worker's, and those they noted and still have.

A grid worker does not read the log (DESIGN.md §5). They see that something is asked for at a door of theirs, how soon,
and who has it; what it is, behind its mask, only where they noted it themselves.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import connection

from linli.custody import secrets
from linli.desk.rules import masked_text
from linli.ledger.owners import AT_DOORS, Owners
from linli.worklist.entries import DESK_HAS_IT, HELD, NOBODY_HAS_IT, Entry, Kind, Link

_ASKED = """
SELECT e.id, e.priority, e.due_at, e.received_at, e.received_by, e.holder, e.need, e.place_id, place.kind,
    coalesce(own.micro_grid_id, held.micro_grid_id, person.counted_in_id),
    EXISTS (SELECT FROM access_rolegrant g JOIN places_within w ON w.inner_id = g.area AND w.during @> %(at)s
        WHERE g.user_id = e.holder AND w.outer_id = e.community_id AND g.role = ANY(%(at_doors)s)
        AND g.since <= %(at)s AND (g.until IS NULL OR g.until > %(at)s))
FROM desk_entry e
LEFT JOIN places_place place ON place.id = e.place_id
LEFT JOIN places_assigned own ON own.place_id = place.id AND own.during @> %(at)s
LEFT JOIN places_assigned held ON held.place_id = place.physical_parent_id AND place.kind = 'dwelling'
    AND held.during @> %(at)s
LEFT JOIN people_person person ON person.id = e.person_id
WHERE e.closed_at IS NULL AND e.community_id IN (
    SELECT w.outer_id FROM places_within w WHERE w.inner_id = ANY(%(micros)s) AND w.during @> %(at)s)
"""


def entries(micro_grids: Collection[int], owners: Owners, at: datetime, *, for_desk: bool) -> list[Entry]:
    """Every open entry of these micro-grids, whoever answers for the door. One query.

    Args:
        for_desk: whether a desk looks: each leads to the duty log then, and to the door otherwise.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ASKED, {"micros": list(micro_grids), "at": at, "at_doors": list(AT_DOORS)})
        rows = cursor.fetchall()
    return [made for row in rows if (made := _made(row, frozenset(micro_grids), owners, for_desk)) is not None]


def _made(row: tuple[Any, ...], micro_grids: frozenset[int], owners: Owners, for_desk: bool) -> Entry | None:
    key, priority, due, received, received_by, holder, need, place, kind, micro_grid, held = row
    here = micro_grid in micro_grids
    if not here and not (held and holder in owners.at_doors):
        return None
    owner = holder if held else owners.of(micro_grid, None)
    link = Link("door_card", (place,)) if kind == "dwelling" and here else None
    return Entry(
        Kind.ASKED,
        f"entry:{key}",
        owner,
        HELD if held else DESK_HAS_IT if holder is not None else NOBODY_HAS_IT,
        since=received,
        due=due,
        link=Link("duty_entry", (key,)) if for_desk else link,
        priority=priority,
        place=place,
        text=masked_text(secrets.unseal(bytes(need))) if received_by == owner and not for_desk else "",
    )
