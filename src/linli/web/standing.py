"""How areas stand, shared by all who look: the areas above the communities are counted together, the others each apart.

A city, its districts and its streets are counted in the same few statements, so that the page of a district finds its
figures counted when somebody has just looked at the city. A community is counted when somebody looks at it: that takes
milliseconds, and its desk sees what it did half a second ago.
"""

from datetime import datetime

from linli.command.stands import Stands, stands_of
from linli.events.models import Event
from linli.places import queries as places
from linli.places.models import Area, Level
from linli.web import live

_shared: live.Shared[Stands] = live.Shared()


def shared_stands(event: Event, area: Area, at: datetime) -> Stands:
    """How an area and those directly below it stand, counted now or a moment ago for all who ask, program or person."""
    together = places.top_area() if area.level < Level.STREET else None
    which = together or area
    return _shared.get((event.pk, which.pk), lambda: stands_of(event, _areas(which, at), at))


def _areas(area: Area, at: datetime) -> list[int]:
    """The areas counted with one: all down to the streets, of a street and below itself and those directly below."""
    if area.level < Level.STREET:
        return places.areas_down_to(Level.STREET)
    below = places.children(area.pk, at).filter(level__lte=Level.GRID)  # people are placed in grids, not below them
    return [area.pk, *below.values_list("pk", flat=True)]
