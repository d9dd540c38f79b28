"""Codes of doors: printed on a sheet, photographed with a phone, and only good for reporting who is there.

A code is twenty letters that nobody can guess. They stand in no table: they follow from the row's id under a key of the
keyring, and the row keeps their digest. A code goes with its event; whoever lost a sheet to others has it replaced.
"""

import hashlib
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from linli.common.caller import Caller
from linli.common.errors import NotFound
from linli.custody import secrets, trail
from linli.custody.roles import Decide, deciding
from linli.events.models import Event
from linli.events.queries import active_event
from linli.ledger import scope
from linli.ledger.errors import DoorCodeOld, NotYourDoor
from linli.ledger.models import DoorCode
from linli.ledger.walking import community_of
from linli.places import queries as places
from linli.places.models import Area, Building, Dwelling
from linli.places.names import buildings_to_mark

PRINTING = deciding(Decide.REGISTER)
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 20
"""31 letters to the twentieth: 99 bits."""
_SPACES = str.maketrans("", "", " -\u2010\u2013\u2014\t\u3000")


@dataclass(frozen=True, slots=True)
class Door:
    """What a code that counts leads to: never who is behind it."""

    code: DoorCode
    dwelling: Dwelling
    micro_grid: int
    community: Area
    event: Event


def letters_of(code: DoorCode) -> str:
    """The letters of a code."""
    left, letters = int.from_bytes(secrets.index(f"door_code:{code.pk}")), ""
    for _ in range(LENGTH):
        left, letter = divmod(left, len(LETTERS))
        letters += LETTERS[letter]
    return letters


def _digest(letters: str) -> bytes:
    return hashlib.sha256(letters.encode()).digest()


def door_of(typed: str, at: datetime) -> Door:
    """Where a code leads, as it stands in an address or was typed.

    Raises:
        DoorCodeOld: it leads nowhere (any more): no such code, another took its place, the event has ended, or the
            door is gone. Its fact `phone` is the desk's, where one is known.
    """
    letters = unicodedata.normalize("NFKC", typed[:60]).upper().translate(_SPACES)
    found = None
    if len(letters) == LENGTH and set(letters) <= set(LETTERS):
        found = DoorCode.objects.select_related("event").filter(digest=_digest(letters)).first()
    if found is None:
        raise DoorCodeOld(phone="")
    micro = scope.micro_grids_of([found.dwelling_id], at).get(found.dwelling_id)
    community = community_of(micro, at) if micro is not None else None
    event = found.event
    if micro is None or community is None:
        raise DoorCodeOld(phone="")
    over = not event.started_at <= at or (event.ended_at is not None and event.ended_at <= at)
    if found.ended_at is not None or over or active_event(at, community.pk) is None:
        raise DoorCodeOld(phone=community.desk_phone)
    dwelling = Dwelling.objects.select_related("building__estate").get(pk=found.dwelling_id)
    return Door(found, dwelling, micro, community, event)


def community_to_print(by: Caller, community_id: int, at: datetime) -> tuple[Area, Event | None]:
    """A community whose desk prints codes, and the event they are for.

    Raises:
        NotFound: it is no community of theirs.
    """
    community = places.community(community_id, at)
    if community is None or not places.is_within_any(community.pk, by.areas(*PRINTING), at):
        raise NotFound
    return community, active_event(at, community.pk)


def buildings_with_doors(community: Area, at: datetime) -> list[tuple[Building, int]]:
    """Buildings of a community in their order, each with how many doors it has; those without are left out."""
    marked = [place for _, inside in buildings_to_mark(community, at) for place, _ in inside]
    doors: dict[int, int] = {}
    for building in Dwelling.objects.filter(building__in=marked).values_list("building", flat=True):
        doors[building] = doors.get(building, 0) + 1
    found = Building.objects.select_related("estate").in_bulk(list(doors))
    return [(found[place], doors[place]) for place in marked if place in found]


@transaction.atomic
def print_codes(
    event: Event, building: Building, *, skip: int, most: int, by: Caller, at: datetime
) -> list[tuple[Dwelling, str]]:
    """Doors of a building in walking order, each with its letters: the code it has, or a first one.

    Raises:
        NotYourDoor: the building belongs to somebody else's area.
    """
    doors = _doors_to_print(building, by, at)[skip : skip + most]
    ids = [door.pk for door in doors]
    have = set(_counting(event, ids).values_list("dwelling", flat=True))
    _make(event, [door for door in ids if door not in have], by=by, at=at)
    facts: dict[str, trail.Fact | list[trail.Fact]] = {"event": event.pk, "doors": len(ids)}
    trail.record(
        "door_codes.printed", who=by, subject=f"place:{building.pk}", at=at, area=_seat(building, at), facts=facts
    )
    codes = {code.dwelling_id: letters_of(code) for code in _counting(event, ids)}
    return [(door, codes[door.pk]) for door in doors]


@transaction.atomic
def replace_codes(event: Event, building: Building, *, by: Caller, at: datetime) -> int:
    """Let the codes of a building count no longer; the next print makes others. Returns how many counted.

    Raises:
        NotYourDoor: the building belongs to somebody else's area.
    """
    doors = [door.pk for door in _doors_to_print(building, by, at)]
    ended = _counting(event, doors).update(ended_at=at)
    facts: dict[str, trail.Fact | list[trail.Fact]] = {"event": event.pk, "doors": ended}
    trail.record(
        "door_codes.ended", who=by, subject=f"place:{building.pk}", at=at, area=_seat(building, at), facts=facts
    )
    return ended


def _counting(event: Event, doors: Collection[int]) -> QuerySet[DoorCode]:
    return DoorCode.objects.filter(event=event, dwelling__in=doors, ended_at__isnull=True)


def _make(event: Event, doors: Collection[int], *, by: Caller, at: datetime) -> None:
    """First codes; of two desks that print at once the first one's count."""
    made = [DoorCode(event=event, dwelling_id=door, made_at=at, made_by=by.user) for door in doors]
    for code in made:
        code.digest = _digest(letters_of(code))
    DoorCode.objects.bulk_create(made, ignore_conflicts=True)


def _doors_to_print(building: Building, by: Caller, at: datetime) -> list[Dwelling]:
    if not scope.decides_in(by, [seat] if (seat := _seat(building, at)) is not None else [], at):
        raise NotYourDoor
    doors = Dwelling.objects.filter(building=building).select_related("building__estate")
    return sorted(doors, key=lambda each: (each.unit or 0, each.floor or 0, len(each.door), each.door, each.pk))


def _seat(building: Building, at: datetime) -> int | None:
    return places.micro_grid_of(building.pk, at)
