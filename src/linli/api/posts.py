"""Named posts and their hours, by the desk. No name leaves but one at a time, masked."""

from datetime import date, datetime, time
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.api.shapes import READING, WRITING
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import NotFound
from linli.events.models import Event
from linli.events.queries import active_event
from linli.muster.models import Holding, NamedPost
from linli.muster.queries import community_of_desk, placed_inside, placement_visible_to
from linli.muster.teams import held, holding
from linli.people.queries import city_is_synthetic
from linli.places.models import Area

router = Router(tags=["muster"])
MOST, MOST_DAYS = 500, 14
Number = Annotated[int, Field(ge=1, lt=2**63)]
Clock = Annotated[str, Field(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class PlacementOut(Schema):
    """Somebody placed in a community, by number."""

    placement: int
    grid: int
    since: datetime
    until: datetime | None
    synthetic: bool


class PostIn(Schema):
    """A post to be named."""

    name: str = Field(max_length=200)
    kind: Literal["lead_post", "model_post"] = Field(description="what the pack names")
    work: str = Field(max_length=40, description="code of the pack's posts: what is done there")


class ShiftOut(Schema):
    """A shift at a post, without a name; `here` is false where whoever holds it is no longer placed then."""

    holding: int
    since: datetime
    until: datetime
    here: bool


class PostOut(Schema):
    """A named post with the shifts that begin within a week."""

    id: int
    community: int
    kind: str
    work: str
    name: str
    closed_at: datetime | None
    shifts: list[ShiftOut]
    synthetic: bool


class HolderOut(Schema):
    """Who holds a shift, masked."""

    holding: int
    name: str
    synthetic: bool


class ShiftIn(Schema):
    """Hours of one person on some days in a row, by the clock of the place; an end that is not later is next day's."""

    placement: Number
    first: date
    begins: Clock
    ends: Clock
    days: int = Field(1, ge=1, le=MOST_DAYS)


class ShiftGivenOut(Schema):
    """What became of one day; `refused` is a code, null where it was given, and `why` its sentence."""

    since: datetime
    until: datetime
    refused: str | None
    reason: str | None = Field(description="of shift_refused: which rule")
    why: str


class ToIn(Schema):
    """Who takes a shift over."""

    placement: Number


@router.get("/communities/{community_id}/placements", response={200: list[PlacementOut], **READING})
@open_to("community_desk", area_from="community_id")
def placements(
    request: HttpRequest,
    community_id: int,
    after: int = Query(0, ge=0, lt=2**63, description="the last number of the answer before"),
) -> list[dict[str, object]]:
    """Who is placed in a community, by number, at most 500 at once."""
    me, at = caller_of(request), now()
    community, event = _here(me, community_id, at)
    rows = placed_inside(me, event, community, at).filter(pk__gt=after).order_by("pk")
    synthetic = city_is_synthetic()
    return [
        {
            "placement": row.pk,
            "grid": row.grid_id,
            "since": row.during.lower,
            "until": row.during.upper,
            "synthetic": synthetic,
        }
        for row in rows[:MOST]
    ]


@router.get("/communities/{community_id}/posts", response={200: list[PostOut], **READING})
@open_to("community_desk", area_from="community_id")
def posts(request: HttpRequest, community_id: int) -> list[dict[str, object]]:
    """Open posts of a community, by name."""
    me, at = caller_of(request), now()
    community, event = _here(me, community_id, at)
    return [_post(each, at) for each in held.posts_of(me, event, community, at)]


@router.post("/communities/{community_id}/posts", response={200: PostOut, **WRITING})
@open_to("community_desk", area_from="community_id")
def name_post(request: HttpRequest, community_id: int, said: PostIn) -> dict[str, object]:
    """Give a post a name. 409 post_name_taken, 422 post_work_unknown, field_missing, field_too_long."""
    me, at = caller_of(request), now()
    community, event = _here(me, community_id, at)
    kind = NamedPost.Kind(said.kind)
    return _post(holding.name_post(event, community, kind=kind, work=said.work, name=said.name, by=me, at=at), at)


@router.get("/posts/{named_post_id}", response={200: PostOut, **READING})
@open_to("community_desk")
def one_post(request: HttpRequest, named_post_id: int) -> dict[str, object]:
    """One post and its shifts."""
    return _now(caller_of(request), named_post_id, now())


@router.get("/posts/{named_post_id}/shifts/{holding_id}", response={200: HolderOut, **READING})
@open_to("community_desk")
def one_shift(request: HttpRequest, named_post_id: int, holding_id: int) -> dict[str, object]:
    """Who holds a shift, masked."""
    shift = held.holding_of(held.post_visible_to(caller_of(request), named_post_id, now()), holding_id)
    return {"holding": shift.pk, "name": held.name_of(shift), "synthetic": city_is_synthetic()}


@router.post("/posts/{named_post_id}/shifts", response={200: list[ShiftGivenOut], **WRITING})
@open_to("community_desk")
def give(request: HttpRequest, named_post_id: int, said: ShiftIn) -> list[dict[str, object]]:
    """Let somebody hold a post; each day is given or refused by itself: shift_refused, post_held, booked_meanwhile.

    409 post_closed, 422 day_out_of_reach.
    """
    me, at = caller_of(request), now()
    post = held.post_visible_to(me, named_post_id, at)
    begins, ends = time.fromisoformat(said.begins), time.fromisoformat(said.ends)
    times = holding.days(said.first, begins, ends, said.days, at=at)
    person = placement_visible_to(me, said.placement, at).person_id
    return [
        {
            "since": each.since,
            "until": each.until,
            "refused": each.refused.code if each.refused is not None else None,
            "reason": each.refused.facts.get("reason") if each.refused is not None else None,
            "why": each.refused.told() if each.refused is not None else "",
        }
        for each in holding.give(post, person, times, by=me, at=at)
    ]


@router.post("/posts/{named_post_id}/shifts/{holding_id}/hand-over", response={200: PostOut, **WRITING})
@open_to("community_desk")
def hand_over(request: HttpRequest, named_post_id: int, holding_id: int, said: ToIn) -> dict[str, object]:
    """Let somebody else take a shift over, now or where it begins later. 403 shift_refused; 409 booked_meanwhile,
    not_held_any_more, post_closed."""
    me, at = caller_of(request), now()
    shift = _shift(me, named_post_id, holding_id, at)
    holding.hand_over(shift, placement_visible_to(me, said.placement, at).person_id, by=me, at=at)
    return _now(me, named_post_id, at)


@router.post("/posts/{named_post_id}/shifts/{holding_id}/end", response={200: PostOut, **WRITING})
@open_to("community_desk")
def end(request: HttpRequest, named_post_id: int, holding_id: int) -> dict[str, object]:
    """Take a shift back. 409 not_held_any_more."""
    me, at = caller_of(request), now()
    holding.end(_shift(me, named_post_id, holding_id, at), by=me, at=at)
    return _now(me, named_post_id, at)


@router.post("/posts/{named_post_id}/close", response={200: PostOut, **WRITING})
@open_to("community_desk")
def close(request: HttpRequest, named_post_id: int) -> dict[str, object]:
    """Close a post; whoever would have held it is free. 409 post_closed."""
    me, at = caller_of(request), now()
    holding.close(held.post_visible_to(me, named_post_id, at), by=me, at=at)
    return _now(me, named_post_id, at)


def _here(me: Caller, community_id: int, at: datetime) -> tuple[Area, Event]:
    community = community_of_desk(me, community_id)
    event = active_event(at, community.pk)
    if event is None:
        raise NotFound
    return community, event


def _shift(me: Caller, post_id: int, holding_id: int, at: datetime) -> Holding:
    return held.holding_of(held.post_visible_to(me, post_id, at), holding_id)


def _now(me: Caller, post_id: int, at: datetime) -> dict[str, object]:
    """One post as it stands now, whatever was done to it."""
    return _post(held.post_visible_to(me, post_id, at), at)


def _post(post: NamedPost, at: datetime) -> dict[str, object]:
    return {
        "id": post.pk,
        "community": post.community_id,
        "kind": post.kind,
        "work": post.work,
        "name": post.name,
        "closed_at": post.closed_at,
        "shifts": [
            {
                "holding": each.holding.pk,
                "since": each.holding.during.lower,
                "until": each.holding.during.upper,
                "here": each.here,
            }
            for each in held.this_week(post, at)
        ],
        "synthetic": city_is_synthetic(),
    }
