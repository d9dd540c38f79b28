"""One list for each worker: derived, nothing twice, nothing lost, and nobody else's."""

from datetime import timedelta
from uuid import uuid4

import pytest

from linli.access.models import RoleGrant, User
from linli.common.caller import NOBODY
from linli.common.clock import now
from linli.common.errors import NotFound
from linli.desk import actions as desks
from linli.field import handing, outbox
from linli.ledger import doorcodes, giving, recording, selfreports, sweeping
from linli.ledger.models import Finding, Said, SelfReport
from linli.ledger.nexts import Next
from linli.people.models import REGISTER, Household, Identity, Person, Stay
from linli.places import actions as places
from linli.places.models import Building, Dwelling, Level, Place
from linli.rolls.models import Roll, State
from linli.rolls.queries import balance
from linli.worklist import queries
from linli.worklist.entries import DESK_HAS_IT, HELD, Kind, Link
from linli.worklist.rules import Why
from tests.factories import FOUNDED, SYSTEM, add_resident, begin_sweep, caller_for, note, user_with_role
from tests.field.phone import Phone

pytestmark = pytest.mark.django_db
RESULT, HOW, SAID = Finding.Result, Finding.How, Said.State


@pytest.fixture
def couple(city):
    return [add_resident(city, name=name, phone=f"1380000120{n}") for n, name in enumerate(("王小明", "李小红"))]


@pytest.fixture
def neighbour(city):
    return add_resident(city, name="张三", phone="13800001209", door="302")


@pytest.fixture
def sweep(city, desk, couple, neighbour):
    return begin_sweep(city.event, city.communities[0], desk)


def door_of(person):
    return Household.objects.get(stays__person=person).dwelling_id


def find(sweep, person, by, result, said=(), how=HOW.DOOR, back_at=None):
    found = recording.Found(uuid4(), door_of(person), result, how, None, said=said, back_at=back_at)
    return recording.record(sweep, found, by=by, at=now())


def listed(caller):
    return [each for _, each in queries.own(caller, now()).rows]


def by_subject(caller):
    return {each.subject: each for each in listed(caller)}


def test_a_door_nobody_was_at_is_one_knock_with_everybody_behind_it(sweep, worker, couple, neighbour):
    found = queries.own(worker, now())
    assert [(why, each.subject, each.names) for why, each in found.rows] == [
        (Why.NEW, f"door:{door_of(neighbour)}", ("张**",)),
        (Why.NEW, f"door:{door_of(couple[0])}", ("王**", "李**")),
    ]
    assert found.counts == {
        Kind.DOOR: 2,
        Kind.PERSON: 0,
        Kind.ASKED: 0,
        Kind.DECIDE: 0,
        Kind.REPORTED: 0,
        Kind.NOTICE: 0,
    }
    assert found.rows[0][1].link == Link("sweep_door", (sweep.pk, door_of(neighbour)))


def test_what_was_found_takes_it_off_and_whoever_was_not_there_stays_by_name(sweep, worker, couple, neighbour):
    find(sweep, neighbour, worker, RESULT.ANSWERED, [(neighbour.pk, SAID.HERE)])
    find(sweep, couple[0], worker, RESULT.ANSWERED, [(couple[0].pk, SAID.HERE)])
    (left,) = listed(worker)
    assert (left.subject, left.what, left.names) == (f"person:{couple[1].pk}", Next.ASK_HOUSEHOLD, ("李**",))
    assert [tried.result for tried in left.tried] == [RESULT.ANSWERED]
    assert left.link == Link("sweep_door", (sweep.pk, door_of(couple[1])))
    find(sweep, couple[1], worker, RESULT.ANSWERED, [(couple[1].pk, SAID.HERE)])
    assert listed(worker) == []


@pytest.mark.parametrize("result", [RESULT.NO_ANSWER, RESULT.ANSWERED, RESULT.REFUSED])
def test_where_they_asked_to_come_back_it_is_one_visit_with_its_time_until_it_is_found(sweep, worker, couple, result):
    six = now() + timedelta(hours=6)
    asked = find(sweep, couple[0], worker, result, back_at=six)
    why, visit = queries.own(worker, now()).rows[-1]
    assert (why, visit.subject, visit.what, visit.due) == (
        Why.PROMISED,
        f"door:{door_of(couple[0])}",
        Next.COME_BACK,
        six,
    )
    assert visit.names == ("王**", "李**")
    assert len(listed(worker)) == 2
    why, visit = queries.own(worker, six).rows[0]
    assert (why, visit.due) == (Why.NOW, six)
    assert queries.own(worker, six + timedelta(hours=2)).overdue == 1
    again = find(sweep, couple[0], worker, RESULT.ANSWERED, [(each.pk, SAID.HERE) for each in couple])
    assert f"door:{door_of(couple[0])}" not in by_subject(worker)
    sweeping.take_back(again, by=worker, at=now())
    assert by_subject(worker)[visit.subject].due == six
    sweeping.take_back(asked, by=worker, at=now())
    assert by_subject(worker)[visit.subject].due is None


