"""Reading accounts, grants, devices and keys: each fetched and authorised in one go."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet

from linli.access import digests
from linli.access.callers import BY_PHONE, WITHOUT_ACCOUNT, caller_of_token
from linli.access.errors import BadToken, TokenScope
from linli.access.models import AccountPerson, ApiToken, GrantRequest, RoleGrant, User
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.compiled import prepared
from linli.common.errors import NotFound
from linli.custody.roles import ROLES, Decide, See, deciding, may_grant, seeing
from linli.places import queries as places
from linli.places.models import Area

_CLAIMS = """
    SELECT claim FROM (
        SELECT claim, 0 AS place FROM access_devicesession WHERE id = %(device)s AND claim IS NOT NULL
        UNION ALL
        SELECT claim, id FROM access_deviceclaim WHERE device_id = %(device)s) held
    ORDER BY place
"""
SCOPES = ("read", "write")
# Keys of the roles that give a role to accounts, alone or with a second administrator.
GRANTERS = tuple(key for key, role in ROLES.items() if (role.grants | role.grants_with_second) - WITHOUT_ACCOUNT)


def inside(inner: int, outer: int, at: datetime) -> bool:
    """Whether an area lies inside another, or is it, at a moment."""
    return inner == outer or places.is_within(inner, outer, at)


def waits_for_first() -> bool:
    """Whether this Linli began empty and nobody has been its administrator yet; one row is asked."""
    with prepared() as cursor:  # asked with every page
        cursor.execute("SELECT EXISTS (SELECT FROM access_firstcode WHERE id = 1 AND used_at IS NULL)")
        return bool(cursor.fetchone()[0])


def has_administrator() -> bool:
    """Whether somebody is administrator, or was."""
    return RoleGrant.objects.filter(role="administrator").exists()


def roles_to_grant(caller: Caller) -> tuple[str, ...]:
    """Keys of the roles this caller may give to an account, alone or with a second administrator; in table order.

    Volunteers and residents hold theirs without an account.
    """
    return tuple(
        role
        for role in ROLES
        if role not in WITHOUT_ACCOUNT and any(may_grant(grant.role, role, seconded=True) for grant in caller.grants)
    )


def areas_to_grant(caller: Caller, role: str, at: datetime) -> list[Area]:
    """The widest areas over which, or inside which, this caller gives a role; empty where the role has no area."""
    if not ROLES[role].levels:
        return []
    granters = [grant for grant in caller.grants if may_grant(grant.role, role, seconded=True)]
    if any(grant.area is None for grant in granters):
        top = places.top_area()
        return [top] if top is not None else []
    return list(Area.objects.filter(pk__in=[grant.area for grant in granters]).order_by("level", "place_id"))


def _grants_below(caller: Caller, at: datetime) -> Q:
    """Grants of accounts that this caller could have given."""
    found = Q(pk__in=[])
    for grant in caller.grants:
        roles = ROLES[grant.role].grants - WITHOUT_ACCOUNT
        if roles and grant.area is not None:
            # asked of the few grants one by one: inside a city lie a hundred thousand areas
            found |= Q(places.lies_within("area", [grant.area], at), role__in=roles)
    return found


def accounts_granted_by(caller: Caller, at: datetime) -> QuerySet[User]:
    """Accounts this caller looks after: all for an administrator, else those that hold or held, inside the caller's
    areas, a role the caller may grant."""
    if caller.has(*seeing(See.ACCOUNTS)):
        return User.objects.order_by("username")
    holders = RoleGrant.objects.filter(_grants_below(caller, at), user__isnull=False).values("user")
    return User.objects.filter(pk__in=holders).order_by("username")


def grants_by_phone(caller: Caller, at: datetime) -> QuerySet[RoleGrant]:
    """Grants in force of open accounts that come in by a QR, as far as this caller gives such roles; none of their
    own."""
    held = RoleGrant.objects.filter(Q(until__isnull=True) | Q(until__gt=at), since__lte=at, role__in=BY_PHONE)
    held = held.filter(user__is_active=True).exclude(user=caller.user).order_by("pk")
    return held if caller.has(*seeing(See.ACCOUNTS)) else held.filter(_grants_below(caller, at))


def phone_workers(caller: Caller, at: datetime, *, without: bool = False) -> QuerySet[User]:
    """Accounts behind those grants, by name, with `phones_now` (how many are signed in) and `active_at` (the last).

    Args:
        without: only those who are signed in on no phone.
    """
    now_in = Q(phones__revoked_at__isnull=True, phones__expires_at__gt=at)
    found = User.objects.filter(pk__in=grants_by_phone(caller, at).values("user")).order_by("display_name", "pk")
    found = found.annotate(phones_now=Count("phones", filter=now_in), active_at=Max("phones__active_at", filter=now_in))
    return found.filter(phones_now=0) if without else found


def accounts_seen_by(caller: Caller) -> QuerySet[User]:
    """Accounts this caller may see: those they look after, and their own."""
    own = Q(pk__in=[caller.user] if caller.user is not None else [])
    return User.objects.filter(own | Q(pk__in=accounts_granted_by(caller, now()).values("pk"))).order_by("username")


def accounts_open() -> QuerySet[User]:
    """Every account that can sign in."""
    return User.objects.filter(is_active=True)


def account_visible_to(caller: Caller, user_id: int) -> User:
    """One account, if this caller may see it.

    Raises:
        NotFound: it does not exist, or is not theirs to see.
    """
    found = accounts_seen_by(caller).filter(pk=user_id).first()
    if found is None:
        raise NotFound
    return found


def grants_of(user: User, at: datetime) -> QuerySet[RoleGrant]:
    """An account's grants in force at a moment."""
    return RoleGrant.objects.filter(Q(until__isnull=True) | Q(until__gt=at), user=user, since__lte=at).order_by("pk")


