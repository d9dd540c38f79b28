"""Who answers for what is not reached: whoever the desk named, else the grid worker there, else the community's desk.

Somebody who was named answers as long as they work there: when their role ends, it falls back by itself.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from linli.custody.roles import Decide, deciding

AT_DOORS = deciding(Decide.FOUND)
"""Who answers for a micro-grid without being named: a grid worker of its own, before one of the whole grid; whose role
ends first, who took the doors over for a shift, before whoever stays, and then the longest-serving."""
_WHO = deciding(Decide.FOUND, Decide.REGISTER)

_WORK = """
SELECT w.inner_id, u.id, u.display_name, g.role = ANY(%(at_doors)s) FROM places_within w
JOIN access_rolegrant g ON g.area = w.outer_id AND g.role = ANY(%(roles)s) AND g.since <= %(at)s
    AND (g.until IS NULL OR g.until > %(at)s)
JOIN access_user u ON u.id = g.user_id AND u.is_active
JOIN places_area a ON a.place_id = w.outer_id
WHERE w.inner_id = ANY(%(micros)s) AND w.during @> %(at)s ORDER BY w.inner_id, a.level DESC, g.until NULLS LAST, g.id
"""


@dataclass(frozen=True, slots=True)
class Owners:
    """Who works in some micro-grids.

    Attributes:
        nearest: by micro-grid, the user id of who answers there without being named; missing where nobody does.
        works: micro-grid and user id of everybody who may be named there, grid workers and the desk.
        at_doors: user ids of the grid workers among them. names: by user id.
    """

    nearest: Mapping[int, int]
    works: frozenset[tuple[int, int]]
    at_doors: frozenset[int]
    names: Mapping[int, str]

    def of(self, micro_grid: int, named: int | None) -> int | None:
        """Who answers for a subject that is counted in a micro-grid; None: the community's desk."""
        if named is not None and (micro_grid, named) in self.works:
            return named
        return self.nearest.get(micro_grid)

    def in_all(self, micro_grids: Collection[int]) -> list[tuple[int, str]]:
        """Everybody who may be named in each of some micro-grids: user id and name, by name."""
        found = [user for user in self.names if all((micro, user) in self.works for micro in micro_grids)]
        return sorted(((user, self.names[user]) for user in found), key=lambda each: (each[1], each[0]))


def owners(micro_grids: Collection[int], at: datetime) -> Owners:
    """Who answers in some micro-grids. One query."""
    facts: dict[str, Any] = {"micros": list(micro_grids), "at": at, "roles": list(_WHO), "at_doors": list(AT_DOORS)}
    with connection.cursor() as cursor:
        cursor.execute(_WORK, facts)
        rows = cursor.fetchall()
    nearest: dict[int, int] = {}
    for micro, user, _, at_doors in rows:
        if at_doors:
            nearest.setdefault(micro, user)
    return Owners(
        nearest,
        frozenset((micro, user) for micro, user, _, _ in rows),
        frozenset(user for _, user, _, at_doors in rows if at_doors),
        {user: name for _, user, name, _ in rows},
    )
