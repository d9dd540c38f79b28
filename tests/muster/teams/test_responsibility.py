"""Who answers for which building: no gap hidden, nobody twice, divided, published on the condition it was made from."""

import threading
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.db import from_on
from linli.common.errors import LinliError, NotFound
from linli.muster import leaving
from linli.muster.models import Responsibility
from linli.muster.teams import actions, giving, responsibility
from linli.places.models import Dwelling, Place
from tests.factories import TinyCity, add_resident, caller_for, tiny_city, user_with_role
from tests.muster.teams.test_teams import desk_of, formed, placed

pytestmark = pytest.mark.django_db


def cover(city: TinyCity) -> responsibility.Cover:
    return responsibility.cover(city.event, city.communities[0], now())


def publish(city: TinyCity, wanted: dict[int, str], by: Caller, version: str | None = None) -> int:
    version = cover(city).version if version is None else version
    return giving.publish(city.event, city.communities[0], wanted, version=version, by=by, at=now())


def test_what_nobody_answers_for_is_listed_and_divided_with_one_press() -> None:
    city, desk = tiny_city(), None
    one, two = placed(city, 1), placed(city, 2, grid=1)
    desk = desk_of(city)
    ours = [building.place_id for building in city.buildings[:4]]
    assert cover(city).gaps == ours
    found = responsibility.divided(cover(city), [f"p{one.person_id}", f"p{two.person_id}"])
    assert [found[place] for place in ours] == [f"p{one.person_id}"] * 2 + [f"p{two.person_id}"] * 2
    assert publish(city, found, desk) == 4
    assert cover(city).gaps == []
    assert publish(city, found, desk) == 0, "nothing changed hands"
    assert responsibility.of_person(city.event, one.person_id, now()) == ["青松苑 1栋", "青松苑 2栋"]
    assert responsibility.counts(caller_for(user_with_role("street", city.street)), city.event, city.street, now()) == (
        8,
        4,
    )
    with pytest.raises(NotFound):
        responsibility.counts(desk, city.event, city.street, now())


def test_whoever_leaves_leaves_a_gap_and_a_released_team_too() -> None:
    city = tiny_city()
    one, two = placed(city, 1), placed(city, 2)
    desk = desk_of(city)
    team = formed(city, [two], desk)
    ours = [building.place_id for building in city.buildings[:4]]
    publish(city, {ours[0]: f"p{one.person_id}", ours[1]: f"t{team.pk}", ours[2]: f"t{team.pk}"}, desk)
    assert cover(city).gaps == [ours[3]]
    assert responsibility.of_person(city.event, two.person_id, now()) == ["青松苑 2栋", "青松苑 3栋"]
    leaving.release(one, by=desk, at=now())
    assert cover(city).gaps == [ours[0], ours[3]]
    assert responsibility.of_person(city.event, one.person_id, now()) == []
    actions.release(team, by=desk, at=now())
    assert cover(city).gaps == ours
    with pytest.raises(LinliError) as refused:
        publish(city, {ours[3]: f"t{team.pk}"}, desk)
    assert refused.value.code == "holder_unknown"
    three = placed(city, 3)
    assert publish(city, {ours[0]: f"p{three.person_id}"}, desk) == 1, "the gap is filled over whoever left"


def test_two_desks_that_publish_one_after_the_other_are_told() -> None:
    city = tiny_city()
    one, two = placed(city, 1), placed(city, 2)
    desk, place = desk_of(city), city.buildings[0].place_id
    seen = cover(city).version
    publish(city, {place: f"p{one.person_id}"}, desk, seen)
    with pytest.raises(LinliError) as refused:
        publish(city, {place: f"p{two.person_id}"}, desk, seen)
    assert refused.value.code == "cover_changed"
    assert cover(city).key_of(place) == f"p{one.person_id}"
    assert publish(city, {place: ""}, desk) == 1
    assert cover(city).key_of(place) == ""


