"""Reading muster: each record fetched and authorised in one go."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from linli.access.oneself import person_of
from linli.access.queries import claims_of
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.compiled import Compiled, OneOf
from linli.common.errors import NotFound
from linli.custody import secrets
from linli.custody.roles import See, seeing
from linli.events.models import Event
from linli.events.queries import active_event
from linli.muster import matching
from linli.muster.errors import NoEventHere, NotYoursToDecide
from linli.muster.models import Allocation, Demand, Placement, SignUp
from linli.people.models import Person, Volunteer
from linli.places import queries as places
from linli.places.models import Area, Level, Place

DECIDING = ("community_desk", "street", "district", "city")
COUNTING = (*DECIDING, "press")
_WITH_EVENT = Compiled(lambda: SignUp.objects.select_related("event", "community").filter(pk=OneOf("ids")))
SEES_GRIDS = seeing(See.COUNTS_TO_GRID)
_SERVED = (SignUp.State.CONFIRMED, SignUp.State.WITHDRAWN)


def areas_seen(caller: Caller, at: datetime, *roles: str) -> QuerySet:
    """Ids of all areas inside what the caller's roles cover now."""
    return places.within(caller.areas(*(roles or COUNTING)), at)


def area_visible_to(caller: Caller, area_id: int, *roles: str) -> Area:
    """One area whose counts this caller may see, by one of some roles where they are given.

    A community desk sees its community; upper levels see what lies below them.

    Raises:
        NotFound: it does not exist, or lies outside the caller's areas.
    """
    found = Area.objects.filter(pk=area_id, place__in=areas_seen(caller, now(), *roles)).first()
    if found is None:
        raise NotFound
    return found


def decides_over(caller: Caller, area_id: int, at: datetime) -> bool:
    """Whether a caller decides over all of an area, and so may have every count there; the press may not."""
    return areas_seen(caller, at, *DECIDING).filter(inner=area_id).exists()


def sees_grids(caller: Caller, area_id: int, at: datetime) -> bool:
    """Whether a caller sees counts down to the grid over all of an area; city command sees communities."""
    return areas_seen(caller, at, *SEES_GRIDS).filter(inner=area_id).exists()


def require_decision(caller: Caller, area_id: int, at: datetime) -> int:
    """Let pass only an account that decides over all of an area; returns its id, which will stand on record.

    Raises:
        NotYoursToDecide: the caller has no deciding role there.
    """
    if caller.user is None or not decides_over(caller, area_id, at):
        raise NotYoursToDecide
    return caller.user


def sign_ups_within(caller: Caller) -> QuerySet[SignUp]:
    """Sign-ups in the communities the caller runs as a community desk; upper levels see counts only."""
    return SignUp.objects.filter(community__in=areas_seen(caller, now(), "community_desk"))


def number_waiting(most: int) -> int:
    """How many sign-ups wait for a desk anywhere, counted up to `most`; no row of theirs is read."""
    return SignUp.objects.filter(state=SignUp.State.CLAIMED).values("pk")[:most].count()


def sign_up_visible_to(caller: Caller, sign_up_id: UUID) -> SignUp:
    """One sign-up, if this caller's desk runs its community.

    Raises:
        NotFound: it does not exist, or belongs elsewhere.
    """
    found = sign_ups_within(caller).select_related("event", "community").filter(pk=sign_up_id).first()
    if found is None:
        raise NotFound
    return found


def subjects_behind(caller: Caller, number: str) -> list[str]:
    """What the trail calls the sign-up with a number, and the person it was matched to; for who reads the trail."""
    if not caller.has(*seeing(See.TRAIL, See.TRAIL_OF_PERSON)):
        return []
    found = SignUp.objects.filter(number=number.upper()).first()
    if found is None:
        return []
    return [f"sign_up:{found.pk}", *([f"person:{found.person_id}"] if found.person_id else [])]


def own_sign_up(caller: Caller, sign_up_id: UUID) -> SignUp:
    """A claim made on the caller's device; the number alone opens nothing.

    Raises:
        NotFound: no such claim on this device.
    """
    if sign_up_id not in claims_of(caller):
        raise NotFound
    found = _WITH_EVENT.first(ids=[sign_up_id])
    if found is None:
        raise NotFound
    return found


def claims_of_device(caller: Caller) -> list[SignUp]:
    """The claims that the caller's device made, in their order: a family may share a phone. Two queries."""
    made = claims_of(caller)
    found = {each.pk: each for each in _WITH_EVENT.all(ids=made)} if made else {}
    return [found[claim] for claim in made if claim in found]


def own_claims(caller: Caller, at: datetime) -> list[SignUp]:
    """The caller's own sign-ups: those of their phone; of an account alone, those of the person who works under it, in
    events that are not over."""
    if caller.device is not None:
        return claims_of_device(caller)
    person = person_of(caller.user) if caller.user is not None else None
    if person is None:
        return []
    going_on = Q(event__ended_at__isnull=True) | Q(event__ended_at__gt=at)
    rows = SignUp.objects.select_related("event", "community").filter(going_on, person=person, state__in=_SERVED)
    return list(rows.order_by("made_at", "pk"))


def own_claim(caller: Caller, sign_up_id: UUID, at: datetime) -> SignUp:
    """One of these. Raises NotFound."""
    found = next((each for each in own_claims(caller, at) if each.pk == sign_up_id), None)
    if found is None:
        raise NotFound
    return found


def serves_for(claim: SignUp, *, now_only: bool = False) -> int:
    """The person behind an own sign-up, who serves, or has served.

    Args:
        now_only: not one who has taken it back.

    Raises:
        NotFound: the desk has confirmed nobody.
    """
    if claim.person_id is None or claim.state not in (_SERVED[:1] if now_only else _SERVED):
        raise NotFound
    return claim.person_id


