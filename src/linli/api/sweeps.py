"""Sweeps: how an area stands in one, and writing down what was found at a door."""

from datetime import datetime

from django.http import HttpRequest
from ninja import Router

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.api.shapes import READING, WRITING, FindingIn, FindingOut, Problem, StandsOut, SweepOut
from linli.common.clock import now
from linli.common.errors import Invalid
from linli.ledger import recording, sweeps, walking
from linli.ledger.models import Finding, Said, Sweep
from linli.people.queries import city_is_synthetic
from linli.places.models import Area
from linli.rolls.errors import RollNotReady
from linli.rolls.models import State
from linli.rolls.queries import Balance
from linli.web.sweeps.balances import shared_stands

router = Router(tags=["sweeps"])
MOST = 100


@router.get("/areas/{area_id}/sweeps", response={200: list[SweepOut], **READING})
@open_to(*sweeps.COUNTING, area_from="area_id")
def sweeps_of_area(request: HttpRequest, area_id: int) -> list[dict[str, object]]:
    """Sweeps of an area, of what lies in it and of what it lies in: those under way first, at most 100."""
    area = sweeps.area_to_count(caller_of(request), area_id)
    synthetic = city_is_synthetic()
    return [_sweep(each, synthetic) for each in sweeps.sweeps_touching(area.pk, now())[:MOST]]


@router.get("/sweeps/{sweep_id}/areas/{area_id}", response={200: StandsOut, **READING, 409: Problem})
@open_to(*sweeps.COUNTING, area_from="area_id")
def stands(request: HttpRequest, sweep_id: int, area_id: int) -> dict[str, object]:
    """Both balances of an area in a sweep and of each area directly below it. 409 roll_not_ready."""
    me, at = caller_of(request), now()
    sweep, area = sweeps.sweep_visible_to(me, sweep_id, area_id)
    if sweep.persons.ready_at is None or sweep.doors.ready_at is None:
        raise RollNotReady(area=sweep.persons.area.called)
    shown = shared_stands(sweep, area, at, sweeps.down_to(me, area.pk, at))

    def told(each: Area) -> dict[str, object]:
        persons, doors = shown.persons.of[each.pk], shown.doors.of[each.pk]
        return {"area": each.pk, "name": each.name, "persons": _balance(persons), "doors": _balance(doors)}

    return {**told(area), "below": [told(each) for each in shown.below], **_as_of(sweep, at)}


@router.post("/sweeps/{sweep_id}/findings", response={200: FindingOut, **WRITING})
@open_to(*sweeps.NAMING)
def record(request: HttpRequest, sweep_id: int, said: FindingIn) -> dict[str, object]:
    """Write down what was found at a door, once for each `id`.

    409 key_used_otherwise, sweep_closed, roll_not_ready; 422 vacant_not_seen, come_back_wrong, said_of_a_stranger,
    said_without_answer.
    """
    me, at = caller_of(request), now()
    sweep, door = walking.door_visible_to(me, sweep_id, said.door)
    if not sweep.persons.opened_at <= said.happened_at <= at:
        raise Invalid(where=["happened_at"])
    found = recording.Found(
        key=said.id,
        dwelling=door.place,
        result=Finding.Result(said.result),
        how=Finding.How(said.how),
        happened_at=said.happened_at,
        said=[(each.person, Said.State(each.state)) for each in said.said],
        spoke=said.spoke,
        back_at=said.back_at,
    )
    finding = recording.record(sweep, found, by=me, at=at)
    return {
        "id": finding.pk,
        "sweep": sweep.pk,
        "door": finding.dwelling_id,
        "result": finding.result,
        "how": finding.how,
        "happened_at": finding.happened_at,
        "back_at": finding.back_at,
        "recorded_at": finding.recorded_at,
        "taken_back_at": finding.taken_back_at,
        "synthetic": city_is_synthetic(),
    }


def _sweep(sweep: Sweep, synthetic: bool) -> dict[str, object]:
    ready = [roll.ready_at for roll in (sweep.persons, sweep.doors)]
    return {
        "id": sweep.pk,
        "area": sweep.persons.area_id,
        "begun_at": sweep.persons.opened_at,
        "ready_at": max(each for each in ready if each is not None) if all(ready) else None,
        "ended_at": sweep.persons.closed_at,
        "synthetic": synthetic,
    }


def _as_of(sweep: Sweep, at: datetime) -> dict[str, object]:
    return {"sweep": sweep.pk, "as_of": at, "synthetic": city_is_synthetic()}


def _balance(balance: Balance) -> dict[str, object]:
    parts = {State(state).name.lower(): number for state, number in balance.parts}
    return {"known": balance.known, **parts}
