"""The pool of those who arrived from work units, as the planner of placements reads it.

The two pools are placed by runs of their own. Each fills what the other has left of what grids ask.
"""

from collections.abc import Sequence

import numpy as np
from django.db import connection
from django.db.models import Exists, OuterRef

from linli.muster import rules
from linli.muster.models import Allocation, Demand, Deployed

# As the people of the other pool are read (``muster.load``). They live nowhere here: they come from where they meet.
# Whose service ends earlier than the time that is planned cannot be placed for it, nor whoever cannot come yet; but who
# holds a place stays there.
PEOPLE = """
SELECT DISTINCT ON (d.person_id) d.person_id, d.skills, false, r.area_id, a.lon, a.lat, mine.grid_id, NULL,
       mine.grid_id IS NULL AND (upper(d.during) < upper(%(during)s::tstzrange)
                                 OR coalesce(d.cannot_until > lower(%(during)s::tstzrange), false)
                                 OR EXISTS (SELECT 1 FROM people_unavailable u
                                            WHERE u.volunteer_id = d.person_id AND u.during && %(during)s)),
       EXISTS (SELECT 1 FROM duty_booking b WHERE b.person_id = d.person_id AND b.kind = 0 AND b.during && %(during)s
               AND lower(b.during) >= lower(d.during) AND b.source <> 'units'),
       mine.skill, coalesce(mine.whole, false)
FROM muster_deployed d
JOIN muster_call c ON c.id = d.call_id AND c.event_id = %(event)s
JOIN muster_reinforcement r ON r.id = c.reinforcement_id
JOIN places_area a ON a.place_id = r.area_id
JOIN places_within w ON w.inner_id = r.area_id AND w.outer_id = %(area)s AND w.during @> %(at)s::timestamptz
LEFT JOIN LATERAL (
    SELECT grid_id, skill, during @> %(during)s::tstzrange AND upper(during) = upper(%(during)s::tstzrange) AS whole
    FROM muster_placement WHERE person_id = d.person_id AND event_id = %(event)s AND during && %(during)s
        AND during && d.during AND lower(during) >= lower(d.during)
    ORDER BY during LIMIT 1) mine ON true
WHERE d.state = 'arrived' AND d.during && %(during)s AND %(grid)s > 0
ORDER BY d.person_id, upper(d.during) DESC
"""
_OTHERS = """
SELECT p.grid_id, p.skill, count(DISTINCT p.person_id) FROM muster_placement p
WHERE p.event_id = %(event)s AND p.grid_id = ANY(%(grids)s) AND p.during && %(during)s
  AND %(units)s <> EXISTS (
      SELECT 1 FROM muster_deployed d WHERE d.person_id = p.person_id AND d.state = 'arrived' AND d.during && p.during)
GROUP BY p.grid_id, p.skill
"""


def for_a_unit() -> Exists:
    """Asked of placements: whether they are held by somebody of a work unit who is here as such."""
    here = Deployed.objects.filter(person=OuterRef("person"), during__overlap=OuterRef("during"))
    return Exists(here.filter(state=Deployed.State.ARRIVED))


def leave_to_others(run: Allocation, demands: Sequence[Demand], quota_skills: Sequence[int], quota: np.ndarray) -> None:
    """Take off what grids ask for, and from quotas i4[g,s], whoever of the other pool holds a place there already."""
    facts = {"event": run.event_id, "during": run.during, "units": run.pool == Allocation.Pool.UNITS}
    with connection.cursor() as cursor:
        cursor.execute(_OTHERS, facts | {"grids": [demand.grid_id for demand in demands]})
        held = cursor.fetchall()
    row_of = {demand.grid_id: row for row, demand in enumerate(demands)}
    for grid, skill, heads in held:
        row = row_of[grid]
        demands[row].want = max(0, demands[row].want - heads)
        demands[row].most = max(demands[row].want, demands[row].most - heads)
        if skill in quota_skills:
            column = quota_skills.index(skill)
            quota[row, column] = max(0, quota[row, column] - heads)
    for row in {row_of[grid] for grid, _, _ in held}:
        _fit(quota[row], demands[row].want)


def _fit(quota: np.ndarray, want: int) -> None:
    """Let quotas i4[s] ask for no more people than are wanted; the last column gives first."""
    for column in range(len(quota) - 1, -1, -1):
        quota[column] -= min(int(quota[column]), max(0, int(quota.sum()) - want))


def reach_m(run: Allocation) -> float:
    """How far from where they live, or meet, people may be placed, in metres."""
    return float(rules.UNITS_REACH_M if run.pool == Allocation.Pool.UNITS else rules.REACH_M)


def stated_m(run: Allocation) -> float:
    """Metres that are taken where nothing is known of the way: none for whoever lives here."""
    return float(rules.SAME_STREET_M) if run.pool == Allocation.Pool.UNITS else np.inf
