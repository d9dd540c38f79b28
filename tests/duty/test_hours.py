"""Hours served: started and finished once, never overlapping, approved by somebody else, corrected with a reason."""

import dataclasses
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from linli.common.clock import now
from linli.common.errors import LinliError, NotFound
from linli.common.ids import uuid7
from linli.duty import booking
from linli.duty.hours import actions, deciding, jobs, posts, queries, rules
from linli.duty.models import Booking, Correction, Service
from linli.people.models import Person
from tests.duty.served import DAY, HOUR, begin, placed, served
from tests.factories import SYSTEM, TinyCity, caller_for, tiny_city, user_with_role

pytestmark = pytest.mark.django_db
Said, State = Service.Said, Service.State


def code_of(raised: pytest.ExceptionInfo[LinliError]) -> str:
    return raised.value.code


def test_whoever_is_placed_starts_and_finishes_and_the_hours_wait() -> None:
    city, at = tiny_city(), now()
    person = placed(city)
    begun = begin(city, person, at - 3 * HOUR)
    assert (begun.place_id, begun.state, queries.on_duty(person.pk)) == (city.grids[0].pk, State.ON_DUTY, begun)
    done = actions.finish(begun.pk, said=Said.CODE, happened=at, by=SYSTEM, at=at)
    assert (done.state, queries.tenths_of(done), queries.on_duty(person.pk)) == (State.WAITING, 30, None)
    assert queries.total([done]) == 0


def test_two_taps_are_one_start_and_one_finish() -> None:
    city, at, key = tiny_city(), now(), uuid7()
    person = placed(city)
    facts: dict[str, Any] = {"said": Said.LEADER, "happened": at - HOUR, "by": SYSTEM, "at": at}
    first = actions.start(person.pk, city.event, city.grids[0].pk, key=key, **facts)
    second = actions.start(person.pk, city.event, city.grids[0].pk, key=uuid7(), **facts)
    done = actions.finish(first.pk, said=Said.LEADER, happened=at, by=SYSTEM, at=at)
    again = actions.finish(first.pk, said=Said.LEADER, happened=at + HOUR, by=SYSTEM, at=at + HOUR)
    late = actions.start(person.pk, city.event, city.grids[0].pk, key=key, **facts)
    assert first == second == done == again == late
    assert again.finished_at == at
    with pytest.raises(LinliError) as other:
        actions.start(placed(city).pk, city.event, city.grids[0].pk, key=key, **facts)
    assert code_of(other) == "conflict"


def test_only_who_is_booked_there_starts_and_an_hour_early_is_early_enough() -> None:
    city, at = tiny_city(), now()
    stranger, coming = Person.objects.create(), placed(city, since=at + 50 * timedelta(minutes=1))
    late = placed(city, since=at + 2 * HOUR)
    for person, grid in ((stranger, 0), (late, 0), (coming, 1)):
        with pytest.raises(LinliError) as refused:
            begin(city, person, at, grid=grid)
        assert code_of(refused) == "not_booked_here"
    assert begin(city, coming, at).place_id == city.grids[0].pk
    # Who never began keeps what they served, when the booking goes.
    booking.leave(list(Booking.objects.filter(person=coming).values_list("pk", flat=True)), at)
    assert Service.objects.get(person=coming).booking_id is None


def test_a_code_of_the_community_starts_whoever_is_placed_in_a_grid_of_it() -> None:
    city, at = tiny_city(), now()
    person = placed(city, grid=1)
    facts: dict[str, Any] = {"said": Said.CODE, "key": uuid7(), "happened": at, "by": SYSTEM, "at": at}
    assert actions.start(person.pk, city.event, city.communities[0].pk, **facts).place_id == city.grids[1].pk


def test_a_forgotten_finish_is_asked_about_and_never_guessed() -> None:
    city, at = tiny_city(), now()
    person = placed(city)
    begun = begin(city, person, at - 20 * HOUR)
    recent = begin(city, placed(city), at - 2 * HOUR)
    assert (jobs.ask_forgotten(at=at), jobs.ask_forgotten(at=at)) == (1, 0)
    begun.refresh_from_db()
    recent.refresh_from_db()
    assert (begun.asked_at, begun.finished_at, recent.asked_at) == (at, None, None)
    with pytest.raises(LinliError) as blocked:
        begin(city, person, at)
    assert code_of(blocked) == "finish_first"
    wrong = {
        "finish_forgotten": (Said.CODE, at),
        "finish_before_start": (Said.LATER, at - 21 * HOUR),
        "finish_too_late": (Said.LATER, at + HOUR),
    }
    for code, (said, happened) in wrong.items():
        with pytest.raises(LinliError) as refused:
            actions.finish(begun.pk, said=said, happened=happened, by=SYSTEM, at=at)
        assert code_of(refused) == code
    done = actions.finish(begun.pk, said=Said.LATER, happened=at - 14 * HOUR, by=SYSTEM, at=at)
    assert (done.state, done.finish_said, queries.tenths_of(done)) == (State.WAITING, Said.LATER, 60)
    assert begin(city, person, at).state == State.ON_DUTY