def grants_seen(caller: Caller, users: Collection[int], at: datetime) -> QuerySet[RoleGrant]:
    """Grants of some accounts, in force, to come and ended, that this caller may see; the newest first.

    All for an administrator, and one's own; else the roles the caller may grant, inside the caller's areas.
    """
    found = RoleGrant.objects.filter(user__in=users).order_by("-granted_at", "-pk")
    if caller.has(*seeing(See.ACCOUNTS)):
        return found
    return found.filter(_grants_below(caller, at) | Q(user=caller.user))


def can_end(caller: Caller, grant: RoleGrant, at: datetime) -> bool:
    """Whether this caller may end a grant that is in force or to come."""
    if grant.until is not None and grant.until <= at:
        return False
    return could_grant(grant.role, grant.area, caller, at, seconded=True)


def requests_open(caller: Caller) -> QuerySet[GrantRequest]:
    """Every grant that waits for a second administrator, for administrators; the oldest first."""
    if not caller.has(*deciding(Decide.ACCOUNTS)):
        return GrantRequest.objects.none()
    waiting = GrantRequest.objects.filter(grant__isnull=True, closed_at__isnull=True)
    return waiting.select_related("user").order_by("asked_at", "pk")


def request_visible_to(caller: Caller, request_id: int) -> GrantRequest:
    """One request, decided or not, for an administrator.

    Raises:
        NotFound: it does not exist, or the caller is none.
    """
    if not caller.has(*deciding(Decide.ACCOUNTS)):
        raise NotFound
    found = GrantRequest.objects.select_related("user").filter(pk=request_id).first()
    if found is None:
        raise NotFound
    return found


def tokens_of(caller: Caller, at: datetime) -> QuerySet[ApiToken]:
    """One's own keys that are in force, the newest first."""
    return ApiToken.objects.filter(user=caller.user, revoked_at__isnull=True, expires_at__gt=at).order_by("-pk")


def grants_waiting(caller: Caller) -> QuerySet[GrantRequest]:
    """Grants that wait for a second administrator and that this caller could confirm."""
    return requests_open(caller).exclude(Q(asked_by=caller.user) | Q(user=caller.user))


