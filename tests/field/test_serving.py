"""Duty that a leader started and finished without a signal: as of the tap, once; what was recorded meanwhile stays."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from linli.access.models import RoleGrant
from linli.common.clock import now
from linli.common.ids import uuid7
from linli.custody.models import TrailEntry
from linli.duty import booking
from linli.duty.hours import actions, deciding, queries
from linli.duty.models import Booking, Service
from linli.field import crew, leases, roster, settling
from linli.field.errors import NoDoorsToLend
from linli.field.models import Receipt
from linli.muster import actions as muster
from tests.desk.test_handing import second_waits_for_first
from tests.duty.served import DAY, HOUR, begin, placed
from tests.factories import SYSTEM, add_claim, caller_for, place_in, user_with_role
from tests.field.phone import Phone, brought

pytestmark = pytest.mark.django_db(transaction=True)
Said, State = Service.Said, Service.State
MINUTE = timedelta(minutes=1)


@pytest.fixture
def leader(city):
    return user_with_role("leader", city.grids[0], name="唐丽")


@pytest.fixture
def leading(leader):
    """The phone of a leader, lent their people four hours ago."""
    phone = Phone(caller_for(leader), role="leader")
    phone.borrow(at=now() - 4 * HOUR)
    return phone


@pytest.fixture
def person(city):
    return placed(city)


def waiting(user):
    return [(each.state, each.problem.code) for each in settling.waiting_for(user.pk)]


def served_by(person):
    rows = Service.objects.filter(person=person).order_by("started_at")
    return [(each.started_at, each.finished_at) for each in rows]


def to_ms(moment):
    """As a phone tells it: to the millisecond."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


# What lies on the phone


def test_a_leaders_phone_holds_names_and_times_and_no_numbers(leading, leader, city):
    claim = add_claim(city, name="何晓燕", phone="13900007701", door="101")
    muster.confirm(claim, person=None, by=SYSTEM, at=now())
    claim.refresh_from_db()
    at = now()
    place_in(city.event, claim.person, city.grids[0], booking.from_on(at - DAY, at + DAY))
    begin(city, claim.person, at - HOUR)
    placed(city, grid=1)  # led by somebody else
    placed(city, since=at + 3 * HOUR)  # comes while the phone may hold it
    found = roster.of(leading.lease, known={}, by=leading.by, at=at)
    rows = found.crew.says["rows"]
    assert (found.crew.says["role"], len(rows), found.people, found.parts) == ("leader", 2, 2, {})
    told = next(row for row in rows if row["n"] == "何晓燕")
    service = queries.on_duty(claim.person.pk)
    assert told["d"][0] == service.pk
    assert told["t"][0][2] == city.grids[0].called
    assert "1390000" not in str(found.crew.says)
    assert TrailEntry.objects.filter(kind="roster.taken", user=leader.pk).count() == 1
    again = roster.of(leading.lease, known={}, crew_known=found.crew.digest, by=leading.by, at=at)
    assert again.crew == found.crew
    assert TrailEntry.objects.filter(kind="roster.taken").count() == 1


def test_who_was_on_duty_when_the_booking_ended_stays_in_the_list_until_they_finish(leading, city, person):
    begin(city, person, now() - HOUR)
    booking.leave(list(Booking.objects.filter(person=person).values_list("pk", flat=True)), now())
    (row,) = crew.of(leading.lease, by=leading.by, at=now()).says["rows"]
    assert (row["i"], "x" in row) == (person.pk, False)
    finish = leading.write("finish", person=person.pk, of=row["d"][0])
    assert brought(finish) == [("done", "")]
    assert crew.of(leading.lease, by=leading.by, at=now()).says["rows"] == []


def test_duty_at_a_place_of_somebody_elses_is_said_to_be_there(leading, city, person):
    begin(city, person, now() - HOUR)
    Service.objects.update(place=city.grids[1].pk)
    (row,) = crew.of(leading.lease, by=leading.by, at=now()).says["rows"]
    assert row["x"] is True
    assert brought(leading.write("finish", person=person.pk, of=row["d"][0])) == [("refused", "not_placed_with_you")]


