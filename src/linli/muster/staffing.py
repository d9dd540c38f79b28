"""How areas stand: what their grids ask for, who is placed there, and how far each of these has come.

Every figure is counted from the rows that say so, for any area from the grid to the city, in one query; nothing is kept
beside them that could drift. A whole city takes some tenths of a second, so a page shares what was counted with all who
look (``web.live``); an area of a street's size takes milliseconds, because only its own grids are read.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import connection

from linli.duty.hours import rules as hours
from linli.events.models import Event
from linli.muster import hearing
from linli.places import queries as places
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


# The areas of one level below each of some areas. Down the tree step by step: the closure would be read with all the
# micro-grids that lie in them, seven times as many rows.
_HERE = """
WITH RECURSIVE tree (outer_id, area, level) AS (
    SELECT place_id, place_id, level FROM places_area WHERE place_id = ANY(%(areas)s)
    UNION ALL
    SELECT tree.outer_id, p.area_id, p.level FROM tree
    JOIN places_areaparent p ON p.parent_id = tree.area AND p.during @> %(at)s::timestamptz
    WHERE tree.level < %(level)s),
here AS MATERIALIZED (SELECT outer_id, area FROM tree WHERE level = %(level)s)
"""


# Somebody may have several rows of a grid (now, and again later) and counts once. What they were told last counts, as
# on the desk's call list (`calling`): who moves away and back is told anew. Whoever was on duty there before this
# placement has not come for it yet; the newest start at a place says whether they have.
def _staffing(*, part: bool) -> str:
    """The statement; `part`: of a part of the tree, whose rows are looked up by its areas instead of reading all."""
    grids = "AND p.grid_id IN (SELECT area FROM here)" if part else ""
    notices = "AND n.about IN (SELECT %(about)s || area FROM here)" if part else ""
    people = "AND s.person_id IN (SELECT person FROM placed)" if part else ""
    return f"""{_HERE},
placed AS MATERIALIZED (
    SELECT p.grid_id AS grid, p.person_id AS person, bool_or(p.coming_at <= %(at)s) AS coming,
        min(lower(p.during)) AS since
    FROM muster_placement p
    WHERE p.event_id = %(event)s AND coalesce(upper(p.during), 'infinity') > %(at)s AND p.published_at <= %(at)s
      {grids}
    GROUP BY p.grid_id, p.person_id),
known AS (
    SELECT split_part(n.about, ':', 2)::bigint AS grid, t.person_id AS person
    FROM notices_notice n JOIN notices_told t ON t.notice_id = n.id AND t.told_at <= %(at)s
    WHERE n.event_id = %(event)s AND n.code = ANY(%(codes)s)
      {notices}
    GROUP BY n.about, t.person_id
    HAVING max(t.id) FILTER (WHERE t.read_at <= %(at)s OR t.called_at <= %(at)s) = max(t.id)),
served AS (
    SELECT s.person_id AS person, s.place_id AS place, max(s.started_at) AS started FROM duty_service s
    WHERE s.event_id = %(event)s AND s.state <> 'declined' AND s.start_recorded_at <= %(at)s
      {people}
    GROUP BY s.person_id, s.place_id),
came AS (
    SELECT DISTINCT placed.grid, placed.person FROM placed
    JOIN served ON served.person = placed.person AND served.started >= placed.since - %(early)s::interval
    WHERE served.place = placed.grid OR EXISTS (
        SELECT FROM places_within w WHERE w.inner_id = placed.grid AND w.outer_id = served.place
            AND w.during @> %(at)s::timestamptz)),
counted AS MATERIALIZED (
    SELECT grid, count(*) AS heads, count(*) FILTER (WHERE coming) AS coming, count(came.person) AS came,
        count(*) FILTER (WHERE coming OR known.person IS NOT NULL) AS told
    FROM placed LEFT JOIN known USING (grid, person) LEFT JOIN came USING (grid, person) GROUP BY grid),
demand AS MATERIALIZED (
    SELECT grid_id AS grid, want FROM muster_demand WHERE event_id = %(event)s AND want > 0)
SELECT here.outer_id, count(d.grid), coalesce(sum(d.want), 0), coalesce(sum(c.heads), 0), count(c.grid),
    coalesce(sum(greatest(d.want - coalesce(c.heads, 0), 0)), 0), count(d.grid) FILTER (WHERE c.heads > 0),
    coalesce(sum(c.told), 0), coalesce(sum(c.coming), 0), coalesce(sum(c.came), 0)
FROM here LEFT JOIN demand d ON d.grid = here.area LEFT JOIN counted c ON c.grid = here.area
GROUP BY here.outer_id
"""  # noqa: S608 - parts of our own


def staffing_of(event: Event, area_ids: list[int], at: datetime) -> dict[int, Staffing]:
    """How each of some areas stands in an event, counted from the rows; one query."""
    facts = {"about": hearing.ABOUT, "codes": list(hearing.PLACED), "early": hours.EARLY}
    rows = _counted(_staffing, event, area_ids, Level.GRID, at, **facts)
    return {row[0]: Staffing(*(int(value) for value in row[1:])) for row in rows}


def _counted(
    which: Callable[..., str], event: Event, area_ids: list[int], level: Level, at: datetime, **facts: Any
) -> list[tuple[Any, ...]]:
    """Rows of one of these statements, by area."""
    top = places.top_area()
    facts |= {"event": event.pk, "at": at, "level": level, "areas": area_ids}
    with connection.cursor() as cursor:
        cursor.execute(which(part=top is None or top.pk not in area_ids), facts)
        return cursor.fetchall()


def _signed_up(*, part: bool, idle: bool = False) -> str:
    """The statement, as above; `idle`: only of people who were booked nowhere."""
    communities = "AND s.community_id IN (SELECT area FROM here)" if part else ""
    return f"""{_HERE},
counted AS MATERIALIZED (
    SELECT s.community_id AS area, count(*) AS people FROM muster_signup s
    WHERE s.event_id = %(event)s AND s.person_id IS NOT NULL AND s.decided_at <= %(at)s
      AND (s.withdrawn_at IS NULL OR s.withdrawn_at > %(at)s) {communities} {_NEVER_BOOKED if idle else ""}
    GROUP BY s.community_id)
SELECT outer_id, sum(people)::bigint FROM counted JOIN here USING (area) GROUP BY outer_id
"""  # noqa: S608 - parts of our own


_NEVER_BOOKED = """
  AND NOT EXISTS (SELECT FROM duty_booking b WHERE b.person_id = s.person_id AND b.event_id = s.event_id
                  AND b.booked_at <= %(at)s)
"""


def signed_up_counts(event: Event, area_ids: list[int], at: datetime) -> dict[int, int]:
    """Confirmed sign-ups in each of some areas that were not taken back by then, counted from the rows; one query."""
    return dict(_counted(_signed_up, event, area_ids, Level.COMMUNITY, at))


def idle_counts(event: Event, area_ids: list[int], at: datetime) -> dict[int, int]:
    """The same of people who were not booked anywhere in that event by then: they came, and nobody used them."""
    return dict(_counted(partial(_signed_up, idle=True), event, area_ids, Level.COMMUNITY, at))
