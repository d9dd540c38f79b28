"""Reading the duty log: each record fetched and authorised in one go.

A community's desk sees its log. The street sees the entries it holds itself, and counts; levels above see counts.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import DateTimeField, Q, QuerySet

from linli.access import queries as access
from linli.access.models import User
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.compiled import Compiled, Given, OneOf
from linli.common.errors import NotFound
from linli.custody import secrets
from linli.custody.roles import Decide, deciding
from linli.desk.errors import NoEventForEntry, NotAtThisDesk
from linli.desk.models import Entry, HandOver, Passing
from linli.events.models import Event
from linli.events.queries import active_event
from linli.places import queries as places
from linli.places.models import Area, Level, Within

DESK, STREET = "community_desk", "street"
HOLDING = (DESK, STREET)
COUNTING = (STREET, "district", "city")
_FINDING = deciding(Decide.FOUND)


def runs_desk(caller: Caller, community_id: int, at: datetime) -> bool:
    """Whether a caller works at the desk of a community."""
    return places.is_within_any(community_id, caller.areas(DESK), at)


def office(caller: Caller, community_id: int, at: datetime) -> tuple[int, bool]:
    """The account that will stand on record, and whether it acts for the street rather than for the desk.

    Raises:
        NotAtThisDesk: the caller has neither role over the community now.
    """
    if caller.user is not None:
        if runs_desk(caller, community_id, at):
            return caller.user, False
        if places.is_within_any(community_id, caller.areas(STREET), at):
            return caller.user, True
    raise NotAtThisDesk


def office_to_note(caller: Caller, community_id: int, at: datetime) -> tuple[int, bool]:
    """As ``office``; a grid worker too notes what they were told at a door inside the community. They have the entry
    until the desk takes it over, and neither read the log nor close anything in it.

    Raises:
        NotAtThisDesk: the caller has none of these roles there now.
    """
    if caller.user is not None:
        doors = [g.area for g in caller.grants if g.role in _FINDING and g.area is not None and g.holds_at(at)]
        if any(places.is_within(area, community_id, at) for area in doors):
            return caller.user, False
    return office(caller, community_id, at)


def community_to_log(caller: Caller, community_id: int, *roles: str) -> Area:
    """A community for which the caller may note what they hear, at its desk or for its street.

    Raises:
        NotFound: it does not exist, is no community, or lies elsewhere.
    """
    at = now()
    found = places.community(community_id, at)
    if found is None or not places.is_within_any(community_id, caller.areas(*(roles or HOLDING)), at):
        raise NotFound
    return found


def event_to_log(community: Area, at: datetime) -> Event:
    """The event that entries of a community belong to at a moment.

    Raises:
        NoEventForEntry: none is active there.
    """
    event = active_event(at, community.pk)
    if event is None:
        raise NoEventForEntry(name=community.called)
    return event


def entries_within(caller: Caller) -> QuerySet[Entry]:
    """Entries of the caller's desks, and those that the caller's street holds."""
    at = now()
    return _within(places.within(caller.areas(DESK), at), places.within(caller.areas(STREET), at))


def _within(of_desks: QuerySet[Within, int], of_streets: QuerySet[Within, int]) -> QuerySet[Entry]:
    return Entry.objects.filter(Q(community__in=of_desks) | Q(community__in=of_streets, with_street=True))


def _within_given() -> QuerySet[Entry]:
    """Entries within `desks` and `streets` `at` a moment, which are given when it is asked."""
    now_inside = Within.objects.filter(during__contains=Given("at", DateTimeField()))
    desks, streets = (
        now_inside.filter(outer=OneOf(name)).values_list("inner", flat=True) for name in ("desks", "streets")
    )
    return _within(desks, streets)


_VISIBLE = Compiled(lambda: _within_given().select_related("event", "community").filter(pk=Given("entry")))
_SAME_PHONE = Compiled(
    lambda: (
        _within_given()
        .filter(community=Given("community"), phone_index=Given("phone"))
        .exclude(pk=Given("entry"))
        .order_by("-received_at")[:10]
    )
)


def _asks(caller: Caller) -> dict[str, object]:
    return {"desks": list(caller.areas(DESK)), "streets": list(caller.areas(STREET)), "at": now()}


def open_entries(caller: Caller, community: Area | None = None) -> QuerySet[Entry]:
    """Entries the caller sees that nobody has closed yet, of one community where it is given."""
    found = entries_within(caller).filter(closed_at__isnull=True)
    return found if community is None else found.filter(community=community)


def closed_entries(caller: Caller, community: Area) -> QuerySet[Entry]:
    """Entries of a community that were closed, the newest first."""
    return entries_within(caller).filter(community=community, closed_at__isnull=False).order_by("-closed_at", "-pk")


def entry_visible_to(caller: Caller, entry_id: UUID) -> Entry:
    """One entry, if it lies at the caller's desk or the caller's street holds it.

    Raises:
        NotFound: it does not exist, or is not theirs to see.
    """
    found = _VISIBLE.first(entry=entry_id, **_asks(caller))
    if found is None:
        raise NotFound
    return found


def from_the_same_phone(caller: Caller, entry: Entry) -> list[Entry]:
    """Other entries the caller sees from the same phone, the newest first; at most ten."""
    if entry.phone_index is None:
        return []
    said = {"entry": entry.pk, "community": entry.community_id, "phone": bytes(entry.phone_index)}
    return _SAME_PHONE.all(**said, **_asks(caller))


_PASSINGS = Compiled(lambda: Passing.objects.filter(entry=Given("entry")).order_by("pk"))


def passings_of(entry: Entry) -> list[Passing]:
    """How an entry went from hand to hand, the first first."""
    return _PASSINGS.all(entry=entry.pk)


def colleagues(community: Area, at: datetime, *, but: int) -> QuerySet[User]:
    """Accounts that work at a community's desk now, by name, without one of them."""
    above = [area.pk for area in places.ancestors(community.pk, at)]
    return access.holders_of(DESK, above, at).exclude(pk=but)