def test_the_people_take_as_many_queries_however_many(leading, city, django_assert_max_num_queries):
    for _ in range(20):
        begin(city, placed(city), now() - HOUR)
    with django_assert_max_num_queries(10):
        assert len(crew.of(leading.lease, by=leading.by, at=now()).says["rows"]) == 20


def test_a_phone_is_lent_what_stood_behind_its_qr_and_no_more(leader, city):
    stood = caller_for(leader)
    RoleGrant.objects.create(user=leader, role="grid_worker", area=city.grids[0].pk, since=now() - DAY)
    assert [each.role for each in leases.grants_of(Phone(stood, role="leader").lease)] == ["leader"]
    desk = caller_for(user_with_role("community_desk", city.communities[0]))
    with pytest.raises(NoDoorsToLend):
        Phone(desk)


# Start and finish


def test_taps_of_hours_ago_are_hours_as_of_then_in_the_leaders_name(leading, leader, person):
    began, ended, key = to_ms(now() - 3 * HOUR), to_ms(now() - HOUR), uuid7()
    start = leading.write("start", key=key, at=began, person=person.pk)
    finish = leading.write("finish", at=ended, person=person.pk, of=str(key))
    assert brought(start, finish) == [("done", "")] * 2
    assert brought(finish, start, start) == [("done", "")] * 3
    service = Service.objects.get()
    assert (service.started_at, service.finished_at, service.state) == (began, ended, State.WAITING)
    assert (service.start_by, service.finish_by, service.start_said, service.finish_said) == (
        leader.pk, leader.pk, Said.LEADER, Said.LEADER,
    )  # fmt: skip
    assert service.start_recorded_at > service.finished_at
    assert set(Receipt.objects.values_list("made", flat=True)) == {service.pk}
    assert TrailEntry.objects.filter(kind="duty.started", user=leader.pk).count() == 1


def test_a_finish_before_its_start_was_recorded_waits_and_is_done_once_that_is(leading, leader, person):
    key = uuid7()
    start = leading.write("start", key=key, at=now() - 2 * HOUR, person=person.pk)
    finish = leading.write("finish", at=now() - HOUR, person=person.pk, of=str(key))
    assert brought(finish, start) == [("refused", "no_start_recorded"), ("done", "")]
    assert waiting(leader) == [("refused", "no_start_recorded")]
    (of,) = settling.waiting_for(leader.pk)
    assert brought(leading.write("settle", of=str(of.key), take="mine")) == [("done", "")]
    assert waiting(leader) == []
    assert Service.objects.get().state == State.WAITING


def test_started_twice_is_one_duty_whoever_taps(leading, city, person):
    first, second = uuid7(), uuid7()
    assert (
        brought(
            leading.write("start", key=first, at=now() - 2 * HOUR, person=person.pk),
            leading.write("start", key=second, at=now() - HOUR, person=person.pk),
        )
        == [("done", "")] * 2
    )
    # And where they started by the code a little later than the leader's tap says.
    other = placed(city)
    begin(city, other, now() - 2 * HOUR)
    assert brought(leading.write("start", at=now() - 2 * HOUR - 5 * MINUTE, person=other.pk)) == [("done", "")]
    assert Service.objects.count() == 2
    assert brought(leading.write("finish", person=person.pk, of=str(second))) == [("done", "")]
    assert queries.on_duty(person.pk) is None


def test_a_start_by_the_code_that_says_otherwise_stays_and_the_leader_is_told(leading, leader, city, person):
    began, key = to_ms(now() - 2 * HOUR), uuid7()
    begin(city, person, began)
    start = leading.write("start", key=key, at=now() - 3 * HOUR, person=person.pk)
    assert brought(start) == [("conflict", "started_otherwise")]
    assert waiting(leader) == [("conflict", "started_otherwise")]
    # The finish that was written after it finishes the duty there is.
    assert brought(leading.write("finish", at=now() - HOUR, person=person.pk, of=str(key))) == [("done", "")]
    assert [since for since, _ in served_by(person)] == [began]
    assert brought(leading.write("settle", of=str(key), take="mine")) == [("refused", "served_then")]
    assert brought(leading.write("settle", of=str(key), take="theirs")) == [("done", "")]
    assert waiting(leader) == []


