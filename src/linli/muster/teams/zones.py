"""What zones mean for teams: one to be formed where the risk rose, one to be released where it fell.

Nothing is stored for it: whoever opens the page reads what the zones and the teams are at that moment.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from linli.common.caller import Caller
from linli.events.models import Event, Zone
from linli.events.queries import seats_of
from linli.muster.models import Team
from linli.muster.queries import DECIDING, areas_seen
from linli.muster.teams import finding, queries, rules
from linli.muster.teams.queries import Standing
from linli.muster.teams.rules import Proposed
from linli.places import queries as places
from linli.places.models import Area, Level, Within

MOST = 6
"""Teams that are worked out at once; where zones ask for more, these are formed first."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A team that a zone asks for.

    Attributes:
        grids: those elsewhere that would have fewer people than they ask for.
    """

    zone: Zone
    community: Area
    team: Proposed
    grids: tuple[finding.Cost, ...]

    @property
    def cost(self) -> int:
        """How many grids these are."""
        return len(self.grids)

    @property
    def farthest_m(self) -> int:
        """How far away the farthest of them is placed."""
        return max((each.metres for each in self.team.members), default=0)


@dataclass(frozen=True, slots=True)
class AllWanted:
    """The first teams that zones ask for, worked out, and how many more they ask for."""

    first: list[Wanted]
    more: int


def proposals(
    caller: Caller, event: Event, area: Area, zones: Iterable[Zone], at: datetime
) -> tuple[AllWanted, list[Standing]]:
    """Teams to be formed where the risk rose in an area, and to be released where it fell.

    For those who form them, the streets and communities: of a city or a district with hundreds of zones ``missing``
    says where they are to be formed, and `zones` are not even read here.
    """
    if area.level < Level.STREET:
        return AllWanted([], 0), []
    teams = queries.teams_in(caller, event, area, at)
    return wanted(caller, event, list(zones), teams, at), to_release(teams)


def missing(event: Event, area: Area, zones: Iterable[Zone], at: datetime) -> list[tuple[Area, int]]:
    """How many teams zones ask for in each area right below a city or a district, the most first; none for others.

    Seven queries for any number of zones; whoever asks sees all of the area.
    """
    if area.level >= Level.STREET:
        return []
    have = Team.objects.filter(event=event, released_at=None).values_list("place", "community")
    communities = Counter(community for _, community in _without(zones, set(have), at))
    below = places.children(area.pk, at)
    inside = Within.objects.filter(inner__in=communities, outer__in=below.values("pk"), during__contains=at)
    asked: Counter[int] = Counter()
    for community, upper in inside.values_list("inner", "outer"):
        asked[upper] += communities[community]
    areas = Area.objects.defer("outline").in_bulk(asked)
    return sorted(((areas[pk], heads) for pk, heads in asked.items()), key=lambda each: (-each[1], each[0].name))


def wanted(
    caller: Caller,
    event: Event,
    zones: Collection[Zone],
    teams: Collection[Standing],
    at: datetime,
    *,
    size: int = rules.SIZE,
) -> AllWanted:
    """Teams for zones of a medium or high risk that have none, the highest risk first; some ten queries for each, and
    five for any number of zones.

    A zone over several communities asks for one in each of them.
    """
    asked = _without(zones, {(each.team.place_id, each.team.community_id) for each in teams}, at)
    there = {community for _, community in asked}
    mine = set(areas_seen(caller, at, *DECIDING).filter(inner__in=there).values_list("inner", flat=True))
    without = [(zone, community) for zone, community in asked if community in mine]
    first = without[:MOST]
    areas = Area.objects.in_bulk({community for _, community in first})
    found: list[Wanted] = []
    for zone, number in first:
        community = areas[number]
        team = rules.proposed(finding.near(caller, event, community, zone.place_id, at), size=size)
        found.append(Wanted(zone, community, team, tuple(finding.cost_of(event, team.members, at))))
    return AllWanted(found, len(without) - len(first))


def to_release(teams: Collection[Standing]) -> list[Standing]:
    """Teams over places whose risk has fallen since they were formed."""
    return [each for each in teams if "risk_fell" in each.wrong]


def _without(zones: Iterable[Zone], have: Collection[tuple[int, int]], at: datetime) -> list[tuple[Zone, int]]:
    """Zones of a medium or high risk with each of their communities whose team is not among those that we `have`, by
    place and community; the highest risk first."""
    raised = sorted((each for each in zones if each.level > Zone.Risk.LOW), key=lambda each: (-each.level, each.pk))
    of_place = _communities({zone.place_id for zone in raised}, at)
    both = [(zone, community) for zone in raised for community in of_place[zone.place_id]]
    return [(zone, community) for zone, community in both if (zone.place_id, community) not in have]


def _communities(place_ids: Collection[int], at: datetime) -> dict[int, list[int]]:
    """Of each place the community it lies in, or those that lie in it, by number; three queries for any number."""
    seats = seats_of(place_ids, at)
    around = Within.objects.filter(inner__in=set(seats.values()), outer__level=Level.COMMUNITY, during__contains=at)
    community_of = dict(around.values_list("inner", "outer"))
    wide = [place for place in place_ids if seats.get(place) not in community_of]
    below = Within.objects.filter(outer__in=wide, inner__level=Level.COMMUNITY, during__contains=at)
    found: dict[int, list[int]] = defaultdict(list)
    for place, inner in below.order_by("inner").values_list("outer", "inner"):
        found[place].append(inner)
    found |= {place: [community_of[seat]] for place, seat in seats.items() if seat in community_of}
    return found
