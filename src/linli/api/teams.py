"""Teams: the same actions the pages call. No name leaves here."""

from django.http import HttpRequest
from ninja import Router

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.api.shapes import READING, WRITING, TeamIn, TeamOut
from linli.common.clock import now
from linli.common.errors import NotFound
from linli.events.queries import active_event
from linli.muster.models import Team
from linli.muster.queries import DECIDING, area_visible_to
from linli.muster.teams import actions, finding, queries, rules
from linli.muster.teams.queries import Standing
from linli.people.queries import city_is_synthetic
from linli.places.models import Level, Place

router = Router(tags=["muster"])


@router.get("/areas/{area_id}/teams", response={200: list[TeamOut], **READING})
@open_to(*DECIDING, area_from="area_id")
def teams(request: HttpRequest, area_id: int) -> list[dict[str, object]]:
    """Teams of the communities inside an area that were not released, each with what is wrong with it."""
    me, at = caller_of(request), now()
    area = area_visible_to(me, area_id, *DECIDING)
    event = active_event(at, area.pk)
    return [_team(each) for each in queries.teams_in(me, event, area, at)] if event is not None else []


@router.post("/areas/{area_id}/teams", response={200: TeamOut, **WRITING})
@open_to(*DECIDING, area_from="area_id")
def form(request: HttpRequest, area_id: int, said: TeamIn) -> dict[str, object]:
    """Form a team of a community from the nearest people who are placed and in no team. 409 in_team_already,
    not_placed_here, 422 nobody_chosen, team_place_elsewhere."""
    me, at = caller_of(request), now()
    community = area_visible_to(me, area_id, *DECIDING)
    event = active_event(at, community.pk)
    place = Place.objects.filter(pk=said.place or community.pk).first()
    if event is None or community.level != Level.COMMUNITY or place is None:
        raise NotFound
    team = rules.proposed(finding.near(me, event, community, place.pk, at), size=said.size)
    ids = [each.placement for each in team.members]
    made = actions.form(event, community, place, ids, kind=Team.Kind(said.kind), by=me, at=at)
    return _team(queries.standings([made], at)[0])


@router.post("/teams/{team_id}/release", response={200: TeamOut, **WRITING})
@open_to(*DECIDING)
def release(request: HttpRequest, team_id: int) -> dict[str, object]:
    """Release a team: everybody in it is free for another one. 409 team_released."""
    me, at = caller_of(request), now()
    actions.release(queries.team_visible_to(me, team_id, at).team, by=me, at=at)
    return _team(queries.team_visible_to(me, team_id, at))


def _team(standing: Standing) -> dict[str, object]:
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
