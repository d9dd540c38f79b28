"""Cards: a door with who lives behind it, and a person; fetched and authorised in one go. House first, then person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from linli.common.caller import Caller
from linli.common.errors import Invalid, NotFound
from linli.custody import secrets, trail
from linli.ledger import scope
from linli.ledger.errors import NotYourDoor, NotYourPerson
from linli.ledger.lines import Line, lines
from linli.ledger.models import Finding
from linli.ledger.moving import lock_persons
from linli.people.models import REGISTER, SERVICE, Household, Identity, Need, Person, SameAs, Stay
from linli.places import queries as places
from linli.places.models import Area, Dwelling
from linli.rolls.models import Roll, State

MOST_FINDINGS = 20
MOST_WERE = 50
# Who ever lived, or was a guest, behind a door, with the end of that stay; the newest of each.
_EVER = """
SELECT DISTINCT ON (s.person_id) s.person_id, s.since, s.kind, p.counted_since = s.since, (
    SELECT min(n.since) FROM people_stay n WHERE n.person_id = s.person_id AND n.since > s.since)
FROM people_household h JOIN people_stay s ON s.household_id = h.id JOIN people_person p ON p.id = s.person_id
WHERE h.dwelling_id = %s AND NOT EXISTS (
    SELECT FROM people_sameas m WHERE m.person_id = p.id AND m.undone_at IS NULL)
ORDER BY s.person_id, s.since DESC
"""
_STANDINGS = """
SELECT r.id, s.state FROM rolls_roll r JOIN rolls_standing s ON s.roll_id = r.id AND s.part = r.part
WHERE r.of = 'persons' AND r.ready_at IS NOT NULL AND r.closed_at IS NULL AND s.subject = %s ORDER BY r.id
"""


@dataclass(frozen=True, slots=True)
class DoorCard:
    """A door and who lives behind it.

    Attributes:
        chain: the areas it lies in, from the micro-grid upwards.
        here, guests, away, elsewhere: who lives there, who stays for a while, who is away, and who lives there and is
            counted elsewhere for now (hospital, school, quarantine).
        were: who was there before, with since when and until when; the newest first, `MOST_WERE` at most.
        collective: a dormitory or institution.
        decides: whether the caller decides over its ledger; else they may only propose.
    """

    door: Dwelling
    micro_grid: int
    chain: list[Area]
    here: list[Line]
    guests: list[Line]
    away: list[Line]
    elsewhere: list[Line]
    were: list[tuple[Line, datetime, datetime]]
    findings: list[Finding]
    collective: bool
    decides: bool
    desk: bool

    @property
    def people(self) -> list[Line]:
        """Everybody who belongs there now."""
        return [*self.here, *self.guests, *self.elsewhere, *self.away]


@dataclass(frozen=True, slots=True)
class PersonCard:
    """A person.

    Attributes:
        seat: the micro-grid where they are counted; of who is away or gone, where home is held.
        kept: of whoever was merged into somebody, that one.
        guardians: of a child, who is of age behind the same door. None is stored: it is whoever lives with them.
        stays: the newest first. standings: of each open roll.
        merges: every time they were merged with somebody, or that was undone.
    """

    line: Line
    seat: int
    chain: list[Area]
    kept: int | None
    guardians: list[Line]
    stays: list[Stay]
    standings: list[tuple[Roll, State]]
    merges: list[SameAs]
    decides: bool


def door_visible_to(by: Caller, door_id: int, at: datetime) -> tuple[Dwelling, int]:
    """One door and the micro-grid that holds it.

    Raises:
        NotFound: there is no such door in the caller's area.
    """
    micro = scope.micro_grids_of([door_id], at).get(door_id)
    if micro is None or not scope.looks_in(by, [micro], at):
        raise NotFound
    return Dwelling.objects.select_related("building__estate", "place").get(pk=door_id), micro


def person_visible_to(by: Caller, person_id: int, at: datetime) -> tuple[Person, tuple[int, ...]]:
    """One person and the micro-grids they belong to.

    Raises:
        NotFound: nobody of that number belongs to the caller's area.
    """
    seats = scope.belongs([person_id], at).get(person_id, ())
    if not scope.looks_in(by, seats, at):
        raise NotFound
    return Person.objects.get(pk=person_id), seats


def door_card(by: Caller, door_id: int, at: datetime) -> DoorCard:
    """A door's card. Raises as ``door_visible_to``."""
    door, micro = door_visible_to(by, door_id, at)
    with connection.cursor() as cursor:
        cursor.execute(_EVER, [door.pk])
        rows = cursor.fetchall()
    shown = lines([row[0] for row in rows], by, at)
    now_here: dict[str, list[Line]] = {}
    were = []
    for person, since, kind, newest, until in rows:
        if person not in shown:
            continue
        if newest and kind != Stay.Kind.GONE:
            now_here.setdefault(kind, []).append(shown[person])
        else:
            were.append((shown[person], since, until or since))
    counted_elsewhere = (Stay.Kind.HOSPITAL, Stay.Kind.SCHOOL, Stay.Kind.QUARANTINE)
    findings = Finding.objects.select_related("sweep__doors__event").filter(dwelling=door.pk)
    return DoorCard(
        door=door,
        micro_grid=micro,
        chain=places.ancestors(micro, at),
        here=now_here.get(Stay.Kind.HOME, []),
        guests=now_here.get(Stay.Kind.GUEST, []),
        away=now_here.get(Stay.Kind.AWAY, []),
        elsewhere=[line for kind in counted_elsewhere for line in now_here.get(kind, [])],
        were=sorted(were, key=lambda each: each[2], reverse=True)[:MOST_WERE],
        findings=list(findings.order_by("-happened_at", "-pk")[:MOST_FINDINGS]),
        collective=door.state == Dwelling.State.COLLECTIVE
        or Household.objects.filter(dwelling=door.pk, kind=Household.Kind.COLLECTIVE).exists(),
        decides=scope.decides_in(by, [micro], at),
        desk=scope.reads_rows_of(by, [micro], at),
    )


