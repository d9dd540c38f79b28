"""Teams of an area and one team: counts for whoever decides there, names for the desk of the community."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import Conflict, NotFound
from linli.events.queries import active_event
from linli.muster.models import Member
from linli.muster.queries import DECIDING, area_visible_to
from linli.muster.teams import actions, finding, queries, rules
from linli.muster.teams.errors import NobodyChosen
from linli.muster.teams.queries import Standing
from linli.muster.teams.words import role_name, what_is_wrong
from linli.muster.words import skill_names
from linli.places.models import Area, Level
from linli.places.names import place_names
from linli.web.words import RISKS

ROWS_A_PAGE = 50
MORE = 12
"""People shown who could join."""


@open_to(*DECIDING, area_from="area_id")
@never_cache
@require_safe
def teams(request: HttpRequest, area_id: int) -> HttpResponse:
    """Teams of an area, those that need somebody to look at them first."""
    caller, at = caller_of(request), now()
    area = area_visible_to(caller, area_id, *DECIDING)
    event = active_event(at, area.pk)
    found = queries.teams_in(caller, event, area, at) if event is not None else []
    page = Paginator(sorted(found, key=lambda each: not each.wrong), ROWS_A_PAGE).get_page(request.GET.get("page"))
    names = place_names({each.team.place_id for each in page})
    rows = [
        {
            "standing": each,
            "place": names.get(each.team.place_id, ""),
            "risk": RISKS[each.risk] if each.risk else None,
            "wrong": what_is_wrong(each),
        }
        for each in page
    ]
    context = {
        "area": area,
        "event": event,
        "page": page,
        "rows": rows,
        "people": sum(len(each.here) for each in found),
        "wrong": sum(bool(each.wrong) for each in found),
        "is_community": area.level == Level.COMMUNITY,
        "runs_desk": area.level == Level.COMMUNITY and queries.runs_desk(caller, area, at),
    }
    return render(request, "teams/teams.html", context)


@open_to(*DECIDING)
@never_cache
@require_safe
def team(request: HttpRequest, team_id: int) -> HttpResponse:
    """One team: who leads, who is in it, and what needs mending."""
    caller, at = caller_of(request), now()
    standing = queries.team_visible_to(caller, team_id, at)
    mates = queries.mates_of(caller, standing, at)
    grids = Area.objects.in_bulk({each.grid for each in mates})
    by_member = {each.member: each.name for each in mates}
    leader, deputy = standing.next_leader, standing.next_deputy
    runs_it = queries.runs_desk(caller, standing.team.community, at)
    context = {
        "standing": standing,
        "team": standing.team,
        "community": standing.team.community,
        "place": place_names([standing.team.place_id]).get(standing.team.place_id, ""),
        "risk": RISKS[standing.risk] if standing.risk else None,
        "wrong": what_is_wrong(standing),
        "mends": set(standing.wrong) - {"risk_fell"},
        "rows": [
            {
                "mate": each,
                "role": role_name(each.role),
                "skills": skill_names(each.skills),
                "grid": grids[each.grid].called,
                "may_lead": each.here and each.role != Member.Role.LEADER,
                "may_stand_in": each.here and each.role == Member.Role.MEMBER,
            }
            for each in mates
        ],
        "others": len(standing.people) - len(mates),
        "runs_desk": runs_it,
        "joining": _could_join(caller, standing, at),
        "next_leader": leader,
        "next_deputy": deputy,
        "leader_name": by_member.get(leader.member, "") if leader else "",
        "deputy_name": by_member.get(deputy.member, "") if deputy else "",
    }
    return render(request, "teams/team.html", context)


def _could_join(caller: Caller, standing: Standing, at: datetime) -> list[dict[str, Any]]:
    """The nearest who are in no team, each with the grid that would fall below what it asks for without them."""
    found = finding.could_join(caller, standing, at, most=MORE)
    grids = Area.objects.in_bulk({each.near.grid for each in found})
    return [
        {
            "near": each.near,
            "name": each.name,
            "grid": grids[each.near.grid].called,
            "skills": skill_names(each.near.skills),
            "cost": each.cost,
        }
        for each in found
    ]


def _number(request: HttpRequest, name: str) -> int | None:
    said = request.POST.get(name, "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else None


def _member(request: HttpRequest) -> int:
    member = _number(request, "member")
    if member is None:
        raise NotFound
    return member


def _lead(request: HttpRequest, standing: Standing) -> str:
    actions.appoint(standing.team, _member(request), Member.Role.LEADER, by=caller_of(request), at=now())
    return gettext("The team has another leader.")


def _stand_in(request: HttpRequest, standing: Standing) -> str:
    actions.appoint(standing.team, _member(request), Member.Role.DEPUTY, by=caller_of(request), at=now())
    return gettext("The team has another deputy.")


def _out(request: HttpRequest, standing: Standing) -> str:
    actions.take_out(standing.team, _member(request), by=caller_of(request), at=now())
    return gettext("Taken out of the team; the placement in the grid stays.")


def _in(request: HttpRequest, standing: Standing) -> str:
    said = request.POST.getlist("member")
    ticked = [int(each) for each in said if each.isascii() and each.isdigit() and len(each) < 19]
    n = actions.take_in(standing.team, ticked[: rules.MOST_IN_A_TEAM], by=caller_of(request), at=now())
    return ngettext("{n} person joins the team.", "{n} people join the team.", n).format(n=n)


def _mend(request: HttpRequest, standing: Standing) -> str:
    leader, deputy = _number(request, "leader"), _number(request, "deputy")
    n = actions.mend(standing.team, leader=leader, deputy=deputy, by=caller_of(request), at=now())
    return ngettext(
        "The team is mended: {n} person is out of it.", "The team is mended: {n} people are out of it.", n
    ).format(n=n)


def _release(request: HttpRequest, standing: Standing) -> str:
    n = actions.release(standing.team, by=caller_of(request), at=now())
    return ngettext(
        "The team is released: {n} person is free for another one.",
        "The team is released: {n} people are free for another one.",
        n,
    ).format(n=n)


CHANGES: dict[str, Callable[[HttpRequest, Standing], str]] = {
    "lead": _lead,
    "stand_in": _stand_in,
    "out": _out,
    "in": _in,
    "mend": _mend,
    "release": _release,
}


@open_to(*DECIDING)
@require_POST
def change_team(request: HttpRequest, team_id: int) -> HttpResponse:
    """Appoint, take in, take out, mend or release: whatever was pressed."""
    standing = queries.team_visible_to(caller_of(request), team_id, now())
    change = CHANGES.get(request.POST.get("what", ""))
    if change is None:
        raise NotFound
    try:
        messages.success(request, change(request, standing))
    except (Conflict, NobodyChosen) as problem:
        messages.warning(request, problem.told())
    return redirect("team", team_id)


urlpatterns = [
    path("areas/<int:area_id>/teams/", teams, name="teams"),
    path("teams/<int:team_id>/", team, name="team"),
    path("teams/<int:team_id>/change/", change_team, name="change_team"),
]
