"""Taking a second step away from who has lost it, for one of a few reasons, which the trail keeps."""

from datetime import datetime
from enum import StrEnum

from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.translation import gettext_noop

from linli.access.actions.authority import TERMINAL, require_accounts, still_held
from linli.access.errors import MayNotGrant, NoFactorReason
from linli.access.models import User
from linli.common.caller import Caller
from linli.custody import trail


class FactorReason(StrEnum):
    """Why a second step is set up anew: one tap, no free text."""

    LOST = "lost"
    STOLEN = "stolen"
    NEW_PHONE = "new_phone"
    BROKEN = "broken"


FACTOR_REASONS = {
    FactorReason.LOST: gettext_noop("the phone or the key is lost"),
    FactorReason.STOLEN: gettext_noop("the phone or the key was stolen"),
    FactorReason.NEW_PHONE: gettext_noop("a new phone, and the old one is gone"),
    FactorReason.BROKEN: gettext_noop("it works no longer"),
}


@transaction.atomic
def reset_second_step(user: User, *, reason: str, by: Caller, at: datetime) -> bool:
    """Take an account's app, passkeys and recovery codes away, and sign it out everywhere.

    Its roles open nothing until a second step is set up again, after the password. Returns whether there was one.

    Raises:
        MayNotGrant: the caller does not decide over accounts, or it is their own.
        NoFactorReason: not one of the listed reasons.
    """
    require_accounts(still_held(by, user.pk, at=at))
    if by is not TERMINAL and by.user == user.pk:
        raise MayNotGrant
    if reason not in set(FactorReason):
        raise NoFactorReason
    gone, _ = Authenticator.objects.filter(user_id=user.pk).delete()
    # A session that has shown the old step would otherwise work on for half a day.
    signed_out = _end_sessions(user, at)
    if gone:
        facts: dict[str, trail.Fact | list[trail.Fact]] = {"reason": str(reason), "sessions": signed_out}
        trail.record("second_step.reset", who=by, subject=f"user:{user.pk}", at=at, facts=facts)
    return bool(gone)


def _end_sessions(user: User, at: datetime) -> int:
    """Whose a session is stands inside it, so each one in force is opened. Returns how many ended."""
    open_now = Session.objects.filter(expire_date__gt=at).iterator()
    theirs = [each.pk for each in open_now if each.get_decoded().get("_auth_user_id") == str(user.pk)]
    return Session.objects.filter(pk__in=theirs).delete()[0]