def person_card(by: Caller, person_id: int, at: datetime) -> PersonCard:
    """A person's card. Raises as ``person_visible_to``."""
    person, seats = person_visible_to(by, person_id, at)
    line = lines([person.pk], by, at)[person.pk]
    merges = SameAs.objects.filter(person=person.pk) | SameAs.objects.filter(kept=person.pk)
    every = list(merges.order_by("-at", "-pk"))
    return PersonCard(
        line=line,
        seat=seats[0],
        chain=places.ancestors(seats[0], at),
        kept=next((each.kept_id for each in every if each.person_id == person.pk and each.undone_at is None), None),
        guardians=_guardians(line, by, at) if line.child else [],
        stays=list(Stay.objects.select_related("household").filter(person=person.pk).order_by("-since")),
        standings=_standings(person.pk),
        merges=every,
        decides=scope.decides_in(by, seats, at),
    )


def _guardians(child: Line, by: Caller, at: datetime) -> list[Line]:
    """Who is of age and belongs to a child's household."""
    if child.household is None:
        return []
    mates = Stay.objects.filter(household=child.household).exclude(person=child.person)
    found = lines(set(mates.values_list("person", flat=True)), by, at)
    visits = (Stay.Kind.GONE, Stay.Kind.GUEST)
    ours = [each for each in found.values() if each.household == child.household and each.kind not in visits]
    return [each for each in ours if each.adult]


def _standings(person: int) -> list[tuple[Roll, State]]:
    with connection.cursor() as cursor:
        cursor.execute(_STANDINGS, [person])
        states = dict(cursor.fetchall())
    rolls = Roll.objects.select_related("event", "area").in_bulk(states)
    return [(rolls[pk], State(state)) for pk, state in states.items()]


def shown_in_full(by: Caller, person_id: int, at: datetime) -> dict[str, str]:
    """What stands behind a person's masks, for whoever has just written down why they look: name, phone, ID tail, door.

    Of a child there is neither phone nor ID number to show. Raises as ``person_visible_to``.
    """
    person, _ = person_visible_to(by, person_id, at)
    line = lines([person.pk], by, at)[person.pk]
    said = _identity_of(person.pk)
    full: dict[str, Any] = {"name": "", "phone": "", "id_tail": "", "door": address(line.dwelling)}
    if said is not None and not line.child:
        full["name"] = said.name
        full["phone"] = secrets.unseal(said.phone) if said.phone is not None else ""
        full["id_tail"] = f"…{secrets.unseal(said.id_no)[-4:]}" if said.id_no is not None else ""
    return full


def address(dwelling: int | None) -> str:
    """A door in full, from the estate on: 青松苑 3栋2单元502; empty where there is none."""
    door = Dwelling.objects.select_related("building__estate").filter(pk=dwelling).first()
    if door is None:
        return ""
    estate = door.building.estate
    unit = "" if door.unit is None else f"{door.unit}单元"
    stands = f"{door.building.name}{unit}{door.door}"
    if door.building.name.isascii():
        stands = ", ".join([door.building.name, *([f"unit {door.unit}"] if door.unit is not None else []), door.door])
    return f"{estate.name} {stands}" if estate is not None else stands


def _identity_of(person: int) -> Identity | None:
    """What a card shows of somebody: as the register has them, else as the newest event."""
    found = Identity.objects.filter(person=person).exclude(holder=SERVICE)
    return min(found, key=lambda each: (each.holder != REGISTER, -each.holder), default=None)


@transaction.atomic
def change_occupancy(door_id: int, state: str, *, by: Caller, at: datetime) -> Dwelling:
    """Say how a door is lived in. Whoever is registered behind one that is vacant stays, and is to be found.

    Raises:
        NotFound: there is no such door in the caller's area. NotYourDoor: they only look there.
        Invalid: it is none of the states.
    """
    door, micro = door_visible_to(by, door_id, at)
    if not scope.decides_in(by, [micro], at):
        raise NotYourDoor
    if state not in Dwelling.State.values:
        raise Invalid
    if door.state != state:
        facts: dict[str, trail.Fact | list[trail.Fact]] = {"state": state, "before": door.state}
        Dwelling.objects.filter(pk=door.pk).update(state=state)
        trail.record("door.lived_in", who=by, subject=f"place:{door.pk}", at=at, area=micro, facts=facts)
        door.state = state
    return door


@transaction.atomic
def change_needs(person_id: int, needs: Sequence[int], *, by: Caller, at: datetime) -> None:
    """Say which needs of the closed list somebody has; nothing else about them is kept.

    Raises:
        NotFound: nobody of that number belongs to the caller's area. NotYourPerson: nobody the caller writes about.
        Invalid: a need that is not on the list.
    """
    person, seats = person_visible_to(by, person_id, at)
    if not scope.writes_in(by, seats, at):
        raise NotYourPerson
    if set(needs) - set(Need.values):
        raise Invalid
    lock_persons([person.pk])
    said = _identity_of(person.pk)
    if said is None:
        raise NotFound
    mask = sum(1 << need for need in set(needs))
    if mask != said.needs:
        Identity.objects.filter(person=person.pk, holder=said.holder).update(needs=mask)
        trail.record("person.needs_said", who=by, subject=f"person:{person.pk}", at=at, area=seats[0])
