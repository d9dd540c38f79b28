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

# Nearly everybody is sent once, and these are added up by unit and area before anything else; only who came again is
# looked at one by one. Of the closure only what lies above the areas that asked is read, and of the zones only those
# around these areas and the grids in which people sent there were placed. Zones of an area are one multirange, so that
# each person is held against one value.
_SENT = """
WITH asked AS MATERIALIZED (SELECT id, area_id AS area FROM muster_reinforcement WHERE event_id = %(event)s),
up AS MATERIALIZED (
    SELECT inner_id AS area, outer_id FROM places_within
    WHERE inner_id IN (SELECT area FROM asked) AND outer_id = ANY(%(areas)s) AND during @> %(at)s::timestamptz),
sent AS MATERIALIZED (
    SELECT d.id, d.person_id AS person, c.organisation_id AS unit, asked.area, d.arrived_at, d.left_at, d.during,
        d.state = 'arrived' AND upper(d.during) > %(at)s AS here
    FROM muster_deployed d JOIN muster_call c ON c.id = d.call_id JOIN asked ON asked.id = c.reinforcement_id
    WHERE d.arrived_at <= %(at)s AND asked.area IN (SELECT area FROM up)),
placed AS MATERIALIZED (
    SELECT sent.id, p.grid_id AS area, p.during * sent.during AS during FROM sent
    JOIN muster_placement p ON p.person_id = sent.person AND p.event_id = %(event)s AND p.during && sent.during
    WHERE lower(p.during) <= %(at)s),
zoned AS MATERIALIZED (
    SELECT w.inner_id AS area, range_agg(z.during) AS during FROM places_within w
    JOIN events_zone z ON z.place_id = w.outer_id AND z.event_id = %(event)s AND z.level >= %(medium)s
        AND lower(z.during) <= %(at)s
    WHERE w.inner_id IN (SELECT area FROM up UNION SELECT area FROM placed) AND w.during @> %(at)s::timestamptz
    GROUP BY w.inner_id),
worked AS MATERIALIZED (
    SELECT placed.id FROM placed JOIN zoned ON zoned.area = placed.area AND zoned.during && placed.during),
came AS MATERIALIZED (
    SELECT sent.person, sent.unit, sent.area, sent.arrived_at, sent.here,
        sent.id IN (SELECT id FROM worked) OR coalesce(zoned.during &&
            tstzrange(sent.arrived_at, greatest(coalesce(sent.left_at, %(at)s), sent.arrived_at), '[]'), false)
            AS in_zone
    FROM sent LEFT JOIN zoned ON zoned.area = sent.area),
again AS MATERIALIZED (SELECT person FROM came GROUP BY person HAVING count(*) > 1),
once AS (
    SELECT area, unit, count(*) AS people, count(*) FILTER (WHERE here) AS here,
        count(*) FILTER (WHERE in_zone) AS in_zone
    FROM came WHERE person NOT IN (SELECT person FROM again) GROUP BY area, unit),
first AS (
    SELECT DISTINCT ON (up.outer_id, came.person) up.outer_id, came.unit, came.here, came.in_zone
    FROM came JOIN up USING (area) WHERE came.person IN (SELECT person FROM again)
    ORDER BY up.outer_id, came.person, came.arrived_at),
each AS (
    SELECT up.outer_id AS area, unit, people, here, in_zone FROM once JOIN up USING (area)
    UNION ALL SELECT outer_id, unit, 1, here::int, in_zone::int FROM first)
SELECT each.area, o.id, o.name, NOT EXISTS (
        SELECT FROM places_areaparent p WHERE p.area_id = o.area_id AND p.during @> %(at)s::timestamptz) AS of_city,
    sum(each.people)::bigint AS people, sum(each.here)::bigint, sum(each.in_zone)::bigint
FROM each JOIN people_organisation o ON o.id = each.unit
GROUP BY each.area, o.id
ORDER BY each.area, of_city DESC, people DESC, o.name
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
