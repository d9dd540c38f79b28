"""Who answers for which building, and for which door apart from it: read, divided evenly, published. No person's name
or number leaves here."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Router, Schema

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.api.shapes import READING, WRITING, CoverOut
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import Invalid, NotFound
from linli.events.models import Event
from linli.events.queries import active_event
from linli.muster.queries import DECIDING, area_visible_to, placements_visible_to
from linli.muster.teams import giving, responsibility
from linli.muster.teams.errors import HolderUnknown
from linli.muster.teams.responsibility import Cover
from linli.people.queries import city_is_synthetic
from linli.places.models import Area

router = Router(tags=["muster"])
MOST, MOST_HOLDERS = 5_000, 200
Number = Annotated[int, Field(ge=1, lt=2**63)]


class HolderIn(Schema):
    """Who answers: a team, or somebody by their placement."""

    team: Number | None = None
    placement: Number | None = None


class BuildingIn(HolderIn):
    """Who answers for a building from now on; neither team nor placement: nobody."""

    place: Number


class GiveIn(Schema):
    """What changes; buildings that are not named stay as they are."""

    version: str = Field(max_length=16, description="of what was read before")
    buildings: list[BuildingIn] = Field(min_length=1, max_length=MOST)


class GiveDoorsIn(Schema):
    """What changes at a building's doors; one of nobody's follows the building again."""

    version: str = Field(max_length=16, description="of what was read before")
    doors: list[BuildingIn] = Field(min_length=1, max_length=MOST)


class DivideIn(Schema):
    """Among whom buildings are divided."""

    among: list[HolderIn] = Field(min_length=1, max_length=MOST_HOLDERS)


class BuildingOut(Schema):
    """A building in walking order; `team` is null where a person answers, or nobody."""

    place: int
    doors: int
    answered: bool
    team: int | None
    doors_apart: int = Field(description="doors of it that somebody of their own answers for")


class BuildingsOut(Schema):
    """Buildings of an area, and how many of them nobody answers for."""

    version: str
    gaps: int
    buildings: list[BuildingOut]
    as_of: datetime
    synthetic: bool


class DoorHeldOut(Schema):
    """A door in walking order; `answered`: by somebody of its own, apart from the building."""

    place: int
    answered: bool
    team: int | None


class DoorsHeldOut(Schema):
    """Doors of a building; those without somebody of their own follow the building."""

    version: str
    building: int
    building_answered: bool
    building_team: int | None
    doors: list[DoorHeldOut]
    as_of: datetime
    synthetic: bool


class PartOfOut(Schema):
    """To whom a building would go: the place in the list that was sent, from 0."""

    place: int
    among: int


class DividedOut(Schema):
    """A proposal; nothing is given before it is sent back."""

    version: str
    buildings: list[PartOfOut]


class GivenOut(Schema):
    """How many buildings, or doors, changed hands."""

    changed: int
    synthetic: bool


@router.get("/areas/{area_id}/responsibility", response={200: CoverOut, **READING})
@open_to(*DECIDING, area_from="area_id")
def covered(request: HttpRequest, area_id: int) -> dict[str, object]:
    """How many buildings of an area somebody answers for now, as counts."""
    me, at = caller_of(request), now()
    area = area_visible_to(me, area_id, *DECIDING)
    event = active_event(at, area.pk)
    if event is None:
        raise NotFound
    buildings, answered = responsibility.counts(me, event, area, at)
    return {"buildings": buildings, "answered": answered, "as_of": at, "synthetic": city_is_synthetic()}


@router.get("/areas/{area_id}/responsibility/buildings", response={200: BuildingsOut, **READING})
@open_to("community_desk", area_from="area_id")
def buildings(request: HttpRequest, area_id: int) -> dict[str, object]:
    """Buildings of a community or a grid in walking order, and for which of them somebody answers."""
    at = now()
    _, _, found = _here(caller_of(request), area_id, at)
    return {
        "version": found.version,
        "gaps": len(found.gaps),
        "buildings": [_building(found, place, doors) for place, _, doors in found.rows],
        "as_of": at,
        "synthetic": city_is_synthetic(),
    }


@router.post("/areas/{area_id}/responsibility/division", response={200: DividedOut, **WRITING})
@open_to("community_desk", area_from="area_id")
def divide(request: HttpRequest, area_id: int, said: DivideIn) -> dict[str, object]:
    """Divide every building among some: neighbours together, doors as even as that allows. Nothing is changed.

    409 holder_unknown: a placement has ended.
    """
    me, at = caller_of(request), now()
    area, event, found = _here(me, area_id, at)
    keys = _keys(me, event, area, said.among, at)
    if "" in keys or len(set(keys)) < len(keys):
        raise Invalid(where=["among"])
    parts = responsibility.divided(found, keys)
    shares = [{"place": place, "among": keys.index(key)} for place, key in parts.items()]
    return {"version": found.version, "buildings": shares}


@router.post("/areas/{area_id}/responsibility", response={200: GivenOut, **WRITING})
@open_to("community_desk", area_from="area_id")
def give(request: HttpRequest, area_id: int, said: GiveIn) -> dict[str, object]:
    """Publish who answers for buildings from now on, on what was read. 409 cover_changed, holder_unknown."""
    return _given(caller_of(request), area_id, said.version, said.buildings)


@router.get("/areas/{area_id}/responsibility/buildings/{building_id}", response={200: DoorsHeldOut, **READING})
@open_to("community_desk", area_from="area_id")
def doors(request: HttpRequest, area_id: int, building_id: int) -> dict[str, object]:
    """Doors of a building in walking order, and which of them have somebody of their own."""
    me, at = caller_of(request), now()
    area, event = _where(me, area_id, at)
    found = responsibility.cover_of_doors(event, area, building_id, at)
    whole = responsibility.standing(event, [building_id], at).get(building_id)
    return {
        "version": found.version,
        "building": building_id,
        "building_answered": whole is not None and whole.here,
        "building_team": whole.team if whole is not None and whole.here else None,
        "doors": [{"place": place, **_held(found, place)} for place, _, _ in found.rows],
        "as_of": at,
        "synthetic": city_is_synthetic(),
    }


@router.post("/areas/{area_id}/responsibility/buildings/{building_id}", response={200: GivenOut, **WRITING})
@open_to("community_desk", area_from="area_id")
def give_doors(request: HttpRequest, area_id: int, building_id: int, said: GiveDoorsIn) -> dict[str, object]:
    """Publish who answers for doors apart from their building, on what was read. 409 cover_changed, holder_unknown."""
    return _given(caller_of(request), area_id, said.version, said.doors, building=building_id)


def _given(
    me: Caller, area_id: int, version: str, said: Sequence[BuildingIn], *, building: int | None = None
) -> dict[str, object]:
    at = now()
    area, event = _where(me, area_id, at)
    keys = _keys(me, event, area, said, at)
    wanted = {each.place: key for each, key in zip(said, keys, strict=True)}
    if len(wanted) < len(said):
        raise Invalid(where=["buildings" if building is None else "doors"])
    changed = giving.publish(event, area, wanted, version=version, building=building, by=me, at=at)
    return {"changed": changed, "synthetic": city_is_synthetic()}


def _where(me: Caller, area_id: int, at: datetime) -> tuple[Area, Event]:
    area = responsibility.area_to_divide(me, area_id, at)
    event = active_event(at, area.pk)
    if event is None:
        raise NotFound
    return area, event


def _here(me: Caller, area_id: int, at: datetime) -> tuple[Area, Event, Cover]:
    area, event = _where(me, area_id, at)
    return area, event, responsibility.cover(event, area, at)


def _building(found: Cover, place: int, doors: int) -> dict[str, object]:
    return {"place": place, "doors": doors, "doors_apart": found.own.get(place, 0), **_held(found, place)}


def _held(found: Cover, place: int) -> dict[str, object]:
    stands = found.stands.get(place)
    here = stands is not None and stands.here
    return {"answered": here, "team": stands.team if stands and here else None}


def _keys(me: Caller, event: Event, area: Area, said: Sequence[HolderIn], at: datetime) -> list[str]:
    """Holders as the room calls them, in their order; empty for nobody.

    Raises:
        Invalid: a team and a placement at once. NotFound: a placement is elsewhere. HolderUnknown: it has ended.
    """
    if any(each.team is not None and each.placement is not None for each in said):
        raise Invalid(where=["team", "placement"])
    asked = {each.placement for each in said if each.placement is not None}
    people = {row.pk: row.person_id for row in placements_visible_to(me, event, area, asked, at)}
    if asked - set(people):
        raise HolderUnknown
    return [
        f"p{people[each.placement]}" if each.placement is not None else f"t{each.team}" if each.team is not None else ""
        for each in said
    ]
