"""People of work units who cannot come are replaced by others of their pool, unless a desk says otherwise."""

from collections.abc import Collection
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from linli.access.models import User
from linli.common.clock import now
from linli.muster import jobs, publishing
from linli.muster.models import Allocation, Deployed, Placement
from linli.muster.movers import movers_of
from linli.muster.units import arriving
from linli.muster.units.people import people_of
from linli.people import actions as people
from linli.people.models import Volunteer
from tests.factories import ask, sign_in
from tests.muster.units.test_pool import a_resident, here, planned_for, published
from tests.muster.units.world import UnitsWorld, arrived, committed, units_world, wants

pytestmark = pytest.mark.django_db
UNITS, RESIDENTS = Allocation.Pool.UNITS, Allocation.Pool.RESIDENTS


def replaced(made: UnitsWorld, gone: Collection[int], pool: Allocation.Pool | None = None) -> Allocation:
    """A repair of community 0 after these people cannot come, worked out by the job itself."""
    rows = list(Placement.objects.filter(person__in=gone))
    run = jobs.replace(made.city.event, made.city.communities[0], rows, pool=pool, by=made.desk, at=now())
    jobs.repair(run.pk)
    run.refresh_from_db()
    return run


def placed() -> set[int]:
    """Everybody who is placed now."""
    return set(Placement.objects.filter(during__contains=now()).values_list("person", flat=True))


def two_placed_of_three(made: UnitsWorld) -> tuple[list[int], int]:
    """Three people of a unit are here, two of them placed in grid 0."""
    call = here(made)
    ask(made.city, grid=0, want=2)
    published(made, planned_for(made, UNITS))
    of_unit = set(call.people.values_list("person", flat=True))
    return sorted(placed()), (of_unit - placed()).pop()


def test_somebody_of_their_pool_comes_instead_though_a_resident_is_free() -> None:
    made = units_world()
    (first, second), spare = two_placed_of_three(made)
    a_resident(made, 1)
    run = replaced(made, [first])
    assert (run.pool, run.kind, run.state) == ("units", "repair", "proposed")
    assert published(made, run) == {"published": 1, "overtaken": 0}
    assert placed() == {second, spare}


def test_nobody_of_a_unit_who_cannot_come_is_placed_again_for_that_time() -> None:
    made = units_world()
    (first, second), spare = two_placed_of_three(made)
    until = Placement.objects.get(person=first).during.upper
    published(made, replaced(made, [first]))
    ask(made.city, grid=0, want=3)
    run = planned_for(made, UNITS, until)
    assert (run.summary["placed_new"], run.summary["unavailable"]) == (0, 1)
    Deployed.objects.filter(person=first).update(cannot_until=now())
    published(made, planned_for(made, UNITS, until))
    assert placed() == {first, second, spare}, "from then on they may be"


def test_who_cannot_come_meanwhile_overtakes_the_line_that_would_place_them() -> None:
    made = units_world()
    here(made)
    ask(made.city, grid=0, want=3)
    run = planned_for(made, UNITS)
    one = run.lines.first()
    assert one is not None
    arriving.cannot_come([one.person_id], since=now(), until=now() + timedelta(hours=5))
    assert publishing.publish(run, by=made.desk, at=now()) == {"published": 2, "overtaken": 1}
    assert run.lines.get(person=one.person_id).overtaken_by == "unavailable_meanwhile"


def test_a_desk_may_have_the_place_filled_by_the_other_pool() -> None:
    made = units_world()
    (first, second), spare = two_placed_of_three(made)
    resident = a_resident(made, 1)
    run = replaced(made, [first], RESIDENTS)
    assert run.pool == "residents"
    published(made, run)
    assert placed() == {second, resident.pk}
    again = replaced(made, [resident.pk], UNITS)
    published(made, again)
    assert placed() == {second, spare}


def test_where_both_kinds_go_those_who_signed_up_come() -> None:
    made = units_world()
    (first, second), _ = two_placed_of_three(made)
    resident = a_resident(made, 1)
    ask(made.city, grid=1, want=1)
    published(made, planned_for(made, RESIDENTS))
    a_resident(made, 2)
    assert replaced(made, [first, resident.pk]).pool == "residents"
    assert placed() == {second}


