"""Moves as people say them: counted once, by whoever decides, as of when they happened."""

from datetime import timedelta

import pytest

from linli.common.clock import now
from linli.common.errors import NotFound
from linli.ledger import arriving, cards, going, whereto
from linli.ledger.arriving import Newcomer
from linli.ledger.errors import (
    DoorAmbiguous,
    DoorUnknown,
    MoveDecided,
    MoveSaidAlready,
    NoHomeKnown,
    NotYourDoor,
    NotYourPerson,
    PlaceMissing,
    StayInTheFuture,
)
from linli.ledger.going import Going, What
from linli.ledger.models import MoveProposed
from linli.people.models import Person, Stay
from linli.places.models import Building, Estate
from linli.rolls import proving
from linli.rolls import queries as rolls
from tests.factories import add_resident, begin_sweep, caller_for, user_with_role

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def person(city):
    return add_resident(city, name="王小明", phone="13800001234", building=0, door="502")


@pytest.fixture
def neighbour(city):
    return add_resident(city, name="李四", phone="13800005678", building=1, door="303")


def door_of(someone):
    return Stay.objects.filter(person=someone).earliest("since").household.dwelling_id


def newest(someone):
    return Stay.objects.select_related("household").filter(person=someone).latest("since")


def counted(someone):
    return Person.objects.get(pk=someone.pk).counted_in_id


def test_to_another_door_they_join_who_lives_there(city, desk, person, neighbour):
    going.go(person.pk, Going(What.DOOR, now(), door_of(neighbour)), by=desk, at=now())
    stay = newest(person)
    assert (stay.kind, stay.household, stay.home_id) == ("home", newest(neighbour).household, door_of(neighbour))
    assert counted(person) == city.micro_grids[1].pk
    card = cards.door_card(desk, door_of(neighbour), now())
    assert {line.person for line in card.here} == {person.pk, neighbour.pk}


def test_or_make_a_household_of_their_own(city, desk, person, neighbour):
    going.go(person.pk, Going(What.DOOR, now(), door_of(neighbour), joins=False), by=desk, at=now())
    assert newest(person).household != newest(neighbour).household
    assert newest(person).household.dwelling_id == door_of(neighbour)


def test_the_door_they_left_remembers_them(city, desk, person, neighbour):
    left = door_of(person)
    going.go(person.pk, Going(What.DOOR, now(), door_of(neighbour)), by=desk, at=now())
    card = cards.door_card(desk, left, now())
    assert card.people == []
    assert [line.person for line, _, _ in card.were] == [person.pk]


def test_a_guest_is_counted_where_they_are_and_goes_home_again(city, desk, person, neighbour):
    home = door_of(person)
    going.go(person.pk, Going(What.GUEST, now(), door_of(neighbour)), by=desk, at=now())
    assert counted(person) == city.micro_grids[1].pk
    assert [line.person for line in cards.door_card(desk, door_of(neighbour), now()).guests] == [person.pk]
    going.go(person.pk, Going(What.BACK, now()), by=desk, at=now())
    assert (counted(person), newest(person).kind) == (city.micro_grids[0].pk, "home")
    assert newest(person).household.dwelling_id == home
    assert cards.door_card(desk, door_of(neighbour), now()).guests == []


@pytest.mark.parametrize("what", [What.HOSPITAL, What.SCHOOL, What.QUARANTINE])
def test_in_another_place_they_are_counted_there_and_still_live_at_home(city, desk, person, what):
    there = city.micro_grids[5]  # of another community of the street
    going.go(person.pk, Going(what, now(), counted_in=there.pk), by=desk, at=now())
    assert counted(person) == there.pk
    assert newest(person).kind == what.value
    assert newest(person).household.dwelling_id == door_of(person)
    other = caller_for(user_with_role("community_desk", city.communities[1]))
    for caller in (desk, other):  # both desks answer for them
        assert cards.person_card(caller, person.pk, now()).decides
    assert [line.person for line in cards.door_card(desk, door_of(person), now()).elsewhere] == [person.pk]
    going.go(person.pk, Going(What.BACK, now()), by=desk, at=now())
    assert counted(person) == city.micro_grids[0].pk


@pytest.mark.parametrize("what", [What.AWAY, What.OUT, What.DIED])
def test_absence_is_counted_nowhere_and_stays_in_sight_of_the_desk(city, desk, person, what):
    going.go(person.pk, Going(what, now()), by=desk, at=now())
    assert counted(person) is None
    assert cards.person_card(desk, person.pk, now()).decides


def test_who_has_no_home_and_goes_away_stays_with_the_desk_that_knew_them(city, desk):
    arrival = arriving.arrive(Newcomer("阿明", now(), micro_grid=city.micro_grids[2].pk), by=desk, at=now())
    going.go(arrival.person.pk, Going(What.AWAY, now()), by=desk, at=now())
    assert cards.person_card(desk, arrival.person.pk, now()).seat == city.micro_grids[2].pk
    with pytest.raises(NoHomeKnown):
        going.go(arrival.person.pk, Going(What.BACK, now()), by=desk, at=now())


