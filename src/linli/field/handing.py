"""Handing a worker's doors to a colleague for the rest of a shift: the desk gives them, and both stand on record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from linli.access.actions.grants import grant_role
from linli.access.errors import AlreadyHeld
from linli.access.models import RoleGrant, User
from linli.access.queries import could_grant, grants_by_phone, grants_of
from linli.common.caller import Caller
from linli.common.errors import Invalid
from linli.custody import trail
from linli.field import settling
from linli.field.errors import NoDoorsToHandOver
from linli.field.leases import ROLES
from linli.field.models import LONGEST, Lease
from linli.ledger import walking
from linli.ledger.models import Finding
from linli.ledger.reached import OPEN
from linli.ledger.sweeps import sweeps_open
from linli.places.models import Area

ROLE = ROLES[0]


@dataclass(frozen=True, slots=True)
class Held:
    """An area of a worker's in the sweep that is nearest to it: doors due, done, and what they recorded there."""

    area: Area
    due: int
    done: int
    recorded: int


@dataclass(frozen=True, slots=True)
class Shift:
    """What a worker hands over.

    Attributes:
        waiting: things of theirs that wait for their own decision, on any phone.
        fetched_at: when a phone of theirs got the doors last; None: none holds them now.
    """

    held: list[Held]
    waiting: int
    fetched_at: datetime | None


def doors_given(giver: User, by: Caller, at: datetime) -> list[RoleGrant]:
    """The grants behind a worker's doors that the caller gives, oldest first."""
    return [each for each in grants_of(giver, at).filter(role=ROLE) if could_grant(ROLE, each.area, by, at)]


def colleagues(giver: User, by: Caller, at: datetime) -> list[User]:
    """Grid workers of the caller's who may take over, by name."""
    theirs = grants_by_phone(by, at).filter(role=ROLE).exclude(user=giver)
    return list(User.objects.filter(pk__in=theirs.values("user")).order_by("display_name", "pk"))


def shift_of(giver: User, by: Caller, at: datetime) -> Shift:
    """What is done and what is left of the doors that the caller gave a worker."""
    areas = Area.objects.in_bulk([each.area for each in doors_given(giver, by, at)])
    held = [_held(giver, area, at) for area in areas.values()]
    now_out = Lease.objects.filter(user=giver, ended_at__isnull=True, until__gt=at).order_by("-since")
    return Shift(held, len(settling.waiting_for(giver.pk)), now_out.values_list("since", flat=True).first())


def _held(giver: User, area: Area, at: datetime) -> Held:
    sweep = next(iter(sweeps_open(area.pk, at)), None)
    if sweep is None:
        return Held(area, 0, 0, 0)
    counts = walking.Walk(sweep, area, at, not_yet=False).counts()
    mine = Finding.objects.filter(sweep=sweep, by=giver.pk, taken_back_at__isnull=True)
    done = sum(number for state, number in counts.items() if state not in OPEN)
    return Held(area, sum(counts.values()), done, mine.values("dwelling").distinct().count())


@transaction.atomic
def hand_over(giver: User, receiver: User, *, until: datetime, by: Caller, at: datetime) -> Sequence[RoleGrant]:
    """Give a colleague the doors of a worker until a moment; the worker's phones let go of them.

    What the worker wrote down stays on their phone until it is sent, and is theirs. Their role stays for another day.
    Returns the grants that are new.

    Raises:
        NoDoorsToHandOver: the caller gives none of the worker's doors. Invalid: both are one, or it is for too long.
        BadPeriod, MayNotGrant, OwnRole, AccountClosed: as ``access.actions.grant_role``.
    """
    if giver.pk == receiver.pk or until - at > LONGEST:
        raise Invalid
    doors = doors_given(giver, by, at)
    if not doors:
        raise NoDoorsToHandOver(name=giver.display_name)
    made = []
    for each in doors:
        try:
            with transaction.atomic():
                made.append(grant_role(ROLE, user=receiver, area=each.area, until=until, by=by, at=at))
        except AlreadyHeld:  # they go from these doors to those already
            continue
    Lease.objects.filter(user=giver, ended_at__isnull=True, until__gt=at).update(ended_at=at)
    facts: dict[str, trail.Fact | list[trail.Fact]] = {"to": receiver.pk, "until": until.isoformat()}
    trail.record("doors.handed_over", who=by, subject=f"user:{giver.pk}", at=at, area=doors[0].area, facts=facts)
    return made


def for_hours(hours: int, at: datetime) -> datetime:
    """When so many hours are over."""
    return at + timedelta(hours=hours)