def community_of_desk(caller: Caller, community_id: int) -> Area:
    """A community whose sign-ups this caller's desk runs.

    Raises:
        NotFound: it does not exist, is no community, or is run by another desk.
    """
    found = Area.objects.filter(
        pk=community_id, level=Level.COMMUNITY, place__in=areas_seen(caller, now(), "community_desk")
    ).first()
    if found is None:
        raise NotFound
    return found


def community_to_sign_up(community_id: int, at: datetime) -> tuple[Area, Event]:
    """A community of today's tree and the event that is active there; anybody may sign up there.

    Raises:
        NotFound: no such community.
        NoEventHere: no event is active over it.
    """
    community = places.community(community_id, at)
    if community is None:
        raise NotFound
    event = active_event(at, community_id)
    if event is None:
        raise NoEventHere(name=community.called)
    return community, event


def candidates_for(sign_up: SignUp) -> list[matching.Candidate]:
    """Whom the register of the claim's community knows under its phone or name, best first."""
    return matching.candidates(sign_up, now())


def chosen_for(sign_up: SignUp, person: int | None) -> tuple[Person | None, Place | None]:
    """Whom a desk chose for a claim, and where they live: only one of those it was shown can be chosen, or nobody.

    Raises:
        NotFound: the person chosen is not among them (any more).
    """
    if person is None:
        return None, matching.building_said(sign_up)
    for each in candidates_for(sign_up):
        if each.person == person:
            home = Place.objects.filter(pk=each.lives_at).first() if each.lives_at else None
            return Person.objects.get(pk=each.person), home
    raise NotFound


def allocation_visible_to(caller: Caller, allocation_id: int) -> Allocation:
    """One run of the planner, if the caller sees its area.

    Raises:
        NotFound: it does not exist, or its area lies elsewhere.
    """
    found = (
        Allocation.objects.select_related("event", "area")
        .filter(pk=allocation_id, area__in=areas_seen(caller, now(), *DECIDING))
        .first()
    )
    if found is None:
        raise NotFound
    return found


def allocations_of(event: Event, area: Area) -> QuerySet[Allocation]:
    """Runs of the planner over an area, latest first."""
    return Allocation.objects.filter(event=event, area=area).order_by("-pk")


def not_over(at: datetime) -> Q:
    """Placements that have not ended at a moment, those without an end among them."""
    return Q(during__endswith__gt=at) | Q(during__upper_inf=True)


def placement_of(event: Event, person_id: int, at: datetime) -> Placement | None:
    """Where a person is placed in an event, now or next."""
    return (
        Placement.objects.select_related("grid", "event")
        .filter(not_over(at), event=event, person=person_id)
        .order_by("during")
        .first()
    )


def only_inside(person_id: int | None) -> bool:
    """Whether somebody serves inside their own estate only."""
    return Volunteer.objects.filter(person=person_id, only_inside=True).exists()


def placed_in_grid(caller: Caller, event: Event, grid: Area, at: datetime) -> QuerySet[Placement]:
    """People placed in one grid; only for a community desk that runs it, upper levels see counts."""
    return Placement.objects.filter(
        not_over(at), event=event, grid=grid, grid__in=areas_seen(caller, at, "community_desk")
    ).order_by("person_id")


def placement_visible_to(caller: Caller, placement_id: int, at: datetime) -> Placement:
    """One placement that has not ended, for the community desk that runs its grid.

    Raises:
        NotFound: there is none, or it lies elsewhere.
    """
    mine = areas_seen(caller, at, "community_desk")
    found = Placement.objects.select_related("grid").filter(not_over(at), pk=placement_id, grid__in=mine).first()
    if found is None:
        raise NotFound
    return found


def placements_visible_to(
    caller: Caller, event: Event, area: Area, ids: Collection[int], at: datetime
) -> list[Placement]:
    """Placements in an area by number, for the desk that runs their grids; those that have ended are left out.

    Raises:
        NotFound: one lies elsewhere.
    """
    found = placed_inside(caller, event, area, at).filter(pk__in=ids)
    if found.count() < Placement.objects.filter(not_over(at), pk__in=ids).count():
        raise NotFound
    return list(found)


def placed_inside(caller: Caller, event: Event, area: Area, at: datetime) -> QuerySet[Placement]:
    """People placed in the grids of an area that the caller's community desk runs, grid by grid."""
    mine = areas_seen(caller, at, "community_desk")
    rows = Placement.objects.select_related("grid").filter(not_over(at), event=event, grid__in=mine)
    return rows.filter(grid__in=places.within([area.pk], at)).order_by("grid__name", "grid_id", "person_id")


def silent_inside(
    caller: Caller, event: Event, area: Area, at: datetime, *, early: bool = False
) -> QuerySet[Placement]:
    """Those placed there who have not said in time whether they come, who begins first before the others.

    Args:
        early: those too who still have time to say so.
    """
    silent = placed_inside(caller, event, area, at).filter(coming_at__isnull=True)
    silent = silent if early else silent.filter(answer_by__lte=at)
    return silent.order_by("during", "grid__name", "person_id")


def demand_of(event: Event, grid: Area) -> Demand | None:
    """What a grid asks for, with its skills; None where it never asked."""
    return Demand.objects.filter(event=event, grid=grid).prefetch_related("skills").first()


def claim_phone(sign_up: SignUp) -> str:
    """The phone of a claim in clear, for a reveal that has been logged."""
    return secrets.unseal(bytes(sign_up.phone))
