"""Duty that a leader started and finished for somebody without a signal: judged as of the moment of the tap.

What was recorded meanwhile stays. Where it differs by as much as hours are counted in, the author is told; a clock that
could not be right says nothing against it.
"""

from uuid import UUID

from linli.common.errors import Invalid, NotFound
from linli.duty.hours import actions, queries, rules
from linli.duty.hours.errors import NotBookedHere
from linli.duty.models import Service
from linli.events.models import Event
from linli.field import reading
from linli.field.errors import FinishedOtherwise, NoStartRecorded, NotPlacedWithYou, StartedOtherwise
from linli.field.models import Receipt
from linli.field.reading import Item, Then

_LEADER = Service.Said.LEADER


def start(item: Item, then: Then) -> int:
    """Somebody who is placed with the author starts duty. On duty already, that is the answer.

    Returns the id of the duty.

    Raises:
        NotPlacedWithYou: they are booked nowhere that the author leads then.
        StartedOtherwise: by what is recorded they began later than the author says, by as much as counts.
        Others: as ``duty.hours.actions.start``.
    """
    person = reading.number(item.says.get("person"))
    event = Event.objects.get(pk=then.lease.event)
    booked = (queries.booked_at(person, event, area, then.happened) for area in then.by.areas(*queries.LEADING))
    place = next((each.place_id for each in booked if each is not None), None)
    if place is None:
        raise NotPlacedWithYou
    try:
        service = actions.start(
            person,
            event,
            place,
            said=_LEADER,
            key=item.key,
            happened=then.happened,
            clipped=then.clipped,
            by=then.by,
            at=then.at,
        )
    except NotBookedHere as problem:  # the booking was cut this very moment
        raise NotPlacedWithYou from problem
    if not then.clipped and service.started_at - then.happened >= rules.TENTH:
        raise StartedOtherwise(service=service.pk, since=service.started_at)
    return service.pk


def finish(item: Item, then: Then) -> int:
    """Somebody finishes duty that the author started, or saw them start. Finished already, at about that time, that is
    the answer.

    Returns the id of the duty.

    Raises:
        NoStartRecorded: what was to start it was not recorded.
        NotPlacedWithYou: it is at a place that the author does not lead.
        FinishedOtherwise: by what is recorded they finished at another time.
        Others: as ``duty.hours.actions.finish``.
    """
    try:
        service = queries.service_over(then.by, _begun(item, then), then.happened)
    except NotFound as problem:
        raise NotPlacedWithYou from problem
    if service.person_id != reading.number(item.says.get("person")):
        raise Invalid
    done = actions.finish(
        service.pk, said=_LEADER, happened=then.happened, clipped=then.clipped, by=then.by, at=then.at
    )
    ended = done.finished_at
    if ended is not None and not then.clipped and abs(ended - then.happened) >= rules.TENTH:
        raise FinishedOtherwise(until=ended)
    return done.pk


def _begun(item: Item, then: Then) -> int:
    """The duty that is meant: by its id, or by the key of the tap that started it."""
    said = item.says.get("of")
    key = reading.uuid_of(said)
    return reading.number(said) if key is None else _started(key, then)


def _started(key: UUID, then: Then) -> int:
    """The duty that a tap started, or found started otherwise."""
    receipt = Receipt.objects.filter(device=then.lease.device, key=key).first()
    found = None if receipt is None else receipt.made or receipt.facts.get("service")
    if found is None:
        raise NoStartRecorded
    return int(found)
