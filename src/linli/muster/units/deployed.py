"""Who was deployed by work units, counted from the rows: by level, by unit, and of them in zones at raised risk.

Everybody is counted once in an area, with the unit that sent them there first. Whether some of the people deployed are
among those who worked in zones is never assumed: each is a count of its own.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from linli.events.models import Event, Zone

_SENT = """
WITH zoned AS MATERIALIZED (
    SELECT w.inner_id AS area, z.during FROM events_zone z
    JOIN places_within w ON w.outer_id = z.place_id AND w.during @> %(at)s::timestamptz
    WHERE z.event_id = %(event)s AND z.level >= %(medium)s AND lower(z.during) <= %(at)s),
worked AS MATERIALIZED (
    SELECT DISTINCT d.id FROM zoned
    JOIN muster_placement p ON p.grid_id = zoned.area AND p.event_id = %(event)s AND p.during && zoned.during
    JOIN muster_deployed d ON d.person_id = p.person_id AND d.during && (p.during * zoned.during)
    WHERE lower(p.during) <= %(at)s AND d.arrived_at <= %(at)s),
came AS (
    SELECT DISTINCT ON (up.outer_id, d.person_id) up.outer_id AS area, c.organisation_id AS unit,
        d.state = 'arrived' AND upper(d.during) > %(at)s AS here,
        d.id IN (SELECT id FROM worked) OR EXISTS (SELECT FROM zoned WHERE zoned.area = r.area_id AND zoned.during &&
                tstzrange(d.arrived_at, greatest(coalesce(d.left_at, %(at)s), d.arrived_at), '[]')) AS in_zone
    FROM muster_deployed d
    JOIN muster_call c ON c.id = d.call_id AND c.event_id = %(event)s
    JOIN muster_reinforcement r ON r.id = c.reinforcement_id
    JOIN places_within up ON up.inner_id = r.area_id AND up.during @> %(at)s::timestamptz
    WHERE d.arrived_at <= %(at)s AND up.outer_id = ANY(%(areas)s)
    ORDER BY up.outer_id, d.person_id, d.arrived_at)
SELECT came.area, o.id, o.name, level.level = (SELECT min(level) FROM places_area), count(*),
    count(*) FILTER (WHERE came.here), count(*) FILTER (WHERE came.in_zone)
FROM came JOIN people_organisation o ON o.id = came.unit JOIN places_area level ON level.place_id = o.area_id
GROUP BY came.area, o.id, o.name, level.level
ORDER BY came.area, level.level, count(*) DESC, o.name
"""


@dataclass(frozen=True, slots=True)
class Sent:
    """What one work unit sent to an area, in people.

    Attributes:
        of_city: a unit of the city's level; else of a county's.
        people: who ever arrived; here: who still is; in_zones: who was, or was placed, where a zone at medium or high
            risk was at that time.
    """

    unit: int
    name: str
    of_city: bool
    people: int
    here: int
    in_zones: int


@dataclass(frozen=True, slots=True)
class Totals:
    """What work units sent to an area: people of either level, those in zones, and the departments of the city."""

    of_city: int = 0
    of_counties: int = 0
    in_zones: int = 0
    departments: int = 0


def sent_to(event: Event, area_ids: Collection[int], at: datetime) -> dict[int, list[Sent]]:
    """What each unit sent to each of some areas by a moment, the city's first, then who sent most; one query."""
    facts: dict[str, Any] = {"event": event.pk, "areas": list(area_ids), "at": at, "medium": Zone.Risk.MEDIUM}
    found: dict[int, list[Sent]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_SENT, facts)
        for area, *row in cursor.fetchall():
            found[area].append(Sent(*row))
    return found


def totals(rows: Collection[Sent]) -> Totals:
    """The sums of an area's rows."""
    return Totals(
        of_city=sum(row.people for row in rows if row.of_city),
        of_counties=sum(row.people for row in rows if not row.of_city),
        in_zones=sum(row.in_zones for row in rows),
        departments=sum(row.of_city for row in rows),
    )
