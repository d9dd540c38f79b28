"""Reading hours: each record fetched and authorised in one go."""

from collections.abc import Collection
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from linli.common.caller import Caller
from linli.common.db import from_on
from linli.common.errors import NotFound
from linli.custody.roles import Decide, See, deciding, seeing
from linli.duty.hours import rules
from linli.duty.models import Booking, Correction, Service
from linli.events.models import Event
from linli.events.packs import pack_of
from linli.places import queries as places
from linli.places.models import Area

DECIDING = deciding(Decide.PRESENCE)
LEADING = seeing(See.PLACED_WITH_THEM)
CORRECTING = tuple(role for role in DECIDING if role in deciding(Decide.SIGN_UPS))
"""Who decides corrections: the desk, with a reason."""

State = Service.State
COUNTED = (State.APPROVED, State.CORRECTED)


def booked_at(person: int, event: Event, area: int, at: datetime) -> Booking | None:
    """Where somebody is booked in an area at a moment, or within the hour: their shift, else where they belong."""
    rows = _bookings(event, [area], at, at).filter(person=person)
    return rows.order_by("-kind", "during").first()


def _bookings(event: Event, areas: Collection[int], at: datetime, until: datetime) -> QuerySet[Booking]:
    """Bookings in areas that hold in a time or within the hour after it; a post's place lies in its area."""
    soon = from_on(at, until + rules.EARLY)
    here = Q(place__in=areas) | Q(place__in=places.within(areas, at))
    return Booking.objects.filter(here, event=event, during__overlap=soon)


def bookings_now(by: Caller, event: Event, area: Area, at: datetime) -> list[Booking]:
    """Who is booked in an area of the caller's now or within the hour, each once: a shift goes before belonging."""
    _require(by, area.pk, at)
    rows = _bookings(event, [area.pk], at, at).order_by("person", "-kind", "during").distinct("person")
    return sorted(rows, key=lambda row: (row.place_id, row.person_id))


def booking_over(by: Caller, area: Area, booking_id: int, at: datetime) -> Booking:
    """A booking in an area of the caller's that holds now or within the hour. Raises NotFound."""
    _require(by, area.pk, at)
    found = Booking.objects.select_related("event").filter(pk=booking_id).first()
    if found is None or not _bookings(found.event, [area.pk], at, at).filter(pk=found.pk).exists():
        raise NotFound
    return found


def led_until(event: Event, areas: Collection[int], at: datetime, until: datetime) -> list[Booking]:
    """Every booking in areas that somebody leads, from now until an hour after a moment: by place and person, of one
    person their shifts first. Give areas that the caller leads."""
    rows = _bookings(event, areas, at, until).order_by("person", "-kind", "during")
    return sorted(rows, key=lambda row: (row.place_id, row.person_id))


def on_duty_in(event: Event, areas: Collection[int], at: datetime) -> list[Service]:
    """Duty in areas that somebody leads, begun and not finished. Give areas that the caller leads."""
    here = Q(place__in=areas) | Q(place__in=places.within(areas, at))
    return list(Service.objects.filter(here, event=event, state=State.ON_DUTY).order_by("place", "person"))


def is_at(service: Service, area: int, at: datetime) -> bool:
    """Whether somebody serves in an area."""
    return service.place_id == area or places.is_within(service.place_id, area, at)


def on_duty(person: int) -> Service | None:
    """What somebody began and has not finished."""
    return Service.objects.filter(person=person, state=State.ON_DUTY).first()


def overlapping(person: int, since: datetime, until: datetime | None, *, but: int | None = None) -> Service | None:
    """Finished hours of somebody that lie in a time, or begin after it where it is open."""
    rows = Service.objects.filter(person=person, finished_at__gt=since).exclude(state=State.DECLINED)
    rows = rows.exclude(pk=but) if but is not None else rows
    return (rows.filter(started_at__lt=until) if until is not None else rows).order_by("started_at").first()


def latest_of(people: Collection[int], event: Event) -> dict[int, Service]:
    """The newest duty of each of some people in an event. One query."""
    rows = Service.objects.filter(person__in=people, event=event).order_by("person", "-started_at").distinct("person")
    return {row.person_id: row for row in rows}


def area_over(by: Caller, area_id: int, at: datetime) -> Area:
    """An area whose presence and hours the caller decides.

    Raises:
        NotFound: none of theirs.
    """
    _require(by, area_id, at)
    found = Area.objects.filter(pk=area_id).first()
    if found is None:
        raise NotFound
    return found


def service_over(by: Caller, service_id: int, at: datetime) -> Service:
    """One duty in an area of the caller's. Raises NotFound."""
    found = Service.objects.select_related("event").filter(pk=service_id).first()
    if found is None:
        raise NotFound
    _require(by, found.place_id, at)
    return found


