"""Ending a sweep, the key of a finding, newcomers: each once, and nothing after the end."""

import threading
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, connections, transaction

from linli.common.clock import now
from linli.common.errors import Invalid
from linli.ledger import newcomers, recording, standing, sweeping
from linli.ledger.errors import ComeBackWrong, KeyUsedOtherwise, NameMissing, NotYourDoor, SweepClosed
from linli.ledger.models import Finding, Said
from linli.people.models import Household, Identity
from linli.places.errors import BadDoor
from linli.rolls import moving, queries
from linli.rolls.errors import NotYourRoll, RollNotReady
from linli.rolls.models import State
from linli.rolls.proving import wrong_with
from tests.factories import add_resident, begin_sweep, caller_for, user_with_role

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def user(city):
    return user_with_role("community_desk", city.communities[0])


@pytest.fixture
def person(city):
    return add_resident(city, name="王小明", phone="13800001234")


def door_of(person):
    return Household.objects.get(stays__person=person).dwelling_id


def found(person, result=Finding.Result.NO_ANSWER, **more):
    facts = {"key": uuid4(), "dwelling": door_of(person), "result": result, "how": Finding.How.DOOR}
    return recording.Found(**{"happened_at": None, **facts, **more})


def stands(roll, area):
    return {state: n for state, n in queries.balance(roll, area.pk, now()).parts if n}


def test_a_sweep_is_ended_once_by_who_decides_there_and_takes_nothing_more(city, user, person):
    sweep, desk = begin_sweep(city.event, city.communities[0], user), caller_for(user)
    other = caller_for(user_with_role("community_desk", city.communities[1]))
    with pytest.raises(NotYourRoll):
        sweeping.close_sweep(sweep, by=other, at=now())
    finding = recording.record(sweep, found(person), by=desk, at=now())
    closed = sweeping.close_sweep(sweep, by=desk, at=now()).persons.closed_at
    assert sweeping.close_sweep(sweep, by=desk, at=now()).persons.closed_at == closed
    for late in (
        lambda: recording.record(sweep, found(person), by=desk, at=now()),
        lambda: sweeping.take_back(finding, by=desk, at=now()),
        lambda: newcomers.new_person(sweep, door_of(person), name="新来", key=uuid4(), by=desk, at=now()),
    ):
        with pytest.raises(SweepClosed):
            late()
    assert stands(sweep.doors, city.communities[0]) == {State.NO_ANSWER: 1}
    assert begin_sweep(city.event, city.communities[0], user).pk != sweep.pk


def test_a_sweep_whose_lists_are_not_made_is_not_ended(city, user):
    sweep = sweeping.open_sweep(city.event, city.communities[0], by=caller_for(user), at=now())
    with pytest.raises(RollNotReady):
        sweeping.close_sweep(sweep, by=caller_for(user), at=now())


def _records_while_it_is_ended(sweep, person, desk, *, guarded):
    """Begin to write something down, end the sweep meanwhile, and finish writing. Returns what ended first."""
    order, holding, go_on = [], threading.Event(), threading.Event()

    def ends():
        try:
            holding.wait(30)
            if guarded:
                sweeping.close_sweep(sweep, by=desk, at=now())
            else:
                with connection.cursor() as cursor:
                    rolls = [sweep.doors_id, sweep.persons_id]
                    cursor.execute("UPDATE rolls_roll SET closed_at = now() WHERE id = ANY(%s)", [rolls])
            order.append("ended")
        finally:
            go_on.set()
            connections.close_all()

    beside = threading.Thread(target=ends)
    beside.start()
    with transaction.atomic():
        if guarded:
            sweeping.hold_open(sweep)
        holding.set()
        if not guarded:
            go_on.wait(30)
        moving.apply(  # what `record` does last, after it has looked whether the sweep is open
            (), standing.of_findings(sweep, [_written(sweep, person)], []), at=now()
        )
        order.append("recorded")
    beside.join(30)
    return order


def _written(sweep, person):
    return Finding.objects.create(
        id=uuid4(),
        sweep=sweep,
        dwelling_id=door_of(person),
        result="no_answer",
        how="door",
        happened_at=now(),
        recorded_at=now(),
    )


def test_what_is_being_written_down_while_a_sweep_is_ended_still_counts(city, user, person):
    sweep = begin_sweep(city.event, city.communities[0], user)
    assert _records_while_it_is_ended(sweep, person, caller_for(user), guarded=True) == ["recorded", "ended"]
    assert stands(sweep.doors, city.communities[0]) == {State.NO_ANSWER: 1}


def test_without_the_guard_a_finding_is_kept_and_its_door_stands_as_if_nobody_came(city, user, person):
    sweep = begin_sweep(city.event, city.communities[0], user)
    assert _records_while_it_is_ended(sweep, person, caller_for(user), guarded=False) == ["ended", "recorded"]
    assert stands(sweep.doors, city.communities[0]) == {State.NOT_VISITED: 1}


