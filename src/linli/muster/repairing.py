"""Replacing people who cannot come: their places are freed, and a repair is asked for that fills what stands empty."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count

from linli.common.caller import Caller
from linli.common.db import from_on
from linli.custody import trail
from linli.duty import booking
from linli.events.models import Event
from linli.muster import hearing, queries, rules, runs
from linli.muster.errors import NobodyPlaced
from linli.muster.models import Allocation, Placement
from linli.muster.units import arriving
from linli.muster.units.pool import for_a_unit
from linli.people import actions as people
from linli.people.models import Volunteer
from linli.places import queries as places
from linli.places.models import Area

Pool = Allocation.Pool


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
    pool = pool or _pool_of(placements)  # as long as they hold their places
    freed = Counter(each.during for each in _free(event, placements, by=by, at=at))
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


def _pool_of(placements: Collection[Placement]) -> Allocation.Pool:
    held = Placement.objects.filter(pk__in=[each.pk for each in placements])
    return Pool.UNITS if held.exists() and not held.exclude(for_a_unit()).exists() else Pool.RESIDENTS


def _placed(event: Event, area: Area, pool: Allocation.Pool, at: datetime) -> Mapping[Any, int]:
    """Times that end for which people of a pool are placed there, with how many; of both where nobody of it is."""
    inside = places.within([area.pk], at)
    found = Placement.objects.filter(queries.not_over(at), event=event, grid__in=inside, during__upper_inf=False)
    theirs = found.filter(for_a_unit() if pool == Pool.UNITS else ~for_a_unit())
    times = (dict(rows.values_list("during").annotate(heads=Count("pk")).order_by()) for rows in (theirs, found))
    return next(filter(None, times), {})


def _time_of(times: Mapping[Any, int], at: datetime) -> Any:
    """The time that most people are placed for, from now on; of times with how many are.

    Raises:
        NobodyPlaced: there are none that end.
    """
    ends: Counter[datetime] = Counter()
    for during, heads in times.items():
        ends[during.upper] += heads if during.upper is not None else 0
    if not +ends:
        raise NobodyPlaced
    until = max(+ends, key=lambda end: (ends[end], end))
    begins: Counter[datetime] = Counter()
    for during, heads in times.items():
        begins[max(at, during.lower)] += heads if during.upper == until else 0
    return from_on(max(begins, key=lambda begin: (begins[begin], begin)), until)
