"""Who is in a team: taken in with what it costs, appointed, taken out, mended. Names one at a time, masked."""

from datetime import datetime

from django.http import HttpRequest
from ninja import Router

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.api.shapes import READING, WRITING
from linli.api.team_shapes import DoesIn, JoinIn, JoiningOut, MateOut, MendIn, TeamWhole
from linli.api.teams import cost_out, near_out, team_out
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import NotFound
from linli.muster.models import Member
from linli.muster.queries import DECIDING
from linli.muster.teams import actions, finding, queries
from linli.people.queries import city_is_synthetic

router = Router(tags=["muster"])
MOST_JOINING = 30
ROLES = {Member.Role.MEMBER: "member", Member.Role.DEPUTY: "deputy", Member.Role.LEADER: "leader"}
BECOMES = {"lead": Member.Role.LEADER, "stand_in": Member.Role.DEPUTY}


@router.get("/teams/{team_id}", response={200: TeamWhole, **READING})
@open_to(*DECIDING)
def one_team(request: HttpRequest, team_id: int) -> dict[str, object]:
    """One team, one that was released too: what needs mending, and for its desk who is in it, by number."""
    return _whole(caller_of(request), team_id, now())


@router.get("/teams/{team_id}/members/{member_id}", response={200: MateOut, **READING})
@open_to("community_desk")
def one_member(request: HttpRequest, team_id: int, member_id: int) -> dict[str, object]:
    """Who one of them is, masked."""
    me, at = caller_of(request), now()
    mates = queries.mates_of(me, queries.team_visible_to(me, team_id, at), at)
    mate = next((each for each in mates if each.member == member_id), None)
    if mate is None:
        raise NotFound
    return {"member": mate.member, "name": mate.name, "phone": mate.phone, "synthetic": city_is_synthetic()}


@router.get("/teams/{team_id}/joining", response={200: list[JoiningOut], **READING})
@open_to("community_desk")
def joining(request: HttpRequest, team_id: int) -> list[dict[str, object]]:
    """The nearest who are placed and in no team, at most 30, each with what it costs the grid they are taken from."""
    me, at = caller_of(request), now()
    found = finding.could_join(me, queries.team_visible_to(me, team_id, at), at, most=MOST_JOINING)
    return [near_out(each.near) | {"cost": cost_out(each.cost) if each.cost is not None else None} for each in found]


@router.post("/teams/{team_id}/members", response={200: TeamWhole, **WRITING})
@open_to(*DECIDING)
def take_in(request: HttpRequest, team_id: int, said: JoinIn) -> dict[str, object]:
    """Take more people into a team. 409 in_team_already, not_placed_here, team_released."""
    me, at = caller_of(request), now()
    actions.take_in(queries.team_visible_to(me, team_id, at).team, said.placements, by=me, at=at)
    return _whole(me, team_id, at)


@router.post("/teams/{team_id}/members/{member_id}", response={200: TeamWhole, **WRITING})
@open_to(*DECIDING)
def change(request: HttpRequest, team_id: int, member_id: int, said: DoesIn) -> dict[str, object]:
    """Let somebody of a team lead it, stand in, or leave it; their placement stays. 409 team_changed, team_released."""
    me, at = caller_of(request), now()
    team = queries.team_visible_to(me, team_id, at).team
    if said.does == "leave":
        actions.take_out(team, member_id, by=me, at=at)
    else:
        actions.appoint(team, member_id, BECOMES[said.does], by=me, at=at)
    return _whole(me, team_id, at)


@router.post("/teams/{team_id}/mend", response={200: TeamWhole, **WRITING})
@open_to(*DECIDING)
def mend(request: HttpRequest, team_id: int, said: MendIn) -> dict[str, object]:
    """Take out whoever is no longer placed there, and let the deputy lead where the leader has left, as it was read;
    a team without anybody is released. 409 team_changed: it would be others now; team_released."""
    me, at = caller_of(request), now()
    team = queries.team_visible_to(me, team_id, at).team
    actions.mend(team, leader=said.leader, deputy=said.deputy, by=me, at=at)
    return _whole(me, team_id, at)


def _whole(me: Caller, team_id: int, at: datetime) -> dict[str, object]:
    standing = queries.team_visible_to(me, team_id, at)
    leader, deputy = standing.next_leader, standing.next_deputy
    return team_out(standing) | {
        "members": [
            {
                "member": each.member,
                "role": ROLES[Member.Role(each.role)],
                "grid": each.grid,
                "skills": each.skills,
                "here": each.here,
            }
            for each in queries.mates_of(me, standing, at)
        ],
        "next_leader": leader.member if leader is not None else None,
        "next_deputy": deputy.member if deputy is not None else None,
    }
