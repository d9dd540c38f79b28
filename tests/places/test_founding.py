"""A tree founded by hand: one top, parts below it, no name twice."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from linli.common.clock import now
from linli.common.errors import Unreadable
from linli.custody.models import TrailEntry
from linli.places import actions, founding, queries
from linli.places.errors import AreaNameMissing, AreaNameTaken, NoSuchLevel, NotAbove, TopIsThere
from linli.places.models import Area, Level
from tests.factories import SYSTEM

pytestmark = pytest.mark.django_db


def top(name: str = "梧桐街道", level: int = Level.STREET, **more: str) -> Area:
    return founding.name_top_area(level=level, name=name, by=SYSTEM, at=now(), **more)


def part(parent: Area, name: str, level: int, **more: str) -> Area:
    return founding.add_part(parent, level=level, name=name, by=SYSTEM, at=now(), **more)


def test_a_top_is_named_once_and_holds_parts():
    street = top(" 梧桐街道 ", name_latin="Wutong Street")
    assert (street.name, street.name_latin, queries.top_area()) == ("梧桐街道", "Wutong Street", street)
    with pytest.raises(TopIsThere):
        top("另一个")
    community = part(street, "青松社区", Level.COMMUNITY)
    grid = part(community, "第一网格", Level.GRID)
    assert queries.is_within(grid.pk, street.pk, now())
    assert queries.counts_by_level(street.pk, now()) == {Level.STREET: 1, Level.COMMUNITY: 1, Level.GRID: 1}
    bare = part(street, "白桦社区", Level.COMMUNITY)
    assert list(queries.without_part(street.pk, Level.COMMUNITY, Level.GRID, now())) == [bare]
    assert TrailEntry.objects.filter(kind="area.added").count() == 4


@pytest.mark.parametrize("level", [0, 7, Level.GRID, Level.MICRO_GRID])
def test_only_a_city_a_district_a_street_or_a_community_is_a_top(level):
    with pytest.raises(NoSuchLevel):
        top(level=level)


@pytest.mark.parametrize("name", ["", "  ", "长" * 81])
def test_an_area_has_a_name_of_some_length(name):
    with pytest.raises(AreaNameMissing):
        top(name)


def test_a_name_can_be_read():
    with pytest.raises(Unreadable):
        top("a\0b")


def test_a_part_lies_lower_and_a_form_sent_twice_founds_one():
    community = top("青松社区", Level.COMMUNITY)
    grid = part(community, "第一网格", Level.GRID)
    with pytest.raises(AreaNameTaken):
        part(community, "第一网格", Level.GRID)
    with pytest.raises(NotAbove):
        part(grid, "第二网格", Level.GRID)
    with pytest.raises(NoSuchLevel):
        part(grid, "x", 9)
    assert Area.objects.count() == 2


def test_a_name_is_put_right_but_not_to_a_neighbours():
    community = top("青松社去", Level.COMMUNITY)
    one, two = part(community, "一", Level.GRID), part(community, "二", Level.GRID)
    put = {"name_latin": "Pine", "by": SYSTEM, "at": now()}
    assert founding.rename(community, name="青松社区", **put)
    assert not founding.rename(community, name="青松社区", **put)
    assert Area.objects.get(pk=community.pk).name == "青松社区"
    with pytest.raises(AreaNameTaken):
        founding.rename(two, name=one.name, **put)
    assert TrailEntry.objects.filter(kind="area.renamed").count() == 1


def _two_at_once() -> list[str]:
    def come(name: str) -> str:
        try:
            top(name)
        except TopIsThere:
            return "late"
        finally:
            connection.close()
        return "named"

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(come, ("一街道", "二街道")))


@pytest.mark.django_db(transaction=True)
def test_of_two_tops_named_at_once_one_stands():
    assert _two_at_once() == ["late", "named"]


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_there_would_be_two(monkeypatch):
    """The twin: both look before either writes."""
    looked, look = threading.Barrier(2), queries.top_area

    def looks():
        found = look()
        looked.wait(10)
        return found

    monkeypatch.setattr(actions, "lock_tree", lambda: None)
    monkeypatch.setattr(queries, "top_area", looks)
    assert _two_at_once() == ["named", "named"]
