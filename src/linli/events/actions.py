"""Changing events: opening and ending one, declaring zones, letting them go down by their steps, lifting them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db import connection, transaction
from django.db.models import Q
from django.utils.timezone import localdate

from linli.common.caller import Caller
from linli.common.db import from_on
from linli.common.errors import NotFound
from linli.common.typed import check_readable
from linli.custody import trail
from linli.custody.roles import Decide, deciding_somewhere
from linli.events import packs, queries, rules
from linli.events.errors import (
    EventAreasMissing,
    EventEnded,
    EventNameMissing,
    EventNotActive,
    EventOpenAlready,
    EventStartOff,
    EventUnderWay,
    LiftReasonUnknown,
    NotDecidedHere,
    NotToBeMarked,
    PackNotInForce,
    ZoneBasisMissing,
    ZoneCaseAhead,
    ZoneLevelUnknown,
    ZoneMeanwhile,
    ZoneNotLifted,
    ZoneOutsideEvent,
    ZoneStepsDown,
    ZoneTestsMissing,
    ZoneTooEarly,
)
from linli.events.models import Event, EventArea, Zone
from linli.events.packs import Pack, pack_of
from linli.places.models import Area, Place, Within

MOST_NAME = 80
BACK = timedelta(days=31)  # how long ago an event may have begun that nobody had opened here
AHEAD = timedelta(days=366)
MOST_BASIS = 200


class LiftReason(StrEnum):
    """Why a zone is lifted rather than stepped down."""

    OVER = "over"  # it is of the lowest level, and no longer needed
    REDRAWN = "redrawn"  # zones over other places stand in for it
    MISTAKE = "mistake"


@transaction.atomic
def open_event(
    name: str,
    *,
    name_en: str = "",
    pack: str,
    areas: Sequence[Area],
    exercise: bool,
    starts: datetime | None = None,
    by: Caller,
    at: datetime,
) -> Event:
    """Open an event over some areas, by whoever decides about events over all of them. Sent twice, it is one.

    Args:
        starts: from when it is active; now where not given.

    Raises:
        NotDecidedHere, NotFound: the caller does not decide about events, or an area lies outside theirs.
        EventNameMissing, EventAreasMissing: there is no name, or no area.
        UnknownPack, PackNotInForce: no such event pack, or not on the day it starts.
        EventStartOff: it would start too long ago or too far ahead.
        EventOpenAlready: one of that name is open over one of the areas, or over what holds it or lies in it.
    """
    check_readable(name, name_en)
    name, name_en = name.strip(), name_en.strip()
    if not name or len(name) > MOST_NAME or len(name_en) > MOST_NAME:
        raise EventNameMissing(most=MOST_NAME)
    if not areas:
        raise EventAreasMissing
    for area in areas:
        _require(by, Decide.EVENTS, area.pk, at)
    chosen = packs.pack(pack)
    starts = starts or at
    if not at - BACK <= starts <= at + AHEAD:
        raise EventStartOff(back=BACK.days, ahead=AHEAD.days)
    _require_in_force(chosen, localdate(starts))
    covered = sorted({area.pk for area in areas})
    _require_not_open(name, covered, at)
    event = Event.objects.create(
        name=name,
        name_en=name_en,
        pack=chosen.code,
        pack_version=chosen.version,
        started_at=starts,
        exercise=exercise,
    )
    EventArea.objects.bulk_create(EventArea(event=event, area_id=area) for area in covered)
    facts: dict[str, trail.Fact | list[trail.Fact]] = {"pack": chosen.code, "version": chosen.version}
    facts |= {"areas": list(covered), "exercise": exercise, "starts": starts.isoformat()}
    trail.record("event.opened", who=by, subject=f"event:{event.pk}", at=at, area=covered[0], facts=facts)
    return event


@transaction.atomic
def end_event(event: Event, *, by: Caller, at: datetime) -> Event:
    """End an event, and every zone of it, at a moment. Of two who press at once, one does it.

    Raises:
        NotDecidedHere, NotFound: the caller does not decide about events over all of its areas.
        EventNotActive: it begins later than `at`.
        EventEnded: somebody was quicker.
    """
    covered = list(EventArea.objects.filter(event=event).order_by("area").values_list("area", flat=True))
    for area in covered:
        _require(by, Decide.EVENTS, area, at)
    if at <= event.started_at:
        raise EventNotActive(event=event.name)
    if not Event.objects.filter(pk=event.pk, ended_at__isnull=True).update(ended_at=at):
        raise EventEnded(event=event.name)
    zones = Zone.objects.filter(event=event, during__contains=at).select_for_update().order_by("pk")
    ended = [_end(zone, at) for zone in zones if zone.during.lower < at]
    trail.record(
        "event.ended",
        who=by,
        subject=f"event:{event.pk}",
        at=at,
        area=covered[0] if covered else None,
        facts={"zones": len(ended)},
    )
    event.refresh_from_db()
    return event


@transaction.atomic
def call_off_event(event: Event, *, by: Caller, at: datetime) -> None:
    """Take back an event that has not begun; nothing can hang on it yet. Its entries stay in the trail.

    Raises:
        NotDecidedHere, NotFound: the caller does not decide about events over all of its areas.
        EventUnderWay: it has begun; it can be ended.
        EventEnded: somebody was quicker.
    """
    covered = list(EventArea.objects.filter(event=event).order_by("area").values_list("area", flat=True))
    for area in covered:
        _require(by, Decide.EVENTS, area, at)
    held = Event.objects.select_for_update().filter(pk=event.pk).first()
    if held is None:
        raise EventEnded(event=event.name)
    if held.started_at <= at:
        raise EventUnderWay(event=event.name)
    trail.record("event.called_off", who=by, subject=f"event:{event.pk}", at=at, area=covered[0] if covered else None)
    EventArea.objects.filter(event=held).delete()
    held.delete()


@transaction.atomic
def declare_zone(
    event: Event,
    place: Place,
    level: int,
    *,
    basis: str,
    counted_from: date | None = None,
    by: Caller,
    at: datetime,
) -> Zone:
    """Declare a zone over a place; one of the same or a lower level that holds there ends at that moment.

    Args:
        basis: what the decision rests on, in words; names nobody.
        counted_from: the local day of the newest case, from which the days are counted; today where not given.

    Raises:
        NotDecidedHere, NotFound: the caller does not decide about zones, or the place lies outside their areas.
        EventNotActive, ZoneOutsideEvent: the event is not active then, or not there.
        NotToBeMarked, ZoneLevelUnknown: the pack does not mark such a place, or knows no such level.
        ZoneBasisMissing, ZoneCaseAhead: no basis; a newest case in the future.
        ZoneStepsDown: a higher one holds there; it goes down by its steps.
        ZoneMeanwhile: the place's zone changes at this moment or later already.
    """
    account = _require(by, Decide.ZONES, place.pk, at)
    _require_active(event, at)
    if not queries.covers(event, place.pk, at):
        raise ZoneOutsideEvent(event=event.name)
    zones = pack_of(event).zones
    if (kind := queries.kind_of(place)) not in zones.may_be_marked:
        raise NotToBeMarked(kind=kind)
    if zones.level(level) is None:
        raise ZoneLevelUnknown(level=level)
    today = localdate(at)
    if counted_from is not None and counted_from > today:
        raise ZoneCaseAhead(day=counted_from)
    older = _lock_zone_of(event, place, at)
    if older is not None and older.level > level:
        raise ZoneStepsDown
    counted = counted_from or today
    zone = _replace(older, event, place, level, basis=_basis(basis), counted_from=counted, by=account, at=at)
    _record("zone.declared", zone, by, at, older)
    return zone


@transaction.atomic
def step_down(zone: Zone, *, basis: str, all_negative: bool = False, by: Caller, at: datetime) -> Zone:
    """Let a zone go down one step, once its days without a new case have passed; returns the lower one.

    Args:
        all_negative: the caller says that everybody in it was tested negative on the last day.

    Raises:
        NotDecidedHere, NotFound: the caller does not decide about zones, or the place lies outside their areas.
        EventNotActive: the event is not active then.
        ZoneMeanwhile: the zone no longer holds.
        ZoneStepsDown, ZoneTooEarly, ZoneTestsMissing: there is no lower level, days or tests are missing.
        ZoneBasisMissing: no basis.
    """
    account = _require(by, Decide.ZONES, zone.place_id, at)
    _require_active(zone.event, at)
    held = _still_held(zone, at)
    level = pack_of(zone.event).zones.level(held.level)
    step = level.step_down if level is not None else None
    today = localdate(at)
    lacks = rules.lacks_to_step_down(
        step,
        rules.days_without_case(held.counted_from, today),
        came_down=queries.came_down(held),
        all_negative=all_negative,
    )
    if step is None or (lacks is not None and lacks.no_step):
        raise ZoneStepsDown
    if lacks is not None and lacks.days:
        raise ZoneTooEarly(days=lacks.days)
    if lacks is not None:
        raise ZoneTestsMissing
    lower = _replace(held, zone.event, zone.place, step.to, basis=_basis(basis), counted_from=today, by=account, at=at)
    _record("zone.stepped_down", lower, by, at, held)
    return lower


@transaction.atomic
def lift_zone(zone: Zone, *, reason: str, by: Caller, at: datetime) -> Zone:
    """Let a zone end with none after it: over, redrawn or declared by mistake; which one is on record.

    Raises:
        NotDecidedHere, NotFound: the caller does not decide about zones, or the place lies outside their areas.
        LiftReasonUnknown: not one of `LiftReason`.
        ZoneNotLifted: it is said to be over, but is not of the lowest level.
        ZoneMeanwhile: the zone no longer holds.
    """
    _require(by, Decide.ZONES, zone.place_id, at)
    if reason not in list(LiftReason):
        raise LiftReasonUnknown(reason=reason)
    held = _still_held(zone, at)
    if reason == LiftReason.OVER and held.level != rules.LOWEST:
        raise ZoneNotLifted
    _end(held, at)
    _record("zone.lifted", held, by, at, None, reason=str(reason))
    return held


def _require(by: Caller, what: Decide, place_id: int, at: datetime) -> int:
    """The account that decides.

    Who does not decide this anywhere is told so; what lies outside one's area answers as if it were not there.
    """
    roles = deciding_somewhere(what)
    areas = [grant.area for grant in by.grants if grant.role in roles and grant.area is not None and grant.holds_at(at)]
    if by.user is None or not areas:
        raise NotDecidedHere
    around_it = queries.levels_around(place_id, at)
    if around_it.keys().isdisjoint(areas):
        raise NotFound
    if not queries.decides(by, what, around_it, at):
        raise NotDecidedHere
    return by.user


def _require_active(event: Event, at: datetime) -> None:
    # The row is locked, so that an event cannot end while a zone of it is being declared.
    held = Event.objects.select_for_update(no_key=True).get(pk=event.pk)
    if at < held.started_at or (held.ended_at is not None and held.ended_at <= at):
        raise EventNotActive(event=event.name)


def _require_in_force(chosen: Pack, today: date) -> None:
    if not chosen.in_force(today):
        raise PackNotInForce(pack=chosen.code, since=chosen.valid.since, until=chosen.valid.until or "…")


def _require_not_open(name: str, covered: list[int], at: datetime) -> None:
    """Of two who open the same event at once, the second waits and sees what the first did."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"event:{name}"])
    holding = Within.objects.filter(Q(inner__in=covered) | Q(outer__in=covered), during__contains=at)
    touching = Q(areas__in=holding.values("outer")) | Q(areas__in=holding.values("inner"))
    same = Event.objects.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=at), touching, name=name)
    if found := same.order_by("pk").first():
        raise EventOpenAlready(event=name, since=found.started_at)


