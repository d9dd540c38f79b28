"""Who was deployed to an area, unit by unit, as counts."""

from django.http import HttpRequest
from ninja import Field, Router, Schema

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.api.shapes import READING
from linli.common.clock import now
from linli.events.queries import active_event
from linli.muster.queries import DECIDING, area_visible_to
from linli.muster.units import deployed as counting
from linli.people.queries import city_is_synthetic

router = Router(tags=["reinforcement"])


class SentOut(Schema):
    """What one work unit sent to an area, in people."""

    unit: int
    name: str
    of_city: bool = Field(description="a unit of the city's level; else of a county's")
    people: int = Field(description="who ever arrived")
    here: int = Field(description="who still is")
    in_zones: int = Field(description="who was, or was placed, where a zone at medium or high risk was at that time")
    synthetic: bool


@router.get("/areas/{area_id}/deployed", response={200: list[SentOut], **READING})
@open_to(*DECIDING, area_from="area_id")
def deployed(request: HttpRequest, area_id: int) -> list[dict[str, object]]:
    """Each work unit that sent people to an area, the city's first, then who sent most."""
    me, at = caller_of(request), now()
    area = area_visible_to(me, area_id, *DECIDING)
    event = active_event(at, area.pk)
    if event is None:
        return []
    synthetic = city_is_synthetic()
    return [
        {
            "unit": each.unit,
            "name": each.name,
            "of_city": each.of_city,
            "people": each.people,
            "here": each.here,
            "in_zones": each.in_zones,
            "synthetic": synthetic,
        }
        for each in counting.sent_to(event, [area.pk], at).get(area.pk, [])
    ]
