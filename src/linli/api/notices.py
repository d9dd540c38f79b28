"""Who has not heard where they are placed, and that a desk has told them by phone: what the call list does."""

from django.http import HttpRequest
from ninja import Query, Router

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.api.shapes import READING, WRITING, CallListOut, ToldOut
from linli.common.clock import now
from linli.common.errors import NotFound
from linli.events.queries import active_event
from linli.muster import calling
from linli.muster.queries import area_visible_to
from linli.people.queries import city_is_synthetic
from linli.places import queries as places
from linli.places.models import Level

router = Router(tags=["notices"])
MOST_MINUTES = 7 * 24 * 60


@router.get("/areas/{area_id}/call-list", response={200: CallListOut, **READING})
@open_to("community_desk", area_from="area_id")
def call_list(request: HttpRequest, area_id: int, minutes: int = Query(30, ge=0, le=MOST_MINUTES)) -> dict[str, object]:
    """How many placed in a grid or a community know where, and the placements of those who have not heard of it so many
    minutes after they were told; one placement at a time says who it is."""
    me, at = caller_of(request), now()
    area = area_visible_to(me, area_id, "community_desk")
    event = active_event(at, area.pk)
    if event is None:
        raise NotFound
    grids = [area] if area.level == Level.GRID else list(places.areas_below([area.pk], Level.GRID, at))
    counts = [calling.counts(event, grid, at) for grid in grids]
    calls = [
        (grid, post)
        for grid in grids
        for post in calling.to_call(calling.posts(me, event, grid, at), after_min=minutes, at=at)
    ]
    return {
        "area": area.pk,
        "placed": sum(each.placed for each in counts),
        "read": sum(each.read for each in counts),
        "called": sum(each.called for each in counts),
        "calls": [
            {"placement": post.someone.placement, "grid": grid.pk, "told_at": post.since, "failed": post.failed}
            for grid, post in calls
        ],
        "synthetic": city_is_synthetic(),
    }


@router.post("/placements/{placement_id}/told", response={200: ToldOut, **WRITING})
@open_to("community_desk")
def told(request: HttpRequest, placement_id: int) -> dict[str, object]:
    """Note that the desk has told somebody by phone where they are placed; false where they knew it already."""
    noted = calling.told_by_phone(placement_id, by=caller_of(request), at=now())
    return {"placement": placement_id, "noted": noted, "synthetic": city_is_synthetic()}