def test_a_finish_that_another_recorded_otherwise_stays_and_the_leader_is_told(leading, leader, city, person):
    begun, ended = begin(city, person, now() - 3 * HOUR), to_ms(now() - 2 * HOUR)
    actions.finish(begun.pk, said=Said.CODE, happened=ended, by=SYSTEM, at=ended)
    same = leading.write("finish", at=ended + 5 * MINUTE, person=person.pk, of=begun.pk)
    later = leading.write("finish", at=ended + HOUR, person=person.pk, of=begun.pk)
    assert brought(same, later) == [("done", ""), ("conflict", "finished_otherwise")]
    assert served_by(person) == [(begun.started_at, ended)]
    (told,) = settling.waiting_for(leader.pk)
    assert told.problem.facts["until"] == ended
    assert told.mine["person"] == person.pk


@pytest.mark.parametrize("year", [2019, 2099])
def test_a_clock_that_cannot_be_right_is_clipped_and_marked_and_says_nothing_against_others(
    leading, leader, city, person, year
):
    wrong, key = datetime(year, 9, 1, tzinfo=UTC), uuid7()
    assert brought(leading.write("start", key=key, at=wrong, person=person.pk)) == [("done", "")]
    service = Service.objects.get()
    assert service.start_clipped
    assert leading.lease.since <= service.started_at <= now()
    # Of two moments that cannot be told apart there are no hours: the duty stays open, and is asked about.
    finish = leading.write("finish", at=wrong, person=person.pk, of=str(key))
    assert brought(finish)[0] in {("refused", "finish_before_start"), ("done", "")}
    other = placed(city)
    begun = begin(city, other, now() - 2 * HOUR)
    actions.finish(begun.pk, said=Said.CODE, happened=now() - HOUR, by=SYSTEM, at=now())
    assert brought(leading.write("finish", at=wrong, person=other.pk, of=begun.pk)) == [("done", "")]
    assert Service.objects.get(person=other).finish_clipped is False


def test_a_wrong_clock_that_was_measured_is_corrected(leading, person):
    happened = to_ms(now() - HOUR)
    told = leading.write("start", at=happened - 900 * DAY, offset=900 * DAY, person=person.pk)
    assert brought(told) == [("done", "")]
    service = Service.objects.get()
    assert (service.started_at, service.start_clipped) == (happened, False)


def test_a_role_that_had_ended_starts_nobody_and_one_that_ended_later_does(leading, leader, person, city):
    RoleGrant.objects.filter(user=leader).update(until=now() - HOUR)
    before = leading.write("start", at=now() - 2 * HOUR, person=person.pk)
    after = leading.write("start", at=now() - MINUTE, person=placed(city).pk)
    assert brought(before, after) == [("done", ""), ("refused", "role_over_then")]
    assert [each.person_id for each in Service.objects.all()] == [person.pk]


def test_only_who_was_placed_with_the_leader_then(leading, city):
    elsewhere, later = placed(city, grid=1), placed(city, since=now() - HOUR)
    gone = placed(city)
    booking.leave(list(Booking.objects.filter(person=gone).values_list("pk", flat=True)), now() - 2 * HOUR)
    assert brought(
        leading.write("start", at=now() - 3 * HOUR, person=elsewhere.pk),
        leading.write("start", at=now() - 3 * HOUR, person=later.pk),
        leading.write("start", at=now() - HOUR, person=gone.pk),
        leading.write("start", at=now() - 3 * HOUR, person=gone.pk),  # while they still were
        leading.write("start", at=now(), person=later.pk),
    ) == [*[("refused", "not_placed_with_you")] * 3, *[("done", "")] * 2]
    assert set(Service.objects.values_list("person", flat=True)) == {gone.pk, later.pk}


