"""How areas stand in an event, counted together: what an area's page, its map, the event and the briefing all say."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from linli.events.models import Event
from linli.events.queries import zone_counts, zone_levels_of_areas
from linli.muster.staffing import Staffing, idle_counts, signed_up_counts, staffing_of
from linli.muster.units import deployed
from linli.muster.units.deployed import Totals


@dataclass(frozen=True, slots=True)
class Stand:
    """How one area stands.

    Attributes:
        signed_up: people whose sign-up is confirmed; idle: of them who were booked nowhere.
        zone: the risk level declared over it, 0 where none is; zones: in force inside it, by level.
        deployed: what work units have sent to it.
    """

    staffing: Staffing = field(default_factory=Staffing)
    signed_up: int = 0
    idle: int = 0
    zone: int = 0
    zones: Mapping[int, int] = field(default_factory=dict)
    deployed: Totals = field(default_factory=Totals)


NOTHING = Stand()


@dataclass(frozen=True, slots=True)
class Stands:
    """How some areas stood at a moment, by area."""

    at: datetime
    of: Mapping[int, Stand]

    def __getitem__(self, area: int) -> Stand:
        """How one of them stood; nothing where it was not counted: it is new."""
        return self.of.get(area, NOTHING)


def stands_of(event: Event, area_ids: Collection[int], at: datetime) -> Stands:
    """Counted from the rows, in a number of queries that does not grow with the areas."""
    ids = list(area_ids)
    staffing, signed_up = staffing_of(event, ids, at), signed_up_counts(event, ids, at)
    idle, sent = idle_counts(event, ids, at), deployed.sent_to(event, ids, at)
    declared, zones = zone_levels_of_areas(event, ids, at), zone_counts(event, ids, at)
    return Stands(
        at,
        {
            each: Stand(
                staffing=staffing.get(each, NOTHING.staffing),
                signed_up=signed_up.get(each, 0),
                idle=idle.get(each, 0),
                zone=declared.get(each, 0),
                zones=zones[each],
                deployed=deployed.totals(sent.get(each, [])),
            )
            for each in ids
        },
    )
