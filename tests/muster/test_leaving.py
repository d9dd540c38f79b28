"""Not coming after all: for a time, for good, or ended by the desk."""

from datetime import timedelta

import pytest

from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.db import from_on
from linli.muster import actions, jobs, leaving, publishing, runs
from linli.muster.errors import BadTimeAway, NotConfirmedYet, NotYoursToDecide, SignUpOver
from linli.muster.models import Placement, SignUp
from linli.muster.staffing import signed_up_counts, staffing_of
from tests.factories import TinyCity, add_claim, ask, caller_for, tiny_city, user_with_role

pytestmark = pytest.mark.django_db
ME = Caller()


@pytest.fixture
def city() -> TinyCity:
    return tiny_city()


def placed(city: TinyCity) -> tuple[SignUp, Placement]:
    """Somebody confirmed and placed for a week."""
    ask(city, grid=0, want=1)
    desk = caller_for(user_with_role("community_desk", city.communities[0]))
    claim = actions.confirm(add_claim(city, name="王一", phone="13800000001"), person=None, by=desk, at=now())
    street, at = caller_for(user_with_role("street", city.street)), now()
    run = runs.begin(city.event, city.street, during=from_on(at, at + timedelta(days=7)), by=street, at=at)
    jobs.work_out(run)
    run.refresh_from_db()
    publishing.publish(run, by=street, at=now())
    return claim, Placement.objects.get(person=claim.person)


def test_who_takes_their_word_back_is_free_from_now_on_and_the_past_stays(city: TinyCity) -> None:
    claim, placement = placed(city)
    before = now()
    leaving.withdraw(claim, by=ME, at=now() + timedelta(hours=1))

    placement.refresh_from_db()
    assert placement.during.upper == claim.withdrawn_at
    street = city.street.pk
    assert signed_up_counts(city.event, [street], before) == {street: 1}
    assert signed_up_counts(city.event, [street], now() + timedelta(hours=2)) == {}
    assert staffing_of(city.event, [street], now() + timedelta(hours=2))[street].short == 1
    with pytest.raises(SignUpOver):
        leaving.withdraw(claim, by=ME, at=now())


def test_who_took_their_word_back_may_sign_up_again(city: TinyCity) -> None:
    claim, _ = placed(city)
    leaving.withdraw(claim, by=ME, at=now())
    desk = caller_for(user_with_role("community_desk", city.communities[0]))
    again = actions.confirm(add_claim(city, name="王一", phone="13800000001"), person=None, by=desk, at=now())
    assert again.person_id == claim.person_id
    assert again.state == SignUp.State.CONFIRMED


def test_a_claim_that_waits_can_be_taken_back_and_is_confirmed_no_more(city: TinyCity) -> None:
    claim = add_claim(city, name="王一", phone="13800000001")
    leaving.withdraw(claim, by=ME, at=now())
    desk = caller_for(user_with_role("community_desk", city.communities[0]))
    with pytest.raises(actions.AlreadyDecided):
        actions.confirm(claim, person=None, by=desk, at=now())


def test_two_days_away_leave_the_time_before_and_after(city: TinyCity) -> None:
    claim, placement = placed(city)
    begins, ends = placement.during.lower, placement.during.upper
    since, until = begins + timedelta(days=2), begins + timedelta(days=4)

    leaving.say_unavailable(claim, since=since, until=until, by=ME, at=now())

    held = [row.during for row in Placement.objects.filter(person=claim.person).order_by("during")]
    assert [(each.lower, each.upper) for each in held] == [(begins, since), (until, ends)]


def test_who_is_away_is_not_placed_in_that_time(city: TinyCity) -> None:
    claim, _ = placed(city)
    desk = caller_for(user_with_role("community_desk", city.communities[0]))
    actions.confirm(add_claim(city, name="王二", phone="13800000002"), person=None, by=desk, at=now())
    leaving.say_unavailable(claim, since=now(), until=now() + timedelta(days=9), by=ME, at=now())
    assert not Placement.objects.filter(during__endswith__gt=now()).exists()
    street, at = caller_for(user_with_role("street", city.street)), now()
    run = runs.begin(city.event, city.street, during=from_on(at, at + timedelta(days=7)), by=street, at=at)
    jobs.work_out(run)
    run.refresh_from_db()
    assert (run.summary["placed_new"], run.summary["unavailable"]) == (1, 1)


def test_a_time_that_makes_no_sense_changes_nothing(city: TinyCity) -> None:
    claim, placement = placed(city)
    waiting = add_claim(city, name="王二", phone="13900000009")
    with pytest.raises(BadTimeAway):
        leaving.say_unavailable(
            claim, since=now() + timedelta(days=2), until=now() + timedelta(days=1), by=ME, at=now()
        )
    with pytest.raises(BadTimeAway):
        leaving.say_unavailable(
            claim, since=now() - timedelta(days=2), until=now() - timedelta(days=1), by=ME, at=now()
        )
    with pytest.raises(NotConfirmedYet):
        leaving.say_unavailable(waiting, since=now(), until=now() + timedelta(days=1), by=ME, at=now())
    assert Placement.objects.get() == placement


def test_the_desk_of_the_grid_ends_a_placement_and_no_other(city: TinyCity) -> None:
    _, placement = placed(city)
    neighbour = caller_for(user_with_role("community_desk", city.communities[1]))
    with pytest.raises(NotYoursToDecide):
        leaving.release(placement, by=neighbour, at=now())
    ended = now()
    leaving.release(placement, by=caller_for(user_with_role("community_desk", city.communities[0])), at=ended)
    placement.refresh_from_db()
    assert placement.during.upper == ended
