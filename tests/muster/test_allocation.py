"""Placing, end to end: what is asked and who is confirmed go in, published placements come out."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from linli.common.clock import now
from linli.common.db import from_on
from linli.custody.models import TrailEntry
from linli.duty.models import Booking
from linli.muster import actions, jobs, planner, publishing, rosters, runs
from linli.muster.errors import (
    AllocationNotReady,
    AllocationUnderWay,
    AllocationUnsound,
    DemandChanged,
    NotYoursToDecide,
)
from linli.muster.models import Allocation, Demand, Placement, Proposal
from linli.people import actions as people
from linli.people.models import Person, Skill, Unavailable
from linli.places.models import Area
from tests.factories import TinyCity, add_claim, add_resident, ask, caller_for, tiny_city, user_with_role

pytestmark = pytest.mark.django_db


def confirmed(city: TinyCity, number: int, *, community: int = 0, building: int = 0, skills: int = 0) -> Person:
    """Somebody who lives there, signed up and was confirmed by the desk."""
    name, phone = f"王{number}", f"1380000{number:04d}"
    person = add_resident(city, name=name, phone=phone, community=community, building=building, door=f"{100 + number}")
    claim = add_claim(city, name=name, phone=phone, community=community, skills=skills)
    desk = caller_for(user_with_role("community_desk", city.communities[community]))
    actions.confirm(claim, person=person, by=desk, at=now())
    return person


def planned(city: TinyCity, area: Area, *, role: str = "street") -> Allocation:
    """A run over an area, worked out by the job itself."""
    at = now()
    by = caller_for(user_with_role(role, area))
    run = runs.begin(city.event, area, during=from_on(at, at + timedelta(days=7)), by=by, at=at)
    jobs.work_out(run)
    run.refresh_from_db()
    return run


def publish(run: Allocation, city: TinyCity) -> dict[str, int]:
    return publishing.publish(run, by=caller_for(user_with_role("street", city.street)), at=now())


def test_signed_up_people_become_a_proved_proposal_and_then_placements() -> None:
    city = tiny_city()
    for grid in range(4):
        ask(city, grid=grid, want=2)
    people = [confirmed(city, n, community=n % 2, building=n // 2 % 4) for n in range(6)]

    run = planned(city, city.street)

    assert run.state == Allocation.State.PROPOSED
    assert run.proved
    assert run.objective == run.bound
    assert run.summary["placed_new"] == 6
    assert run.summary["short"] == 2
    assert not Placement.objects.exists(), "nothing is published by itself"

    assert publish(run, city) == {"published": 6, "overtaken": 0}
    assert set(Placement.objects.values_list("person", flat=True)) == {person.pk for person in people}
    # The worst served first: with six people for four grids that ask for two each, no grid stays empty.
    assert Placement.objects.values("grid").distinct().count() == 4


def test_a_skill_goes_where_it_is_asked_for() -> None:
    city = tiny_city()
    ask(city, grid=0, want=1)
    ask(city, grid=1, want=1, skills={Skill.MEDICAL: 1})
    medic = confirmed(city, 1, building=0, skills=1 << Skill.MEDICAL)
    other = confirmed(city, 2, building=3)

    run = planned(city, city.street)

    grids = dict(run.lines.values_list("person", "grid"))
    assert grids == {medic.pk: city.grids[1].pk, other.pk: city.grids[0].pk}
    assert run.lines.get(person=medic).skill == Skill.MEDICAL


def test_only_people_and_grids_inside_the_area_take_part() -> None:
    city = tiny_city()
    for grid in range(4):
        ask(city, grid=grid, want=3)
    inside = [confirmed(city, n, community=0) for n in range(3)]
    for n in range(3, 6):
        confirmed(city, n, community=1)

    run = planned(city, city.communities[0], role="community_desk")

    assert set(run.lines.values_list("person", flat=True)) == {person.pk for person in inside}
    assert set(run.lines.values_list("grid", flat=True)) <= {grid.pk for grid in city.grids[:2]}


def test_who_does_not_decide_there_starts_and_publishes_nothing() -> None:
    city = tiny_city()
    ask(city, grid=0, want=1)
    confirmed(city, 1)
    at = now()
    neighbour = caller_for(user_with_role("community_desk", city.communities[1]))
    with pytest.raises(NotYoursToDecide):
        runs.begin(city.event, city.communities[0], during=from_on(at, at + timedelta(days=1)), by=neighbour, at=at)
    run = planned(city, city.street)
    with pytest.raises(NotYoursToDecide):
        publishing.publish(run, by=caller_for(user_with_role("community_desk", city.communities[0])), at=now())
    assert not Placement.objects.exists()


def test_what_is_published_stays_pinned_in_the_next_run() -> None:
    city = tiny_city()
    ask(city, grid=0, want=2)
    first = confirmed(city, 1)
    publish(planned(city, city.street), city)
    placed = Placement.objects.get(person=first)
    confirmed(city, 2)

    run = planned(city, city.street)

    assert run.summary["pinned"] == 1
    assert run.summary["placed_new"] == 1
    assert not run.lines.filter(person=first).exists()
    publish(run, city)
    assert Placement.objects.get(person=first).grid_id == placed.grid_id


def test_places_without_coordinates_give_estimated_distances_that_say_so() -> None:
    city = tiny_city(coordinates=False)
    ask(city, grid=0, want=1)
    ask(city, grid=2, want=1)
    near = confirmed(city, 1, community=0, building=0)
    far = confirmed(city, 2, community=1, building=0)

    run = planned(city, city.street)

    assert run.proved
    assert run.summary["estimated"]
    assert {line.person_id: (line.grid_id, line.metres, line.estimated) for line in run.lines.all()} == {
        near.pk: (city.grids[0].pk, 300, True),
        far.pk: (city.grids[2].pk, 300, True),
    }


def test_a_publication_killed_half_way_goes_on_and_publishes_each_line_once(monkeypatch: pytest.MonkeyPatch) -> None:
    city = tiny_city()
    ask(city, grid=0, want=1)
    ask(city, grid=2, want=1)
    confirmed(city, 1, community=0)
    confirmed(city, 2, community=1)
    run = planned(city, city.street)
    one_community = publishing._publish_community

    def killed_at_the_second(run: Allocation, community: int, **rest: object) -> None:
        if Placement.objects.exists():
            raise SystemExit("the worker was killed")
        one_community(run, community, **rest)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(publishing, "_publish_community", killed_at_the_second)
        with pytest.raises(SystemExit):
            publish(run, city)
    assert Placement.objects.count() == 1

    assert publishing.carry_out(run) == {"published": 2, "overtaken": 0}
    assert Placement.objects.count() == 2
    assert TrailEntry.objects.filter(kind="placements.published").count() == 2


def test_of_two_desks_that_change_a_demand_the_later_is_told_what_the_other_said() -> None:
    city = tiny_city()
    seen = ask(city, grid=0, want=2)
    by = caller_for(user_with_role("street", city.street))
    said = {"most": 3, "skills": {}, "by": by, "at": now()}
    with pytest.raises(DemandChanged):
        actions.ask_for(city.event, city.grids[0], want=3, expected_version=0, **said)
    actions.ask_for(city.event, city.grids[0], want=3, expected_version=seen.version, **said)
    with pytest.raises(DemandChanged) as late:
        actions.ask_for(city.event, city.grids[0], want=1, expected_version=seen.version, **said)
    assert late.value.facts["want"] == 3
    assert Demand.objects.get(grid=city.grids[0]).want == 3


def test_of_two_who_publish_one_is_told_that_it_is_done() -> None:
    city = tiny_city()
    ask(city, grid=0, want=1)
    confirmed(city, 1)
    run = planned(city, city.street)
    publish(run, city)
    with pytest.raises(AllocationNotReady):
        publish(run, city)
    assert Placement.objects.count() == 1


def test_a_second_run_over_the_same_area_waits_for_the_first() -> None:
    city = tiny_city()
    by, at = caller_for(user_with_role("street", city.street)), now()
    during = from_on(at, at + timedelta(days=1))
    runs.begin(city.event, city.street, during=during, by=by, at=at)
    with pytest.raises(AllocationUnderWay):
        runs.begin(city.event, city.street, during=during, by=by, at=at)


def test_a_line_is_overtaken_where_its_person_was_placed_meanwhile() -> None:
    city = tiny_city()
    ask(city, grid=0, want=1)
    ask(city, grid=2, want=1)
    one, two = confirmed(city, 1, community=0), confirmed(city, 2, community=1)
    whole, part = planned(city, city.street), planned(city, city.communities[0], role="community_desk")
    publish(part, city)

    assert publish(whole, city) == {"published": 1, "overtaken": 1}
    assert whole.lines.get(person=one).outcome == Proposal.Outcome.OVERTAKEN
    assert whole.lines.get(person=two).outcome == Proposal.Outcome.PUBLISHED
    assert rosters.why_overtaken(whole) == [("placed_meanwhile", 1)]


def test_a_line_is_overtaken_where_the_grid_asks_for_something_else_now() -> None:
    city = tiny_city()
    ask(city, grid=0, want=1)
    confirmed(city, 1)
    run = planned(city, city.street)
    ask(city, grid=0, want=3)

    assert publish(run, city) == {"published": 0, "overtaken": 1}
    assert rosters.why_overtaken(run) == [("demand_changed", 1)]
    assert not Placement.objects.exists()


def cannot_come(person: Person, run: Allocation, city: TinyCity) -> None:
    desk = caller_for(user_with_role("community_desk", city.communities[0]))
    people.set_unavailable([person.volunteer], since=run.during.lower, until=run.during.upper, by=desk, at=now())


def test_two_proposals_made_side_by_side_never_fill_a_grid_twice() -> None:
    city = tiny_city()
    ask(city, grid=0, want=1)
    first = confirmed(city, 1)
    whole = planned(city, city.street)
    cannot_come(first, whole, city)
    confirmed(city, 2)
    part = planned(city, city.communities[0], role="community_desk")
    Unavailable.objects.all().delete()

    assert publish(part, city) == {"published": 1, "overtaken": 0}
    assert publish(whole, city) == {"published": 0, "overtaken": 1}
    assert rosters.why_overtaken(whole) == [("grid_filled_meanwhile", 1)]
    assert Placement.objects.count() == 1


def test_a_line_is_overtaken_where_its_person_said_meanwhile_that_they_cannot_come() -> None:
    city = tiny_city()
    ask(city, grid=0, want=1)
    person = confirmed(city, 1)
    run = planned(city, city.street)
    cannot_come(person, run, city)

    assert publish(run, city) == {"published": 0, "overtaken": 1}
    assert rosters.why_overtaken(run) == [("unavailable_meanwhile", 1)]


def test_who_lives_outside_the_area_but_holds_a_place_inside_is_counted_there() -> None:
    city = tiny_city()
    ask(city, grid=2, want=1)
    outsider = confirmed(city, 1, community=0)
    publish(planned(city, city.street), city)
    assert Placement.objects.get(person=outsider).grid_id == city.grids[2].pk
    confirmed(city, 2, community=1)

    run = planned(city, city.communities[1], role="community_desk")

    assert (run.summary["pinned"], run.summary["placed_new"]) == (1, 0)


def test_a_proposal_that_the_check_found_wrong_is_never_published() -> None:
    city = tiny_city()
    ask(city, grid=0, want=1)
    confirmed(city, 1)
    run = planned(city, city.street)
    run.summary["wrong"] = ["the bound is not proved"]
    run.save()
    with pytest.raises(AllocationUnsound):
        publish(run, city)
    assert not Placement.objects.exists()


def test_publishing_is_recorded_once_for_each_community() -> None:
    city = tiny_city()
    for grid in range(4):
        ask(city, grid=grid, want=1)
    for number in range(4):
        confirmed(city, number, community=number % 2)
    publish(planned(city, city.street), city)
    areas = TrailEntry.objects.filter(kind="placements.published").values_list("area", flat=True)
    assert sorted(areas) == sorted(community.pk for community in city.communities)


def a_run_under_way(city: TinyCity) -> Allocation:
    by, at = caller_for(user_with_role("street", city.street)), now()
    run = runs.begin(city.event, city.street, during=from_on(at, at + timedelta(days=1)), by=by, at=at)
    Allocation.objects.filter(pk=run.pk).update(state=Allocation.State.RUNNING)
    return run


def test_a_run_whose_worker_died_is_failed_and_does_not_block_the_next() -> None:
    city = tiny_city()
    dead = a_run_under_way(city)

    a_run_under_way(city)

    dead.refresh_from_db()
    assert (dead.state, dead.failure) == (Allocation.State.FAILED, "stopped")


def test_a_run_that_waits_for_a_job_which_is_gone_is_failed_after_a_minute() -> None:
    city = tiny_city()
    run = a_run_under_way(city)
    Allocation.objects.filter(pk=run.pk).update(state=Allocation.State.WAITING)
    assert runs.fail_dead(at=now()) == 0
    later = now() + timedelta(minutes=2)
    queued = jobs.allocate.defer(allocation_id=run.pk)
    assert runs.fail_dead(at=later) == 0, "its job is still there"
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [queued])
    assert runs.fail_dead(at=later) == 1


def test_why_a_line_was_overtaken_stays_what_it_was_then() -> None:
    city = tiny_city()
    ask(city, grid=0, want=1)
    person = confirmed(city, 1)
    run = planned(city, city.street)
    cannot_come(person, run, city)
    publish(run, city)
    Unavailable.objects.all().delete()
    ask(city, grid=0, want=5)
    assert rosters.why_overtaken(run) == [("unavailable_meanwhile", 1)]


def test_a_run_whose_worker_lives_is_left_alone() -> None:
    run = a_run_under_way(tiny_city())
    worker = connection.copy()  # the session of another process, which holds the lock of its run
    try:
        with worker.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [runs.LOCK, run.pk])
        assert runs.fail_dead(at=now()) == 0
    finally:
        worker.close()


def test_the_database_refuses_two_placements_of_a_person_at_once() -> None:
    city = tiny_city()
    ask(city, grid=0, want=1)
    person = confirmed(city, 1)
    publish(planned(city, city.street), city)
    placed = Placement.objects.get(person=person)
    facts = {
        "event": city.event,
        "person": person,
        "kind": Booking.Kind.BELONGS,
        "source": "muster",
        "booked_at": now(),
    }
    with pytest.raises(IntegrityError, match="booking_one_at_a_time"), transaction.atomic():
        Booking.objects.create(place_id=city.grids[3].pk, during=placed.during, **facts)


def test_a_run_with_nothing_to_place_fails_with_a_code_and_changes_nothing() -> None:
    city = tiny_city()
    run = planned(city, city.street)
    assert run.state == Allocation.State.FAILED
    assert run.failure == "nothing_to_place"
    assert not run.lines.exists()


def test_a_killed_job_leaves_only_its_own_row_and_can_be_worked_out_again(monkeypatch: pytest.MonkeyPatch) -> None:
    city = tiny_city()
    ask(city, grid=0, want=1)
    confirmed(city, 1)
    before = _everything()

    def killed(*args: object) -> None:
        raise SystemExit("the worker was killed while it wrote")

    with monkeypatch.context() as patch:
        patch.setattr(planner, "write", killed)
        with pytest.raises(SystemExit):
            planned(city, city.street)

    run = Allocation.objects.get()
    assert run.state == Allocation.State.RUNNING
    assert not run.lines.exists()
    assert _everything() == before
    jobs.work_out(run)  # the queue gives the job out again
    run.refresh_from_db()
    assert run.state == Allocation.State.PROPOSED
    assert run.lines.count() == 1


def _everything() -> dict[str, int]:
    """Rows of every table that an allocation might touch, less its own row and the trail."""
    tables = [Demand, Placement, Proposal, Person]
    counts = {model._meta.db_table: model.objects.count() for model in tables}
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(version), 0), coalesce(sum(generation), 0) FROM muster_demand")
        counts["versions"], counts["generations"] = cursor.fetchone()
    return counts
