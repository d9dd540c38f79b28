"""Who is calling: one answer for every face, made once for each request.

Four things can speak for a caller: an account that signed in, a device session in a cookie, a phone that staff opened
by a QR and whose PIN was typed a moment ago, and a program's token. The grants in force come from all of them, less
those that need a second factor which was not shown. An account that signed in goes before the phone of one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.http import HttpRequest

from linli.access import digests
from linli.access.models import ApiToken, DeviceSession, RoleGrant, User
from linli.common.caller import NOBODY, Caller, Grant
from linli.common.clock import now
from linli.common.compiled import Compiled, Given
from linli.custody.roles import ROLES

DEVICE_COOKIE = "linli_device"
PHONE_COOKIE = "linli_phone"  # apart from the other: a grid worker's phone may hold their own sign-up too
PIN_LASTS = timedelta(minutes=15)  # without anybody opening a page; then the PIN is asked for again
WITHOUT_ACCOUNT = frozenset({"volunteer", "resident"})  # held by persons, who come by their device or a code
DEMO_KEY = "linli_entered_by_link"
# Roles of an account that come in by a QR and a PIN on one phone.
BY_PHONE = tuple(key for key, role in ROLES.items() if not role.second_factor and key not in WITHOUT_ACCOUNT)
_IN_FORCE = Compiled(
    lambda: RoleGrant.objects.filter(
        Q(user=Given("user")) | Q(person=Given("person")),
        Q(until__isnull=True) | Q(until__gt=Given("at")),
        since__lte=Given("at"),
    ).order_by("pk")
)
_OWN_DEVICE = Compiled(
    lambda: DeviceSession.objects.filter(
        digest=Given("digest"), user__isnull=True, revoked_at__isnull=True, expires_at__gt=Given("at")
    )
)
_KEPT = "_linli_caller"
_DEVICE = "_linli_device"
_PHONE = "_linli_phone"


def caller_of(request: HttpRequest) -> Caller:
    """The caller of a page or of an operation that a browser asked for. Worked out once for each request."""
    found = getattr(request, _KEPT, None)
    if found is None:
        found = _caller_of(request, now())
        setattr(request, _KEPT, found)
    return found


def set_caller(request: HttpRequest, caller: Caller) -> None:
    """Let a request speak for a caller whose token was checked (API), or who has just got a device session."""
    setattr(request, _KEPT, caller)


def _caller_of(request: HttpRequest, at: datetime) -> Caller:
    user = getattr(request, "user", None)
    signed_in = user if isinstance(user, User) or (user is not None and user.is_authenticated) else None
    device = device_session_of(request, at)
    phone = phone_of(request) if signed_in is None else NO_PHONE
    if signed_in is None and device is None and not phone.open:
        return NOBODY
    user_id = signed_in.pk if signed_in is not None else None
    person_id = device.person if device is not None else None
    device_id = device.pk if device is not None else None
    grants = grants_in_force(at, user=user_id)
    if phone.open and phone.session is not None:
        user_id, grants = phone.session.user_id, phone.grants
        device_id = device_id or phone.session.pk
    if signed_in is not None and not showed_second_factor(request):
        grants = tuple(grant for grant in grants if not ROLES[grant.role].second_factor)
    # A code read over somebody's shoulder opens no list of households: a phone lends no other role of its person.
    own = grants_in_force(at, person=person_id)
    grants += tuple(grant for grant in own if grant.role in WITHOUT_ACCOUNT)
    return Caller(user=user_id, person=person_id, device=device_id, grants=grants)


def caller_of_device(request: HttpRequest, at: datetime) -> Caller | None:
    """The caller that the phone of a request speaks for by its own cookie, and no account beside it; None without."""
    device = device_session_of(request, at)
    return Caller(person=device.person, device=device.pk) if device is not None else None


def caller_of_token(token: ApiToken, at: datetime) -> Caller:
    """The caller a program's checked token speaks for: its account's grants in force.

    Making a token needs the second factor, so the token stands for it.
    """
    return Caller(user=token.user_id, grants=grants_in_force(at, user=token.user_id))


def grants_in_force(at: datetime, *, user: int | None = None, person: int | None = None) -> tuple[Grant, ...]:
    """Every grant of an account or a person that holds at a moment, oldest first; one query."""
    if user is None and person is None:
        return ()
    return tuple(_grant(row) for row in _IN_FORCE.all(user=user, person=person, at=at))


def _grant(row: RoleGrant) -> Grant:
    return Grant(
        role=row.role,
        area=row.area,
        since=row.since,
        until=row.until,
        organisation=row.organisation,
        team=row.team,
    )


def grants_lent(user_id: int | None, lends: list[int], at: datetime) -> list[RoleGrant]:
    """Of the grants that a QR or a phone opens those that hold at a moment, oldest first; one query."""
    held = RoleGrant.objects.filter(Q(until__isnull=True) | Q(until__gt=at), user=user_id, since__lte=at)
    return list(held.filter(pk__in=lends, role__in=BY_PHONE).order_by("pk"))


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone that staff opened by a QR, as one request sees it.

    Attributes:
        session: None where the request brings no such phone, or one that was ended.
        known: the request brings a phone's secret, whatever became of it.
        grants: what it lends that still holds; where nothing does, its role is over.
        locked: nobody has used it for a while, so that it opens nothing before its PIN is typed.
    """

    session: DeviceSession | None = None
    known: bool = False
    grants: tuple[Grant, ...] = ()
    locked: bool = False

    @property
    def open(self) -> bool:
        """Whether it speaks for its account now."""
        return self.session is not None and bool(self.grants) and not self.locked


