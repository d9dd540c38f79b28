"""Giving a role over an area for a period, and ending it."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from linli.access import devices
from linli.access.actions.authority import TERMINAL, still_held
from linli.access.errors import (
    AccountClosed,
    AlreadyGranted,
    AlreadyHeld,
    BadPeriod,
    MayNotGrant,
    MissingUnit,
    NeedsSecond,
    NoSuchRole,
    OwnRole,
    WrongLevel,
)
from linli.access.models import FirstCode, RoleGrant, User
from linli.access.queries import could_grant
from linli.common.caller import Caller
from linli.common.errors import NotFound
from linli.custody import trail
from linli.custody.roles import ROLES, granting, may_grant, sits_at
from linli.places import queries as places
from linli.places.models import Area


@transaction.atomic
def grant_role(
    role: str,
    *,
    user: User | None = None,
    person: int | None = None,
    area: int | None = None,
    organisation: int | None = None,
    team: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    by: Caller,
    at: datetime,
) -> RoleGrant:
    """Give a role to an account or a person, over an area inside the granter's own.

    Args:
        since: from when; left out, from now on. `until`: until when; left out, until somebody ends it.

    Raises:
        NoSuchRole: not a role of the table.
        WrongLevel: the role does not sit at an area of that kind, or needs one, or has none.
        MissingUnit: a liaison without the unit they speak for.
        BadPeriod: it would begin in the past, or end before it begins.
        MayNotGrant: the caller grants no such role there (any more).
        OwnRole: it would be the caller's own.
        NotFound: the area lies outside the caller's.
        NeedsSecond: it needs a second administrator: ask with `ask_for_grant`.
        AccountClosed: the account is closed.
        AlreadyHeld: it holds that role there in that period.
    """
    check_place_of(role, area, at)
    if role == "liaison" and organisation is None:
        raise MissingUnit
    since = checked_period(since, until, at)
    holds = still_held(by, user.pk if user is not None else None, at=at)
    if by is not TERMINAL:
        _check_granter(role, area, holds, at)
        if user is not None and user.pk == by.user:
            raise OwnRole
    grant = RoleGrant(
        role=role,
        user=user,
        person=person,
        area=area,
        organisation=organisation,
        team=team,
        since=since,
        until=until,
    )
    return write_grant(grant, by=by, at=at)


@transaction.atomic
def revoke(grant: RoleGrant, *, by: Caller, at: datetime) -> None:
    """End a grant now, and sign out the phones that it alone opened. It stays known that it was held.

    Raises:
        MayNotGrant: the caller could not have granted it.
        AlreadyGranted: it has ended already.
    """
    holds = still_held(by, grant.user_id, at=at)
    # Giving some roles takes two; taking one away must not wait for a second administrator.
    if by is not TERMINAL and not could_grant(grant.role, grant.area, holds, at, seconded=True):
        raise MayNotGrant
    in_force = RoleGrant.objects.filter(Q(until__isnull=True) | Q(until__gt=at), pk=grant.pk)
    if not in_force.update(until=max(at, grant.since), revoked_by=by.user):
        raise AlreadyGranted
    trail.record(
        "role.revoked", who=by, subject=f"grant:{grant.pk}", at=at, area=grant.area, facts={"role": grant.role}
    )
    if grant.user_id is not None:
        devices.end_phones_without_role(grant.user_id, by=by, at=at)


def write_grant(grant: RoleGrant, *, by: Caller, at: datetime) -> RoleGrant:
    """Save a new grant, with its entry in the trail, once whoever asks was found to be allowed; the account is locked.

    Raises:
        AccountClosed, AlreadyHeld: as for `grant_role`.
    """
    if grant.user is not None:
        if not User.objects.filter(pk=grant.user.pk, is_active=True).exists():
            raise AccountClosed
        same = RoleGrant.objects.filter(
            user=grant.user, role=grant.role, area=grant.area, organisation=grant.organisation, team=grant.team
        )
        if grant.until is not None:
            same = same.filter(since__lt=grant.until)
        # The same form sent twice makes one grant.
        if same.filter(Q(until__isnull=True) | Q(until__gt=grant.since)).exists():
            raise AlreadyHeld
    if grant.role == "administrator":  # whoever makes one, the page that makes the first is over
        FirstCode.objects.filter(used_at__isnull=True).update(used_at=at)
    grant.granted_at, grant.granted_by = at, by.user
    grant.save(force_insert=True)
    subject = f"user:{grant.user_id}" if grant.user_id is not None else f"person:{grant.person}"
    trail.record(
        "role.granted", who=by, subject=subject, at=at, area=grant.area, facts={"role": grant.role, "grant": grant.pk}
    )
    return grant


def checked_period(since: datetime | None, until: datetime | None, at: datetime) -> datetime:
    """From when a grant holds: `since`, or now where it is left out.

    Raises:
        BadPeriod: it lies in the past, or not before `until`.
    """
    begins = at if since is None else since
    if begins < at or (until is not None and until <= begins):
        raise BadPeriod
    return begins


def check_place_of(role: str, area: int | None, at: datetime) -> None:
    """Whether a role may be held over an area at all.

    Raises:
        NoSuchRole, WrongLevel: as for `grant_role`.
    """
    if role not in ROLES:
        raise NoSuchRole
    if not ROLES[role].levels:
        if area is not None:
            raise WrongLevel
        return
    found = Area.objects.filter(pk=area).first() if area is not None else None
    top = places.top_area()
    if found is None or top is None:
        raise WrongLevel
    if not sits_at(role, found.level, top_level=top.level) or (role == "city" and found.pk != top.pk):
        raise WrongLevel


def _check_granter(role: str, area: int | None, by: Caller, at: datetime) -> None:
    """Whether the caller grants a role there; an area outside the caller's answers as if it did not exist."""
    if could_grant(role, area, by, at):
        return
    if any(may_grant(grant.role, role, seconded=True) for grant in by.grants if not ROLES[grant.role].levels):
        raise NeedsSecond
    if by.has(*granting(role)):
        raise NotFound
    raise MayNotGrant
