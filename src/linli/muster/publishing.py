"""Publishing a proposal: its lines become placements, each on the condition it was computed from.

Somebody presses the button (``begin``); a job then goes community by community (``carry_out``). Each community is one
transaction, so a job that was killed is done again and goes on where it stopped.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import F, Q

from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.db import from_on
from linli.custody import trail
from linli.duty import booking
from linli.duty.models import Booking
from linli.muster import hearing, queries, rules, runs
from linli.muster.errors import AllocationNotReady, AllocationUnsound
from linli.muster.models import Allocation, Demand, Proposal
from linli.muster.units import arriving
from linli.places.models import Level, Within

Progress = Callable[[float, str], None]
State, Outcome = Allocation.State, Proposal.Outcome


@transaction.atomic
def begin(run: Allocation, *, by: Caller, at: datetime) -> None:
    """Decide that a proposal is published; ``carry_out`` then does it. One that has stopped half way may go on.

    Raises:
        NotYoursToDecide: the caller does not decide over all of that area.
        AllocationNotReady: it is not a finished proposal, or somebody was quicker.
        AllocationUnsound: the verifier found something wrong with it.
    """
    queries.require_decision(by, run.area_id, at)
    if run.summary.get("wrong"):
        raise AllocationUnsound
    ready = Allocation.objects.filter(pk=run.pk, state=State.PROPOSED)
    facts = {"published_by": by.user, "published_at": at, "progress": 0.0, "step": "publish"}
    if not ready.update(state=State.PUBLISHING, **facts):
        run.refresh_from_db()
        if run.state == State.PUBLISHING and runs.has_stopped(run, at):
            return
        raise AllocationNotReady(state=run.state)
    trail.record("allocation.published", who=by, subject=f"allocation:{run.pk}", at=at, area=run.area_id)
    run.refresh_from_db()


def carry_out(run: Allocation, progress: Progress | None = None) -> dict[str, int]:
    """Publish the lines of a publication that has begun, community by community; done twice, it changes nothing more.

    A line is published where its person is still free (or, if they move, still where they were) and confirmed, and
    the grid still asks what it asked and has taken nobody since; others are marked as overtaken and left for the next
    run. Whoever moves is never placed twice, and never nowhere. Returns how many lines are "published" and how many
    "overtaken".
    """
    by = Caller(user=run.published_by)
    communities = _communities_left(run, now())
    for done, community in enumerate(communities):
        _publish_community(run, community, by=by, at=now())
        if progress is not None:
            progress((done + 1) / len(communities), "publish")
    with transaction.atomic():
        left = run.lines.filter(outcome=Outcome.OPEN)  # their grids left the tree meanwhile
        left.update(outcome=Outcome.OVERTAKEN, overtaken_by=Proposal.Overtaken.NO_GRID)
        Allocation.objects.filter(pk=run.pk, state=State.PUBLISHING).update(state=State.PUBLISHED, progress=1.0)
    run.refresh_from_db()
    return {
        "published": run.lines.filter(outcome=Outcome.PUBLISHED).count(),
        "overtaken": run.lines.filter(outcome=Outcome.OVERTAKEN).count(),
    }


def publish(run: Allocation, *, by: Caller, at: datetime, progress: Progress | None = None) -> dict[str, int]:
    """Both in one go, where nobody waits for a page. Raises and returns as the two do."""
    begin(run, by=by, at=at)
    return carry_out(run, progress)


def _communities_left(run: Allocation, at: datetime) -> list[int]:
    """Communities in whose grids lines are still open, in order."""
    grids = Proposal.objects.filter(allocation=run, outcome=Outcome.OPEN).values("grid")
    inside = Within.objects.filter(inner__in=grids, outer__level=Level.COMMUNITY, during__contains=at)
    return list(inside.values_list("outer", flat=True).distinct().order_by("outer"))


# A grid has taken nobody since, but for what this very run has published there: it sets the generation once.
_SAME = "{d}.generation - ({d}.set_by_run IS NOT DISTINCT FROM %(run)s)::int = p.{generation}"
# Whoever belongs somewhere for any of that time, whatever room booked it, is not free.
_BOOKED = """
(EXISTS (SELECT 1 FROM duty_booking b WHERE b.person_id = p.person_id AND b.kind = 0 AND b.during && %(during)s
         AND NOT (%(units)s AND b.source = 'units'))
 OR NOT %(units)s AND EXISTS (SELECT 1 FROM muster_deployed b WHERE b.person_id = p.person_id AND b.state = 'arrived'
                              AND b.during && %(during)s))
