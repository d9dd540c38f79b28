"""Replacing people who cannot come: their places are freed, and a repair is asked for that fills what stands empty."""

from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from linli.common.caller import Caller
from linli.common.db import from_on
from linli.custody import trail
from linli.duty import booking
from linli.events.models import Event
from linli.muster import hearing, queries, rules, runs
from linli.muster.errors import NobodyPlaced
from linli.muster.models import Allocation, Placement
from linli.muster.units import arriving
from linli.people import actions as people
from linli.people.models import Volunteer
from linli.places import queries as places
from linli.places.models import Area


@transaction.atomic
def replace_those(
    event: Event,
    area: Area,
    placements: Collection[Placement],
    *,
    mode: Allocation.Mode = Allocation.Mode.CALM,
    pool: Allocation.Pool | None = None,
    by: Caller,
    at: datetime,
) -> Allocation:
    """End placements of people who cannot come, and begin a repair over an area; without any, fill what is empty now.

    They count as unavailable for the time they were placed for, so that nobody calls them back. Whoever holds their
    place no longer is left alone. A job works the repair out (``muster.jobs``).

    Args:
        pool: who comes instead; None: people of work units where all of these are, else those who signed up.

    Raises:
        NotYoursToDecide: the caller does not decide over all of that area, or over one of the grids.
        NobodyPlaced: nobody is placed there, so nothing can be repaired.
        AllocationUnderWay: a repair of the same area is being worked out.
    """
    for grid in {placement.grid_id for placement in placements}:
        queries.require_decision(by, grid, at)
    freed = _free(event, placements, by=by, at=at)
    if pool is None:
        sent = arriving.sent(freed)
        all_sent = bool(freed) and all(each.person_id in sent for each in freed)
        pool = Allocation.Pool.UNITS if all_sent else Allocation.Pool.RESIDENTS
    during = _time_of(freed or _placed(event, area, pool, at), at)
    return runs.begin(event, area, during=during, by=by, at=at, kind=Allocation.Kind.REPAIR, mode=mode, pool=pool)


def _free(event: Event, placements: Collection[Placement], *, by: Caller, at: datetime) -> list[Placement]:
    """End placements that are not over, hold their people, and note that they cannot come; as they were before."""
    booking.hold([placement.person_id for placement in placements])
    held = Placement.objects.filter(queries.not_over(at), event=event, pk__in=[each.pk for each in placements])
    freed = list(held.select_related("person").order_by("person_id"))
    away: dict[tuple[datetime, datetime], list[int]] = defaultdict(list)
    for placement in freed:
        since = max(at, placement.during.lower)
        away[since, placement.during.upper or since + timedelta(days=rules.MOST_DAYS)].append(placement.person_id)
        trail.record(
            "placement.released", who=by, subject=f"person:{placement.person_id}", at=at, area=placement.grid_id
        )
    booking.leave([placement.booking_id for placement in freed], at)
    hearing.tell_freed(event, freed, by=by, at=at)
    for (since, until), who in away.items():
        volunteers = list(Volunteer.objects.filter(person__in=who))
        people.set_unavailable(volunteers, since=since, until=until, by=by, at=at)
        arriving.cannot_come(who, since=since, until=until)
    return freed


def _placed(event: Event, area: Area, pool: Allocation.Pool, at: datetime) -> list[Placement]:
    """Whoever of a pool is placed there for a time that ends; of both pools where nobody of it is."""
    inside = places.within([area.pk], at)
    found = Placement.objects.filter(queries.not_over(at), event=event, grid__in=inside, during__upper_inf=False)
    everybody = list(found.only("person", "during"))
    sent = arriving.sent(everybody)
    theirs = [each for each in everybody if (each.person_id in sent) == (pool == Allocation.Pool.UNITS)]
    return theirs or everybody


def _time_of(placements: Collection[Placement], at: datetime) -> Any:
    """The time that most of these are placed for, from now on.

    Raises:
        NobodyPlaced: there are none.
    """
    ends = Counter(each.during.upper for each in placements if each.during.upper is not None)
    if not ends:
        raise NobodyPlaced
    until = max(ends, key=lambda end: (ends[end], end))
    begins = Counter(max(at, each.during.lower) for each in placements if each.during.upper == until)
    return from_on(max(begins, key=lambda begin: (begins[begin], begin)), until)
