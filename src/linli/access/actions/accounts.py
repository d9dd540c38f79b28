"""Making an account, closing it, opening it again."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from linli.access import devices
from linli.access.actions.authority import TERMINAL, require_accounts, still_held
from linli.access.errors import BadAccount, MayNotGrant, NameTaken
from linli.access.models import ApiToken, DeviceSession, SignInLink, User
from linli.common.caller import Caller
from linli.common.typed import check_readable
from linli.custody import trail


@transaction.atomic
def create_staff(
    username: str, *, display_name: str, password: str | None, demo: bool = False, by: Caller, at: datetime
) -> User:
    """Make an account. Without a password it can be entered by a one-time link only.

    Raises:
        MayNotGrant: the caller does not decide over accounts.
        NameTaken: an account of that name exists.
        BadAccount: a name is missing or malformed, or the password is too easy to guess.
        Unreadable: a name holds a character that nobody types.
    """
    require_accounts(still_held(by, at=at))
    user = checked_account(username, display_name=display_name, password=password, at=at)
    user.demo = demo
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        raise NameTaken(username=user.username) from error
    trail.record("account.made", who=by, subject=f"user:{user.pk}", at=at, facts={"demo": demo})
    return user


def checked_account(username: str, *, display_name: str, password: str | None, at: datetime) -> User:
    """An account as it would be made, not saved, without its password.

    Raises:
        BadAccount, Unreadable: as for `create_staff`.
    """
    check_readable(username, display_name)
    user = User(username=username.strip(), display_name=display_name.strip(), created_at=at)
    try:
        user.clean_fields(exclude=["password"])
        if password is not None:
            validate_password(password, user)
    except ValidationError as error:
        raise BadAccount(what=" ".join(error.messages)) from error
    return user


@transaction.atomic
def set_active(user: User, active: bool, *, by: Caller, at: datetime) -> bool:
    """Close an account, or open it again. What it did stays known.

    Closing ends its programs' keys, its phones and the links that would open it, too. Returns whether anything changed.

    Raises:
        MayNotGrant: the caller does not decide over accounts, or would close their own.
    """
    require_accounts(still_held(by, user.pk, at=at))
    if by is not TERMINAL and by.user == user.pk:
        raise MayNotGrant
    changed = User.objects.filter(pk=user.pk, is_active=not active).update(is_active=active)
    user.is_active = active
    if not active:
        ApiToken.objects.filter(user=user, revoked_at__isnull=True).update(revoked_at=at)
        SignInLink.objects.filter(user=user, used_at__isnull=True).update(used_at=at)
        devices.end_phones(user.pk, by=by, at=at)
    if changed:
        trail.record("account.opened" if active else "account.closed", who=by, subject=f"user:{user.pk}", at=at)
    return bool(changed)


@transaction.atomic
def bind_person(claim: UUID, person: int, *, at: datetime) -> int:
    """Let every device that made a claim speak for the person behind it, once the desk has confirmed it.

    Returns how many device sessions were bound. Called by the action that confirms.
    """
    return DeviceSession.objects.filter(claim=claim, revoked_at__isnull=True, expires_at__gt=at).update(person=person)
