"""One person, one grid, at any instant: whatever the history and whoever writes at the same time."""

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.common.caller import Caller
from linli.people import actions
from linli.people.errors import LaterStayKnown, NotAMicroGrid
from linli.people.models import REGISTER, Household, Person, Stay
from linli.places import actions as place_actions
from linli.places.models import Area, Building, Dwelling, Level, Place
from tests.people.history import counted_by_area

BY = Caller(user=1)
MORNING = datetime(2022, 9, 2, 8, tzinfo=UTC)


def minute(number: int) -> datetime:
    return MORNING + timedelta(minutes=number)


def micro_grids(count: int) -> tuple[Area, list[Area]]:
    community = place_actions.add_area(level=Level.COMMUNITY, name="大同社区", parent=None, by=BY, at=MORNING)
    grid = place_actions.add_area(level=Level.GRID, name="一格", parent=community, by=BY, at=MORNING)
    return community, [
        place_actions.add_area(level=Level.MICRO_GRID, name=f"微{number}", parent=grid, by=BY, at=MORNING)
        for number in range(count)
    ]


def somebody() -> Person:
    return actions.add_person(holder=REGISTER, name="王小明", phone="13800001234", by=BY, at=MORNING)


@pytest.mark.django_db
def test_a_move_back_in_time_is_refused():
    _, (here, there) = micro_grids(2)
    person = somebody()
    actions.move(person, counted_in=here, since=minute(10), by=BY, at=minute(10))
    with pytest.raises(LaterStayKnown):
        actions.move(person, counted_in=there, since=minute(10), by=BY, at=minute(11))


@pytest.mark.django_db
def test_nobody_is_counted_in_a_community():
    community, _ = micro_grids(1)
    with pytest.raises(NotAMicroGrid):
        actions.move(somebody(), counted_in=community, since=minute(1), by=BY, at=minute(1))


@pytest.mark.django_db
def test_the_database_itself_refuses_an_absence_that_is_counted():
    _, (here,) = micro_grids(1)
    person = somebody()
    with pytest.raises(IntegrityError), transaction.atomic():
        Stay.objects.create(person=person, since=minute(1), kind=Stay.Kind.AWAY, counted_in=here, recorded_at=minute(1))


@pytest.mark.django_db
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(1, 3)), max_size=15))
def test_after_any_history_each_person_is_counted_once_at_every_instant(history):
    with transaction.atomic():
        community, grids = micro_grids(3)
        persons = [somebody() for _ in range(3)]
        expected: dict[int, dict[int, int | None]] = {}
        where: dict[int, int | None] = {}
        moment = 0
        for who, target, later in history:
            moment += later
            gone = target == 3
            actions.move(
                persons[who],
                kind=Stay.Kind.AWAY if gone else Stay.Kind.HOME,
                counted_in=None if gone else grids[target],
                since=minute(moment),
                by=BY,
                at=minute(moment),
            )
            where[who] = None if gone else grids[target].pk
            expected[moment] = dict(where)
        for then, known in expected.items():
            counted = Counter(area for area in known.values() if area is not None)
            assert counted_by_area([community.pk], minute(then)) == dict(counted)
        assert sum(counted_by_area([community.pk], minute(moment)).values()) == sum(
            v is not None for v in where.values()
        )
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_a_building_given_to_another_micro_grid_moves_who_lives_there_and_keeps_the_past():
    community, (here, there) = micro_grids(2)
    building_place = Place.objects.create(kind=Place.Kind.BUILDING)
    building = Building.objects.create(place=building_place, name="3栋")
    door_place = Place.objects.create(kind=Place.Kind.DWELLING, physical_parent=building_place)
    Dwelling.objects.create(place=door_place, building=building, door="201")
    household = Household.objects.create(dwelling=door_place)
    place_actions.assign(building_place, here, by=BY, at=MORNING)
    person = somebody()
    actions.move(person, counted_in=here, household=household, home=door_place, since=minute(1), by=BY, at=minute(1))
    assert actions.reassign(building_place, there, by=BY, at=minute(5)) == [person.pk]
    assert counted_by_area([community.pk], minute(2)) == {here.pk: 1}
    assert counted_by_area([community.pk], minute(6)) == {there.pk: 1}


def _race(work, count: int) -> list[str]:
    """Run `work(number)` in threads with connections of their own; what each came to."""
    outcome: list[str] = [""] * count
    ready = threading.Barrier(count)

    def run(number: int) -> None:
        try:
            ready.wait()
            outcome[number] = work(number)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcome


@pytest.mark.django_db(transaction=True)
def test_two_moves_of_one_person_at_once_leave_one_newest_stay_that_the_person_row_agrees_with():
    community, grids = micro_grids(4)
    person = somebody()

    def move(number: int) -> str:
        try:
            actions.move(person, counted_in=grids[number], since=minute(1 + number), by=BY, at=minute(9))
        except LaterStayKnown:
            return "late"
        return "moved"

    outcome = _race(move, 4)
    assert "moved" in outcome
    newest = Stay.objects.filter(person=person).order_by("-since").first()
    person.refresh_from_db()
    assert (person.counted_in_id, person.counted_since) == (newest.counted_in_id, newest.since)
    assert sum(counted_by_area([community.pk], minute(60)).values()) == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_person_row_would_fall_behind():
    """The twin of the test above, with the guard off: the race it prevents does happen."""
    _, (first, second) = micro_grids(2)
    person = somebody()
    read_both = threading.Barrier(2)

    def move_unguarded(number: int) -> str:
        seen = Person.objects.get(pk=person.pk)
        read_both.wait()
        since = minute(5 - number)
        if seen.counted_since is not None and seen.counted_since >= since:
            return "late"
        Stay.objects.create(person=seen, since=since, counted_in=(first, second)[number], recorded_at=minute(9))
        if number == 1:
            # The earlier stay is written last.
            turn.wait()
        Person.objects.filter(pk=person.pk).update(counted_in=(first, second)[number], counted_since=since)
        if number == 0:
            turn.wait()
        return "moved"

    turn = threading.Barrier(2)
    assert _race(move_unguarded, 2) == ["moved", "moved"]
    newest = Stay.objects.filter(person=person).order_by("-since").first()
    person.refresh_from_db()
    assert (newest.since, newest.counted_in_id) == (minute(5), first.pk)
    assert person.counted_since == minute(4)
