"""The tree over time: no cycle, one parent at a time, and a past that stays as it was."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.common.caller import Caller
from linli.common.db import from_on
from linli.places import actions, queries
from linli.places.errors import NotAbove, PastIsFixed
from linli.places.models import Area, AreaParent, Assigned, Level, Place, Within

pytestmark = pytest.mark.django_db

BY = Caller(user=1)
MORNING = datetime(2022, 9, 2, 8, tzinfo=UTC)


def hour(number: int) -> datetime:
    return MORNING + timedelta(hours=number)


def a_street_with(grids: int, micro_each: int) -> tuple[Area, Area, list[Area], list[Area]]:
    street = actions.add_area(level=Level.STREET, name="大同街道", parent=None, by=BY, at=MORNING)
    community = actions.add_area(level=Level.COMMUNITY, name="大同社区", parent=street, by=BY, at=MORNING)
    found = [
        actions.add_area(level=Level.GRID, name=f"{number}格", parent=community, by=BY, at=MORNING)
        for number in range(grids)
    ]
    micros = [
        actions.add_area(level=Level.MICRO_GRID, name=f"{grid.name}{number}", parent=grid, by=BY, at=MORNING)
        for grid in found
        for number in range(micro_each)
    ]
    return street, community, found, micros


def closure_from_parents(at: datetime) -> set[tuple[int, int]]:
    """Who lies in whom at a moment, worked out anew from the parents alone."""
    parent = dict(AreaParent.objects.filter(during__contains=at).values_list("area", "parent"))
    found = set()
    for area in Within.objects.filter(during__contains=at).values_list("inner", flat=True).distinct():
        above: int | None = area
        while above is not None:
            found.add((area, above))
            above = parent.get(above)
    return found


def closure_kept(at: datetime) -> set[tuple[int, int]]:
    return set(Within.objects.filter(during__contains=at).values_list("inner", "outer"))


def test_an_area_cannot_hang_under_its_equal_or_below():
    _, community, grids, micros = a_street_with(2, 1)
    with pytest.raises(NotAbove):
        actions.hang(grids[0], grids[1], by=BY, at=hour(1))
    with pytest.raises(NotAbove):
        actions.hang(community, micros[0], by=BY, at=hour(1))


def test_the_database_itself_refuses_a_parent_that_lies_about_its_level():
    _, community, grids, _ = a_street_with(1, 0)
    with transaction.atomic():
        AreaParent.objects.create(
            area=community, level=6, parent=grids[0], parent_level=5, during=from_on(hour(-5), hour(-4))
        )
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


def test_the_database_itself_refuses_two_parents_at_once():
    _, community, grids, _ = a_street_with(2, 0)
    with pytest.raises(IntegrityError), transaction.atomic():
        AreaParent.objects.create(area=grids[0], level=5, parent=community, parent_level=4, during=from_on(hour(2)))


def test_a_split_grid_leaves_its_past_alone():
    _, _, grids, micros = a_street_with(1, 4)
    before = set(queries.within([grids[0].pk], hour(1)))
    new = actions.split_grid(grids[0], name="新格", take=micros[2:], by=BY, at=hour(2))
    assert set(queries.within([grids[0].pk], hour(1))) == before
    assert set(queries.within([new.pk], hour(3))) == {new.pk, micros[2].pk, micros[3].pk}
    assert set(queries.within([grids[0].pk], hour(3))) == {grids[0].pk, micros[0].pk, micros[1].pk}


def test_a_change_before_the_last_one_is_refused():
    _, _, grids, micros = a_street_with(2, 1)
    actions.hang(micros[0], grids[1], by=BY, at=hour(5))
    with pytest.raises(PastIsFixed):
        actions.hang(micros[0], grids[0], by=BY, at=hour(4))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2), st.integers(0, 2)), max_size=12))
def test_after_any_history_the_closure_is_what_the_parents_say_at_every_moment(history):
    with transaction.atomic():
        _, _, grids, micros = a_street_with(3, 2)
        moment = 1
        for micro, grid, later in history:
            actions.hang(micros[micro], grids[grid], by=BY, at=hour(moment))
            moment += later
        for number in range(moment + 2):
            assert closure_kept(hour(number)) == closure_from_parents(hour(number))
        transaction.set_rollback(True)


def test_a_door_follows_its_building_until_it_has_a_row_of_its_own():
    _, _, _, micros = a_street_with(1, 2)
    building = Place.objects.create(kind=Place.Kind.BUILDING)
    door = Place.objects.create(kind=Place.Kind.DWELLING, physical_parent=building)
    actions.assign(building, micros[0], by=BY, at=hour(0))
    assert queries.micro_grid_of(door.pk, hour(1)) == micros[0].pk
    actions.assign(door, micros[1], by=BY, at=hour(2))
    assert queries.micro_grid_of(door.pk, hour(1)) == micros[0].pk
    assert queries.micro_grid_of(door.pk, hour(3)) == micros[1].pk


def test_a_building_is_never_held_by_two_micro_grids_at_once():
    _, _, _, micros = a_street_with(1, 2)
    building = Place.objects.create(kind=Place.Kind.BUILDING)
    actions.assign(building, micros[0], by=BY, at=hour(0))
    with pytest.raises(IntegrityError), transaction.atomic():
        Assigned.objects.create(place=building, micro_grid=micros[1], during=from_on(hour(1)))


def test_a_dwelling_must_stand_in_something():
    with pytest.raises(IntegrityError), transaction.atomic():
        Place.objects.create(kind=Place.Kind.DWELLING)


@pytest.mark.parametrize(
    ("language", "latin", "expected"),
    [
        ("en", "Datong", "Datong"),
        ("en", "", "大同社区"),
        ("zh-hans", "Datong", "大同社区"),
        (None, "Datong", "大同社区"),
    ],
)
def test_an_area_is_called_in_the_language_of_the_page(language, latin, expected):
    with translation.override(language):
        assert Area(name="大同社区", name_latin=latin).called == expected
