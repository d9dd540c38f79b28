"""Handing out and taking back what proves somebody with an account: one-time links, programs' keys."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from linli.access import digests
from linli.access.actions.authority import TERMINAL, require_accounts, still_held
from linli.access.errors import (
    AccountClosed,
    BadAccount,
    BadKeyName,
    LinkSpent,
    MayNotGrant,
    NoSuchScope,
    OnlyOnSynthetic,
)
from linli.access.models import ApiToken, SignInLink, User
from linli.access.queries import SCOPES
from linli.common.caller import Caller
from linli.common.errors import NotFound
from linli.common.typed import check_readable
from linli.custody import trail
from linli.custody.roles import ROLES

LINK_LIVES = timedelta(hours=24)
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
    unused = SignInLink.objects.filter(
        digest=digests.digest(secret), sets_password=False, used_at__isnull=True, expires_at__gt=at
    )
    if not unused.update(used_at=at):
        raise LinkSpent
    user = SignInLink.objects.select_related("user").get(digest=digests.digest(secret)).user
    if not (user.is_active and user.demo):
        raise LinkSpent
    trail.record("link.used", who=Caller(user=user.pk), subject=f"user:{user.pk}", at=at)
    return user


@transaction.atomic
def issue_password_link(user: User, *, forget_second_step: bool = False, by: Caller, at: datetime) -> str:
    """A secret that lets its holder choose the account's password once, within 24 hours; older ones end with it.

    There is no mail yet: whoever makes it hands it over, on paper or by the picture of its address.

    Args:
        forget_second_step: also take the second step away, for who lost the phone and the codes on paper. It has to
            be set up again before any role that needs it counts.

    Raises:
        MayNotGrant: the caller does not decide over accounts, or would open their own.
        AccountClosed: the account is closed.
    """
    require_accounts(still_held(by, user.pk, at=at))
    if by is not TERMINAL and by.user == user.pk:
        raise MayNotGrant
    if not User.objects.filter(pk=user.pk, is_active=True).exists():
        raise AccountClosed
    SignInLink.objects.filter(user=user, sets_password=True, used_at__isnull=True).update(used_at=at)
    secret = digests.fresh_secret()
    SignInLink.objects.create(
        user=user,
        digest=digests.digest(secret),
        sets_password=True,
        forgets_second_step=forget_second_step,
        created_at=at,
        expires_at=at + LINK_LIVES,
    )
    facts = {"forgets_second_step": forget_second_step}
    trail.record("password_link.made", who=by, subject=f"user:{user.pk}", at=at, facts=facts)
    return secret


def account_of_link(secret: str, *, at: datetime) -> User:
    """Whose password a link would set. Looking uses nothing up.

    Raises:
        LinkSpent: unknown, used before, too old, or its account is closed.
    """
    found = _password_link(secret, at) if digests.looks_like_secret(secret) else None
    if found is None or not found.user.is_active:
        raise LinkSpent
    return found.user


@transaction.atomic
def choose_password(secret: str, password: str, *, at: datetime) -> User:
    """Set an account's password by its link, which is used up. A password that will not do leaves the link as it was.

    Raises:
        LinkSpent: unknown, used before, too old, or its account is closed.
        BadAccount: the password is too easy to guess.
        TooBusy: another password is being hashed at this moment; the link stays good.
    """
    user = account_of_link(secret, at=at)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise BadAccount(what=" ".join(error.messages)) from error
    link = _password_link(secret, at)
    # The row is claimed by an update that names the state it expects, without a join: see `redeem_link`.
    if link is None or not SignInLink.objects.filter(pk=link.pk, used_at__isnull=True).update(used_at=at):
        raise LinkSpent
    user.set_password(password)
    user.save(update_fields=["password"])
    if link.forgets_second_step:
        Authenticator.objects.filter(user_id=user.pk).delete()
    facts = {"forgot_second_step": link.forgets_second_step}
    trail.record("password.chosen", who=Caller(user=user.pk), subject=f"user:{user.pk}", at=at, facts=facts)
    return user


def _password_link(secret: str, at: datetime) -> SignInLink | None:
    unused = SignInLink.objects.filter(
        digest=digests.digest(secret), sets_password=True, used_at__isnull=True, expires_at__gt=at
    )
    return unused.select_related("user").first()


def may_make_keys(caller: Caller) -> bool:
    """Whether a caller holds a role that takes a second factor, and has shown it."""
    return caller.user is not None and any(ROLES[grant.role].second_factor for grant in caller.grants)


@transaction.atomic
def issue_token(
    user: User, *, label: str, scopes: Sequence[str], days: int, by: Caller, at: datetime
) -> tuple[ApiToken, str]:
    """A key for one's own programs. Returns it and its text, which is shown this once.

    Raises:
        MayNotGrant: for somebody else's account, or without a role in force that takes a second factor. The key
            stands for that factor later, so it must have been shown.
        BadKeyName: it has no name to know it by.
        Unreadable: its name holds a character that nobody types.
        NoSuchScope: not a scope of the API, or none at all.
    """
    if by.user != user.pk or not may_make_keys(still_held(by, at=at)):
        raise MayNotGrant
    check_readable(label)
    if not label.strip():
        raise BadKeyName
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