@pytest.mark.parametrize("wrong", ["stranger", "elsewhere", "nonsense"])
def test_only_who_is_placed_here_answers_and_only_for_what_stands_here(wrong: str) -> None:
    city = tiny_city()
    one, stranger = placed(city, 1), placed(city, 2, grid=2)
    here, there = city.buildings[0].place_id, city.buildings[4].place_id
    wanted = {
        "stranger": {here: f"p{stranger.person_id}"},
        "elsewhere": {there: f"p{one.person_id}"},
        "nonsense": {here: "x9"},
    }[wrong]
    with pytest.raises(LinliError) as refused:
        publish(city, wanted, desk_of(city))
    assert refused.value.code == "holder_unknown"
    assert not Responsibility.objects.exists()


def test_residents_read_the_surname_of_who_answers_or_of_who_leads_and_a_door_may_have_its_own() -> None:
    city = tiny_city()
    resident = add_resident(city, name="李四", phone="13911111111")
    door = Dwelling.objects.get(place__households__stays__person=resident)
    one, two = placed(city, 1), placed(city, 2)
    desk, place = desk_of(city), city.buildings[0].place_id
    assert responsibility.told_at_door(city.event, door, now()) == ""
    publish(city, {place: f"p{one.person_id}"}, desk)
    assert responsibility.told_at_door(city.event, door, now()) == "王"
    team = formed(city, [two], desk)
    own = {"event": city.event, "place": door.place, "team": team, "given_by": 1, "given_at": now()}
    Responsibility.objects.create(during=from_on(now()), **own)
    leaving.release(two, by=desk, at=now())
    assert responsibility.told_at_door(city.event, door, now()) == "突击队 1"


CHOICES = st.lists(st.lists(st.integers(0, 3), min_size=4, max_size=4), max_size=5)


@settings(max_examples=15)
@given(CHOICES)
def test_whatever_is_published_no_place_is_answered_for_twice(rounds: list[list[int]]) -> None:
    with transaction.atomic():
        city = tiny_city()
        keys = ["", *(f"p{placed(city, number).person_id}" for number in range(2))]
        desk = desk_of(city)
        keys.append(f"t{formed(city, [placed(city, 9)], desk).pk}")
        ours = [building.place_id for building in city.buildings[:4]]
        for chosen in rounds:
            wanted = {place: keys[which] for place, which in zip(ours, chosen, strict=True)}
            publish(city, wanted, desk)
            found = cover(city)
            assert {place: found.key_of(place) for place in ours} == wanted
            rows = list(Responsibility.objects.filter(during__contains=now()).values_list("place", flat=True))
            assert len(rows) == len(set(rows))
        transaction.set_rollback(True)


