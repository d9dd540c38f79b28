"""Those who arrived are a pool of their own: placed in grids by runs of their own, beside those who signed up."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from linli.access.models import User
from linli.common.clock import now
from linli.common.db import from_on
from linli.duty.models import Booking
from linli.muster import actions, planner, publishing, runs
from linli.muster.models import Allocation, Call, Placement
from linli.muster.units import arriving
from linli.people.models import Person
from tests.factories import add_claim, add_resident, ask, sign_in
from tests.muster.units.world import UnitsWorld, arrived, committed, units_world, wants

pytestmark = pytest.mark.django_db
UNITS = Allocation.Pool.UNITS


def here(made: UnitsWorld, heads: int = 3) -> Call:
    """People of one unit who are here for two days from now on."""
    at = now()
    request = wants(made, heads=heads, since=at, until=at + timedelta(days=2))
    call, _ = committed(made, request, heads)
    arrived(made, call)
    return call


def planned_for(made: UnitsWorld, pool: Allocation.Pool, until: datetime | None = None) -> Allocation:
    """A proposal over community 0."""
    at = now()
    during = from_on(at, until or at + timedelta(days=1))
    run = runs.begin(made.city.event, made.city.communities[0], during=during, pool=pool, by=made.desk, at=at)
    planner.run(run)
    return run


def published(made: UnitsWorld, run: Allocation) -> dict[str, int]:
    return publishing.publish(run, by=made.desk, at=now())


def a_resident(made: UnitsWorld, number: int) -> Person:
    """Somebody who lives in grid 0 and whose sign-up is confirmed."""
    name, phone = f"居民{number}", f"1370000000{number}"
    person = add_resident(made.city, name=name, phone=phone)
    actions.confirm(add_claim(made.city, name=name, phone=phone), person=person, by=made.desk, at=now())
    return person


def test_those_who_arrived_are_placed_where_grids_ask_and_nobody_else_is() -> None:
    made = units_world()
    call = here(made)
    resident = a_resident(made, 1)
    ask(made.city, grid=0, want=2)
    ask(made.city, grid=1, want=2)
    run = planned_for(made, UNITS)
    assert run.proved
    assert published(made, run) == {"published": 3, "overtaken": 0}
    people = set(call.people.values_list("person", flat=True))
    assert set(Placement.objects.values_list("person", flat=True)) == people
    assert resident.pk not in people
    assert not Booking.objects.filter(source="units", during__endswith__gt=now()).exists()


def test_each_pool_fills_what_the_other_has_left() -> None:
    made = units_world()
    here(made)
    resident = a_resident(made, 1)
    ask(made.city, grid=0, want=2)
    published(made, planned_for(made, Allocation.Pool.RESIDENTS))
    assert list(Placement.objects.values_list("person", flat=True)) == [resident.pk]
    run = planned_for(made, UNITS)
    assert (run.summary["wanted"], run.summary["placed_new"]) == (1, 1)
    published(made, run)
    assert Placement.objects.filter(grid=made.city.grids[0]).count() == 2
    a_resident(made, 2)
    later = planned_for(made, Allocation.Pool.RESIDENTS)
    assert (later.summary["wanted"], later.summary["placed_new"]) == (1, 0)


def test_of_a_quota_only_what_the_other_pool_has_not_filled_is_asked_for() -> None:
    made = units_world()
    here(made)
    driver = add_resident(made.city, name="司机", phone="13700000003")
    claim = add_claim(made.city, name="司机", phone="13700000003", skills=0b10)
    actions.confirm(claim, person=driver, by=made.desk, at=now())
    ask(made.city, grid=0, want=2, skills={1: 2})
    published(made, planned_for(made, Allocation.Pool.RESIDENTS))
    run = planned_for(made, UNITS)
    assert run.summary["short_skills"] == {"1": 1}
    assert (run.summary["wanted"], run.summary["placed_new"]) == (1, 1)


def test_whoever_serves_with_a_unit_is_not_placed_by_the_community_meanwhile() -> None:
    made = units_world()
    at = now()
    person = a_resident(made, 1)
    request = wants(made, heads=1, since=at, until=at + timedelta(days=2))
    call, [one] = committed(made, request, 1)
    Placement.objects.all().delete()
    type(one).objects.filter(pk=one.pk).update(person=person)
    ask(made.city, grid=0, want=1)
    ready = planned_for(made, Allocation.Pool.RESIDENTS)
    arrived(made, call)
    assert published(made, ready) == {"published": 0, "overtaken": 1}
    assert ready.lines.get().overtaken_by == "placed_meanwhile"


def test_nobody_is_placed_for_longer_than_they_serve() -> None:
    made = units_world()
    here(made)
    ask(made.city, grid=0, want=3)
    run = planned_for(made, UNITS)
    ends = now() + timedelta(days=9)
    Allocation.objects.filter(pk=run.pk).update(during=from_on(run.during.lower, ends))
    run.refresh_from_db()
    assert published(made, run) == {"published": 0, "overtaken": 3}
    assert set(run.lines.values_list("overtaken_by", flat=True)) == {"not_confirmed"}
    assert Booking.objects.filter(source="units").count() == 3


def test_whoever_is_released_leaves_their_grid() -> None:
    made = units_world()
    call = here(made)
    ask(made.city, grid=0, want=3)
    published(made, planned_for(made, UNITS))
    arriving.release(call, list(call.people.values_list("pk", flat=True)), by=made.desk, at=now())
    assert not Placement.objects.filter(during__endswith__gt=now()).exists()


def test_a_desk_chooses_the_pool_and_reads_masked_names(client: Client) -> None:
    made = units_world()
    here(made)
    ask(made.city, grid=0, want=3)
    sign_in(client, User.objects.get(pk=made.desk.user))
    page = reverse("allocations", args=[made.city.communities[0].pk])
    form = client.get(page, {"pool": "units"}).context["form"]
    assert form["pool"].value() == "units"
    said = {name: form[name].value().strftime("%Y-%m-%dT%H:%M") for name in ("since", "until")}
    reply = client.post(page, said | {"pool": "units"})
    run = Allocation.objects.get()
    assert run.pool == "units"
    planner.run(run)
    assert "赵**" in client.get(reply["Location"]).content.decode()
    assert client.post(page, said | {"pool": "x"}).status_code == 422
