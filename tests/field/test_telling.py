"""What a phone tells beside what was found: a door, somebody behind it, a move, something needed, a number shown."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from linli.common.clock import now
from linli.common.ids import uuid7
from linli.common.moments import LOCAL
from linli.custody.models import TrailEntry
from linli.custody.reveals import MOST_AN_HOUR
from linli.desk import queries as desk_queries
from linli.desk.models import Entry
from linli.field import outbox, settling
from linli.field.models import Receipt
from linli.ledger import going, moving, sweeping
from linli.ledger.models import Finding, MoveProposed
from linli.people.models import Identity, Person, Stay
from linli.places.models import Dwelling
from linli.rolls import queries
from tests.desk.test_handing import second_waits_for_first
from tests.factories import add_resident, caller_for, user_with_role
from tests.field.phone import SOMEBODY, Phone, brought, door_of

pytestmark = pytest.mark.django_db(transaction=True)


def of_doors(sweep, city):
    return [n for _, n in queries.balance(sweep.doors, city.communities[0].pk, now()).parts]


def late(*envelopes, by_hours):
    """What is brought hours later."""
    answers = outbox.take_all(envelopes, by=SOMEBODY, at=now() + timedelta(hours=by_hours))
    return [(each.state, each.problem.code if each.problem else "") for each in answers]


# Something is needed


def test_something_needed_stands_in_the_duty_log_once_in_the_workers_name(phone, city, desk, people, worker):
    told = phone.write("need", door=door_of(people[0]), need="food")
    assert brought(told, told) == [("done", "")] * 2
    entry = Entry.objects.get()
    said = desk_queries.said(entry)
    assert (entry.community, entry.received_by, entry.priority) == (city.communities[0], worker.pk, "P1")
    assert (said.need, said.about, said.caller) == ("断粮", "青松苑 1栋1单元101", "李敏")
    assert entry in desk_queries.open_entries(desk)


@pytest.mark.parametrize(
    ("need", "says", "words"),
    [
        ("medicine", {"days": 2}, "2"),
        ("treatment", {"on": "2026-12-24"}, "2026-12-24"),
        ("cannot_walk", {}, ""),
        ("alone", {}, ""),
        ("no_phone", {}, ""),
    ],
)
def test_each_need_of_the_closed_list_is_taken(phone, people, need, says, words):
    assert brought(phone.write("need", door=door_of(people[0]), need=need, **says)) == [("done", "")]
    assert words in desk_queries.said(Entry.objects.get()).need


def test_what_was_said_hours_ago_says_so_and_days_count_from_then(phone, people):
    told = phone.write("need", door=door_of(people[0]), need="medicine", days=2, at=now())
    assert late(told, by_hours=25) == [("done", "")]
    entry = Entry.objects.get()
    assert now().astimezone(LOCAL).date().isoformat() in desk_queries.said(entry).need
    assert entry.priority == "P1"  # of two days one is left


@pytest.mark.parametrize(
    "says", [{"need": "love"}, {}, {"need": "medicine", "days": -1}, {"need": "treatment", "on": "x"}]
)
def test_a_need_that_makes_no_sense_is_kept_for_its_author(phone, people, worker, says):
    assert brought(phone.write("need", door=door_of(people[0]), **says)) == [("refused", "ask_unclear")]
    assert len(settling.waiting_for(worker.pk)) == 1
    assert not Entry.objects.exists()


def test_nothing_is_needed_at_a_door_of_somebody_elses(phone, city):
    far = door_of(add_resident(city, name="远", phone="13900001234", building=1))
    for door, code in ((far, "not_your_door"), (10**9, "not_your_door"), (str(uuid7()), "door_gone")):
        assert brought(phone.write("need", door=door, need="food")) == [("refused", code)]


# A door that nobody knew of, and who lives behind it


def test_a_door_is_found_with_who_lives_behind_it_before_the_server_knew_either(phone, sweep, city, worker):
    door, person = uuid7(), uuid7()
    building = city.buildings[0].pk
    envelopes = [
        phone.write("door", key=door, building=building, unit=2, floor=3, number=" 301 "),
        phone.write("person", key=person, door=str(door), name="新来", guest=True),
        phone.found(sweep.pk, str(door), said=[[str(person), "here"]], spoke=str(person)),
        phone.write("need", door=str(door), need="alone"),
    ]
    assert brought(*envelopes, *envelopes) == [("done", "")] * 8
    made = Dwelling.objects.get(building=building, unit=2, door="301")
    assert (made.floor, Receipt.objects.get(key=door).made) == (3, made.pk)
    stay = Stay.objects.get(person=Identity.objects.get(name="新来").person)
    assert (stay.kind, stay.household.dwelling_id) == ("guest", made.pk)
    assert Finding.objects.get().dwelling_id == made.pk
    assert of_doors(sweep, city) == [1, 0, 0, 0, 4]
    assert desk_queries.said(Entry.objects.get()).about == "青松苑 1栋2单元301"


def test_a_door_that_is_known_already_is_that_one(phone, sweep, city, people):
    key, known = uuid7(), Dwelling.objects.get(pk=door_of(people[0]))
    envelopes = [
        phone.write("door", key=key, building=known.building_id, unit=known.unit, floor=9, number=known.door),
        phone.found(sweep.pk, str(key), "vacant"),
    ]
    assert brought(*envelopes) == [("done", ""), ("done", "")]
    assert Finding.objects.get().dwelling_id == known.pk
    assert of_doors(sweep, city) == [0, 1, 0, 0, 3]


def test_a_door_that_can_be_none_is_kept_with_all_that_was_said_of_it(phone, sweep, city, worker):
    key, mine, theirs = uuid7(), city.buildings[0].pk, city.buildings[1].pk
    for says, code in (
        ({"building": theirs, "number": "301"}, "not_your_door"),
        ({"building": 10**9, "number": "301"}, "door_gone"),
        ({"building": mine, "number": ""}, "bad_door"),
        ({"building": mine, "number": "301", "unit": 100}, "bad_door"),
        ({"building": mine, "number": "301", "unit": "two"}, "invalid"),
        ({"building": mine, "number": 301}, "invalid"),
    ):
        assert brought(phone.write("door", **says)) == [("refused", code)]
    brought(phone.write("door", key=key, building=theirs, number="301"))
    assert brought(phone.write("person", door=str(key), name="新来")) == [("refused", "door_gone")]
    assert len(settling.waiting_for(worker.pk)) == 8


def test_what_was_said_of_a_door_finds_it_once_it_is_taken_after_all(phone, city, worker):
    key, need, house = uuid7(), uuid7(), city.buildings[1]
    envelopes = [
        phone.write("door", key=key, building=house.pk, number="301"),
        phone.write("need", key=need, door=str(key), need="food"),
    ]
    assert brought(*envelopes) == [("refused", "not_your_door"), ("refused", "door_gone")]
    moving.reassign(house.place, city.micro_grids[0], by=SOMEBODY, at=now())  # the building is theirs from now on
    assert brought(*(phone.write("settle", of=str(each), take="mine") for each in (key, need))) == [("done", "")] * 2
    assert Receipt.objects.get(key=key).made == Dwelling.objects.get(building=house, door="301").pk
    assert desk_queries.said(Entry.objects.get()).about == "青松苑 2栋301"


# Moves


def test_a_move_is_told_to_the_desk_and_filed_when_it_happened(phone, desk, people, worker):
    since = now() - timedelta(hours=4)
    told = phone.write("move", person=people[0].pk, what="hospital", since=_ms(since), counted_in=_grid(people[0]))
    assert brought(told, told) == [("done", "")] * 2
    moved = MoveProposed.objects.get()
    assert (moved.what, moved.by, abs(moved.since - since) < timedelta(seconds=1)) == ("hospital", worker.pk, True)
    going.take(moved.pk, by=desk, at=now())
    newest = Stay.objects.filter(person=people[0]).order_by("-since")[0]
    assert (newest.kind, newest.since) == ("hospital", moved.since)


@pytest.mark.parametrize("what", ["away", "back", "out", "died"])
def test_a_move_to_nowhere_known_needs_no_place(phone, people, what):
    assert brought(phone.write("move", person=people[0].pk, what=what)) == [("done", "")]
    assert MoveProposed.objects.get().what == what


def test_somebody_new_moves_to_a_door_that_was_found_a_moment_ago(phone, city, people, worker):
    door, person = uuid7(), uuid7()
    assert (
        brought(
            phone.write("door", key=door, building=city.buildings[0].pk, unit=None, floor=None, number="地下室"),
            phone.write("person", key=person, door=door_of(people[0]), name="新来"),
            phone.write("move", person=str(person), what="door", to=str(door), joins=False),
        )
        == [("done", "")] * 3
    )
    moved = MoveProposed.objects.get()
    assert (moved.dwelling_id, moved.joins) == (Dwelling.objects.get(door="地下室").pk, False)


def test_a_move_that_cannot_be_is_told_why(phone, city, people):
    far = add_resident(city, name="远", phone="13900001234", building=1)
    here, there = people[0].pk, _grid(people[0])
    for says, code in (
        ({"person": here, "what": "fled"}, "invalid"),
        ({"person": here, "what": "door"}, "door_unknown"),
        ({"person": here, "what": "guest", "to": door_of(far)}, "not_your_door"),
        ({"person": here, "what": "school"}, "place_missing"),
        ({"person": here, "what": "out", "since": 2**62}, "invalid"),
        ({"person": here, "what": "out", "since": "yesterday"}, "invalid"),
        ({"person": far.pk, "what": "hospital", "counted_in": there}, "not_found"),
        ({"person": str(uuid4()), "what": "out"}, "said_of_a_stranger"),
    ):
        assert brought(phone.write("move", **says)) == [("refused", code)], says
    assert not MoveProposed.objects.exists()


# Taking back


def test_a_finding_is_taken_back_and_counts_no_longer(phone, sweep, city, people):
    key = uuid7()
    brought(phone.found(sweep.pk, door_of(people[0]), "vacant", key=key))
    assert of_doors(sweep, city) == [0, 1, 0, 0, 3]
    undone = phone.write("undo", of=str(key))
    assert brought(undone, undone, phone.write("undo", of=str(key))) == [("done", "")] * 3
    assert of_doors(sweep, city) == [0, 0, 0, 0, 4]


def test_a_finding_in_doubt_and_its_taking_back_may_arrive_together(phone, sweep, city, people):
    key = uuid7()
    found, undone = phone.found(sweep.pk, door_of(people[0]), "vacant", key=key), phone.write("undo", of=str(key))
    assert brought(found, undone, found) == [("done", "")] * 3
    assert of_doors(sweep, city) == [0, 0, 0, 0, 4]


def test_what_was_not_recorded_is_let_be(phone, sweep, people, worker):
    key = uuid7()
    brought(phone.found(sweep.pk, 10**9, "vacant", key=key))
    assert brought(phone.write("undo", of=str(key))) == [("done", "")]
    assert settling.waiting_for(worker.pk) == []


def test_nobody_takes_back_what_another_found_or_what_is_no_finding(phone, sweep, city, people, desk):
    key, person = uuid7(), uuid7()
    colleague = Phone(caller_for(user_with_role("grid_worker", city.grids[0])))
    brought(colleague.found(sweep.pk, door_of(people[0]), "vacant", key=key))
    brought(phone.write("person", key=person, door=door_of(people[0]), name="新来"))
    for of in (key, person, uuid4()):
        assert brought(phone.write("undo", of=str(of))) == [("refused", "nothing_to_take_back")]
    assert brought(phone.write("undo", of=7)) == [("refused", "invalid")]
    mine = uuid7()
    brought(phone.found(sweep.pk, door_of(people[1]), "vacant", key=mine))
    sweeping.close_sweep(sweep, by=desk, at=now())
    assert brought(phone.write("undo", of=str(mine))) == [("refused", "sweep_closed")]


# Numbers that were shown


def test_a_number_that_was_shown_stands_in_the_trail_as_of_then_however_many(phone, people, worker):
    then = now()
    shown = [phone.write("shown", person=people[0].pk, reason="call") for _ in range(MOST_AN_HOUR + 1)]
    assert late(*shown, by_hours=2) == [("done", "")] * len(shown)
    entries = TrailEntry.objects.filter(kind="field.revealed", subject=f"person:{people[0].pk}")
    assert entries.count() == len(shown)
    first = entries[0]
    assert (first.user, first.facts) == (worker.pk, {"field": "phone", "reason": "call", "offline": True})
    assert abs(first.happened_at - then) < timedelta(minutes=1)
    assert brought(phone.write("shown", person=people[0].pk, reason="")) == [("refused", "reason_missing")]
    assert brought(phone.write("shown", person=10**9, reason="call")) == [("refused", "said_of_a_stranger")]


# Two phones bring one envelope at once


def both_bring(phone, people):
    """Two colleagues hold a copy each of what a third wrote; both have a signal at the same moment."""
    told = phone.write("person", door=door_of(people[0]), name="新来")
    before = Person.objects.count()
    answers = []
    second_waits_for_first(lambda: answers.extend(brought(told)), lambda: answers.extend(brought(told, by=phone.by)))
    return answers, Person.objects.count() - before


def test_what_two_phones_bring_at_once_is_done_once_and_both_are_told(phone, people):
    answers, made = both_bring(phone, people)
    assert (answers, made, Receipt.objects.count()) == ([("done", "")] * 2, 1, 1)


def test_without_the_guard_one_of_them_is_told_to_come_again(phone, people, monkeypatch):
    """The twin: nobody waits. The key of the receipt lets one alone through; the other's work is thrown away."""
    monkeypatch.setattr(outbox, "_one_at_a_time", lambda lease, opened: None)
    answers, made = both_bring(phone, people)
    assert (sorted(answers), made) == ([("done", ""), ("later", "")], 1)


def test_without_guard_and_key_somebody_new_would_be_there_twice(phone, people, monkeypatch):
    monkeypatch.setattr(outbox, "_one_at_a_time", lambda lease, opened: None)
    key = next(each for each in Receipt._meta.constraints if each.name == "receipt_once_of_a_device")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Receipt, key)
    try:
        answers, made = both_bring(phone, people)
        assert (answers, made) == ([("done", "")] * 2, 2)
    finally:
        Receipt.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Receipt, key)


def _ms(moment):
    return int(moment.timestamp() * 1000)


def _grid(person):
    return Person.objects.get(pk=person.pk).counted_in_id
