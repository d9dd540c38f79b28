"""Where somebody may be counted for a while (hospital, school, quarantine): near by, or by a name anywhere in the city.

What kind of place a building is stands nowhere yet: whoever moves somebody says it. Home stays what it is, so the desk
of home answers for them too; the desk of the place finds them among those whom its open roll calls still have to reach.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from linli.places import queries as places
from linli.places.models import Area, Level

MOST = 20
LEAST = 2  # characters of a name
# Estates, and buildings that stand alone, whose name begins so; one line for each micro-grid that holds some of it.
_CALLED = """
SELECT a.micro_grid_id, named.name FROM (
    SELECT b.place_id, e.name FROM places_estate e JOIN places_building b ON b.estate_id = e.place_id
    WHERE starts_with(e.name, %(name)s)
    UNION ALL SELECT b.place_id, b.name FROM places_building b
    WHERE b.estate_id IS NULL AND starts_with(b.name, %(name)s)) named
JOIN places_assigned a ON a.place_id = named.place_id AND a.during @> %(at)s
JOIN places_area m ON m.place_id = a.micro_grid_id AND m.level = %(level)s
GROUP BY 1, 2 ORDER BY named.name = %(name)s DESC, named.name, 1 LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class There:
    """A place as the city knows it, in the micro-grid that counts whoever is there."""

    micro_grid: int
    name: str


def near(seat: int, at: datetime) -> list[Area]:
    """Micro-grids of the street that somebody belongs to."""
    above = places.ancestors(seat, at)
    top = next((area for area in above if area.level == Level.STREET), above[-1])
    return list(places.areas_below([top.pk], Level.MICRO_GRID, at))


def called(name: str, at: datetime) -> list[There]:
    """Estates and buildings anywhere in the city whose name begins so, `MOST` of them; the exact one first."""
    text = " ".join(name.split())
    if len(text) < LEAST:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_CALLED, {"name": text, "at": at, "level": Level.MICRO_GRID, "most": MOST})
        return [There(*row) for row in cursor.fetchall()]


def counts(micro_grid: int | None, at: datetime) -> bool:
    """Whether it is a micro-grid that is in the city's tree now."""
    top = places.top_area()
    known = Area.objects.filter(pk=micro_grid, level=Level.MICRO_GRID).exists()
    return micro_grid is not None and top is not None and known and places.is_within(micro_grid, top.pk, at)
