"""Telling people: each once for each key, in the language of whoever reads, by ids alone."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections

from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.ids import uuid7
from linli.custody.models import TrailEntry
from linli.events.packs import NOTICES, pack, shipped
from linli.notices import actions, queries, rules, telling
from linli.notices.actions import News
from linli.notices.errors import NoticeUnknown
from linli.notices.models import Notice, Told
from tests.factories import STARTED, SYSTEM, TinyCity, add_resident, caller_for, tiny_city, user_with_role

pytestmark = pytest.mark.django_db


def placed(city: TinyCity, *people: int, key: str = "placed:1:1") -> News:
    grid = city.grids[0].pk
    facts = {"grid": grid, "since": STARTED, "until": None, "desk": grid}
    return News(code="placed", about=f"grid:{grid}", key=key, whom=people, facts=facts)


def residents(city: TinyCity, number: int) -> list[int]:
    return [add_resident(city, name=f"王{n}", phone=f"1380000000{n}", door=f"{101 + n}").pk for n in range(number)]


def test_the_same_key_again_tells_only_who_was_not_told() -> None:
    city = tiny_city()
    first, second, third = residents(city, 3)
    assert actions.tell(city.event, [placed(city, first, second)], by=SYSTEM, at=now()) == 2
    assert actions.tell(city.event, [placed(city, first, second, third)], by=SYSTEM, at=now()) == 1
    assert actions.tell(city.event, [placed(city, first)], by=SYSTEM, at=now()) == 0
    assert actions.tell(city.event, [placed(city, first, key="placed:2:1")], by=SYSTEM, at=now()) == 1
    assert sorted(Told.objects.values_list("person", flat=True)) == [first, first, second, third]


def test_nobody_is_told_nothing() -> None:
    city = tiny_city()
    assert actions.tell(city.event, [placed(city)], by=SYSTEM, at=now()) == 0
    assert not Notice.objects.exists()


def test_what_the_pack_does_not_say_is_refused() -> None:
    city = tiny_city()
    (person,) = residents(city, 1)
    for code, facts in (("lunch", {}), ("placed", {"grid": 1}), ("round_called", {"place": 1, "window": 1, "site": 1})):
        news = News(code=code, about="grid:1", key="k", whom=[person], facts=facts)
        with pytest.raises(NoticeUnknown):
            actions.tell(city.event, [news], by=SYSTEM, at=now())
    assert not Told.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_that_tell_at_once_tell_nobody_twice_and_forget_nobody() -> None:
    city = tiny_city()
    people = residents(city, 6)
    begin = threading.Barrier(2)

    def tells(whom: list[int]) -> None:
        begin.wait()
        actions.tell(city.event, [placed(city, *whom)], by=SYSTEM, at=now())
        connections.close_all()

    both = [threading.Thread(target=tells, args=(whom,)) for whom in (people[:4], people[2:])]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert sorted(Told.objects.values_list("person", flat=True)) == people


def test_each_reader_reads_in_their_own_language() -> None:
    city = tiny_city()
    city.communities[0].desk_phone = "028-85123456"
    city.communities[0].save()
    (person,) = residents(city, 1)
    actions.tell(city.event, [placed(city, person)], by=SYSTEM, at=now())
    notices = list(Notice.objects.all())
    (chinese,) = telling.in_words(notices, "zh-hans").values()
    (english,) = telling.in_words(notices, "en").values()
    assert chinese.title == "您已编入网格"
    assert city.grids[0].name in chinese.text
    assert "青松社区 028-85123456" in chinese.text
    assert "另行通知" in chinese.text
    assert "until further notice" in english.text
    assert "1 Sep" in english.text


def test_nothing_that_names_anybody_is_stored() -> None:
    city = tiny_city()
    (person,) = residents(city, 1)
    actions.tell(city.event, [placed(city, person)], by=SYSTEM, at=now())
    with connection.cursor() as cursor:
        cursor.execute("SELECT n::text || t::text FROM notices_notice n JOIN notices_told t ON t.notice_id = n.id")
        (row,) = cursor.fetchone()
    assert "王" not in row
    assert "1380000" not in row


def test_one_reads_ones_own_on_ones_own_phone_alone() -> None:
    city = tiny_city()
    first, second = residents(city, 2)
    actions.tell(city.event, [placed(city, first, second)], by=SYSTEM, at=now())
    mine = queries.own(Caller(person=first, device=uuid7()))
    assert [told.person_id for told in mine] == [first]
    assert not queries.own(Caller(person=first)).exists()
    assert not queries.own(Caller(device=uuid7())).exists()


def test_reading_counts_once_and_a_call_only_where_nobody_has_read() -> None:
    city = tiny_city()
    first, second = residents(city, 2)
    actions.tell(city.event, [placed(city, first, second)], by=SYSTEM, at=now())
    read, called = Told.objects.order_by("person")
    desk = caller_for(user_with_role("community_desk", city.communities[0]))
    begun, area = now(), city.grids[0].pk
    assert actions.read([read.pk], language="en", by=SYSTEM, at=begun) == 1
    assert actions.read([read.pk], language="zh-hans", by=SYSTEM, at=begun + timedelta(hours=1)) == 0
    assert not actions.told_by_phone(read, by=desk, at=now(), area=area)
    assert actions.told_by_phone(called, by=desk, at=now(), area=area)
    assert not actions.told_by_phone(called, by=desk, at=now(), area=area)
    read.refresh_from_db(), called.refresh_from_db()
    assert (read.read_at, read.read_in, called.called_by) == (begun, "en", desk.user)
    assert TrailEntry.objects.filter(kind="notice.told_by_phone").count() == 1
    counts = queries.heard(queries.told_about(city.event, f"grid:{area}", ["placed"]))
    assert (counts.told, counts.read, counts.called, counts.reached) == (2, 1, 1, 2)


@pytest.mark.parametrize(
    ("hour", "quiet"), [(13, False), (14, True), (22, True), (23, False)]
)  # UTC; eight hours later by the clock of the place
def test_the_night_is_that_of_the_place(hour: int, quiet: bool) -> None:
    assert rules.is_quiet(STARTED.replace(hour=hour, minute=0)) is quiet
    assert not rules.is_quiet(STARTED.replace(hour=13, minute=59))
    assert rules.is_quiet(STARTED.replace(hour=22, minute=59))


def test_every_pack_says_what_linli_sends_by_itself() -> None:
    assert shipped()
    for each in shipped():
        by_code = {notice.code: notice for notice in each.notices}
        for code in NOTICES:
            assert set(by_code[code].takes) <= telling.SLOTS
    assert not {notice.code: notice for notice in pack("epidemic").notices}["placed"].life_safety