"""
# Who may be placed at all: whose sign-up is confirmed; of work units, who is here for all of that time.
_HERE = """
CASE WHEN %(units)s THEN EXISTS (
    SELECT 1 FROM muster_deployed s WHERE s.person_id = p.person_id AND s.state = 'arrived'
        AND s.during @> %(during)s::tstzrange)
ELSE EXISTS (
    SELECT 1 FROM muster_signup s WHERE s.event_id = %(event)s AND s.person_id = p.person_id AND s.state = 'confirmed')
END
"""
# Who has said for themselves that they cannot come, or of whom a desk has heard it.
_AWAY = """
(EXISTS (SELECT 1 FROM people_unavailable u WHERE u.volunteer_id = p.person_id AND u.during && %(during)s)
 OR EXISTS (SELECT 1 FROM muster_deployed s WHERE s.person_id = p.person_id AND s.state = 'arrived'
            AND s.during && %(during)s AND s.cannot_until > lower(%(during)s::tstzrange)))
"""
# Where somebody who is to be moved still is: for all of the time that is left, and no longer.
_STILL = """
EXISTS (SELECT 1 FROM muster_placement b WHERE b.person_id = p.person_id AND b.event_id = %(event)s
        AND b.grid_id = p.from_grid_id AND b.during @> %(during)s::tstzrange
        AND upper(b.during) = upper(%(during)s::tstzrange))
"""

_CHOOSE = f"""
SELECT p.id, p.person_id, p.grid_id, p.from_grid_id
FROM muster_proposal p
JOIN places_within w ON w.inner_id = p.grid_id AND w.outer_id = %(community)s AND w.during @> %(at)s::timestamptz
JOIN muster_demand d ON d.event_id = %(event)s AND d.grid_id = p.grid_id AND d.version = p.demand_version
    AND {_SAME.format(d="d", generation="demand_generation")}
LEFT JOIN muster_demand f ON f.event_id = %(event)s AND f.grid_id = p.from_grid_id
    AND {_SAME.format(d="f", generation="from_generation")}
WHERE p.allocation_id = %(run)s AND p.outcome = 'open' AND NOT isempty(%(during)s::tstzrange) AND {_HERE}
  AND CASE WHEN p.from_grid_id IS NULL
      THEN NOT {_BOOKED}
      ELSE f.id IS NOT NULL AND {_STILL} END
  AND NOT {_AWAY}
ORDER BY p.person_id
"""  # noqa: S608 - parts of our own


# Whoever moves leaves their place at the moment at which the new one begins.
_TO_LEAVE = """
SELECT b.booking_id FROM muster_placement b JOIN muster_proposal p ON b.person_id = p.person_id
    AND b.event_id = %(event)s AND b.grid_id = p.from_grid_id AND b.during @> %(during)s::tstzrange
WHERE p.id = ANY(%(lines)s)
"""

_COME = """
WITH placed AS (
    INSERT INTO muster_placement (booking_id, event_id, person_id, grid_id, skill, metres, estimated, why, during,
                                  allocation_id, published_by, published_at, answer_by)
    SELECT booked.id, %(event)s, person_id, grid_id, skill, metres, estimated, why, %(during)s, %(run)s, %(by)s, %(at)s,
        %(answer_by)s
    FROM muster_proposal
    JOIN unnest(%(people)s::bigint[], %(bookings)s::bigint[]) AS booked (person, id) ON booked.person = person_id
    WHERE muster_proposal.id = ANY(%(lines)s) RETURNING person_id)
