"""What zones mean for teams: one to be formed where the risk rose, one to be released where it fell.

Nothing is stored for it: whoever opens the page reads what the zones and the teams are at that moment.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from linli.common.caller import Caller
from linli.events.models import Event, Zone
from linli.events.queries import levels_around
from linli.muster.queries import DECIDING, areas_seen
from linli.muster.teams import finding, rules
from linli.muster.teams.queries import Standing
from linli.muster.teams.rules import Proposed
from linli.places import queries as places
from linli.places.models import Area, Level

MOST = 6
"""Zones that a page works a team out for; a street with more forms these first."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A team that a zone asks for.

    Attributes:
        cost: grids elsewhere that would have fewer people than they ask for.
    """

    zone: Zone
    community: Area
    team: Proposed
    cost: int

    @property
    def farthest_m(self) -> int:
        """How far away the farthest of them is placed."""
        return max((each.metres for each in self.team.members), default=0)


def wanted(
    caller: Caller,
    event: Event,
    zones: Collection[Zone],
    teams: Collection[Standing],
    at: datetime,
    *,
    size: int = rules.SIZE,
) -> list[Wanted]:
    """Teams for zones of a medium or high risk that have none, the highest risk first; some ten queries for each.

    A zone over several communities asks for one in each of them.
    """
    have = {(each.team.place_id, each.team.community_id) for each in teams}
    found: list[Wanted] = []
    for zone in sorted(zones, key=lambda each: (-each.level, each.pk)):
        for community in _communities(caller, zone, at) if zone.level > Zone.Risk.LOW else []:
            if (zone.place_id, community.pk) in have or len(found) == MOST:
                continue
            team = rules.proposed(finding.near(caller, event, community, zone.place_id, at), size=size)
            found.append(Wanted(zone, community, team, len(finding.cost_of(event, team.members, at))))
    return found


def to_release(teams: Collection[Standing]) -> list[Standing]:
    """Teams over places whose risk has fallen since they were formed."""
    return [each for each in teams if "risk_fell" in each.wrong]


def _communities(caller: Caller, zone: Zone, at: datetime) -> list[Area]:
    """The community a zone lies in, or those that lie in it, where the caller decides."""
    around = [area for area, level in levels_around(zone.place_id, at).items() if level == Level.COMMUNITY]
    mine = areas_seen(caller, at, *DECIDING)
    rows = Area.objects.filter(pk__in=around) if around else places.areas_below([zone.place_id], Level.COMMUNITY, at)
    return list(rows.filter(pk__in=mine)[:MOST])
