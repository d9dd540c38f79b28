"""Entries that may be one person: proposed at once and in a list, merged and undone, by one desk or by two at once."""

import threading
from contextlib import contextmanager, suppress
from unittest import mock

import pytest
from django.db import connection

from linli.common.clock import now
from linli.common.errors import LinliError, NotFound
from linli.custody import secrets
from linli.ledger import arriving, duplicates, merging, moving
from linli.ledger.arriving import Newcomer
from linli.ledger.errors import FoundOutsideEvents, MergedAcrossAreas, MergedAlready, MergedWithItself, NotYourDoor
from linli.people.models import Household, Identity, Person, SameAs, Stay
from tests.factories import add_resident, caller_for, user_with_role

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = "13800001234"


@pytest.fixture
def known(city):
    return add_resident(city, name="王小明", phone=PHONE, building=0, door="502")


def door_of(person):
    return Household.objects.get(stays__person=person).dwelling_id


def comes(by, dwelling, **said):
    facts = {"name": "王小明", "phone": PHONE, "since": now(), "dwelling": dwelling}
    return arriving.arrive(Newcomer(**facts | said), by=by, at=now())


def test_whom_a_newcomer_may_be_is_offered_at_once(city, desk, known):
    arrival = comes(desk, door_of(known))
    assert arrival.like == [duplicates.Pair(known.pk, arrival.person.pk, ("name", "phone", "door"))]
    assert duplicates.pairs(desk, now()) == arrival.like


def test_a_family_that_shares_the_phone_is_not_proposed(city, desk, known):
    assert comes(desk, door_of(known), name="王小红").like == []
    assert duplicates.pairs(desk, now()) == []


def test_an_id_number_is_enough_whatever_else_is_said(city, desk, known):
    number = "11010519491231002X"
    Identity.objects.filter(person=known).update(id_no=secrets.seal(number), id_index=secrets.index(number))
    arrival = comes(desk, None, micro_grid=city.micro_grids[3].pk, name="阿明", phone="", id_no=number)
    assert [pair.reasons for pair in arrival.like] == [("id_no",)]
    assert [pair.reasons for pair in duplicates.pairs(desk, now())] == [("id_no",)]


def test_a_desk_learns_that_an_id_number_is_known_elsewhere_and_no_more(city, desk, worker, known):
    there = add_resident(city, name="王小明", phone=PHONE, community=1, door="502")
    here, number = duplicates.known_elsewhere, "11010519491231002X"
    assert here(known.pk, desk, now()) is False, "a name and a phone are not enough"
    Identity.objects.update(id_no=secrets.seal(number), id_index=secrets.index(number))
    other = caller_for(user_with_role("community_desk", city.communities[1]))
    assert here(known.pk, desk, now()) is here(there.pk, other, now()) is True
    assert here(known.pk, worker, now()) is False, "who reads no ID number learns nothing from one"
    assert here(there.pk, desk, now()) is False, "nobody of theirs"
    moving.move([there.pk], kind=Stay.Kind.GONE, since=now(), by=other, at=now())
    assert here(known.pk, desk, now()) is False, "the desk there has written down that they moved"


def test_within_one_community_two_of_one_number_are_proposed_and_known_nowhere_else(city, desk, known):
    add_resident(city, name="阿明", phone="13800005678", building=1, door="303")
    number = "11010519491231002X"
    Identity.objects.update(id_no=secrets.seal(number), id_index=secrets.index(number))
    assert len(duplicates.like(known.pk, desk, now())) == 1
    assert duplicates.known_elsewhere(known.pk, desk, now()) is False


def test_nobody_of_another_community_is_proposed(city, desk, known):
    there = add_resident(city, name="王小明", phone=PHONE, community=1, door="502")
    other = caller_for(user_with_role("community_desk", city.communities[1]))
    assert duplicates.like(known.pk, desk, now()) == []
    assert duplicates.like(there.pk, other, now()) == []
    assert duplicates.pairs(desk, now()) == duplicates.pairs(other, now()) == []
    with pytest.raises(NotFound):
        duplicates.pair_visible_to(desk, known.pk, there.pk, now())
    with pytest.raises(MergedAcrossAreas):
        duplicates.are_one(known.pk, there.pk, by=desk, at=now())


