"""One's own sign-ups: where one is placed, whether one comes, when one can. What the pages of a phone do.

The phone speaks for itself, by its cookie; a key only reads, for the person who works under its account. Which and why
is in ``docs/decisions/own-things-by-api.md``.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.api.auth import OWN
from linli.api.me_shapes import AwayIn, MineOut, MineWhole, MySkillsIn, WhenIn
from linli.api.shapes import READING, WRITING
from linli.common.caller import Caller
from linli.common.clock import now
from linli.custody import masks
from linli.muster import actions, answering, hearing, leaving, queries
from linli.muster.models import SignUp
from linli.muster.teams import mine
from linli.muster.teams.mine import Told
from linli.people.queries import city_is_synthetic
from linli.people.rules import mask_of
from linli.web.itself import MAY_SAY
from linli.web.words import event_name

router = Router(tags=["me"], auth=OWN)


@router.get("/me/sign-ups", response={200: list[MineOut], **READING})
@open_to(*MAY_SAY, device=True)
def sign_ups(request: HttpRequest) -> list[dict[str, object]]:
    """Everybody who signed up on this phone; by a key, the sign-ups of its account's person in events not over."""
    at = now()
    return [_listed(each, mine.placement_of(each, at)) for each in queries.own_claims(caller_of(request), at)]


@router.get("/me/sign-ups/{sign_up_id}", response={200: MineWhole, **READING})
@open_to(*MAY_SAY, device=True)
def sign_up(request: HttpRequest, sign_up_id: UUID) -> dict[str, object]:
    """One of them: what was said in it, and where one is placed."""
    me, at = caller_of(request), now()
    return _whole(me, queries.own_claim(me, sign_up_id, at), at)


@router.post("/me/sign-ups/{sign_up_id}/coming", response={200: MineWhole, **WRITING})
@open_to(device=True)
def coming(request: HttpRequest, sign_up_id: UUID) -> dict[str, object]:
    """Say that one comes to where one is placed, is of age and fit for it. 409 not_placed_now."""
    return _answered(request, sign_up_id, answering.say_coming)


@router.post("/me/sign-ups/{sign_up_id}/cannot", response={200: MineWhole, **WRITING})
@open_to(device=True)
def cannot(request: HttpRequest, sign_up_id: UUID) -> dict[str, object]:
    """Say that one cannot come to where one is placed; nobody asks why. 409 not_placed_now."""
    return _answered(request, sign_up_id, answering.say_cannot)


@router.post("/me/sign-ups/{sign_up_id}/away", response={200: MineWhole, **WRITING})
@open_to(device=True)
def away(request: HttpRequest, sign_up_id: UUID, said: AwayIn) -> dict[str, object]:
    """Say that one cannot come from one moment to another. 403 sign_up_not_confirmed, 422 bad_time_away."""

    def stay_away(claim: SignUp, *, by: Caller, at: datetime) -> None:
        leaving.say_unavailable(claim, since=said.since, until=said.until, by=by, at=at)

    return _answered(request, sign_up_id, stay_away)


@router.post("/me/sign-ups/{sign_up_id}/when", response={200: MineWhole, **WRITING})
@open_to(device=True)
def when(request: HttpRequest, sign_up_id: UUID, said: WhenIn) -> dict[str, object]:
    """Say when one can serve, and whether only inside one's own estate. 409 sign_up_over."""

    def say_when(claim: SignUp, *, by: Caller, at: datetime) -> None:
        actions.say_when(claim, mask_of(set(said.free)), only_inside=said.only_inside, by=by, at=at)

    return _answered(request, sign_up_id, say_when)


@router.post("/me/sign-ups/{sign_up_id}/skills", response={200: MineWhole, **WRITING})
@open_to(device=True)
def skills(request: HttpRequest, sign_up_id: UUID, said: MySkillsIn) -> dict[str, object]:
    """Say what one can do, until the desk has decided. 409 sign_up_already_decided."""

    def say_skills(claim: SignUp, *, by: Caller, at: datetime) -> None:
        actions.say_skills(claim, mask_of(set(said.skills)), by=by, at=at)

    return _answered(request, sign_up_id, say_skills)


@router.post("/me/sign-ups/{sign_up_id}/withdrawal", response={200: MineWhole, **WRITING})
@open_to(device=True)
def withdraw(request: HttpRequest, sign_up_id: UUID) -> dict[str, object]:
    """Take a sign-up back for good. 409 sign_up_over."""
    return _answered(request, sign_up_id, leaving.withdraw)


def _answered(request: HttpRequest, sign_up_id: UUID, answer: Callable[..., None]) -> dict[str, object]:
    """Say something of a sign-up of this phone; what it is then is the answer."""
    me, at = caller_of(request), now()
    claim = queries.own_sign_up(me, sign_up_id)
    answer(claim, by=me, at=at)
    claim.refresh_from_db()
    return _whole(me, claim, at)


def _listed(claim: SignUp, placed: Told | None) -> dict[str, object]:
    return {
        "id": claim.pk,
        "number": claim.number,
        "state": claim.state,
        "name": masks.mask_name(claim.name),
        "community": claim.community.called,
        "event": event_name(claim.event),
        "placed": placed is not None,
        "synthetic": city_is_synthetic(),
    }


def _whole(me: Caller, claim: SignUp, at: datetime) -> dict[str, object]:
    placed = mine.placement_of(claim, at)
    return _listed(claim, placed) | {
        "skills": claim.skills,
        "free": claim.free,
        "only_inside": queries.only_inside(claim.person_id),
        "placement": _placement(placed) if placed is not None else None,
        "unread": hearing.number_unread(me),
    }


def _placement(placed: Told) -> dict[str, object]:
    return {
        "grid": placed.grid,
        "community": placed.community,
        "since": placed.since,
        "until": placed.until,
        "metres": placed.metres,
        "estimated": placed.estimated,
        "skill": placed.skill,
        "why": placed.why,
        "bring": placed.bring,
        "leader": placed.leader,
        "phone": placed.phone,
        "answer_by": placed.answer_by,
        "coming": placed.coming,
        "team": placed.team,
        "answers_for": placed.answers_for,
        "shifts": [{"post": post, "since": since, "until": until} for post, since, until in placed.posts],
    }
