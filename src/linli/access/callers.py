"""Who is calling: one answer for every face, made once for each request.

Three things can speak for a caller: an account that signed in, a device session in a cookie, and a program's
token. The grants in force come from all of them, less those that need a second factor which was not shown.
"""

from datetime import datetime

from django.db.models import Q
from django.http import HttpRequest

from linli.access import digests
from linli.access.models import ApiToken, DeviceSession, RoleGrant, User
from linli.common.caller import NOBODY, Caller, Grant
from linli.common.clock import now
from linli.custody.roles import ROLES

DEVICE_COOKIE = "linli_device"
WITHOUT_ACCOUNT = frozenset({"volunteer", "resident"})  # held by persons, who come by their device or a code
DEMO_KEY = "linli_entered_by_link"
_KEPT = "_linli_caller"


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
    if signed_in is None and device is None:
        return NOBODY
    user_id = signed_in.pk if signed_in is not None else None
    person_id = device.person if device is not None else None
    grants = grants_in_force(at, user=user_id)
    if signed_in is not None and not showed_second_factor(request):
        grants = tuple(grant for grant in grants if not ROLES[grant.role].second_factor)
    # A code read over somebody's shoulder opens no list of households: a phone lends no other role of its person.
    own = grants_in_force(at, person=person_id)
    grants += tuple(grant for grant in own if grant.role in WITHOUT_ACCOUNT)
    return Caller(user=user_id, person=person_id, device=device.pk if device is not None else None, grants=grants)


def caller_of_token(token: ApiToken, at: datetime) -> Caller:
    """The caller a program's checked token speaks for: its account's grants in force.

    Making a token needs the second factor, so the token stands for it.
    """
    return Caller(user=token.user_id, grants=grants_in_force(at, user=token.user_id))


def grants_in_force(at: datetime, *, user: int | None = None, person: int | None = None) -> tuple[Grant, ...]:
    """Every grant of an account or a person that holds at a moment, oldest first; one query."""
    holder = Q()
    if user is not None:
        holder |= Q(user=user)
    if person is not None:
        holder |= Q(person=person)
    if not holder:
        return ()
    rows = RoleGrant.objects.filter(holder, Q(until__isnull=True) | Q(until__gt=at), since__lte=at).order_by("pk")
    return tuple(
        Grant(
            role=row.role,
            area=row.area,
            since=row.since,
            until=row.until,
            organisation=row.organisation,
            team=row.team,
        )
        for row in rows
    )


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
    """The device session whose secret stands in the request's cookie, if it is in force."""
    secret = request.COOKIES.get(DEVICE_COOKIE, "")
    if not digests.looks_like_secret(secret):
        return None
    return DeviceSession.objects.filter(
        digest=digests.digest(secret), revoked_at__isnull=True, expires_at__gt=at
    ).first()
