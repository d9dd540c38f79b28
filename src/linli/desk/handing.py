"""Shift change (交接班): open entries offered to a colleague by name, and taken over by them."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from linli.common.caller import Caller
from linli.custody import trail
from linli.desk import queries
from linli.desk.errors import HandOverOver, HandOverWaits, NoSuchColleague, NotAtThisDesk, NothingToHandOver
from linli.desk.models import Entry, HandOver, Passing
from linli.places.models import Area


@transaction.atomic
def offer(community: Area, *, to: int, whole_desk: bool, by: Caller, at: datetime) -> HandOver:
    """Offer what is open, one's own or all of the desk's, to a colleague. It stays where it is until they take it.

    Args:
        to: the account of a colleague who works at this desk now.

    Raises:
        NotAtThisDesk: the caller does not work at this desk.
        NoSuchColleague: the other one does not.
        NothingToHandOver: nothing is open.
        HandOverWaits: an earlier one has not been taken over yet.
    """
    user = _at_desk(by, community.pk, at)
    if not queries.colleagues(community, at, but=user).filter(pk=to).exists():
        raise NoSuchColleague
    wanted = HandOver(community=community, whole_desk=whole_desk, given_by=user, given_at=at, to=to)
    if not queries.handed_over_by(wanted).exists():
        raise NothingToHandOver
    try:
        with transaction.atomic():
            wanted.save(force_insert=True)
    except IntegrityError as clash:
        raise HandOverWaits from clash
    _record("hand_over.offered", wanted, by=by, at=at, whole_desk=whole_desk)
    return wanted


@transaction.atomic
def take_over(hand_over: HandOver, *, by: Caller, at: datetime) -> int:
    """Take over what was offered to the caller by name: from then on they hold it. Returns how many entries.

    Raises:
        NotAtThisDesk: it was offered to somebody else, or the caller works here no more.
        HandOverOver: it was taken over or called off already.
    """
    user = _at_desk(by, hand_over.community_id, at)
    if hand_over.to != user:
        raise NotAtThisDesk
    if not _waiting(hand_over).update(taken_at=at):
        raise HandOverOver
    # Locked by id, so that whoever closes or takes one of them meanwhile comes wholly before or wholly after this.
    held = dict(
        queries.handed_over_by(hand_over).select_for_update(no_key=True).order_by("pk").values_list("pk", "holder")
    )
    Passing.objects.bulk_create(
        [
            Passing(entry_id=entry, hand_over=hand_over, given_by=holder, to=user, at=at)
            for entry, holder in held.items()
        ],
        batch_size=1000,
    )
    Entry.objects.filter(pk__in=held).update(holder=user)
    subjects = (f"duty_entry:{entry}" for entry in held)
    trail.record_many("duty_entry.handed_over", who=by, subjects=subjects, at=at, area=hand_over.community_id)
    _record("hand_over.taken", hand_over, by=by, at=at, entries=len(held))
    return len(held)


@transaction.atomic
def call_off(hand_over: HandOver, *, by: Caller, at: datetime) -> None:
    """Call a hand-over off that nobody took: the giver thought again, or the receiver declines.

    Raises:
        NotAtThisDesk: the caller is neither of the two.
        HandOverOver: it was taken over or called off already.
    """
    user = _at_desk(by, hand_over.community_id, at)
    if user not in (hand_over.given_by, hand_over.to):
        raise NotAtThisDesk
    if not _waiting(hand_over).update(called_off_at=at, called_off_by=user):
        raise HandOverOver
    _record("hand_over.called_off", hand_over, by=by, at=at)


def _at_desk(by: Caller, community_id: int, at: datetime) -> int:
    user, with_street = queries.office(by, community_id, at)
    if with_street:
        raise NotAtThisDesk
    return user


def _waiting(hand_over: HandOver) -> QuerySet[HandOver]:
    """The row of a hand-over as long as it waits: taken once, whoever presses twice."""
    return HandOver.objects.filter(pk=hand_over.pk, taken_at__isnull=True, called_off_at__isnull=True)


def _record(kind: str, hand_over: HandOver, *, by: Caller, at: datetime, **facts: trail.Fact) -> None:
    given = {"given_by": hand_over.given_by, "to": hand_over.to, **facts}
    trail.record(kind, who=by, subject=f"hand_over:{hand_over.pk}", at=at, area=hand_over.community_id, facts=given)
