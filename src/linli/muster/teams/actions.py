"""Forming a team, changing who is in it and who leads, and releasing it.

Whoever joins or leaves is held first, as for a booking (people by id), then the row of the team or its community.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max

from linli.common.caller import Caller
from linli.common.db import from_on, unless_excluded
from linli.custody import trail
from linli.duty import booking
from linli.events.models import Event
from linli.events.queries import levels_around, zone_levels_of_places
from linli.muster.models import Member, Placement, Team
from linli.muster.queries import DECIDING, areas_seen, not_over, require_decision
from linli.muster.teams import queries, rules
from linli.muster.teams.errors import (
    InTeamAlready,
    LeaderNotChosen,
    NobodyChosen,
    NotPlacedHere,
    PlaceElsewhere,
    TeamChanged,
    TeamReleased,
)
from linli.places.models import Area, Place

Role = Member.Role


@transaction.atomic
def form(
    event: Event,
    community: Area,
    place: Place,
    placements: Collection[int],
    *,
    kind: Team.Kind,
    leader: int | None = None,
    deputy: int | None = None,
    by: Caller,
    at: datetime,
) -> Team:
    """Form a team of people who are placed, for a place in a community.

    Args:
        placements: theirs, by number.
        leader, deputy: placements among them; where none is named, those who have been placed there longest.

    Raises:
        NotYoursToDecide: the caller does not decide there. PlaceElsewhere: the place lies in another community.
        NobodyChosen, LeaderNotChosen: nobody was ticked, or not somebody of the team.
        NotPlacedHere, InTeamAlready: somebody was quicker.
    """
    user = require_decision(by, community.pk, at)
    # A zone over a street holds its communities; a team is always of one.
    if community.pk not in levels_around(place.pk, at) and place.pk not in levels_around(community.pk, at):
        raise PlaceElsewhere
    people = _joining(event, placements, by, at)
    roles = _roles(people, leader, deputy)
    Area.objects.select_for_update(no_key=True).get(pk=community.pk)
    others = Team.objects.filter(event=event, community=community, kind=kind)
    team = Team.objects.create(
        event=event,
        community=community,
        place=place,
        kind=kind,
        number=(others.aggregate(last=Max("number"))["last"] or 0) + 1,
        level=zone_levels_of_places([place.pk], at)[place.pk],
        formed_by=user,
        formed_at=at,
    )
    _join(team, people, roles, at)
    facts: dict[str, trail.Fact | list[trail.Fact]] = {"people": len(people), "place": place.pk, "kind": str(kind)}
    trail.record("team.formed", who=by, subject=f"team:{team.pk}", at=at, area=community.pk, facts=facts)
    _told("team.joined", [each.person_id for each in people], team, by, at)
    return team


@transaction.atomic
def take_in(team: Team, placements: Collection[int], *, by: Caller, at: datetime) -> int:
    """Take more people into a team. Returns how many. Raises as `form` does, and TeamReleased."""
    require_decision(by, team.community_id, at)
    people = _joining(team.event, placements, by, at)
    _hold(team)
    _join(team, people, {}, at)
    _told("team.joined", [each.person_id for each in people], team, by, at)
    return len(people)


@transaction.atomic
def take_out(team: Team, member: int, *, by: Caller, at: datetime) -> None:
    """Take somebody out of a team; they stay placed in their grid.

    Raises:
        NotYoursToDecide, TeamReleased. TeamChanged: they are not in it any more.
    """
    require_decision(by, team.community_id, at)
    row = _member(team, member, at)
    booking.hold([row.person_id])
    _hold(team)
    _end([member], at)
    _told("team.left", [row.person_id], team, by, at)


@transaction.atomic
def appoint(team: Team, member: int, role: Member.Role, *, by: Caller, at: datetime) -> None:
    """Let somebody of a team lead it or stand in; whoever did so is a member like the others from then on.

    Where the deputy becomes leader, or the leader deputy, the two change places.

    Raises:
        NotYoursToDecide, TeamReleased. TeamChanged: they are not in it any more.
    """
    require_decision(by, team.community_id, at)
    _hold(team)
    row = _member(team, member, at)
    before = Member.objects.filter(team=team, role=role, during__contains=at).exclude(pk=row.pk).first()
    _become({row.pk: role} | ({before.pk: Role(row.role)} if before is not None else {}), at)
    facts: dict[str, trail.Fact | list[trail.Fact]] = {"team": team.pk, "role": int(role)}
    trail.record(
        "team.appointed", who=by, subject=f"person:{row.person_id}", at=at, area=team.community_id, facts=facts
    )


@transaction.atomic
def mend(team: Team, *, leader: int | None, deputy: int | None, by: Caller, at: datetime) -> int:
    """Take out whoever is no longer placed there, and let the deputy lead where the leader has left.

    Args:
        leader, deputy: members as the page proposed them; None where nobody is left.

    Returns:
        How many were taken out.

    Raises:
        NotYoursToDecide, TeamReleased. TeamChanged: the proposal would be another one now.
    """
    require_decision(by, team.community_id, at)
    booking.hold(Member.objects.filter(team=team, during__contains=at).values_list("person", flat=True))
    _hold(team)
    standing = queries.standings([team], at)[0]
    first, second = standing.next_leader, standing.next_deputy
    if (leader, deputy) != (first.member if first else None, second.member if second else None):
        raise TeamChanged
    _end([each.member for each in standing.gone], at)
    _told("team.left", [each.person for each in standing.gone], team, by, at)
    if not standing.here:
        _release(team, by, at)
        return len(standing.gone)
    wanted = {first.member: Role.LEADER} if first else {}
    wanted |= {second.member: Role.DEPUTY} if second else {}
    _become({each.member: wanted.get(each.member, Role.MEMBER) for each in standing.here}, at)
    trail.record("team.mended", who=by, subject=f"team:{team.pk}", at=at, area=team.community_id)
    return len(standing.gone)


@transaction.atomic
def release(team: Team, *, by: Caller, at: datetime) -> int:
    """Release a whole team: everybody in it is free for another, and stays placed in their grid. Returns how many.

    Raises:
        NotYoursToDecide, TeamReleased.
    """
    require_decision(by, team.community_id, at)
    booking.hold(Member.objects.filter(team=team, during__contains=at).values_list("person", flat=True))
    _hold(team)
    rows = dict(Member.objects.filter(team=team, during__contains=at).values_list("pk", "person"))
    _end(list(rows), at)
    _told("team.left", list(rows.values()), team, by, at)
    _release(team, by, at)
    return len(rows)


def _release(team: Team, by: Caller, at: datetime) -> None:
    Team.objects.filter(pk=team.pk).update(released_by=by.user, released_at=at)
    trail.record("team.released", who=by, subject=f"team:{team.pk}", at=at, area=team.community_id)


def _joining(event: Event, placements: Collection[int], by: Caller, at: datetime) -> list[Placement]:
    """Placements of people who may join, held; a membership that outlived its placement ends here."""
    if not placements:
        raise NobodyChosen
    mine = areas_seen(by, at, *DECIDING)
    asked = Placement.objects.filter(not_over(at), pk__in=list(placements), event=event, grid__in=mine)
    booking.hold(asked.values("person"))
    found = list(asked.order_by("during", "person_id"))
    if len(found) < len(set(placements)):
        raise NotPlacedHere(n=len(set(placements)) - len(found))
    grids = {each.person_id: each.grid_id for each in found}
    now_in = Member.objects.filter(event=event, person__in=list(grids), during__contains=at)
    rows = list(now_in.values_list("pk", "person", "grid"))
    if busy := sum(grids[person] == grid for _, person, grid in rows):
        raise InTeamAlready(n=busy)
    _end([pk for pk, _, _ in rows], at)
    return found


def _roles(people: Collection[Placement], leader: int | None, deputy: int | None) -> dict[int, Member.Role]:
    """Who leads and who stands in, by placement."""
    first, second = rules.successors((each.pk, each.during.lower) for each in people)
    leader = first if leader is None else leader
    if deputy is None:
        deputy = second if second != leader else first
    deputy = None if len(people) == 1 else deputy
    chosen = {each.pk for each in people}
    if leader is None or leader not in chosen or leader == deputy or deputy not in {None, *chosen}:
        raise LeaderNotChosen
    return {leader: Role.LEADER} | ({deputy: Role.DEPUTY} if deputy is not None else {})


def _join(team: Team, people: Collection[Placement], roles: dict[int, Member.Role], at: datetime) -> None:
    rows = [
        Member(
            team=team,
            event_id=team.event_id,
            person_id=each.person_id,
            grid_id=each.grid_id,
            role=roles.get(each.pk, Role.MEMBER),
            during=from_on(at),
        )
        for each in people
    ]
    with unless_excluded(InTeamAlready(n=1)):
        Member.objects.bulk_create(rows)


def _hold(team: Team) -> None:
    """Let nobody else change this team until the transaction is over."""
    found = Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    if found.released_at is not None:
        raise TeamReleased


def _member(team: Team, member: int, at: datetime) -> Member:
    found = Member.objects.filter(pk=member, team=team, during__contains=at).first()
    if found is None:
        raise TeamChanged
    return found


def _end(members: Collection[int], at: datetime) -> None:
    """End memberships; one that began at this very moment never was."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM muster_member WHERE id = ANY(%s) AND lower(during) >= %s", [list(members), at])
        cursor.execute(
            "UPDATE muster_member SET during = tstzrange(lower(during), %(at)s)"
            " WHERE id = ANY(%(ids)s) AND coalesce(upper(during), 'infinity') > %(at)s",
            {"ids": list(members), "at": at},
        )


def _become(roles: dict[int, Member.Role], at: datetime) -> None:
    """Give members other roles from a moment on; what they were before stays on record."""
    rows = [row for row in Member.objects.filter(pk__in=list(roles)) if row.role != roles[row.pk]]
    _end([row.pk for row in rows], at)
    for row in rows:
        row.role, row.pk, row.during = roles[row.pk], None, from_on(at)
    Member.objects.bulk_create(rows)


def _told(kind: str, people: Collection[int], team: Team, by: Caller, at: datetime) -> None:
    """One line of the trail for each person who joined or left."""
    trail.record_many(kind, who=by, subjects=[f"person:{each}" for each in people], at=at, area=team.community_id)
