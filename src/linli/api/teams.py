"""Teams of an area: proposed, formed, released, and what zones ask for. No name leaves here."""

from collections.abc import Collection
from datetime import datetime

from django.http import HttpRequest
from ninja import Query, Router

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.api.shapes import READING, WRITING
from linli.api.team_shapes import ForZonesOut, ProposedOut, SkillNumber, TeamIn, TeamOut
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import NotFound
from linli.events.models import Event
from linli.events.queries import active_event, zones_in
from linli.muster.models import Team
from linli.muster.queries import DECIDING, area_visible_to, sees_grids
from linli.muster.teams import actions, finding, queries, rules, zones
from linli.muster.teams.finding import Cost
from linli.muster.teams.queries import Standing
from linli.muster.teams.rules import Near, Proposed
from linli.people.queries import city_is_synthetic
from linli.places.models import Area, Level, Place

router = Router(tags=["muster"])
SKILLS = Query([], max_length=12, description="with somebody for each")


@router.get("/areas/{area_id}/teams", response={200: list[TeamOut], **READING})
@open_to(*DECIDING, area_from="area_id")
def teams(request: HttpRequest, area_id: int) -> list[dict[str, object]]:
    """Teams of the communities inside an area that were not released, each with what is wrong with it."""
    me, at = caller_of(request), now()
    area = area_visible_to(me, area_id, *DECIDING)
    event = active_event(at, area.pk)
    return [team_out(each) for each in queries.teams_in(me, event, area, at)] if event is not None else []


@router.get("/areas/{area_id}/teams/proposal", response={200: ProposedOut, **READING})
@open_to(*DECIDING, area_from="area_id")
def propose(
    request: HttpRequest,
    area_id: int,
    place: int | None = Query(None, ge=1, lt=2**63, description="the community itself where none is named"),
    size: int = Query(rules.SIZE, ge=1, le=rules.MOST_IN_A_TEAM),
    skills: list[SkillNumber] = SKILLS,
) -> dict[str, object]:
    """A team of a community as it would be of the nearest who are placed and in no team, and what it costs."""
    me, at = caller_of(request), now()
    community, event = _community(me, area_id, at)
    team = rules.proposed(finding.near(me, event, community, place or community.pk, at), size=size, skills=skills)
    cost = finding.cost_of(event, team.members, at)
    return _proposed(place or community.pk, team, cost, named=sees_grids(me, community.pk, at))


@router.post("/areas/{area_id}/teams", response={200: TeamOut, **WRITING})
@open_to(*DECIDING, area_from="area_id")
def form(request: HttpRequest, area_id: int, said: TeamIn) -> dict[str, object]:
    """Form a team of a community of the people who are named, else of the nearest who are placed and in no team.

    409 in_team_already, not_placed_here; 422 nobody_chosen, leader_not_chosen, team_place_elsewhere.
    """
    me, at = caller_of(request), now()
    community, event = _community(me, area_id, at)
    place = Place.objects.filter(pk=said.place or community.pk).first()
    if place is None:
        raise NotFound
    ids = said.placements
    if not ids:
        near = finding.near(me, event, community, place.pk, at)
        ids = [each.placement for each in rules.proposed(near, size=said.size, skills=said.skills).members]
    kind = Team.Kind(said.kind)
    made = actions.form(event, community, place, ids, kind=kind, leader=said.leader, deputy=said.deputy, by=me, at=at)
    return team_out(queries.standings([made], at)[0])


@router.post("/teams/{team_id}/release", response={200: TeamOut, **WRITING})
@open_to(*DECIDING)
def release(request: HttpRequest, team_id: int) -> dict[str, object]:
    """Release a team: everybody in it is free for another one. 409 team_released."""
    me, at = caller_of(request), now()
    actions.release(queries.team_visible_to(me, team_id, at).team, by=me, at=at)
    return team_out(queries.team_visible_to(me, team_id, at))


@router.get("/areas/{area_id}/team-proposals", response={200: ForZonesOut, **READING})
@open_to(*DECIDING, area_from="area_id")
def for_zones(request: HttpRequest, area_id: int) -> dict[str, object]:
    """Teams to be formed where the risk rose in an area, each with its people and cost, and to be released where it
    fell. Nothing is kept: it is what zones and teams are now. Of a district or a city only how many, by area below."""
    me, at = caller_of(request), now()
    area = area_visible_to(me, area_id, *DECIDING)
    event = active_event(at, area.pk)
    if event is None:
        raise NotFound
    in_force = zones_in(me, area.pk, at, event=event)
    wanted, over = zones.proposals(me, event, area, in_force, at)
    return {
        "wanted": [
            _proposed(each.zone.place_id, each.team, each.grids, named=sees_grids(me, each.community.pk, at))
            | {
                "zone": each.zone.pk,
                "community": each.community.pk,
                "level": each.zone.level,
                "farthest_m": each.farthest_m,
            }
            for each in wanted.first
        ],
        "more": wanted.more,
        "below": [
            {"area": each.pk, "name": each.called, "wanted": heads}
            for each, heads in zones.missing(event, area, in_force, at)
        ],
        "release": [team_out(each) for each in over],
        "as_of": at,
        "synthetic": city_is_synthetic(),
    }


def _community(me: Caller, area_id: int, at: datetime) -> tuple[Area, Event]:
    """A community where the caller decides, and the event there.

    Raises:
        NotFound: it is none, lies elsewhere, or no event is active there.
    """
    community = area_visible_to(me, area_id, *DECIDING)
    event = active_event(at, community.pk)
    if event is None or community.level != Level.COMMUNITY:
        raise NotFound
    return community, event


def _proposed(place: int, team: Proposed, cost: Collection[Cost], *, named: bool) -> dict[str, object]:
    """A proposal by numbers of placements; who sees no grids reads how many people it takes, and not whom."""
    of = {each.person: each.placement for each in team.members}
    return {
        "place": place,
        "members": [near_out(each) for each in team.members] if named else [],
        "leader": of.get(team.leader or 0) if named else None,
        "deputy": of.get(team.deputy or 0) if named else None,
        "missing": list(team.missing),
        "costs": len(cost),
        "cost": [cost_out(each) for each in cost] if named else [],
        "synthetic": city_is_synthetic(),
    }


def near_out(each: Near) -> dict[str, object]:
    """Somebody near, by number."""
    return {
        "placement": each.placement,
        "grid": each.grid,
        "here": each.here,
        "metres": each.metres,
        "estimated": each.estimated,
        "skills": each.skills,
    }


def cost_out(each: Cost) -> dict[str, int]:
    """A grid that would be short."""
    return {"grid": each.grid, "wanted": each.wanted, "left": each.left}


def team_out(standing: Standing) -> dict[str, object]:
    """A team as a list has it."""
    team = standing.team
    return {
        "id": team.pk,
        "community": team.community_id,
        "place": team.place_id,
        "kind": team.kind,
        "name": standing.called,
        "people": len(standing.here),
        "wrong": standing.wrong if team.released_at is None else [],
        "formed_at": team.formed_at,
        "released_at": team.released_at,
        "synthetic": city_is_synthetic(),
    }
