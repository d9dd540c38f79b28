"""What somebody says through the code of their door: taken, never answered with what is known.

It waits (``deciding``) and changes no standing: whoever photographs a sheet could else make a household "found" that
nobody has seen. What they need does not wait: it stands in the duty log at once.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid5

from django.db import connection, transaction
from django.db.models import QuerySet

from linli.common.caller import Caller
from linli.common.ids import uuid7
from linli.custody import secrets, trail
from linli.desk.models import Entry
from linli.ledger import asks
from linli.ledger.arriving import name_of
from linli.ledger.asks import Ask
from linli.ledger.doorcodes import Door
from linli.ledger.errors import NobodyNamed, TooManyNamed
from linli.ledger.models import SelfReport, SelfReported
from linli.people.rules import phone_digits
from linli.places.doors import whole_door
from linli.places.models import Dwelling

MOST_PEOPLE = 12


@dataclass(frozen=True, slots=True)
class AtHome:
    """What a phone says of those behind its door.

    Attributes:
        people: names, each with whether they are registered elsewhere; whoever writes comes first.
        phone: of whoever writes; empty where they give none.
    """

    people: Sequence[tuple[str, bool]]
    phone: str = ""
    needs: Sequence[Ask] = field(default_factory=list)


@transaction.atomic
def report(door: Door, said: AtHome, *, device: bytes, key: UUID | None, by: Caller, at: datetime) -> SelfReport:
    """Take what a phone says. The same sent twice is one; said anew by the same phone, it replaces what it said before,
    until somebody has decided about that.

    Args:
        device: digest of the phone's own secret. key: handed out with the empty form; None: it was kept too long.

    Raises:
        NobodyNamed, TooManyNamed, NameMissing, BadPhone: an answer makes no sense.
    """
    people = [(name_of(name), guest) for name, guest in said.people]
    if not people:
        raise NobodyNamed
    if len(people) > MOST_PEOPLE:
        raise TooManyNamed(most=MOST_PEOPLE)
    digits = phone_digits(said.phone) if said.phone.strip() else ""
    with connection.cursor() as cursor:  # a double tap arrives as two requests at once
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"self_report:{door.dwelling.pk}:{device.hex()}"]
        )
    needs = {asks.code_of(ask): ask for ask in said.needs}
    said_index = secrets.index(json.dumps([people, digits, sorted(needs)]))
    mine = SelfReport.objects.filter(dwelling=door.dwelling.pk, device=device, said_index=said_index)
    if key is not None and (same := mine.filter(pk=key).first()) is not None:
        return same
    asked = _replaced(door, device)
    if key is None or SelfReport.objects.filter(pk=key).exists():
        key = uuid7()
    made = SelfReport(id=key, event=door.event, dwelling_id=door.dwelling.pk, device=device, said_at=at)
    made.said_index = said_index
    told_by = f"{people[0][0]} {digits}".strip()
    made.asked = {code: asked.get(code) or _ask(door, ask, key, told_by, by, at) for code, ask in needs.items()}
    made.save(force_insert=True)
    SelfReported.objects.bulk_create(
        SelfReported(
            report=made,
            n=n,
            name=name,
            guest=guest,
            phone=secrets.seal(digits) if digits and n == 1 else None,
            phone_index=secrets.index(digits) if digits and n == 1 else None,
        )
        for n, (name, guest) in enumerate(people, 1)
    )
    facts: dict[str, trail.Fact | list[trail.Fact]] = {"people": len(people), "needs": len(needs)}
    trail.record(
        "self_report.taken", who=by, subject=f"self_report:{made.pk}", at=at, area=door.micro_grid, facts=facts
    )
    return made


def reported_before(door: Door, device: bytes) -> datetime | None:
    """When this phone said something of this door that still waits: of others' reports nothing is told."""
    return _waiting(door, device).values_list("said_at", flat=True).first()


def door_told(dwelling: Dwelling) -> str:
    """A door in full, from the estate on."""
    estate = dwelling.building.estate
    stands = whole_door(dwelling.building.name, dwelling.unit, dwelling.door)
    return f"{estate.name} {stands}" if estate is not None else stands


def _waiting(door: Door, device: bytes) -> QuerySet[SelfReport]:
    return SelfReport.objects.filter(
        event=door.event, dwelling=door.dwelling.pk, device=device, decided_at__isnull=True
    )


def _replaced(door: Door, device: bytes) -> dict[str, str]:
    """Take away what the phone said before, where nobody has decided about it; what it asked for and is still open."""
    before = _waiting(door, device).select_for_update().first()
    if before is None:
        return {}
    asked: dict[str, str] = before.asked
    still = Entry.objects.filter(pk__in=list(asked.values()), closed_at__isnull=True).values_list("pk", flat=True)
    still_open = {str(each) for each in still}
    before.delete()
    return {code: entry for code, entry in asked.items() if entry in still_open}


def _ask(door: Door, ask: Ask, report_id: UUID, told_by: str, by: Caller, at: datetime) -> str:
    key = uuid5(report_id, f"{asks.code_of(ask)}:{at.isoformat()}")
    entry = asks.ask_from_home(
        ask, door.community, door=door_told(door.dwelling), told_by=told_by, key=key, by=by, at=at
    )
    return str(entry.pk)