def test_a_visit_that_was_asked_for_elsewhere_is_nobody_elses(city, sweep, worker, couple):
    find(sweep, couple[0], worker, RESULT.REFUSED, back_at=now() + timedelta(hours=2))
    other = user_with_role("grid_worker", city.grids[1], name="Wu Jing")
    assert listed(caller_for(other)) == []


def test_every_person_and_door_of_both_balances_stands_on_exactly_one_list(city, desk, worker, couple, neighbour):
    add_resident(city, name="吴静", phone="13800001210", building=2)
    sweep = begin_sweep(city.event, city.communities[0], desk)
    user_with_role("grid_worker", city.grids[1])
    find(sweep, couple[0], worker, RESULT.REFUSED)
    rows = [each for one in queries.of_area(city.communities[0], now()) for _, each in one.rows]
    area, at = city.communities[0].pk, now()
    doors, persons = (balance(roll, area, at).states for roll in (sweep.doors, sweep.persons))
    assert sum(each.kind == Kind.DOOR for each in rows) == doors[State.NOT_VISITED] + doors[State.NO_ANSWER]
    assert sum(len(each.names) for each in rows) == persons[State.NOT_REACHED]
    assert len({each.subject for each in rows}) == len(rows) == 4


def test_who_is_given_a_door_has_it_and_the_worker_there_no_longer(city, sweep, desk, worker, couple):
    other = user_with_role("grid_worker", city.grids[0], name="Wu Jing")
    assert listed(caller_for(other)) == []
    assert queries.own(caller_for(other), now()).others
    giving.give(sweep, Roll.Of.DOORS, [door_of(couple[0])], other.pk, by=desk, at=now())
    (given,) = listed(caller_for(other))
    assert (given.subject, len(given.names)) == (f"door:{door_of(couple[0])}", 2)
    assert len(listed(worker)) == 1
    giving.give(sweep, Roll.Of.PERSONS, [couple[1].pk], desk.user, by=desk, at=now())
    assert [each.subject for each in listed(desk)] == [f"person:{couple[1].pk}"]
    assert [len(each.names) for each in listed(caller_for(other))] == [1]


def test_a_sweep_that_is_being_made_or_over_asks_for_nothing(city, desk, worker, couple):
    making = sweeping.open_sweep(city.event, city.communities[0], by=desk, at=now())
    assert listed(worker) == []
    roll = making.persons
    Roll.objects.filter(pk__in=[roll.pk, making.doors_id]).update(ready_at=now(), closed_at=now())
    assert listed(worker) == []


def test_two_sweeps_over_one_door_ask_for_it_once_the_nearest_first(city, sweep, desk, worker, couple):
    street = caller_for(user_with_role("street", city.street))
    wider = begin_sweep(city.event, city.street, street)
    door = door_of(couple[0])
    assert by_subject(worker)[f"door:{door}"].link.args[0] == sweep.pk
    said = [(each.pk, SAID.HERE) for each in couple]
    find(sweep, couple[0], worker, RESULT.ANSWERED, said)
    assert by_subject(worker)[f"door:{door}"].link.args[0] == wider.pk


def test_whoever_may_need_care_comes_first_and_a_childs_name_is_not_shown_to_a_worker(sweep, desk, worker, couple):
    Identity.objects.filter(person=couple[1]).update(needs=0b1000000)  # under three
    first, *_ = queries.own(worker, now()).rows
    assert (first[0], first[1].names, first[1].needs) == (Why.NEED, ("王**", "一名儿童"), 0b1000000)
    seen = queries.of_worker(queries.area_overseen(desk, _community(sweep), now()), worker.user, now())
    assert seen.rows[0][1].names == ("王**", "李**")


def _community(sweep):
    return sweep.persons.area_id


def test_whoever_has_no_door_here_leads_to_their_card(city, sweep, worker, couple, neighbour):
    Household.objects.filter(stays__person=neighbour).update(dwelling=door_of(couple[0]))
    find(sweep, couple[0], worker, RESULT.VACANT)
    assert {each.link.page for each in listed(worker)} >= {"sweep_door"}
    stay = neighbour.stays.get()
    stay.household = None
    stay.save()
    assert by_subject(worker)[f"person:{neighbour.pk}"].link == Link("person_card", (neighbour.pk,))


