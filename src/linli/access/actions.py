"""Writing accounts and roles: who may make whom what, and over which area."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q

from linli.access import queries
from linli.access.errors import (
    AlreadyGranted,
    BadAccount,
    MayNotGrant,
    MissingUnit,
    NameTaken,
    NeedsSecond,
    NoSuchRole,
    OwnRequest,
    WrongLevel,
)
from linli.access.models import ApiToken, DeviceSession, GrantRequest, RoleGrant, User
from linli.common.caller import Caller
from linli.common.errors import NotFound
from linli.custody import trail
from linli.custody.roles import ROLES, Decide, deciding, granting, may_grant, sits_at
from linli.places import queries as places
from linli.places.models import Area

TERMINAL = Caller()  # whoever can run commands on the machine itself; it is nobody's account


@transaction.atomic
def create_staff(
    username: str, *, display_name: str, password: str | None, demo: bool = False, by: Caller, at: datetime
) -> User:
    """Make an account. Without a password it can be entered by a one-time link only.

    Raises:
        MayNotGrant: the caller does not decide over accounts.
        NameTaken: an account of that name exists.
        BadAccount: a name is missing or malformed, or the password is too easy to guess.
    """
    if by is not TERMINAL and not by.has(*deciding(Decide.ACCOUNTS)):
        raise MayNotGrant
    user = User(username=username.strip(), display_name=display_name.strip(), demo=demo, created_at=at)
    try:
        user.clean_fields(exclude=["password"])
        if password is not None:
            validate_password(password, user)
    except ValidationError as error:
        raise BadAccount(what=" ".join(error.messages)) from error
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        raise NameTaken(username=user.username) from error
    trail.record("account.made", who=by, subject=f"user:{user.pk}", at=at, facts={"demo": demo})
    return user


@transaction.atomic
def set_active(user: User, active: bool, *, by: Caller, at: datetime) -> None:
    """Close an account, or open it again. What it did stays known; closing it ends its programs' keys too.

    Raises:
        MayNotGrant: the caller does not decide over accounts, or would close their own.
    """
    if by is not TERMINAL and (not by.has(*deciding(Decide.ACCOUNTS)) or by.user == user.pk):
        raise MayNotGrant
    User.objects.filter(pk=user.pk).update(is_active=active)
    user.is_active = active
    if not active:
        ApiToken.objects.filter(user=user, revoked_at__isnull=True).update(revoked_at=at)
    trail.record("account.opened" if active else "account.closed", who=by, subject=f"user:{user.pk}", at=at)


@transaction.atomic
def grant_role(
    role: str,
    *,
    user: User | None = None,
    person: int | None = None,
    area: int | None = None,
    organisation: int | None = None,
    team: int | None = None,
    until: datetime | None = None,
    by: Caller,
    at: datetime,
) -> RoleGrant:
    """Give a role to an account or a person, over an area inside the granter's own.

    Raises:
        NoSuchRole: not a role of the table.
        WrongLevel: the role does not sit at an area of that kind, or needs one, or has none.
        MissingUnit: a liaison without the unit they speak for.
        MayNotGrant: the caller grants no such role there.
        NotFound: the area lies outside the caller's.
        NeedsSecond: it needs a second administrator: ask with `ask_for_grant`.
    """
    _check_place_of(role, area, at)
    if role == "liaison" and organisation is None:
        raise MissingUnit
    if by is not TERMINAL:
        _check_granter(role, area, by, at)
    return _grant(
        role, user=user, person=person, area=area, organisation=organisation, team=team, until=until, by=by, at=at
    )


@transaction.atomic
def ask_for_grant(
    role: str, *, user: User, area: int | None = None, until: datetime | None = None, by: Caller, at: datetime
) -> GrantRequest:
    """Ask for a role that needs a second administrator. Nothing is granted yet.

    Raises:
        NoSuchRole, WrongLevel: as for `grant_role`.
        MayNotGrant: the caller is no administrator.
    """
    _check_place_of(role, area, at)
    if by.user is None or not any(may_grant(grant.role, role, seconded=True) for grant in by.grants):
        raise MayNotGrant
    asked, _ = GrantRequest.objects.get_or_create(
        user=user, role=role, area=area, grant=None, defaults={"until": until, "asked_by": by.user, "asked_at": at}
    )
    trail.record("role.asked", who=by, subject=f"user:{user.pk}", at=at, area=area, facts={"role": role})
    return asked


@transaction.atomic
def second_grant(asked: GrantRequest, *, by: Caller, at: datetime) -> RoleGrant:
    """Confirm, as another administrator, what one of them asked for.

    Raises:
        MayNotGrant: the caller is no administrator.
        OwnRequest: they asked for it themselves, or it would be their own role.
        AlreadyGranted: somebody was quicker.
    """
    if by.user is None or not any(may_grant(grant.role, asked.role, seconded=True) for grant in by.grants):
        raise MayNotGrant
    if by.user in (asked.asked_by, asked.user_id):
        raise OwnRequest
    # The row is locked, so that two administrators do not both grant it.
    waiting = GrantRequest.objects.select_for_update().select_related("user").get(pk=asked.pk)
    if waiting.grant_id is not None:
        raise AlreadyGranted
    asker = Caller(user=waiting.asked_by)
    made = _grant(
        waiting.role,
        user=waiting.user,
        area=waiting.area,
        until=waiting.until,
        by=asker,
        seconded_by=by.user,
        at=at,
    )
    waiting.grant = made
    waiting.save(update_fields=["grant"])
    trail.record("role.seconded", who=by, subject=f"user:{waiting.user_id}", at=at, facts={"grant": made.pk})
    return made


@transaction.atomic
def revoke(grant: RoleGrant, *, by: Caller, at: datetime) -> None:
    """End a grant now. It stays known that it was held.

    Raises:
        MayNotGrant: the caller could not have granted it.
        AlreadyGranted: it has ended already.
    """
    # Giving some roles takes two; taking one away must not wait for a second administrator.
    if by is not TERMINAL and not _could_grant(grant.role, grant.area, by, at, seconded=True):
        raise MayNotGrant
    in_force = RoleGrant.objects.filter(Q(until__isnull=True) | Q(until__gt=at), pk=grant.pk)
    if not in_force.update(until=max(at, grant.since), revoked_by=by.user):
        raise AlreadyGranted
    trail.record(
        "role.revoked", who=by, subject=f"grant:{grant.pk}", at=at, area=grant.area, facts={"role": grant.role}
    )


@transaction.atomic
def bind_person(claim: UUID, person: int, *, at: datetime) -> int:
    """Let every device that made a claim speak for the person behind it, once the desk has confirmed it.

    Returns how many device sessions were bound. Called by the action that confirms.
    """
    return DeviceSession.objects.filter(claim=claim, revoked_at__isnull=True, expires_at__gt=at).update(person=person)


def _grant(
    role: str,
    *,
    user: User | None = None,
    person: int | None = None,
    area: int | None = None,
    organisation: int | None = None,
    team: int | None = None,
    until: datetime | None = None,
    seconded_by: int | None = None,
    by: Caller,
    at: datetime,
) -> RoleGrant:
    made = RoleGrant.objects.create(
        user=user,
        person=person,
        role=role,
        area=area,
        organisation=organisation,
        team=team,
        since=at,
        until=until,
        granted_by=by.user,
        seconded_by=seconded_by,
    )
    subject = f"user:{user.pk}" if user is not None else f"person:{person}"
    trail.record("role.granted", who=by, subject=subject, at=at, area=area, facts={"role": role, "grant": made.pk})
    return made


def _check_place_of(role: str, area: int | None, at: datetime) -> None:
    """Whether a role may be held over an area at all."""
    if role not in ROLES:
        raise NoSuchRole
    if not ROLES[role].levels:
        if area is not None:
            raise WrongLevel
        return
    found = Area.objects.filter(pk=area).first() if area is not None else None
    top = places.top_area(at)
    if found is None or top is None:
        raise WrongLevel
    if not sits_at(role, found.level, top_level=top.level) or (role == "city" and found.pk != top.pk):
        raise WrongLevel


def _check_granter(role: str, area: int | None, by: Caller, at: datetime) -> None:
    """Whether the caller grants a role there; an area outside the caller's answers as if it did not exist."""
    if _could_grant(role, area, by, at):
        return
    if any(may_grant(grant.role, role, seconded=True) for grant in by.grants if not ROLES[grant.role].levels):
        raise NeedsSecond
    if by.has(*granting(role)):
        raise NotFound
    raise MayNotGrant


def _could_grant(role: str, area: int | None, by: Caller, at: datetime, *, seconded: bool = False) -> bool:
    for grant in by.grants:
        if not may_grant(grant.role, role, seconded=seconded):
            continue
        if grant.area is None or area is None or queries.inside(area, grant.area, at):
            return True
    return False
