"""A person's time is given once: freed, cut, ended with the event, and never given twice, whoever asks at once."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from linli.closing import ending
from linli.common.clock import now
from linli.common.db import from_on
from linli.common.errors import LinliError
from linli.duty import booking
from linli.duty.models import Booking
from linli.people.models import Person
from tests.factories import SYSTEM, TinyCity, caller_for, place_in, tiny_city, user_with_role

pytestmark = pytest.mark.django_db
BELONGS, SHIFT = Booking.Kind.BELONGS, Booking.Kind.SHIFT
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def booked(city: TinyCity, person: Person, *, grid: int = 0, since: Any, until: Any, post: str = "") -> int:
    return booking.book_one(
        city.event,
        person.pk,
        city.grids[grid].pk,
        from_on(since, until),
        kind=SHIFT if post else BELONGS,
        post=post,
        source="muster",
        by=SYSTEM,
        at=now(),
    )


def times(person: Person) -> list[tuple[Any, Any]]:
    rows = Booking.objects.filter(person=person).order_by("during")
    return [(row.during.lower, row.during.upper) for row in rows]


def test_a_shift_lies_inside_where_somebody_belongs_and_two_shifts_never_overlap() -> None:
    city, person, at = tiny_city(), Person.objects.create(), now()
    booked(city, person, since=at, until=at + 7 * DAY)
    booked(city, person, since=at + HOUR, until=at + 3 * HOUR, post="gate")
    for again in ({"since": at + 2 * HOUR, "until": at + 4 * HOUR, "post": "phone"}, {"since": at, "until": at + DAY}):
        with pytest.raises(LinliError) as refused:
            booked(city, person, grid=2, **again)
        assert refused.value.code == "booked_meanwhile"
    booked(city, person, since=at + 3 * HOUR, until=at + 4 * HOUR, post="gate")
    assert Booking.objects.count() == 3


@pytest.mark.parametrize("wrong", [{"kind": SHIFT, "post": ""}, {"kind": BELONGS, "post": "gate"}])
def test_a_shift_names_its_post_and_belonging_names_none(wrong: dict[str, Any]) -> None:
    city, person, at = tiny_city(), Person.objects.create(), now()
    facts = {"event": city.event, "place_id": city.grids[0].pk, "source": "muster", "booked_at": at}
    with pytest.raises(IntegrityError, match="booking_shift_is_at_a_post"), transaction.atomic():
        Booking.objects.create(person=person, during=from_on(at, at + HOUR), **facts, **wrong)


def test_who_gives_a_time_back_keeps_what_lies_before_and_after_it() -> None:
    city, person, at = tiny_city(), Person.objects.create(), now()
    held = booked(city, person, since=at, until=at + 5 * DAY)
    later = booking.give_back(held, at + DAY, at + 2 * DAY)
    assert times(person) == [(at, at + DAY), (at + 2 * DAY, at + 5 * DAY)]
    assert later is not None
    assert booking.give_back(later, at + 4 * DAY, at + 9 * DAY) is None
    assert booking.give_back(held, at - DAY, at + HOUR) is not None
    assert times(person) == [(at + HOUR, at + DAY), (at + 2 * DAY, at + 4 * DAY)]


def test_what_is_over_stays_and_what_never_began_goes() -> None:
    city, person, at = tiny_city(), Person.objects.create(), now()
    over = booked(city, person, since=at - 2 * DAY, until=at - DAY)
    on = booked(city, person, since=at - HOUR, until=at + DAY)
    ahead = booked(city, person, since=at + 2 * DAY, until=at + 3 * DAY)
    booking.leave([over, on, ahead], at)
    assert times(person) == [(at - 2 * DAY, at - DAY), (at - HOUR, at)]


def test_an_event_that_ends_frees_everybody_it_had_booked_and_nobody_else() -> None:
    city, at = tiny_city(), now()
    placed = place_in(city.event, Person.objects.create(), city.grids[0], from_on(at - DAY, at + DAY))
    ended = ending.end_event(city.event, by=caller_for(user_with_role("city", city.street)), at=at)
    placed.refresh_from_db()
    assert placed.during.upper == ended.ended_at == at
    elsewhere = tiny_city()
    place_in(elsewhere.event, placed.person, elsewhere.grids[0], from_on(at, at + DAY))


def test_a_placement_is_where_and_when_its_booking_says() -> None:
    city, at = tiny_city(), now()
    placed = place_in(city.event, Person.objects.create(), city.grids[0], from_on(at, at + DAY))
    booking.leave([placed.booking_id], at + HOUR)
    placed.refresh_from_db()
    assert placed.during.upper == at + HOUR
    with pytest.raises(IntegrityError, match="placement_is_as_booked"), transaction.atomic():
        type(placed).objects.filter(pk=placed.pk).update(during=from_on(at, at + DAY))
    booking.leave([placed.booking_id], at)
    assert not type(placed).objects.filter(pk=placed.pk).exists()


def two_rooms_book(city: TinyCity, person: Person, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What each of two rooms got that asked for the same hour of one person before either had it."""
    at, asked, said = now(), threading.Barrier(2), []
    hold = booking.hold

    def both_ask_first(people: Any) -> None:
        asked.wait(10)
        hold(people)

    def room(grid: int, post: str) -> None:
        try:
            booked(city, person, grid=grid, since=at, until=at + HOUR, post=post)
            said.append("booked")
        except LinliError as problem:
            said.append(problem.code)
        finally:
            connection.close()

    with monkeypatch.context() as patch:
        patch.setattr(booking, "hold", both_ask_first)
        rooms = [threading.Thread(target=room, args=each) for each in ((0, "gate"), (2, "sampling"))]
        for each in rooms:
            each.start()
        for each in rooms:
            each.join()
    return sorted(said)


@pytest.mark.django_db(transaction=True)
def test_of_two_rooms_that_book_one_person_for_one_hour_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    city, person = tiny_city(), Person.objects.create()
    assert two_rooms_book(city, person, monkeypatch) == ["booked", "booked_meanwhile"]
    assert Booking.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_its_constraint_both_would(monkeypatch: pytest.MonkeyPatch) -> None:
    guard = next(each for each in Booking._meta.constraints if each.name == "booking_one_at_a_time")
    city, person = tiny_city(), Person.objects.create()
    with connection.schema_editor() as editor:
        editor.remove_constraint(Booking, guard)
    try:
        assert two_rooms_book(city, person, monkeypatch) == ["booked", "booked"]
        assert Booking.objects.count() == 2
    finally:
        Booking.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Booking, guard)
