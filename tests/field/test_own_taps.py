"""Taps that a volunteer's own phone kept without a signal: as of their moment, once, in nobody else's name."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connections

from linli.access import devices, marks
from linli.access.models import DeviceSession
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.db import from_on
from linli.common.ids import uuid7
from linli.duty.hours import actions, posts
from linli.duty.models import PostCode, Service
from linli.field import own
from linli.muster import actions as muster
from linli.people.models import Person
from tests.duty.served import HOUR, begin
from tests.factories import SYSTEM, TinyCity, add_claim, caller_for, place_in, tiny_city, user_with_role

pytestmark = pytest.mark.django_db
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture
def city() -> TinyCity:
    return tiny_city()


class OwnPhone:
    """A phone that somebody signed up on, as the server sees it."""

    def __init__(self, city: TinyCity, name: str = "何晓燕", number: int = 1, *, at_work: bool = True) -> None:
        at, self.city = now(), city
        claim = add_claim(city, name=name, phone=f"1390000770{number}", door="1栋1单元101")
        muster.confirm(claim, person=None, by=SYSTEM, at=at)
        claim.refresh_from_db()
        assert claim.person is not None
        self.claim, self.person = claim, claim.person
        if at_work:
            place_in(city.event, self.person, city.grids[0], from_on(at - 5 * DAY, at + 5 * DAY))
        self.session, _ = devices.start_device_session(claim.pk, person=self.person.pk, at=at - DAY)
        self.mark = marks.mark_of(self.session, at - 6 * HOUR)
        by = caller_for(user_with_role("community_desk", city.communities[0]))
        self.code = posts.plain(posts.code_of(city.event, city.grids[0], by=by, at=at - DAY))

    @property
    def by(self) -> Caller:
        return Caller(person=self.session.person, device=self.session.pk)

    def tap(self, does: str, when: datetime, **more: Any) -> dict[str, Any]:
        told = {"key": str(uuid7()), "mark": self.mark, "code": self.code, "does": does, "offset": 0}
        return told | {"at": int(when.timestamp() * 1000)} | more

    def brings(self, *taps: dict[str, Any], at: datetime | None = None) -> list[tuple[str, str]]:
        answers = own.take_all(taps, self.session, by=self.by, at=at or now())
        return [(each.state, each.problem.code if each.problem else "") for each in answers]

    def served(self) -> list[Service]:
        return list(Service.objects.filter(person=self.person).order_by("started_at"))


DONE = ("done", "")


def test_start_and_finish_pair_up_as_of_their_moments_however_often_they_are_sent(city: TinyCity) -> None:
    phone, began, ended = OwnPhone(city), now() - 4 * HOUR, now() - HOUR
    start = phone.tap("start", began)
    finish = phone.tap("finish", ended, of=start["key"])
    for _ in range(3):
        assert phone.brings(start, finish) == [DONE, DONE]
    (service,) = phone.served()
    assert service.finished_at is not None
    assert abs(service.started_at - began) < MINUTE > abs(service.finished_at - ended)
    assert (service.state, service.start_clipped, service.finish_clipped) == ("waiting", False, False)
    assert (service.start_said, service.start_by, service.finish_by) == ("code", None, None)


def test_a_finish_whose_start_a_leader_tapped_finishes_that(city: TinyCity) -> None:
    phone = OwnPhone(city)
    begun = begin(city, phone.person, now() - 4 * HOUR)
    start = phone.tap("start", now() - 4 * HOUR + 3 * MINUTE)
    assert phone.brings(start, phone.tap("finish", now() - HOUR, of=start["key"])) == [DONE, DONE]
    assert [(each.pk, each.state) for each in phone.served()] == [(begun.pk, "waiting")]


def test_what_was_recorded_meanwhile_stays_and_the_person_is_told(city: TinyCity) -> None:
    phone = OwnPhone(city)
    begun = begin(city, phone.person, now() - 3 * HOUR)
    assert phone.brings(phone.tap("start", now() - 4 * HOUR)) == [("refused", "start_recorded_otherwise")]
    ended = now() - 2 * HOUR
    actions.finish(begun.pk, said=Service.Said.LEADER, happened=ended, by=SYSTEM, at=now())
    assert phone.brings(phone.tap("finish", now() - HOUR)) == [("refused", "finish_recorded_otherwise")]
    assert phone.brings(phone.tap("finish", ended + MINUTE)) == [DONE]
    begun.refresh_from_db()
    assert begun.finished_at == ended


def test_a_finish_without_a_start_and_a_tap_where_one_is_not_placed_are_refused(city: TinyCity) -> None:
    phone, other = OwnPhone(city), OwnPhone(city, "罗成", 2, at_work=False)
    assert phone.brings(phone.tap("finish", now() - HOUR)) == [("refused", "not_on_duty")]
    assert other.brings(other.tap("start", now() - HOUR)) == [("refused", "not_booked_here")]
    assert not Service.objects.exists()


def test_another_persons_session_writes_nothing_in_its_own_name(city: TinyCity) -> None:
    first, second = OwnPhone(city), OwnPhone(city, "罗成", 2)
    tap = first.tap("start", now() - HOUR)
    assert second.brings(tap) == [("refused", "tapped_by_another")]
    named = second.tap("start", now() - HOUR, person=first.person.pk)
    assert second.brings(named) == [("refused", "tapped_by_another")]
    made_up = [second.tap("start", now() - HOUR, mark=mark) for mark in ("", "nonsense", "AQ", "é", second.mark[:-4])]
    assert second.brings(*made_up) == [("refused", "tapped_by_another")] * 5
    assert not Service.objects.exists()
    assert first.brings(tap) == [DONE]
    key = second.tap("start", now() - HOUR, key=tap["key"])
    assert second.brings(key) == [("refused", "conflict")]
    assert Service.objects.count() == 1


def test_the_same_person_who_signed_in_anew_still_brings_what_they_tapped(city: TinyCity) -> None:
    phone = OwnPhone(city)
    tap = phone.tap("start", now() - HOUR)
    phone.session, _ = devices.start_device_session(None, person=phone.person.pk, instead_of=phone.by, at=now())
    assert phone.session.claim is None
    muster_sees = own.people_of_device(phone.by)
    assert [each.person for each in muster_sees] == [phone.person.pk]
    assert phone.brings(tap) == [DONE]


@pytest.mark.parametrize(("wrong", "becomes"), [(-9 * HOUR, -6 * HOUR), (3 * HOUR, timedelta())])
def test_a_clock_that_lies_is_clipped_between_the_last_meeting_and_now(
    city: TinyCity, wrong: timedelta, becomes: timedelta
) -> None:
    phone, at = OwnPhone(city), now()
    assert phone.brings(phone.tap("start", at + wrong), at=at) == [DONE]
    (service,) = phone.served()
    assert service.start_clipped
    assert abs(service.started_at - (at + becomes)) < MINUTE


def test_the_last_known_offset_mends_a_clock_that_is_wrong_all_the_time(city: TinyCity) -> None:
    phone, wrong = OwnPhone(city), 400 * DAY
    ms = int(wrong.total_seconds() * 1000)
    assert phone.brings(phone.tap("start", now() - HOUR + wrong, offset=-ms)) == [DONE]
    (service,) = phone.served()
    assert not service.start_clipped
    assert abs(service.started_at - (now() - HOUR)) < MINUTE


def test_a_start_and_a_finish_that_a_lying_clock_put_on_one_moment_are_not_guessed_apart(city: TinyCity) -> None:
    phone, long_ago = OwnPhone(city), now() - 300 * DAY
    start = phone.tap("start", long_ago)
    finish = phone.tap("finish", long_ago + 3 * HOUR, of=start["key"])
    assert phone.brings(start, finish) == [DONE, ("refused", "finish_before_start")]
    assert [each.state for each in phone.served()] == ["on_duty"]


def test_a_code_counts_as_of_the_moment_of_the_tap(city: TinyCity) -> None:
    phone = OwnPhone(city)
    before, after = phone.tap("start", now() - 2 * HOUR), phone.tap("start", now() - MINUTE)
    PostCode.objects.update(ended_at=now() - HOUR)
    assert phone.brings(after, phone.tap("start", now(), code="AAAAAAAA")) == [("refused", "post_code_old")] * 2
    assert phone.brings(before) == [DONE]


def test_a_family_phone_asks_of_whom_a_tap_is_only_where_that_is_not_clear(city: TinyCity) -> None:
    phone, other = OwnPhone(city), OwnPhone(city, "罗成", 2, at_work=False)
    devices.share_device(phone.by, other.claim.pk, at=now())
    first = phone.tap("start", now() - 2 * HOUR)
    assert phone.brings(first) == [DONE]  # one of them alone is placed there
    assert phone.brings(phone.tap("finish", now() - HOUR, of=first["key"])) == [DONE]
    place_in(city.event, other.person, city.grids[0], from_on(now() - 5 * DAY, now() + 5 * DAY))
    second = phone.tap("start", now() - 50 * MINUTE)
    (answer,) = own.take_all([second], phone.session, by=phone.by, at=now())
    assert (answer.state, [each.person for each in answer.people]) == ("whose", [phone.person.pk, other.person.pk])
    assert not other.served()
    assert phone.brings(second | {"person": other.person.pk}) == [DONE]
    assert phone.brings(second) == [DONE]
    assert phone.brings(phone.tap("finish", now() - 40 * MINUTE)) == [DONE]
    assert [each.state for each in other.served()] == ["waiting"]


def test_what_makes_no_sense_is_refused_alone_and_what_breaks_is_sent_again(
    city: TinyCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = OwnPhone(city)
    good = phone.tap("start", now() - HOUR)
    wrong: list[Any] = [
        *(None, 7, "tap", [], {}),
        *(good | {part: value} for part, value in (("key", "x"), ("does", "dance"), ("at", "x"), ("offset", 2**70))),
        *(good | {part: value} for part, value in (("person", -1), ("service", "1"), ("code", 3), ("mark", "m" * 999))),
    ]
    assert phone.brings(*wrong, good) == [("refused", "invalid")] * len(wrong) + [DONE]

    def breaks(*_: object, **__: object) -> Service:
        raise RuntimeError

    monkeypatch.setattr(own.kept, "finish", breaks)
    finish = phone.tap("finish", now())
    assert phone.brings(finish) == [("later", "")]
    monkeypatch.undo()
    assert phone.brings(finish) == [DONE]


def test_a_tap_is_taken_as_long_as_the_session_it_was_made_in_held(city: TinyCity) -> None:
    phone, at = OwnPhone(city), now()
    DeviceSession.objects.filter(pk=phone.session.pk).update(revoked_at=at - 3 * HOUR)
    later, _ = devices.start_device_session(phone.claim.pk, person=phone.person.pk, at=at - 2 * HOUR)
    tap = phone.tap("start", at - HOUR)
    phone.session = later
    assert phone.brings(tap, at=at) == [DONE]
    (service,) = phone.served()
    assert abs(service.started_at - (at - 3 * HOUR)) < MINUTE
    assert service.start_clipped


def at_once(work: Callable[[], object], times: int) -> None:
    def one(_: int) -> None:
        try:
            work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=times) as threads:
        list(threads.map(one, range(times)))


@pytest.mark.django_db(transaction=True)
def test_the_same_taps_brought_four_times_at_once_are_one_duty(city: TinyCity) -> None:
    phone = OwnPhone(city)
    start = phone.tap("start", now() - 4 * HOUR)
    finish = phone.tap("finish", now() - HOUR, of=start["key"])
    became: list[tuple[str, str]] = []
    at_once(lambda: became.extend(phone.brings(start, finish)), 4)
    assert became == [DONE] * 8
    assert [each.state for each in phone.served()] == ["waiting"]
    assert Person.objects.filter(pk=phone.person.pk).exists()
