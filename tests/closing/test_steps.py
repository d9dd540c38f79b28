"""The steps one by one, where no files have to be looked at: what goes, what stays, and what stands in the way."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection, connections
from psycopg import errors as postgres

from linli.access.models import DeviceSession
from linli.closing import certificate, counting, work
from linli.closing.errors import ClosingHeldUp
from linli.closing.models import Closing, Line, Step
from linli.closing.steps import files, log, rows
from linli.common.clock import now
from linli.conf.env import Env
from linli.custody import held
from linli.custody.models import Held, TrailEntry
from linli.desk import actions as desk
from linli.desk import handing
from linli.desk.models import HandOver, Passing
from linli.events.models import Event, EventArea
from linli.muster.models import SignUp
from linli.people import actions as people
from linli.people.models import Household, Identity, Person, Stay
from linli.people.partitions import have_partition
from tests.closing import planted as plants
from tests.factories import STARTED, SYSTEM, add_claim, caller_for, note, tiny_city, user_with_role

pytestmark = pytest.mark.django_db
OWN = Env(data_dir=None)  # type: ignore[arg-type]  # a database of our own, whose folder nobody asks for here


@pytest.fixture
def city():
    return tiny_city()


def destroyed(planted):
    closing = plants.confirm(planted)
    rows.destroy(closing, Step.objects.create(closing=closing, what=Step.What.ROWS, begun_at=now()))
    return closing


def test_what_goes_and_what_stays_is_counted_row_by_row(city):
    planted = plants.plant(city)
    before = {line.model: (line.goes, line.stays) for line in counting.review(city.event).lines}
    closing = destroyed(planted)
    assert plants.rows_of_the_event(planted) == {}
    assert plants.register_fields(planted) == plants.EXPECTED
    sheets = Step.objects.get(closing=closing, what=Step.What.ROWS).facts["sheets"]
    assert sheets == {"printed": 1, "returned": 0, "destroyed": 0, "missing": 1}, "for the certificate"
    after = {line.model: line.stays for line in counting.review(city.event).lines}
    for line in Line.objects.filter(closing=closing):
        if not line.model.startswith(("closing.", "custody.", "procrastinate.")):  # what the closing itself writes
            assert (line.destroyed, line.kept) == before[line.model], line.model
            assert after[line.model] == line.kept, line.model
    assert TrailEntry.objects.filter(kind="closing.destroyed").exists()
    assert DeviceSession.objects.count() == 0
    assert Event.objects.filter(pk=city.event.pk).exists(), "the event's name and dates stay"


def test_a_change_after_both_confirmed_destroys_nothing_and_asks_again(city):
    planted = plants.plant(city)
    closing = plants.confirm(planted)
    ended, city.event.ended_at = city.event.ended_at, None
    add_claim(city, name="李四", phone="13800009999")
    city.event.ended_at = ended
    assert work.go_on(closing.pk, OWN) == "closing_review_changed"
    closing.refresh_from_db()
    assert (closing.state, closing.officer_by, closing.second_by) == ("review", None, None)
    assert SignUp.objects.filter(event=city.event).count() == 2
    assert not Step.objects.exists()


def other_event(city):
    other = Event.objects.create(name="暴雨", pack="epidemic", pack_version="1", started_at=STARTED)
    EventArea.objects.create(event=other, area=city.street)
    return other


def test_whom_another_event_knows_stays_until_that_one_is_closed_too(city):
    other = other_event(city)
    for event in (city.event, other):
        have_partition(event.pk)
    person = people.add_person(holder=city.event.pk, name="两处都有", by=SYSTEM, at=now())
    home = Household.objects.create(dwelling=city.buildings[0].place)
    people.move(person, counted_in=city.micro_grids[0], household=home, since=now(), by=SYSTEM, at=now())
    Identity.objects.create(person=person, holder=other.pk, name="两处都有", name_key="")
    Event.objects.update(ended_at=now())
    officer, second = user_with_role("privacy_officer"), user_with_role("city", city.street)
    for event, left in ((city.event, 1), (other, 0)):
        event.refresh_from_db()
        city_of = plants.Planted(_with(city, event), officer, second, 0, 0, 0)
        destroyed(city_of)
        assert Person.objects.filter(pk=person.pk).count() == left
        assert Household.objects.filter(pk=home.pk).count() == left
        assert Stay.objects.filter(person=person).count() == left
        assert Identity.objects.filter(person=person).count() == left


def _with(city, event):
    from dataclasses import replace

    return replace(city, event=event)


def test_who_lives_with_somebody_of_the_register_leaves_the_household_behind(city):
    have_partition(city.event.pk)
    home = Household.objects.create(dwelling=city.buildings[0].place)
    for holder in (-1, city.event.pk):
        person = people.add_person(holder=holder, name="同住", by=SYSTEM, at=now())
        people.move(person, counted_in=city.micro_grids[0], household=home, since=now(), by=SYSTEM, at=now())
    Event.objects.update(ended_at=now())
    city.event.refresh_from_db()
    going = {line.model: line.goes for line in counting.review(city.event).lines}
    assert (going["people.Person"], going["people.Stay"], going["people.Household"]) == (1, 1, 0)


def test_a_shift_change_goes_with_the_event_whose_entries_were_handed_over_in_it(city):
    community = city.communities[0]
    giver, taker = user_with_role("community_desk", community), user_with_role("community_desk", community)
    entry = note(city, giver)
    handing.offer(community, to=taker.pk, whole_desk=False, by=caller_for(giver), at=now())
    handing.take_over(HandOver.objects.get(), by=caller_for(taker), at=now())
    assert Passing.objects.get().entry_id == entry.pk
    other = other_event(city)
    Event.objects.update(ended_at=now())
    assert _hand_overs(city.event) == 1
    assert _hand_overs(other) == 0


def test_an_empty_shift_change_goes_with_the_one_event_that_ran_then(city):
    community = city.communities[0]
    HandOver.objects.create(community=community, whole_desk=True, given_by=1, given_at=now(), to=2)
    Event.objects.update(ended_at=now())
    assert _hand_overs(city.event) == 1
    other = other_event(city)  # it goes on, and may still need it
    assert _hand_overs(city.event) == 0
    Event.objects.filter(pk=other.pk).update(started_at=now())
    assert _hand_overs(city.event) == 1


def _hand_overs(event):
    event.refresh_from_db()
    return next(line.goes for line in counting.review(event).lines if line.model == "desk.HandOver")


def test_a_list_looked_through_after_the_end_is_none_of_it(city):
    clerk = user_with_role("community_desk", city.communities[0])
    Event.objects.update(ended_at=now() - timedelta(minutes=1))
    city.event.refresh_from_db()
    held.hold("list", "x", area=city.communities[0].pk, by=caller_for(clerk), at=now())
    assert next(line.goes for line in counting.review(city.event).lines if line.model == "custody.Held") == 0
    assert Held.objects.count() == 1


def test_entries_that_others_closed_and_took_go_too(city):
    planted = plants.plant(city)
    entry = desk.Entry.objects.get()
    desk.close(entry, done="送到", by=caller_for(_holder(entry)), at=now())
    destroyed(planted)
    assert plants.rows_of_the_event(planted) == {}


def _holder(entry):
    from linli.access.models import User

    return User.objects.get(pk=entry.holder)


@pytest.mark.parametrize(
    ("cause", "code"),
    [(postgres.DiskFull, "closing_no_room"), (postgres.LockNotAvailable, "closing_busy")],
)
def test_a_full_disk_and_a_table_in_use_are_told_plainly_and_nothing_is_lost(city, monkeypatch, cause, code):
    planted = plants.plant(city)
    closing = plants.confirm(planted)

    def fails(*_):
        raise OperationalError("no") from cause("no")

    monkeypatch.setattr(rows, "destroy", fails)
    assert work.go_on(closing.pk, OWN) == code
    step = Step.objects.get()
    assert (step.failure, step.done_at) == (code, None)
    assert SignUp.objects.count() == 1


def test_a_fault_of_ours_is_not_taken_for_something_to_wait_for(city, monkeypatch):
    closing = plants.confirm(plants.plant(city))

    def fails(*_):
        raise OperationalError("no") from postgres.IoError("no")

    monkeypatch.setattr(rows, "destroy", fails)
    with pytest.raises(OperationalError):
        work.go_on(closing.pk, OWN)
    assert not work.is_under_way()


@pytest.mark.django_db(transaction=True)
def test_two_closings_at_once_are_done_one_after_the_other(city):
    closing = plants.confirm(plants.plant(city))
    with other_connection() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [work.LOCK])
        assert work.is_under_way()
        assert work.go_on(closing.pk, OWN) == "closing_busy"
        assert not Step.objects.exists()
        cursor.execute("SELECT pg_advisory_unlock(%s)", [work.LOCK])
        assert not work.is_under_way()


@pytest.mark.django_db(transaction=True)
def test_nothing_is_written_anew_while_somebody_still_sees_the_old_rows(monkeypatch):
    monkeypatch.setattr(files, "PATIENCE_S", 0.0)
    with other_connection() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT count(*) FROM events_event")
        with connection.cursor() as own:
            own.execute("SELECT pg_current_xact_id()::text")
            number = own.fetchone()[0]
        with pytest.raises(ClosingHeldUp):
            files.nobody_reads(number)
        cursor.execute("ROLLBACK")
        files.nobody_reads(number)


@pytest.mark.django_db(transaction=True)
def test_a_table_that_is_being_read_is_not_waited_for_with_everybody_else_behind(monkeypatch):
    monkeypatch.setattr(files, "LOCK_WITHIN", "50ms")
    with other_connection() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT count(*) FROM desk_entry")
        with pytest.raises(OperationalError) as found:
            files.write_anew("desk_entry")
        assert work.code_of(found.value) == "closing_busy"
        cursor.execute("ROLLBACK")
    files.write_anew("desk_entry")
    with connection.cursor() as own:
        own.execute("SHOW lock_timeout")
        assert own.fetchone() == ("0",)


def other_connection():
    from contextlib import contextmanager

    @contextmanager
    def opened():
        fresh = connections["default"].copy()
        try:
            with fresh.cursor() as cursor:
                yield cursor
        finally:
            fresh.close()

    return opened()


def test_the_log_of_a_database_run_elsewhere_is_not_vouched_for():
    assert log.recycle(Env(data_dir=None, database_url="postgresql:///x")) == {"seen": False}  # type: ignore[arg-type]


@pytest.mark.django_db(transaction=True)
def test_the_partition_of_an_event_is_dropped_wherever_it_was_left():
    have_partition(7_000_001)
    name = "people_identity_event_7000001"
    assert files.leaves("people_identity").count(name) == 1
    assert files.drop_partition(7_000_001) == name
    assert files.leaves("people_identity").count(name) == 0
    files.drop_partition(7_000_001)
    have_partition(7_000_001)
    with connection.cursor() as cursor:  # killed between the two
        cursor.execute(f"ALTER TABLE people_identity DETACH PARTITION {name} CONCURRENTLY")
    files.drop_partition(7_000_001)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [name])
        assert cursor.fetchone() == (None,)


def test_the_digest_of_a_certificate_is_of_one_spelling():
    assert certificate.digest_of({"b": 1, "a": "证"}) == certificate.digest_of({"a": "证", "b": 1})
    assert certificate.digest_of({"a": 1}) != certificate.digest_of({"a": 2})


def test_a_closing_is_kept_by_the_database_as_it_must_be(city):
    from django.db import IntegrityError, transaction

    made = Closing.objects.create(event=city.event, opened_by=1, opened_at=now())
    for wrong in ({"state": "confirmed"}, {"officer_by": 1}, {"officer_by": 1, "officer_at": now()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Closing.objects.filter(pk=made.pk).update(**wrong)
