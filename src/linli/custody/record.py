"""What the declarations say, put together for people: for the notice, the record of processing, the assessment.

Every text comes back in the language that is active. The digest is the same in each, so that printed copies compare.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

from linli.custody import export, reveals
from linli.custody.declare import EVERYONE, Basis, Declared, Field, Keep, Kind, Sensitivity, Whose, declared, told
from linli.custody.roles import ROLES

ROOMS = {
    "places": gettext_noop("Areas, buildings and doors"),
    "people": gettext_noop("People who live or serve here"),
    "events": gettext_noop("Events and zones"),
    "rolls": gettext_noop("Roll calls"),
    "desk": gettext_noop("Duty log"),
    "ledger": gettext_noop("What was found at doors"),
    "field": gettext_noop("What phones without a signal brought"),
    "duty": gettext_noop("Who is booked where, and hours served"),
    "notices": gettext_noop("What people were told"),
    "muster": gettext_noop("Signing up and placement"),
    "command": gettext_noop("Briefings"),
    "closing": gettext_noop("The end of an event"),
    "access": gettext_noop("Accounts, phones and codes"),
    "custody": gettext_noop("Trail and safekeeping"),
}
LIBRARIES = gettext_noop("Libraries that Linli is built with")
OF_LIBRARIES = "libraries"
_GROUP = 4


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of thing that is known about somebody, and what for.

    Attributes:
        hard: its loss would do most harm, so that fewer may read it.
    """

    kind: Kind
    what: str
    why: tuple[str, ...]
    hard: bool


@dataclass(frozen=True, slots=True)
class Group:
    """What is known about some people.

    Attributes:
        keeps: how long, and of which kinds; what holds for most comes first, without naming them.
        readers: keys of roles, in the order of the table.
    """

    whose: Whose
    heading: str
    lines: tuple[Line, ...]
    bases: tuple[Basis, ...]
    keeps: tuple[tuple[str, tuple[str, ...]], ...]
    readers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One field as the record shows it."""

    name: str
    purpose: str
    sensitivity: str
    kind: str
    readers: str
    hard: bool
    of_somebody: bool


@dataclass(frozen=True, slots=True)
class Table:
    """One table as the record shows it; `leaves` says who may take something of it out of Linli, and as what."""

    label: str
    whose: str
    basis: str
    keep: str
    leaves: str
    columns: tuple[Column, ...]

    @property
    def personal(self) -> int:
        """How many of its columns say something about somebody."""
        return sum(column.of_somebody for column in self.columns)


@dataclass(frozen=True, slots=True)
class Room:
    """The tables of one room, or of the libraries."""

    key: str
    title: str
    tables: tuple[Table, ...]


def groups() -> list[Group]:
    """What is known about whom, without a table's name."""
    about: dict[Whose, list[Declared]] = {whose: [] for whose in Whose}
    for each in declared().values():
        if each.whose is not None:
            about[each.whose].append(each)
    return [_group(whose, tables) for whose, tables in about.items() if tables]


def group_of(whose: Whose, *labels: str) -> Group:
    """What some tables alone keep about somebody, by their labels, as room.Model."""
    known = declared()
    return _group(whose, [known[label] for label in labels])


def _group(whose: Whose, tables: list[Declared]) -> Group:
    fields = [field for each in tables for field in each.fields.values() if field.of_somebody]
    lines = []
    for kind in Kind:
        those = [field for field in fields if field.kind is kind]
        if not those:
            continue
        why = tuple(dict.fromkeys(told(field.purpose) for field in those))
        lines.append(Line(kind, told(kind), why, any(field.sensitivity is Sensitivity.SENSITIVE for field in those)))
    return Group(
        whose,
        told(whose),
        tuple(lines),
        tuple(dict.fromkeys(each.basis for each in tables)),
        _keeps(tables),
        _in_order({role for field in fields if not _shown_to_all(field) for role in field.readers}),
    )


def _keeps(tables: list[Declared]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """How long, with the kinds that it holds for."""
    kinds: dict[Keep, dict[str, None]] = {}
    for each in tables:
        known = kinds.setdefault(each.keep, {})
        known |= {told(field.kind): None for field in each.fields.values() if field.of_somebody and field.kind}
    most, *others = sorted(kinds, key=lambda keep: -len(kinds[keep]))
    return ((told(most), ()), *((told(keep), tuple(kinds[keep])) for keep in others))


def rooms() -> list[Room]:
    """Every table by room, in the order of the rooms; the libraries' tables last."""
    sorted_out: dict[str, list[Declared]] = {key: [] for key in (*ROOMS, OF_LIBRARIES)}
    for each in declared().values():
        app = each.label.split(".")[0]
        sorted_out[app if app in ROOMS else OF_LIBRARIES].append(each)
    titles = ROOMS | {OF_LIBRARIES: LIBRARIES}
    return [
        Room(key, gettext(titles[key]), tuple(_table(each) for each in tables))
        for key, tables in sorted_out.items()
        if tables
    ]


def _table(each: Declared) -> Table:
    readers = {role for field in each.fields.values() if field.of_somebody for role in field.readers}
    takers = [(key, ROLES[key].takes_out) for key in _in_order(readers) if ROLES[key].takes_out]
    leaves = [
        gettext("{role}: {what}").format(role=gettext(ROLES[key].name), what=listed(told(what) for what in sorted(out)))
        for key, out in takers
    ]
    return Table(
        each.label,
        told(each.whose) if each.whose else gettext("of no person"),
        told(each.basis),
        told(each.keep),
        gettext("; ").join(leaves) or gettext("nothing"),
        tuple(_column(name, field) for name, field in each.fields.items()),
    )


def _column(name: str, field: Field) -> Column:
    return Column(
        name,
        told(field.purpose),
        told(field.sensitivity),
        told(field.kind) if field.kind else "",
        readers_of(field),
        field.sensitivity is Sensitivity.SENSITIVE,
        field.of_somebody,
    )


def readers_of(field: Field) -> str:
    """Which roles' pages may show a field, in words."""
    if not field.readers:
        return gettext("no page; only Linli itself")
    if _shown_to_all(field):
        return gettext("every role")
    return listed(gettext(ROLES[key].name) for key in _in_order(field.readers))


def listed(words: Iterable[str]) -> str:
    """Words one after the other, as the language does it."""
    return gettext(", ").join(words)


def _shown_to_all(field: Field) -> bool:
    return set(field.readers) == set(EVERYONE)


def _in_order(keys: Iterable[str]) -> tuple[str, ...]:
    known = set(keys)
    return tuple(key for key in ROLES if key in known)


def digest() -> str:
    """Sixteen letters that change with anything declared and with the rules of lists that leave.

    By them a printed copy is compared with what holds now.
    """
    tables = {
        each.label: [
            each.basis,
            each.keep,
            each.whose,
            {
                name: [field.purpose, field.sensitivity, sorted(field.readers), field.kind]
                for name, field in each.fields.items()
            },
        ]
        for each in declared().values()
    }
    roles = {key: [sorted(role.reveals), sorted(role.takes_out)] for key, role in ROLES.items()}
    hours = export.LIVES.total_seconds() / 3600
    lists = [list(export.PURPOSE_WORDS), hours, export.MOST_ALONE, reveals.MOST_AN_HOUR]
    said = json.dumps([tables, roles, lists], sort_keys=True, ensure_ascii=False)
    whole = hashlib.sha256(said.encode()).hexdigest()[: _GROUP * 4]
    return " ".join(whole[at : at + _GROUP] for at in range(0, len(whole), _GROUP))
