"""Taps on a volunteer's own phone that came without a signal: whose each is, when it was, each answered alone.

A phone that a family shares says of whom a tap is where it knows, and is asked where it does not.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db import transaction

from linli.access import marks
from linli.access.models import DeviceSession
from linli.common.caller import Caller
from linli.common.errors import Invalid, LinliError
from linli.common.moments import corrected
from linli.duty.hours import kept, posts, queries
from linli.duty.hours.posts import Post
from linli.duty.models import Service
from linli.field import reading
from linli.field.errors import TappedByAnother
from linli.field.reading import MOST_ID
from linli.muster.crew import Own, people_of_device

MOST_AT_ONCE = 50
_MOST_TEXT = 400
START, FINISH = "start", "finish"

_log = logging.getLogger("linli.field")


@dataclass(frozen=True, slots=True)
class Tap:
    """One tap as the phone tells it.

    Attributes:
        key: made by the phone, or by the page that was tapped. mark: as whose phone. code: of the post.
        told_ms, offset_ms: the phone's clock, and by how much ours was ahead when they last met.
        of: the key of the start that a finish belongs to. service: the duty it finishes, where the page named it.
        person: of whom it is, where the page or its reader said so.
    """

    key: UUID
    mark: str
    code: str
    does: str
    told_ms: int
    offset_ms: int
    of: UUID | None
    service: int | None
    person: int | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one tap.

    Attributes:
        state: done or refused, for good; whose, where somebody has to say of whom it is; later, where something broke
            on our side.
        problem: why it was not done. people: of whom it may be.
    """

    key: str
    state: Literal["done", "refused", "whose", "later"]
    problem: LinliError | None = None
    people: Sequence[Own] = ()


def take_all(brought: Iterable[object], held: DeviceSession, *, by: Caller, at: datetime) -> list[Answer]:
    """Take taps in the order they were made. What is wrong with one changes nothing for the others.

    Args:
        held: the session of the phone that brings them.
    """
    own = people_of_device(by)
    return [_take(each, held, own, by, at) for each in brought]


def _take(raw: object, held: DeviceSession, own: Sequence[Own], by: Caller, at: datetime) -> Answer:
    key = str(raw.get("key", "")) if isinstance(raw, Mapping) else ""
    try:
        with transaction.atomic():
            people = _carry_out(_read(raw), held, own, by, at)
        return Answer(key, "whose" if people else "done", people=people)
    except LinliError as problem:
        return Answer(key, "refused", problem)
    except Exception as error:  # its words could name somebody
        _log.error("a tap broke: %s", type(error).__name__)
        return Answer(key, "later")


def _read(raw: object) -> Tap:
    if not isinstance(raw, Mapping):
        raise Invalid
    key, of = reading.uuid_of(raw.get("key")), reading.uuid_of(raw.get("of"))
    if key is None or raw.get("does") not in (START, FINISH):
        raise Invalid
    return Tap(
        key=key,
        mark=reading.text(raw.get("mark"), _MOST_TEXT),
        code=reading.text(raw.get("code"), _MOST_TEXT),
        does=str(raw.get("does")),
        told_ms=_ms(raw.get("at")),
        offset_ms=_ms(raw.get("offset")),
        of=of,
        service=_number(raw, "service"),
        person=_number(raw, "person"),
    )


def _ms(said: object) -> int:
    if not isinstance(said, int) or abs(said) > MOST_ID:
        raise Invalid
    return said


def _number(raw: Mapping[str, Any], name: str) -> int | None:
    return reading.number(raw[name]) if raw.get(name) is not None else None


def _carry_out(tap: Tap, held: DeviceSession, own: Sequence[Own], by: Caller, at: datetime) -> Sequence[Own]:
    """Write a tap down. Returns nobody, or of whom it may be where nothing was written because that is not clear.

    Raises:
        TappedByAnother: it was made while the phone stood for somebody else.
        Others: as ``posts.post_of``, ``kept.start`` and ``kept.finish``.
    """
    mark = marks.read(tap.mark)
    within = marks.stands_for(mark, held, at) if mark is not None else None
    if within is None:
        raise TappedByAnother
    happened, clipped = corrected(tap.told_ms, tap.offset_ms, since=within[0], latest=within[1])
    post = posts.post_of(tap.code, happened)
    meant = _meant(tap, post, own, happened)
    if len(meant) != 1:
        return meant
    (person,) = (each.person for each in meant)
    if tap.does == START:
        kept.start(person, post, key=tap.key, happened=happened, clipped=clipped, by=by, at=at)
    else:
        kept.finish(
            person,
            post,
            key=tap.key,
            of=tap.of,
            service=tap.service,
            happened=happened,
            clipped=clipped,
            by=by,
            at=at,
        )
    return ()


def _meant(tap: Tap, post: Post, own: Sequence[Own], happened: datetime) -> Sequence[Own]:
    """Of whom a tap is: one, or all of whom it may be.

    Raises:
        TappedByAnother: of nobody for whom the phone speaks.
    """
    if tap.person is not None:
        own = [each for each in own if each.person == tap.person]
    if not own:
        raise TappedByAnother
    if len(own) == 1:
        return own
    written = _written(tap)
    if written is not None:
        own = [each for each in own if each.person == written]
        if not own:
            raise TappedByAnother
        return own
    return [each for each in own if _fits(tap, post, each.person, happened)] or own


def _fits(tap: Tap, post: Post, person: int, happened: datetime) -> bool:
    if tap.does == START:
        return queries.booked_at(person, post.event, post.area.pk, happened) is not None
    current = queries.on_duty(person)
    return current is not None and queries.is_at(current, post.area.pk, happened)


def _written(tap: Tap) -> int | None:
    """Whose a tap is that came before, or whose start it finishes."""
    found = Service.objects.filter(key=tap.key).first() or Service.objects.filter(finish_key=tap.key).first()
    if found is None and tap.of is not None:
        found = Service.objects.filter(key=tap.of).first()
    if found is None and tap.service is not None:
        found = Service.objects.filter(pk=tap.service).first()
    return found.person_id if found is not None else None
