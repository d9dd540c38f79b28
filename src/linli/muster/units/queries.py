"""Reading requests, units and who is deployed: each fetched and authorised in one go."""

from datetime import datetime

from django.db.models import Count, Min, Q, QuerySet

from linli.common.caller import Caller
from linli.common.errors import NotFound
from linli.custody import secrets
from linli.custody.roles import Decide, deciding
from linli.events.models import Event
from linli.muster.errors import NotYoursToDecide
from linli.muster.models import Call, Deployed, Reinforcement, UnitFree, UnitPlan
from linli.muster.queries import DECIDING, areas_seen
from linli.people.models import Organisation
from linli.places import queries as places
from linli.places.models import Area

LIAISON = deciding(Decide.OWN_LIST)
PLANNING = deciding(Decide.CITY_UNITS, Decide.COUNTY_UNITS)


def area_above(area: Area, at: datetime) -> Area | None:
    """The area directly above one; None for the top."""
    above = places.ancestors(area.pk, at)
    return above[1] if len(above) > 1 else None


def plans_units(caller: Caller, area_id: int, at: datetime) -> bool:
    """Whether a caller decides over an area's own work units: city command at the top, else the district."""
    top = places.top_area()
    roles = deciding(Decide.CITY_UNITS if top is not None and top.pk == area_id else Decide.COUNTY_UNITS)
    return areas_seen(caller, at, *roles).filter(inner=area_id).exists()


def require_units(caller: Caller, area_id: int, at: datetime) -> int:
    """Let pass only an account that decides over an area's work units; returns its id.

    Raises:
        NotYoursToDecide: the caller does not.
    """
    if caller.user is None or not plans_units(caller, area_id, at):
        raise NotYoursToDecide
    return caller.user


def own_units(caller: Caller) -> list[int]:
    """Ids of the work units that a caller speaks for."""
    return [each.organisation for each in caller.grants if each.role in LIAISON and each.organisation is not None]


def require_liaison(caller: Caller, organisation_id: int) -> int:
    """Let pass only an account that speaks for a work unit; returns its id.

    Raises:
        NotFound: the caller speaks for no such unit.
    """
    if caller.user is None or organisation_id not in own_units(caller):
        raise NotFound
    return caller.user


def units_of(area_id: int) -> QuerySet[Organisation]:
    """An area's own work units, by name."""
    return Organisation.objects.filter(area=area_id).order_by("name")


def own_units_of(caller: Caller) -> QuerySet[Organisation]:
    """The work units that a caller speaks for."""
    return Organisation.objects.select_related("area").filter(pk__in=own_units(caller)).order_by("pk")


def said_free(event: Event, unit: Organisation) -> dict[int | None, int]:
    """How many people a unit says it can send, by skill, whoever is asked for already among them."""
    return dict(UnitFree.objects.filter(event=event, organisation=unit).values_list("skill", "heads"))


def own_unit(caller: Caller, organisation_id: int) -> Organisation:
    """A work unit that the caller speaks for.

    Raises:
        NotFound: there is none, or somebody else speaks for it.
    """
    found = own_units_of(caller).filter(pk=organisation_id).first()
    if found is None:
        raise NotFound
    return found


def unit_spoken_for(caller: Caller, organisation_id: int, at: datetime) -> Organisation:
    """A work unit that the caller speaks for, or decides over.

    Raises:
        NotFound: there is none, or neither is true.
    """
    found = Organisation.objects.select_related("area").filter(pk=organisation_id).first()
    if found is None or not (found.pk in own_units(caller) or plans_units(caller, found.area_id, at)):
        raise NotFound
    return found


def requests_seen(caller: Caller, at: datetime) -> QuerySet[Reinforcement]:
    """Requests for areas that the caller decides over, and so all that is asked of them."""
    return Reinforcement.objects.select_related("event", "area", "asked_of").filter(
        area__in=areas_seen(caller, at, *DECIDING)
    )


def request_visible_to(caller: Caller, reinforcement_id: int, at: datetime) -> Reinforcement:
    """One request.

    Raises:
        NotFound: it does not exist, or is for an area that is not the caller's.
    """
    found = requests_seen(caller, at).filter(pk=reinforcement_id).first()
    if found is None:
        raise NotFound
    return found