NO_PHONE = Phone()


def phone_of(request: HttpRequest) -> Phone:
    """The phone of a request. Looked up once for each request; two queries, and none where there is no cookie."""
    found: Phone | None = getattr(request, _PHONE, None)
    if found is None:
        found = _phone_of(request, now())
        setattr(request, _PHONE, found)
    return found


def _phone_of(request: HttpRequest, at: datetime) -> Phone:
    secret = request.COOKIES.get(PHONE_COOKIE, "")
    if not digests.looks_like_secret(secret):
        return NO_PHONE
    session = (
        DeviceSession.objects.filter(digest=digests.digest(secret), revoked_at__isnull=True, expires_at__gt=at)
        .filter(user__is_active=True)
        .select_related("user")
        .first()
    )
    if session is None:
        return Phone(known=True)
    grants = tuple(_grant(row) for row in grants_lent(session.user_id, session.lends, at))
    locked = session.active_at is None or session.active_at <= at - PIN_LASTS
    return Phone(session, known=True, grants=grants, locked=locked)


def account_of(request: HttpRequest) -> User | None:
    """Whoever is signed in in this browser, by a password or by a phone that is open."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return user
    phone = phone_of(request)
    return phone.session.user if phone.open and phone.session is not None else None


def showed_second_factor(request: HttpRequest) -> bool:
    """Whether this session was opened with a second factor, or by the one-time link of a demo account."""
    from allauth.account.authentication import get_authentication_records

    user = request.user
    if getattr(user, "demo", False) and request.session.get(DEMO_KEY) == user.pk:
        return True
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, user))


def needs_second_factor(request: HttpRequest) -> bool:
    """Whether somebody is signed in whose roles wait for a second factor: their next page is the one to set it up."""
    user = request.user
    if not user.is_authenticated or showed_second_factor(request):
        return False
    return any(ROLES[grant.role].second_factor for grant in grants_in_force(now(), user=user.pk))


def device_session_of(request: HttpRequest, at: datetime) -> DeviceSession | None:
    """The device session whose secret stands in the request's cookie, if it is in force. Looked up once a request."""
    secret = request.COOKIES.get(DEVICE_COOKIE, "")
    if not digests.looks_like_secret(secret):
        return None
    if not hasattr(request, _DEVICE):
        setattr(request, _DEVICE, _OWN_DEVICE.first(digest=digests.digest(secret), at=at))
    found: DeviceSession | None = getattr(request, _DEVICE)
    return found
