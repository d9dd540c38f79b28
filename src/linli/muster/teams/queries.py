"""Reading teams: counts for whoever decides there, masked names for the desk, the names of mates for a member."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.functional import cached_property

from linli.common.caller import Caller
from linli.common.errors import NotFound
from linli.custody import masks, secrets
from linli.events.models import Event
from linli.events.packs import pack_of
from linli.events.queries import zone_levels_of_places
from linli.muster.models import Member, SignUp, Team
from linli.muster.queries import DECIDING, areas_seen
from linli.muster.teams import rules
from linli.muster.teams.rules import Near
from linli.places import queries as places
from linli.places.models import Area

_HERE = """
SELECT m.id, m.team_id, m.person_id, m.grid_id, m.role, lower(m.during), EXISTS (
    SELECT FROM duty_booking b WHERE b.person_id = m.person_id AND b.event_id = m.event_id AND b.kind = 0
    AND b.place_id = m.grid_id AND coalesce(upper(b.during), 'infinity') > %(at)s)
FROM muster_member m WHERE m.team_id = ANY(%(teams)s) AND m.during @> %(at)s::timestamptz
ORDER BY m.role DESC, lower(m.during), m.person_id
"""
"""Somebody is here while they are still placed in the grid from which they joined."""


@dataclass(frozen=True, slots=True)
class In:
    """Somebody in a team now; `here` is false once they are no longer placed where they were when they joined."""

    member: int
    team: int
    person: int
    grid: int
    role: int
    since: datetime
    here: bool


@dataclass(frozen=True)
class Standing:
    """A team as it stands.

    Attributes:
        people: those in it, whoever leads first. risk: of its place now.
    """

    team: Team
    people: tuple[In, ...]
    risk: int

    @cached_property
    def called(self) -> str:
        """What the pack calls it, with its number, in the language of the page."""
        return team_name(self.team)

    @cached_property
    def here(self) -> list[In]:
        """Those who are still placed there."""
        return [each for each in self.people if each.here]

    @cached_property
    def gone(self) -> list[In]:
        """Those who left."""
        return [each for each in self.people if not each.here]

    def holder(self, role: Member.Role) -> In | None:
        """Who leads, or stands in; None where that person has left."""
        return next((each for each in self.here if each.role == role), None)

    @cached_property
    def next_leader(self) -> In | None:
        """Who leads once whoever left is out: the leader, else the deputy, else who has been in it longest."""
        return self.holder(Member.Role.LEADER) or self._next(None)

    @cached_property
    def next_deputy(self) -> In | None:
        """The same of the deputy."""
        leader = self.next_leader
        deputy = self.holder(Member.Role.DEPUTY)
        return deputy if deputy is not None and deputy != leader else self._next(leader)

    def _next(self, but: In | None) -> In | None:
        left = [each for each in self.here if each != but]
        deputies = [each for each in left if each.role == Member.Role.DEPUTY]
        found, _ = rules.successors((each.person, each.since) for each in deputies or left)
        return next((each for each in left if each.person == found), None)

    @cached_property
    def wrong(self) -> list[str]:
        """Why somebody should look at it; codes of ``rules.what_is_wrong``."""
        return rules.what_is_wrong(
            people=len(self.people),
            gone=len(self.gone),
            leader_gone=self.holder(Member.Role.LEADER) is None,
            deputy_gone=self.holder(Member.Role.DEPUTY) is None and len(self.people) > 1,
            risk_fell=self.risk < self.team.level,
        )


@dataclass(frozen=True, slots=True)
class Mate:
    """Somebody of a team as a list shows them.

    Attributes:
        name, phone: as whoever reads may see them; empty where nobody signed up for them.
        sign_up: by whose page a desk may have a field shown in full; None for everybody else.
    """

    member: int
    name: str
    phone: str
    sign_up: UUID | None
    role: int
    skills: int
    grid: int
    here: bool


def team_name(team: Team) -> str:
    """What the event's pack calls a team, with its number; `team.event` is read."""
    name = pack_of(team.event).called(team.kind)
    return f"{name[:1].upper()}{name[1:]} {team.number}"


