"""Who may do what: the table of the design as data. Pages, queries and the generated tests read it from here.

An area is always the granted subtree, for the granted period. ``docs/reference/roles.md`` is this file in words,
and a test compares the two.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from django.utils.translation import gettext_noop

CITY, DISTRICT, STREET, COMMUNITY, GRID, MICRO_GRID = 1, 2, 3, 4, 5, 6  # numbers of places.models.Level


class See(StrEnum):
    """What a role may read."""

    OWN_HOUSEHOLD = "the record of their own household"
    WHO_SAW_IT = "who saw that record"
    OWN_PLACEMENT = "their own placement and their mates' names"
    ONE_ORDER = "one order at a time"
    PLACED_WITH_THEM = "people placed with them: name and phone, while placed"
    HOUSEHOLDS = "households of their own micro-grids, masked, with needs"
    GATE = "the decision at the gate and what it needs"
    OWN_UNIT = "their own unit's people and where they are deployed"
    ROWS = "the community's rows, masked"
    NAMED_ROWS_HELD = "named rows of matters they hold"
    COUNTS_TO_GRID = "counts down to the grid"
    COUNTS_TO_COMMUNITY = "counts down to the community"
    COUNTS_OF_FIVE = "counts by area, of five or more"
    ACCOUNTS = "accounts"
    PLACES = "places"
    SYSTEM = "the state of the system"
    TRAIL = "the trail, ids only"
    DECLARATIONS = "declarations and retention"
    TRAIL_OF_PERSON = "the trail of one person"


class Reveal(StrEnum):
    """What a role may unmask, with a reason, on record."""

    PHONE = "phone"
    ID_TAIL = "ID tail"
    DOOR = "door"


class Decide(StrEnum):
    """What a role may decide inside its area."""

    OWN_MATTERS = "their own requests, corrections and objections"
    OWN_AVAILABILITY = "their own availability, coming or not, corrections of their hours"
    PRESENCE = "presence and hours, never their own"
    FOUND = "what was found, visits, moves proposed"
    OPEN_GATE = "opens; records"
    OWN_LIST = "their own list, swaps"
    REGISTER = "the register, moves and merges"
    ORDERS = "orders"
    SIGN_UPS = "sign-ups"
    PUBLISH = "starts and publishes plans inside their area"
    ZONES = "zones"
    COUNTY_UNITS = "county units"
    EVENTS = "events, packs and policies"
    CITY_UNITS = "city units"
    BRIEFINGS = "saved briefings"
    ACCOUNTS = "accounts"
    AREA_TREE = "the area tree"
    DESTRUCTION = "destruction, with a second person"


class TakeOut(StrEnum):
    """What a role may take out of the system, always through custody."""

    OWN_DATA = "their own data"
    OWN_HOURS = "their own hours"
    SHEETS = "numbered sheets of their own micro-grids"
    OWN_LIST = "their own list"
    LISTS = "lists by export"
    FIGURES = "figures"
    BRIEFING = "the briefing"
    PROOFS = "proofs"
    CERTIFICATE = "the certificate"


@dataclass(frozen=True, slots=True)
class Role:
    """One row of the table.

    Attributes:
        name: what people call it (an English msgid).
        levels: levels at which the role's area may sit; empty where the role has no area;
            for the city's own role the top area of the installation, whatever its level.
        stands_in: what it decides over areas where none of the levels lies whose roles decide it (`deciding_over`).
        seconds: what it may be the second person for; never under the account that decided it.
        grants: roles it may grant inside its area.
        grants_with_second: roles it may grant with a second administrator or at the machine's own terminal.
        second_factor: signs in with a password and a second factor; others come by one-time code or QR.
    """

    name: str
    levels: frozenset[int]
    sees: frozenset[See]
    reveals: frozenset[Reveal] = frozenset()
    decides: frozenset[Decide] = frozenset()
    stands_in: frozenset[Decide] = frozenset()
    seconds: frozenset[Decide] = frozenset()
    grants: frozenset[str] = frozenset()
    grants_with_second: frozenset[str] = frozenset()
    takes_out: frozenset[TakeOut] = frozenset()
    second_factor: bool = True


_DESK_REVEALS = frozenset({Reveal.PHONE, Reveal.ID_TAIL, Reveal.DOOR})
_ANYWHERE = frozenset({CITY, DISTRICT, STREET, COMMUNITY, GRID, MICRO_GRID})
_NEED_A_SECOND = frozenset({"city", "auditor", "privacy_officer"})
_EVERY_ROLE = frozenset(
    {
        *("resident", "volunteer", "leader", "grid_worker", "keeper", "liaison", "community_desk", "street"),
        *("district", "city", "press", "administrator", "auditor", "privacy_officer"),
    }
)

ROLES: MappingProxyType[str, Role] = MappingProxyType(
    {
        "resident": Role(
            name=gettext_noop("resident"),
            levels=frozenset(),
            sees=frozenset({See.OWN_HOUSEHOLD, See.WHO_SAW_IT}),
            decides=frozenset({Decide.OWN_MATTERS}),
            takes_out=frozenset({TakeOut.OWN_DATA}),
            second_factor=False,
        ),
        "volunteer": Role(
            name=gettext_noop("volunteer"),
            levels=frozenset(),
            sees=frozenset({See.OWN_PLACEMENT, See.ONE_ORDER}),
            decides=frozenset({Decide.OWN_AVAILABILITY}),
            takes_out=frozenset({TakeOut.OWN_HOURS}),
            second_factor=False,
        ),
        "leader": Role(
            name=gettext_noop("team or grid leader"),
            levels=frozenset({COMMUNITY, GRID, MICRO_GRID}),
            sees=frozenset({See.PLACED_WITH_THEM}),
            decides=frozenset({Decide.PRESENCE}),
            second_factor=False,
        ),
        "grid_worker": Role(
            name=gettext_noop("grid worker"),
            levels=frozenset({GRID, MICRO_GRID}),
            sees=frozenset({See.HOUSEHOLDS}),
            reveals=frozenset({Reveal.PHONE}),
            decides=frozenset({Decide.FOUND}),
            takes_out=frozenset({TakeOut.SHEETS}),
            second_factor=False,
        ),
        "keeper": Role(
            name=gettext_noop("site or gate keeper"),
            levels=frozenset({COMMUNITY, GRID, MICRO_GRID}),
            sees=frozenset({See.GATE}),
            decides=frozenset({Decide.OPEN_GATE}),
            second_factor=False,
        ),
        "liaison": Role(
            name=gettext_noop("unit liaison"),
            levels=frozenset({CITY, DISTRICT, STREET, COMMUNITY}),
            sees=frozenset({See.OWN_UNIT}),
            decides=frozenset({Decide.OWN_LIST}),
            takes_out=frozenset({TakeOut.OWN_LIST}),
            second_factor=False,
        ),
        "community_desk": Role(
            name=gettext_noop("community desk"),
            levels=frozenset({COMMUNITY}),
            sees=frozenset({See.ROWS, See.COUNTS_TO_GRID}),
            reveals=_DESK_REVEALS,
            decides=frozenset({Decide.PRESENCE, Decide.REGISTER, Decide.ORDERS, Decide.SIGN_UPS, Decide.PUBLISH}),
            grants=frozenset({"grid_worker", "keeper", "leader", "volunteer", "resident"}),
            takes_out=frozenset({TakeOut.LISTS}),
        ),
        "street": Role(
            name=gettext_noop("street"),
            levels=frozenset({STREET}),
            sees=frozenset({See.COUNTS_TO_GRID, See.NAMED_ROWS_HELD}),
            reveals=_DESK_REVEALS,
            decides=frozenset({Decide.ZONES, Decide.PUBLISH}),
            grants=frozenset({"community_desk"}),
            takes_out=frozenset({TakeOut.LISTS}),
        ),
        "district": Role(
            name=gettext_noop("district"),
            levels=frozenset({DISTRICT}),
            sees=frozenset({See.COUNTS_TO_GRID, See.NAMED_ROWS_HELD}),
            reveals=_DESK_REVEALS,
            decides=frozenset({Decide.ZONES, Decide.COUNTY_UNITS, Decide.PUBLISH}),
            grants=frozenset({"street", "liaison"}),
            takes_out=frozenset({TakeOut.LISTS}),
        ),
        "city": Role(
            name=gettext_noop("city command"),
            levels=_ANYWHERE - {GRID, MICRO_GRID},
            sees=frozenset({See.COUNTS_TO_COMMUNITY}),
            decides=frozenset({Decide.EVENTS, Decide.CITY_UNITS, Decide.PUBLISH}),
            stands_in=frozenset({Decide.ZONES}),
            seconds=frozenset({Decide.DESTRUCTION}),
            grants=frozenset({"district", "liaison"}),
            takes_out=frozenset({TakeOut.FIGURES}),
        ),
        "press": Role(
            name=gettext_noop("press officer"),
            levels=_ANYWHERE - {GRID, MICRO_GRID},
            sees=frozenset({See.COUNTS_OF_FIVE}),
            decides=frozenset({Decide.BRIEFINGS}),
            takes_out=frozenset({TakeOut.BRIEFING}),
        ),
        "administrator": Role(
            name=gettext_noop("administrator"),
            levels=frozenset(),
            sees=frozenset({See.ACCOUNTS, See.PLACES, See.SYSTEM}),
            decides=frozenset({Decide.ACCOUNTS, Decide.AREA_TREE}),
            grants=_EVERY_ROLE - _NEED_A_SECOND,
            grants_with_second=_NEED_A_SECOND,
        ),
        "auditor": Role(
            name=gettext_noop("auditor"),
            levels=frozenset(),
            sees=frozenset({See.TRAIL}),
            takes_out=frozenset({TakeOut.PROOFS}),
        ),
        "privacy_officer": Role(
            name=gettext_noop("data protection officer"),
            levels=frozenset(),
            sees=frozenset({See.DECLARATIONS, See.TRAIL_OF_PERSON}),
            decides=frozenset({Decide.DESTRUCTION}),
            seconds=frozenset({Decide.DESTRUCTION}),
            takes_out=frozenset({TakeOut.CERTIFICATE}),
        ),
    }
)


def seeing(*what: See) -> tuple[str, ...]:
    """Keys of the roles that see any of these, in the order of the table."""
    return tuple(key for key, role in ROLES.items() if role.sees & set(what))


def deciding(*what: Decide) -> tuple[str, ...]:
    """Keys of the roles that decide any of these."""
    return tuple(key for key, role in ROLES.items() if role.decides & set(what))


def seconding(*what: Decide) -> tuple[str, ...]:
    """Keys of the roles that may be the second person for any of these."""
    return tuple(key for key, role in ROLES.items() if role.seconds & set(what))


def deciding_over(what: Decide, levels: Collection[int]) -> tuple[str, ...]:
    """Keys of the roles that decide something over an area.

    Where a small installation has no level whose role decides it, the role of the top area stands in: somebody must
    be able to.

    Args:
        levels: of the area and of all it lies in, up to the top of the installation.
    """
    theirs = tuple(key for key in deciding(what) if ROLES[key].levels & set(levels))
    return theirs or tuple(key for key, role in ROLES.items() if what in role.stands_in)


def deciding_somewhere(what: Decide) -> tuple[str, ...]:
    """Keys of the roles that decide something in one installation or another."""
    return tuple(key for key, role in ROLES.items() if what in role.decides | role.stands_in)


def revealing(what: Reveal) -> tuple[str, ...]:
    """Keys of the roles that may unmask this."""
    return tuple(key for key, role in ROLES.items() if what in role.reveals)


def taking_out(*what: TakeOut) -> tuple[str, ...]:
    """Keys of the roles that may take any of these out of the system."""
    return tuple(key for key, role in ROLES.items() if role.takes_out & set(what))


def granting(role: str) -> tuple[str, ...]:
    """Keys of the roles that may grant a role, alone or with a second administrator."""
    return tuple(key for key, row in ROLES.items() if role in row.grants | row.grants_with_second)


def may_grant(granter: str, role: str, *, seconded: bool) -> bool:
    """Whether one role grants another; `seconded` where a second administrator or the terminal stands behind it."""
    row = ROLES[granter]
    return role in row.grants or (seconded and role in row.grants_with_second)


def sits_at(role: str, level: int, *, top_level: int) -> bool:
    """Whether a role's area may be of a level; the city's role sits at the top of this installation alone."""
    if role == "city":
        return level == top_level
    return level in ROLES[role].levels
