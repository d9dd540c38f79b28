"""Staff's phones: opened once by a QR from whoever gives the role, locked by a PIN that nobody else knows.

A phone lends the grants that stood behind its QR, while they hold, and no other: a desk that prints one opens no role
that another desk gave. The PIN belongs to the phone. It is hashed like a password, and first keyed under the keyring:
six digits alone would not outlast a copy of the database.
"""

import secrets as chance
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponseBase

from linli.access import codes, devices, digests, hashing, rules
from linli.access.actions.accounts import checked_account
from linli.access.actions.authority import still_held
from linli.access.actions.grants import grant_role
from linli.access.callers import BY_PHONE, PHONE_COOKIE, grants_lent, phone_of
from linli.access.errors import (
    AccountClosed,
    NoRoleForPhone,
    OtherAccountHere,
    OwnRole,
    PhoneOut,
    PinWrong,
    RoleOver,
)
from linli.access.models import DeviceSession, PaperCode, RoleGrant, User
from linli.access.queries import could_grant
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.ids import uuid7
from linli.custody import secrets, trail

CARDS_LIVE = timedelta(hours=2)  # a sheet of cards is printed, cut apart and handed round
NAMELESS = "qr-"  # how a login name begins that nobody types
_SEEN_EVERY = timedelta(minutes=1)


@transaction.atomic
def make_worker(
    display_name: str,
    *,
    role: str,
    area: int | None,
    organisation: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    by: Caller,
    at: datetime,
) -> RoleGrant:
    """Make an account for somebody who will come in by a QR, with the role that the caller gives them.

    It has no password, and a login name that nobody has to know. Returns the grant.

    Raises:
        NoRoleForPhone: this role signs in with a password and a second step.
        BadAccount, Unreadable: the name is missing, or holds what nobody types.
        MayNotGrant, NotFound and others: as for `grant_role`.
    """
    if role not in BY_PHONE:
        raise NoRoleForPhone(name=display_name)
    user = checked_account(NAMELESS + chance.token_hex(6), display_name=display_name, password=None, at=at)
    user.set_unusable_password()
    user.save(force_insert=True)
    trail.record("account.made", who=by, subject=f"user:{user.pk}", at=at, facts={"demo": False})
    return grant_role(role, user=user, area=area, organisation=organisation, since=since, until=until, by=by, at=at)


def lendable(user: User, by: Caller, at: datetime) -> list[RoleGrant]:
    """Grants of an account that a QR from this caller opens: in force, by phone, and the caller's to give."""
    held = RoleGrant.objects.filter(user=user, role__in=BY_PHONE).values_list("pk", flat=True)
    return [each for each in grants_lent(user.pk, list(held), at) if could_grant(each.role, each.area, by, at)]


@transaction.atomic
def print_qr(
    user: User, *, lives: timedelta = codes.CODE_LIVES, by: Caller, at: datetime
) -> tuple[PaperCode, str, list[RoleGrant]]:
    """A code like K7QD-2M4X that opens an account's roles on one phone, once; an earlier one ends with it.

    Returns it with the grants it opens.

    Raises:
        OwnRole: for oneself.
        AccountClosed: the account is closed.
        NoRoleForPhone: it holds no such role that the caller gives (any more).
    """
    holds = still_held(by, user.pk, at=at)
    if by.user == user.pk:
        raise OwnRole
    if not User.objects.filter(pk=user.pk, is_active=True).exists():
        raise AccountClosed
    found = lendable(user, holds, at)
    if not found:
        raise NoRoleForPhone(name=user.display_name)
    lends = [each.pk for each in found]
    paper, text = codes.print_paper(user=user, lends=lends, lives=lives, area=found[0].area, by=by, at=at)
    return paper, text, found


def opens(paper: PaperCode, at: datetime) -> list[RoleGrant]:
    """The grants that a QR opens now.

    Raises:
        RoleOver: none holds any more, or the account is closed.
    """
    found = grants_lent(paper.user_id, paper.lends, at)
    if not found or not User.objects.filter(papers=paper, is_active=True).exists():
        raise RoleOver
    return found


def check_free(request: HttpRequest, paper: PaperCode) -> None:
    """Let pass only where nobody else is signed in in this browser, be their phone locked or not.

    Raises:
        OtherAccountHere: somebody is.
    """
    held = phone_of(request).session
    for account in (request.user if request.user.is_authenticated else None, held.user if held is not None else None):
        if account is not None and account.pk != paper.user_id:
            raise OtherAccountHere(name=account.display_name)


