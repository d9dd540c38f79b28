"""Reading accounts, grants, devices and keys: each fetched and authorised in one go."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from linli.access import digests
from linli.access.callers import caller_of_token
from linli.access.errors import BadToken, TokenScope
from linli.access.models import ApiToken, DeviceSession, GrantRequest, RoleGrant, User
from linli.common.caller import Caller
from linli.common.errors import NotFound
from linli.custody.roles import Decide, See, deciding, seeing
from linli.places import queries as places

SCOPES = ("read", "write")


def inside(inner: int, outer: int, at: datetime) -> bool:
    """Whether an area lies inside another, or is it, at a moment."""
    return inner == outer or places.is_within(inner, outer, at)


def accounts_seen_by(caller: Caller) -> QuerySet[User]:
    """Accounts this caller may see: all for an administrator, else one's own."""
    if caller.has(*seeing(See.ACCOUNTS)):
        return User.objects.order_by("username")
    return User.objects.filter(pk__in=[caller.user] if caller.user is not None else [])


def account_visible_to(caller: Caller, user_id: int) -> User:
    """One account, if this caller may see it.

    Raises:
        NotFound: it does not exist, or is not theirs to see.
    """
    found = accounts_seen_by(caller).filter(pk=user_id).first()
    if found is None:
        raise NotFound
    return found


def grants_of(user: User, at: datetime) -> QuerySet[RoleGrant]:
    """An account's grants in force at a moment."""
    return RoleGrant.objects.filter(Q(until__isnull=True) | Q(until__gt=at), user=user, since__lte=at).order_by("pk")


def grants_waiting(caller: Caller) -> QuerySet[GrantRequest]:
    """Grants that wait for a second administrator and that this caller could confirm."""
    if not caller.has(*deciding(Decide.ACCOUNTS)):
        return GrantRequest.objects.none()
    waiting = GrantRequest.objects.filter(grant__isnull=True).exclude(Q(asked_by=caller.user) | Q(user=caller.user))
    return waiting.select_related("user").order_by("asked_at")


def claim_of(caller: Caller) -> UUID | None:
    """The sign-up that the caller's device made; what a device sees of claims is this one alone."""
    if caller.device is None:
        return None
    return DeviceSession.objects.filter(pk=caller.device).values_list("claim", flat=True).first()


def caller_with_token(text: str, *, scope: str, at: datetime) -> Caller:
    """The caller a program's key speaks for.

    Raises:
        BadToken: unknown, expired, withdrawn, or its account is closed.
        TokenScope: the key does not cover this.
    """
    if not digests.looks_like_secret(text):
        raise BadToken
    found = ApiToken.objects.filter(
        digest=digests.digest(text), revoked_at__isnull=True, expires_at__gt=at, user__is_active=True
    ).first()
    if found is None:
        raise BadToken
    if scope not in found.scopes:
        raise TokenScope(scope=scope)
    return caller_of_token(found, at)