def test_who_serves_for_a_shorter_time_keeps_their_place_and_it_is_not_filled_twice() -> None:
    made = units_world()
    at = now()
    short, _ = committed(made, wants(made, heads=1, since=at, until=at + timedelta(days=1)), 1)
    arrived(made, short)
    ask(made.city, grid=0, want=1)
    published(made, planned_for(made, UNITS, at + timedelta(hours=20)))
    assert len(placed()) == 1
    ask(made.city, grid=0, want=1)
    run = planned_for(made, UNITS, at + timedelta(days=3))
    assert run.state == "proposed"
    assert (run.summary["pinned"], run.summary["short"], run.summary["placed_new"]) == (1, 0, 0)


def test_a_units_list_says_of_whom_a_desk_heard_that_they_cannot_come(client: Client) -> None:
    made = units_world()
    (first, second), _ = two_placed_of_three(made)
    until = Placement.objects.get(person=first).during.upper
    replaced(made, [first])
    [call] = Deployed.objects.filter(person__in=[first, second]).values_list("call", flat=True).distinct()
    rows = people_of(Deployed.objects.filter(person__in=[first, second]), now(), masked=True)
    assert [each.cannot_until for each in rows] == [until, None]
    gone = Deployed.objects.get(person=first)
    assert (gone.away_until(now()), gone.away_until(until)) == (until, None)
    gone.state = Deployed.State.RELEASED
    assert gone.away_until(now()) is None, "at home again"
    sign_in(client, User.objects.get(pk=made.liaisons[0].user))
    assert client.get(reverse("unit_call", args=[call])).content.decode().count("来不了，") == 1


def test_whoever_says_themselves_that_they_cannot_come_is_left_out() -> None:
    made = units_world()
    here(made)
    ask(made.city, grid=0, want=3)
    person = Deployed.objects.order_by("pk").values_list("person", flat=True)[0]
    away = Volunteer.objects.create(
        person_id=person, lives_at=made.city.buildings[0].place, community=made.city.communities[0]
    )
    until = now() + timedelta(hours=9)
    people.set_unavailable([away], since=now(), until=until, by=made.desk, at=now())
    run = planned_for(made, UNITS)
    assert (run.summary["placed_new"], run.summary["unavailable"]) == (2, 1)


def test_what_is_filled_is_the_time_that_most_of_that_pool_are_placed_for() -> None:
    made = units_world()
    two_placed_of_three(made)
    upper = Placement.objects.values_list("during", flat=True)[0].upper
    for n in range(3):
        a_resident(made, n)
    ask(made.city, grid=1, want=3)
    published(made, planned_for(made, RESIDENTS, upper + timedelta(days=3)))
    assert Placement.objects.filter(during__endswith=upper).count() == 2
    assert replaced(made, [], UNITS).during.upper == upper
    assert replaced(made, [], RESIDENTS).during.upper == upper + timedelta(days=3)


def test_names_of_people_of_units_are_read_by_the_desk_alone() -> None:
    made = units_world()
    (first, _), _ = two_placed_of_three(made)
    run = replaced(made, [first])
    [mover] = movers_of(made.desk, run, [0], now())[0]
    assert mover.name.endswith("**")
    assert mover.sign_up is None
    [nameless] = movers_of(made.command, run, [0], now())[0]
    assert nameless.name == ""


def test_a_desk_is_asked_who_comes_instead_where_a_unit_is_here(client: Client) -> None:
    made = units_world()
    sign_in(client, User.objects.get(pk=made.desk.user))
    page = reverse("replace_people", args=[made.city.communities[0].pk])
    assert b'name="pool"' not in client.get(page).content
    (first, _), _ = two_placed_of_three(made)
    a_resident(made, 1)
    assert client.get(page).content.count(b'name="pool"') == 3
    reply = client.post(page, {"gone": Placement.objects.get(person=first).pk, "pool": "residents"})
    run = Allocation.objects.get(kind="repair")
    assert (reply["Location"], run.pool) == (reverse("allocation", args=[run.pk]), "residents")
    jobs.repair(run.pk)
    publishing.publish(Allocation.objects.get(pk=run.pk), by=made.desk, at=now())
    ask(made.city, grid=1, want=1)
    told = client.post(page, {"empty": "on", "pool": "residents"})
    jobs.repair(int(told["Location"].split("/")[2]))
    assert b'name="pool" value="units"' in client.get(told["Location"]).content, "the others may fill what stays empty"
