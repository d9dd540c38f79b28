"""Reading sweeps: which there are in an area, and how an area stands in one. Each fetched and authorised in one go."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import NotFound
from linli.custody.roles import Decide, See, deciding, seeing
from linli.events.queries import decides, levels_around
from linli.ledger.models import Sweep
from linli.places import queries as places
from linli.places.models import Area, Level, Within
from linli.rolls.models import Counter
from linli.rolls.queries import Pictured, pictured

COUNTING = deciding(Decide.PUBLISH)
"""Who sees how a sweep stands, as numbers."""
NAMING = seeing(See.ROWS, See.HOUSEHOLDS)
"""Who sees the people behind a number, masked: the community's desk, and grid workers in their micro-grids."""

_DOWN_TO = (
    (seeing(See.ROWS, See.HOUSEHOLDS), Level.MICRO_GRID),
    (seeing(See.COUNTS_TO_GRID), Level.GRID),
    (seeing(See.COUNTS_TO_COMMUNITY), Level.COMMUNITY),
)


def down_to(caller: Caller, area_id: int, at: datetime) -> int:
    """The lowest level at which a caller sees areas inside one counted; 0 where they see none."""
    for roles, level in _DOWN_TO:
        if places.is_within_any(area_id, caller.areas(*roles), at):
            return level
    return 0


def sees_names(caller: Caller, area_id: int, at: datetime) -> bool:
    """Whether a caller sees the people behind the numbers of an area."""
    return places.is_within_any(area_id, caller.areas(*NAMING), at)


def may_begin(caller: Caller, area: Area, at: datetime) -> bool:
    """Whether a caller begins and ends sweeps over an area."""
    return caller.user is not None and decides(caller, Decide.PUBLISH, levels_around(area.pk, at), at)


def sweeps_touching(area_id: int, at: datetime) -> QuerySet[Sweep]:
    """Sweeps of an area, of what lies in it, and of what it lies in; those under way first, then the newest."""
    inside = places.within([area_id], at)
    around = Within.objects.filter(inner=area_id, during__contains=at).values("outer")
    found = Sweep.objects.filter(Q(persons__area__in=inside) | Q(persons__area__in=around))
    found = found.select_related("persons__area", "persons__event", "doors")
    return found.order_by(F("persons__closed_at").desc(nulls_first=True), "-persons__opened_at", "-pk")


def sweeps_open(area_id: int, at: datetime) -> list[Sweep]:
    """Sweeps under way that hold all of an area, the smallest first: the one nearest to its people."""
    around = Within.objects.filter(inner=area_id, during__contains=at).values("outer")
    found = Sweep.objects.filter(persons__area__in=around, persons__closed_at__isnull=True)
    found = found.select_related("persons__area", "persons__event", "doors")
    return list(found.order_by("-persons__area__level", "-persons__opened_at", "-pk"))


def sweeps_counting(micro_grids: Collection[int]) -> list[Sweep]:
    """Sweeps under way, their lists made, that count somebody or a door in one of some micro-grids; the smallest
    first: the one nearest to its people. One query."""
    counts = Q(roll=OuterRef("persons")) | Q(roll=OuterRef("doors"))
    counted = Counter.objects.filter(counts, micro_grid__in=list(micro_grids))
    found = Sweep.objects.filter(
        Exists(counted),
        persons__ready_at__isnull=False,
        doors__ready_at__isnull=False,
        persons__closed_at__isnull=True,
    )
    found = found.select_related("persons__area", "persons__event", "doors")
    return list(found.order_by("-persons__area__level", "-persons__opened_at", "-pk"))


def own_doors(caller: Caller, at: datetime) -> list[tuple[Sweep, Area]]:
    """Sweeps under way in the areas where a caller sees doors, each with that area."""
    areas = Area.objects.filter(pk__in=caller.areas(*NAMING)).order_by("name", "pk")
    return [(sweep, area) for area in areas for sweep in sweeps_open(area.pk, at)]


def area_to_count(caller: Caller, area_id: int) -> Area:
    """An area whose sweeps a caller sees as numbers.

    Raises:
        NotFound: it does not exist, lies elsewhere, or lower than the caller's counts go.
    """
    return _area(caller, area_id, *COUNTING)


def sweep_visible_to(caller: Caller, sweep_id: int, area_id: int, *roles: str) -> tuple[Sweep, Area]:
    """A sweep and an area in it, as one of some roles lets the caller see it.

    Raises:
        NotFound: there is no such sweep, the area does not lie in it, or is not theirs to see.
    """
    area = _area(caller, area_id, *(roles or COUNTING))
    found = Sweep.objects.select_related("persons__area", "persons__event", "doors__area").filter(pk=sweep_id).first()
    if found is None or not places.is_within(area.pk, found.persons.area_id, now()):
        raise NotFound
    return found, area


def _area(caller: Caller, area_id: int, *roles: str) -> Area:
    at = now()
    found = Area.objects.filter(pk=area_id, place__in=places.within(caller.areas(*roles), at)).first()
    if found is None or found.level > down_to(caller, area_id, at):
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class Stands:
    """How an area and those directly below it stand in a sweep."""

    area: Area
    below: tuple[Area, ...]
    persons: Pictured
    doors: Pictured


def stands(sweep: Sweep, area: Area, at: datetime, *, lowest: int) -> Stands:
    """Both balances of an area and of each directly below it, down to a level. Three queries."""
    below = tuple(each for each in places.children(area.pk, at) if each.level <= lowest)
    ids = [area.pk, *(each.pk for each in below)]
    return Stands(area, below, pictured(sweep.persons, ids, at), pictured(sweep.doors, ids, at))
