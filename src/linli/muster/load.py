"""What the database says of an area, as arrays for the planner; few queries, no transaction held open."""

import math
from dataclasses import dataclass

import numpy as np
from django.db import connection

from linli.common.clock import now
from linli.muster import rules
from linli.muster.errors import NothingToPlace
from linli.muster.models import Allocation, Demand, DemandSkill
from linli.muster.units import pool
from linli.places import queries as places
from linli.places.models import Level
from linli.planning import allocation as planning

_PEOPLE = """
SELECT v.person_id, v.skills, v.only_inside, v.community_id,
       coalesce(b.lon, e.lon, c.lon), coalesce(b.lat, e.lat, c.lat), mine.grid_id, home.outer_id,
       EXISTS (SELECT 1 FROM people_unavailable u WHERE u.volunteer_id = v.person_id AND u.during && %(during)s)
           OR EXISTS (SELECT 1 FROM muster_deployed u WHERE u.person_id = v.person_id AND u.state = 'arrived'
                      AND u.during && %(during)s),
       EXISTS (SELECT 1 FROM duty_booking b WHERE b.person_id = v.person_id AND b.kind = 0 AND b.during && %(during)s),
       mine.skill, coalesce(mine.whole, false)
FROM muster_signup s
JOIN people_volunteer v ON v.person_id = s.person_id
JOIN places_place h ON h.id = v.lives_at_id
LEFT JOIN places_dwelling d ON d.place_id = h.id
LEFT JOIN places_building b ON b.place_id = coalesce(d.building_id, h.id)
LEFT JOIN places_estate e ON e.place_id = coalesce(b.estate_id, h.id)
JOIN places_area c ON c.place_id = v.community_id
LEFT JOIN LATERAL (
    SELECT grid_id, skill, during @> %(during)s::tstzrange AND upper(during) = upper(%(during)s::tstzrange) AS whole
    FROM muster_placement WHERE person_id = v.person_id AND event_id = %(event)s AND during && %(during)s
    ORDER BY during LIMIT 1) mine ON true
LEFT JOIN LATERAL (
    SELECT w.outer_id FROM places_assigned held
    JOIN places_within w ON w.inner_id = held.micro_grid_id AND w.during @> %(at)s::timestamptz
    JOIN places_area g ON g.place_id = w.outer_id AND g.level = %(grid)s
    WHERE held.place_id IN (h.id, b.place_id) AND held.during @> %(at)s::timestamptz
    ORDER BY (held.place_id = h.id) DESC LIMIT 1) home ON true
WHERE s.event_id = %(event)s AND s.state = 'confirmed' AND EXISTS (
    -- Who lives here, and who lives elsewhere but holds a place here already.
    SELECT 1 FROM places_within inside WHERE inside.inner_id IN (v.community_id, mine.grid_id)
        AND inside.outer_id = %(area)s AND inside.during @> %(at)s::timestamptz)
ORDER BY v.person_id
"""


@dataclass(frozen=True, slots=True)
class Load:
    """What the database says, as arrays; rows of people and of grids keep their order.

    Attributes:
        people: i8[n] person ids; grids: i8[g] place ids of the grids that ask.
        versions, generations: i4[g], of each demand row the plan is computed from.
        home: i4[n], the row of the grid where somebody is placed already, -1 for none; role: i1[n], for which column.
        pinned: i4[n], the same of those who stay there whatever happens.
        unavailable: person ids left out because they said they cannot serve then.
        estimated: whether any distance is taken from the tree.
        quota_skills: the skill of each quota column.
    """

    problem: planning.AllocationProblem
    people: np.ndarray
    grids: np.ndarray
    versions: np.ndarray
    generations: np.ndarray
    home: np.ndarray
    role: np.ndarray
    pinned: np.ndarray
    unavailable: int
    elsewhere: int
    estimated: bool
    estimated_rows: np.ndarray
    quota_skills: list[int]


