"""Findings as they come: exactly once, the right ones of a batch kept, the wrong ones told."""

from datetime import timedelta
from uuid import uuid4

import pytest

from linli.common.clock import now
from linli.ledger import errors, recording
from linli.ledger.models import Finding, Said
from linli.people.models import Household
from linli.rolls import queries
from linli.rolls.models import StandingChange
from linli.rolls.proving import wrong_with
from tests.factories import add_resident, begin_sweep, user_with_role

pytestmark = pytest.mark.django_db(transaction=True)
HERE, AWAY = Said.State.HERE, Said.State.AWAY


@pytest.fixture
def people(city):
    return [
        add_resident(
            city, name=f"王{n}", phone=f"138000012{n:02}", community=n // 6, building=n % 4, door=f"{n % 6 + 1}01"
        )
        for n in range(8)
    ]


@pytest.fixture
def sweep(city, people):
    return begin_sweep(city.event, city.street, user_with_role("street", city.street))


def at_door(person, state=HERE, **more):
    door = Household.objects.filter(stays__person=person).first().dwelling_id
    facts = {
        "key": uuid4(),
        "dwelling": door,
        "result": Finding.Result.ANSWERED,
        "how": Finding.How.DOOR,
        "happened_at": now(),
        "said": [(person.pk, state)] if state else [],
    }
    return recording.Found(**facts | more)


def balance(roll, area):
    return [n for _, n in queries.balance(roll, area.pk, now()).parts]


def test_the_right_ones_of_a_batch_are_kept_and_each_wrong_one_is_told(city, desk, people, sweep):
    founds = [
        at_door(people[0]),
        at_door(people[6]),
        at_door(people[1], None, dwelling=10**9),
        at_door(people[1], None, result=Finding.Result.VACANT, how=Finding.How.GROUP),
        at_door(people[1], said=[(people[2].pk, HERE)]),
        at_door(people[1], result=Finding.Result.REFUSED),
        at_door(people[3], AWAY),
    ]
    answers = recording.record_many(sweep, founds, by=desk, at=now())
    kinds = [type(each) for each in answers]
    assert kinds == [
        Finding,
        errors.NotYourDoor,
        errors.DoorGone,
        errors.VacantNotSeen,
        errors.SaidOfAStranger,
        errors.SaidWithoutAnswer,
        Finding,
    ]
    assert Finding.objects.count() == Said.objects.count() == 2
    assert balance(sweep.persons, city.street) == [1, 0, 1, 0, 6]
    assert balance(sweep.doors, city.street) == [2, 0, 0, 0, 6]
    assert wrong_with(sweep.persons) == wrong_with(sweep.doors) == {}


def test_sent_again_it_is_the_same_finding_and_nothing_changes(desk, people, sweep):
    founds = [at_door(person) for person in people[:4]]
    first = recording.record_many(sweep, founds, by=desk, at=now())
    lines = StandingChange.objects.count()
    again = recording.record_many(sweep, [*founds, founds[0]], by=desk, at=now())
    assert again == [*first, first[0]]
    assert (Finding.objects.count(), Said.objects.count(), StandingChange.objects.count()) == (4, 4, lines)


def test_a_key_used_for_something_else_is_refused(desk, people, sweep):
    found = at_door(people[0])
    recording.record(sweep, found, by=desk, at=now())
    with pytest.raises(errors.KeyUsedOtherwise):
        recording.record(sweep, at_door(people[1], key=found.key), by=desk, at=now())
    assert Finding.objects.get().dwelling_id == found.dwelling


def test_one_of_them_speaks_for_all(desk, people, sweep):
    recording.record(sweep, at_door(people[0], spoke=people[0].pk), by=desk, at=now())
    assert Said.objects.get().spoke


def test_a_batch_costs_a_few_statements_whatever_its_size(desk, people, sweep, django_assert_max_num_queries):
    with django_assert_max_num_queries(34):
        recording.record_many(sweep, [at_door(person) for person in people[:6]], by=desk, at=now())


def test_what_is_still_to_come_is_refused(desk, people, sweep):
    with pytest.raises(errors.FoundInTheFuture):
        recording.record(sweep, at_door(people[0], happened_at=now() + timedelta(minutes=1)), by=desk, at=now())
    assert not Finding.objects.exists()