def test_hours_never_overlap_whoever_writes_them() -> None:
    city, at = tiny_city(), now()
    person = placed(city)
    done = served(city, person, at - 5 * HOUR, at - 2 * HOUR)
    with pytest.raises(LinliError) as overlap:
        begin(city, person, at - 3 * HOUR)
    assert code_of(overlap) == "served_then"
    row = {each.attname: getattr(done, each.attname) for each in Service._meta.concrete_fields}
    row |= {"id": None, "key": uuid7(), "started_at": at - 3 * HOUR}
    with pytest.raises(IntegrityError, match="service_one_at_a_time"), transaction.atomic():
        Service.objects.create(**row)
    begin(city, person, at - 2 * HOUR)


@pytest.fixture
def desk() -> tuple[TinyCity, Any]:
    city = tiny_city()
    return city, caller_for(user_with_role("community_desk", city.communities[0]))


def test_the_organiser_approves_and_nobody_approves_their_own(desk: Any) -> None:
    (city, by), at = desk, now()
    leader = caller_for(user_with_role("leader", city.grids[0]))
    person, other = placed(city), placed(city, grid=2)
    mine = served(city, person, at - 5 * HOUR, at - 2 * HOUR)
    elsewhere = served(city, other, at - 5 * HOUR, at - 2 * HOUR, grid=2)
    oneself = dataclasses.replace(leader, person=person.pk)
    assert deciding.approve([mine.pk], by=oneself, at=at) == deciding.Approved(0, 0, 1)
    with pytest.raises(LinliError) as own:
        deciding.decline(mine, "no", by=oneself, at=at)
    assert code_of(own) == "not_your_own_hours"
    assert deciding.approve([mine.pk, elsewhere.pk], by=leader, at=at) == deciding.Approved(1, 0, 0)
    assert deciding.approve([mine.pk], by=by, at=at) == deciding.Approved(0, 1, 0)
    mine.refresh_from_db()
    assert (mine.state, mine.decided_by, queries.total([mine])) == (State.APPROVED, leader.user, 30)
    with pytest.raises(IntegrityError, match="service_not_decided_by_oneself"), transaction.atomic():
        Service.objects.filter(pk=mine.pk).update(decided_person=person.pk)
    with pytest.raises(NotFound):
        deciding.decline(elsewhere, "no", by=by, at=at)


def test_hours_are_set_aside_with_a_reason_and_corrected_on_request(desk: Any) -> None:
    (city, by), at = desk, now()
    person = placed(city)
    row = served(city, person, at - 9 * HOUR, at - 8 * HOUR)
    with pytest.raises(LinliError) as silent:
        deciding.decline(row, "  ", by=by, at=at)
    assert code_of(silent) == "reason_asked"
    row = deciding.decline(row, "Nobody saw you", by=by, at=at)
    key = uuid7()
    for _ in range(2):
        deciding.ask_correction(row, at - 9 * HOUR, at - 6 * HOUR, key=key, by=SYSTEM, at=at)
    asked = Correction.objects.get()
    with pytest.raises(LinliError) as twice:
        deciding.ask_correction(row, at - 9 * HOUR, at - 5 * HOUR, key=uuid7(), by=SYSTEM, at=at)
    assert code_of(twice) == "correction_asked"
    leader = caller_for(user_with_role("leader", city.grids[0]))
    with pytest.raises(NotFound):
        queries.correction_over(leader, asked.pk, at)
    deciding.decide_correction(asked, granted=True, reason="The leader confirms", by=by, at=at)
    row.refresh_from_db()
    asked.refresh_from_db()
    assert (row.state, row.reason, queries.total([row])) == (State.CORRECTED, "", 30)
    assert (asked.was_since, asked.was_until) == (at - 9 * HOUR, at - 8 * HOUR)
    with pytest.raises(LinliError) as decided:
        deciding.decide_correction(asked, granted=False, reason="No", by=by, at=at)
    assert code_of(decided) == "hours_decided"


