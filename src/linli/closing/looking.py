"""What agrees with one person in rows under nobody: sign-ups, self-reports, duty logs, what phones brought."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from linli.common.caller import Caller
from linli.common.clock import now
from linli.custody import masks, secrets
from linli.desk import queries as desk
from linli.desk import rules as desk_rules
from linli.desk.models import Entry
from linli.field.models import Receipt
from linli.ledger import scope
from linli.ledger.models import SelfReported
from linli.muster import queries as muster
from linli.muster.models import SignUp
from linli.people.models import Identity
from linli.places import queries as places
from linli.places.doors import door_agrees, masked_door


class Kind(StrEnum):
    """What goes: a row, or of an entry about somebody else who called. HELD: what a phone brought and nobody took."""

    SIGN_UP = "sign_up"
    SELF_REPORT = "self_report"
    ENTRY = "entry"
    CALLER = "caller"
    HELD = "held"


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
    key: UUID | int
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
class Wanted:
    """What one looks for, in clear: names of two characters or more, phones, doors by id and as (building, door)."""

    names: frozenset[str]
    phones: frozenset[str]
    doors: frozenset[int]
    addresses: tuple[tuple[str, str], ...]

    @property
    def indexes(self) -> list[bytes]:
        """Blind indexes of the phones."""
        return [secrets.index(phone) for phone in self.phones]


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


def wanted(person_id: int) -> Wanted:
    """What to look for. Two queries."""
    rows = list(Identity.objects.filter(person=person_id).values_list("name", "phone"))
    with connection.cursor() as cursor:
        cursor.execute(_DOORS, {"person": person_id})
        doors = cursor.fetchall()
    return Wanted(
        frozenset(name for name, _ in rows if len(name) > 1),
        frozenset(secrets.unseal(phone) for _, phone in rows if phone is not None),
        frozenset(place for place, _, _ in doors),
        tuple((building, door) for _, building, door in doors),
    )


def in_sign_ups(claims: QuerySet[SignUp], person: Wanted) -> list[Trace]:
    """Those of some sign-ups that agree in phone or name, and that no desk confirmed."""
    indexes = person.indexes
    alike = Q(phone_index__in=indexes) | Q(name__in=person.names)
    traces = []
    for claim in claims.filter(alike, person=None):
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


def in_self_reports(rows: Iterable[SelfReported], person: Wanted) -> list[Trace]:
    """Those of some names in self-reports that wait which agree in anything."""
    indexes, traces = person.indexes, []
    for row in rows:
        signs = {
            Sign.PHONE: row.phone_index is not None and bytes(row.phone_index) in indexes,
            Sign.NAME: row.name in person.names,
            Sign.DOOR: row.report.dwelling_id in person.doors,
        }
        found = frozenset(sign for sign, holds in signs.items() if holds)
        if found:
            phone = [masks.mask_phone(secrets.unseal(row.phone))] if row.phone is not None else []
            words = " ".join([masks.mask_name(row.name), *phone])
            traces.append(Trace(Kind.SELF_REPORT, row.pk, row.report.said_at, found, words, waits=True))
    return traces


def in_held(caller: Caller, person: Wanted) -> list[Trace]:
    """People whom a phone brought and nobody could take, behind doors of the caller's desks."""
    brought = [(receipt, said) for receipt, said in _brought() if isinstance(said.get("door"), int)]
    at = now()
    held = scope.micro_grids_of({said["door"] for _, said in brought}, at)
    mine = set(places.within(scope.decided_over(caller, at), at).filter(inner__in=[m for m in held.values() if m]))
    traces = []
    for receipt, said in brought:
        name, phone, door = str(said.get("name", "")), str(said.get("phone", "")), said["door"]
        signs = {
            Sign.PHONE: phone in person.phones,
            Sign.NAME: name in person.names,
            Sign.DOOR: door in person.doors,
        }
        if held.get(door) in mine and any(signs.values()):
            traces.append(
                Trace(
                    Kind.HELD,
                    receipt.pk,
                    receipt.happened_at,
                    frozenset(sign for sign, holds in signs.items() if holds),
                    " ".join([masks.mask_name(name), *([masks.mask_phone(phone)] if phone else [])]),
                    receipt.settled_at is None,
                )
            )
    return traces


def _brought() -> Iterator[tuple[Receipt, dict[str, Any]]]:
    """What phones brought of people and was not done, with what it says."""
    for receipt in Receipt.objects.filter(held__isnull=False).iterator():
        try:
            said = json.loads(secrets.unseal(bytes(receipt.held or b"")))
        except ValueError:
            continue
        if isinstance(said, dict) and said.get("kind") == "person":
            yield receipt, said


def in_entries(entries: QuerySet[Entry], person: Wanted) -> list[Trace]:
    """Every entry has to be unsealed: what somebody said has no index. Those under the person's number go anyway."""
    return [trace for entry in entries.iterator() if (trace := _entry(entry, person)) is not None]


def _entry(entry: Entry, person: Wanted) -> Trace | None:
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
