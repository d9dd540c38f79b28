"""How areas stand: what their grids ask for, who is placed there, and how far each of these has come.

Every figure is counted from the rows that say so, for any area from the grid to the city, in one query; nothing is kept
beside them that could drift. A whole city takes some tenths of a second, so a page shares what was counted with all who
look (``web.live``); an area of a street's size takes milliseconds, because only its own grids are read.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from linli.duty.hours import rules as hours
from linli.events.models import Event
from linli.muster import hearing
from linli.places.models import Level


@dataclass(frozen=True, slots=True)
class Staffing:
    """How an area stands: grids that ask, heads wanted, people placed, grids with at least one placed.

    Attributes:
        short: places asked for and empty, added up grid by grid: one grid's plenty never hides another's want.
        asking_placed: grids that ask and have at least one placed.
        told: of those placed, who knows where: they have read it, were told by phone, or have said that they come.
        coming: of those placed, who have said that they come.
        came: of those placed, who have started duty there: in their grid, or at a post of an area that it lies in.
    """

    asking: int = 0
    wanted: int = 0
    placed: int = 0
    grids_placed: int = 0
    short: int = 0
    asking_placed: int = 0
    told: int = 0
    coming: int = 0
    came: int = 0

    @property
    def share(self) -> float | None:
        """Filled places over those asked for; None where nobody asks."""
        return 1.0 - self.short / self.wanted if self.wanted else None


# Somebody may have several rows of a grid (now, and again later) and counts once. What they were told last counts, as
# on the desk's call list (`calling`): who moves away and back is told anew. Whoever was on duty there before this
# placement has not come for it yet; the newest start at a place says whether they have.
_STAFFING = """
WITH here AS (
    SELECT up.outer_id, up.inner_id AS grid FROM places_within up
    JOIN places_area g ON g.place_id = up.inner_id AND g.level = %(grid)s
    WHERE up.outer_id = ANY(%(areas)s) AND up.during @> %(at)s::timestamptz),
grids AS (SELECT DISTINCT grid FROM here),
placed AS (
    SELECT p.grid_id AS grid, p.person_id AS person, bool_or(p.coming_at <= %(at)s) AS coming,
        min(lower(p.during)) AS since
    FROM muster_placement p
    WHERE p.event_id = %(event)s AND p.grid_id IN (SELECT grid FROM grids)
      AND coalesce(upper(p.during), 'infinity') > %(at)s AND p.published_at <= %(at)s
    GROUP BY p.grid_id, p.person_id),
known AS (
    SELECT grids.grid, t.person_id AS person FROM grids
    JOIN notices_notice n ON n.event_id = %(event)s AND n.about = %(about)s || grids.grid AND n.code = ANY(%(codes)s)
    JOIN notices_told t ON t.notice_id = n.id AND t.told_at <= %(at)s
    GROUP BY grids.grid, t.person_id
    HAVING max(t.id) FILTER (WHERE t.read_at <= %(at)s OR t.called_at <= %(at)s) = max(t.id)),
served AS (
    SELECT s.person_id AS person, s.place_id AS place, max(s.started_at) AS started FROM duty_service s
    WHERE s.event_id = %(event)s AND s.state <> 'declined' AND s.start_recorded_at <= %(at)s
      AND s.place_id IN (SELECT w.outer_id FROM grids JOIN places_within w ON w.inner_id = grids.grid)
    GROUP BY s.person_id, s.place_id),
came AS (
    SELECT DISTINCT placed.grid, placed.person FROM placed
    JOIN served ON served.person = placed.person AND served.started >= placed.since - %(early)s::interval
    WHERE served.place = placed.grid OR EXISTS (
        SELECT FROM places_within w WHERE w.inner_id = placed.grid AND w.outer_id = served.place
            AND w.during @> %(at)s::timestamptz)),
counted AS (
    SELECT grid, count(*) AS heads, count(*) FILTER (WHERE coming) AS coming, count(came.person) AS came,
        count(*) FILTER (WHERE coming OR known.person IS NOT NULL) AS told
    FROM placed LEFT JOIN known USING (grid, person) LEFT JOIN came USING (grid, person) GROUP BY grid),
demand AS (
    SELECT grid_id AS grid, want FROM muster_demand WHERE event_id = %(event)s AND want > 0)
SELECT here.outer_id, count(d.grid), coalesce(sum(d.want), 0), coalesce(sum(c.heads), 0), count(c.grid),
    coalesce(sum(greatest(d.want - coalesce(c.heads, 0), 0)), 0), count(d.grid) FILTER (WHERE c.heads > 0),
    coalesce(sum(c.told), 0), coalesce(sum(c.coming), 0), coalesce(sum(c.came), 0)
FROM here LEFT JOIN demand d USING (grid) LEFT JOIN counted c USING (grid)
GROUP BY here.outer_id
"""


def staffing_of(event: Event, area_ids: list[int], at: datetime) -> dict[int, Staffing]:
    """How each of some areas stands in an event, counted from the rows; one query."""
    facts: dict[str, Any] = {"event": event.pk, "at": at, "grid": Level.GRID, "areas": area_ids}
    facts |= {"about": hearing.ABOUT, "codes": list(hearing.PLACED), "early": hours.EARLY}
    with connection.cursor() as cursor:
        cursor.execute(_STAFFING, facts)
        return {row[0]: Staffing(*(int(value) for value in row[1:])) for row in cursor.fetchall()}


_SIGNED_UP = """
SELECT up.outer_id, count(*) FROM muster_signup s
JOIN places_within up ON up.inner_id = s.community_id AND up.during @> %(at)s::timestamptz
WHERE s.event_id = %(event)s AND s.person_id IS NOT NULL AND s.decided_at <= %(at)s
  AND (s.withdrawn_at IS NULL OR s.withdrawn_at > %(at)s) AND up.outer_id = ANY(%(areas)s)
"""
_NEVER_BOOKED = """
  AND NOT EXISTS (SELECT FROM duty_booking b WHERE b.person_id = s.person_id AND b.event_id = s.event_id
                  AND b.booked_at <= %(at)s)
"""


def signed_up_counts(event: Event, area_ids: list[int], at: datetime) -> dict[int, int]:
    """Confirmed sign-ups in each of some areas that were not taken back by then, counted from the rows; one query."""
    return _counted_by_area(_SIGNED_UP, event, area_ids, at)


def idle_counts(event: Event, area_ids: list[int], at: datetime) -> dict[int, int]:
    """The same of people who were not booked anywhere in that event by then: they came, and nobody used them."""
    return _counted_by_area(_SIGNED_UP + _NEVER_BOOKED, event, area_ids, at)


def _counted_by_area(which: str, event: Event, area_ids: list[int], at: datetime) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(which + " GROUP BY up.outer_id", {"event": event.pk, "at": at, "areas": area_ids})
        return dict(cursor.fetchall())