def test_what_people_told_by_the_code_at_their_door_waits_for_the_worker_there_until_it_is_decided(
    city, desk, worker, couple
):
    door = door_of(couple[0])
    printed = doorcodes.print_codes(city.event, city.buildings[0], skip=0, most=99, by=desk, at=now())
    letters = next(code for dwelling, code in printed if dwelling.pk == door)
    said = selfreports.AtHome([("陈新", False)], "", ())
    told = selfreports.report(doorcodes.door_of(letters, now()), said, device=b"p" * 32, key=None, by=NOBODY, at=now())
    ((why, entry),) = queries.own(worker, now()).rows
    assert (why, entry.kind, entry.place) == (Why.DECIDE, Kind.REPORTED, door)
    assert entry.link == Link("decide_self_report", (told.pk,))
    SelfReport.objects.filter(pk=told.pk).update(decided_at=now(), decided_by=worker.user)
    assert listed(worker) == []


# The duty log.


def test_an_entry_about_a_door_of_theirs_is_told_without_what_was_said(city, desk, worker, couple):
    user = User.objects.get(pk=desk.user)
    late = note(city, user, priority="P1", at=now() - timedelta(minutes=40))
    soon = note(city, user, priority="P2", at=now())
    note(city, user, about="没有这样的门")
    note(city, user, about="2栋")
    rows = queries.own(worker, now()).rows
    assert [(why, each.subject) for why, each in rows[:1]] == [(Why.OVERDUE, f"entry:{late.pk}")]
    assert {each.subject for _, each in rows} == {f"entry:{late.pk}", f"entry:{soon.pk}"}
    for _, each in rows:
        assert (each.what, each.text, each.due is not None) == (DESK_HAS_IT, "", True)
        assert each.link == Link("door_card", (door_of(couple[0]),))
    desks.close(late, done="送到", by=_holding(desk), at=now())
    assert f"entry:{late.pk}" not in by_subject(worker)


def _holding(caller):
    return caller


def test_what_a_worker_noted_stays_with_them_until_the_desk_takes_it_over(city, desk, worker, couple):
    noted = desks.note(
        city.communities[0],
        caller="Zhou Jie",
        about="门卫室旁边",
        need="打 13800001234 找 502室",
        priority="P2",
        by=worker,
        at=now(),
    )
    (held,) = listed(worker)
    assert (held.what, held.text, held.link) == (HELD, "打 138****1234 找 **室", None)
    desks.take(noted, by=desk, at=now())
    assert listed(worker) == []


def test_an_entry_that_a_colleague_noted_at_my_door_stands_on_one_list(city, desk, worker, couple):
    other = caller_for(user_with_role("grid_worker", city.micro_grids[1], name="Wu Jing"))
    desks.note(city.communities[0], caller="吴", about="1栋1单元502", need="断粮", priority="P1", by=other, at=now())
    assert listed(worker) == []
    assert [(each.what, each.text) for each in listed(other)] == [(HELD, "断粮")]
    whole = {one.name: len(one.rows) for one in queries.of_area(city.communities[0], now())}
    assert whole == {"Zhou Jie": 0, "Wu Jing": 1}


# What a phone brought.


def test_what_a_phone_brought_in_vain_waits_for_its_author_alone(city, sweep, desk, worker, couple):
    find(sweep, couple[0], desk, RESULT.ANSWERED, [(each.pk, SAID.HERE) for each in couple])
    phone = Phone(worker)
    door = door_of(couple[0])
    says = {"sweep": sweep.pk, "door": door, "result": "vacant", "how": "door", "seen": None}
    (answer,) = outbox.take_all([phone.write("finding", **says)], by=worker, at=now())
    assert answer.state == "conflict"
    first = listed(worker)[0]
    assert (first.kind, first.place, first.link) == (Kind.DECIDE, door, Link("field_app", part="#/tray"))
    assert listed(desk) == []
    seen = queries.of_worker(city.communities[0], worker.user, now())
    assert [each.link for _, each in seen.rows if each.kind == Kind.DECIDE] == [None]


# Whose it is.


def test_nobody_sees_the_list_of_another_community(city, sweep, desk, worker):
    there = caller_for(user_with_role("community_desk", city.communities[1]))
    for caller, area in ((there, city.communities[0]), (worker, city.communities[0]), (desk, city.communities[1])):
        with pytest.raises(NotFound):
            queries.area_overseen(caller, area.pk, now())
    elsewhere = user_with_role("grid_worker", city.micro_grids[5])
    with pytest.raises(NotFound):
        queries.of_worker(city.communities[0], elsewhere.pk, now())
    assert listed(caller_for(elsewhere)) == []


