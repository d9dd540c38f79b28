"""What places are called, whatever their kind, and which of them stand in an area."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection

from linli.custody.masks import mask_door
from linli.places import queries
from linli.places.models import Area, Estate, Level, called

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
    """Places of an area that somebody may want to point at, as (place id, name), the area itself first.

    The areas directly below; of a community also its estates. Two queries.
    """
    below = [(child.pk, child.called) for child in queries.children(area.pk, at) if child.level <= Level.GRID]
    estates = Estate.objects.filter(community=area.pk).order_by("name", "place_id").values_list("place_id", "name")
    return [(area.pk, area.called), *below, *estates]