def test_what_makes_no_sense_is_kept_for_its_author(leading, leader, city, person):
    begun = begin(city, person, now() - HOUR)
    assert brought(
        leading.write("start", person="somebody"),
        leading.write("start"),
        leading.write("finish", person=placed(city).pk, of=begun.pk),
        leading.write("finish", person=person.pk),
        leading.write("finish", person=person.pk, of=str(uuid7())),
        leading.write("finish", person=person.pk, of=10**9),
    ) == [
        *[("refused", "invalid")] * 4,
        ("refused", "no_start_recorded"),
        ("refused", "not_placed_with_you"),
    ]
    assert len(waiting(leader)) == 6
    assert queries.on_duty(person.pk) == begun


def test_what_was_begun_too_long_ago_is_not_finished_by_a_tap(leading, city, person):
    begun = begin(city, person, now() - 20 * HOUR)
    assert brought(leading.write("finish", person=person.pk, of=begun.pk)) == [("refused", "finish_forgotten")]
    assert brought(leading.write("start", person=person.pk)) == [("refused", "finish_first")]


def test_hours_written_down_later_than_others_do_not_overlap_them(leading, city, person):
    begun = begin(city, person, now() - 2 * HOUR)
    actions.finish(begun.pk, said=Said.CODE, happened=now() - HOUR, by=SYSTEM, at=now())
    assert brought(leading.write("start", at=now() - 3 * HOUR, person=person.pk)) == [("refused", "served_then")]


def test_a_grid_worker_who_leads_nobody_starts_nobody(phone, person):
    assert brought(phone.write("start", person=person.pk)) == [("refused", "not_placed_with_you")]


def test_hours_from_a_phone_are_approved_like_all_others(leading, desk, person):
    key = uuid7()
    start = leading.write("start", key=key, at=now() - 2 * HOUR, person=person.pk)
    brought(start, leading.write("finish", at=now() - HOUR, person=person.pk, of=str(key)))
    service = Service.objects.get()
    assert deciding.approve([service.pk], by=desk, at=now()).done == 1
    assert queries.total(queries.own_services(person.pk)) == 10


# Two leaders of one place, both without a signal, both back at once


def both_start(city, leader, leading, person):
    deputy = Phone(caller_for(user_with_role("leader", city.grids[0], name="罗成")), role="leader")
    told = [leading.write("start", person=person.pk), deputy.write("start", person=person.pk)]
    answers = []
    second_waits_for_first(lambda: answers.extend(brought(told[0])), lambda: answers.extend(brought(told[1])))
    return answers


def test_two_leaders_who_bring_a_start_at_once_start_one_duty(leading, leader, city, person):
    assert both_start(city, leader, leading, person) == [("done", "")] * 2
    assert Service.objects.filter(person=person).count() == 1


def test_without_the_lock_one_of_them_is_told_to_come_again(leading, leader, city, person, monkeypatch):
    """The twin: nobody waits for the person's row. The constraint lets one through, and the other comes again."""
    monkeypatch.setattr(booking, "hold", lambda people: None)
    assert sorted(both_start(city, leader, leading, person)) == [("done", ""), ("later", "")]
    assert Service.objects.filter(person=person).count() == 1


def test_without_lock_and_constraints_both_would(leading, leader, city, person, monkeypatch):
    monkeypatch.setattr(booking, "hold", lambda people: None)
    names = ("service_one_at_a_time", "service_one_open")
    guards = [each for each in Service._meta.constraints if each.name in names]
    with connection.schema_editor() as editor:
        for guard in guards:
            editor.remove_constraint(Service, guard)
    try:
        both_start(city, leader, leading, person)
        assert Service.objects.filter(person=person).count() == 2
    finally:
        Receipt.objects.all().delete()
        Service.objects.all().delete()
        with connection.schema_editor() as editor:
            for guard in guards:
                editor.add_constraint(Service, guard)