def test_a_correction_makes_sense_and_overlaps_nothing(desk: Any) -> None:
    (city, _), at = desk, now()
    person = placed(city)
    first = served(city, person, at - 9 * HOUR, at - 8 * HOUR)
    served(city, person, at - 6 * HOUR, at - 5 * HOUR)
    begin(city, person, at - HOUR)
    wrong = {
        "nothing_to_correct": (at - 9 * HOUR, at - 8 * HOUR),
        "finish_before_start": (at - 8 * HOUR, at - 8 * HOUR),
        "finish_too_late": (at - 9 * HOUR, at + HOUR),
        "served_then": (at - 9 * HOUR, at - 5 * HOUR),
    }
    for code, (since, until) in wrong.items():
        with pytest.raises(LinliError) as refused:
            deciding.ask_correction(first, since, until, key=uuid7(), by=SYSTEM, at=at)
        assert code_of(refused) == code
    with pytest.raises(LinliError) as current:
        deciding.ask_correction(first, at - 2 * HOUR, at, key=uuid7(), by=SYSTEM, at=at)
    assert code_of(current) == "served_then"


def test_a_day_with_too_many_hours_is_flagged_and_kept(desk: Any) -> None:
    (city, _), at = desk, datetime(2022, 9, 3, 12, tzinfo=UTC)
    person, other = placed(city, since=at - 9 * DAY), placed(city, since=at - 9 * DAY)
    served(city, person, at - 8 * HOUR, at - 4 * HOUR)
    long = served(city, person, at - 4 * HOUR, at)
    served(city, other, at - 4 * HOUR, at)
    assert queries.too_long([person.pk, other.pk], city.event) == {person.pk: {(at + 8 * HOUR).date()}}
    assert queries.tenths_of(long) == 40


def test_hours_past_midnight_count_in_each_day() -> None:
    evening = datetime(2022, 9, 3, 14, tzinfo=UTC)  # 22:00 there
    assert list(rules.days_of(evening, evening + 8 * HOUR).values()) == [2 * HOUR, 6 * HOUR]
    assert rules.tenths(evening, evening + timedelta(minutes=59)) == 9
    assert rules.tenths(evening + HOUR, evening) == 0


def test_a_code_leads_to_its_post_until_it_is_replaced_or_the_event_ends(desk: Any) -> None:
    (city, by), at = desk, now()
    letters = posts.code_of(city.event, city.grids[0], by=by, at=at)
    assert posts.code_of(city.event, city.grids[0], by=by, at=at) == letters
    assert posts.post_of(letters.lower().replace("-", " "), at).area == city.grids[0]
    with pytest.raises(NotFound):
        posts.code_of(city.event, city.grids[2], by=by, at=at)
    posts.replace_code(city.event, city.grids[0], by=by, at=at)
    assert posts.code_of(city.event, city.grids[0], by=by, at=at) != letters
    for wrong in (letters, "", "AAAA", "AAAA-AAA0", "🙂🙂🙂🙂🙂🙂🙂🙂"):
        with pytest.raises(posts.PostCodeOld):
            posts.post_of(wrong, at)
    good = posts.code_of(city.event, city.grids[0], by=by, at=at)
    type(city.event).objects.filter(pk=city.event.pk).update(ended_at=at)
    with pytest.raises(posts.PostCodeOld):
        posts.post_of(good, at + HOUR)


def two_phones_start(city: TinyCity, person: Person, monkeypatch: pytest.MonkeyPatch, *, locked: bool) -> None:
    """Two taps that have both looked, before either has written, whether the person is on duty."""
    both, hold, overlapping = threading.Barrier(2), booking.hold, queries.overlapping

    def hold_after_both(people: Any) -> None:
        both.wait(20)
        hold(people)

    def both_have_looked(*args: Any, **kwargs: Any) -> Any:
        found = overlapping(*args, **kwargs)
        both.wait(20)
        return found

    def tap() -> None:
        try:
            begin(city, person, now())
        finally:
            connection.close()

    with monkeypatch.context() as patch:
        if locked:
            patch.setattr(booking, "hold", hold_after_both)
        else:
            patch.setattr(booking, "hold", lambda people: None)
            patch.setattr(queries, "overlapping", both_have_looked)
        taps = [threading.Thread(target=tap) for _ in range(2)]
        for each in taps:
            each.start()
        for each in taps:
            each.join()


@pytest.mark.django_db(transaction=True)
def test_of_two_phones_that_start_at_once_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    city = tiny_city()
    person = placed(city)
    two_phones_start(city, person, monkeypatch, locked=True)
    assert Service.objects.filter(person=person).count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_and_the_constraints_both_would(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("service_one_at_a_time", "service_one_open")
    guards = [each for each in Service._meta.constraints if each.name in names]
    city = tiny_city()
    person = placed(city)
    with connection.schema_editor() as editor:
        for guard in guards:
            editor.remove_constraint(Service, guard)
    try:
        two_phones_start(city, person, monkeypatch, locked=False)
        assert Service.objects.filter(person=person).count() == 2
    finally:
        Service.objects.all().delete()
        with connection.schema_editor() as editor:
            for guard in guards:
                editor.add_constraint(Service, guard)
