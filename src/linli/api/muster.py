"""Sign-ups and placements: the same actions the pages call."""

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest
from ninja import Router

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.api.errors import IdUsed
from linli.api.shapes import (
    READING,
    WRITING,
    ComingOut,
    PlacedOut,
    SignUpIn,
    SignUpOut,
    SilentOut,
)
from linli.common.clock import now
from linli.common.errors import Invalid, NotFound
from linli.custody import masks, secrets
from linli.events.queries import active_event
from linli.muster import actions, answering, queries, rosters
from linli.muster.models import Placement, SignUp
from linli.people.models import Skill
from linli.people.queries import city_is_synthetic
from linli.people.rules import mask_of

MOST_SILENT = 500
router = Router(tags=["muster"])


@router.post("/sign-ups", response={200: SignUpOut, **WRITING})
@open_to("community_desk")
def sign_up(request: HttpRequest, said: SignUpIn) -> dict[str, object]:
    """Take a claim at the desk of a community, once for each `id`. 409 id_used, 422 bad_phone, field_missing."""
    me, at = caller_of(request), now()
    community = queries.community_of_desk(me, said.community)
    event = active_event(at, community.pk)
    if event is None:
        raise NotFound
    if unknown := set(said.skills) - set(Skill.values):
        raise Invalid(skills=sorted(unknown))
    skills = mask_of(said.skills)
    with transaction.atomic():
        claim = actions.sign_up(
            event,
            community,
            name=said.name,
            phone=said.phone,
            door=said.door,
            way=SignUp.Way.DESK,
            skills=skills,
            key=said.id,
            by=me,
            at=at,
        )
        if said.id is not None and (claim.pk, claim.skills) != (said.id, skills):
            raise IdUsed
    return claim_out(claim)


@router.get("/sign-ups/{sign_up_id}", response={200: SignUpOut, **READING})
@open_to("community_desk")
def one_sign_up(request: HttpRequest, sign_up_id: UUID) -> dict[str, object]:
    """One sign-up of a community the caller runs, masked."""
    return claim_out(queries.sign_up_visible_to(caller_of(request), sign_up_id))


@router.get("/areas/{area_id}/silent", response={200: list[SilentOut], **READING})
@open_to("community_desk", area_from="area_id")
def silent(request: HttpRequest, area_id: int) -> list[dict[str, object]]:
    """Placements of a community whose people have not said in time whether they come; who begins first comes first."""
    me, at = caller_of(request), now()
    community = queries.community_of_desk(me, area_id)
    event = active_event(at, community.pk)
    if event is None:
        raise NotFound
    return [_silent(row) for row in queries.silent_inside(me, event, community, at)[:MOST_SILENT]]


@router.get("/placements/{placement_id}", response={200: PlacedOut, **READING})
@open_to("community_desk")
def placed(request: HttpRequest, placement_id: int) -> dict[str, object]:
    """One placement in a grid of the caller's desk, masked."""
    me, at = caller_of(request), now()
    row = queries.placement_visible_to(me, placement_id, at)
    (one,) = rosters.placed_people([row], row.event, at)
    return _silent(row) | {"name": one.name, "phone": one.phone, "coming_at": row.coming_at}


def _silent(row: Placement) -> dict[str, object]:
    return {
        "placement": row.pk,
        "grid": row.grid_id,
        "since": row.during.lower,
        "until": row.during.upper,
        "answer_by": row.answer_by,
        "synthetic": city_is_synthetic(),
    }


@router.post("/placements/{placement_id}/coming", response={200: ComingOut, **WRITING})
@open_to("community_desk")
def coming(request: HttpRequest, placement_id: int) -> dict[str, object]:
    """Note that somebody who is placed said, by phone or at the counter, that they come. Said twice, it is once."""
    me, at = caller_of(request), now()
    placed = queries.placement_visible_to(me, placement_id, at)
    answering.hear_coming(placed, by=me, at=at)
    placed.refresh_from_db()
    return {"placement": placed.pk, "coming_at": placed.coming_at, "synthetic": city_is_synthetic()}


def claim_out(claim: SignUp) -> dict[str, object]:
    """A sign-up as its desk sees it."""
    return {
        "id": claim.pk,
        "number": claim.number,
        "state": claim.state,
        "name": masks.mask_name(claim.name),
        "phone": masks.mask_phone(secrets.unseal(bytes(claim.phone))),
        "skills": claim.skills,
        "made_at": claim.made_at,
        "synthetic": city_is_synthetic(),
    }