UPDATE muster_proposal p SET outcome = 'published'
FROM placed WHERE p.id = ANY(%(lines)s) AND p.person_id = placed.person_id
"""


_OVERTAKE = f"""
UPDATE muster_proposal p SET outcome = 'overtaken', overtaken_by = CASE
    WHEN p.from_grid_id IS NULL AND {_BOOKED} THEN 'placed_meanwhile'
    WHEN NOT {_HERE} THEN 'not_confirmed'
    WHEN NOT EXISTS (SELECT 1 FROM muster_demand d WHERE d.event_id = %(event)s AND d.grid_id = p.grid_id
                     AND d.version = p.demand_version) THEN 'demand_changed'
    WHEN {_AWAY} THEN 'unavailable_meanwhile'
    WHEN p.from_grid_id IS NOT NULL AND NOT {_STILL} THEN 'left_meanwhile'
    WHEN NOT EXISTS (SELECT 1 FROM muster_demand d WHERE d.event_id = %(event)s AND d.grid_id = p.grid_id
                     AND {_SAME.format(d="d", generation="demand_generation")})
      OR p.from_grid_id IS NOT NULL AND NOT EXISTS (
                     SELECT 1 FROM muster_demand f WHERE f.event_id = %(event)s AND f.grid_id = p.from_grid_id
                     AND {_SAME.format(d="f", generation="from_generation")}) THEN 'grid_filled_meanwhile'
    ELSE 'other' END
FROM places_within w
WHERE p.allocation_id = %(run)s AND p.outcome = 'open' AND w.inner_id = p.grid_id AND w.outer_id = %(community)s
  AND w.during @> %(at)s::timestamptz
"""  # noqa: S608 - parts of our own


class _LostTheirPlace(RuntimeError):
    """Somebody left one place and did not get the other: what holds a person was not held by whoever placed them."""


def _from_now_on(run: Allocation, at: datetime) -> DateTimeTZRange:
    """The time that lines are published for: a repair changes nothing that has been, and who arrived today was not here
    yesterday. Empty once it is over."""
    if run.kind == Allocation.Kind.PLACE and run.pool == Allocation.Pool.RESIDENTS:
        return run.during
    since = max(at, run.during.lower)
    return from_on(since, run.during.upper) if since < run.during.upper else DateTimeTZRange(empty=True)


@transaction.atomic
def _publish_community(run: Allocation, community: int, *, by: Caller, at: datetime) -> None:
    """One community's lines in one transaction; its grids' generations move on, compared and set under lock."""
    grids = Within.objects.filter(outer=community, inner__level=Level.GRID, during__contains=at).values("inner")
    open_lines = run.lines.filter(outcome=Outcome.OPEN, grid__in=grids)
    # Persons first, as everywhere: who takes their word back in this second is seen, or sees what was published.
    booking.hold(open_lines.values("person"))
    touched = Q(grid__in=open_lines.values("grid")) | Q(grid__in=open_lines.values("from_grid"))
    demands = Demand.objects.filter(touched, event=run.event_id)
    locked = [demand.pk for demand in demands.select_for_update().order_by("grid_id")]
    facts: dict[str, Any] = {"run": run.pk, "event": run.event_id, "community": community, "by": by.user, "at": at}
    facts |= {"during": _from_now_on(run, at), "units": run.pool == Allocation.Pool.UNITS}
    with connection.cursor() as cursor:
        cursor.execute(_CHOOSE, facts)
        chosen = cursor.fetchall()
        facts["lines"] = [line for line, *_ in chosen]
        cursor.execute(_TO_LEAVE, facts)
        left = [each for (each,) in cursor.fetchall()]
        if run.pool == Allocation.Pool.UNITS:  # they belonged to the area that asked, until now
            left += arriving.waiting([person for _, person, *_ in chosen], facts["during"])
        booking.leave(left, facts["during"].lower or at)
        booked = booking.book(
            run.event,
            {person: grid for _, person, grid, _ in chosen},
            facts["during"],
            kind=Booking.Kind.BELONGS,
            source="muster",
            by=by,
            at=at,
        )
        facts |= {"people": list(booked), "bookings": list(booked.values())}
        cursor.execute(_COME, facts | {"answer_by": rules.answer_by(facts["during"].lower or at, at)})
        if cursor.rowcount < len(chosen) and run.kind == Allocation.Kind.REPAIR:
            raise _LostTheirPlace  # undoes all of it
        cursor.execute(_OVERTAKE, facts)
    posts = [(person, grid, before is not None) for _, person, grid, before in chosen if person in booked]
    hearing.tell_placed(run, posts, facts["during"], by=by, at=at)
    unset = Demand.objects.filter(pk__in=locked).exclude(set_by_run=run.pk)
    unset.update(generation=F("generation") + 1, set_by_run=run.pk)
    trail.record(
        "placements.published",
        who=by,
        subject=f"allocation:{run.pk}",
        at=at,
        area=community,
        facts={"grids": len(locked)},
    )