def could_grant(role: str, area: int | None, by: Caller, at: datetime, *, seconded: bool = False) -> bool:
    """Whether one of the caller's grants lets them give a role over an area."""
    for grant in by.grants:
        if not may_grant(grant.role, role, seconded=seconded):
            continue
        if grant.area is None or (area is not None and inside(area, grant.area, at)):
            return True
    return False


def held_by_somebody(role: str, at: datetime) -> QuerySet[RoleGrant]:
    """Grants of a role in force at a moment whose accounts are open."""
    in_force = RoleGrant.objects.filter(Q(until__isnull=True) | Q(until__gt=at), role=role, since__lte=at)
    return in_force.filter(user__is_active=True).order_by("pk")


def leader_of(area: int, at: datetime) -> str:
    """The name of whoever leads an area, as their colleagues call them; empty where nobody does."""
    first = held_by_somebody("leader", at).filter(area=area).select_related("user").first()
    return first.user.display_name if first is not None and first.user is not None else ""


def holders_of(role: str, areas: Collection[int], at: datetime) -> QuerySet[User]:
    """Open accounts that hold a role over one of some areas at a moment, by name."""
    held = RoleGrant.objects.filter(Q(until__isnull=True) | Q(until__gt=at), role=role, area__in=areas, since__lte=at)
    return User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("display_name", "pk")


def accounts_speaking_for(organisations: Collection[int], at: datetime) -> dict[int, list[str]]:
    """Names of the open accounts that speak for each of some work units as its liaison; one query."""
    found: dict[int, list[str]] = {}
    for unit, name in _speaking_for(organisations, at).values_list("organisation", "user__display_name"):
        if unit is not None:
            found.setdefault(unit, []).append(name)
    return found


def people_speaking_for(organisations: Collection[int], at: datetime, *, but: int | None) -> dict[int, list[int]]:
    """The same by the persons of these accounts, where that is known (`oneself`), without one account; two queries."""
    users = list(_speaking_for(organisations, at).exclude(user=but).values_list("organisation", "user"))
    known = AccountPerson.objects.filter(user__in={user for _, user in users})
    persons = dict(known.values_list("user", "person"))
    found: dict[int, list[int]] = {}
    for unit, user in users:
        if unit is not None and user in persons:
            found.setdefault(unit, []).append(persons[user])
    return found


def _speaking_for(organisations: Collection[int], at: datetime) -> QuerySet[RoleGrant]:
    return held_by_somebody("liaison", at).filter(organisation__in=organisations)


def claims_of(caller: Caller) -> list[UUID]:
    """The sign-ups that the caller's device may see, in their order; a device sees no others."""
    if caller.device is None:
        return []
    with prepared() as cursor:  # asked with every page of a device
        cursor.execute(_CLAIMS, {"device": caller.device})
        return [row[0] for row in cursor.fetchall()]


def caller_with_token(text: str, *, scope: str, at: datetime) -> Caller:
    """The caller a program's key speaks for.

    Raises:
        BadToken: unknown, expired, withdrawn, or its account is closed.
        TokenScope: the key does not cover this.
    """
    if not digests.looks_like_secret(text):
        raise BadToken
    found = ApiToken.objects.filter(
        digest=digests.digest(text), revoked_at__isnull=True, expires_at__gt=at, user__is_active=True
    ).first()
    if found is None:
        raise BadToken
    if scope not in found.scopes:
        raise TokenScope(scope=scope)
    return caller_of_token(found, at)


def roles_then(moments: Collection[tuple[int, datetime]]) -> dict[tuple[int, datetime], list[tuple[str, int | None]]]:
    """The roles (with their areas) that some accounts held, each at a moment of its own; one query."""
    held = list(RoleGrant.objects.filter(user__in={user for user, _ in moments}).order_by("pk"))
    return {
        (user, at): [
            (grant.role, grant.area)
            for grant in held
            if grant.user_id == user and grant.since <= at and (grant.until is None or at < grant.until)
        ]
        for user, at in moments
    }
