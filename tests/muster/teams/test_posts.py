"""Named posts: hours inside where somebody belongs, within what protects them, handed over, and never given twice."""

import threading
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection

from linli.common.clock import now
from linli.common.db import from_on
from linli.common.errors import LinliError
from linli.common.moments import LOCAL
from linli.duty import booking
from linli.duty.models import Booking, Policy, Training
from linli.muster import answering, leaving
from linli.muster.errors import NotYoursToDecide
from linli.muster.models import Free, Holding, NamedPost, Placement, SignUp
from linli.muster.teams import held, holding, protecting, rules
from linli.muster.teams.errors import DayOutOfReach
from linli.people.models import Identity, Organisation
from tests.factories import TinyCity, caller_for, tiny_city, user_with_role
from tests.muster.teams.test_teams import desk_of, placed

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def named(city: TinyCity, name: str = "东门先锋岗", work: str = "gate") -> NamedPost:
    kind = NamedPost.Kind.LEAD
    return holding.name_post(
        city.event, city.communities[0], kind=kind, work=work, name=name, by=desk_of(city), at=now()
    )


def tomorrow(hour: int, days: int = 0) -> datetime:
    return datetime.combine(now().astimezone(LOCAL).date() + (1 + days) * DAY, time(hour), LOCAL)


def given(post: NamedPost, who: Placement, *times: tuple[datetime, datetime]) -> list[str]:
    """What was told of each shift: "given", or why not."""
    desk = caller_for(user_with_role("community_desk", post.community))
    told = holding.give(post, who.person_id, times, by=desk, at=now())
    return [
        "given" if each.refused is None else str(each.refused.facts.get("reason", each.refused.code)) for each in told
    ]


def test_hours_are_given_day_by_day_and_each_refusal_says_why() -> None:
    city = tiny_city()
    post, one = named(city), placed(city, 1)
    day = [(tomorrow(8, n), tomorrow(12, n)) for n in (0, 1, 2, 3, 4, 9)]
    assert given(post, one, *day) == ["given"] * 5 + ["elsewhere"], "they are placed for a week"
    assert given(post, one, (tomorrow(14), tomorrow(16))) == ["no_rest"]
    assert given(post, one, (tomorrow(8), tomorrow(20))) == ["too_long"]
    assert given(post, one, (now() - 3 * HOUR, now() - HOUR)) == ["over"]
    assert Booking.objects.filter(kind=Booking.Kind.SHIFT, post="gate").count() == 5
    assert len(held.shifts_of(city.event, one.person_id, now())) == 5


def test_dangerous_work_is_for_those_who_are_trained_and_insured_on_that_day() -> None:
    city = tiny_city()
    post, one, at = named(city, "采样先锋岗", work="sampling"), placed(city, 1), now()
    desk, here, day = desk_of(city), city.communities[0], tomorrow(8).date()
    shift = (tomorrow(8), tomorrow(10))
    assert given(post, one, shift) == ["not_trained"]

    def train(until: date, work: str = "sampling") -> None:
        protecting.record_training(city.event, [one.person_id], work=work, until=until, area=here, by=desk, at=at)

    train(day, work="transfer")
    assert given(post, one, shift) == ["not_trained"], "for this work"
    train(tomorrow(8, -1).date())
    assert given(post, one, (tomorrow(8, 1), tomorrow(10, 1))) == ["training_over"]
    train(day)
    assert given(post, one, shift) == ["not_insured"]
    unit = Organisation.objects.create(name="区医院", area=city.street)
    facts = {"until": day, "by": desk, "at": at}
    street = caller_for(user_with_role("street", city.street))
    protecting.record_policy(city.event, here, name="只保单位 1", organisation=unit, **facts)
    with pytest.raises(NotYoursToDecide):
        protecting.record_policy(city.event, city.communities[1], name="只保邻社区 2", **facts)
    protecting.record_policy(city.event, city.communities[1], name="只保邻社区 2", **facts | {"by": street})
    assert given(post, one, shift) == ["not_insured"], "neither covers them"
    protecting.record_policy(city.event, city.street, name="团体意外险 3", **facts | {"by": street})
    assert given(post, one, shift) == ["given"]
    assert Training.objects.filter(work="sampling").count() == 1, "the newest replaces what was recorded before"


def test_whoever_has_not_said_that_they_are_fit_is_asked_first() -> None:
    city = tiny_city()
    post, one = named(city), placed(city, 1)
    SignUp.objects.filter(person=one.person_id).update(fit_said_at=None)
    shift = (tomorrow(8), tomorrow(10))
    assert given(post, one, shift) == ["not_said_fit"]
    answering.hear_coming(one, by=desk_of(city), at=now())
    assert given(post, one, shift) == ["given"]


