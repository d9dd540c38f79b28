"""Files that somebody asked for, as their asker and a possible second person see them."""

from datetime import datetime
from enum import StrEnum

from django.db.models import QuerySet

from linli.common.caller import Caller
from linli.common.errors import NotFound
from linli.custody.export.listing import TAKERS, roles_over
from linli.custody.models import Export


class State(StrEnum):
    """Where a file stands."""

    WAITING = "waiting"
    READY = "ready"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


def state_of(export: Export, at: datetime) -> State:
    """Where a file stands at a moment."""
    if export.withdrawn_at is not None:
        return State.WITHDRAWN
    if export.confirmed is False:
        return State.DECLINED
    if export.expires_at <= at:
        return State.EXPIRED
    return State.WAITING if export.needs_second and export.confirmed is None else State.READY


def of_mine(caller: Caller) -> QuerySet[Export]:
    """What the caller asked for, the newest first."""
    if caller.user is None:
        return Export.objects.none()
    return Export.objects.filter(asked_by=caller.user).order_by("-asked_at", "-pk")


def to_second(caller: Caller, at: datetime) -> QuerySet[Export]:
    """Files of others that wait for a second person and that this caller could be, the oldest first."""
    waiting = Export.objects.filter(
        needs_second=True, confirmed__isnull=True, withdrawn_at__isnull=True, expires_at__gt=at
    )
    mine = list(caller.areas(*TAKERS))
    if caller.user is None:
        return waiting.none()
    return waiting.filter(above__overlap=mine).exclude(asked_by=caller.user).order_by("asked_at", "pk")


def may_second(caller: Caller, export: Export) -> bool:
    """Whether a caller is somebody else whose role takes lists out of the same area."""
    return caller.user is not None and caller.user != export.asked_by and bool(roles_over(caller, export.above))


def export_visible_to(caller: Caller, number: str) -> Export:
    """One file, for who asked, and for whoever could stand behind it; its rows are in neither answer.

    Raises:
        NotFound: it does not exist, or is not theirs to see.
    """
    found = Export.objects.filter(number=number.upper()).first()
    if found is None or caller.user is None:
        raise NotFound
    if found.asked_by != caller.user and not (found.needs_second and may_second(caller, found)):
        raise NotFound
    return found