def test_merged_they_are_proposed_no_more_and_undone_they_are_again(city, desk, known):
    arrival = comes(desk, door_of(known))
    merged = duplicates.are_one(arrival.person.pk, known.pk, by=desk, at=now())
    assert (merged.person_id, merged.kept_id, merged.reason) == (arrival.person.pk, known.pk, "name_phone_door")
    assert duplicates.pairs(desk, now()) == duplicates.like(known.pk, desk, now()) == []
    merging.part(arrival.person.pk, known.pk, by=desk, at=now())
    assert duplicates.pairs(desk, now()) == arrival.like


def test_two_who_were_told_apart_are_not_proposed_again_and_can_still_be_merged(city, desk, known):
    arrival = comes(desk, door_of(known))
    for _ in range(2):  # said twice, it is said once
        duplicates.are_two(arrival.person.pk, known.pk, by=desk, at=now())
    assert duplicates.pairs(desk, now()) == duplicates.like(arrival.person.pk, desk, now()) == []
    assert duplicates.are_one(known.pk, arrival.person.pk, by=desk, at=now()).undone_at is None


def test_nobody_is_merged_with_themselves(city, desk, known):
    for does in (duplicates.are_one, duplicates.are_two):
        with pytest.raises(MergedWithItself):
            does(known.pk, known.pk, by=desk, at=now())
    with pytest.raises(MergedWithItself):
        duplicates.pair_visible_to(desk, known.pk, known.pk, now())


def test_a_grid_worker_writes_newcomers_down_in_their_own_grid_only(city, worker, desk, known):
    arrival = comes(worker, door_of(known))
    assert [pair.one for pair in arrival.like] == [known.pk]
    far = add_resident(city, name="赵六", phone="13800009999", building=3, door="303")
    with pytest.raises(NotYourDoor):
        comes(worker, door_of(far))
    with pytest.raises(MergedAcrossAreas):
        duplicates.are_one(known.pk, arrival.person.pk, by=worker, at=now())


def test_outside_an_event_nobody_is_found(city, desk, known):
    city.event.ended_at = now()
    city.event.save()
    with pytest.raises(FoundOutsideEvents):
        comes(desk, door_of(known))
    assert Person.objects.count() == 1


def _at_once(does):
    """Two threads meet after both have looked, and go on together; what each came to."""
    came: list[object] = []

    def one(act):
        try:
            came.append(act())
        except LinliError as problem:
            came.append(type(problem))
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(act,)) for act in does]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return came


@contextmanager
def _meeting_where(look):
    """Let two transactions meet right before they write, whoever of them gets there."""
    barrier = threading.Barrier(2)

    def create(**said):
        with suppress(threading.BrokenBarrierError):  # the other waits for a lock, as it should
            barrier.wait(2)
        return look(**said)

    with mock.patch.object(SameAs.objects, "create", create):
        yield


def _both_ways(city, known, again):
    desks = [caller_for(user_with_role("community_desk", city.communities[0])) for _ in range(2)]
    ways = ((known.pk, again.pk), (again.pk, known.pk))
    acts = [
        lambda by=by, way=way: merging.merge(*way, reason="desk", by=by, at=now())
        for by, way in zip(desks, ways, strict=True)
    ]
    with _meeting_where(SameAs.objects.create):
        return _at_once(acts)


def test_of_two_desks_that_merge_one_pair_each_its_own_way_one_is_told(city, known):
    again = add_resident(city, name="王小明", phone=PHONE, door="502")
    came = _both_ways(city, known, again)
    assert sorted(isinstance(each, SameAs) for each in came) == [False, True]
    assert MergedAlready in came
    assert SameAs.objects.filter(undone_at__isnull=True).count() == 1


def test_without_the_lock_each_would_stand_for_the_other_and_nobody_would_be_left(city, known):
    again = add_resident(city, name="王小明", phone=PHONE, door="502")
    with mock.patch.object(merging, "lock_persons", lambda ids: Person.objects.in_bulk(list(ids))):
        came = _both_ways(city, known, again)
    assert all(isinstance(each, SameAs) for each in came)
    assert set(SameAs.objects.values_list("person", "kept")) == {(known.pk, again.pk), (again.pk, known.pk)}
