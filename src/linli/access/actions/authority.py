"""What a caller may still do at the moment of writing.

A caller's grants were read when their request began. Every action here reads them again with the accounts concerned
locked, in the order of their ids, until it commits: a role that ended meanwhile grants nothing any more, and of two
administrators who end each other's role one is first.
"""

from datetime import datetime

from linli.access.callers import grants_in_force
from linli.access.errors import MayNotGrant
from linli.access.models import User
from linli.common.caller import Caller, Grant
from linli.common.clock import now
from linli.custody.roles import Decide, deciding

TERMINAL = Caller()  # whoever can run commands on the machine itself; it is nobody's account


def still_held(by: Caller, *others: int | None, at: datetime) -> Caller:
    """The caller with those of their grants that hold now; the accounts are locked until the transaction ends.

    The terminal stays the terminal. Must be called inside a transaction.

    Args:
        others: ids of further accounts that are about to change.
    """
    ids = sorted({each for each in (by.user, *others) if each is not None})
    locked = User.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    active = dict(locked.values_list("pk", "is_active"))
    if by is TERMINAL:
        return by
    if by.user is None or not active.get(by.user):
        return Caller(user=by.user, person=by.person, device=by.device)
    # What ended while this request was under way has ended, whatever moment the request calls its own.
    held = {_key(grant) for grant in grants_in_force(max(at, now()), user=by.user)}
    kept = tuple(grant for grant in by.grants if _key(grant) in held)
    return Caller(user=by.user, person=by.person, device=by.device, grants=kept)


def require_accounts(by: Caller) -> None:
    """Let pass only who decides over accounts.

    Raises:
        MayNotGrant: they do not.
    """
    if by is not TERMINAL and not by.has(*deciding(Decide.ACCOUNTS)):
        raise MayNotGrant


def _key(grant: Grant) -> tuple[str, int | None, int | None, datetime]:
    return grant.role, grant.area, grant.organisation, grant.since