def standings(teams: Collection[Team], at: datetime) -> list[Standing]:
    """How teams stand, in their order; at most three queries."""
    people: dict[int, list[In]] = {team.pk: [] for team in teams}
    with connection.cursor() as cursor:
        cursor.execute(_HERE, {"teams": list(people), "at": at})
        for row in cursor.fetchall():
            people[row[1]].append(In(*row))
    risks = zone_levels_of_places({team.place_id for team in teams}, at)
    return [Standing(team, tuple(people[team.pk]), risks.get(team.place_id, 0)) for team in teams]


def teams_in(caller: Caller, event: Event, area: Area, at: datetime) -> list[Standing]:
    """Teams of the communities inside an area where the caller decides, by community and name; four queries."""
    rows = Team.objects.select_related("event", "community").defer("community__outline")
    rows = rows.filter(event=event, released_at=None, community__in=places.within([area.pk], at))
    mine = areas_seen(caller, at, *DECIDING)
    ordered = rows.filter(community__in=mine).order_by("community__name", "community", "kind", "number")
    return standings(list(ordered), at)


def team_visible_to(caller: Caller, team_id: int, at: datetime) -> Standing:
    """One team of a community where the caller decides, one that was released too.

    Raises:
        NotFound: it does not exist, or works elsewhere.
    """
    mine = areas_seen(caller, at, *DECIDING)
    found = Team.objects.select_related("event", "community").filter(pk=team_id, community__in=mine).first()
    if found is None:
        raise NotFound
    return standings([found], at)[0]


def runs_desk(caller: Caller, community: Area, at: datetime) -> bool:
    """Whether a caller is the desk of a community, which sees names."""
    return areas_seen(caller, at, "community_desk").filter(inner=community.pk).exists()


def mates_of(caller: Caller, standing: Standing, at: datetime) -> list[Mate]:
    """The people of a team, masked, for the desk of its community; two queries. Nobody for everybody above.

    People whom a street took from the next community are named by their own desk alone.
    """
    grids = {each.grid for each in standing.people}
    mine = set(areas_seen(caller, at, "community_desk").filter(inner__in=grids))
    people = [each for each in standing.people if each.grid in mine]
    said = sign_ups_of(standing.team.event_id, [each.person for each in people])
    return [_masked(each, said.get(each.person)) for each in people]


def sign_ups_of(event_id: int, people: Collection[int]) -> dict[int, SignUp]:
    """Confirmed sign-ups by person; one query."""
    rows = SignUp.objects.filter(event=event_id, person__in=list(people), state=SignUp.State.CONFIRMED)
    return {row.person_id: row for row in rows if row.person_id is not None}


def _masked(each: In, said: SignUp | None) -> Mate:
    return Mate(
        member=each.member,
        name=masks.mask_name(said.name) if said else "",
        phone=masks.mask_phone(secrets.unseal(bytes(said.phone))) if said else "",
        sign_up=said.pk if said else None,
        role=each.role,
        skills=said.skills if said else 0,
        grid=each.grid,
        here=each.here,
    )


def candidates_of(caller: Caller, event: Event, near: Collection[Near], at: datetime) -> dict[int, tuple[str, str]]:
    """Masked name and phone by person, of those whose grid the caller's desk runs; two queries."""
    mine = set(areas_seen(caller, at, "community_desk").filter(inner__in={each.grid for each in near}))
    said = sign_ups_of(event.pk, [each.person for each in near if each.grid in mine])
    return {
        person: (masks.mask_name(claim.name), masks.mask_phone(secrets.unseal(bytes(claim.phone))))
        for person, claim in said.items()
    }


def team_of(event: Event, person_id: int, at: datetime) -> Standing | None:
    """The team somebody is in now, for themselves; None where they are in none, or have left where they were placed."""
    found = (
        Team.objects.select_related("event", "community")
        .filter(event=event, members__person=person_id, members__during__contains=at, released_at=None)
        .first()
    )
    if found is None:
        return None
    standing = standings([found], at)[0]
    return standing if any(each.person == person_id for each in standing.here) else None


def mates_told(standing: Standing) -> list[tuple[In, str]]:
    """Those of a team who are still placed there, each with their name, for a member of it; one query."""
    said = sign_ups_of(standing.team.event_id, [each.person for each in standing.here])
    return [(each, said[each.person].name if each.person in said else "") for each in standing.here]
