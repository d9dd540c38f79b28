"""Worklists: what is left for the account that asks, and who has how much left."""

from datetime import datetime

from django.http import HttpRequest
from ninja import Field, Router, Schema

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.api.shapes import READING
from linli.common.clock import now
from linli.people.queries import city_is_synthetic
from linli.worklist import queries
from linli.worklist.entries import Entry
from linli.worklist.queries import Worklist
from linli.worklist.rules import Why

router = Router(tags=["worklist"])
MOST = 200


class EntryOut(Schema):
    """One thing that is left to do: codes and masked names, never what was said of anybody."""

    kind: str = Field(description="door, person, asked, decide, reported or notice")
    subject: str = Field(description="what it is about, as kind:id")
    why: str = Field(description="why it stands there: overdue, now, soon, decide, told, need, due, new, again, …")
    what: str = Field(description="what to do next")
    since: datetime
    due: datetime | None = Field(description="by when it is wanted; where `what` is come_back: when to come back")
    priority: str
    place: int | None = Field(description="the door or building")
    names: list[str] = Field(description="of the people not reached, masked; of a child none for a grid worker")
    tried: int = Field(description="how many times")


class CountsOut(Schema):
    """How many of each kind."""

    door: int
    person: int
    asked: int
    decide: int
    reported: int
    notice: int = Field(description="to the account's own person; of others always 0")


class WorklistOut(Schema):
    """What is left for one worker, what must not wait first; `entries` are the first 200 of `left`."""

    left: int
    overdue: int
    counts: CountsOut
    entries: list[EntryOut]
    as_of: datetime
    synthetic: bool


class WorkerOut(Schema):
    """How much is left for one worker; `user` 0 is the desk, where no grid worker is."""

    user: int
    name: str
    left: int
    overdue: int
    counts: CountsOut


class WorkersOut(Schema):
    """Who has how much left in an area."""

    area: int
    workers: list[WorkerOut]
    as_of: datetime
    synthetic: bool


@router.get("/worklist", response={200: WorklistOut, **READING})
@open_to(*queries.WORKING)
def worklist(request: HttpRequest) -> dict[str, object]:
    """What is left for whoever asks: doors, people not reached, the duty log, what they are to decide."""
    at = now()
    found = queries.own(caller_of(request), at)
    entries = [_entry(why, each) for why, each in found.rows[:MOST]]
    return {**_numbers(found), "entries": entries, "as_of": at, "synthetic": city_is_synthetic()}


@router.get("/areas/{area_id}/worklists", response={200: WorkersOut, **READING})
@open_to(*queries.OVERSEEING, area_from="area_id")
def worklists(request: HttpRequest, area_id: int) -> dict[str, object]:
    """Who has how much left in an area: each door and person counts for one of them."""
    at = now()
    area = queries.area_overseen(caller_of(request), area_id, at)
    workers = [{"user": each.user, "name": each.name, **_numbers(each)} for each in queries.of_area(area, at)]
    return {"area": area.pk, "workers": workers, "as_of": at, "synthetic": city_is_synthetic()}


def _numbers(found: Worklist) -> dict[str, object]:
    return {"left": len(found.rows), "overdue": found.overdue, "counts": dict(found.counts)}


def _entry(why: Why, each: Entry) -> dict[str, object]:
    return {
        "kind": each.kind,
        "subject": each.subject,
        "why": why,
        "what": each.what,
        "since": each.since,
        "due": each.due,
        "priority": each.priority,
        "place": each.place,
        "names": list(each.names),
        "tried": len(each.tried),
    }
