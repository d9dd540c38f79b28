"""Taps that somebody's own phone kept without a signal: judged as of their moment, each once.

What was recorded meanwhile stays. Where it differs by as much as hours are counted in, the person is told; a clock that
could not be right says nothing against it.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from linli.common.caller import Caller
from linli.common.errors import Conflict
from linli.duty import booking
from linli.duty.hours import actions, queries, rules
from linli.duty.hours.errors import FinishRecordedOtherwise, NotOnDuty, StartRecordedOtherwise
from linli.duty.hours.posts import Post
from linli.duty.models import Service

_CODE = Service.Said.CODE


def start(
    person: int, post: Post, *, key: UUID, happened: datetime, clipped: bool, by: Caller, at: datetime
) -> Service:
    """Somebody started where they are booked. On duty already, or sent again: that is the answer.

    Raises:
        StartRecordedOtherwise: by what is recorded they began later, by as much as counts.
        Others: as ``actions.start``.
    """
    service = actions.start(
        person, post.event, post.area.pk, said=_CODE, key=key, happened=happened, clipped=clipped, by=by, at=at
    )
    if not clipped and service.started_at - happened >= rules.TENTH:
        raise StartRecordedOtherwise(since=service.started_at)
    return service


@transaction.atomic
def finish(
    person: int,
    post: Post,
    *,
    key: UUID,
    of: UUID | None,
    service: int | None,
    happened: datetime,
    clipped: bool,
    by: Caller,
    at: datetime,
) -> Service:
    """Somebody finished what they are on duty for there. Finished already at about that time, that is the answer.

    Args:
        of: the key of the tap that started it, where that was kept too. service: the duty, where the page named it.

    Raises:
        NotOnDuty: no start is recorded. FinishRecordedOtherwise: by what is recorded they finished at another time.
        Conflict: the key is another's. Others: as ``actions.finish``.
    """
    booking.hold([person])
    if (again := Service.objects.filter(finish_key=key).first()) is not None:
        if again.person_id != person:
            raise Conflict
        return again
    begun = _begun(person, post, of, service, happened)
    if begun is None:
        raise NotOnDuty
    done = actions.finish(begun.pk, said=_CODE, happened=happened, clipped=clipped, key=key, by=by, at=at)
    ended = done.finished_at
    if ended is not None and not clipped and abs(ended - happened) >= rules.TENTH:
        raise FinishRecordedOtherwise(until=ended)
    return done


def _begun(person: int, post: Post, of: UUID | None, service: int | None, happened: datetime) -> Service | None:
    """The duty that is meant: as the phone names it, else what they are on duty for there, else what they served there
    until about then."""
    own = Service.objects.filter(person=person)
    named = own.filter(key=of).first() if of is not None else None
    if named is None and service is not None:
        named = own.filter(pk=service).first()
    if named is not None:
        return named
    current = queries.on_duty(person)
    if current is None:
        since = happened - rules.FORGOTTEN
        current = own.filter(started_at__gt=since, started_at__lt=happened).order_by("-started_at").first()
    return current if current is not None and queries.is_at(current, post.area.pk, happened) else None
