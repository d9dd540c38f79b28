"""Shift change: offered to a colleague by name, taken over by them, both on record."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from linli.access.models import User
from linli.common.clock import now
from linli.custody.models import TrailEntry
from linli.desk import actions, handing, queries
from linli.desk.errors import (
    EntryClosed,
    EntryTaken,
    HandOverOver,
    HandOverWaits,
    NoSuchColleague,
    NotAtThisDesk,
    NothingToHandOver,
)
from linli.desk.models import Entry, HandOver, Passing
from tests.factories import TinyCity, caller_for, note, tiny_city, user_with_role

WAITS = "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)"


@pytest.fixture
def city() -> TinyCity:
    return tiny_city()


def colleague(city: TinyCity, name: str) -> User:
    return user_with_role("community_desk", city.communities[0], name=name)


def offered(city: TinyCity, giver: User, taker: User, *, whole_desk: bool = False) -> HandOver:
    return handing.offer(city.communities[0], to=taker.pk, whole_desk=whole_desk, by=caller_for(giver), at=now())


@pytest.mark.django_db
def test_mine_go_to_the_colleague_once_they_take_them_and_not_before(city):
    li, zhou, chen = (colleague(city, name) for name in ("李", "周", "陈"))
    mine, theirs, done = note(city, li), note(city, chen), note(city, li)
    actions.close(done, done="好了", by=caller_for(li), at=now())
    hand_over = offered(city, li, zhou)
    assert Entry.objects.get(pk=mine.pk).holder == li.pk
    late = note(city, li)  # noted while the other one signs in
    assert handing.take_over(hand_over, by=caller_for(zhou), at=now()) == 2
    holders = {each.pk: each.holder for each in Entry.objects.all()}
    assert holders == {mine.pk: zhou.pk, late.pk: zhou.pk, theirs.pk: chen.pk, done.pk: li.pk}
    rows = [(row.entry_id, row.given_by, row.to) for row in Passing.objects.order_by("pk")]
    assert sorted(rows) == sorted([(mine.pk, li.pk, zhou.pk), (late.pk, li.pk, zhou.pk)])
    kinds = list(TrailEntry.objects.filter(kind__startswith="hand_over").order_by("pk").values_list("kind", flat=True))
    assert kinds == ["hand_over.offered", "hand_over.taken"]
    assert TrailEntry.objects.filter(kind="duty_entry.handed_over").count() == 2


@pytest.mark.django_db
def test_all_of_the_desk_goes_but_what_the_street_holds_stays(city):
    li, zhou, chen = (colleague(city, name) for name in ("李", "周", "陈"))
    mine, hers, his = note(city, li), note(city, chen), note(city, zhou)
    streets = note(city, user_with_role("street", city.street))
    assert handing.take_over(offered(city, li, zhou, whole_desk=True), by=caller_for(zhou), at=now()) == 2
    held = set(Entry.objects.filter(holder=zhou.pk).values_list("pk", flat=True))
    assert held == {mine.pk, hers.pk, his.pk}
    assert Entry.objects.get(pk=streets.pk).holder == streets.holder
    assert not Passing.objects.filter(entry=his).exists()  # it was the receiver's already


@pytest.mark.django_db
def test_only_a_colleague_who_works_here_now_can_be_chosen(city):
    li = colleague(city, "李")
    note(city, li)
    closed = colleague(city, "停用")
    User.objects.filter(pk=closed.pk).update(is_active=False)
    strangers = [
        li,
        closed,
        user_with_role("community_desk", city.communities[1]),
        user_with_role("street", city.street),
    ]
    for other in strangers:
        with pytest.raises(NoSuchColleague):
            offered(city, li, other)
    with pytest.raises(NotAtThisDesk):
        offered(city, user_with_role("street", city.street), li)
    assert [each.display_name for each in queries.colleagues(city.communities[0], now(), but=li.pk)] == []


@pytest.mark.django_db
def test_nothing_open_is_nothing_to_hand_over(city):
    li, zhou = colleague(city, "李"), colleague(city, "周")
    note(city, zhou)
    with pytest.raises(NothingToHandOver):
        offered(city, li, zhou)
    with pytest.raises(NothingToHandOver):
        offered(city, li, zhou, whole_desk=True)  # all there is is the receiver's


@pytest.mark.django_db
def test_one_hand_over_of_a_giver_waits_at_a_time_and_one_of_the_desk(city):
    li, zhou, chen = (colleague(city, name) for name in ("李", "周", "陈"))
    note(city, li)
    note(city, chen)
    first = offered(city, li, zhou, whole_desk=True)
    with pytest.raises(HandOverWaits):
        offered(city, li, chen)
    with pytest.raises(HandOverWaits):
        offered(city, chen, zhou, whole_desk=True)
    offered(city, chen, zhou)
    handing.call_off(first, by=caller_for(li), at=now())
    offered(city, li, chen)


@pytest.mark.django_db
def test_it_is_taken_once_and_only_by_whom_it_names(city):
    li, zhou, chen = (colleague(city, name) for name in ("李", "周", "陈"))
    note(city, li)
    hand_over = offered(city, li, zhou)
    for other in (li, chen):
        with pytest.raises(NotAtThisDesk):
            handing.take_over(hand_over, by=caller_for(other), at=now())
    with pytest.raises(NotAtThisDesk):
        handing.call_off(hand_over, by=caller_for(chen), at=now())
    handing.take_over(hand_over, by=caller_for(zhou), at=now())
    for again in (handing.take_over, handing.call_off):
        with pytest.raises(HandOverOver):
            again(hand_over, by=caller_for(zhou), at=now())
    assert Passing.objects.count() == 1


@pytest.mark.django_db
def test_the_receiver_may_decline(city):
    li, zhou = colleague(city, "李"), colleague(city, "周")
    entry = note(city, li)
    hand_over = offered(city, li, zhou)
    handing.call_off(hand_over, by=caller_for(zhou), at=now())
    hand_over.refresh_from_db()
    assert (hand_over.called_off_by, hand_over.taken_at) == (zhou.pk, None)
    assert Entry.objects.get(pk=entry.pk).holder == li.pk


def second_waits_for_first(first: Callable[[], object], second: Callable[[], object]) -> BaseException | None:
    """Do the first, begin the second before it is committed, commit once the second waits; what the second raised."""
    raised: list[BaseException | None] = [None]

    def beside() -> None:
        try:
            second()
        except Exception as problem:  # the test looks at it
            raised[0] = problem
        finally:
            connection.close()

    other = threading.Thread(target=beside)
    with transaction.atomic(), connection.cursor() as cursor:
        first()
        other.start()
        for _ in range(200):
            cursor.execute(WAITS)
            if cursor.fetchone()[0] or not other.is_alive():
                break
            other.join(0.05)
    other.join()
    return raised[0]


def two_close(city: TinyCity) -> tuple[Entry, BaseException | None]:
    li, zhou = colleague(city, "李"), colleague(city, "周")
    entry = note(city, li)
    seen = Entry.objects.get(pk=entry.pk)
    mine, theirs = caller_for(li), caller_for(zhou)
    raised = second_waits_for_first(
        lambda: actions.close(entry, done="药已送到", by=mine, at=now()),
        lambda: actions.close(seen, done="没人开门", by=theirs, at=now()),
    )
    return Entry.objects.get(pk=entry.pk), raised


def two_take(city: TinyCity) -> tuple[Entry, BaseException | None]:
    li, zhou, chen = (colleague(city, name) for name in ("李", "周", "陈"))
    entry = note(city, li)
    seen = Entry.objects.get(pk=entry.pk)
    one, two = caller_for(zhou), caller_for(chen)
    raised = second_waits_for_first(
        lambda: actions.take(entry, by=one, at=now()), lambda: actions.take(seen, by=two, at=now())
    )
    return Entry.objects.get(pk=entry.pk), raised


@pytest.mark.django_db(transaction=True)
def test_of_two_who_close_in_the_same_second_the_second_is_told(city):
    entry, raised = two_close(city)
    assert isinstance(raised, EntryClosed)
    assert queries.said(entry).done == "药已送到"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_over_in_the_same_second_one_has_it(city):
    entry, raised = two_take(city)
    assert isinstance(raised, EntryTaken)
    assert [row.to for row in entry.passings.all()] == [entry.holder]


def unguarded(entry: Entry, **expected: object):
    return Entry.objects.filter(pk=entry.pk)


@pytest.mark.django_db(transaction=True)
def test_without_the_guard_what_the_first_did_would_be_lost(city, monkeypatch):
    """The twin: an update that does not say which state it expects."""
    monkeypatch.setattr(actions, "_still", unguarded)
    entry, raised = two_close(city)
    assert raised is None
    assert queries.said(entry).done == "没人开门"


@pytest.mark.django_db(transaction=True)
def test_without_the_guard_two_would_believe_they_have_it(city, monkeypatch):
    """The twin: taken from whoever has it, unseen."""
    monkeypatch.setattr(actions, "_still", unguarded)
    entry, raised = two_take(city)
    assert raised is None
    assert entry.passings.count() == 2
    assert len({row.given_by for row in entry.passings.all()}) == 1


def taken_twice(city: TinyCity) -> BaseException | None:
    li, zhou = colleague(city, "李"), colleague(city, "周")
    note(city, li)
    hand_over, me = offered(city, li, zhou), caller_for(zhou)
    return second_waits_for_first(
        lambda: handing.take_over(hand_over, by=me, at=now()), lambda: handing.take_over(hand_over, by=me, at=now())
    )


@pytest.mark.django_db(transaction=True)
def test_a_hand_over_pressed_twice_is_taken_once(city):
    assert isinstance(taken_twice(city), HandOverOver)
    assert TrailEntry.objects.filter(kind="hand_over.taken").count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_guard_it_would_stand_on_record_twice(city, monkeypatch):
    """The twin: whether it still waits is not asked."""
    monkeypatch.setattr(handing, "_waiting", lambda hand_over: HandOver.objects.filter(pk=hand_over.pk))
    assert taken_twice(city) is None
    assert TrailEntry.objects.filter(kind="hand_over.taken").count() == 2


@pytest.mark.django_db(transaction=True)
def test_what_is_closed_while_it_is_handed_over_stays_with_who_closed_it(city):
    li, zhou = colleague(city, "李"), colleague(city, "周")
    entry = note(city, li)
    hand_over, mine, theirs = offered(city, li, zhou), caller_for(li), caller_for(zhou)
    raised = second_waits_for_first(
        lambda: actions.close(entry, done="药已送到", by=mine, at=now()),
        lambda: handing.take_over(hand_over, by=theirs, at=now()),
    )
    assert raised is None
    assert (Entry.objects.get(pk=entry.pk).holder, Passing.objects.count()) == (li.pk, 0)
