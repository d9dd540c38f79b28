"""The duty log: noted under a name, taken over, called back, closed with what was done; and who sees it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from linli.access.models import RoleGrant
from linli.common.clock import now
from linli.common.errors import NotFound
from linli.common.ids import uuid7
from linli.custody.errors import ReasonMissing
from linli.custody.models import TrailEntry
from linli.desk import actions, calling, known, queries
from linli.desk.errors import (
    EntryClosed,
    EntryPartMissing,
    EntryPriorityUnknown,
    EntryTaken,
    NoEventForEntry,
    NoNumberKnown,
    NotAtThisDesk,
    NotCalledBack,
)
from linli.desk.models import Entry, Passing
from linli.desk.queries import Log
from linli.events.models import Event
from linli.places.models import Building, Estate, Place
from tests.factories import SYSTEM, add_resident, caller_for, note, tiny_city, user_with_role

pytestmark = pytest.mark.django_db
WANG, PHONE, NEED = "王小明", "13800001234", "药只够到明天"


@pytest.fixture
def city():
    return tiny_city()


@pytest.fixture
def li(city):
    return user_with_role("community_desk", city.communities[0], name="李值班")


@pytest.fixture
def zhou(city):
    return user_with_role("community_desk", city.communities[0], name="周值班")


@pytest.fixture
def street(city):
    return user_with_role("street", city.street, name="街道值班")


def kinds_of(entry):
    return list(
        TrailEntry.objects.filter(subject=f"duty_entry:{entry.pk}").order_by("pk").values_list("kind", flat=True)
    )


def test_an_entry_is_open_under_whoever_noted_it_in_fields_an_order_can_be_made_of(city, li):
    add_resident(city, name=WANG, phone=PHONE)
    entry = note(city, li)
    assert (entry.holder, entry.received_by, entry.with_street, entry.closed_at) == (li.pk, li.pk, False, None)
    assert (entry.event, entry.priority) == (city.event, "P2")
    assert entry.place.dwelling.door == "502"
    typed = queries.said(entry)
    assert (typed.caller, typed.phone, typed.need) == (WANG, PHONE, NEED)


def test_nothing_that_was_typed_can_be_read_in_the_database_or_the_trail(city, li):
    entry = actions.close(note(city, li), done="周大姐送到", by=caller_for(li), at=now())
    with connection.cursor() as cursor:
        cursor.execute("SELECT e::text FROM desk_entry e UNION ALL SELECT t::text FROM custody_trailentry t")
        stored = " ".join(row[0] for row in cursor.fetchall())
    for text in (WANG, PHONE, NEED, "周大姐送到", "502"):
        assert text.encode().hex() not in stored.lower()
        assert text not in stored or text == "502"  # an id may hold it
    assert kinds_of(entry) == ["duty_entry.noted", "duty_entry.closed"]


def test_the_same_form_sent_twice_is_one_entry(city, li):
    said = {"caller": WANG, "about": "1栋", "need": NEED, "priority": "P1", "key": uuid7()}
    first = actions.note(city.communities[0], **said, by=caller_for(li), at=now())
    again = actions.note(city.communities[0], **said, by=caller_for(li), at=now())
    assert (first, Entry.objects.count()) == (again, 1)


@pytest.mark.parametrize("part", ["caller", "about", "need"])
def test_a_word_of_an_emergency_in_any_answer_makes_it_a_threat_to_life(city, li, part):
    entry = note(city, li, **{part: "有人昏迷"}, priority="P3")
    assert entry.priority == "P0"
    assert entry.due_at - entry.received_at == timedelta(minutes=2)


def test_what_makes_no_sense_is_refused(city, li):
    with pytest.raises(EntryPriorityUnknown):
        note(city, li, priority="P0")  # found by its words, never chosen
    with pytest.raises(EntryPartMissing):
        note(city, li, need=" ")
    Event.objects.update(ended_at=now() - timedelta(hours=1))
    with pytest.raises(NoEventForEntry):
        note(city, li)
    assert not Entry.objects.exists()


def test_only_the_desk_its_street_and_its_grid_workers_note_anything(city):
    for user in (
        user_with_role("community_desk", city.communities[1]),
        user_with_role("grid_worker", city.grids[2]),
        user_with_role("district", city.street),
    ):
        with pytest.raises(NotAtThisDesk):
            note(city, user)
    with pytest.raises(NotAtThisDesk):
        actions.note(city.communities[0], caller="a", about="b", need="c", priority="P2", by=SYSTEM, at=now())
    heard_at_a_door = note(city, worker := user_with_role("grid_worker", city.grids[0]))
    with pytest.raises(NotAtThisDesk):
        actions.close(heard_at_a_door, done="送到了", by=caller_for(worker), at=now())


def test_an_entry_is_closed_once_with_what_was_done(city, li, zhou):
    entry = note(city, li)
    seen_by_both = Entry.objects.get(pk=entry.pk)
    with pytest.raises(EntryPartMissing):
        actions.close(entry, done="  ", by=caller_for(li), at=now())
    actions.close(entry, done="送到了", by=caller_for(zhou), at=now())
    assert (entry.closed_by, entry.holder, queries.said(entry).done) == (zhou.pk, li.pk, "送到了")
    with pytest.raises(EntryClosed):
        actions.close(seen_by_both, done="没人在家", by=caller_for(li), at=now())
    assert queries.said(Entry.objects.get(pk=entry.pk)).done == "送到了"


def test_a_colleague_takes_an_entry_over_and_both_stand_on_record(city, li, zhou):
    entry = note(city, li)
    seen_by_both = Entry.objects.get(pk=entry.pk)
    actions.take(entry, by=caller_for(zhou), at=now())
    row = Passing.objects.get()
    assert (entry.holder, row.given_by, row.to, row.hand_over) == (zhou.pk, li.pk, zhou.pk, None)
    third = user_with_role("community_desk", city.communities[0])
    with pytest.raises(EntryTaken):
        actions.take(seen_by_both, by=caller_for(third), at=now())
    actions.take(entry, by=caller_for(zhou), at=now())  # it is theirs: nothing happens
    assert kinds_of(entry) == ["duty_entry.noted", "duty_entry.taken"]
    actions.close(entry, done="好了", by=caller_for(zhou), at=now())
    with pytest.raises(EntryClosed):
        actions.take(entry, by=caller_for(li), at=now())


def test_who_has_left_the_desk_does_nothing_there_any_more(city, li):
    entry = note(city, li)
    RoleGrant.objects.filter(user=li).update(until=now() - timedelta(seconds=1))
    left = caller_for(li)
    for does in (
        lambda: actions.close(entry, done="好了", by=left, at=now()),
        lambda: actions.take(entry, by=left, at=now()),
        lambda: calling.called_back(entry, by=left, at=now()),
    ):
        with pytest.raises(NotAtThisDesk):
            does()


def test_the_desk_sees_its_log_the_street_what_it_holds_and_others_nothing(city, li, street):
    desks, streets = note(city, li), note(city, street)
    other_desk = user_with_role("community_desk", city.communities[1])
    elsewhere = note(city, other_desk, community=1)
    assert streets.with_street
    seen = {
        li: {desks, streets},
        street: {streets},
        other_desk: {elsewhere},
        user_with_role("city", city.street): set(),
        user_with_role("district", city.street): set(),
        user_with_role("press", city.street): set(),
    }
    for user, entries in seen.items():
        assert set(queries.entries_within(caller_for(user))) == entries, user
    with pytest.raises(NotFound):
        queries.entry_visible_to(caller_for(street), desks.pk)
    actions.take(streets, by=caller_for(li), at=now())
    assert not Entry.objects.get(pk=streets.pk).with_street
    with pytest.raises(NotFound):
        queries.entry_visible_to(caller_for(street), streets.pk)


def test_open_and_overdue_entries_are_counted_for_every_area_above(city, li, street):
    at = now()
    note(city, li, priority="P1", at=at - timedelta(minutes=16))
    note(city, li, priority="P1", at=at - timedelta(minutes=14))
    actions.close(note(city, li, priority="P1", at=at - timedelta(hours=1)), done="好了", by=caller_for(li), at=at)
    note(city, street, community=1, priority="P3", at=at)
    ids = [city.street.pk, *(each.pk for each in city.communities)]
    assert queries.counts_of(ids, at) == {ids[0]: Log(3, 1), ids[1]: Log(2, 1), ids[2]: Log(1, 0)}


def test_the_list_takes_one_query_however_long_it_is(city, li, django_assert_num_queries):
    for row in range(12):
        note(city, li, need=f"药 {row}")
    me, community = caller_for(li), city.communities[0]
    with django_assert_num_queries(1):
        assert len(list(queries.open_entries(me, community))) == 12


def test_numbers_of_the_register_fit_by_name_and_door_in_this_community_only(city, li):
    him = add_resident(city, name=WANG, phone=PHONE)
    neighbour = add_resident(city, name="陈邻居", phone="13900000002")
    namesake = add_resident(city, name=WANG, phone="13900000003", building=2, door="101")
    add_resident(city, name=WANG, phone="13900000004", community=1)
    found = known.numbers(note(city, li), now())
    assert [(each.person, each.named, each.at_door) for each in found] == [
        (him.pk, True, True),
        (neighbour.pk, False, True),
        (namesake.pk, True, False),
    ]
    assert known.numbers(note(city, li, about="没有这个人", caller="路人"), now()) == []


@pytest.mark.parametrize(
    ("said", "door"),
    [
        ("1栋1单元502", "502"),
        ("Building 1, unit 1, door 502", "502"),
        ("1-1-502", "502"),
        ("1栋", None),
        ("9栋502", ""),
    ],
)
def test_the_door_that_was_said_is_found_where_it_is_the_only_one(city, li, said, door):
    add_resident(city, name=WANG, phone=PHONE)
    place = known.place_said(city.communities[0], said, now())
    if door == "":
        assert place is None
    elif door is None:
        assert place == city.buildings[0].place
    else:
        assert place.dwelling.door == door


def test_two_estates_with_the_same_building_are_told_apart_by_name(city):
    second = Estate.objects.create(
        place=Place.objects.create(kind=Place.Kind.ESTATE), community=city.communities[0], name="松涛园"
    )
    house = Building.objects.create(place=Place.objects.create(kind=Place.Kind.BUILDING), estate=second, name="1栋")
    assert known.place_said(city.communities[0], "1栋1单元502", now()) is None
    assert known.place_said(city.communities[0], "松涛园1栋1单元502", now()) == house.place


def test_a_known_number_is_shown_on_record_and_the_call_back_belongs_to_it(city, li):
    him = add_resident(city, name=WANG, phone=PHONE)
    neighbour = add_resident(city, name="陈邻居", phone="13900000002")
    entry, me = note(city, li), caller_for(li)
    with pytest.raises(NotCalledBack):
        calling.called_back(entry, by=me, at=now())
    assert calling.show_known_number(entry, person=him.pk, reason="verify", by=me, at=now()) == PHONE
    assert TrailEntry.objects.filter(kind="field.revealed", subject=f"person:{him.pk}", user=li.pk).count() == 1
    calling.called_back(entry, by=me, at=now())
    assert (entry.person, entry.called_back_by) == (him, li.pk)
    calling.show_known_number(entry, person=neighbour.pk, reason="verify", by=me, at=now())
    assert (entry.person, entry.called_back_at) == (neighbour, None)  # another number: called back anew
    assert kinds_of(entry) == [
        "duty_entry.noted",
        "duty_entry.number_shown",
        "duty_entry.called_back",
        "duty_entry.number_shown",
    ]


def test_whoever_saw_another_number_does_not_confirm_the_one_shown_since(city, li, zhou):
    him = add_resident(city, name=WANG, phone=PHONE)
    neighbour = add_resident(city, name="陈邻居", phone="13900000002")
    entry = note(city, li)
    calling.show_known_number(entry, person=him.pk, reason="verify", by=caller_for(li), at=now())
    theirs = Entry.objects.get(pk=entry.pk)
    calling.show_known_number(theirs, person=neighbour.pk, reason="verify", by=caller_for(zhou), at=now())
    with pytest.raises(NotCalledBack):
        calling.called_back(entry, by=caller_for(li), at=now())


def test_a_number_is_shown_only_of_those_offered_with_a_reason_while_it_is_open(city, li, street):
    him = add_resident(city, name=WANG, phone=PHONE)
    elsewhere = add_resident(city, name=WANG, phone="13900000004", community=1)
    entry, me = note(city, li), caller_for(li)
    for person in (elsewhere.pk, 0, 10**15):
        with pytest.raises(NoNumberKnown):
            calling.show_known_number(entry, person=person, reason="verify", by=me, at=now())
    with pytest.raises(ReasonMissing):
        calling.show_known_number(entry, person=him.pk, reason="curious", by=me, at=now())
    assert Entry.objects.get(pk=entry.pk).person is None
    actions.close(entry, done="好了", by=me, at=now())
    with pytest.raises(EntryClosed):
        calling.show_known_number(entry, person=him.pk, reason="verify", by=me, at=now())
    assert not TrailEntry.objects.filter(kind="field.revealed").exists()


def test_other_entries_from_the_same_phone_are_found(city, li):
    first, second = note(city, li), note(city, li, caller="王大妈 138 0000 1234")
    note(city, li, caller="别人 13900000009")
    note(city, li, caller="没留电话")
    assert queries.from_the_same_phone(caller_for(li), second) == [first]


@pytest.mark.parametrize(
    "broken",
    [
        {"closed_by": 1},
        {"done": b"x"},
        {"called_back_at": now(), "called_back_by": 1},  # nobody's number was shown
        {"phone": None},
        {"due_at": now() - timedelta(days=9)},
        {"closed_at": now() - timedelta(days=9), "closed_by": 1, "done": b"x"},
    ],
)
def test_the_database_holds_what_belongs_together(city, li, broken):
    entry = note(city, li)
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).update(**broken)
