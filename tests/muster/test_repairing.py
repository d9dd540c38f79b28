"""Replacing people who cannot come: who moves, who is called, and what is published of it."""

from datetime import timedelta

import pytest

from linli.common.clock import now
from linli.common.db import from_on
from linli.custody.models import TrailEntry
from linli.duty.models import Booking
from linli.muster import jobs, leaving, publishing, rosters
from linli.muster.errors import AllocationUnderWay, NobodyPlaced, NotYoursToDecide
from linli.muster.models import Allocation, Demand, Placement
from linli.people.models import Person, Skill, Unavailable
from linli.places.models import Area
from tests.factories import TinyCity, ask, caller_for, tiny_city, user_with_role
from tests.muster.test_allocation import confirmed, planned, publish

pytestmark = pytest.mark.django_db


def replaced(city: TinyCity, people: list[Person], *, mode: str = "calm", area: Area | None = None) -> Allocation:
    """A repair after these people cannot come, worked out by the job itself."""
    by, at = caller_for(user_with_role("street", city.street)), now()
    placements = list(Placement.objects.filter(person__in=people))
    run = jobs.replace(city.event, area or city.street, placements, mode=Allocation.Mode(mode), by=by, at=at)
    jobs.repair(run.pk)
    run.refresh_from_db()
    return run


def placed(city: TinyCity) -> dict[int, int]:
    """Grid of everybody who is placed now."""
    rows = Placement.objects.filter(during__contains=now())
    return dict(rows.values_list("person", "grid"))


def a_street_with_a_spare(city: TinyCity) -> tuple[list[Person], Person]:
    """One in each of grids 0 and 1, both of grid 0's side, and one more free who lives beside grid 0."""
    ask(city, grid=0, want=1)
    ask(city, grid=1, want=1)
    people = [confirmed(city, 1, building=0), confirmed(city, 2, building=3)]
    publish(planned(city, city.street), city)
    assert placed(city) == {people[0].pk: city.grids[0].pk, people[1].pk: city.grids[1].pk}
    return people, confirmed(city, 3, building=0)


def test_somebody_is_called_into_the_place_of_whoever_cannot_come() -> None:
    city = tiny_city()
    (first, second), spare = a_street_with_a_spare(city)
    run = replaced(city, [first])
    assert (run.state, run.kind, run.mode) == ("proposed", "repair", "calm")
    assert not run.summary["wrong"]
    line = run.lines.get()
    assert (line.person_id, line.grid_id, line.from_grid_id, line.chain) == (spare.pk, city.grids[0].pk, None, 0)
    assert placed(city) == {second.pk: city.grids[1].pk}, "freed at once, and nobody else moved"

    assert publish(run, city) == {"published": 1, "overtaken": 0}
    assert placed(city) == {second.pk: city.grids[1].pk, spare.pk: city.grids[0].pk}


def test_nobody_who_cannot_come_is_called_back_for_that_time() -> None:
    city = tiny_city()
    ask(city, grid=0, want=1)
    only = confirmed(city, 1)
    publish(planned(city, city.street), city)
    until = Placement.objects.get().during.upper
    run = replaced(city, [only])
    assert (run.state, run.failure) == ("failed", "nothing_to_place")
    assert Unavailable.objects.get(volunteer=only.pk).during.upper == until
    assert TrailEntry.objects.filter(kind="placement.released", subject=f"person:{only.pk}").count() == 1


def a_chain(city: TinyCity) -> tuple[Person, Person, Person]:
    """Grid 0 is left by its driver; the driver of grid 1 can take that place, and somebody else theirs."""
    ask(city, grid=0, want=1, skills={Skill.DRIVER: 1})
    ask(city, grid=2, want=1)
    driver = confirmed(city, 1, building=0, skills=1 << Skill.DRIVER)
    other = confirmed(city, 2, community=1, building=0, skills=1 << Skill.DRIVER)
    publish(planned(city, city.street), city)
    assert placed(city) == {driver.pk: city.grids[0].pk, other.pk: city.grids[2].pk}
    return driver, other, confirmed(city, 3, community=1, building=1)


@pytest.mark.parametrize("mode", ["calm", "exact"])
def test_who_has_the_skill_moves_up_and_another_takes_their_place(mode: str) -> None:
    city = tiny_city()
    driver, other, spare = a_chain(city)
    run = replaced(city, [driver], mode=mode)
    lines = {line.person_id: (line.from_grid_id, line.grid_id, line.skill, line.chain) for line in run.lines.all()}
    zero, two = city.grids[0].pk, city.grids[2].pk
    assert lines == {other.pk: (two, zero, Skill.DRIVER, 0), spare.pk: (None, two, None, 0)}
    (chain,) = run.summary["chains"]
    assert (chain["grid"], chain["gives"], chain["steps"]) == (zero, None, 2)
    if mode == "calm":
        assert 19_000 < chain["alone"] - chain["cost"] < 21_000, "a driver's place, less the metres"
    table = {row["most"]: (row["moves"], row["called"], row["short"]) for row in run.summary["alternatives"]}
    assert table == {0: (0, 1, 0), 1: (1, 1, 0), 2: (1, 1, 0), 3: (1, 1, 0), None: (1, 1, 0)}
    assert run.summary["alternatives"][-1]["costs"] == 0 < run.summary["alternatives"][0]["costs"]

    before = Placement.objects.get(person=other)
    assert publish(run, city) == {"published": 2, "overtaken": 0}
    assert placed(city) == {other.pk: zero, spare.pk: two}
    old, new = Placement.objects.filter(person=other).order_by("during")
    assert old.during.upper == new.during.lower, "never twice, and never nowhere"
    assert (old.during.lower, new.during.upper) == (before.during.lower, before.during.upper)
    # One publication counts once in each grid, though two communities were touched one after the other.
    assert set(Demand.objects.values_list("generation", "set_by_run")) == {(2, run.pk)}


