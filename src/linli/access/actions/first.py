"""The first administrator of an empty Linli: by a code that only whoever sees the machine's terminal can read."""

import secrets as randomness
import unicodedata
from datetime import datetime, timedelta

from django.db import transaction

from linli.access.actions.accounts import checked_account, create_staff
from linli.access.actions.authority import TERMINAL
from linli.access.actions.grants import grant_role
from linli.access.errors import FirstIsThere, FirstTriesSpent, WrongFirstCode
from linli.access.models import FirstCode, RoleGrant, User
from linli.common.caller import Caller
from linli.custody import limits, secrets, trail
from linli.custody.errors import TooOften

FIRST = "administrator"
CODE_LIVES = timedelta(hours=24)
MOST_TRIES = 5
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none is taken for another on a screen or on paper
_LONG, _GROUP = 12, 4  # 31 ** 12: 59 bits, behind five tries and a day


@transaction.atomic
def issue_first_code(*, at: datetime) -> str:
    """A fresh code that makes the first administrator, once, within 24 hours; an earlier one ends. For the terminal.

    Raises:
        FirstIsThere: somebody is administrator already, or was.
    """
    found, _ = FirstCode.objects.select_for_update().get_or_create(
        pk=1, defaults={"digest": b"", "made_at": at, "expires_at": at + CODE_LIVES}
    )
    if found.used_at is not None or RoleGrant.objects.filter(role=FIRST).exists():
        raise FirstIsThere
    code = "".join(randomness.choice(_LETTERS) for _ in range(_LONG))
    found.digest, found.made_at, found.expires_at = _digest(code), at, at + CODE_LIVES
    found.save()
    trail.record("first_code.made", who=TERMINAL, subject="first_code:1", at=at)
    return "-".join(code[start : start + _GROUP] for start in range(0, _LONG, _GROUP))


def make_first_administrator(
    code: str, username: str, *, display_name: str, password: str, device: str, at: datetime
) -> User:
    """Make the first administrator, for whoever read the code in the terminal. Of two who come together one does.

    Names and password are looked at first, so that a mistake there spends no try. The try is counted in a transaction
    of its own: a wrong code is counted too.

    Args:
        device: what tells this browser from another one.

    Raises:
        BadAccount, Unreadable: as for `create_staff`.
        FirstTriesSpent: this device has had its tries with the newest code.
        WrongFirstCode: another code, or too old.
        FirstIsThere: somebody was quicker.
    """
    checked_account(username, display_name=display_name, password=password, at=at)
    _count_try(device, at)
    with transaction.atomic():
        # The update names the state it expects: whoever waits for the row finds it used.
        unused = FirstCode.objects.filter(pk=1, digest=_digest(code), used_at__isnull=True, expires_at__gt=at)
        if not unused.update(used_at=at):
            raise FirstIsThere if _is_used() else WrongFirstCode
        user = create_staff(username, display_name=display_name, password=password, by=TERMINAL, at=at)
        grant_role(FIRST, user=user, by=TERMINAL, at=at)
        trail.record("first_code.used", who=Caller(user=user.pk), subject=f"user:{user.pk}", at=at)
    return user


def _count_try(device: str, at: datetime) -> None:
    made_at = FirstCode.objects.values_list("made_at", flat=True).first()
    try:
        limits.spend(f"first_code:{made_at}:{device}", most=MOST_TRIES, per=2 * CODE_LIVES, at=at)
    except TooOften as error:
        raise FirstTriesSpent(most=MOST_TRIES) from error


def _is_used() -> bool:
    return FirstCode.objects.filter(used_at__isnull=False).exists()


def _digest(code: str) -> bytes:
    """What is stored of a code. Blanks, hyphens, small and full-width letters are how people type it."""
    letters = [letter for letter in unicodedata.normalize("NFKC", code).upper() if letter.isalnum()]
    return secrets.index(f"first_code:{''.join(letters)}")
