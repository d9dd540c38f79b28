"""Roles that take two administrators: asked for by one, confirmed or declined by another."""

from datetime import datetime

from django.db import transaction

from linli.access.actions.authority import still_held
from linli.access.actions.grants import check_place_of, checked_period, write_grant
from linli.access.callers import grants_in_force
from linli.access.errors import AccountClosed, AlreadyGranted, AskerGone, MayNotGrant, OwnRequest, OwnRole
from linli.access.models import GrantRequest, RoleGrant, User
from linli.common.caller import Caller
from linli.custody import trail
from linli.custody.roles import may_grant


@transaction.atomic
def ask_for_grant(
    role: str,
    *,
    user: User,
    area: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    by: Caller,
    at: datetime,
) -> GrantRequest:
    """Ask for a role that needs a second administrator. Nothing is granted yet; asking twice is asking once.

    Raises:
        NoSuchRole, WrongLevel, BadPeriod, AccountClosed: as for `grant_role`.
        MayNotGrant: the caller is no administrator.
        OwnRole: it would be the caller's own.
    """
    check_place_of(role, area, at)
    checked_period(since, until, at)
    if not _decides(role, still_held(by, user.pk, at=at)) or by.user is None:
        raise MayNotGrant
    if by.user == user.pk:
        raise OwnRole
    if not User.objects.filter(pk=user.pk, is_active=True).exists():
        raise AccountClosed
    asked, fresh = GrantRequest.objects.get_or_create(
        user=user,
        role=role,
        area=area,
        grant=None,
        closed_at=None,
        defaults={"since": since, "until": until, "asked_by": by.user, "asked_at": at},
    )
    if fresh:
        trail.record("role.asked", who=by, subject=f"user:{user.pk}", at=at, area=area, facts={"role": role})
    return asked


@transaction.atomic
def second_grant(asked: GrantRequest, *, by: Caller, at: datetime) -> RoleGrant:
    """Confirm, as another administrator, what one of them asked for.

    Raises:
        MayNotGrant: the caller is no administrator (any more).
        OwnRequest: they asked for it themselves, or it would be their own role.
        AskerGone: who asked for it is no administrator any more.
        AlreadyGranted: somebody was quicker: confirmed, withdrawn or declined.
        BadPeriod, AccountClosed, AlreadyHeld: as for `grant_role`.
    """
    if not _decides(asked.role, still_held(by, asked.asked_by, asked.user_id, at=at)):
        raise MayNotGrant
    if by.user in (asked.asked_by, asked.user_id):
        raise OwnRequest
    waiting = _waiting(asked)
    if not _is_administrator(waiting.role, waiting.asked_by, at):
        raise AskerGone
    begins = checked_period(None if waiting.since is None else max(waiting.since, at), waiting.until, at)
    grant = RoleGrant(
        role=waiting.role,
        user=waiting.user,
        area=waiting.area,
        since=begins,
        until=waiting.until,
        seconded_by=by.user,
    )
    made = write_grant(grant, by=Caller(user=waiting.asked_by), at=at)
    waiting.grant = made
    waiting.save(update_fields=["grant"])
    trail.record("role.seconded", who=by, subject=f"user:{waiting.user_id}", at=at, facts={"grant": made.pk})
    return made


@transaction.atomic
def close_request(asked: GrantRequest, *, by: Caller, at: datetime) -> None:
    """Withdraw what one asked for, or decline what another administrator did.

    Raises:
        MayNotGrant: the caller is no administrator (any more).
        AlreadyGranted: somebody was quicker.
    """
    if not _decides(asked.role, still_held(by, asked.user_id, at=at)):
        raise MayNotGrant
    waiting = _waiting(asked)
    waiting.closed_by, waiting.closed_at = by.user, at
    waiting.save(update_fields=["closed_by", "closed_at"])
    kind = "role.withdrawn" if by.user == waiting.asked_by else "role.declined"
    trail.record(kind, who=by, subject=f"user:{waiting.user_id}", at=at, facts={"request": waiting.pk})


def _waiting(asked: GrantRequest) -> GrantRequest:
    """The row, locked, so that two administrators do not both decide it."""
    waiting = GrantRequest.objects.select_for_update(of=("self",)).select_related("user").get(pk=asked.pk)
    if waiting.grant_id is not None or waiting.closed_at is not None:
        raise AlreadyGranted
    return waiting


def _decides(role: str, by: Caller) -> bool:
    return by.user is not None and any(may_grant(grant.role, role, seconded=True) for grant in by.grants)


def _is_administrator(role: str, user: int, at: datetime) -> bool:
    """Whether an account could still ask for this; it is locked."""
    if not User.objects.filter(pk=user, is_active=True).exists():
        return False
    return any(may_grant(grant.role, role, seconded=True) for grant in grants_in_force(at, user=user))
