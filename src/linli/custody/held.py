"""What somebody looked through and has not decided about yet: sealed, theirs alone, gone after an hour."""

from datetime import datetime, timedelta
from uuid import UUID

from linli.common.caller import Caller
from linli.custody import secrets
from linli.custody.errors import HeldOver
from linli.custody.models import Held

LIVES = timedelta(hours=1)


def hold(what: str, content: str, *, area: int | None, by: Caller, at: datetime) -> UUID:
    """Keep a text for the moment between looking and deciding. What the same account held of this kind goes.

    Args:
        what: a code for what it is; only what asks for the same gets it.
        area: the place it is for, if it is for one.
    """
    user = _account(by)
    Held.objects.filter(user=user, what=what).delete()
    return Held.objects.create(user=user, what=what, area=area, content=secrets.seal(content), made_at=at).pk


def held(key: UUID, what: str, *, area: int | None, by: Caller, at: datetime) -> str:
    """The text again, for whoever held it, for the same matter and place.

    Raises:
        HeldOver: it was taken, is an hour old, or is not theirs.
    """
    found = Held.objects.filter(pk=key, what=what, area=area, user=_account(by), made_at__gt=at - LIVES).first()
    if found is None:
        raise HeldOver
    return secrets.unseal(found.content)


def let_go(key: UUID, *, by: Caller) -> None:
    """Forget it, because it is being decided: of two at once, in their transactions, one finds it.

    Raises:
        HeldOver: somebody was quicker.
    """
    if not Held.objects.filter(pk=key, user=_account(by)).delete()[0]:
        raise HeldOver


def _account(by: Caller) -> int:
    """Only an account holds something."""
    if by.user is None:
        raise HeldOver
    return by.user


def forget(*, at: datetime) -> int:
    """Delete whatever is an hour old."""
    return Held.objects.filter(made_at__lte=at - LIVES).delete()[0]
