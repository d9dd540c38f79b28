"""Deciding about sign-ups of a community: who waits, whom the register knows, confirmed, set aside, taken as a list.

A list holds numbers; who somebody is, is asked one at a time.
"""

from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.api.muster import claim_out
from linli.api.shapes import READING, WRITING, SignUpOut
from linli.api.unit_answers import refuse
from linli.common.clock import now
from linli.common.errors import NotFound
from linli.custody import masks
from linli.events.queries import active_event
from linli.muster import actions, bulk, lists, queries
from linli.muster.models import SignUp
from linli.people.queries import city_is_synthetic

router = Router(tags=["muster"])
MOST = 200
AFTER = Query(None, description="the last id of the answer before")
Number = Annotated[int, Field(ge=1, lt=2**63)]


class SignUpListed(Schema):
    """A sign-up by number."""

    id: UUID
    number: str
    state: str
    synthetic: bool


class RegisterOut(Schema):
    """Somebody of the community's register who may stand behind a sign-up, masked, and what of it agrees."""

    person: int
    name: str
    where: str
    name_agrees: bool
    phone_agrees: bool
    door_agrees: bool


class ConfirmIn(Schema):
    """Who stands behind a sign-up."""

    person: Number | None = Field(description="one of those the register was shown to know; null: new to it")


class ConfirmedOut(Schema):
    """How many sign-ups were confirmed."""

    confirmed: int
    synthetic: bool


class RowIn(Schema):
    """Somebody of a list, as a spreadsheet has them."""

    name: str = Field(max_length=200)
    phone: str = Field(max_length=200)
    door: str = Field(max_length=200)
    skills: str = Field("", max_length=400, description="named as in a list that a desk loads, separated by commas")


class RowsIn(Schema):
    """A list of people who will help; taken whole or not at all."""

    rows: list[RowIn] = Field(min_length=1, max_length=lists.MOST_ROWS)


class RowsTaken(Schema):
    """What a list has made; `there`: signed up already, `twice`: stands in the list more than once."""

    made: int
    there: int
    twice: int
    synthetic: bool


@router.get("/communities/{community_id}/sign-ups", response={200: list[SignUpListed], **READING})
@open_to("community_desk", area_from="community_id")
def sign_ups(
    request: HttpRequest,
    community_id: int,
    state: Literal["claimed", "confirmed", "declined", "withdrawn"] = "claimed",
    after: UUID | None = AFTER,
) -> list[dict[str, object]]:
    """Sign-ups of a community in one state, by id, at most 200 at once; those that wait where no state is asked for."""
    me, at = caller_of(request), now()
    community = queries.community_of_desk(me, community_id)
    event = active_event(at, community.pk)
    if event is None:
        raise NotFound
    rows = queries.sign_ups_within(me).filter(event=event, community=community, state=state).order_by("pk")
    rows = rows.filter(pk__gt=after) if after is not None else rows
    synthetic = city_is_synthetic()
    return [{"id": row.pk, "number": row.number, "state": row.state, "synthetic": synthetic} for row in rows[:MOST]]


@router.get("/sign-ups/{sign_up_id}/candidates", response={200: list[RegisterOut], **READING})
@open_to("community_desk")
def candidates(request: HttpRequest, sign_up_id: UUID) -> list[dict[str, object]]:
    """Whom the community's register knows under the phone or the name of a sign-up that waits, the best first."""
    claim = queries.sign_up_visible_to(caller_of(request), sign_up_id)
    waits = claim.state == SignUp.State.CLAIMED
    return [
        {
            "person": each.person,
            "name": masks.mask_name(each.name),
            "where": masks.mask_door(each.building, each.unit) if each.building else "",
            "name_agrees": each.name_agrees,
            "phone_agrees": each.phone_agrees,
            "door_agrees": each.door_agrees,
        }
        for each in (queries.candidates_for(claim) if waits else [])
    ]


@router.post("/sign-ups/{sign_up_id}/confirmation", response={200: SignUpOut, **WRITING})
@open_to("community_desk")
def confirm(request: HttpRequest, sign_up_id: UUID, said: ConfirmIn) -> dict[str, object]:
    """Confirm a sign-up as somebody of the register, or as somebody new to it; it counts from then on.

    409 sign_up_already_decided, already_signed_up, too_young.
    """
    me = caller_of(request)
    claim = queries.sign_up_visible_to(me, sign_up_id)
    person, home = queries.chosen_for(claim, said.person)
    return claim_out(actions.confirm(claim, person=person, lives_at=home, by=me, at=now()))


@router.post("/sign-ups/{sign_up_id}/decline", response={200: SignUpOut, **WRITING})
@open_to("community_desk")
def decline(request: HttpRequest, sign_up_id: UUID) -> dict[str, object]:
    """Set a sign-up aside; it stays and can be seen. 409 sign_up_already_decided."""
    me = caller_of(request)
    claim = queries.sign_up_visible_to(me, sign_up_id)
    actions.decline(claim, by=me, at=now())
    claim.refresh_from_db()
    return claim_out(claim)


@router.post("/communities/{community_id}/sign-ups/confirm-exact", response={200: ConfirmedOut, **WRITING})
@open_to("community_desk", area_from="community_id")
def confirm_exact(request: HttpRequest, community_id: int) -> dict[str, object]:
    """Confirm all whose name and phone fit exactly one person of the register. 403 no_event_here."""
    me, at = caller_of(request), now()
    community, event = queries.community_to_sign_up(queries.community_of_desk(me, community_id).pk, at)
    return {"confirmed": bulk.confirm_exact_matches(event, community, by=me, at=at), "synthetic": city_is_synthetic()}


@router.post("/communities/{community_id}/sign-ups/list", response={200: RowsTaken, **WRITING})
@open_to("community_desk", area_from="community_id")
def take_list(request: HttpRequest, community_id: int, said: RowsIn) -> dict[str, object]:
    """Take a list of people who will help, whole or not at all; sent again, they are there already.

    403 no_event_here; 422 rows_refused: its fact `rows` says of each wrong row which column, a code and why.
    """
    me, at = caller_of(request), now()
    community, event = queries.community_to_sign_up(queries.community_of_desk(me, community_id).pk, at)
    cells = [(number, row.model_dump()) for number, row in enumerate(said.rows, 1)]
    looked = lists.look_at(cells, event, community)
    refuse((each.row, each.column, each.problem) for each in looked.rejected)
    made = lists.take(event, community, looked.new, by=me, at=at)
    return {"made": made, "there": looked.there, "twice": looked.twice, "synthetic": city_is_synthetic()}
