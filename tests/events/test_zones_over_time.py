"""Zones in the database: nesting, two events, one level at an instant, and who may declare where."""

from datetime import date, timedelta
from itertools import combinations

import pytest
from django.db import IntegrityError, transaction

from linli.common.caller import Caller, Grant
from linli.common.clock import now
from linli.common.db import from_on
from linli.common.errors import NotFound
from linli.custody.roles import ROLES
from linli.events import actions, queries
from linli.events.errors import NotDecidedHere
from linli.events.models import Event, EventArea, Zone
from linli.places.models import Dwelling, Place
from tests.factories import STARTED, TinyCity, caller_for, tiny_city, user_with_role

pytestmark = pytest.mark.django_db
HIGH, MEDIUM, LOW = 2, 1, 0


@pytest.fixture
def city() -> TinyCity:
    return tiny_city()


def a_door(city: TinyCity) -> Place:
    building = city.buildings[0]
    place = Place.objects.create(kind=Place.Kind.DWELLING, physical_parent=building.place)
    Dwelling.objects.create(place=place, building=building, unit=1, floor=5, door="502")
    return place


def around(city: TinyCity) -> list[tuple[str, int]]:
    """What a door of the first building lies in, the narrowest first."""
    return [
        ("building", city.buildings[0].pk),
        ("estate", city.estates[0].pk),
        ("micro-grid", city.micro_grids[0].pk),
        ("grid", city.grids[0].pk),
        ("community", city.communities[0].pk),
        ("street", city.street.pk),
    ]


def mark(event: Event, place: int, level: int) -> Zone:
    return Zone.objects.create(
        event=event,
        place_id=place,
        level=level,
        basis="Notice 7",
        counted_from=date(2022, 9, 1),
        during=from_on(STARTED),
        declared_by=1,
        declared_at=STARTED,
    )


@pytest.mark.parametrize("number", range(6))
def test_a_door_lies_in_whatever_zone_is_drawn_around_it(city, number):
    name, place = around(city)[number]
    mark(city.event, place, HIGH)
    assert queries.zone_at(a_door(city).pk, now()).level == HIGH, name
    assert queries.zone_at(a_door_elsewhere(city), now()).level == (HIGH if name == "street" else LOW), name


def a_door_elsewhere(city: TinyCity) -> int:
    """A building of the other community."""
    return city.buildings[-1].pk


@pytest.mark.parametrize(("inner", "outer"), list(combinations(range(6), 2)))
@pytest.mark.parametrize(("narrow", "wide"), [(HIGH, LOW), (LOW, HIGH), (MEDIUM, HIGH)])
def test_within_an_event_the_narrower_zone_holds_whatever_the_levels(city, inner, outer, narrow, wide):
    places = around(city)
    mark(city.event, places[outer][1], wide)
    decisive = mark(city.event, places[inner][1], narrow)
    answer = queries.zone_at(a_door(city).pk, now())
    assert answer.level == narrow
    assert len(answer.rows) == 2
    assert answer.rows[0].zone == decisive.pk


def test_between_two_events_the_safer_for_life_holds_and_both_rows_are_told(city):
    flood = Event.objects.create(
        name="洪水", pack="epidemic", pack_version="1", started_at=STARTED, exercise=city.event.exercise
    )
    EventArea.objects.create(event=flood, area=city.street)
    mark(city.event, city.buildings[0].pk, LOW)
    mark(flood, city.street.pk, HIGH)
    answer = queries.zone_at(a_door(city).pk, now())
    assert (answer.level, len(answer.rows)) == (HIGH, 2)


def test_the_database_holds_one_level_for_a_place_at_an_instant(city):
    mark(city.event, city.grids[0].pk, HIGH)
    with pytest.raises(IntegrityError, match="zone_one_level_at_a_time"), transaction.atomic():
        mark(city.event, city.grids[0].pk, LOW)


def test_a_zone_is_what_it_was_then(city):
    zone = mark(city.event, city.grids[0].pk, HIGH)
    ended = STARTED + timedelta(days=3)
    Zone.objects.filter(pk=zone.pk).update(during=from_on(STARTED, ended))
    later = mark(city.event, city.buildings[-1].pk, LOW)
    Zone.objects.filter(pk=later.pk).update(place=city.grids[0].pk, level=MEDIUM, during=from_on(ended))
    levels = [queries.zone_at(city.grids[0].pk, moment).level for moment in (STARTED, ended, now())]
    assert levels == [HIGH, MEDIUM, MEDIUM]
    assert queries.came_down(Zone.objects.get(pk=later.pk))
    assert not queries.came_down(Zone.objects.get(pk=zone.pk))


@pytest.mark.parametrize("role", sorted(ROLES))
def test_where_a_street_is_the_top_only_the_street_declares(city, role):
    by = Caller(user=7, grants=(Grant(role=role, area=city.street.pk, since=STARTED),))
    if role == "street":  # a district has no area here to sit at
        assert declare(city, by).level == HIGH
        return
    with pytest.raises(NotDecidedHere):
        declare(city, by)
    assert not Zone.objects.exists()


def declare(city: TinyCity, by: Caller) -> Zone:
    return actions.declare_zone(city.event, city.buildings[0].place, HIGH, basis="Notice 7", by=by, at=now())


def test_a_place_outside_the_caller_s_area_answers_as_if_it_did_not_exist(city):
    other = tiny_city()
    by = caller_for(user_with_role("street", other.street))
    with pytest.raises(NotFound):
        declare(city, by)
    assert not Zone.objects.exists()


def test_levels_of_many_areas_take_as_many_queries_as_of_one(city, django_assert_max_num_queries):
    mark(city.event, city.buildings[0].pk, HIGH)
    mark(city.event, city.communities[1].pk, MEDIUM)
    grids = [grid.pk for grid in city.grids]
    with django_assert_max_num_queries(4):
        inside = queries.zone_levels_of_areas(city.event, grids, now(), inside=True)
    assert [inside[grid] for grid in grids] == [HIGH, LOW, MEDIUM, MEDIUM]
    assert queries.zone_levels_of_areas(city.event, grids, now())[grids[0]] == LOW
