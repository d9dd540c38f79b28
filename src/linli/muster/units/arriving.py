"""Arriving at the level that asked, and going home again: a unit's service holds while it lasts.

Whoever is placed at home already leaves that place for the time, and has it again afterwards.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Value
from django.db.models.functions import Greatest

from linli.common.caller import Caller
from linli.common.db import from_on
from linli.common.errors import NotFound
from linli.custody import trail
from linli.duty import booking
from linli.duty.errors import BookedMeanwhile
from linli.duty.models import Booking
from linli.muster import hearing
from linli.muster.models import Call, Deployed, Placement
from linli.muster.queries import decides_over
from linli.muster.units import queries, telling
from linli.muster.units.errors import DeployedOver

SOURCE = "units"
_ARRIVED = """
UPDATE muster_deployed d SET state = 'arrived', during = %(during)s, booking_id = came.booking,
    arrived_by = %(by)s, arrived_at = %(at)s
FROM unnest(%(rows)s::bigint[], %(bookings)s::bigint[]) AS came (id, booking) WHERE d.id = came.id
"""
State = Deployed.State


@transaction.atomic
def arrive(call: Call, people: Sequence[int], *, by: Caller, at: datetime) -> list[int]:
    """Tick off people of a call who have arrived; they belong to the area that asked, for the call's time.

    By whoever decides over that area, or by the unit's liaison. Whoever has arrived already is left as they are.

    Args:
        people: numbers of ``Deployed``.

    Returns:
        Numbers of those who could not be taken: off the list, their time over, or somebody else has booked them.

    Raises:
        NotFound: the call is not the caller's to see.
        DeployedOver: the unit has not promised them, or nobody asks.
    """
    account = _account(call, by, at)
    held = Call.objects.select_for_update(of=("self",)).select_related("reinforcement", "event").get(pk=call.pk)
    if held.state != Call.State.COMMITTED or held.reinforcement is None:
        raise DeployedOver
    area = held.reinforcement.area_id
    rows = list(held.people.filter(pk__in=people).exclude(state=State.ARRIVED).order_by("person"))
    asked = [row.pk for row in rows]
    booking.hold([row.person_id for row in rows])
    # As they are now that nobody else changes them; who is placed at home goes one by one, everybody else at once.
    rows = list(held.people.filter(pk__in=[row.pk for row in rows], state=State.LISTED, during__endswith__gt=at))
    at_home = set(_placed([row.person_id for row in rows], from_on(at, held.during.upper)))
    came = _take_in(held, area, [row for row in rows if row.person_id not in at_home], account, by, at)
    for row in rows:
        if row.person_id in at_home and _leave_home_for(row, held, area, account, by, at):
            came.append(row)
    subjects = [f"person:{row.person_id}" for row in came]
    trail.record_many("deployed.arrived", who=by, subjects=subjects, at=at, area=area)
    taken = {row.pk for row in came}
    return [each for each in asked if each not in taken]


@transaction.atomic
def release(call: Call, people: Sequence[int], *, by: Caller, at: datetime) -> int:
    """Send people of a call home: whatever they were booked for here ends, and their place at home begins again.

    By whoever decides over the area that asked. They are thanked by a notice. Returns how many were released; who was
    released already stays so.

    Raises:
        NotFound: the call is not the caller's to see.
    """
    account = _account(call, by, at)
    held = Call.objects.select_for_update(of=("self",)).select_related("reinforcement", "event").get(pk=call.pk)
    rows = list(held.people.filter(pk__in=people, state=State.ARRIVED).order_by("person"))
    booking.hold([row.person_id for row in rows])
    done = []
    for row in rows:
        row.refresh_from_db()
        if row.state != State.ARRIVED:
            continue
        if row.during.upper > at:
            rest = from_on(at, row.during.upper)
            ours = Booking.objects.filter(
                person=row.person_id, event=held.event_id, kind=Booking.Kind.BELONGS, during__overlap=rest
            )
            booking.leave(list(ours.values_list("pk", flat=True)), at)
            _back_home(row, at)
        served = from_on(row.during.lower, min(at, row.during.upper)) if at > row.during.lower else row.during
        Deployed.objects.filter(pk=row.pk).update(state=State.RELEASED, during=served, left_by=account, left_at=at)
        done.append(row.person_id)
    area = held.reinforcement.area_id if held.reinforcement is not None else None
    subjects = [f"person:{each}" for each in done]
    trail.record_many("deployed.released", who=by, subjects=subjects, at=at, area=area)
    hearing.tell_thanked(held, done, by=by, at=at)
    telling.tell_released(held, len(done), by=by, at=at)
    return len(done)


def cannot_come(people: Sequence[int], *, since: datetime, until: datetime) -> None:
    """Note of whoever of some people is here from a work unit that they cannot come; the caller sees to the rest."""
    here = Deployed.objects.filter(person__in=people, state=State.ARRIVED, during__overlap=from_on(since, until))
    here.update(cannot_until=Greatest("cannot_until", Value(until)))


def waiting(people: Sequence[int], during: DateTimeTZRange) -> list[int]:
    """Bookings by which people who arrived belong to the area that asked for some of a time, placed nowhere yet."""
    held = Booking.objects.filter(person__in=people, source=SOURCE, kind=Booking.Kind.BELONGS)
    return list(held.filter(during__overlap=during).values_list("pk", flat=True)) if not during.isempty else []


def _account(call: Call, by: Caller, at: datetime) -> int:
    area = call.reinforcement.area_id if call.reinforcement is not None else None
    theirs = area is not None and decides_over(by, area, at)
    if by.user is None or not (theirs or call.organisation_id in queries.own_units(by)):
        raise NotFound
    return by.user


def _take_in(call: Call, area: int, rows: list[Deployed], account: int, by: Caller, at: datetime) -> list[Deployed]:
    """Book people for the area that asked; returns who is here, without those whom another room has booked."""
    if not rows:
        return []
    during, kind = from_on(at, call.during.upper), Booking.Kind.BELONGS
    where = {row.person_id: area for row in rows}
    booked = booking.book(call.event, where, during, kind=kind, source=SOURCE, by=by, at=at)
    came = [row for row in rows if row.person_id in booked]
    with connection.cursor() as cursor:
        facts = {"rows": [row.pk for row in came], "bookings": [booked[row.person_id] for row in came]}
        cursor.execute(_ARRIVED, facts | {"during": during, "by": account, "at": at})
    return came


def _leave_home_for(row: Deployed, call: Call, area: int, account: int, by: Caller, at: datetime) -> bool:
    """The same for somebody who is placed at home; False, and nothing changed, where another room has booked them."""
    try:
        with transaction.atomic():
            home = _leave_home(row, at)
            if not _take_in(call, area, [row], account, by, at):
                raise BookedMeanwhile
    except BookedMeanwhile:
        return False
    Deployed.objects.filter(pk=row.pk).update(home=home)
    return True


def _placed(people: list[int], during: DateTimeTZRange) -> list[int]:
    """Who of these is placed in a grid for some of a time."""
    held = Placement.objects.filter(person__in=people, during__overlap=during)
    return list(held.values_list("person", flat=True))


def _leave_home(row: Deployed, at: datetime) -> int | None:
    """Cut the time of a unit's service out of where somebody is placed; the booking that goes on afterwards."""
    since, until = at, row.during.upper
    later = None
    held = Placement.objects.filter(person=row.person_id, during__overlap=from_on(since, until)).order_by("during")
    for placement in held:
        ends = placement.during.upper
        goes_on = booking.give_back(placement.booking_id, since, until)
        if goes_on is not None:
            placement.pk, placement.booking_id, placement.during = None, goes_on, from_on(until, ends)
            placement.save(force_insert=True)
            later = goes_on
    return later


def _back_home(row: Deployed, at: datetime) -> None:
    """The place at home begins again now, where it was to begin when the service would have ended."""
    home = Booking.objects.filter(pk=row.home_id).first() if row.home_id is not None else None
    if home is not None and home.during.lower == row.during.upper and home.during.lower > at:
        with suppress(BookedMeanwhile):  # somebody has asked them at home since; then it begins as it would have
            booking.begin_earlier(home.pk, at)
