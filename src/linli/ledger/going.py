"""Moves as people say them: to another door, a guest, to hospital, school or quarantine, away, back, out, died.

`go` turns what was said into where somebody is counted, and calls ``moving.move``; a grid worker's word waits for the
desk (``propose``, ``take``, ``set_aside``). A move that is told late is filed where it belongs in time.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet

from linli.common.caller import Caller
from linli.common.errors import NotFound
from linli.custody import trail
from linli.ledger import moving, scope, whereto
from linli.ledger.cards import person_visible_to
from linli.ledger.errors import (
    DoorAmbiguous,
    DoorUnknown,
    MoveDecided,
    NoHomeKnown,
    NotYourDoor,
    NotYourPerson,
    PlaceMissing,
    StayInTheFuture,
)
from linli.ledger.models import MoveProposed
from linli.ledger.search import doors_called
from linli.people.actions import lock_buildings_of
from linli.people.models import Household, Person, Stay
from linli.places import queries as places
from linli.places.models import Area, Dwelling, Place

What = MoveProposed.What
BEHIND_A_DOOR = frozenset({What.DOOR, What.GUEST})
COUNTED_THERE = {
    What.HOSPITAL: Stay.Kind.HOSPITAL,
    What.SCHOOL: Stay.Kind.SCHOOL,
    What.QUARANTINE: Stay.Kind.QUARANTINE,
}


@dataclass(frozen=True, slots=True)
class Going:
    """A move as it was said.

    Attributes:
        dwelling: the door, where it is to a door. counted_in: the micro-grid of a hospital, school or quarantine place.
        joins: joins the household behind the door; else makes one of their own.
        since: when it happened, which may be earlier than what is known already.
    """

    what: MoveProposed.What
    since: datetime
    dwelling: int | None = None
    counted_in: int | None = None
    joins: bool = True


def door_called(by: Caller, said: str, at: datetime) -> int:
    """The one door in the caller's area that a text means.

    Raises:
        DoorUnknown: there is none. DoorAmbiguous: there are several.
    """
    found = doors_called(scope.found_over(by, at), said, at)
    if not found:
        raise DoorUnknown
    if len(found) > 1:
        raise DoorAmbiguous(doors=len(found))
    return found[0]


@transaction.atomic
def go(person_id: int, going: Going, *, by: Caller, at: datetime) -> Stay:
    """Move somebody as it was said. Who stands for somebody else moves as that one.

    Raises:
        NotFound: nobody of that number belongs to the caller's area. NotYourPerson: nobody they decide about.
        NotYourDoor: the door belongs to somebody else's area.
        PlaceMissing, NoHomeKnown: it is not said, and not known, where.
        StayInTheFuture, MoveSaidAlready, CountedElsewhere: as ``moving.move``.
    """
    person, seats = person_visible_to(by, person_id, at)
    if not scope.decides_in(by, seats, at):
        raise NotYourPerson
    _check(going, by, at, scope.decides_in)
    home = _home_of(person)
    kind, counted_in, household, at_home = _where(going, home, at)
    if going.what in BEHIND_A_DOOR:
        assert going.dwelling is not None, "checked"
        household = household_behind(going.dwelling, joins=going.joins)
    return moving.move(
        [person.pk],
        kind=kind,
        counted_in=counted_in,
        household=household,
        home=at_home,
        since=going.since,
        died=going.what == What.DIED,
        by=by,
        at=at,
    )[0]


def household_behind(dwelling_id: int, *, joins: bool) -> Household:
    """The household behind a door that somebody joins: one that is lived in, else the newest; a new one where none is
    there or is wanted.

    The door is locked: two who move in at once make one household.
    """
    lock_buildings_of([dwelling_id])
    living = Stay.objects.filter(household__dwelling=dwelling_id, since=F("person__counted_since"))
    lived_in = living.exclude(kind=Stay.Kind.GONE).values("household")
    there = Household.objects.filter(dwelling=dwelling_id).order_by("-pk")
    known = there.filter(pk__in=lived_in).first() or there.first()
    if known is not None and joins:
        return known
    collective = Dwelling.objects.filter(pk=dwelling_id, state=Dwelling.State.COLLECTIVE).exists()
    kind = Household.Kind.COLLECTIVE if collective else Household.Kind.FAMILY
    return Household.objects.create(dwelling_id=dwelling_id, kind=kind)


def _check(going: Going, by: Caller, at: datetime, inside: Callable[[Caller, Collection[int], datetime], bool]) -> None:
    """Whether what was said is whole and lies where the caller may say it."""
    if going.since > at:
        raise StayInTheFuture(since=going.since)
    if going.what in BEHIND_A_DOOR:
        if going.dwelling is None:
            raise DoorUnknown
        held = scope.micro_grids_of([going.dwelling], at).get(going.dwelling)
        if held is None or not inside(by, [held], at):
            raise NotYourDoor
    if going.what in COUNTED_THERE and not whereto.counts(going.counted_in, at):
        raise PlaceMissing


def _home_of(person: Person) -> Stay | None:
    """The newest stay at home; of who never had one, the newest of all."""
    stays = Stay.objects.select_related("household__dwelling", "home").filter(person=person)
    at_home = stays.filter(kind=Stay.Kind.HOME).order_by("-since").first()
    return at_home or stays.order_by("-since").first()


def _where(
    going: Going, home: Stay | None, at: datetime
) -> tuple[Stay.Kind, Area | None, Household | None, Place | None]:
    """Kind, micro-grid, household and home of the stay that a move makes.

    A guest is counted where they are, and their home stays what it was; whoever comes back is counted at home again.
    """
    household = home.household if home is not None else None
    at_home = home.home if home is not None else None
    if going.what in BEHIND_A_DOOR:
        assert going.dwelling is not None, "checked"
        held = Area.objects.get(pk=scope.micro_grids_of([going.dwelling], at)[going.dwelling])
        if going.what == What.GUEST:
            return Stay.Kind.GUEST, held, None, at_home or (household.dwelling if household else None)
        return Stay.Kind.HOME, held, None, Place.objects.get(pk=going.dwelling)
    if going.what in COUNTED_THERE:
        return COUNTED_THERE[going.what], Area.objects.get(pk=going.counted_in), household, at_home
    if going.what == What.BACK:
        if household is None:
            raise NoHomeKnown
        micro = scope.micro_grids_of([household.dwelling_id], at).get(household.dwelling_id)
        if micro is None:
            raise NoHomeKnown
        return Stay.Kind.HOME, Area.objects.get(pk=micro), household, at_home
    if going.what == What.AWAY:
        return Stay.Kind.AWAY, None, household, at_home
    return Stay.Kind.GONE, None, household, at_home


@transaction.atomic
def propose(person_id: int, going: Going, *, key: UUID | None = None, by: Caller, at: datetime) -> MoveProposed:
    """Tell the desk of a move. Sent twice with one key, it is one proposal.

    Raises:
        NotFound: nobody of that number belongs to the caller's area. NotYourPerson: nobody they write about.
        Otherwise as ``go``.
    """
    person, seats = person_visible_to(by, person_id, at)
    if not scope.writes_in(by, seats, at):
        raise NotYourPerson
    _check(going, by, at, scope.writes_in)
    said = {
        "person": person,
        "seat_id": seats[-1],
        "what": going.what,
        "dwelling_id": going.dwelling if going.what in BEHIND_A_DOOR else None,
        "counted_in_id": going.counted_in if going.what in COUNTED_THERE else None,
        "joins": going.joins,
        "since": going.since,
        "by": by.user,
        "proposed_at": at,
    }
    if key is None:
        made, fresh = MoveProposed.objects.create(**said), True
    else:
        made, fresh = MoveProposed.objects.get_or_create(id=key, defaults=said)
    if fresh:
        trail.record("move.proposed", who=by, subject=f"person:{person.pk}", at=at, area=seats[-1])
    return made


def waiting(by: Caller, at: datetime) -> QuerySet[MoveProposed]:
    """Proposed moves that wait for the caller's desk, who has waited longest first."""
    theirs = places.within(scope.decided_over(by, at), at)
    found = MoveProposed.objects.filter(taken__isnull=True, seat__in=theirs).select_related("counted_in", "seat")
    return found.order_by("proposed_at", "pk")


