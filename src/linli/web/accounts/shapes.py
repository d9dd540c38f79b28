"""Rows of these pages, put into words: a few queries for any number of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.db import connection
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy

from linli.access import queries
from linli.access.models import RoleGrant, User
from linli.common.caller import Caller
from linli.custody.roles import ROLES
from linli.people.models import Organisation
from linli.places.names import place_names

IN_FORCE, TO_COME, ENDED = "in_force", "to_come", "ended"
STATES: dict[str, Promise] = {
    IN_FORCE: gettext_lazy("in force"),
    TO_COME: gettext_lazy("not yet begun"),
    ENDED: gettext_lazy("ended"),
}
_MOMENT = timedelta(seconds=1)


def role_words(role: str) -> str:
    """What a role is called, to begin a sentence or a cell."""
    return capfirst(gettext(ROLES[role].name)) or role


@dataclass(frozen=True, slots=True)
class GrantRow:
    """One grant in words.

    Attributes:
        where: the area's name, with the work unit a liaison speaks for; empty where the role has no area.
        state: a key of ``STATES``; said: the same in words.
        last_day: the last moment it holds, so that its date is the last day; None: until somebody ends it.
        given_by, seconded_by, ended_by: names; empty where nobody did. The machine's terminal is named in words.
        may_end: whether this caller may end it now.
    """

    grant: RoleGrant
    role: str
    where: str
    state: str
    said: Promise
    last_day: datetime | None
    given_by: str
    seconded_by: str
    ended_by: str
    may_end: bool


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account of the list; its roles are those in force or to come that the caller may see."""

    account: User
    roles: list[GrantRow]
    second_step: bool


def grant_rows(caller: Caller, found: Iterable[RoleGrant], at: datetime) -> list[GrantRow]:
    """Grants in words; three queries, and one more for each that might be ended."""
    grants = list(found)
    areas = place_names({grant.area for grant in grants if grant.area is not None})
    units = Organisation.objects.in_bulk({grant.organisation for grant in grants if grant.organisation is not None})
    names = account_names(each for grant in grants for each in (grant.granted_by, grant.seconded_by, grant.revoked_by))
    return [_row(caller, grant, areas, units, names, at) for grant in grants]


def _row(
    caller: Caller,
    grant: RoleGrant,
    areas: dict[int, str],
    units: dict[int, Organisation],
    names: dict[int, str],
    at: datetime,
) -> GrantRow:
    where = areas.get(grant.area or 0, "")
    if grant.organisation in units:
        where = f"{where} · {units[grant.organisation].name}"
    state = TO_COME if grant.since > at else IN_FORCE
    if grant.until is not None and grant.until <= at:
        state = ENDED
    return GrantRow(
        grant=grant,
        role=role_words(grant.role),
        where=where,
        state=state,
        said=STATES[state],
        last_day=grant.until - _MOMENT if grant.until is not None else None,
        given_by=names.get(grant.granted_by or 0, gettext("the machine's own terminal")),
        seconded_by=names.get(grant.seconded_by or 0, ""),
        ended_by=names.get(grant.revoked_by or 0, ""),
        may_end=state != ENDED and queries.can_end(caller, grant, at),
    )


def account_rows(caller: Caller, accounts: Sequence[User], at: datetime) -> list[AccountRow]:
    """Accounts with their roles in force or to come, in a few queries for all of them."""
    keys = [account.pk for account in accounts]
    held: dict[int, list[GrantRow]] = {key: [] for key in keys}
    for row in grant_rows(caller, queries.grants_seen(caller, keys, at).exclude(until__lte=at), at):
        held[row.grant.user_id or 0].append(row)
    with_second = set(second_steps(keys))
    return [AccountRow(account, held[account.pk], account.pk in with_second) for account in accounts]


def second_steps(accounts: Sequence[int]) -> list[int]:
    """Which of some accounts have set a second step up."""
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    found = Authenticator.objects.filter(user__in=accounts, type__in=kinds)
    return list(found.values_list("user_id", flat=True).distinct())


def account_names(accounts: Iterable[int | None]) -> dict[int, str]:
    """Names of accounts by id; one query."""
    asked = {each for each in accounts if each is not None}
    if not asked:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, display_name FROM access_user WHERE id = ANY(%s)", [list(asked)])
        return dict(cursor.fetchall())
