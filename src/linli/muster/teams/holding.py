"""Naming posts, and giving their hours: a shift of whoever belongs there then, within what protects them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction

from linli.common.caller import Caller
from linli.common.db import from_on, unless_excluded
from linli.common.errors import LinliError
from linli.common.moments import LOCAL
from linli.custody import trail
from linli.custody.roles import See, seeing
from linli.duty import booking, protecting
from linli.duty import rules as duty
from linli.duty.models import Booking
from linli.events.models import Event
from linli.events.pack_parts import Post
from linli.events.packs import pack_of
from linli.muster import ages
from linli.muster.errors import NotYoursToDecide
from linli.muster.models import Holding, NamedPost, SignUp
from linli.muster.queries import decides_over, require_decision
from linli.muster.rules import cleaned
from linli.muster.teams import rules
from linli.muster.teams.errors import (
    DayOutOfReach,
    NotHeldAnyMore,
    PostClosed,
    PostHeld,
    PostNameTaken,
    ShiftRefused,
    WorkUnknown,
)
from linli.places.models import Area
from linli.places.queries import within

REACH = timedelta(days=365)
LOOK_BACK = timedelta(days=8)
"""Shifts so near count for rest and for nights in a row, of which a pack allows seven at most."""


@dataclass(frozen=True, slots=True)
class Given:
    """What became of one day of what was asked for; `refused` is the reason, None where it was given."""

    since: datetime
    until: datetime
    refused: LinliError | None


def works_of(event: Event) -> dict[str, str]:
    """What is done at posts of an event, by code."""
    return {each.code: each.name.told() for each in pack_of(event).posts}


def dangerous_works(event: Event) -> dict[str, Post]:
    """Work that nobody does untrained or uninsured, by code."""
    return {each.code: each for each in pack_of(event).posts if each.dangerous}


@transaction.atomic
def name_post(
    event: Event, community: Area, *, kind: NamedPost.Kind, work: str, name: str, by: Caller, at: datetime
) -> NamedPost:
    """Give a post of a community a name.

    Raises:
        NotYoursToDecide. FieldMissing, FieldTooLong, FieldUnreadable: of the name. WorkUnknown. PostNameTaken.
    """
    user = require_decision(by, community.pk, at)
    if work not in works_of(event):
        raise WorkUnknown
    told = cleaned("name", name, most=40)
    facts: dict[str, Any] = {"kind": kind, "work": work, "name": told, "made_by": user, "made_at": at}
    with unless_excluded(PostNameTaken(name=told)):
        post = NamedPost.objects.create(event=event, community=community, **facts)
    trail.record("post.named", who=by, subject=f"post:{post.pk}", at=at, area=community.pk)
    return post


def days(first: date, begins: time, ends: time, n: int, *, at: datetime) -> list[duty.Times]:
    """The same hours on some days in a row, by the clock of the place; an end that is not later is on the next day.

    Raises:
        DayOutOfReach: the first of them is more than a year away.
    """
    if abs(first - at.astimezone(LOCAL).date()) > REACH:
        raise DayOutOfReach
    found = []
    for day in (first + timedelta(days=each) for each in range(n)):
        since = datetime.combine(day, begins, LOCAL)
        until = datetime.combine(day, ends, LOCAL)
        found.append((since, until if until > since else until + timedelta(days=1)))
    return found


@transaction.atomic
def give(post: NamedPost, person: int, times: Iterable[duty.Times], *, by: Caller, at: datetime) -> list[Given]:
    """Let somebody hold a post for some shifts; each is given or refused by itself, and the reason told.

    Raises:
        NotYoursToDecide. PostClosed.
    """
    user = require_decision(by, post.community_id, at)
    booking.hold([person])
    _hold_open(post)
    _free_of_what_is_over(post.event, person, at)
    told = []
    for since, until in times:
        refused: LinliError | None = None
        try:
            with transaction.atomic():
                _give(post, person, (since, until), user, by, at)
        except LinliError as reason:
            refused = reason
        told.append(Given(since, until, refused))
    return told


@transaction.atomic
def hand_over(holding: Holding, person: int, *, by: Caller, at: datetime) -> None:
    """Let somebody else take a shift over: the one ends and the other begins, now or where it begins later.

    By whoever decides in the community, or by a leader with whom both are placed.

    Raises:
        NotYoursToDecide, PostClosed, NotHeldAnyMore. ShiftRefused, BookedMeanwhile: of whoever would take it over.
    """
    post = holding.post
    user = _hands_over(post, {holding.person_id, person}, by, at)
    booking.hold([holding.person_id, person])
    _hold_open(post)
    row = Holding.objects.filter(pk=holding.pk, during__endswith__gt=at).first()
    if row is None or row.person_id == person:
        raise NotHeldAnyMore
    booking.leave([row.booking_id], at)
    _free_of_what_is_over(post.event, person, at)
    _give(post, person, (max(at, row.during.lower), row.during.upper), user, by, at)
    trail.record("post.handed_over", who=by, subject=f"person:{row.person_id}", at=at, area=post.community_id)


@transaction.atomic
def end(holding: Holding, *, by: Caller, at: datetime) -> None:
    """Take a shift back.

    Raises:
        NotYoursToDecide. NotHeldAnyMore: it is over, or a colleague did.
    """
    require_decision(by, holding.post.community_id, at)
    booking.hold([holding.person_id])
    if not Holding.objects.filter(pk=holding.pk, during__endswith__gt=at).exists():
        raise NotHeldAnyMore
    booking.leave([holding.booking_id], at)
    trail.record(
        "post.taken_back", who=by, subject=f"person:{holding.person_id}", at=at, area=holding.post.community_id
    )


@transaction.atomic
def close(post: NamedPost, *, by: Caller, at: datetime) -> None:
    """Close a post; whoever would have held it is free.

    Raises:
        NotYoursToDecide, PostClosed.
    """
    require_decision(by, post.community_id, at)
    rows = Holding.objects.filter(post=post, during__endswith__gt=at)
    booking.hold(rows.values("person"))
    _hold_open(post)
    booking.leave(list(rows.values_list("booking", flat=True)), at)
    NamedPost.objects.filter(pk=post.pk).update(closed_at=at)
    trail.record("post.closed", who=by, subject=f"post:{post.pk}", at=at, area=post.community_id)


def _hands_over(post: NamedPost, people: set[int], by: Caller, at: datetime) -> int:
    """The account that may let one of two people take over from the other; nobody leads themselves."""
    led = by.areas(*seeing(See.PLACED_WITH_THEM))
    if by.user is None or not led or decides_over(by, post.community_id, at):
        return require_decision(by, post.community_id, at)
    placed = Booking.objects.filter(
        event=post.event, person__in=people, kind=Booking.Kind.BELONGS, place__in=within(led, at), during__contains=at
    )
    if by.person in people or set(placed.values_list("person", flat=True)) != people:
        raise NotYoursToDecide
    return by.user


def _hold_open(post: NamedPost) -> None:
    if NamedPost.objects.select_for_update(no_key=True).get(pk=post.pk).closed_at is not None:
        raise PostClosed


def _give(post: NamedPost, person: int, times: duty.Times, user: int, by: Caller, at: datetime) -> None:
    _check(post, person, times, at)
    place, during = post.community_id, from_on(*times)
    kind, facts = Booking.Kind.SHIFT, {"post": post.work, "source": "muster", "by": by, "at": at}
    held = booking.book_one(post.event, person, place, during, kind=kind, **facts)  # type: ignore[arg-type]
    given: dict[str, Any] = {"person_id": person, "during": during, "given_by": user, "given_at": at}
    with unless_excluded(PostHeld()):
        Holding.objects.create(post=post, booking_id=held, event=post.event, place_id=place, **given)
    trail.record("post.given", who=by, subject=f"person:{person}", at=at, area=post.community_id)


def _check(post: NamedPost, person: int, times: duty.Times, at: datetime) -> None:
    """Refuse a shift that somebody may not stand, and say which of the reasons in `SHIFTS` it is."""
    safety = pack_of(post.event).safety
    limits = duty.Limits(safety.shift_max_h, safety.rest_min_h, safety.nights_in_a_row)
    since, until = times
    said = SignUp.objects.filter(event=post.event, person=person, state=SignUp.State.CONFIRMED).first()
    last = (until - timedelta(microseconds=1)).astimezone(LOCAL).date()
    reason: str | None = None
    if until <= at:
        reason = "over"
    elif ages.too_young([person], post.event, since):
        reason = "too_young"
    elif not _belongs(post, person, times):
        reason = "elsewhere"
    elif said is not None and said.fit_said_at is None:
        reason = "not_said_fit"
    elif (lack := _lacks(post, person, last, at)) is not None:
        reason = str(lack)
    elif (found := duty.why_not(times, _shifts(person, times), limits)) is not None:
        reason = str(found)
    elif not rules.can_serve(said.free if said is not None else 0, times):
        reason = "not_free"
    if reason is not None:
        hours = safety.shift_max_h if reason == "too_long" else safety.rest_min_h
        raise ShiftRefused(reason=reason, hours=hours, nights=safety.nights_in_a_row, age=safety.age_min)


def _lacks(post: NamedPost, person: int, day: date, at: datetime) -> duty.Why | None:
    """What somebody lacks to do what is done at a post, where that is dangerous."""
    if post.work not in dangerous_works(post.event):
        return None
    return protecting.lacks(post.event, person, work=post.work, area_id=post.community_id, day=day, at=at)


def _belongs(post: NamedPost, person: int, times: duty.Times) -> bool:
    """Whether somebody is placed in the post's community for all of a time."""
    grids = within([post.community_id], times[0])
    rows = Booking.objects.filter(person=person, event=post.event, kind=Booking.Kind.BELONGS, place__in=grids)
    return rows.filter(during__contains=from_on(*times)).exists()


def _shifts(person: int, times: duty.Times) -> Collection[duty.Times]:
    near = from_on(times[0] - LOOK_BACK, times[1] + LOOK_BACK)
    rows = Booking.objects.filter(person=person, kind=Booking.Kind.SHIFT, during__overlap=near)
    return [(row.during.lower, row.during.upper) for row in rows]


_NOT_INSIDE = """
SELECT h.booking_id FROM muster_holding h WHERE h.event_id = %(event)s AND h.person_id = %(person)s
AND upper(h.during) > %(at)s AND NOT EXISTS (
    SELECT FROM duty_booking b WHERE b.person_id = h.person_id AND b.event_id = h.event_id AND b.kind = 0
    AND b.during @> h.during)
"""


def _free_of_what_is_over(event: Event, person: int, at: datetime) -> None:
    """End shifts at posts of somebody who is no longer placed then: they would keep them from standing elsewhere."""
    with connection.cursor() as cursor:
        cursor.execute(_NOT_INSIDE, {"event": event.pk, "person": person, "at": at})
        stale = [row[0] for row in cursor.fetchall()]
    booking.leave(stale, at)