@pytest.mark.parametrize("until", [-1, 0])
def test_what_is_over_already_is_not_recorded(until: int) -> None:
    city = tiny_city()
    one, desk, here, at = placed(city, 1), desk_of(city), city.communities[0], now()
    day = tomorrow(8, until - 1).date()

    def record() -> None:
        protecting.record_training(city.event, [one.person_id], work="sampling", until=day, area=here, by=desk, at=at)
        protecting.record_policy(city.event, here, name="团体意外险", until=day, by=desk, at=at)

    if until == 0:
        record()
        return
    with pytest.raises(LinliError):
        record()
    with pytest.raises(LinliError):
        protecting.record_policy(city.event, here, name=" ", until=tomorrow(8).date(), by=desk, at=at)
    assert not Training.objects.exists()
    assert not Policy.objects.exists()


def test_a_post_is_held_by_one_at_a_time_and_somebody_stands_at_one() -> None:
    city = tiny_city()
    east, west, one, two = named(city), named(city, "西门示范岗"), placed(city, 1), placed(city, 2)
    shift = (tomorrow(8), tomorrow(12))
    assert given(east, one, shift) == ["given"]
    assert given(east, two, shift) == ["post_held"]
    assert not Booking.objects.filter(person=two.person_id, kind=Booking.Kind.SHIFT).exists(), "nothing is half given"
    assert given(west, one, shift) == ["no_rest"]
    assert given(west, two, shift) == ["given"]


@pytest.mark.parametrize("why", ["too_young", "not_free", "elsewhere"])
def test_who_may_not_stand_there_is_told_why(why: str) -> None:
    city = tiny_city()
    post, one = named(city), placed(city, 1, grid=2 if why == "elsewhere" else 0)
    if why == "too_young":
        Identity.objects.filter(person=one.person_id).update(born=tomorrow(8).date() - 6_000 * DAY)
    if why == "not_free":
        SignUp.objects.filter(person=one.person_id).update(free=1 << Free.EVENINGS)
    assert given(post, one, (tomorrow(8), tomorrow(10))) == [why]
    assert not Holding.objects.exists()


def test_a_shift_is_handed_over_with_one_press() -> None:
    city = tiny_city()
    post, one, two = named(city), placed(city, 1), placed(city, 2)
    desk = desk_of(city)
    assert given(post, one, (now() + HOUR, now() + 3 * HOUR)) == ["given"]
    row = Holding.objects.get()
    holding.hand_over(row, two.person_id, by=desk, at=now())
    [now_held] = held.this_week(post, now())
    assert now_held.holding.person_id == two.person_id
    assert now_held.holding.during == row.during
    assert not Booking.objects.filter(person=one.person_id, kind=Booking.Kind.SHIFT).exists()
    with pytest.raises(LinliError) as refused:
        holding.hand_over(row, two.person_id, by=desk, at=now())
    assert refused.value.code == "not_held_any_more"


def test_a_hand_over_that_is_refused_leaves_the_shift_where_it_was() -> None:
    city = tiny_city()
    post, one, stranger = named(city), placed(city, 1), placed(city, 2, grid=2)
    assert given(post, one, (tomorrow(8), tomorrow(10))) == ["given"]
    with pytest.raises(LinliError) as refused:
        holding.hand_over(Holding.objects.get(), stranger.person_id, by=desk_of(city), at=now())
    assert refused.value.facts["reason"] == "elsewhere"
    assert Holding.objects.get().person_id == one.person_id


def test_whoever_leaves_is_shown_and_the_shift_does_not_keep_them_from_another() -> None:
    city = tiny_city()
    post, other, one, two = named(city), named(city, "西门示范岗"), placed(city, 1), placed(city, 2)
    desk, shift = desk_of(city), (tomorrow(8), tomorrow(12))
    assert given(post, one, shift) == ["given"]
    leaving.release(one, by=desk, at=now())
    assert [each.here for each in held.this_week(post, now())] == [False]
    assert given(other, one, shift) == ["elsewhere"]
    assert not Holding.objects.exists(), "what they hold no longer is let go of"
    assert given(post, two, shift) == ["given"]


