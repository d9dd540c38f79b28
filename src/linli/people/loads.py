"""On which basis people of a file are kept: for this event, or standing, with an owner and a yearly review."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from linli.common.caller import Caller
from linli.custody import trail
from linli.people.errors import LoadNotReviewed, LoadReviewed, LoadWithoutBasis, ReviewDay
from linli.people.models import Load
from linli.places.models import Area

REVIEWED_EVERY = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Basis:
    """What whoever loads people says about keeping them.

    Attributes:
        holder: an event's id; -1 the standing register, -2 the service.
        owner, legal_basis: who answers for a standing list, and what allows it; empty for an event.
    """

    holder: int
    owner: str = ""
    legal_basis: str = ""

    @property
    def standing(self) -> bool:
        """Whether it stays when an event ends."""
        return self.holder < 0


@transaction.atomic
def note(template: str, community: Area, basis: Basis, people: int, *, by: Caller, at: datetime) -> Load:
    """Write down that a file was taken and on which basis. A standing list is looked at again within a year.

    Raises:
        LoadWithoutBasis: a standing list without an owner or a legal basis.
    """
    if basis.standing and not (basis.owner.strip() and basis.legal_basis.strip()):
        raise LoadWithoutBasis
    load = Load.objects.create(
        template=template,
        community=community,
        holder=basis.holder,
        owner=basis.owner.strip() if basis.standing else "",
        legal_basis=basis.legal_basis.strip() if basis.standing else "",
        review_by=localdate(at) + REVIEWED_EVERY if basis.standing else None,
        people=people,
        loaded_by=by.user,
        loaded_at=at,
    )
    facts: dict[str, trail.Fact | list[trail.Fact]] = {"template": template, "holder": basis.holder, "people": people}
    trail.record("people.loaded", who=by, subject=f"load:{load.pk}", at=at, area=community.pk, facts=facts)
    return load


@transaction.atomic
def keep(load: Load, until: date, *, by: Caller, at: datetime) -> None:
    """Record a review: the list is still needed and is looked at again on a day within a year.

    Raises:
        ReviewDay: the day is not after today, or more than a year ahead.
        LoadNotReviewed, LoadReviewed: as for `end`.
    """
    today = localdate(at)
    if not today < until <= today + REVIEWED_EVERY:
        raise ReviewDay(days=REVIEWED_EVERY.days)
    _review(load, by=by, at=at, review_by=until)
    trail.record(
        "load.kept",
        who=by,
        subject=f"load:{load.pk}",
        at=at,
        area=load.community_id,
        facts={"until": until.isoformat()},
    )


@transaction.atomic
def end(load: Load, *, by: Caller, at: datetime) -> None:
    """Record a review: the list is no longer needed. Nobody is erased by this; that takes two people, elsewhere.

    Raises:
        LoadNotReviewed: it is kept for an event.
        LoadReviewed: somebody reviewed it since it was read, or it was ended before.
    """
    _review(load, by=by, at=at, ended_at=at)
    trail.record("load.ended", who=by, subject=f"load:{load.pk}", at=at, area=load.community_id)


def _review(load: Load, *, by: Caller, at: datetime, **said: date) -> None:
    """Only from the state that was read: of two desks with one list open, the second is told."""
    if load.holder > 0:
        raise LoadNotReviewed
    seen = Load.objects.filter(pk=load.pk, reviewed_at=load.reviewed_at, ended_at__isnull=True)
    if not seen.update(reviewed_by=by.user, reviewed_at=at, **said):
        raise LoadReviewed
    load.refresh_from_db()