def plan_visible_to(caller: Caller, plan_id: int, at: datetime) -> UnitPlan:
    """One run of the planner over an area's units.

    Raises:
        NotFound: it does not exist, or is none of the caller's areas.
    """
    found = (
        UnitPlan.objects.select_related("event", "area")
        .filter(pk=plan_id, area__in=areas_seen(caller, at, *DECIDING))
        .first()
    )
    if found is None:
        raise NotFound
    return found


def plans_of(event: Event, area: Area) -> QuerySet[UnitPlan]:
    """Runs of the planner over an area's units, newest first."""
    return UnitPlan.objects.filter(event=event, area=area).order_by("-pk")


def calls_of_units(caller: Caller) -> QuerySet[Call]:
    """What is asked of the caller's own units, and what these offer, newest first.

    Each with how many of its people are `on_the_way`, `here` and back `home`.
    """
    state = Deployed.State
    return (
        Call.objects.select_related("event", "organisation", "reinforcement__area", "reinforcement__asked_of")
        .filter(organisation__in=own_units(caller))
        .annotate(
            on_the_way=Count("people", filter=Q(people__state=state.LISTED)),
            here=Count("people", filter=Q(people__state=state.ARRIVED)),
            home=Count("people", filter=Q(people__state=state.RELEASED)),
        )
        .order_by("-pk")
    )


def call_of_unit(caller: Caller, call_id: int) -> Call:
    """One call to a unit that the caller speaks for.

    Raises:
        NotFound: there is none, or it is to another unit.
    """
    found = calls_of_units(caller).filter(pk=call_id).first()
    if found is None:
        raise NotFound
    return found


def offers_to(caller: Caller, event: Event, area_id: int, at: datetime) -> QuerySet[Call]:
    """What an area's own units offer unasked, for whoever decides over them."""
    if not plans_units(caller, area_id, at):
        return Call.objects.none()
    offered = Call.objects.select_related("organisation").filter(event=event, state=Call.State.OFFERED)
    return offered.filter(organisation__area=area_id, during__endswith__gt=at).order_by("pk")


def offer_for(caller: Caller, request: Reinforcement, call_id: int, at: datetime) -> Call:
    """One offer that may be taken for a request.

    Raises:
        NotFound: there is none, or the caller does not decide over its unit.
    """
    found = offers_to(caller, request.event, request.asked_of_id, at).filter(pk=call_id).first()
    if found is None:
        raise NotFound
    return found


def deployed_here(caller: Caller, request: Reinforcement, at: datetime) -> QuerySet[Deployed]:
    """People on lists for a request and for what was asked upward for it, by whoever decides over its area."""
    if not areas_seen(caller, at, *DECIDING).filter(inner=request.area_id).exists():
        return Deployed.objects.none()
    chain, newest = [request.pk], [request.pk]
    while newest := list(Reinforcement.objects.filter(came_from__in=newest).values_list("pk", flat=True)):
        chain += newest
    return Deployed.objects.filter(call__reinforcement__in=chain).exclude(state=Deployed.State.OFF)


def first_leaves(event: Event, area_id: int, at: datetime) -> datetime | None:
    """When the service of the first of those ends who arrived in an area; None where nobody did."""
    here = Deployed.objects.filter(call__event=event, state=Deployed.State.ARRIVED, during__endswith__gt=at)
    inside = here.filter(call__reinforcement__area__in=places.within([area_id], at))
    ends: datetime | None = inside.aggregate(first=Min("during__endswith"))["first"]
    return ends


def calls_behind(deployed: QuerySet[Deployed]) -> QuerySet[Call]:
    """The calls that some people are named for."""
    found = Call.objects.select_related("reinforcement", "organisation")
    return found.filter(pk__in=deployed.order_by().values("call")).order_by("pk")


def receiver_of(request: Reinforcement) -> tuple[str, str]:
    """Who receives people for a request, and their phone."""
    return secrets.unseal(bytes(request.receiver)), secrets.unseal(bytes(request.receiver_phone))