def test_each_number_of_the_desk_is_the_length_of_that_list(city, desk, worker, couple, neighbour):
    user_with_role("grid_worker", city.micro_grids[1], name="Idle")
    add_resident(city, name="吴静", phone="13800001210", building=3)
    begin_sweep(city.event, city.communities[0], desk)
    note(city, User.objects.get(pk=desk.user))
    lists = queries.of_area(city.communities[0], now())
    assert [(one.name, len(one.rows)) for one in lists] == [("Zhou Jie", 3), ("Idle", 0), ("", 1)]
    for one in lists:
        assert queries.of_worker(city.communities[0], one.user, now()).rows == one.rows
    assert [each.subject for each in listed(worker)] == [each.subject for _, each in lists[0].rows]


def test_when_no_worker_is_left_the_desk_answers(city, sweep, desk, worker):
    RoleGrant.objects.filter(user=worker.user).update(until=now())
    (nobodys,) = queries.of_area(city.communities[0], now())
    assert (nobodys.user, len(nobodys.rows)) == (0, 2)
    assert queries.of_worker(city.communities[0], 0, now()).rows == nobodys.rows


def test_whoever_takes_the_doors_over_for_a_shift_has_the_list_until_it_ends(city, sweep, desk, worker):
    stays, stands_in = User.objects.get(pk=worker.user), user_with_role("grid_worker", city.micro_grids[1])
    at = now()
    handing.hand_over(stays, stands_in, until=at + timedelta(hours=8), by=desk, at=at)
    assert (len(listed(worker)), len(listed(caller_for(stands_in)))) == (0, 2)
    RoleGrant.objects.filter(user=stands_in, until__isnull=False).update(until=now())
    assert (len(listed(worker)), len(listed(caller_for(stands_in)))) == (2, 0)


# How much it costs.


def crowd(city, micro_grids, doors, persons):
    """So many doors in each micro-grid with so many people behind each, written as a bulk load writes them."""
    estate, at = city.estates[0], now()
    for number, micro in enumerate(micro_grids):
        house = Place.objects.create(kind=Place.Kind.BUILDING, physical_parent=estate.place)
        building = Building.objects.create(place=house, estate=estate, name=f"{20 + number}栋", floors=9, units=1)
        places.assign(house, micro, by=SYSTEM, at=FOUNDED)
        made = [Place.objects.create(kind=Place.Kind.DWELLING, physical_parent=house) for _ in range(doors)]
        Dwelling.objects.bulk_create(
            Dwelling(place=place, building=building, unit=1, floor=n // 4 + 1, door=f"{n}")
            for n, place in enumerate(made)
        )
        for household in Household.objects.bulk_create(Household(dwelling=place) for place in made):
            behind = Person.objects.bulk_create(Person(counted_in=micro, counted_since=FOUNDED) for _ in range(persons))
            Identity.objects.bulk_create(Identity(person=each, holder=REGISTER, name="周洁") for each in behind)
            Stay.objects.bulk_create(
                Stay(person=each, since=FOUNDED, household=household, counted_in=micro, recorded_at=at)
                for each in behind
            )


def test_ten_micro_grids_with_three_thousand_people_take_as_many_queries_as_one_door(
    city, desk, worker, couple, django_assert_max_num_queries, django_assert_num_queries
):
    sweep = begin_sweep(city.event, city.communities[0], desk)
    find(sweep, couple[0], worker, RESULT.VACANT)
    with django_assert_max_num_queries(17) as few:
        assert len(queries.own(worker, now()).rows) == 2
    sweeping.close_sweep(sweep, by=desk, at=now())
    level, grid = Level.MICRO_GRID, city.grids[0]
    more = [places.add_area(level=level, name=f"微{n}", parent=grid, by=SYSTEM, at=FOUNDED) for n in range(8)]
    theirs = [city.micro_grids[0], city.micro_grids[1], *more]
    for area in theirs[1:]:
        RoleGrant.objects.create(user_id=worker.user, role="grid_worker", area=area.pk, since=FOUNDED)
    crowd(city, theirs, doors=100, persons=3)
    sweep = begin_sweep(city.event, city.communities[0], desk)
    find(sweep, couple[0], worker, RESULT.VACANT)
    caller = caller_for(User.objects.get(pk=worker.user))
    with django_assert_num_queries(len(few.captured_queries)):
        rows = queries.own(caller, now()).rows
    assert (len(rows), sum(len(each.names) for _, each in rows)) == (1002, 3002)
