"""Giving a person's time to a place, and taking it back. Every room that publishes something books through here.

Whoever books or frees somebody holds that person's row first, people in the order of their ids; the constraint of
``Booking`` refuses what passes by this.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import QuerySet

from linli.common.caller import Caller
from linli.common.db import from_on
from linli.duty.errors import BookedMeanwhile
from linli.duty.models import Booking
from linli.events.models import Event
from linli.people.models import Person

_BOOK = """
INSERT INTO duty_booking (person_id, kind, during, event_id, place_id, post, source, booked_by, booked_at)
SELECT person, %(kind)s, %(during)s, %(event)s, place, %(post)s, %(source)s, %(by)s, %(at)s
FROM unnest(%(people)s::bigint[], %(places)s::bigint[]) AS asked (person, place) ORDER BY person
ON CONFLICT DO NOTHING RETURNING person_id, id
"""


def hold(people: Collection[int] | QuerySet[Any, Any]) -> None:
    """Let nobody else book or free these people until this transaction is over."""
    list(Person.objects.select_for_update(no_key=True).filter(pk__in=people).order_by("pk").values_list("pk"))


@transaction.atomic
def book(
    event: Event,
    where: Mapping[int, int],
    during: DateTimeTZRange,
    *,
    kind: Booking.Kind,
    post: str = "",
    source: str,
    by: Caller,
    at: datetime,
) -> dict[int, int]:
    """Book people for a time, each at a place; whoever has given any of that time elsewhere is left out.

    Args:
        where: place ids by person id.
        post: the pack's code of what a shift is for; none where somebody belongs.
        source: the room that books.

    Returns:
        Ids of the bookings by person id.
    """
    hold(where)
    asked = {"people": list(where), "places": list(where.values()), "kind": kind, "during": during, "event": event.pk}
    with connection.cursor() as cursor:
        cursor.execute(_BOOK, asked | {"post": post, "source": source, "by": by.user, "at": at})
        return dict(cursor.fetchall())


def book_one(
    event: Event,
    person: int,
    place: int,
    during: DateTimeTZRange,
    *,
    kind: Booking.Kind,
    post: str = "",
    source: str,
    by: Caller,
    at: datetime,
) -> int:
    """The same for one person; returns the id of the booking.

    Raises:
        BookedMeanwhile: they have given some of that time elsewhere.
    """
    booked = book(event, {person: place}, during, kind=kind, post=post, source=source, by=by, at=at)
    if person not in booked:
        raise BookedMeanwhile
    return booked[person]


@transaction.atomic
def leave(bookings: Collection[int], at: datetime) -> None:
    """End bookings at a moment; what would begin then or later never was. What is over stays as it is."""
    hold(Booking.objects.filter(pk__in=bookings).values_list("person", flat=True))
    _leave("id = ANY(%(ids)s)", {"ids": list(bookings), "at": at})


def _held(booking: int) -> Booking:
    """A booking as it is now that nobody else changes it."""
    hold(Booking.objects.filter(pk=booking).values_list("person", flat=True))
    return Booking.objects.get(pk=booking)


@transaction.atomic
def give_back(booking: int, since: datetime, until: datetime) -> int | None:
    """Cut a time out of a booking. Returns the id of the booking that goes on after it, None where nothing does."""
    held = _held(booking)
    ends = held.during.upper
    leave([booking], since)
    if ends is not None and ends <= until:
        return None
    held.pk = None
    held.during = from_on(max(until, held.during.lower), ends)
    held.save(force_insert=True)
    return held.pk


@transaction.atomic
def begin_earlier(booking: int, since: datetime) -> None:
    """Let a booking begin earlier than it would have.

    Raises:
        BookedMeanwhile: the person has given some of that time elsewhere.
    """
    held = _held(booking)
    busy = Booking.objects.filter(
        person=held.person_id, kind=held.kind, during__overlap=from_on(since, held.during.lower)
    )
    if busy.exists():
        raise BookedMeanwhile
    Booking.objects.filter(pk=booking).update(during=from_on(since, held.during.upper))


def free_all_of(event: Event, at: datetime) -> None:
    """End everything that is booked for an event: it is over, and whoever served is free."""
    hold(Booking.objects.filter(event=event).values_list("person", flat=True))
    _leave("event_id = %(event)s", {"event": event.pk, "at": at})


def _leave(which: str, facts: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM duty_booking WHERE {which} AND lower(during) >= %(at)s", facts)  # noqa: S608
        cursor.execute(
            "UPDATE duty_booking SET during = tstzrange(lower(during), %(at)s)"  # noqa: S608
            f" WHERE {which} AND coalesce(upper(during), 'infinity') > %(at)s",
            facts,
        )
