"""What duty stores about somebody, for the person themselves."""

from django.utils.translation import gettext, gettext_noop

from linli.common.moments import local
from linli.custody.export import Section
from linli.duty.hours import certifying, queries
from linli.duty.models import Booking, CalendarEntry, Correction, HoursCertificate, Service
from linli.places.names import place_names

STATES = {
    Service.State.ON_DUTY: gettext_noop("on duty"),
    Service.State.WAITING: gettext_noop("to be approved"),
    Service.State.APPROVED: gettext_noop("approved"),
    Service.State.CORRECTED: gettext_noop("corrected and approved"),
    Service.State.DECLINED: gettext_noop("not counted"),
}
CORRECTIONS = {
    Correction.State.ASKED: gettext_noop("waits for the desk"),
    Correction.State.GRANTED: gettext_noop("corrected"),
    Correction.State.REFUSED: gettext_noop("left as it was"),
}


def sections_of(person: int) -> list[Section]:
    """Where somebody is booked, what they served, what they asked to have corrected, what was certified, and what they
    took into a calendar."""
    return [_bookings(person), _services(person), _corrections(person), _certificates(person), _in_calendar(person)]


def _bookings(person: int) -> Section:
    rows = list(Booking.objects.select_related("event").filter(person=person).order_by("during", "pk"))
    names = place_names({row.place_id for row in rows})
    titles = (gettext("Event"), gettext("Where"), gettext("From"), gettext("Until"), gettext("Since"))
    return Section(
        gettext("Where your time is booked"),
        titles,
        [
            (
                row.event.name,
                names.get(row.place_id, ""),
                local(row.during.lower),
                local(row.during.upper),
                local(row.booked_at),
            )
            for row in rows
        ],
    )


def _services(person: int) -> Section:
    rows = queries.own_services(person)
    names = place_names({row.place_id for row in rows})
    titles = (
        gettext("Event"),
        gettext("Where"),
        gettext("From"),
        gettext("Until"),
        gettext("Hours"),
        gettext("State"),
        gettext("Why"),
    )
    return Section(
        gettext("Hours served"),
        titles,
        [
            (
                row.event.name,
                names.get(row.place_id, ""),
                local(row.started_at),
                local(row.finished_at),
                f"{queries.tenths_of(row) / 10:.1f}",
                gettext(STATES[Service.State(row.state)]),
                row.reason,
            )
            for row in rows
        ],
    )


def _corrections(person: int) -> Section:
    rows = Correction.objects.filter(person=person).order_by("asked_at", "pk")
    titles = (
        gettext("When"),
        gettext("Written down from"),
        gettext("Written down until"),
        gettext("You said from"),
        gettext("You said until"),
        gettext("State"),
        gettext("Why"),
    )
    return Section(
        gettext("Corrections you asked for"),
        titles,
        [
            (
                local(row.asked_at),
                local(row.was_since),
                local(row.was_until),
                local(row.since),
                local(row.until),
                gettext(CORRECTIONS[Correction.State(row.state)]),
                row.reason,
            )
            for row in rows
        ],
    )


def _certificates(person: int) -> Section:
    rows = [
        (local(row.issued_at), f"{row.tenths / 10:.1f}", row.digest)
        for row in HoursCertificate.objects.filter(person=person).order_by("issued_at")
    ]
    if number := certifying.number_of(person):
        rows.append((gettext("National volunteer number"), "", number))
    titles = (gettext("When"), gettext("Hours"), gettext("Digest of this certificate"))
    return Section(gettext("Certificates of your hours"), titles, rows)


def _in_calendar(person: int) -> Section:
    rows = list(CalendarEntry.objects.select_related("event").filter(person=person).order_by("during", "booking"))
    names = place_names({row.place_id for row in rows})
    return Section(
        gettext("Times you took into a calendar"),
        (gettext("Event"), gettext("Where"), gettext("From"), gettext("Until"), gettext("State")),
        [
            (
                row.event.name,
                names.get(row.place_id, ""),
                local(row.during.lower),
                local(row.during.upper),
                gettext("taken back") if row.called_off else "",
            )
            for row in rows
        ],
    )
