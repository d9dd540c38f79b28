"""Placed, told, coming and came, counted apart at every level, each person once."""

from datetime import timedelta

import pytest

from linli.common.clock import now
from linli.common.db import from_on
from linli.common.ids import uuid7
from linli.duty import booking
from linli.duty.hours import actions as hours
from linli.duty.hours import deciding
from linli.duty.models import Booking, Service
from linli.muster import answering, calling
from linli.muster.models import Placement, SignUp
from linli.muster.staffing import Staffing, staffing_of
from linli.notices import actions as notices
from linli.notices.actions import News
from linli.notices.models import Told
from linli.people.models import Person
from tests.duty.served import DAY, HOUR, begin, placed, served
from tests.factories import SYSTEM, TinyCity, ask, caller_for, tiny_city, user_with_role
from tests.muster.test_allocation import confirmed, planned, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> TinyCity:
    return tiny_city()


def stands(city: TinyCity) -> Staffing:
    """The whole street, after its parts were seen to add up to it."""
    at, parts = now(), [grid.pk for grid in city.grids]
    found = staffing_of(city.event, [city.street.pk, *(each.pk for each in city.communities), *parts], at)
    whole = found[city.street.pk]
    for figure in ("placed", "told", "coming", "came", "wanted", "short"):
        for level in ([each.pk for each in city.communities], parts):
            assert sum(getattr(found[area], figure) for area in level) == getattr(whole, figure), figure
    return whole


def all_placed(city: TinyCity, people: int) -> list[Person]:
    ask(city, grid=0, want=people)
    who = [confirmed(city, number) for number in range(1, people + 1)]
    publish(planned(city, city.street), city)
    return who


def told_again(city: TinyCity, person: Person, *, grid: int = 0) -> None:
    """As a repair tells somebody who comes back to a grid."""
    facts = {"grid": city.grids[grid].pk, "since": now(), "until": None, "desk": city.grids[grid].pk}
    news = News("moved", f"grid:{city.grids[grid].pk}", f"again:{uuid7()}", facts=facts, whom=[person.pk])
    notices.tell(city.event, [news], by=SYSTEM, at=now())


def test_told_is_whoever_knows_and_the_grids_own_pages_add_up_to_it(city: TinyCity) -> None:
    read, called, said, _ = all_placed(city, 4)
    desk = caller_for(user_with_role("community_desk", city.communities[0]))
    assert (stands(city).placed, stands(city).told) == (4, 0), "sent is not told"
    notices.read([Told.objects.get(person=read).pk], language="zh-hans", by=SYSTEM, at=now())
    assert calling.told_by_phone(Placement.objects.get(person=called).pk, by=desk, at=now())
    answering.say_coming(SignUp.objects.get(person=said), by=SYSTEM, at=now())
    found = stands(city)
    assert (found.placed, found.told, found.coming, found.came) == (4, 3, 1, 0)
    assert found.told == sum(calling.counts(city.event, grid, now()).told for grid in city.grids)


def test_who_is_told_several_times_counts_once_by_what_they_were_told_last(city: TinyCity) -> None:
    (person,) = all_placed(city, 1)
    notices.read([Told.objects.get(person=person).pk], language="zh-hans", by=SYSTEM, at=now())
    assert stands(city).told == 1
    told_again(city, person)
    assert stands(city).told == calling.counts(city.event, city.grids[0], now()).told == 0
    notices.read(Told.objects.filter(person=person).values_list("pk", flat=True), language="en", by=SYSTEM, at=now())
    assert stands(city).told == calling.counts(city.event, city.grids[0], now()).told == 1


def test_what_somebody_was_told_of_another_grid_is_not_where_they_are_placed(city: TinyCity) -> None:
    person = placed(city, grid=0)
    told_again(city, person, grid=1)
    notices.read([Told.objects.get(person=person).pk], language="en", by=SYSTEM, at=now())
    assert stands(city).told == 0


def test_who_has_two_times_in_one_grid_is_one_person(city: TinyCity) -> None:
    person, at = placed(city), now()
    belongs = Booking.objects.get(person=person)
    again = booking.give_back(belongs.pk, at + HOUR, at + DAY)
    assert again is not None
    first = Placement.objects.get(booking=belongs)
    first.pk, first.booking_id, first.during = None, again, Booking.objects.get(pk=again).during
    first.save(force_insert=True)
    begin(city, person, at)
    assert (stands(city).placed, stands(city).came) == (1, 1)


def test_who_started_duty_has_come_and_has_come_still_when_it_is_over(city: TinyCity) -> None:
    now_there, was_there, _ = placed(city, grid=0), placed(city, grid=2), placed(city, grid=3)
    begin(city, now_there, now() - HOUR)
    served(city, was_there, now() - 5 * HOUR, now() - HOUR, grid=2)
    assert (stands(city).placed, stands(city).came) == (3, 2)


def test_a_shift_at_a_post_of_the_community_counts_in_the_grid_where_they_are_placed(city: TinyCity) -> None:
    person, at = placed(city), now()
    during, community = from_on(at - HOUR, at + HOUR), city.communities[0].pk
    shift = Booking.Kind.SHIFT
    booking.book_one(
        city.event, person.pk, community, during, kind=shift, post="gate", source="muster", by=SYSTEM, at=at
    )
    code = Service.Said.CODE
    hours.start(person.pk, city.event, community, said=code, key=uuid7(), happened=at, by=SYSTEM, at=at)
    assert Service.objects.get().place_id == community
    assert stands(city).came == 1


def test_hours_that_were_declined_and_hours_before_the_placement_are_nobody_who_came(city: TinyCity) -> None:
    declined, early = placed(city), placed(city)
    desk = caller_for(user_with_role("community_desk", city.communities[0]))
    never = served(city, declined, now() - 5 * HOUR, now() - HOUR)
    deciding.decline(never, "nobody saw them", by=desk, at=now())
    served(city, early, now() - 3 * DAY, now() - 3 * DAY + HOUR)
    assert stands(city).came == 1
    Booking.objects.filter(person=early).update(during=from_on(now() - timedelta(minutes=5), now() + DAY))
    assert stands(city).came == 0, "they were there before this placement"