def proposal_visible_to(by: Caller, key: UUID, at: datetime) -> MoveProposed:
    """One proposed move that the caller's desk decides about.

    Raises:
        NotFound: there is none.
    """
    found = MoveProposed.objects.filter(pk=key).first()
    if found is None or not scope.decides_in(by, [found.seat_id], at):
        raise NotFound
    return found


@transaction.atomic
def take(key: UUID, *, by: Caller, at: datetime) -> Stay:
    """The desk takes a proposed move: it is filed as of when it happened. Raises MoveDecided, and as ``go``."""
    found = _decide(key, taken=True, by=by, at=at)
    what = MoveProposed.What(found.what)
    return go(
        found.person_id,
        Going(what, found.since, found.dwelling_id, found.counted_in_id, found.joins),
        by=by,
        at=at,
    )


@transaction.atomic
def set_aside(key: UUID, *, by: Caller, at: datetime) -> None:
    """The desk sets a proposed move aside: it did not happen. Raises MoveDecided, NotFound."""
    _decide(key, taken=False, by=by, at=at)


def _decide(key: UUID, *, taken: bool, by: Caller, at: datetime) -> MoveProposed:
    found = proposal_visible_to(by, key, at)
    open_yet = MoveProposed.objects.filter(pk=key, taken__isnull=True)
    if not open_yet.update(taken=taken, decided_by=by.user, decided_at=at):
        raise MoveDecided
    kind = "move.taken" if taken else "move.set_aside"
    trail.record(kind, who=by, subject=f"person:{found.person_id}", at=at)
    return found
