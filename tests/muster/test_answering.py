"""Coming or not: said in time by whoever is placed, heard by the desk from the others, and counted apart."""

from datetime import timedelta

import pytest

from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.db import from_on
from linli.custody.models import TrailEntry
from linli.muster import actions, answering, queries, rules, staffing
from linli.muster.errors import NotPlacedNow, NotYoursToDecide, SignUpOver
from linli.muster.models import Free, Placement, SignUp
from linli.people.models import Unavailable, Volunteer
from tests.factories import TinyCity, add_claim, caller_for, place_in, tiny_city, user_with_role
from tests.muster.test_leaving import placed

pytestmark = pytest.mark.django_db
ME = Caller()
HOUR = timedelta(hours=1)


@pytest.fixture
def city() -> TinyCity:
    return tiny_city()


def desk_of(city: TinyCity, community: int = 0) -> Caller:
    return caller_for(user_with_role("community_desk", city.communities[community]))


def test_there_are_twelve_hours_to_answer_or_until_it_begins_and_one_at_least() -> None:
    at = now()
    for begins, answer in ((at + 48 * HOUR, 12), (at + 5 * HOUR, 5), (at, 1), (at - HOUR, 1)):
        assert rules.answer_by(begins, at) == at + answer * HOUR


def test_who_says_they_come_is_counted_once_however_often_they_say_it(city: TinyCity) -> None:
    claim, placement = placed(city)
    assert placement.answer_by > placement.published_at
    for _ in range(2):
        answering.say_coming(claim, by=ME, at=now())
    placement.refresh_from_db()
    assert placement.coming_heard_by is None
    assert TrailEntry.objects.filter(kind="placement.coming").count() == 1
    stands = staffing.staffing_of(city.event, [city.street.pk], now())[city.street.pk]
    assert (stands.placed, stands.coming) == (1, 1)


def test_who_cannot_come_leaves_the_place_free_and_is_not_called_for_that_time(city: TinyCity) -> None:
    claim, placement = placed(city)
    answering.say_cannot(claim, by=ME, at=now())
    assert not Placement.objects.filter(during__contains=now()).exists()
    assert Unavailable.objects.get().during.upper == placement.during.upper
    for answer in (answering.say_cannot, answering.say_coming):
        with pytest.raises(NotPlacedNow):
            answer(claim, by=ME, at=now())


def test_an_open_ended_placement_can_be_refused_too(city: TinyCity) -> None:
    claim = actions.confirm(add_claim(city, name="王一", phone="13800000001"), person=None, by=desk_of(city), at=now())
    assert claim.person is not None
    place_in(city.event, claim.person, city.grids[0], from_on(now()))
    answering.say_cannot(claim, by=ME, at=now())
    assert queries.placement_of(city.event, claim.person.pk, now()) is None


def test_whoever_is_silent_when_the_time_is_over_stands_on_the_desk_s_list_until_it_hears_from_them(
    city: TinyCity,
) -> None:
    _, placement = placed(city)
    desk, late = desk_of(city), placement.answer_by + HOUR
    assert not queries.silent_inside(desk, city.event, city.street, now()).exists()
    assert list(queries.silent_inside(desk, city.event, city.street, late)) == [placement]
    assert not queries.silent_inside(desk_of(city, 1), city.event, city.street, late).exists()
    with pytest.raises(NotYoursToDecide):
        answering.hear_coming(placement, by=desk_of(city, 1), at=late)
    answering.hear_coming(placement, by=desk, at=late)
    placement.refresh_from_db()
    assert placement.coming_heard_by == desk.user
    assert not queries.silent_inside(desk, city.event, city.street, late).exists()


def test_when_somebody_can_serve_is_theirs_to_say_until_they_take_their_word_back(city: TinyCity) -> None:
    claim, placement = placed(city)
    actions.say_when(claim, 1 << Free.EVENINGS, only_inside=False, by=ME, at=now())
    claim.refresh_from_db()
    assert claim.free == 1 << Free.EVENINGS
    assert Placement.objects.filter(pk=placement.pk, during__contains=now()).exists()
    SignUp.objects.filter(pk=claim.pk).update(state=SignUp.State.WITHDRAWN, withdrawn_at=now())
    with pytest.raises(SignUpOver):
        actions.say_when(claim, 0, only_inside=False, by=ME, at=now())


@pytest.mark.parametrize(("grid", "stays"), [(0, True), (2, False)])
def test_who_cannot_leave_their_estate_keeps_only_a_place_in_their_own_grid(
    city: TinyCity, grid: int, stays: bool
) -> None:
    claim = actions.confirm(add_claim(city, name="王一", phone="13800000001"), person=None, by=desk_of(city), at=now())
    assert claim.person is not None
    Volunteer.objects.filter(person=claim.person).update(lives_at=city.buildings[0].place)
    place_in(city.event, claim.person, city.grids[grid], from_on(now() - HOUR, now() + 24 * HOUR))
    actions.say_when(claim, 0, only_inside=True, by=ME, at=now())
    assert (queries.placement_of(city.event, claim.person.pk, now()) is not None) is stays
    assert queries.only_inside(claim.person.pk)