def read(allocation: Allocation) -> Load:
    """The problem as the database states it now.

    Where people are placed they stay. In a repair they may be moved, if they are placed for all of its time and for
    no longer, and could serve where they are by today's rules.

    Raises:
        NothingToPlace: no grid asks, or nobody is confirmed.
    """
    at = now()
    inside = places.within([allocation.area_id], at)
    demands = list(
        Demand.objects.filter(event=allocation.event_id, grid__in=inside, want__gt=0)
        .select_related("grid")
        .order_by("grid_id")
    )
    with connection.cursor() as cursor:
        cursor.execute(
            pool.PEOPLE if allocation.pool == Allocation.Pool.UNITS else _PEOPLE,
            {
                "area": allocation.area_id,
                "event": allocation.event_id,
                "during": allocation.during,
                "at": at,
                "grid": Level.GRID,
            },
        )
        rows = cursor.fetchall()
    row_of = {demand.grid_id: row for row, demand in enumerate(demands)}
    # Busy elsewhere (another event, or a grid that does not ask here): not ours to move.
    elsewhere = [row for row in rows if row[9] and row[6] not in row_of]
    free = [row for row in rows if not row[8] and not (row[9] and row[6] not in row_of)]
    if not demands or not free:
        raise NothingToPlace
    return _as_problem(allocation, demands, free, row_of, len(rows) - len(free) - len(elsewhere), len(elsewhere))


def _as_problem(
    allocation: Allocation,
    demands: list[Demand],
    rows: list[tuple],
    row_of: dict[int, int],
    unavailable: int,
    elsewhere: int,
) -> Load:
    quota_skills, quota = _quotas(demands)
    pool.leave_to_others(allocation, demands, quota_skills, quota)
    home = np.array([row_of.get(row[6], -1) for row in rows], np.int32)
    # Published people stay even where a grid now asks for fewer: it holds at least those it has.
    held = np.bincount(home[home >= 0], minlength=len(demands))
    only = np.array([row_of.get(row[7], -1) if row[2] else -1 for row in rows], np.int32)
    stuck = np.array([bool(row[2]) and row[7] not in row_of for row in rows])
    common = {
        "vol_skills": np.array([row[1] for row in rows], np.uint32),
        "vol_only": only,
        "want": np.array([demand.want for demand in demands], np.int32),
        "most": np.maximum(np.array([demand.most for demand in demands]), held).astype(np.int32),
        "quota": quota,
        "quota_skill": np.array(quota_skills, np.int32),
        "quota_value": np.array([rules.skill_value(skill) for skill in quota_skills], np.int64),
        "tier_share": np.array(rules.TIER_SHARE),
        "tier_value": np.array(rules.TIER_VALUE, np.int64),
        "beyond_value": rules.BEYOND_VALUE,
        "reach_m": pool.reach_m(allocation),
    }
    where = _distances(allocation, demands, rows, stuck)
    estimated_rows = where.pop("estimated_rows")
    pinned = home
    if allocation.kind == Allocation.Kind.REPAIR:
        movable = np.array([row[11] for row in rows]) & _can_serve_at_home(where, home, only, common["reach_m"])
        pinned = np.where(movable, -1, home).astype(np.int32)
    common["pinned"] = pinned
    return Load(
        problem=planning.AllocationProblem(**common, **where),
        people=np.array([row[0] for row in rows], np.int64),
        grids=np.array([demand.grid_id for demand in demands], np.int64),
        versions=np.array([demand.version for demand in demands], np.int32),
        generations=np.array([demand.generation for demand in demands], np.int32),
        home=home,
        role=_roles(rows, home, quota, quota_skills),
        pinned=pinned,
        unavailable=unavailable,
        elsewhere=elsewhere,
        estimated=bool(estimated_rows.any()),
        estimated_rows=estimated_rows,
        quota_skills=quota_skills,
    )


def _can_serve_at_home(where: dict, home: np.ndarray, only: np.ndarray, reach_m: float) -> np.ndarray:
    """b1[n]: whether the rules of today let people serve where they are placed."""
    near = np.zeros(len(home), bool)
    if "vol_xy" in where:
        walk = np.sqrt(((where["vol_xy"] - where["grid_xy"][np.maximum(home, 0)]) ** 2).sum(axis=1))
        near = walk <= reach_m
    else:
        near[where["arc_vol"][home[where["arc_vol"]] == where["arc_grid"]]] = True
    return near & (home >= 0) & ((only < 0) | (only == home))


def _roles(rows: list[tuple], home: np.ndarray, quota: np.ndarray, quota_skills: list[int]) -> np.ndarray:
    """i1[n]: the column that people are placed for, as far as their grid still asks for it and they bring the skill."""
    role = np.full(len(rows), -1, np.int8)
    left = quota.copy()
    for person, row in enumerate(rows):
        skill, grid = row[10], home[person]
        if grid < 0 or skill not in quota_skills or not row[1] >> skill & 1:
            continue
        column = quota_skills.index(skill)
        if left[grid, column] > 0:
            role[person] = column
            left[grid, column] -= 1
    return role


