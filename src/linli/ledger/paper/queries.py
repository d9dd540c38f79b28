"""What can be printed: sweeps under way, and the micro-grids in which somebody goes from door to door."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from linli.common.caller import Caller
from linli.custody import export
from linli.custody.export import State
from linli.custody.models import Export
from linli.ledger.models import PaperSheet, Sweep
from linli.ledger.paper.doors import TO_REACH, empty_buildings
from linli.ledger.paper.printing import PRINTING
from linli.places import queries as places
from linli.places.models import Area, Level, Within

_LEFT = """
SELECT s.micro_grid, count(*) FROM rolls_standing s
WHERE s.part = %s AND s.roll_id = %s AND s.micro_grid = ANY(%s) AND s.state = ANY(%s) GROUP BY s.micro_grid
"""


@dataclass(frozen=True, slots=True)
class ToPrint:
    """A micro-grid in a sweep that is under way, with how many of its doors are still to be reached.

    Attributes:
        blank: buildings there of which no door is known.
    """

    area: Area
    sweep: Sweep
    left: int
    blank: int


def sweep_to_print(micro_grid: int, at: datetime) -> Sweep | None:
    """The sweep under way that holds a micro-grid, the one of the smallest area first."""
    around = Within.objects.filter(inner=micro_grid, during__contains=at).values("outer")
    found = Sweep.objects.filter(
        persons__area__in=around, persons__closed_at__isnull=True, doors__ready_at__isnull=False
    )
    found = found.select_related("persons__area", "persons__event", "doors")
    return found.order_by("-persons__area__level", "-pk").first()


def places_to_print(caller: Caller, area_id: int, at: datetime) -> list[ToPrint]:
    """The caller's micro-grids in an area that lie in a sweep under way. A few queries for each sweep."""
    mine = places.within(caller.areas(*PRINTING), at)
    areas = list(
        places.areas_below([area_id], Level.MICRO_GRID, at).filter(place__in=mine).order_by("name", "place_id")
    )
    chosen: dict[int, Sweep] = {}
    found = Sweep.objects.filter(persons__closed_at__isnull=True, doors__ready_at__isnull=False)
    for sweep in found.select_related("persons__area", "persons__event", "doors").order_by(
        "persons__area__level", "pk"
    ):
        inside = set(places.within([sweep.persons.area_id], at).filter(inner__in=[area.pk for area in areas]))
        chosen |= dict.fromkeys(inside, sweep)  # the sweep of a smaller area comes later, and wins
    left = _left(chosen)
    blank = Counter(row[0] for row in empty_buildings(list(chosen), at))
    return [ToPrint(area, chosen[area.pk], left.get(area.pk, 0), blank[area.pk]) for area in areas if area.pk in chosen]


def _left(chosen: dict[int, Sweep]) -> dict[int, int]:
    found: dict[int, int] = {}
    with connection.cursor() as cursor:
        for sweep in {sweep.pk: sweep for sweep in chosen.values()}.values():
            within = [area for area, held in chosen.items() if held.pk == sweep.pk]
            cursor.execute(_LEFT, [sweep.doors.part, sweep.doors_id, within, list(TO_REACH)])
            found |= dict(cursor.fetchall())
    return found


def states_of(sheets: Iterable[PaperSheet], at: datetime) -> dict[str, State]:
    """Where the exports of some sheets stand, by number. One query."""
    rows = Export.objects.filter(number__in=[sheet.number for sheet in sheets])
    return {row.number: export.state_of(row, at) for row in rows}