def come_in(
    paper: PaperCode, typed: str, *, kind: str, instead_of: DeviceSession | None, at: datetime
) -> tuple[DeviceSession, str]:
    """Open a phone by a QR, with the PIN that its holder chose. Returns the session, and the secret for its cookie.

    The PIN is looked at and hashed first: one that will not do, or a busy moment, leaves the QR as it was.

    Args:
        instead_of: the same account's session on this phone until now; it ends.

    Raises:
        PinShape, PinRepeats, PinInARow, PinDate: another PIN has to be chosen.
        TooBusy: another password or PIN is being hashed.
        RoleOver: the role has ended meanwhile.
        PaperSpent: another phone was quicker.
    """
    session_id = uuid7()
    pin = make_password(_keyed(session_id, rules.chosen_pin(typed)))
    with transaction.atomic():
        # Whoever ends a role locks the account too, and signs out the phones that are there by then.
        User.objects.select_for_update(no_key=True).get(papers=paper)
        lent = opens(paper, at)
        codes.use_paper(paper, at=at)
        secret = digests.fresh_secret()
        session = DeviceSession.objects.create(
            pk=session_id,
            digest=digests.digest(secret),
            user_id=paper.user_id,
            lends=[each.pk for each in lent],
            pin=pin,
            way=DeviceSession.Way.QR,
            kind=kind,
            created_at=at,
            active_at=at,
            expires_at=_until(lent, at),
        )
        who = _speaks(session)
        facts: dict[str, trail.Fact | list[trail.Fact]] = {"way": session.way, "lends": list(session.lends)}
        trail.record("device.bound", who=who, subject=f"user:{paper.user_id}", at=at, facts=facts)
        if instead_of is not None and instead_of.user_id == paper.user_id:
            leave(instead_of, at=at)
    return session, secret


def unlock(session: DeviceSession, typed: str, *, at: datetime) -> None:
    """Open a phone again by its PIN, for 30 days more while the role holds. A try is counted before it is looked at.

    Raises:
        PinWrong: it is another one; `left` says how many tries are left.
        PhoneOut: that was the fifth wrong one, or the phone was ended meanwhile.
        TooBusy: another password or PIN is being hashed; nothing was counted.
        RoleOver: the phone lends no role any more.
    """
    lent = grants_lent(session.user_id, session.lends, at)
    if not lent:
        raise RoleOver
    in_force = _unended(session)
    with hashing.seat():
        if not _with_tries_left(session).update(tries=F("tries") + 1):
            raise PhoneOut
        right = check_password(_keyed(session.pk, rules.pin_typed(typed)), session.pin)
    if not right:
        left = _count_wrong(session, at)
        raise PinWrong(left=left) if left > 0 else PhoneOut
    with transaction.atomic():
        if not in_force.update(tries=0, active_at=at, expires_at=_until(lent, at)):
            raise PhoneOut
        trail.record("phone.unlocked", who=_speaks(session), subject=f"device:{session.pk}", at=at)


def leave(session: DeviceSession, *, at: datetime) -> None:
    """Sign this phone out, locked or not: whoever holds it may."""
    devices.end_device_session(_speaks(session), at=at)


def keep_on_phone(reply: HttpResponseBase, request: HttpRequest, secret: str) -> None:
    """Put a phone's secret into its cookie, out of any script's reach."""
    reply.set_cookie(
        PHONE_COOKIE,
        secret,
        max_age=int(devices.DEVICE_LIVES.total_seconds()),
        httponly=True,
        secure=request.is_secure(),
        samesite="Lax",
    )


class StaysOpenMiddleware:
    """Notes when somebody last opened a page on a phone; what a page asks for by itself does not keep it open."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        reply = self.get_response(request)
        if PHONE_COOKIE in request.COOKIES and _is_opened_by_hand(request, reply):
            held, at = phone_of(request), now()
            if held.open and held.session is not None:
                # Once a minute is enough; a request under way may not open a phone again that was locked meanwhile.
                old = held.session.active_at
                if old is not None and at - old > _SEEN_EVERY:
                    _unended(held.session).filter(active_at=old).update(active_at=at)
        return reply


def _is_opened_by_hand(request: HttpRequest, reply: HttpResponseBase) -> bool:
    by_script = "HX-Request" in request.headers or request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate"
    return not by_script and reply.get("Content-Type", "").startswith("text/html")


def _keyed(session_id: UUID, pin: str) -> str:
    return secrets.index(f"pin:{session_id}:{pin}").hex()


def _speaks(session: DeviceSession) -> Caller:
    return Caller(user=session.user_id, device=session.pk)


def _until(lent: Sequence[RoleGrant], at: datetime) -> datetime:
    """When a phone is forgotten: 30 days after its PIN was last typed, or when the last role ends that it lends."""
    ends = [each.until for each in lent]
    most = at + devices.DEVICE_LIVES
    return most if None in ends else min(most, max(each for each in ends if each is not None))


def _unended(session: DeviceSession) -> QuerySet[DeviceSession]:
    return DeviceSession.objects.filter(pk=session.pk, revoked_at__isnull=True)


def _with_tries_left(session: DeviceSession) -> QuerySet[DeviceSession]:
    return _unended(session).filter(tries__lt=DeviceSession.MOST_TRIES)


@transaction.atomic
def _count_wrong(session: DeviceSession, at: datetime) -> int:
    """Write a wrong PIN down, and end the phone with the fifth. Returns how many tries are left."""
    session.refresh_from_db(fields=["tries"])
    subject = f"device:{session.pk}"
    trail.record("phone.pin_wrong", who=_speaks(session), subject=subject, at=at, facts={"tries": session.tries})
    if session.tries >= DeviceSession.MOST_TRIES:
        leave(session, at=at)
    return DeviceSession.MOST_TRIES - session.tries
