"""A repair from a state kept warm is the repair from cold; a state that no longer fits is not used."""

from datetime import timedelta

import pytest

from linli.common.clock import now
from linli.duty.models import Booking
from linli.muster import jobs, leaving, publishing, warm
from linli.muster.models import Allocation, Placement
from linli.people.models import Person, Skill
from tests.factories import TinyCity, ask, caller_for, tiny_city, user_with_role
from tests.muster.test_allocation import confirmed, planned, publish
from tests.muster.test_repairing import placed, replaced

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def for_small_cities(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm, "FEWEST", 1)
    warm._kept.clear()
    warm._solved.clear()


def a_street(city: TinyCity, people: int = 9) -> list[Person]:
    """Six places in three grids, one of them for a driver; people in both communities, every third a driver."""
    ask(city, grid=0, want=2, skills={Skill.DRIVER: 1})
    ask(city, grid=1, want=2)
    ask(city, grid=2, want=2)
    found = [
        confirmed(city, n, community=n % 2, building=n // 2 % 4, skills=1 << Skill.DRIVER if n % 3 == 0 else 0)
        for n in range(people)
    ]
    publish(planned(city, city.street), city)
    return found


def lines(run: Allocation) -> tuple[int, set[tuple[int, int, int | None]]]:
    """The value of a repair, and its lines."""
    assert run.state == Allocation.State.PROPOSED
    assert not run.summary["wrong"]
    return run.objective or 0, set(run.lines.values_list("person", "grid", "from_grid"))


def both_ways(city: TinyCity, mode: str) -> tuple[Allocation, Allocation]:
    """What is empty now filled from warm, and then from cold."""
    first = replaced(city, [], mode=mode)
    warm._kept.clear()
    return first, replaced(city, [], mode=mode)


def somebody_at(city: TinyCity, grid: int) -> Person:
    return Placement.objects.filter(grid=city.grids[grid], during__contains=now()).order_by("person")[0].person


@pytest.mark.parametrize("mode", ["calm", "exact"])
def test_after_people_left_came_and_asked_for_something_else_warm_says_what_cold_says(mode: str) -> None:
    city = tiny_city()
    a_street(city)
    first = replaced(city, [somebody_at(city, 0)])
    assert not first.summary["warm"]
    publish(first, city)

    claim = somebody_at(city, 1).sign_ups.get()
    desk = caller_for(user_with_role("community_desk", city.street))
    leaving.say_unavailable(claim, since=now(), until=now() + timedelta(days=30), by=desk, at=now())
    confirmed(city, 20, community=1, building=2)
    ask(city, grid=2, want=3)

    from_warm, from_cold = both_ways(city, mode)
    assert (from_warm.summary["warm"], from_cold.summary["warm"]) == (True, False)
    assert lines(from_warm)[0] == lines(from_cold)[0]
    assert len(lines(from_warm)[1]) == len(lines(from_cold)[1]) >= 2
    assert publish(from_cold, city)["overtaken"] == 0
    assert len(placed(city)) == 7


def test_what_was_published_is_warm_for_its_first_repair() -> None:
    city = tiny_city()
    a_street(city)
    for grid in (0, 1, 2):
        ask(city, grid=grid, want=3)
    Booking.objects.all().delete()
    run = planned(city, city.street)
    desk = caller_for(user_with_role("street", city.street))
    publishing.begin(run, by=desk, at=now())
    jobs.publish(allocation_id=run.pk)
    run.refresh_from_db()
    assert run.state == Allocation.State.PUBLISHED
    assert not warm._solved
    first = replaced(city, [somebody_at(city, 0)], mode="exact")
    assert first.summary["warm"]
    warm._kept.clear()
    cold = replaced(city, [], mode="exact")
    assert not cold.summary["warm"]
    assert lines(first) == lines(cold)


def test_what_was_solved_with_people_held_where_they_are_is_not_remembered() -> None:
    city = tiny_city()
    a_street(city)
    warm._solved.clear()
    ask(city, grid=0, want=4)
    planned(city, city.street)
    assert not warm._solved


def test_a_repair_that_was_not_published_leaves_a_state_that_is_told_so() -> None:
    city = tiny_city()
    a_street(city)
    replaced(city, [somebody_at(city, 1)])  # somebody is called in the state, and in no grid
    from_warm, from_cold = both_ways(city, "calm")
    assert from_warm.summary["warm"]
    assert lines(from_warm) == lines(from_cold)


def test_where_somebody_stands_elsewhere_than_in_the_state_it_is_worked_out_from_cold() -> None:
    city = tiny_city()
    a_street(city)
    publish(replaced(city, [somebody_at(city, 0)]), city)
    moved = Placement.objects.filter(person=somebody_at(city, 1), during__contains=now())
    assert Booking.objects.filter(placement__in=moved).update(place_id=city.grids[0].pk) == 1
    run = replaced(city, [])
    assert not run.summary["warm"]
    assert lines(run)[1]


def test_a_state_that_has_drifted_is_found_out_by_the_verifier_and_not_used() -> None:
    city = tiny_city()
    a_street(city)
    publish(replaced(city, [somebody_at(city, 0)]), city)
    (kept,) = warm._kept.values()
    kept.state.people.walk[kept.grid >= 0] += 1 << 30
    run = replaced(city, [somebody_at(city, 1)])
    assert not run.summary["warm"]
    assert not run.summary["wrong"]


def test_small_areas_are_not_kept_and_only_a_few_large_ones_are(monkeypatch: pytest.MonkeyPatch) -> None:
    city = tiny_city()
    a_street(city)
    replaced(city, [somebody_at(city, 0)])
    (only,) = warm._kept.values()
    for number in range(5):
        warm.keep((number, number, "residents"), only)
    assert list(warm._kept) == [(n, n, "residents") for n in (2, 3, 4)]
    monkeypatch.setattr(warm, "MOST_BYTES", 1)
    warm.keep((9, 9, "residents"), only)
    assert not warm._kept
    monkeypatch.setattr(warm, "FEWEST", 2_000)
    monkeypatch.setattr(warm, "MOST_BYTES", 1 << 30)
    warm.keep((9, 9, "residents"), only)
    assert not warm._kept
