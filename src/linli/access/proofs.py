"""Handing out and taking back what proves somebody: one-time links, device sessions, programs' keys."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponseBase

from linli.access import digests
from linli.access.callers import DEVICE_COOKIE
from linli.access.errors import LinkSpent, MayNotGrant, NoSuchScope, OnlyOnSynthetic
from linli.access.models import ApiToken, DeviceSession, SignInLink, User
from linli.access.queries import SCOPES
from linli.common.caller import Caller
from linli.common.errors import NotFound
from linli.custody import trail

LINK_LIVES = timedelta(hours=24)
DEVICE_LIVES = timedelta(days=30)
MOST_DAYS_OF_A_TOKEN = 180


@transaction.atomic
def issue_link(user: User, *, synthetic: bool, at: datetime) -> str:
    """A secret that signs a demo account in once, within 24 hours; it goes into `/enter/<secret>/`.

    Args:
        synthetic: whether this installation's city is one (`people.queries.city_is_synthetic()`).

    Raises:
        OnlyOnSynthetic: the city is real, or the account is not a demo's.
    """
    if not synthetic or not user.demo:
        raise OnlyOnSynthetic
    secret = digests.fresh_secret()
    SignInLink.objects.create(user=user, digest=digests.digest(secret), created_at=at, expires_at=at + LINK_LIVES)
    trail.record("link.made", who=Caller(), subject=f"user:{user.pk}", at=at)
    return secret


@transaction.atomic
def redeem_link(secret: str, *, synthetic: bool, at: datetime) -> User:
    """Use up a link. The update names the state it expects, so of two clicks one wins.

    Raises:
        OnlyOnSynthetic: the city is real.
        LinkSpent: unknown, used before, too old, or its account is closed.
    """
    if not synthetic:
        raise OnlyOnSynthetic
    if not digests.looks_like_secret(secret):
        raise LinkSpent
    # No join in this update: Django would turn it into `id IN (SELECT …)`, and that select is not asked again by
    # the click that had to wait, so that both would win.
    unused = SignInLink.objects.filter(digest=digests.digest(secret), used_at__isnull=True, expires_at__gt=at)
    if not unused.update(used_at=at):
        raise LinkSpent
    user = SignInLink.objects.select_related("user").get(digest=digests.digest(secret)).user
    if not (user.is_active and user.demo):
        raise LinkSpent
    trail.record("link.used", who=Caller(user=user.pk), subject=f"user:{user.pk}", at=at)
    return user


@transaction.atomic
def start_device_session(claim: UUID, *, at: datetime) -> tuple[DeviceSession, str]:
    """Bind a device to the sign-up it has just made. Returns the session, and the secret for its cookie."""
    secret = digests.fresh_secret()
    session = DeviceSession.objects.create(
        digest=digests.digest(secret), claim=claim, created_at=at, expires_at=at + DEVICE_LIVES
    )
    trail.record("device.bound", who=Caller(device=session.pk), subject=f"sign_up:{claim}", at=at)
    return session, secret


def keep_on_device(reply: HttpResponseBase, request: HttpRequest, secret: str) -> None:
    """Put a device session's secret into its cookie: out of any script's reach, for 30 days."""
    reply.set_cookie(
        DEVICE_COOKIE,
        secret,
        max_age=int(DEVICE_LIVES.total_seconds()),
        httponly=True,
        secure=request.is_secure(),
        samesite="Lax",
    )


@transaction.atomic
def end_device_session(by: Caller, *, at: datetime) -> None:
    """Forget this device: its cookie opens nothing any more."""
    if by.device is None:
        return
    if DeviceSession.objects.filter(pk=by.device, revoked_at__isnull=True).update(revoked_at=at):
        trail.record("device.ended", who=by, subject=f"device:{by.device}", at=at)


@transaction.atomic
def issue_token(
    user: User, *, label: str, scopes: Sequence[str], days: int, by: Caller, at: datetime
) -> tuple[ApiToken, str]:
    """A key for one's own programs. Returns it and its text, which is shown this once.

    Raises:
        MayNotGrant: for somebody else's account, or without any role in force (a second factor not shown).
        NoSuchScope: not a scope of the API, or none at all.
    """
    if by.user != user.pk or not by.grants:
        raise MayNotGrant
    for scope in scopes:
        if scope not in SCOPES:
            raise NoSuchScope(scope=scope)
    if not scopes:
        raise NoSuchScope(scope="")
    secret = digests.fresh_secret()
    lives = timedelta(days=min(max(days, 1), MOST_DAYS_OF_A_TOKEN))
    token = ApiToken.objects.create(
        user=user,
        digest=digests.digest(secret),
        label=label.strip()[:60],
        scopes=list(dict.fromkeys(scopes)),
        created_at=at,
        expires_at=at + lives,
    )
    facts: dict[str, trail.Fact | list[trail.Fact]] = {"token": token.pk, "scopes": list(token.scopes)}
    trail.record("token.made", who=by, subject=f"user:{user.pk}", at=at, facts=facts)
    return token, secret


@transaction.atomic
def withdraw_token(token_id: int, *, by: Caller, at: datetime) -> None:
    """End one of one's own keys.

    Raises:
        NotFound: no such key of the caller's in force.
    """
    if not ApiToken.objects.filter(pk=token_id, user=by.user, revoked_at__isnull=True).update(revoked_at=at):
        raise NotFound
    trail.record("token.withdrawn", who=by, subject=f"token:{token_id}", at=at)