def own_service(person: int | None, service_id: int) -> Service:
    """One duty of the person's own. Raises NotFound."""
    found = Service.objects.select_related("event").filter(pk=service_id, person=person).first()
    if found is None:
        raise NotFound
    return found


def correction_over(by: Caller, correction_id: int, at: datetime) -> Correction:
    """One correction in an area of the caller's desk. Raises NotFound."""
    found = Correction.objects.select_related("service").filter(pk=correction_id).first()
    if found is None or not places.is_within_any(found.service.place_id, by.areas(*CORRECTING), at):
        raise NotFound
    return found


def _require(by: Caller, area: int, at: datetime) -> None:
    if not places.is_within_any(area, by.areas(*DECIDING), at):
        raise NotFound


def waiting_in(area: int, at: datetime) -> QuerySet[Service]:
    """Hours in an area that wait for approval, the oldest first; of whom a correction is asked, that waits instead."""
    disputed = Correction.objects.filter(service=OuterRef("pk"), state=Correction.State.ASKED)
    rows = Service.objects.filter(~Exists(disputed), state=State.WAITING, place__in=places.within([area], at))
    return rows.select_related("event").order_by("started_at", "pk")


def unfinished_in(area: int, at: datetime) -> QuerySet[Service]:
    """Duty in an area whose finish was forgotten, the oldest first."""
    long_ago = at - rules.FORGOTTEN
    rows = Service.objects.filter(state=State.ON_DUTY, started_at__lt=long_ago, place__in=places.within([area], at))
    return rows.select_related("event").order_by("started_at", "pk")


def asked_and_open() -> list[Service]:
    """Duty whose person was asked when it ended and has not said."""
    rows = Service.objects.filter(state=State.ON_DUTY, asked_at__isnull=False)
    return list(rows.select_related("event").order_by("pk"))


def corrections_in(area: int, at: datetime) -> QuerySet[Correction]:
    """Corrections in an area that wait for the desk, the oldest first."""
    rows = Correction.objects.filter(state=Correction.State.ASKED, service__place__in=places.within([area], at))
    return rows.select_related("service__event").order_by("asked_at", "pk")


def corrects(by: Caller, area: int, at: datetime) -> bool:
    """Whether a caller decides corrections in an area: its desk does, whoever leads there does not."""
    return places.is_within_any(area, by.areas(*CORRECTING), at)


def number_waiting(by: Caller, area: int, at: datetime) -> int:
    """How much in an area waits for a decision about hours that the caller may take."""
    number = waiting_in(area, at).count() + unfinished_in(area, at).count()
    return number + corrections_in(area, at).count() if corrects(by, area, at) else number


def own_services(person: int, *, event: int | None = None) -> list[Service]:
    """All that somebody served, in one event where it is given, the newest first, whatever became of it."""
    rows = Service.objects.select_related("event").filter(person=person)
    return list((rows.filter(event=event) if event is not None else rows).order_by("-started_at", "-pk"))


def is_booked(person: int, at: datetime) -> bool:
    """Whether some of somebody's time is given to a place, now or later."""
    return Booking.objects.filter(person=person, during__endswith__gt=at).exists()


def corrections_of(services: Collection[int]) -> dict[int, list[Correction]]:
    """What was asked about some duties, by duty, the oldest first. One query."""
    found: dict[int, list[Correction]] = {}
    for row in Correction.objects.filter(service__in=services).order_by("asked_at", "pk"):
        found.setdefault(row.service_id, []).append(row)
    return found


def total(services: Collection[Service]) -> int:
    """Approved hours among some, in tenths: the sum of what each line says."""
    return sum(tenths_of(each) for each in services if each.state in COUNTED)


def tenths_of(service: Service) -> int:
    """Hours of one duty, in tenths; none while it is not finished."""
    return rules.tenths(service.started_at, service.finished_at) if service.finished_at is not None else 0


def days_touched(service: Service) -> set[date]:
    """The days on which somebody served, by the clock of the place; none while it is not finished."""
    return set(rules.days_of(service.started_at, service.finished_at)) if service.finished_at is not None else set()


def too_long(people: Collection[int], event: Event) -> dict[int, set[date]]:
    """Days on which some people served longer than the event's pack lets anybody, by person. One query."""
    rows = Service.objects.filter(person__in=people, event=event, finished_at__isnull=False)
    times: dict[int, list[rules.Times]] = {}
    for row in rows.exclude(state=State.DECLINED):
        if row.finished_at is not None:
            times.setdefault(row.person_id, []).append((row.started_at, row.finished_at))
    most = pack_of(event).safety.shift_max_h
    return {person: days for person, each in times.items() if (days := rules.days_over(each, most))}