def _quotas(demands: list[Demand]) -> tuple[list[int], np.ndarray]:
    """The skills anybody asks for, and heads of each by grid."""
    rows = list(
        DemandSkill.objects.filter(demand__in=[demand.pk for demand in demands]).values_list("demand", "skill", "heads")
    )
    skills = sorted({skill for _, skill, _ in rows})
    at = {demand.pk: row for row, demand in enumerate(demands)}
    quota = np.zeros((len(demands), len(skills)), np.int32)
    for demand, skill, heads in rows:
        quota[at[demand], skills.index(skill)] = heads
    return skills, quota


def _distances(allocation: Allocation, demands: list[Demand], rows: list[tuple], stuck: np.ndarray) -> dict:
    """Coordinates in metres where every place has them, else arcs with stated metres from the tree."""
    vol = np.array(
        [(row[4] if row[4] is not None else np.nan, row[5] if row[5] is not None else np.nan) for row in rows]
    )
    grid = np.array(
        [
            (d.grid.lon if d.grid.lon is not None else np.nan, d.grid.lat if d.grid.lat is not None else np.nan)
            for d in demands
        ]
    )
    known = ~np.isnan(vol[:, 0])
    if known.all() and not np.isnan(grid).any() and not stuck.any():
        origin = grid.mean(axis=0)
        return {
            "vol_xy": _plane(vol, origin),
            "grid_xy": _plane(grid, origin),
            "estimated_rows": np.zeros(len(rows), bool),
        }
    return _tree_arcs(allocation, demands, rows, vol, grid, stuck)


def _plane(lon_lat: np.ndarray, origin: np.ndarray) -> np.ndarray:
    """Degrees to metres east and north of an origin; within a city the error is below a metre in a kilometre."""
    metres = math.pi * 6371008.8 / 180.0
    shift = lon_lat - origin
    return np.column_stack([shift[:, 0] * metres * math.cos(math.radians(origin[1])), shift[:, 1] * metres])


def _tree_arcs(
    allocation: Allocation,
    demands: list[Demand],
    rows: list[tuple],
    vol: np.ndarray,
    grid: np.ndarray,
    stuck: np.ndarray,
) -> dict:
    """Arcs: straight metres where both ends have a point, else the stated metres of what they share in the tree."""
    at = now()
    street_of = places.parents_by_level(Level.COMMUNITY, Level.STREET, allocation.area_id, at)
    community_of = places.parents_by_level(Level.GRID, Level.COMMUNITY, allocation.area_id, at)
    by_community: dict[int, list[int]] = {}
    by_street: dict[int, list[int]] = {}
    for index, demand in enumerate(demands):
        community = community_of.get(demand.grid_id, -1)
        by_community.setdefault(community, []).append(index)
        by_street.setdefault(street_of.get(community, -1), []).append(index)
    origin = np.nanmean(grid, axis=0) if not np.isnan(grid).all() else np.zeros(2)
    vol_xy, grid_xy = _plane(vol, origin), _plane(grid, origin)
    heads: list[np.ndarray] = []
    tails: list[np.ndarray] = []
    metres: list[np.ndarray] = []
    estimated_rows = np.zeros(len(rows), bool)
    for person, row in enumerate(rows):
        if stuck[person]:
            continue
        straight = np.hypot(*(grid_xy - vol_xy[person]).T)
        found = np.where(np.isnan(straight), np.inf, straight)
        unknown = np.isnan(straight)
        if unknown.any():
            estimated_rows[person] = True
            stated = np.full(len(demands), pool.stated_m(allocation))
            stated[by_street.get(street_of.get(row[3], -2), [])] = rules.SAME_STREET_M
            stated[by_community.get(row[3], [])] = rules.SAME_COMMUNITY_M
            stated[[index for index in by_community.get(row[3], []) if demands[index].grid_id == row[7]]] = (
                rules.SAME_GRID_M
            )
            found = np.where(unknown, stated, found)
        near = np.flatnonzero(found <= pool.reach_m(allocation))
        heads.append(near)
        tails.append(np.full(len(near), person))
        metres.append(np.rint(found[near]))
    joined = [np.concatenate(part) if part else np.zeros(0) for part in (tails, heads, metres)]
    return {
        "arc_vol": joined[0].astype(np.int32),
        "arc_grid": joined[1].astype(np.int32),
        "arc_m": joined[2].astype(np.int32),
        "estimated_rows": estimated_rows,
    }
