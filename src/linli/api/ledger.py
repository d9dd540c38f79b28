"""Doors, people, moves and merges: the same queries and actions the pages call, masked as they are there."""

from datetime import datetime
from typing import Literal

from django.http import HttpRequest
from ninja import Field, Path, Router, Schema
from pydantic import AwareDatetime

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.api.shapes import READING, WRITING
from linli.common.clock import now
from linli.custody.roles import Decide, deciding
from linli.ledger import cards, duplicates, going, merging
from linli.ledger.going import Going
from linli.ledger.lines import Line
from linli.ledger.models import MoveProposed
from linli.ledger.scope import LOOKING
from linli.people.queries import city_is_synthetic

router = Router(tags=["ledger"])
DESK = deciding(Decide.REGISTER)
NUMBER = Path(..., ge=1, lt=2**63)


class LineOut(Schema):
    """A person behind a door; of a child no phone, and for a grid worker no name."""

    person: int
    name: str
    sex: str
    age_from: int | None
    age_to: int | None
    needs: list[str]
    phone: str
    stay: str
    since: datetime | None


class DoorOut(Schema):
    """A door and who belongs there now."""

    id: int
    building: str
    unit: int | None
    floor: int | None
    state: str
    micro_grid: int
    people: list[LineOut]
    synthetic: bool


class StayOut(Schema):
    """Where somebody was from a moment on."""

    since: datetime
    kind: str
    counted_in: int | None
    recorded_at: datetime


class PersonOut(LineOut):
    """A person, with where they were; `stands_for` is whom they were merged into."""

    door: int | None
    stands_for: int | None
    stays: list[StayOut]
    synthetic: bool


class MoveIn(Schema):
    """What happened: `door` for another door or a guest, `micro_grid` for hospital, school and quarantine."""

    what: Literal["door", "guest", "hospital", "school", "quarantine", "away", "back", "out", "died"]
    since: AwareDatetime = Field(description="with its time zone; not later than now")
    door: int | None = Field(default=None, ge=1, lt=2**63)
    micro_grid: int | None = Field(default=None, ge=1, lt=2**63)
    joins: bool = Field(default=True, description="the household behind the door; else one of their own")


class MergeIn(Schema):
    """Two entries of one person; the one known first is kept."""

    person: int = Field(ge=1, lt=2**63)
    other: int = Field(ge=1, lt=2**63)


class MergeOut(Schema):
    """A merge; `undone_at` is null while it holds."""

    person: int
    kept: int
    at: datetime
    undone_at: datetime | None
    synthetic: bool


@router.get("/doors/{door_id}", response={200: DoorOut, **READING})
@open_to(*LOOKING)
def one_door(request: HttpRequest, door_id: int = NUMBER) -> dict[str, object]:
    """A door of the caller's area, and who belongs there, masked."""
    card = cards.door_card(caller_of(request), door_id, now())
    return {
        "id": card.door.pk,
        "building": card.door.building.name,
        "unit": card.door.unit,
        "floor": card.door.floor,
        "state": card.door.state,
        "micro_grid": card.micro_grid,
        "people": [_line(line) for line in card.people],
        "synthetic": city_is_synthetic(),
    }


@router.get("/people/{person_id}", response={200: PersonOut, **READING})
@open_to(*LOOKING)
def one_person(request: HttpRequest, person_id: int = NUMBER) -> dict[str, object]:
    """A person of the caller's area, masked."""
    return _person(cards.person_card(caller_of(request), person_id, now()))


@router.post("/people/{person_id}/moves", response={200: PersonOut, **WRITING})
@open_to(*DESK)
def move(request: HttpRequest, said: MoveIn, person_id: int = NUMBER) -> dict[str, object]:
    """File a move as of when it happened. 409 move_said_already, counted_elsewhere; 422 stay_in_the_future,
    door_unknown, place_missing, no_home_known."""
    me, at = caller_of(request), now()
    going.go(
        person_id, Going(MoveProposed.What(said.what), said.since, said.door, said.micro_grid, said.joins), by=me, at=at
    )
    return _person(cards.person_card(me, person_id, at))


@router.post("/merges", response={200: MergeOut, **WRITING})
@open_to(*DESK)
def merge(request: HttpRequest, said: MergeIn) -> dict[str, object]:
    """Say that two entries are one person. 403 merged_across_areas, 409 merged_already, 422 merged_with_itself."""
    me, at = caller_of(request), now()
    duplicates.pair_visible_to(me, said.person, said.other, at)
    same = duplicates.are_one(said.person, said.other, by=me, at=at)
    return _merge(same.person_id, same.kept_id, same.at, same.undone_at)


@router.post("/merges/{person_id}/{kept_id}/undo", response={200: MergeOut, **WRITING})
@open_to(*DESK)
def undo_merge(request: HttpRequest, person_id: int = NUMBER, kept_id: int = NUMBER) -> dict[str, object]:
    """Say that they are two people after all. 409 not_merged."""
    me, at = caller_of(request), now()
    cards.person_visible_to(me, person_id, at)
    same = merging.part(person_id, kept_id, by=me, at=at)
    return _merge(same.person_id, same.kept_id, same.at, same.undone_at)


def _line(line: Line) -> dict[str, object]:
    return {
        "person": line.person,
        "name": line.name,
        "sex": line.sex,
        "age_from": line.band[0] if line.band else None,
        "age_to": line.band[1] if line.band else None,
        "needs": [need.label for need in line.needs],
        "phone": line.phone,
        "stay": line.kind,
        "since": line.since,
    }


def _person(card: cards.PersonCard) -> dict[str, object]:
    stays = [
        {
            "since": each.since,
            "kind": each.kind,
            "counted_in": each.counted_in_id,
            "recorded_at": each.recorded_at,
        }
        for each in card.stays
    ]
    door = {"door": card.line.dwelling, "stands_for": card.kept, "stays": stays, "synthetic": city_is_synthetic()}
    return _line(card.line) | door


def _merge(person: int, kept: int, at: datetime, undone_at: datetime | None) -> dict[str, object]:
    return {"person": person, "kept": kept, "at": at, "undone_at": undone_at, "synthetic": city_is_synthetic()}
