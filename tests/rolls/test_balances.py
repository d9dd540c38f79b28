"""Rolls over a street: opened, moved in, found, merged, undone; every balance explained."""

from datetime import timedelta

import pytest

from linli.common.clock import now
from linli.ledger import merging, moving, recording, sweeping
from linli.ledger.models import Finding, Said, Sweep
from linli.people.models import Household, Stay
from linli.places import actions as places
from linli.rolls import explaining, past, queries
from linli.rolls.models import Cause, State
from tests.factories import SYSTEM, add_resident, begin_sweep

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(city):
    return [
        add_resident(city, name=f"王{n}", phone=f"138000012{n:02}", building=n % 4, door=f"{n + 1}01") for n in range(8)
    ]


def opened(city, desk, area=None) -> Sweep:
    return begin_sweep(city.event, area or city.communities[0], desk)


def found_at(person, result=Finding.Result.ANSWERED, said=(), **more):
    from uuid import uuid4

    door = Household.objects.filter(stays__person=person).order_by("stays__since").last().dwelling_id
    facts = {"key": uuid4(), "dwelling": door, "result": result, "how": Finding.How.DOOR, "happened_at": now()}
    return recording.Found(said=said, **facts | more)


def counts(roll, area, at=None):
    return [n for _, n in queries.balance(roll, area.pk, at or now()).parts]


def test_everybody_begins_not_reached_and_every_door_not_visited(city, desk, people):
    sweep = opened(city, desk)
    assert counts(sweep.persons, city.communities[0]) == [0, 0, 0, 0, 8]
    assert counts(sweep.doors, city.communities[0]) == [0, 0, 0, 0, 8]
    assert counts(sweep.persons, city.grids[0]) == [0, 0, 0, 0, 4]


def test_a_door_answers_and_its_people_are_done(city, desk, people):
    sweep = opened(city, desk)
    recording.record(sweep, found_at(people[0], said=[(people[0].pk, Said.State.HERE)]), by=desk, at=now())
    assert counts(sweep.persons, city.communities[0]) == [1, 0, 0, 0, 7]
    assert counts(sweep.doors, city.communities[0]) == [1, 0, 0, 0, 7]
    names = past.names(sweep.persons, city.communities[0].pk, [State.NOT_REACHED], past.NOW, now(), most=50)
    assert {each.subject for each in names} == {p.pk for p in people[1:]}


def test_a_vacant_door_leaves_whoever_is_registered_there_not_reached(city, desk, people):
    sweep = opened(city, desk)
    recording.record(sweep, found_at(people[0], Finding.Result.VACANT), by=desk, at=now())
    assert counts(sweep.persons, city.communities[0]) == [0, 0, 0, 0, 8]
    assert counts(sweep.doors, city.communities[0]) == [0, 1, 0, 0, 7]


def test_the_first_that_applies_counts_whatever_came_last(city, desk, people):
    sweep = opened(city, desk)
    answered = recording.record(sweep, found_at(people[0], said=[(people[0].pk, Said.State.HERE)]), by=desk, at=now())
    recording.record(sweep, found_at(people[0], Finding.Result.NO_ANSWER), by=desk, at=now())
    assert counts(sweep.doors, city.communities[0]) == [1, 0, 0, 0, 7]
    sweeping.take_back(answered, by=desk, at=now())
    assert counts(sweep.doors, city.communities[0]) == [0, 0, 0, 1, 7]
    assert counts(sweep.persons, city.communities[0]) == [0, 0, 0, 0, 8]


def test_away_is_a_row_and_coming_back_another(city, desk, people):
    sweep = opened(city, desk)
    recording.record(sweep, found_at(people[0], said=[(people[0].pk, Said.State.AWAY)]), by=desk, at=now())
    people[0].refresh_from_db()
    assert people[0].counted_in_id is None
    assert counts(sweep.persons, city.communities[0]) == [0, 0, 1, 0, 7]
    recording.record(sweep, found_at(people[0], said=[(people[0].pk, Said.State.HERE)]), by=desk, at=now())
    people[0].refresh_from_db()
    assert people[0].counted_in_id == city.micro_grids[0].pk
    assert counts(sweep.persons, city.communities[0]) == [1, 0, 0, 0, 7]


def test_who_moves_is_counted_in_one_grid_and_a_late_move_says_nothing_about_now(city, desk, people):
    sweep = opened(city, desk)
    noon = now()
    moving.move(
        [people[0].pk], kind=Stay.Kind.QUARANTINE, counted_in=city.micro_grids[2], since=noon, by=desk, at=now()
    )
    assert counts(sweep.persons, city.grids[0]) == [0, 0, 0, 0, 3]
    assert counts(sweep.persons, city.grids[1]) == [0, 0, 0, 0, 5]
    earlier = noon - timedelta(hours=4)
    moving.move(
        [people[0].pk], kind=Stay.Kind.HOSPITAL, counted_in=city.micro_grids[1], since=earlier, by=desk, at=now()
    )
    people[0].refresh_from_db()
    assert people[0].counted_in_id == city.micro_grids[2].pk
    assert counts(sweep.persons, city.communities[0]) == [0, 0, 0, 0, 8]
    assert [s.kind for s in Stay.objects.filter(person=people[0]).order_by("since")] == [
        "home",
        "hospital",
        "quarantine",
    ]


