"""Moves against intakes against merges against undo, from writers at once, while rolls are opened: nothing drifts."""

import random
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection

from linli.common.clock import now
from linli.common.errors import LinliError
from linli.ledger import merging, moving, recording, sweeping
from linli.ledger.models import Finding, Said, Sweep
from linli.people.models import Household, SameAs, Stay
from linli.places.models import Area
from linli.rolls import explaining, past
from linli.rolls.models import Roll
from linli.rolls.proving import wrong_with
from tests.factories import add_resident, begin_sweep, caller_for, tiny_city, user_with_role

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS, EACH = 4, 60


class World:
    """A street with a few people, two desks and a sweep."""

    def __init__(self) -> None:
        self.city = tiny_city()
        self.street = caller_for(user_with_role("street", self.city.street))
        self.desks = [caller_for(user_with_role("community_desk", c)) for c in self.city.communities]
        self.people = [
            add_resident(
                self.city, name=f"王{n}", phone=f"138000012{n:02}", community=n % 2, building=n % 4, door=f"{n + 1}01"
            )
            for n in range(12)
        ]
        self.doors = {p.pk: Household.objects.get(stays__person=p) for p in self.people}

    def sweep(self, area: Area | None = None) -> Sweep:
        return begin_sweep(self.city.event, area or self.city.street, self.street)


def one_thing(world: World, sweep: Sweep | None, rng: random.Random) -> None:
    """What somebody somewhere does next."""
    n = rng.randrange(12)
    person, home = world.people[n].pk, world.doors[world.people[n].pk]
    desk = world.desks[n % 2]
    match rng.choice(["hospital", "home", "away", "found", "merge", "part", "answer", "answer", "take_back"]):
        case "hospital":
            micro = world.city.micro_grids[rng.randrange(8)]
            moving.move([person], kind=Stay.Kind.HOSPITAL, counted_in=micro, since=now(), by=desk, at=now())
        case "home":
            micro = world.city.micro_grids[4 * (n % 2) + n % 4]
            moving.move([person], kind=Stay.Kind.HOME, counted_in=micro, household=home, since=now(), by=desk, at=now())
        case "away":
            moving.move([person], kind=Stay.Kind.AWAY, since=now(), by=desk, at=now())
        case "found":
            micro = world.city.micro_grids[rng.randrange(8)]
            moving.found(holder=world.city.event.pk, name="新", counted_in=micro, since=now(), by=desk, at=now())
        case "merge":
            other = world.people[(n + 2 * rng.randrange(1, 6)) % 12].pk
            merging.merge(person, other, reason="id_no", by=desk, at=now())
        case "part":
            if same := SameAs.objects.filter(undone_at__isnull=True).order_by("?").first():
                merging.part(same.person_id, same.kept_id, by=desk, at=now())
        case "answer" if sweep is not None:
            said = [(person, rng.choice(list(Said.State)))]
            found = recording.Found(
                uuid4(), home.dwelling_id, Finding.Result.ANSWERED, Finding.How.DOOR, now(), said=said
            )
            recording.record(sweep, found, by=desk, at=now())
        case "take_back":
            if finding := Finding.objects.filter(taken_back_at__isnull=True).order_by("?").first():
                by = next(d for d in world.desks if sweeping.may_find(d, finding.dwelling_id, now()))
                sweeping.take_back(finding, by=by, at=now())


def work(world: World, sweep: Sweep | None, seed: int) -> list[str]:
    """One writer; what rules refused, by code."""
    rng, refused = random.Random(seed), []
    try:
        for _ in range(EACH):
            try:
                one_thing(world, sweep, rng)
            except LinliError as error:
                refused.append(error.code)
    finally:
        connection.close()
    return refused


def test_nothing_drifts_and_nothing_waits_in_a_circle():
    world = World()
    sweep = world.sweep()
    before = past.Known(seen=past.picture())
    with ThreadPoolExecutor(WRITERS) as pool:
        refused = [code for codes in pool.map(lambda seed: work(world, sweep, seed), range(WRITERS)) for code in codes]
    assert len(refused) < WRITERS * EACH / 2, "most of what they did was done"
    assert wrong_with(sweep.persons) == {}
    assert wrong_with(sweep.doors) == {}
    for area in (world.city.street, *world.city.communities, *world.city.grids, *world.city.micro_grids):
        told = explaining.since(sweep.persons, area.pk, before, now())
        assert told.unexplained == {}
        assert told.after.known - told.before.known == told.found + told.came - sum(told.went.values())


def test_a_roll_opened_meanwhile_misses_nobody():
    world = World()

    def open_some() -> list[Sweep]:
        try:
            return [world.sweep(area) for area in (world.city.street, *world.city.communities)]
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS + 1) as pool:
        writers = [pool.submit(work, world, None, seed) for seed in range(WRITERS)]
        opened = pool.submit(open_some)
        for each in writers:
            each.result()
        opened.result()
    rolls = Roll.objects.all()
    assert len(rolls) == 6
    for roll in rolls:
        assert wrong_with(roll) == {}