def test_a_place_in_another_street_is_found_by_its_name_and_counts_whoever_is_there_once(city, desk, person):
    other = caller_for(user_with_role("street", city.street))
    sweeps = [begin_sweep(city.event, area, other) for area in (city.communities[0], city.communities[1])]
    estate = city.estates[1]
    Estate.objects.filter(pk=estate.pk).update(name="第三人民医院")
    assert {each.micro_grid for each in whereto.called("第三人民", now())} == {m.pk for m in city.micro_grids[4:]}
    assert (
        whereto.called("第三人民医院二", now()) == whereto.called("院", now()) == whereto.called("三人民", now()) == []
    )
    there = whereto.called(" 第三人民医院 ", now())[0]
    assert there.name == "第三人民医院"
    going.go(person.pk, Going(What.HOSPITAL, now(), counted_in=there.micro_grid), by=desk, at=now())
    known = [rolls.balance(sweep.persons, sweep.persons.area_id, now()).known for sweep in sweeps]
    assert known == [0, 1], "left where they live, to be reached where they are, and in both never"
    assert [not proving.wrong_with(sweep.persons) for sweep in sweeps] == [True, True]


def test_a_building_that_stands_alone_is_found_and_one_of_an_estate_only_by_its_estate(city):
    Building.objects.filter(pk=city.buildings[5].pk).update(name="第七中学", estate=None)
    Building.objects.filter(pk=city.buildings[6].pk).update(name="第七中学")
    assert [each.micro_grid for each in whereto.called("第七", now())] == [city.micro_grids[5].pk]


def test_a_move_told_late_is_filed_where_it_belongs_and_says_nothing_about_now(city, desk, person, neighbour):
    at = now()
    going.go(person.pk, Going(What.AWAY, at - timedelta(hours=1)), by=desk, at=at)
    going.go(person.pk, Going(What.DOOR, at - timedelta(hours=4), door_of(neighbour)), by=desk, at=at)
    assert counted(person) is None
    kinds = list(Stay.objects.filter(person=person).order_by("since").values_list("kind", flat=True))
    assert kinds == ["home", "home", "away"]
    with pytest.raises(MoveSaidAlready):
        going.go(person.pk, Going(What.OUT, at - timedelta(hours=4)), by=desk, at=at)


def test_what_makes_no_sense_is_told_and_moves_nobody(city, desk, worker, person, neighbour):
    at = now()
    far = add_resident(city, name="赵六", phone="13800009999", community=1, door="303")
    for said, error in (
        (Going(What.AWAY, at + timedelta(minutes=1)), StayInTheFuture),
        (Going(What.DOOR, at), DoorUnknown),
        (Going(What.DOOR, at, door_of(far)), NotYourDoor),
        (Going(What.GUEST, at, 0), NotYourDoor),
        (Going(What.HOSPITAL, at), PlaceMissing),
        (Going(What.HOSPITAL, at, counted_in=city.grids[0].pk), PlaceMissing),
    ):
        with pytest.raises(error):
            going.go(person.pk, said, by=desk, at=at)
    with pytest.raises(NotFound):
        going.go(far.pk, Going(What.AWAY, at), by=desk, at=at)
    with pytest.raises(NotYourPerson):
        going.go(person.pk, Going(What.AWAY, at), by=worker, at=at)
    assert Stay.objects.filter(person=person).count() == 1


def test_a_door_has_to_be_one(city, desk, person, neighbour):
    add_resident(city, name="赵六", phone="13800009999", building=2, door="303")
    assert going.door_called(desk, "2栋1单元303", now()) == door_of(neighbour)
    with pytest.raises(DoorAmbiguous):
        going.door_called(desk, "303", now())
    with pytest.raises(DoorUnknown):
        going.door_called(desk, "9栋1单元303", now())


def test_what_a_grid_worker_heard_waits_for_the_desk_and_counts_from_when_it_happened(city, desk, worker, person):
    since = now() - timedelta(hours=2)
    key = going.propose(person.pk, Going(What.AWAY, since), by=worker, at=now()).pk
    assert counted(person) == city.micro_grids[0].pk
    assert list(going.waiting(desk, now())) == [MoveProposed.objects.get()]
    other = caller_for(user_with_role("community_desk", city.communities[1]))
    assert list(going.waiting(other, now())) == list(going.waiting(worker, now())) == []
    for caller in (other, worker):
        with pytest.raises(NotFound):
            going.take(key, by=caller, at=now())
    assert going.take(key, by=desk, at=now()).since == since
    assert counted(person) is None
    with pytest.raises(MoveDecided):
        going.take(key, by=desk, at=now())
    with pytest.raises(MoveDecided):
        going.set_aside(key, by=desk, at=now())


def test_set_aside_it_moves_nobody(city, desk, worker, person):
    key = going.propose(person.pk, Going(What.OUT, now()), by=worker, at=now()).pk
    going.set_aside(key, by=desk, at=now())
    assert counted(person) == city.micro_grids[0].pk
    assert list(going.waiting(desk, now())) == []


def test_a_proposal_that_can_no_longer_be_taken_still_waits(city, desk, worker, person):
    since = now() - timedelta(hours=1)
    key = going.propose(person.pk, Going(What.AWAY, since), by=worker, at=now()).pk
    going.go(person.pk, Going(What.OUT, since), by=desk, at=now())
    with pytest.raises(MoveSaidAlready):
        going.take(key, by=desk, at=now())
    assert MoveProposed.objects.get().taken is None


def test_sent_twice_with_one_key_it_is_one_proposal(city, desk, worker, person):
    from linli.common.ids import uuid7

    key, said = uuid7(), Going(What.AWAY, now())
    for _ in range(2):
        going.propose(person.pk, said, key=key, by=worker, at=now())
    assert MoveProposed.objects.count() == 1
    with pytest.raises(NotFound):
        going.propose(0, said, by=worker, at=now())