def test_moved_out_of_the_area_is_withdrawn_and_explained(city, desk, people):
    sweep = opened(city, desk)
    before = past.Known(seen=past.picture())
    there = Household.objects.get(
        stays__person=add_resident(city, name="李", phone="13900001234", community=1, door="101")
    )
    moving.move(
        [people[0].pk],
        kind=Stay.Kind.HOME,
        counted_in=city.micro_grids[4],
        household=there,
        since=now(),
        by=desk,
        at=now(),
    )
    moving.move([people[1].pk], kind=Stay.Kind.GONE, since=now(), died=True, by=desk, at=now())
    someone = moving.found(
        holder=city.event.pk, name="新来", counted_in=city.micro_grids[0], since=now(), by=desk, at=now()
    )
    told = explaining.since(sweep.persons, city.communities[0].pk, before, now())
    assert (told.before.known, told.after.known, told.found, told.came) == (8, 7, 1, 0)
    assert (told.went[Cause.MOVED_OUT], told.went[Cause.DIED]) == (1, 1)
    assert told.unexplained == {}
    assert len(told.lines) == 3
    assert someone.pk in {line.subject for line in told.lines if line.known == 1}


def test_merged_and_parted(city, desk, people):
    sweep = opened(city, desk)
    recording.record(sweep, found_at(people[0], said=[(people[0].pk, Said.State.HERE)]), by=desk, at=now())
    merging.merge(people[0].pk, people[1].pk, reason="id_no", by=desk, at=now())
    assert counts(sweep.persons, city.communities[0]) == [1, 0, 0, 0, 6]
    merging.part(people[0].pk, people[1].pk, by=desk, at=now())
    assert counts(sweep.persons, city.communities[0]) == [1, 0, 0, 0, 7]
    stood = past.names(sweep.persons, city.communities[0].pk, [State.DONE], past.NOW, now(), most=9)
    assert [each.subject for each in stood] == [people[0].pk]


def test_a_past_moment_is_told_again(city, desk, people):
    sweep = opened(city, desk)
    then = now()
    recording.record(sweep, found_at(people[0], said=[(people[0].pk, Said.State.HERE)]), by=desk, at=now())
    known = past.Known(moment=then)
    assert [n for _, n in past.balance_known(sweep.persons, city.communities[0].pk, known, now()).parts] == [
        0,
        0,
        0,
        0,
        8,
    ]
    assert len(past.names(sweep.persons, city.communities[0].pk, [State.NOT_REACHED], known, now(), most=50)) == 8


def test_who_is_away_is_known_again_when_a_merge_is_undone(city, desk, people):
    sweep = opened(city, desk)
    moving.move([people[0].pk], kind=Stay.Kind.AWAY, since=now(), by=desk, at=now())
    merging.merge(people[0].pk, people[1].pk, reason="id_no", by=desk, at=now())
    assert counts(sweep.persons, city.communities[0]) == [0, 0, 0, 0, 7]
    merging.part(people[0].pk, people[1].pk, by=desk, at=now())
    assert counts(sweep.persons, city.communities[0]) == [0, 0, 1, 0, 7]


def test_away_that_is_taken_back_was_never_so(city, desk, people):
    sweep = opened(city, desk)
    away = recording.record(sweep, found_at(people[0], said=[(people[0].pk, Said.State.AWAY)]), by=desk, at=now())
    sweeping.take_back(away, by=desk, at=now())
    people[0].refresh_from_db()
    assert people[0].counted_in_id == city.micro_grids[0].pk
    assert counts(sweep.persons, city.communities[0]) == [0, 0, 0, 0, 8]


def test_who_moved_since_stays_where_they_are_when_it_is_taken_back(city, desk, people):
    sweep = opened(city, desk)
    away = recording.record(sweep, found_at(people[0], said=[(people[0].pk, Said.State.AWAY)]), by=desk, at=now())
    moving.move([people[0].pk], kind=Stay.Kind.HOSPITAL, counted_in=city.micro_grids[2], since=now(), by=desk, at=now())
    sweeping.take_back(away, by=desk, at=now())
    people[0].refresh_from_db()
    assert people[0].counted_in_id == city.micro_grids[2].pk


def test_who_is_in_a_micro_grid_that_is_hung_elsewhere_is_still_accounted_for(city, desk, people):
    sweep = opened(city, desk)
    before = past.Known(moment=now())
    places.hang(city.micro_grids[0], city.grids[2], by=SYSTEM, at=now())
    community, old, new = city.communities[0], city.grids[0], city.grids[2]
    assert counts(sweep.persons, community) == [0, 0, 0, 0, 8]
    assert len(past.names(sweep.persons, community.pk, [State.NOT_REACHED], past.NOW, now(), most=50)) == 8
    assert queries.pictured(sweep.persons, [community.pk, old.pk, new.pk], now()).of[community.pk].known == 8
    assert [queries.balance(sweep.persons, each.pk, now()).known for each in (old, new)] == [2, 2]
    for area in (community, old, new):
        assert explaining.since(sweep.persons, area.pk, before, now()).unexplained == {}
        assert explaining.since(sweep.persons, area.pk, before, now(), proved=True).unexplained == {}