def both_at_once(act: Callable[[int], object], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Two desks publish at one moment, each past its look at the cover before either writes; what each was told."""
    ready, said = threading.Barrier(2), []
    end = giving._end

    def later(rows: list[int], at: object) -> None:
        ready.wait(timeout=20)
        end(rows, at)  # type: ignore[arg-type]

    monkeypatch.setattr(giving, "_end", later)
    monkeypatch.setattr(giving, "_hold_area", lambda area: None)

    def go(which: int) -> None:
        try:
            act(which)
            said.append("done")
        except LinliError as refused:
            said.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(which,)) for which in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return sorted(said)


def two_desks_give_one_building(city: TinyCity) -> Callable[[int], object]:
    people, desks = [placed(city, 1), placed(city, 2)], [desk_of(city), desk_of(city)]
    place, seen = city.buildings[0].place_id, cover(city).version
    return lambda which: publish(city, {place: f"p{people[which].person_id}"}, desks[which], seen)


@pytest.mark.django_db(transaction=True)
def test_of_two_desks_that_give_one_building_at_once_one_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The area held or not: the constraint refuses whoever passes by."""
    assert both_at_once(two_desks_give_one_building(tiny_city()), monkeypatch) == ["cover_changed", "done"]


@pytest.mark.django_db(transaction=True)
def test_without_the_constraint_two_would_answer_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin."""
    act = two_desks_give_one_building(tiny_city())
    named = "responsibility_one_at_a_time"
    constraint = next(each for each in Responsibility._meta.constraints if each.name == named)
    with connection.schema_editor() as editor:
        editor.remove_constraint(Responsibility, constraint)
    try:
        assert both_at_once(act, monkeypatch) == ["done", "done"]
    finally:
        Responsibility.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Responsibility, constraint)


def test_a_row_is_of_somebody_or_of_a_team() -> None:
    city = tiny_city()
    facts = {"event": city.event, "during": from_on(now()), "given_by": 1, "given_at": now()}
    place = Place.objects.create(kind=Place.Kind.BUILDING)
    with pytest.raises(IntegrityError, match="responsibility_of_somebody_or_a_team"), transaction.atomic():
        Responsibility.objects.create(place=place, **facts)


def test_doors_are_given_apart_follow_their_building_again_and_close_its_gap() -> None:
    city = tiny_city()
    people = [add_resident(city, name=f"李{n}", phone="", building=3, door=f"{n + 3}02") for n in range(2)]
    doors = [Dwelling.objects.get(place__households__stays__person=each) for each in people]
    building, area = city.buildings[3].place_id, city.communities[0]
    one, two = placed(city, 1), placed(city, 2)
    desk = desk_of(city)

    def give(wanted: dict[int, str], by: Caller = desk) -> int:
        seen = responsibility.cover_of_doors(city.event, area, building, now()).version
        facts = {"version": seen, "building": building, "by": by, "at": now()}
        return giving.publish(city.event, area, wanted, **facts)

    found = responsibility.cover_of_doors(city.event, area, building, now())
    assert [name for _, name, _ in found.rows] == ["青松苑 4栋1单元302", "青松苑 4栋1单元402"]
    publish(city, {building: f"p{one.person_id}"}, desk)
    assert give({doors[0].pk: f"p{two.person_id}"}) == 1
    assert cover(city).own == {building: 1}
    mine = [responsibility.of_person(city.event, each.person_id, now()) for each in (one, two)]
    assert mine == [["青松苑 4栋"], ["青松苑 4栋1单元302"]]
    publish(city, {building: ""}, desk)
    assert building in cover(city).gaps, "one of its two doors has nobody"
    give({door.pk: f"p{two.person_id}" for door in doors})
    assert building not in cover(city).gaps
    street = caller_for(user_with_role("street", city.street))
    assert responsibility.counts(street, city.event, city.street, now()) == (8, 1)
    publish(city, {building: f"p{one.person_id}"}, desk)
    leaving.release(two, by=desk, at=now())
    assert responsibility.told_at_door(city.event, doors[0], now()) == "王", "who left gives it back to the building's"
    assert responsibility.cover_of_doors(city.event, city.communities[0], building, now()).key_of(doors[0].pk) == ""


def test_only_doors_of_that_building_are_given_apart() -> None:
    city = tiny_city()
    add_resident(city, name="李四", phone="")
    other = Dwelling.objects.get(place__households__stays__person=add_resident(city, name="李五", phone="", building=1))
    one, desk, area = placed(city, 1), desk_of(city), city.communities[0]
    here, there = city.buildings[0].place_id, city.buildings[4].place_id
    seen = responsibility.cover_of_doors(city.event, area, here, now()).version
    wanted = {other.pk: f"p{one.person_id}"}
    with pytest.raises(LinliError) as refused:
        giving.publish(city.event, area, wanted, version=seen, building=here, by=desk, at=now())
    assert refused.value.code == "holder_unknown"
    with pytest.raises(NotFound):
        responsibility.cover_of_doors(city.event, area, there, now())
