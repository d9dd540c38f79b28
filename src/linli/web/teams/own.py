"""My team, on my own phone: its name, who leads, and the names of those I go out with."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.clock import now
from linli.common.errors import NotFound
from linli.muster.models import Member, SignUp
from linli.muster.queries import own_sign_up
from linli.muster.teams import queries
from linli.muster.teams.words import role_name, what_is_wrong
from linli.places.names import place_names


@open_to(device=True)
@never_cache
@require_safe
def my_team(request: HttpRequest, sign_up_id: object) -> HttpResponse:
    """The team of one sign-up of this phone."""
    at = now()
    mine = own_sign_up(caller_of(request), sign_up_id)  # type: ignore[arg-type]
    if mine.person_id is None or mine.state != SignUp.State.CONFIRMED:
        raise NotFound
    standing = queries.team_of(mine.event, mine.person_id, at)
    if standing is None:
        raise NotFound
    me = next(each for each in standing.here if each.person == mine.person_id)
    context = {
        "claim": mine,
        "standing": standing,
        "community": standing.team.community,
        "place": place_names([standing.team.place_id]).get(standing.team.place_id, ""),
        "i_lead": me.role == Member.Role.LEADER,
        "role": role_name(me.role),
        "wrong": what_is_wrong(standing) if me.role != Member.Role.MEMBER else [],
        "mates": [
            (name, role_name(each.role) if each.role != Member.Role.MEMBER else "", each.person == me.person)
            for each, name in queries.mates_told(standing)
        ],
    }
    return render(request, "teams/my_team.html", context)


urlpatterns = [path("claim/<uuid:sign_up_id>/team/", my_team, name="my_team")]