def _basis(text: str) -> str:
    check_readable(text)
    text = text.strip()
    if not text or len(text) > MOST_BASIS:
        raise ZoneBasisMissing(most=MOST_BASIS)
    return text


def _lock_zone_of(event: Event, place: Place, at: datetime) -> Zone | None:
    """The zone that holds at a place; nobody else changes that place's zones until we are done."""
    Place.objects.select_for_update(no_key=True).get(pk=place.pk)
    rows = Zone.objects.filter(event=event, place=place)
    if later := rows.filter(during__startswith__gte=at).order_by("during").first():
        raise ZoneMeanwhile(since=later.during.lower)
    return rows.filter(during__contains=at).first()


def _still_held(zone: Zone, at: datetime) -> Zone:
    held = _lock_zone_of(zone.event, zone.place, at)
    if held is None or held.pk != zone.pk:
        newest = Zone.objects.filter(event=zone.event_id, place=zone.place_id).order_by("-during").first()
        since = newest.during.lower if newest is not None and newest.pk != zone.pk else zone.during.upper
        raise ZoneMeanwhile(since=since if since is not None else "")
    return held


def _replace(
    older: Zone | None,
    event: Event,
    place: Place,
    level: int,
    *,
    basis: str,
    counted_from: date,
    by: int,
    at: datetime,
) -> Zone:
    if older is not None:
        _end(older, at)
    return Zone.objects.create(
        event=event,
        place=place,
        level=level,
        basis=basis,
        counted_from=counted_from,
        during=from_on(at),
        declared_by=by,
        declared_at=at,
    )


def _end(zone: Zone, at: datetime) -> Zone:
    zone.during = from_on(zone.during.lower, at)
    zone.save(update_fields=["during"])
    return zone


def _record(kind: str, zone: Zone, by: Caller, at: datetime, older: Zone | None, **facts: trail.Fact) -> None:
    seat = queries.seats_of([zone.place_id], at).get(zone.place_id)
    told: dict[str, trail.Fact] = {"event": zone.event_id, "place": zone.place_id, "level": zone.level, **facts}
    if older is not None:
        told["after"] = older.pk
    trail.record(kind, who=by, subject=f"zone:{zone.pk}", at=at, area=seat, facts=told)