def hand_overs_waiting(community: Area) -> QuerySet[HandOver]:
    """Hand-overs of a community that nobody has taken over yet, the oldest first."""
    return HandOver.objects.filter(community=community, taken_at__isnull=True, called_off_at__isnull=True).order_by(
        "pk"
    )


def hand_overs_of(community: Area) -> QuerySet[HandOver]:
    """Every shift change of a community's desk, the newest first."""
    return HandOver.objects.filter(community=community).order_by("-pk")


def hand_over_visible_to(caller: Caller, hand_over_id: int) -> HandOver:
    """One hand-over of a desk that the caller works at.

    Raises:
        NotFound: it does not exist, or belongs to another desk.
    """
    seen = places.within(caller.areas(DESK), now())
    found = HandOver.objects.select_related("community").filter(pk=hand_over_id, community__in=seen).first()
    if found is None:
        raise NotFound
    return found


def handed_over_by(hand_over: HandOver) -> QuerySet[Entry]:
    """The open entries that a hand-over would pass on now."""
    found = Entry.objects.filter(community=hand_over.community_id, closed_at__isnull=True, with_street=False)
    if not hand_over.whole_desk:
        found = found.filter(holder=hand_over.given_by)
    return found.exclude(holder=hand_over.to)


@dataclass(frozen=True, slots=True)
class Log:
    """How many entries of an area are open, and how many of those overdue."""

    open: int = 0
    overdue: int = 0


def counts_of(area_ids: Collection[int], at: datetime) -> dict[int, Log]:
    """How the duty logs of some areas stand; one query. An area where nothing is open is left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT up.outer_id, count(*), count(*) FILTER (WHERE e.due_at <= %(at)s)
            FROM desk_entry e
            JOIN places_within up ON up.inner_id = e.community_id AND up.during @> %(at)s::timestamptz
            WHERE e.closed_at IS NULL AND up.outer_id = ANY(%(areas)s)
            GROUP BY up.outer_id
            """,
            {"at": at, "areas": list(area_ids)},
        )
        return {area: Log(waiting, late) for area, waiting, late in cursor.fetchall()}


def area_to_count(caller: Caller, area_id: int) -> Area:
    """An area down to a community whose duty logs the caller may see counted.

    Raises:
        NotFound: it does not exist, is a grid, or lies elsewhere.
    """
    seen = places.within(caller.areas(*COUNTING), now())
    found = Area.objects.filter(pk=area_id, level__lte=Level.COMMUNITY, place__in=seen).first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class Said:
    """What was typed about an entry, in clear: for masks, and for a reveal that has been logged."""

    caller: str
    phone: str | None
    about: str
    need: str
    done: str


def said(entry: Entry) -> Said:
    """Unseal what was typed about an entry. Where whoever called was erased, nothing is left of them."""
    return Said(
        caller=secrets.unseal(entry.caller) if bytes(entry.caller) else "",
        phone=secrets.unseal(entry.phone) if entry.phone is not None else None,
        about=secrets.unseal(entry.about),
        need=secrets.unseal(entry.need),
        done=secrets.unseal(entry.done) if entry.done is not None else "",
    )
