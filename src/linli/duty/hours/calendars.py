"""Somebody's times as a calendar to keep: what was taken back leaves it with the next one they take (RFC 5545)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from linli.common.ics import Entry, calendar
from linli.duty import booking
from linli.duty.models import Booking, CalendarEntry
from linli.events.models import Event
from linli.places.names import place_names


@transaction.atomic
def take(person: int, *, phone: str, at: datetime) -> bytes:
    """Where somebody is booked from now on, and what an earlier calendar of theirs held that is no longer so.

    A booking keeps its entry whatever changes in it; what changed, or was taken back, counts one up (SEQUENCE), so that
    a calendar which holds the entry already takes the change. What is over is said no more.
    """
    booking.hold([person])  # two calendars at once would both count one up
    known = {each.booking: each for each in CalendarEntry.objects.filter(person=person, during__endswith__gt=at)}
    rows = Booking.objects.filter(person=person, during__upper_inf=False)
    now_booked = {row.pk: row for row in rows.filter(during__endswith__gt=at) | rows.filter(pk__in=known)}
    said = [_said(row, known.get(row.pk)) for row in now_booked.values()]
    said += [_off(each) for number, each in known.items() if number not in now_booked]
    changing = ["place", "during", "busy", "sequence", "called_off"]
    CalendarEntry.objects.bulk_create(said, update_conflicts=True, unique_fields=["booking"], update_fields=changing)
    return calendar(gettext("My times in Linli"), _entries(said, phone), at=at)


def _said(row: Booking, before: CalendarEntry | None) -> CalendarEntry:
    said = CalendarEntry(
        booking=row.pk,
        person_id=row.person_id,
        event_id=row.event_id,
        place_id=row.place_id,
        during=row.during,
        busy=row.kind == Booking.Kind.SHIFT,
    )
    if before is not None:
        same = (before.place_id, before.during, before.called_off) == (said.place_id, said.during, False)
        said.sequence = before.sequence + (not same)
    return said


def _off(before: CalendarEntry) -> CalendarEntry:
    if not before.called_off:
        before.called_off, before.sequence = True, before.sequence + 1
    return before


def _entries(said: Iterable[CalendarEntry], phone: str) -> list[Entry]:
    rows = sorted(said, key=lambda each: (each.during.lower, each.booking))
    names = place_names({each.place_id for each in rows})
    desk = gettext("The desk: {phone}").format(phone=phone) if phone else ""
    events = Event.objects.in_bulk({each.event_id for each in rows})
    return [
        Entry(
            uid=f"booking-{each.booking}@linli",
            since=each.during.lower,
            until=each.during.upper,
            title=f"{names.get(each.place_id, '')} · {events[each.event_id].name}",
            where=names.get(each.place_id, ""),
            text=desk,
            sequence=each.sequence,
            busy=each.busy,
            called_off=each.called_off,
        )
        for each in rows
    ]
