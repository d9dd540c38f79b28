"""Lending a phone its holder's doors and the people they lead, and ending that."""

import os
from base64 import b64decode, b64encode
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from linli.access.models import DeviceSession, RoleGrant
from linli.common.caller import Caller, Grant
from linli.common.moments import corrected
from linli.custody import secrets, trail
from linli.custody.roles import Decide, deciding
from linli.duty.hours.queries import LEADING
from linli.events.queries import active_event
from linli.field.errors import LeaseOver, NoDoorsToLend, RoleOverThen
from linli.field.models import LONGEST, Lease

ROLES = deciding(Decide.FOUND)
"""Whose doors a phone holds."""
LENT_TO = (*ROLES, *(role for role in LEADING if role not in ROLES))
"""To whom a phone is lent something: doors, or the people they lead."""
_SECRET = 32


@transaction.atomic
def start(device: UUID, *, by: Caller, at: datetime) -> tuple[Lease, bytes]:
    """Lend a phone the doors and the people of whoever holds it. Returns the lease, and the secret to vouch with.

    What the phone was lent before ends now; what it wrote under that is taken as before.

    Raises:
        NoDoorsToLend: the caller has no role for it, or no event is active there.
    """
    held = _grants_of(by, at)
    event = next((found for each in held if (found := active_event(at, each.area)) is not None), None)
    if by.user is None or event is None:
        raise NoDoorsToLend
    Lease.objects.filter(device=device, ended_at__isnull=True).update(ended_at=at)
    secret = os.urandom(_SECRET)
    ends = [each.until for each in held if each.until is not None]
    session = DeviceSession.objects.filter(pk=by.device, user=by.user).first() if by.device else None
    lease = Lease.objects.create(
        device=device,
        session=session,
        by_phone=session is not None,
        user_id=by.user,
        grants=[each.pk for each in held],
        event=event.pk,
        secret=secrets.seal(b64encode(secret).decode()),
        since=at,
        until=min([at + LONGEST, *([max(ends)] if len(ends) == len(held) else [])]),
    )
    trail.record("lease.started", who=by, subject=f"lease:{lease.pk}", at=at, facts={"event": event.pk})
    return lease, secret


def _grants_of(by: Caller, at: datetime) -> list[RoleGrant]:
    """The grants that a caller is lent something by now; a phone lends no more than stood behind its QR."""
    stood = {(each.role, each.area) for each in by.grants}
    found = RoleGrant.objects.filter(user=by.user, role__in=LENT_TO, area__isnull=False, since__lte=at)
    held = found.filter(Q(until__isnull=True) | Q(until__gt=at)).order_by("pk")
    return [each for each in held if (each.role, each.area) in stood]


@transaction.atomic
def end(lease_id: UUID, *, by: Caller, at: datetime) -> None:
    """Give the doors back. What was written before is still taken, whoever brings it."""
    if Lease.objects.filter(pk=lease_id, user=by.user, ended_at__isnull=True).update(ended_at=at):
        trail.record("lease.ended", who=by, subject=f"lease:{lease_id}", at=at)


def of(lease_id: UUID) -> Lease | None:
    """A lease, ended or not."""
    return Lease.objects.select_related("session").filter(pk=lease_id).first()


def in_force(lease_id: UUID, *, by: Caller, at: datetime) -> Lease:
    """The caller's own lease.

    Raises:
        LeaseOver: it is another's, has ended, or its phone was ended.
    """
    lease = of(lease_id)
    if lease is None or lease.user_id != by.user or is_over(lease, at):
        raise LeaseOver
    return lease


def is_over(lease: Lease, at: datetime) -> bool:
    """Whether its phone may hold the doors no longer."""
    return was_revoked(lease) or _over_at(lease) <= at


def was_revoked(lease: Lease) -> bool:
    """Whether the phone was signed out, by its holder or by the desk that was told it is lost. Such a session is let
    go of within the hour."""
    return lease.by_phone and (lease.session is None or lease.session.revoked_at is not None)


def _over_at(lease: Lease) -> datetime:
    revoked = lease.session.revoked_at if lease.session is not None else None
    return min(each for each in (lease.until, lease.ended_at, revoked) if each is not None)


def secret_of(lease: Lease) -> bytes:
    """What its phone vouches with."""
    return b64decode(secrets.unseal(lease.secret))


def happened_at(lease: Lease, told_ms: int, offset_ms: int, received: datetime) -> tuple[datetime, bool]:
    """When something happened that a phone tells, and whether its clock could not be right.

    Args:
        told_ms: by the phone's own clock. offset_ms: by how much ours was ahead when they last met.
    """
    latest = max(min(received, _over_at(lease)), lease.since)
    return corrected(told_ms, offset_ms, since=lease.since, latest=latest)


def grants_of(lease: Lease) -> list[RoleGrant]:
    """The roles under which the doors were lent, over or not."""
    return list(RoleGrant.objects.filter(pk__in=lease.grants).order_by("pk"))


def author_of(lease: Lease, happened: datetime, lent_under: Sequence[RoleGrant]) -> Caller:
    """Who wrote something under a lease, with the roles they had at that moment.

    Raises:
        RoleOverThen: none.
    """
    held = [each for each in lent_under if each.until is None or each.until > happened]
    grants = tuple(Grant(role=each.role, area=each.area, since=each.since) for each in held)
    if not grants:
        raise RoleOverThen
    return Caller(user=lease.user_id, device=lease.session_id, grants=grants)
