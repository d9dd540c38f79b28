"""Who is placed near a place and is in no team: read in one query, whoever may see their names or not."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from linli.common.caller import Caller
from linli.events.models import Event
from linli.events.queries import levels_around, seats_of
from linli.muster.queries import DECIDING, areas_seen
from linli.muster.rules import SAME_COMMUNITY_M, SAME_GRID_M, SAME_STREET_M
from linli.muster.staffing import staffing_of
from linli.muster.teams import queries, rules
from linli.muster.teams.queries import Standing
from linli.muster.teams.rules import Near
from linli.places import queries as places
from linli.places.models import Area, Level

_NEAR = """
WITH point AS (
    SELECT coalesce(b.lon, e.lon, a.lon) AS lon, coalesce(b.lat, e.lat, a.lat) AS lat FROM places_place p
    LEFT JOIN places_building b ON b.place_id = p.id LEFT JOIN places_estate e ON e.place_id = p.id
    LEFT JOIN places_area a ON a.place_id = p.id WHERE p.id = %(place)s)
SELECT DISTINCT ON (m.person_id) m.id, m.person_id, m.grid_id, m.grid_id = ANY(%(here)s),
    6371008.8 * radians(1) * sqrt(((g.lon - q.lon) * cos(radians(q.lat))) ^ 2 + (g.lat - q.lat) ^ 2),
    m.grid_id = ANY(%(community)s), coalesce(v.skills, 0), lower(m.during)
FROM muster_placement m
JOIN places_area g ON g.place_id = m.grid_id CROSS JOIN point q
LEFT JOIN people_volunteer v ON v.person_id = m.person_id
WHERE m.event_id = %(event)s AND m.grid_id = ANY(%(grids)s)
  AND coalesce(upper(m.during), 'infinity') > %(at)s
  AND NOT EXISTS (SELECT FROM muster_member t WHERE t.event_id = m.event_id AND t.person_id = m.person_id
                  AND t.during @> %(at)s::timestamptz AND t.grid_id = m.grid_id)
ORDER BY m.person_id, lower(m.during)
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """A grid elsewhere that would have fewer people than it asks for."""

    grid: int
    wanted: int
    left: int


@dataclass(frozen=True, slots=True)
class Joining:
    """Somebody who could join a team: the name masked; `cost` where their grid would have fewer than it asks for."""

    near: Near
    name: str
    cost: Cost | None


def could_join(caller: Caller, standing: Standing, at: datetime, *, most: int) -> list[Joining]:
    """The nearest who are in no team, for the desk of the team's community; nobody for others, or of a released one."""
    team = standing.team
    if team.released_at is not None or not queries.runs_desk(caller, team.community, at):
        return []
    found = rules.nearest_first(near(caller, team.event, team.community, team.place_id, at))[:most]
    names = queries.candidates_of(caller, team.event, found, at)
    one_each = {each.grid: each for each in found if not each.here}
    cost = {each.grid: each for each in cost_of(team.event, list(one_each.values()), at)}
    return [
        Joining(each, names[each.person][0], None if each.here else cost.get(each.grid))
        for each in found
        if each.person in names
    ]


def grids_at(place_id: int, at: datetime) -> set[int]:
    """Grids that a place lies in, or that lie in it (of an estate: those of its community)."""
    seat = seats_of([place_id], at).get(place_id)
    if seat is None:
        return set()
    around = {area for area, level in levels_around(place_id, at).items() if level == Level.GRID}
    below = places.areas_below([seat], Level.GRID, at).values_list("pk", flat=True)
    return around or set(below)


def near(caller: Caller, event: Event, community: Area, place_id: int, at: datetime) -> list[Near]:
    """People placed in grids of the community's street where the caller decides, who are in no team now; five queries.

    A desk has its own community alone; a street that forms a team may take people from the next one.
    """
    above = next((each for each in places.ancestors(community.pk, at) if each.level == Level.STREET), community)
    mine = areas_seen(caller, at, *DECIDING)
    grids = list(places.areas_below([above.pk], Level.GRID, at).filter(pk__in=mine).values_list("pk", flat=True))
    own = list(places.areas_below([community.pk], Level.GRID, at).values_list("pk", flat=True))
    facts: dict[str, Any] = {"event": event.pk, "place": place_id, "at": at, "grids": grids, "community": own}
    with connection.cursor() as cursor:
        cursor.execute(_NEAR, facts | {"here": list(grids_at(place_id, at) & set(own))})
        return [_near(*row) for row in cursor.fetchall()]


def _near(
    placement: int,
    person: int,
    grid: int,
    here: bool,
    metres: float | None,
    same_community: bool,
    skills: int,
    since: datetime,
) -> Near:
    stated = SAME_GRID_M if here else SAME_COMMUNITY_M if same_community else SAME_STREET_M
    walk = stated if metres is None else round(metres)
    return Near(placement, person, grid, here, walk, metres is None, skills, since)


def cost_of(event: Event, taken: Collection[Near], at: datetime) -> list[Cost]:
    """Grids elsewhere that would fall below what they ask for; one query. The worst first."""
    by_grid: dict[int, int] = {}
    for each in taken:
        if not each.here:
            by_grid[each.grid] = by_grid.get(each.grid, 0) + 1
    stands = {grid: (found.wanted, found.placed) for grid, found in staffing_of(event, list(by_grid), at).items()}
    found = rules.below_what_they_ask(by_grid, stands)
    rows = [Cost(grid, wanted, left) for grid, (wanted, left) in found.items()]
    return sorted(rows, key=lambda row: (row.left - row.wanted, row.grid))
