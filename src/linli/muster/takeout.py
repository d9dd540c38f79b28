"""Sign-ups and placements of a community, as lists that its desk may take out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation.trans_null import gettext_noop

from linli.common.caller import Caller
from linli.common.errors import NotFound
from linli.common.moments import local
from linli.custody import masks
from linli.custody.export import Column, Listing
from linli.custody.roles import Reveal
from linli.events.models import Event
from linli.muster import queries
from linli.muster.models import Placement, SignUp
from linli.muster.words import SKILL_WORDS, STATE_WORDS, free_names, skill_names
from linli.people.models import Skill
from linli.places import queries as places
from linli.places.doors import masked_door
from linli.places.models import Area

SIGN_UPS, PLACED = "sign_ups", "placed"
PLACED_TITLE = gettext_noop("People placed")


@dataclass(frozen=True, slots=True)
class Placed:
    """A placement that is not over, with the sign-up that says who it is; None where that was taken back."""

    row: Placement
    said: SignUp | None


def sign_ups(caller: Caller, community_id: int, state: str, at: datetime) -> Listing[SignUp]:
    """Who signed up in a community for the event that is under way, in one state.

    Raises:
        NotFound: another desk runs the community, or there is no such state.
        NoEventHere: no event is under way there.
    """
    if state not in SignUp.State.values:
        raise NotFound
    community, event = _desk_of(caller, community_id, at)
    rows = queries.sign_ups_within(caller).filter(event=event, community=community, state=state)
    return Listing(
        key=SIGN_UPS,
        part=state,
        title=gettext("Sign-ups: {state}").format(state=gettext(STATE_WORDS[SignUp.State(state)])),
        where=community.called,
        area=community.pk,
        above=tuple(area.pk for area in places.ancestors(community.pk, at)),
        event=event.pk,
        columns=SIGN_UP_COLUMNS,
        records=lambda: rows.order_by("made_at", "pk"),
        people=lambda claim: (_subject(claim),),
    )


def placed(caller: Caller, community_id: int, at: datetime) -> Listing[Placed]:
    """Who is placed in the grids of a community, now or next. Raises as `sign_ups` does."""
    community, event = _desk_of(caller, community_id, at)
    return Listing(
        key=PLACED,
        title=gettext(PLACED_TITLE),
        where=community.called,
        area=community.pk,
        above=tuple(area.pk for area in places.ancestors(community.pk, at)),
        event=event.pk,
        columns=PLACED_COLUMNS,
        records=lambda: _placed(event, community, at),
        people=lambda one: (f"person:{one.row.person_id}",),
    )


def _desk_of(caller: Caller, community_id: int, at: datetime) -> tuple[Area, Event]:
    community = queries.community_of_desk(caller, community_id)
    return community, queries.community_to_sign_up(community.pk, at)[1]


def _subject(claim: SignUp) -> str:
    """Whom a sign-up is about: the person the desk found behind it, until then the sign-up itself."""
    return f"person:{claim.person_id}" if claim.person_id is not None else f"sign_up:{claim.pk}"


def _placed(event: Event, community: Area, at: datetime) -> list[Placed]:
    rows = list(
        Placement.objects.select_related("grid")
        .filter(queries.not_over(at), event=event, grid__in=places.within([community.pk], at))
        .order_by("grid__name", "grid", "during", "person_id")
    )
    found = SignUp.objects.filter(event=event, person__in=[row.person_id for row in rows], state=SignUp.State.CONFIRMED)
    said = {claim.person_id: claim for claim in found}
    return [Placed(row, said.get(row.person_id)) for row in rows]


def _of(text: Callable[[SignUp], str]) -> Callable[[Placed], str]:
    """The same of whoever is placed."""
    return lambda one: text(one.said) if one.said is not None else ""


def _phone(claim: SignUp) -> str:
    return queries.claim_phone(claim)


NAME, PHONE, DOOR = gettext_noop("Name"), gettext_noop("Phone"), gettext_noop("Building and door")
SIGN_UP_COLUMNS: tuple[Column[SignUp], ...] = (
    Column("number", gettext_noop("Number"), ("muster.SignUp", "number"), lambda claim: claim.number),
    Column(
        "name", NAME, ("muster.SignUp", "name"), lambda claim: claim.name, lambda claim: masks.mask_name(claim.name)
    ),
    Column(
        "phone",
        PHONE,
        ("muster.SignUp", "phone"),
        _phone,
        lambda claim: masks.mask_phone(_phone(claim)),
        Reveal.PHONE,
    ),
    Column(
        "door",
        DOOR,
        ("muster.SignUp", "door"),
        lambda claim: claim.door,
        lambda claim: masked_door(claim.door),
        Reveal.DOOR,
    ),
    Column(
        "skills",
        gettext_noop("Skills"),
        ("muster.SignUp", "skills"),
        lambda claim: gettext(", ").join(skill_names(claim.skills)),
    ),
    Column(
        "free",
        gettext_noop("When free"),
        ("muster.SignUp", "free"),
        lambda claim: gettext(", ").join(free_names(claim.free)),
    ),
    Column("made_at", gettext_noop("When"), ("muster.SignUp", "made_at"), lambda claim: local(claim.made_at)),
)


def _during(one: Placed) -> Any:
    return one.row.during


PLACED_COLUMNS: tuple[Column[Placed], ...] = (
    Column("grid", gettext_noop("Grid"), ("muster.Placement", "grid"), lambda one: one.row.grid.called),
    Column(
        "name",
        NAME,
        ("muster.SignUp", "name"),
        _of(lambda claim: claim.name),
        _of(lambda claim: masks.mask_name(claim.name)),
    ),
    Column(
        "phone",
        PHONE,
        ("muster.SignUp", "phone"),
        _of(_phone),
        _of(lambda claim: masks.mask_phone(_phone(claim))),
        Reveal.PHONE,
    ),
    Column(
        "skill",
        gettext_noop("Fills a place for"),
        ("muster.Placement", "skill"),
        lambda one: gettext(SKILL_WORDS[Skill(one.row.skill)]) if one.row.skill is not None else "",
    ),
    Column("since", gettext_noop("From"), ("muster.Placement", "during"), lambda one: local(_during(one).lower)),
    Column("until", gettext_noop("Until"), ("muster.Placement", "during"), lambda one: local(_during(one).upper)),
)
