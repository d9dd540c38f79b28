"""The template of staff and roles: who signs in, and what each may do where. By an administrator."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation.trans_null import gettext_noop

from linli.access import actions, proofs
from linli.access.callers import BY_PHONE
from linli.access.errors import AccountClosed, BadLogin, BadPeriod, LoginOfAnother, OwnRole, WrongLevel
from linli.access.models import GrantRequest, RoleGrant, User
from linli.access.periods import moments
from linli.access.queries import WITHOUT_ACCOUNT
from linli.common.caller import Caller
from linli.common.errors import LinliError
from linli.common.sheets import Column, Looked, Row, Template, cells
from linli.common.sheets.errors import CellMissing, SheetOvertaken
from linli.custody import trail
from linli.custody.roles import ROLES, may_grant, sits_at
from linli.places.paths import Tree, tree_at

# A liaison speaks for a work unit, which the page of granting asks for.
GIVEN = {key: role.name for key, role in ROLES.items() if key not in WITHOUT_ACCOUNT | {"liaison"}}
_ALSO = {"社区": "community_desk", "值班台": "community_desk", "街道办": "street", "网格员": "grid_worker"}


def login(said: str) -> str:
    """A login name as it is kept.

    Raises:
        BadLogin: it holds something else than letters, digits and . _ @ + -, or is too long.
    """
    try:
        UnicodeUsernameValidator()(said)
    except ValidationError as error:
        raise BadLogin from error
    if len(said) > 60:
        raise BadLogin
    return said


TEMPLATE = Template(
    key="staff",
    title=gettext_noop("Staff and roles"),
    says=gettext_noop("Who signs in, and what each may do where. Filled in by an administrator, after the areas."),
    columns=(
        Column(
            "name",
            gettext_noop("Name"),
            gettext_noop("As others see who decided something."),
            cells.text(60),
            needed=True,
            also=("姓名", "名字"),
        ),
        Column(
            "login",
            gettext_noop("Login name"),
            gettext_noop("Letters, digits and . _ - without spaces, such as zhang.wei"),
            login,
            needed=True,
            also=("登录名", "账号", "用户名", "username"),
        ),
        Column(
            "role",
            gettext_noop("Role"),
            gettext_noop("What they may do. Several roles of one person are several rows with the same login name."),
            cells.one_of(GIVEN, _ALSO),
            needed=True,
            choices=tuple(GIVEN.values()),
            also=("角色", "岗位"),
        ),
        Column(
            "area",
            gettext_noop("Area"),
            gettext_noop("Where they may do it, as the areas are called here. Empty for roles without an area."),
            cells.text(200),
            also=("区域", "所在区域"),
        ),
        Column(
            "until",
            gettext_noop("Last day"),
            gettext_noop("Left empty: until somebody ends it."),
            cells.day,
            takes_date=True,
            also=("到期", "截止日期", "until"),
        ),
    ),
    examples=(
        {"name": "张伟", "login": "zhang.wei", "role": "community desk", "area": "青松社区"},
        {
            "name": "李敏",
            "login": "li.min",
            "role": "grid worker",
            "area": "青松社区/青松第1网格",
            "until": "2027-06-30",
        },
    ),
    notes=(
        gettext_noop("Each new account gets a link to choose its password. The links are shown once, for printing."),
        gettext_noop("Grid workers, keepers and leaders need no password: cards with a QR are printed for them."),
        gettext_noop("City command, auditor and data protection officer wait for a second administrator."),
        gettext_noop("A liaison speaks for a work unit: give that role on the page of the accounts."),
    ),
    most_rows=500,
)


@dataclass(slots=True)
class Handed:
    """An account of the file that is new: the secret of its link, shown this once, and what it was given.

    The secret is empty where all its roles come in by a QR: it then needs no password.
    `roles` are keys of ``ROLES``, each with the area's name and whether it waits for a second administrator.
    """

    user: User
    secret: str
    roles: list[tuple[str, str, bool]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Given:
    """One row: a role for a login name over an area until a day (its last)."""

    row: Row
    role: str
    area: int | None
    area_name: str
    until: datetime | None
    seconded: bool


def look(rows: Sequence[Row], *, by: Caller, at: datetime) -> Looked:
    """What a file would do, changing nothing. `would` counts accounts, grants and requests for a second one."""
    return _compare(rows, by, at)[0]


@transaction.atomic
def take(rows: Sequence[Row], *, by: Caller, at: datetime) -> tuple[Looked, list[Handed]]:
    """Make the accounts of a file and give their roles: all or nothing; each new account that needs a password gets a
    link.

    Raises:
        SheetOvertaken: something changed since the file was looked through, so that a row makes no sense any more.
        MayNotGrant, NameTaken and others of the actions: likewise, in the same second.
    """
    looked, given = _compare(rows, by, at)
    if looked.rejected:
        raise SheetOvertaken
    users = {user.username: user for user in User.objects.filter(username__in={row.text("login") for row in rows})}
    with_password = {each.row.text("login") for each in given if each.role not in BY_PHONE}
    handed: dict[str, Handed] = {}
    for each in given:
        name = each.row.text("login")
        if name not in users:
            users[name] = actions.create_staff(name, display_name=each.row.text("name"), password=None, by=by, at=at)
            link = proofs.issue_password_link(users[name], by=by, at=at) if name in with_password else ""
            handed[name] = Handed(users[name], link)
        give = actions.ask_for_grant if each.seconded else actions.grant_role
        give(each.role, user=users[name], area=each.area, until=each.until, by=by, at=at)
        if name in handed:
            handed[name].roles.append((each.role, each.area_name, each.seconded))
    trail.record(
        "staff.loaded", who=by, subject="template:staff", at=at, facts={"made": len(handed), "given": len(given)}
    )
    return looked, list(handed.values())


class _There:
    """What is there already: accounts by login name, the roles they hold and the roles that wait."""

    def __init__(self, rows: Sequence[Row], at: datetime) -> None:
        self.users = {each.username: each for each in User.objects.filter(username__in={r.text("login") for r in rows})}
        held = RoleGrant.objects.filter(user__in=self.users.values()).exclude(until__lte=at)
        waits = GrantRequest.objects.filter(user__in=self.users.values(), grant=None, closed_at=None)
        self.given = {(user, role, area) for each in (held, waits) for user, role, area in each.values_list(
            "user__username", "role", "area")}  # fmt: skip
        self.names = {each.username: each.display_name for each in self.users.values()}


def _compare(rows: Sequence[Row], by: Caller, at: datetime) -> tuple[Looked, list[_Given]]:
    looked, given, tree, there = Looked(), [], tree_at(at), _There(rows, at)
    seen: set[tuple[str, str, int | None]] = set()
    for row in rows:
        column = "login"
        try:
            _check_account(row, there, by)
            column = "area"
            area, area_name = _area(row, tree)
            column = "until"
            until = _until(row, at)
        except LinliError as problem:
            looked.reject(row.number, column, problem)
            continue
        role = row.text("role")
        key = (row.text("login"), role, area)
        if key in seen:
            looked.twice += 1
        elif key in there.given:
            looked.there += 1
        else:
            seconded = not any(may_grant(grant.role, role, seconded=False) for grant in by.grants)
            given.append(_Given(row, role, area, area_name, until, seconded))
            looked.count("request" if seconded else "grant")
        seen.add(key)
    new = {each.row.text("login") for each in given} - set(there.users)
    if new:
        looked.would = {"account": len(new), **looked.would}
    return looked, given


def _check_account(row: Row, there: _There, by: Caller) -> None:
    """Whether the login name stands for this person and can be given something; the first row names it."""
    name = row.text("login")
    if there.names.setdefault(name, row.text("name")) != row.text("name"):
        raise LoginOfAnother(username=name)
    user = there.users.get(name)
    if user is not None and user.pk == by.user:
        raise OwnRole
    if user is not None and not user.is_active:
        raise AccountClosed


def _area(row: Row, tree: Tree) -> tuple[int | None, str]:
    """Place id and name of the area of a role, where it has one."""
    role, written = row.text("role"), row.text("area")
    if not ROLES[role].levels:
        if written:
            raise WrongLevel
        return None, ""
    if not written:
        raise CellMissing
    found = tree.named(written)
    top = tree.top
    fits = [node for node in found if top is not None and sits_at(role, node.level, top_level=top.level)]
    if role == "city":
        fits = [node for node in fits if node is top]
    if found and not fits:
        raise WrongLevel
    node = tree.one(written, fits)
    return node.id, node.name


def _until(row: Row, at: datetime) -> datetime | None:
    said, today = row.text("until"), localdate(at)
    if not said:
        return None
    last = date.fromisoformat(said)
    if last < today:
        raise BadPeriod
    return moments(today, last, today=today)[1]