def test_a_key_stands_for_what_was_found_and_said_and_for_nothing_else(city, user, person):
    sweep, desk = begin_sweep(city.event, city.communities[0], user), caller_for(user)
    said = found(person, Finding.Result.ANSWERED, said=[(person.pk, Said.State.HERE)], spoke=person.pk)
    first = recording.record(sweep, said, by=desk, at=now())
    assert recording.record(sweep, said, by=desk, at=now()) == first
    other = found(person, Finding.Result.ANSWERED, said=[(person.pk, Said.State.REFUSED)], key=said.key)
    with pytest.raises(KeyUsedOtherwise):
        recording.record(sweep, other, by=desk, at=now())
    away = found(person, Finding.Result.ANSWERED, said=[(person.pk, Said.State.AWAY)], spoke=person.pk)
    with pytest.raises(Invalid):
        recording.record(sweep, away, by=desk, at=now())
    assert Finding.objects.count() == 1


def test_a_time_to_come_back_is_to_come_within_seven_days_and_where_somebody_lives(city, user, person):
    sweep, desk, at = begin_sweep(city.event, city.communities[0], user), caller_for(user), now()
    week = timedelta(days=7)
    for wrong in (
        found(person, back_at=at),
        found(person, back_at=at + week + timedelta(seconds=1)),
        found(person, Finding.Result.VACANT, back_at=at + timedelta(hours=1)),
    ):
        with pytest.raises(ComeBackWrong):
            recording.record(sweep, wrong, by=desk, at=at)
    assert not Finding.objects.exists()
    kept = recording.record(sweep, found(person, back_at=at + week), by=desk, at=at)
    for against in ({"back_at": at}, {"back_at": at + week + timedelta(seconds=1)}, {"result": "vacant"}):
        with pytest.raises(IntegrityError, match="finding_back_at"), transaction.atomic():
            Finding.objects.filter(pk=kept.pk).update(**against)


def test_pressed_twice_in_two_hours_is_one_finding_with_the_first_moment(city, user, person):
    sweep, desk, at = begin_sweep(city.event, city.communities[0], user), caller_for(user), now()
    said = found(person, back_at=at + timedelta(hours=2))
    first = recording.record(sweep, said, by=desk, at=at)
    later = replace(said, back_at=at + timedelta(hours=2, seconds=3))
    assert recording.record(sweep, later, by=desk, at=at + timedelta(seconds=3)) == first
    assert Finding.objects.get().back_at == at + timedelta(hours=2)


def test_two_workers_at_one_door_are_both_kept(city, user, person):
    sweep = begin_sweep(city.event, city.communities[0], user)
    for number in range(2):
        worker = caller_for(user_with_role("grid_worker", city.micro_grids[0], name=f"李敏{number}"))
        recording.record(sweep, found(person), by=worker, at=now())
    assert Finding.objects.count() == 2
    assert stands(sweep.doors, city.communities[0]) == {State.NO_ANSWER: 1}


def test_somebody_nobody_knew_of_is_counted_once_however_often_the_form_is_sent(city, user, person):
    sweep, key = begin_sweep(city.event, city.communities[0], user), uuid4()
    worker = caller_for(user_with_role("grid_worker", city.micro_grids[0]))
    said = {"name": " 新来的 ", "phone": "13900001111", "key": key, "by": worker, "at": now()}
    made = newcomers.new_person(sweep, door_of(person), **said).person
    assert newcomers.new_person(sweep, door_of(person), **said).person == made
    assert Identity.objects.get(person=made).holder == city.event.pk
    assert stands(sweep.persons, city.communities[0]) == {State.NOT_REACHED: 2}
    assert Household.objects.count() == 1
    assert wrong_with(sweep.persons) == {}
    stranger = caller_for(user_with_role("grid_worker", city.micro_grids[1]))
    with pytest.raises(NotYourDoor):
        newcomers.new_person(sweep, door_of(person), name="新来", key=uuid4(), by=stranger, at=now())
    with pytest.raises(NameMissing):
        newcomers.new_person(sweep, door_of(person), name="\x00", key=uuid4(), by=worker, at=now())


def test_a_door_nobody_knew_of_is_counted_and_known_once(city, user, person):
    sweep = begin_sweep(city.event, city.communities[0], user)
    worker = caller_for(user_with_role("grid_worker", city.micro_grids[0]))
    said = {"unit": 1, "floor": 6, "door": "601", "by": worker, "at": now()}
    made = newcomers.new_door(sweep, city.buildings[0], **said)
    assert stands(sweep.doors, city.micro_grids[0]) == {State.NOT_VISITED: 2}
    assert wrong_with(sweep.doors) == {}
    assert newcomers.new_door(sweep, city.buildings[0], **said) == made
    with pytest.raises(BadDoor):
        newcomers.new_door(sweep, city.buildings[0], **{**said, "door": " "})
    for building in (city.buildings[1], city.buildings[4]):
        with pytest.raises(NotYourDoor):
            newcomers.new_door(sweep, building, **said)
    assert stands(sweep.doors, city.micro_grids[0]) == {State.NOT_VISITED: 2}
    assert made.state == "unknown"
