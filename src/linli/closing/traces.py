"""What stands under no person and may be about one who asks to be erased: their desk looks through it and chooses.

Sign-ups that no desk confirmed, and entries of the duty log. They are found by phone, name and door, each of which
somebody else may share, so nothing of it goes unless the desk says that it is about them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import connection
from django.db.models import Q

from linli.common.caller import Caller
from linli.common.errors import Invalid
from linli.custody import masks, secrets
from linli.desk import queries as desk
from linli.desk import rules as desk_rules
from linli.desk.models import Entry
from linli.muster import queries as muster
from linli.muster.models import SignUp
from linli.people.models import Identity
from linli.places.doors import door_agrees, masked_door


class Kind(StrEnum):
    """What goes: a row, or of an entry about somebody else who called."""

    SIGN_UP = "sign_up"
    ENTRY = "entry"
    CALLER = "caller"


class Sign(StrEnum):
    """What speaks for its being about the person."""

    PHONE = "phone"
    NAME = "name"
    DOOR = "door"


@dataclass(frozen=True, slots=True)
class Trace:
    """One row that may be about the person.

    Attributes:
        words: what it says, behind its masks.
        waits: it is open, or waits for the desk.
    """

    kind: Kind
    key: UUID
    at: datetime
    signs: frozenset[Sign]
    words: str
    waits: bool

    @property
    def code(self) -> str:
        """Names it in a form."""
        return f"{self.kind}:{self.key}"

    @property
    def sure(self) -> bool:
        """Whether their name stands in it beside their phone or their door."""
        return Sign.NAME in self.signs and len(self.signs) > 1


@dataclass(frozen=True, slots=True)
class _Person:
    """What one looks for, in clear: names of two characters or more, phones, doors by id and as (building, door)."""

    names: frozenset[str]
    phones: frozenset[str]
    doors: frozenset[int]
    addresses: tuple[tuple[str, str], ...]


_DOORS = """
SELECT d.place_id, b.name, d.door FROM people_stay s
LEFT JOIN people_household h ON h.id = s.household_id
JOIN places_dwelling d ON d.place_id IN (s.home_id, h.dwelling_id)
JOIN places_building b ON b.place_id = d.building_id
WHERE s.person_id = %(person)s
UNION SELECT d.place_id, b.name, d.door FROM people_volunteer v
JOIN places_dwelling d ON d.place_id = v.lives_at_id
JOIN places_building b ON b.place_id = d.building_id
WHERE v.person_id = %(person)s
"""


def found(caller: Caller, person_id: int) -> list[Trace]:
    """What the caller's desks keep that may be about a person; what is surest first, then the newest."""
    person = _person(person_id)
    traces = [*_sign_ups(caller, person), *_entries(caller, person_id, person)]
    return sorted(traces, key=lambda each: (each.sure, len(each.signs), each.at), reverse=True)


def chosen(caller: Caller, person_id: int, codes: Collection[str]) -> dict[str, list[str]]:
    """Those that the desk chose, as an erasure keeps them: ids by kind.

    Raises:
        Invalid: one of them is not among what was found.
    """
    known = {each.code: each for each in found(caller, person_id)} if codes else {}
    if not set(codes) <= set(known):
        raise Invalid
    return {str(kind): sorted(str(known[code].key) for code in codes if known[code].kind is kind) for kind in Kind}


def _person(person_id: int) -> _Person:
    rows = list(Identity.objects.filter(person=person_id).values_list("name", "phone"))
    with connection.cursor() as cursor:
        cursor.execute(_DOORS, {"person": person_id})
        doors = cursor.fetchall()
    return _Person(
        frozenset(name for name, _ in rows if len(name) > 1),
        frozenset(secrets.unseal(phone) for _, phone in rows if phone is not None),
        frozenset(place for place, _, _ in doors),
        tuple((building, door) for _, building, door in doors),
    )


def _sign_ups(caller: Caller, person: _Person) -> list[Trace]:
    indexes = [secrets.index(phone) for phone in person.phones]
    alike = Q(phone_index__in=indexes) | Q(name__in=person.names)
    traces = []
    for claim in muster.sign_ups_within(caller).filter(alike, person=None):
        signs = {
            Sign.PHONE: bytes(claim.phone_index) in indexes,
            Sign.NAME: claim.name in person.names,
            Sign.DOOR: claim.lives_at_id in person.doors
            or any(door_agrees(claim.door, building, door) for building, door in person.addresses),
        }
        shown = (claim.number, masks.mask_name(claim.name), masks.mask_phone(muster.claim_phone(claim)))
        traces.append(
            Trace(
                Kind.SIGN_UP,
                claim.pk,
                claim.made_at,
                frozenset(sign for sign, holds in signs.items() if holds),
                " ".join([*shown, masked_door(claim.door)]),
                claim.state == SignUp.State.CLAIMED,
            )
        )
    return traces


def _entries(caller: Caller, person_id: int, person: _Person) -> list[Trace]:
    """Every entry has to be unsealed: what somebody said has no index. Those under the person's number go anyway."""
    return [
        trace
        for entry in desk.entries_within(caller).exclude(person=person_id).iterator()
        if (trace := _entry(entry, person)) is not None
    ]


def _entry(entry: Entry, person: _Person) -> Trace | None:
    said = desk.said(entry)
    about = f"{said.about}\n{said.need}\n{said.done}"
    digits = "".join(each for each in about if each.isdigit() or each == "\n")
    told = {
        Sign.PHONE: any(phone in digits for phone in person.phones),
        Sign.NAME: any(name in about for name in person.names),
        Sign.DOOR: entry.place_id in person.doors,
    }
    calls = {
        Sign.PHONE: said.phone in person.phones,
        Sign.NAME: any(name in said.caller for name in person.names),
    }
    signs = frozenset(sign for sign in Sign if told.get(sign) or calls.get(sign))
    if not signs:
        return None
    words = f"{desk_rules.masked_caller(said.caller, said.phone)} · {desk_rules.masked_about(said.about)}"
    kind = Kind.ENTRY if any(told.values()) else Kind.CALLER
    return Trace(kind, entry.pk, entry.received_at, signs, words, entry.closed_at is None)
