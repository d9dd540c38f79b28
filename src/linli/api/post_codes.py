"""Codes of posts, which start and finish duty at a place: printed, and replaced where one was carried off."""

from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from ninja import Field, Router, Schema

from linli.access.callers import caller_of
from linli.access.origins import public_address
from linli.access.permit import open_to
from linli.api.shapes import READING, WRITING
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import NotFound
from linli.duty.hours import posts
from linli.events.models import Event
from linli.people.queries import city_is_synthetic
from linli.places.models import Area

router = Router(tags=["hours"])


class PostPlaceOut(Schema):
    """A place that a code may be printed for: the community, or one of its grids."""

    area: int
    name: str
    synthetic: bool


class PostCodeOut(PostPlaceOut):
    """The code of a place, to be typed or photographed. It says nothing of anybody."""

    code: str
    address: str = Field(description="what the picture on a poster holds")


@router.get("/communities/{community_id}/post-codes", response={200: list[PostPlaceOut], **READING})
@open_to(*posts.PRINTING, area_from="community_id")
def places(request: HttpRequest, community_id: int) -> list[dict[str, object]]:
    """Places of a community that have a code, or get one when it is asked for."""
    _, _, areas = posts.places_to_print(caller_of(request), community_id, now())
    return [_place(area) for area in areas]


@router.post("/communities/{community_id}/post-codes/{area_id}", response={200: PostCodeOut, **WRITING})
@open_to(*posts.PRINTING, area_from="community_id")
def print_code(request: HttpRequest, community_id: int, area_id: int) -> dict[str, object]:
    """The code of a place: the one it has, or a first one; that it was printed stands in the trail."""
    me, at = caller_of(request), now()
    area, event = _where(me, community_id, area_id, at)
    letters = posts.code_of(event, area, by=me, at=at)
    return _place(area) | {
        "code": letters,
        "address": public_address(request, reverse("at_post", args=[posts.plain(letters)])),
    }


@router.post("/communities/{community_id}/post-codes/{area_id}/replacement", response={200: PostPlaceOut, **WRITING})
@open_to(*posts.PRINTING, area_from="community_id")
def replace(request: HttpRequest, community_id: int, area_id: int) -> dict[str, object]:
    """Let the code that hangs at a place lead nowhere any more; the next print makes another."""
    me, at = caller_of(request), now()
    area, event = _where(me, community_id, area_id, at)
    posts.replace_code(event, area, by=me, at=at)
    return _place(area)


def _where(me: Caller, community_id: int, area_id: int, at: datetime) -> tuple[Area, Event]:
    _, event, areas = posts.places_to_print(me, community_id, at)
    area = next((each for each in areas if each.pk == area_id), None)
    if event is None or area is None:
        raise NotFound
    return area, event


def _place(area: Area) -> dict[str, object]:
    return {"area": area.pk, "name": area.called, "synthetic": city_is_synthetic()}