def test_a_closed_post_frees_whoever_would_have_held_it() -> None:
    city = tiny_city()
    post, one = named(city), placed(city, 1)
    desk = desk_of(city)
    given(post, one, (tomorrow(8), tomorrow(10)), (tomorrow(8, 1), tomorrow(10, 1)))
    holding.end(Holding.objects.order_by("during")[0], by=desk, at=now())
    assert Holding.objects.count() == 1
    holding.close(post, by=desk, at=now())
    assert not Booking.objects.filter(kind=Booking.Kind.SHIFT).exists()
    with pytest.raises(LinliError) as refused:
        given(post, one, (tomorrow(8), tomorrow(10)))
    assert refused.value.code == "post_closed"
    assert named(city).pk != post.pk, "its name is free again"


def test_a_post_has_a_name_of_its_own_and_work_of_the_pack() -> None:
    city = tiny_city()
    named(city)
    for facts, code in (({}, "post_name_taken"), ({"name": "南门", "work": "no_such"}, "post_work_unknown")):
        with pytest.raises(LinliError) as refused:
            named(city, **facts)
        assert refused.value.code == code


def test_days_in_a_row_may_end_after_midnight() -> None:
    found = holding.days(date(2022, 9, 1), time(22), time(2), 2, at=datetime(2022, 9, 1, 8, tzinfo=LOCAL))
    assert [until - since for since, until in found] == [4 * HOUR] * 2
    assert found[1][0] == datetime(2022, 9, 2, 22, tzinfo=LOCAL)


@pytest.mark.parametrize(
    ("free", "hours", "can"),
    [
        ([], (0, 24), True),
        ([Free.ALWAYS], (0, 24), True),
        ([Free.MORNINGS], (6, 12), True),
        ([Free.MORNINGS], (6, 13), False),
        ([Free.MORNINGS, Free.AFTERNOONS], (8, 18), True),
        ([Free.NIGHTS], (22, 30), True),
        ([Free.EVENINGS], (22, 23), False),
        ([Free.WEEKENDS], (8, 10), False),
    ],
)
def test_what_people_say_of_their_time_in_hours(free: list[Free], hours: tuple[int, int], can: bool) -> None:
    thursday = datetime(2022, 9, 1, tzinfo=LOCAL)
    mask = sum(1 << each for each in free)
    assert rules.can_serve(mask, (thursday + hours[0] * HOUR, thursday + hours[1] * HOUR)) is can
    saturday = thursday + 2 * DAY
    assert rules.can_serve(1 << Free.WEEKENDS, (saturday + 8 * HOUR, saturday + 10 * HOUR))


def both_at_once(act: Callable[[int], list[str]], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Two desks book one person at one moment, each past every check before either books; what each was told."""
    ready, said, check = threading.Barrier(2), [], holding._check

    def later(*args: object) -> None:
        check(*args)  # type: ignore[arg-type]
        ready.wait(timeout=20)

    monkeypatch.setattr(booking, "hold", lambda people: None)
    monkeypatch.setattr(holding, "_check", later)

    def go(which: int) -> None:
        try:
            said.extend(act(which))
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(which,)) for which in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return sorted(said)


def two_posts_want_one(city: TinyCity) -> Callable[[int], list[str]]:
    posts, one, shift = [named(city), named(city, "西门")], placed(city, 1), (tomorrow(8), tomorrow(12))
    return lambda which: given(posts[which], one, shift)


@pytest.mark.django_db(transaction=True)
def test_of_two_desks_that_book_one_person_at_once_one_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert both_at_once(two_posts_want_one(tiny_city()), monkeypatch) == ["booked_meanwhile", "given"]


@pytest.mark.django_db(transaction=True)
def test_without_the_constraint_they_would_stand_at_two_posts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin."""
    act = two_posts_want_one(tiny_city())
    constraint = next(each for each in Booking._meta.constraints if each.name == "booking_one_at_a_time")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Booking, constraint)
    try:
        assert both_at_once(act, monkeypatch) == ["given", "given"]
    finally:
        Booking.objects.filter(kind=Booking.Kind.SHIFT).delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Booking, constraint)


def test_a_holding_is_as_it_is_booked() -> None:
    city = tiny_city()
    post, one = named(city), placed(city, 1)
    given(post, one, (tomorrow(8), tomorrow(12)))
    Booking.objects.filter(kind=Booking.Kind.SHIFT).update(during=from_on(tomorrow(8), tomorrow(9)))
    assert Holding.objects.get().during.upper == tomorrow(9)


@pytest.mark.parametrize("first", [date.min, date.max])
def test_a_day_far_away_is_refused_in_a_sentence(first: date) -> None:
    with pytest.raises(DayOutOfReach):
        holding.days(first, time(8), time(10), 14, at=now())
