"""Two people confirm what they both saw; neither alone, nor one under two hats, nor of another review."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from linli.access.models import RoleGrant, User
from linli.closing import actions, counting, jobs, queries, rules
from linli.closing.errors import (
    BadWitness,
    ClosingMovedOn,
    ConfirmedAlready,
    GraceNotOver,
    MayNotConfirm,
    NotEndedYet,
    PartTaken,
    ReasonTooLong,
    ReviewChanged,
)
from linli.closing.models import Closing
from linli.common.clock import now
from linli.common.errors import NotFound
from linli.custody.models import TrailEntry
from linli.events.models import Event
from linli.events.packs import pack_of
from tests.factories import FOUNDED, add_claim, caller_for, tiny_city, user_with_role

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    """A city whose event has ended longer ago than its grace period."""
    city = tiny_city()
    add_claim(city, name="王小明", phone="13800001234")
    ended = now() - timedelta(days=31)
    Event.objects.filter(pk=city.event.pk).update(ended_at=ended)
    city.event.refresh_from_db()
    return city


@pytest.fixture
def officer(city):
    return user_with_role("privacy_officer")


@pytest.fixture
def second(city):
    return user_with_role("city", city.street)


@pytest.fixture
def closing(city, officer):
    return actions.open_review(city.event, by=caller_for(officer), at=now())


def say(closing, who, *, digest="", **more):
    digest = digest or counting.review(closing.event).digest
    return actions.confirm(closing, digest=digest, by=caller_for(who), at=now(), **more)


def waiting_jobs():
    return ProcrastinateJob.objects.filter(task_name=jobs.go_on.name).count()


def test_the_pack_says_how_long_an_event_is_left_as_it_is(city):
    assert rules.grace(pack_of(city.event)) == timedelta(days=30)


def test_before_the_grace_period_is_over_a_reason_is_needed_and_kept(city, officer):
    Event.objects.filter(pk=city.event.pk).update(ended_at=now() - timedelta(days=29))
    by = caller_for(officer)
    with pytest.raises(GraceNotOver):
        actions.open_review(city.event, by=by, at=now())
    with pytest.raises(ReasonTooLong):
        actions.open_review(city.event, reason="x" * 201, by=by, at=now())
    assert actions.open_review(city.event, reason="演练", by=by, at=now()).early_reason == "演练"


def test_an_event_that_goes_on_is_not_reviewed(city, officer):
    Event.objects.filter(pk=city.event.pk).update(ended_at=None)
    with pytest.raises(NotEndedYet):
        actions.open_review(city.event, reason="演练", by=caller_for(officer), at=now())


def test_only_the_officer_opens_a_review_and_asked_twice_it_is_one(city, officer, second, closing):
    assert actions.open_review(city.event, by=caller_for(officer), at=now()) == closing
    for other in (second, user_with_role("administrator"), user_with_role("community_desk", city.communities[0])):
        with pytest.raises(MayNotConfirm):
            actions.open_review(city.event, by=caller_for(other), at=now())


def test_the_second_begins_the_work_and_both_stand_on_record(closing, officer, second):
    assert say(closing, officer, witnesses=["公证处 赵"]).state == "review"
    assert waiting_jobs() == 0
    done = say(closing, second)
    assert (done.state, done.officer_by, done.second_by) == ("confirmed", officer.pk, second.pk)
    assert done.witnesses == ["公证处 赵"]
    assert waiting_jobs() == 1
    kinds = list(TrailEntry.objects.filter(kind="closing.confirmed").order_by("pk").values_list("user", flat=True))
    assert kinds == [officer.pk, second.pk]


def test_the_second_may_come_first(closing, officer, second):
    say(closing, second)
    assert say(closing, officer).state == "confirmed"


def test_one_account_with_both_parts_is_still_one_person(city, closing, officer):
    RoleGrant.objects.create(user=officer, role="city", area=city.street.pk, since=FOUNDED)
    say(closing, officer)
    with pytest.raises(ConfirmedAlready):
        say(closing, officer)
    with pytest.raises(IntegrityError, match="closing_two_people"), transaction.atomic():
        Closing.objects.filter(pk=closing.pk).update(second_by=officer.pk, second_at=now())


def test_two_officers_are_two_people_and_two_of_city_command_are_not_enough(city, closing, officer, second):
    say(closing, second)
    with pytest.raises(PartTaken):
        say(closing, user_with_role("city", city.street))
    actions.take_back(closing, by=caller_for(second), at=now())
    say(closing, officer)
    assert say(closing, user_with_role("privacy_officer")).state == "confirmed"


def test_who_has_no_part_confirms_nothing(city, closing):
    for role in ("auditor", "administrator"):
        with pytest.raises(MayNotConfirm):
            say(closing, user_with_role(role))


def test_a_confirmation_is_of_the_review_that_was_seen(city, closing, officer, second):
    seen = counting.review(city.event).digest
    say(closing, officer, digest=seen)
    add_late_claim(city)
    with pytest.raises(ReviewChanged):
        say(closing, second, digest=seen)
    assert say(closing, second).state == "review", "the first had confirmed something else"
    assert say(closing, officer).state == "confirmed"


def add_late_claim(city):
    ended, city.event.ended_at = city.event.ended_at, None
    add_claim(city, name="李四", phone="13800009999")
    city.event.ended_at = ended


def test_what_goes_by_the_clock_changes_no_review(city):
    from linli.access.devices import start_device_session
    from linli.muster.models import SignUp

    seen = counting.review(city.event)
    start_device_session(SignUp.objects.get().pk, at=now())
    then = counting.review(city.event)
    assert (then.digest, then.going) == (seen.digest, seen.going + 1)


@pytest.mark.parametrize("how", ["role", "account"])
def test_who_is_no_officer_any_more_has_confirmed_nothing(closing, officer, second, how):
    say(closing, officer)
    if how == "role":
        RoleGrant.objects.filter(user=officer).update(until=now())
    else:
        User.objects.filter(pk=officer.pk).update(is_active=False)
    assert say(closing, second).state == "review"
    assert say(closing, user_with_role("privacy_officer")).state == "confirmed"


def test_a_confirmation_can_be_taken_back_until_both_are_there(closing, officer, second):
    say(closing, officer)
    actions.take_back(closing, by=caller_for(officer), at=now())
    with pytest.raises(ClosingMovedOn):
        actions.take_back(closing, by=caller_for(officer), at=now())
    say(closing, second)
    say(closing, officer)
    with pytest.raises(ClosingMovedOn):
        actions.take_back(closing, by=caller_for(second), at=now())
    with pytest.raises(ClosingMovedOn):
        say(closing, user_with_role("privacy_officer"))


def test_witnesses_have_names_of_a_length(closing, officer):
    for names in (["x" * 41], ["x"] * 7):
        with pytest.raises(BadWitness):
            say(closing, officer, witnesses=names)


def test_whoever_has_no_part_in_it_sees_nothing_of_it(city, closing, officer):
    for role, area in (("community_desk", city.communities[0]), ("administrator", None), ("auditor", None)):
        with pytest.raises(NotFound):
            queries.event_to_close(caller_for(user_with_role(role, area)), city.event.pk, now())
    assert [stand.state for stand in queries.ended_events(caller_for(officer), now())] == ["review"]


def test_a_closing_that_stands_still_is_taken_up_by_who_has_a_part(closing, officer, second):
    with pytest.raises(ClosingMovedOn):
        actions.press_on(closing, by=caller_for(officer), at=now())
    say(closing, officer)
    say(closing, second)
    actions.press_on(closing, by=caller_for(second), at=now())
    assert waiting_jobs() == 2
    with pytest.raises(MayNotConfirm):
        actions.press_on(closing, by=caller_for(user_with_role("auditor")), at=now())


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_the_same_part_at_once_one_does(city, closing):
    digest = counting.review(city.event).digest
    callers = [caller_for(user_with_role("city", city.street)) for _ in range(2)]
    start, said = threading.Barrier(2), []

    def press(caller):
        start.wait()
        try:
            said.append(actions.confirm(closing, digest=digest, by=caller, at=now()).second_by)
        except PartTaken:
            said.append(None)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[caller]) for caller in callers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each is None for each in said) == [False, True]
    assert Closing.objects.get().second_by in said
