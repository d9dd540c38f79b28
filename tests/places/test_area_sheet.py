"""The tree of areas from a file: whole or not at all, again without harm, loops and orphans told plainly."""

import pytest

from linli.common.clock import now
from linli.common.sheets.errors import SheetOvertaken
from linli.common.sheets.reading import read
from linli.custody.models import TrailEntry
from linli.places import actions, area_sheet, queries
from linli.places.models import Area, Level
from tests.factories import SYSTEM, tiny_city
from tests.sheets import filled

pytestmark = pytest.mark.django_db

STREET = {"level": "街道", "name": "梧桐街道"}
TREE = [
    {"level": "网格", "name": "第1网格", "parent": "青松社区"},
    {"level": "micro-grid", "name": "微1", "parent": "青松社区/第1网格"},
    {"level": "社区", "name": "青松社区", "parent": "梧桐街道", "latin": "Qingsong", "phone": "028-85123456"},
    {"level": "社区", "name": "白桦社区", "parent": "梧桐街道", "code": "510105012001"},
    {"level": "网格", "name": "第1网格", "parent": "白桦社区"},
    {"level": "专属网格", "name": "菜市场", "parent": "白桦社区"},
    {"level": "micro_grid", "name": "微1", "parent": "白桦社区／第1网格"},
    STREET,
]


def rows_of(*said):
    sheet = read(area_sheet.TEMPLATE, filled(area_sheet.TEMPLATE, said))
    assert sheet.rejected == []
    return sheet.rows


def rejected(*said):
    looked = area_sheet.look(rows_of(*said), now())
    return [(each.row, each.column, each.problem.code) for each in looked.rejected]


def test_a_tree_in_any_order_is_made_from_the_top_down():
    looked = area_sheet.look(rows_of(*TREE), now())
    assert looked.would == {"street": 1, "community": 2, "grid": 2, "dedicated_grid": 1, "micro_grid": 2}
    assert not Area.objects.exists()
    area_sheet.take(rows_of(*TREE), by=SYSTEM, at=now())
    micros = Area.objects.filter(level=Level.MICRO_GRID).order_by("place_id")
    assert [[above.name for above in queries.ancestors(micro.pk, now())] for micro in micros] == [
        ["微1", "第1网格", "青松社区", "梧桐街道"],
        ["微1", "第1网格", "白桦社区", "梧桐街道"],
    ]
    qingsong = Area.objects.get(name="青松社区")
    assert (qingsong.name_latin, qingsong.desk_phone) == ("Qingsong", "028-85123456")
    assert Area.objects.get(name="白桦社区").code == "510105012001"
    assert Area.objects.get(name="菜市场").dedicated
    assert TrailEntry.objects.filter(kind="area.added").count() == len(TREE)


def test_the_same_file_taken_again_changes_nothing_and_a_longer_one_adds_what_is_new():
    area_sheet.take(rows_of(*TREE), by=SYSTEM, at=now())
    before = list(Area.objects.values_list())
    looked = area_sheet.take(rows_of(*TREE), by=SYSTEM, at=now())
    assert (looked.would, looked.there) == ({}, len(TREE))
    assert list(Area.objects.values_list()) == before
    more = {"level": "micro-grid", "name": "微2", "parent": "青松社区/第1网格"}
    assert area_sheet.take(rows_of(*TREE, more, more), by=SYSTEM, at=now()).would == {"micro_grid": 1}
    assert Area.objects.count() == len(TREE) + 1


def test_a_file_that_goes_on_from_a_tree_that_is_there_finds_its_parents():
    tiny_city()
    assert rejected({"level": "grid", "name": "新网格", "parent": "青松社区"}) == []
    assert rejected(STREET) == []


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ([{"level": "grid", "name": "孤网格", "parent": "没有的社区"}], [(2, "parent", "area_unknown")]),
        ([{"level": "grid", "name": "孤网格"}], [(2, "parent", "area_second_top")]),
        ([{"level": "street", "name": "另一街道"}], [(2, "parent", "area_second_top")]),
        ([{"level": "community", "name": "怪社区", "parent": "青松第1网格"}], [(2, "parent", "area_not_above")]),
        ([{"level": "grid", "name": "怪网格", "parent": "怪网格二"}, {"level": "grid", "name": "怪网格二",
          "parent": "青松社区"}], [(2, "parent", "area_not_above")]),
    ],
    ids=["orphan", "orphan without a word", "second top", "upside down", "beside"],
)  # fmt: skip
def test_an_orphan_is_told_and_nothing_is_written(said, found):
    tiny_city()
    count = Area.objects.count()
    assert rejected(*said) == found
    with pytest.raises(SheetOvertaken):
        area_sheet.take(rows_of(*said), by=SYSTEM, at=now())
    assert Area.objects.count() == count


def test_a_circle_is_told_with_its_names_whatever_else_is_good_and_nothing_is_written():
    circle = [
        {"level": "community", "name": "甲", "parent": "丙"},
        {"level": "grid", "name": "乙", "parent": "甲"},
        {"level": "micro-grid", "name": "丙", "parent": "乙"},
        {"level": "grid", "name": "己", "parent": "己"},
        {"level": "grid", "name": "丁", "parent": "甲"},
    ]
    looked = area_sheet.look(rows_of(STREET, *circle), now())
    loops = [(each.row, each.problem.facts["chain"]) for each in looked.rejected if each.problem.code == "area_loop"]
    assert loops == [(3, "甲 → 丙 → 乙 → 甲"), (4, "乙 → 甲 → 丙 → 乙"), (5, "丙 → 乙 → 甲 → 丙"), (6, "己 → 己")]
    with pytest.raises(SheetOvertaken):
        area_sheet.take(rows_of(STREET, *circle), by=SYSTEM, at=now())
    assert not Area.objects.exists()


def test_a_name_that_several_areas_have_asks_for_what_it_lies_in():
    area_sheet.take(rows_of(*TREE), by=SYSTEM, at=now())
    looked = area_sheet.look(rows_of({"level": "micro-grid", "name": "微9", "parent": "第1网格"}), now())
    problem = looked.rejected[0].problem
    assert problem.code == "area_ambiguous"
    written = {"level": "micro-grid", "name": "微9", "parent": problem.facts["path"]}
    assert area_sheet.look(rows_of(written), now()).would == {"micro_grid": 1}


def test_two_tops_in_one_file_are_one_too_many():
    assert rejected(STREET, {"level": "street", "name": "另一街道"}) == [(3, "parent", "area_second_top")]


def test_a_tree_that_changed_after_the_look_is_told_and_nothing_is_written():
    actions.add_area(level=Level.STREET, name="另一街道", parent=None, by=SYSTEM, at=now())
    with pytest.raises(SheetOvertaken):
        area_sheet.take(rows_of(*TREE), by=SYSTEM, at=now())
    assert Area.objects.count() == 1
