"""The desk gives what is not reached to somebody by name, who answers for it as long as they work there."""

from uuid import uuid4

import pytest

from linli.access.models import RoleGrant
from linli.common.clock import now
from linli.custody.models import TrailEntry
from linli.ledger import giving, reached, recording, sweeping
from linli.ledger.errors import NotTheirArea, NotYourDoor, NotYourPerson, SweepClosed
from linli.ledger.models import Finding, Said
from linli.people.models import Household
from linli.rolls import proving
from linli.rolls.models import Roll, Standing, StandingChange
from linli.rolls.past import NOW, names
from tests.factories import add_resident, begin_sweep, caller_for, user_with_role

pytestmark = pytest.mark.django_db


@pytest.fixture
def workers(city):
    """One of the micro-grid, and one of the whole grid."""
    return [
        user_with_role("grid_worker", city.micro_grids[0], name="Zhou Jie"),
        user_with_role("grid_worker", city.grids[0], name="Wu Jing"),
    ]


@pytest.fixture
def residents(city):
    """Two behind one door."""
    return [add_resident(city, name="王小明", phone=f"1380000120{n}") for n in (1, 2)]


@pytest.fixture
def sweep(city, desk, residents):
    return begin_sweep(city.event, city.communities[0], desk)


def door_of(person):
    return Household.objects.get(stays__person=person).dwelling_id


def owner_of(sweep, roll, subject):
    found = names(roll, sweep.persons.area_id, list(reached.OPEN), NOW, now(), most=50)
    return next(
        row.owner for row in reached.rows(sweep, roll, found, now(), children_named=True) if row.subject == subject
    )


def test_whoever_is_named_answers_and_the_worker_there_again_when_nobody_is(sweep, desk, workers, residents):
    person, door = residents[0], door_of(residents[0])
    assert owner_of(sweep, sweep.doors, door) == "Zhou Jie"
    assert giving.give(sweep, Roll.Of.DOORS, [door], workers[1].pk, by=desk, at=now()) == 1
    assert owner_of(sweep, sweep.doors, door) == owner_of(sweep, sweep.persons, person.pk) == "Wu Jing"
    giving.give(sweep, Roll.Of.PERSONS, [person.pk], None, by=desk, at=now())
    assert owner_of(sweep, sweep.persons, person.pk) == "Zhou Jie"
    assert owner_of(sweep, sweep.doors, door) == "Wu Jing"
    told = TrailEntry.objects.filter(kind="standing.given").order_by("pk")
    assert [each.facts["to"] for each in told] == [workers[1].pk, None]


def test_when_the_role_of_who_was_named_ends_it_falls_back_by_itself(sweep, desk, workers, residents):
    door = door_of(residents[0])
    giving.give(sweep, Roll.Of.DOORS, [door], workers[1].pk, by=desk, at=now())
    RoleGrant.objects.filter(user=workers[1]).update(until=now())
    assert owner_of(sweep, sweep.doors, door) == "Zhou Jie"
    RoleGrant.objects.filter(user=workers[0]).update(until=now())
    assert owner_of(sweep, sweep.doors, door) == ""


def test_no_balance_and_no_history_changes(sweep, desk, workers, residents):
    before = StandingChange.objects.count()
    giving.give(sweep, Roll.Of.DOORS, [door_of(residents[0])], workers[1].pk, by=desk, at=now())
    assert StandingChange.objects.count() == before
    for roll in (sweep.doors, sweep.persons):
        assert proving.wrong_with(roll) == {}


def test_whoever_was_reached_meanwhile_is_left_alone(sweep, desk, workers, residents):
    here, other = residents
    said = [(here.pk, Said.State.HERE)]
    found = recording.Found(uuid4(), door_of(here), Finding.Result.ANSWERED, Finding.How.DOOR, None, said=said)
    recording.record(sweep, found, by=desk, at=now())
    assert giving.give(sweep, Roll.Of.PERSONS, [here.pk, other.pk], workers[1].pk, by=desk, at=now()) == 1
    assert not Standing.objects.filter(subject=here.pk, owner__isnull=False).exists()


def test_what_is_found_later_keeps_who_answers(sweep, desk, workers, residents):
    door = door_of(residents[0])
    giving.give(sweep, Roll.Of.DOORS, [door], workers[1].pk, by=desk, at=now())
    found = recording.Found(uuid4(), door, Finding.Result.NO_ANSWER, Finding.How.DOOR, None)
    recording.record(sweep, found, by=desk, at=now())
    assert owner_of(sweep, sweep.doors, door) == "Wu Jing"


def test_only_the_desk_gives_and_only_to_who_works_there(city, sweep, desk, workers, residents):
    door, worker = door_of(residents[0]), caller_for(workers[0])
    elsewhere = user_with_role("grid_worker", city.micro_grids[1])
    other_desk = caller_for(user_with_role("community_desk", city.communities[1]))
    for of, subject, problem in ((Roll.Of.DOORS, door, NotYourDoor), (Roll.Of.PERSONS, residents[0].pk, NotYourPerson)):
        for caller in (worker, other_desk):
            with pytest.raises(problem):
                giving.give(sweep, of, [subject], workers[1].pk, by=caller, at=now())
        with pytest.raises(NotTheirArea):
            giving.give(sweep, of, [subject], elsewhere.pk, by=desk, at=now())
    assert not Standing.objects.filter(owner__isnull=False).exists()
    assert giving.give(sweep, Roll.Of.DOORS, [door], desk.user, by=desk, at=now()) == 1


def test_nothing_is_given_once_the_sweep_is_over(sweep, desk, workers, residents):
    sweeping.close_sweep(sweep, by=desk, at=now())
    with pytest.raises(SweepClosed):
        giving.give(sweep, Roll.Of.DOORS, [door_of(residents[0])], workers[1].pk, by=desk, at=now())
