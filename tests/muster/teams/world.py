"""People placed in grids, and teams formed of them. All made up."""

from datetime import timedelta

from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.db import from_on
from linli.events.models import Zone
from linli.muster.models import Member, Placement, Team
from linli.muster.teams import actions, queries
from tests.factories import TinyCity, caller_for, place_in, user_with_role
from tests.muster.test_allocation import confirmed

DAY = timedelta(days=1)
Role = Member.Role


def desk_of(city: TinyCity, community: int = 0) -> Caller:
    return caller_for(user_with_role("community_desk", city.communities[community]))


def placed(city: TinyCity, number: int, *, grid: int = 0, days_ago: int = 0, skills: int = 0) -> Placement:
    """Somebody who signed up, was confirmed, and is placed in a grid since some days."""
    person = confirmed(city, number, community=grid // 2, skills=skills)
    at = now()
    return place_in(city.event, person, city.grids[grid], from_on(at - days_ago * DAY, at + 7 * DAY))


def formed(city: TinyCity, people: list[Placement], by: Caller | None = None, **facts: object) -> Team:
    community = city.communities[0]
    return actions.form(
        city.event,
        community,
        facts.pop("place", community.place),  # type: ignore[arg-type]
        [each.pk for each in people],
        kind=facts.pop("kind", Team.Kind.RAPID),  # type: ignore[arg-type]
        by=by or desk_of(city),
        at=now(),
        **facts,  # type: ignore[arg-type]
    )


def standing(team: Team) -> queries.Standing:
    return queries.standings([team], now())[0]


def roles(team: Team) -> dict[int, Role]:
    return {each.person: Role(each.role) for each in standing(team).people}


def zone_over(city: TinyCity, place: object, level: int) -> Zone:
    Zone.objects.filter(place=place).delete()
    at = now()
    facts = {"basis": "test", "counted_from": at.date(), "declared_by": 1, "declared_at": at}
    return Zone.objects.create(event=city.event, place=place, level=level, during=from_on(at), **facts)