def test_an_exact_repair_sends_nobody_home_for_somebody_with_a_better_skill() -> None:
    city = tiny_city()
    ask(city, grid=0, want=1)
    here = confirmed(city, 1)
    publish(planned(city, city.street), city)
    ask(city, grid=0, want=1, skills={Skill.MEDICAL: 1})
    confirmed(city, 2, skills=1 << Skill.MEDICAL)
    run = replaced(city, [], mode="exact")
    assert (run.state, run.lines.count(), run.proved) == ("proposed", 0, True)
    assert placed(city) == {here.pk: city.grids[0].pk}


def test_what_is_empty_now_is_filled_where_nobody_is_named() -> None:
    city = tiny_city()
    (first, _second), spare = a_street_with_a_spare(city)
    claim = first.sign_ups.get()
    leaving.withdraw(claim, by=caller_for(user_with_role("street", city.street)), at=now())
    run = replaced(city, [])
    assert dict(run.lines.values_list("person", "grid")) == {spare.pk: city.grids[0].pk}


def test_where_nobody_is_placed_nobody_is_replaced() -> None:
    city = tiny_city()
    ask(city, grid=0, want=1)
    confirmed(city, 1)
    with pytest.raises(NobodyPlaced):
        replaced(city, [])


def test_only_a_desk_that_decides_there_replaces_and_a_second_press_changes_nothing() -> None:
    city = tiny_city()
    (first, _), _ = a_street_with_a_spare(city)
    placement = Placement.objects.get(person=first)
    neighbour = caller_for(user_with_role("community_desk", city.communities[1]))
    for area in (city.communities[0], city.communities[1]):
        with pytest.raises(NotYoursToDecide):
            jobs.replace(city.event, area, [placement], by=neighbour, at=now())
    desk = caller_for(user_with_role("community_desk", city.communities[0]))
    jobs.replace(city.event, city.communities[0], [placement], by=desk, at=now())
    with pytest.raises(AllocationUnderWay):
        jobs.replace(city.event, city.communities[0], [placement], by=desk, at=now())
    assert Unavailable.objects.count() == 1


def test_who_is_placed_for_another_time_stays_where_they_are() -> None:
    city = tiny_city()
    driver, other, spare = a_chain(city)
    held = Placement.objects.get(person=other)
    Booking.objects.filter(placement=held).update(
        during=from_on(held.during.lower, held.during.upper - timedelta(days=1))
    )
    run = replaced(city, [driver])
    assert dict(run.lines.values_list("person", "from_grid")) == {spare.pk: None}


def test_a_move_is_overtaken_where_its_person_stands_there_no_longer() -> None:
    city = tiny_city()
    driver, other, spare = a_chain(city)
    run = replaced(city, [driver])
    street = caller_for(user_with_role("street", city.street))
    leaving.release(Placement.objects.get(person=other), by=street, at=now())
    assert publish(run, city) == {"published": 1, "overtaken": 1}
    assert rosters.why_overtaken(run) == [("left_meanwhile", 1)]
    assert placed(city) == {spare.pk: city.grids[2].pk}


def test_a_move_is_overtaken_where_another_publication_has_touched_the_grid_it_leaves() -> None:
    city = tiny_city()
    driver, other, _spare = a_chain(city)
    run = replaced(city, [driver])
    Demand.objects.filter(grid=city.grids[2]).update(generation=7, set_by_run=run.pk + 1)
    assert publish(run, city) == {"published": 0, "overtaken": 2}
    assert rosters.why_overtaken(run) == [("grid_filled_meanwhile", 2)]
    assert placed(city) == {other.pk: city.grids[2].pk}


def test_a_publication_of_moves_killed_half_way_goes_on_and_overtakes_nothing_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    city = tiny_city()
    driver, other, spare = a_chain(city)
    run = replaced(city, [driver])
    one_community, calls = publishing._publish_community, []

    def killed_at_the_second(run: Allocation, community: int, **rest: object) -> None:
        calls.append(community)
        if len(calls) == 2:
            raise SystemExit("the worker was killed")
        one_community(run, community, **rest)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(publishing, "_publish_community", killed_at_the_second)
        with pytest.raises(SystemExit):
            publish(run, city)
    assert placed(city) == {other.pk: city.grids[0].pk}
    assert publishing.carry_out(run) == {"published": 2, "overtaken": 0}
    assert placed(city) == {other.pk: city.grids[0].pk, spare.pk: city.grids[2].pk}


def test_a_repair_whose_time_is_over_publishes_nothing() -> None:
    city = tiny_city()
    driver, other, _spare = a_chain(city)
    run = replaced(city, [driver])
    over = from_on(run.during.lower - timedelta(days=9), run.during.lower)
    Allocation.objects.filter(pk=run.pk).update(during=over)
    run.refresh_from_db()
    assert publish(run, city) == {"published": 0, "overtaken": 2}
    assert placed(city) == {other.pk: city.grids[2].pk}
