"""What places are called, whatever their kind, and which of them stand in an area."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection

from linli.custody.masks import mask_door
from linli.places import queries
from linli.places.models import Area, Assigned, Building, Estate, Level, called

_NAMES = """
SELECT p.id, a.name, a.name_latin, e.name, b.name, d.unit, d.place_id IS NOT NULL
FROM places_place p
LEFT JOIN places_area a ON a.place_id = p.id
LEFT JOIN places_dwelling d ON d.place_id = p.id
LEFT JOIN places_building b ON b.place_id = coalesce(d.building_id, p.id)
LEFT JOIN places_estate e ON e.place_id = coalesce(b.estate_id, p.id)
WHERE p.id = ANY(%s)
"""


def place_names(place_ids: Collection[int]) -> dict[int, str]:
    """Names of places: an area's own, in the language of the page; estate and building; of a door only the way to
    its staircase. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_NAMES, [list(place_ids)])
        rows = cursor.fetchall()
    found = {}
    for place, area, latin, estate, building, unit, is_door in rows:
        stands = mask_door(building, unit) if is_door else building
        found[place] = called(area, latin) if area else " ".join(part for part in (estate, stands) if part)
    return found


def places_to_mark(area: Area, at: datetime) -> list[tuple[int, str]]:
    """Areas that somebody may want to point at, as (place id, name): one itself, then those below, down to grids."""
    below = [(child.pk, child.called) for child in queries.children(area.pk, at) if child.level <= Level.GRID]
    return [(area.pk, area.called), *below]


def buildings_to_mark(area: Area, at: datetime) -> list[tuple[Estate | None, list[tuple[int, str]]]]:
    """Estates with their buildings as (place id, name): all of a community's, of a smaller area what it holds.

    Buildings that belong to no estate stand last, under None. Two queries.
    """
    found: dict[Estate | None, list[Building]] = {}
    if area.level == Level.COMMUNITY:
        found = {estate: [] for estate in Estate.objects.filter(community=area.pk).order_by("name", "place_id")}
        buildings = Building.objects.filter(estate__community=area.pk)
    elif area.level > Level.COMMUNITY:
        held = Assigned.objects.filter(micro_grid__in=queries.within([area.pk], at), during__contains=at)
        buildings = Building.objects.filter(place__in=held.values("place")).order_by("estate__name", "estate")
    else:
        return []
    for building in buildings.select_related("estate"):
        found.setdefault(building.estate, []).append(building)
    loose = found.pop(None, None)
    groups = [*found.items(), *([(None, loose)] if loose else [])]
    return [(estate, [(each.pk, each.name) for each in sorted(inside, key=_by_number)]) for estate, inside in groups]


def _by_number(building: Building) -> tuple[int, str, int]:
    """2栋 before 10栋."""
    digits = "".join(character for character in building.name if character.isdecimal())
    return (int(digits) if digits else 0, building.name, building.pk)
