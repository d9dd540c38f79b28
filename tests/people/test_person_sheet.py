"""Dwellings and persons from a file: house first, then person; whole or not at all; again without harm."""

from datetime import date

import pytest
from django.db import connection
from django.utils.translation import gettext, override

from linli.common.clock import now
from linli.common.sheets.errors import SheetOvertaken
from linli.common.sheets.reading import read
from linli.custody import secrets
from linli.custody.models import TrailEntry
from linli.events.packs import shipped
from linli.ledger import importing
from linli.people import person_load
from linli.people.errors import LoadWithoutBasis
from linli.people.loads import Basis
from linli.people.models import REGISTER, Household, Identity, Load, Need, Person, Stay
from linli.people.person_template import NEEDS, TEMPLATE
from linli.people.rules import id_check_character
from linli.places import queries as places
from linli.places.models import Building, Dwelling, Estate, Level
from linli.simulation import schema
from tests.factories import SYSTEM, add_resident, tiny_city
from tests.sheets import filled, xlsx

pytestmark = pytest.mark.django_db

STANDING = Basis(REGISTER, "青松社区居委会", "居委会组织法规定的职责")
DOOR = {"estate": "柳苑", "building": "9栋", "unit": "2单元", "floor": "5", "door": 502, "micro": "青松第1网格微1"}
ID = "11010519491231002"
WANG = DOOR | {"name": "王小明", "sex": "男", "born": date(1949, 12, 31), "phone": "13800001234",
               "id_no": ID + id_check_character(ID)}  # fmt: skip
LI = DOOR | {"name": "李敏", "micro": ""}
EMPTY = {"estate": "柳苑", "building": "9栋", "unit": 1, "door": "101", "state": "空置"}


@pytest.fixture
def city():
    return tiny_city()


def rows_of(*said):
    sheet = read(TEMPLATE, filled(TEMPLATE, said))
    assert sheet.rejected == []
    return sheet.rows


def look(city, *said, basis=STANDING):
    return person_load.look(rows_of(*said), city.communities[0], basis, now())


def take(city, *said, basis=STANDING):
    return importing.take(rows_of(*said), city.communities[0], basis, by=SYSTEM, at=now())


def codes(looked):
    return [(each.row, each.column, each.problem.code) for each in looked.rejected]


def counts():
    return [model.objects.count() for model in (Estate, Building, Dwelling, Household, Person, Identity, Stay, Load)]


def test_doors_are_made_first_and_people_are_counted_where_their_door_is_held(city):
    before = counts()
    looked = look(city, WANG, LI, EMPTY)
    assert (looked.would, codes(looked)) == ({"estate": 1, "building": 1, "dwelling": 2, "person": 2}, [])
    assert counts() == before
    take(city, WANG, LI, EMPTY)
    door = Dwelling.objects.get(door="502", building__name="9栋")
    assert (door.unit, door.floor, door.building.estate.community) == (2, 5, city.communities[0])
    assert (door.building.units, door.building.floors) == (2, 5)
    assert Dwelling.objects.get(door="101", building__name="9栋").state == "vacant"
    assert places.micro_grid_of(door.pk, now()) == city.micro_grids[0].pk
    wang = Identity.objects.get(name="王小明")
    assert (wang.holder, wang.sex, wang.born) == (REGISTER, "m", date(1949, 12, 31))
    assert secrets.unseal(wang.phone) == "13800001234"
    assert secrets.unseal(wang.id_no) == WANG["id_no"]
    stays = Stay.objects.filter(household__dwelling=door.pk)
    assert {(stay.counted_in_id, stay.person.counted_in_id) for stay in stays} == {(city.micro_grids[0].pk,) * 2}
    assert Household.objects.get(dwelling=door.pk).stays.count() == 2
    assert TrailEntry.objects.filter(kind="person.added").count() == 2
    load = Load.objects.get()
    assert (load.people, load.owner, load.holder) == (2, STANDING.owner, REGISTER)


def test_the_same_file_again_changes_nothing_and_one_person_more_is_one_more(city):
    take(city, WANG, LI, EMPTY)
    before = counts()
    looked = take(city, WANG, LI, EMPTY, LI)
    assert (looked.would, looked.there, looked.twice) == ({}, 3, 1)
    assert counts() == before
    assert take(city, WANG, LI, EMPTY, DOOR | {"name": "王小红"}).would == {"person": 1}
    assert Household.objects.count() == 1


def test_people_for_this_event_lie_in_a_partition_of_its_own(city):
    take(city, WANG, basis=Basis(city.event.pk))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM people_identity_event_{city.event.pk}")
        assert cursor.fetchone()[0] == 1
    assert Load.objects.get().review_by is None
    assert take(city, WANG, LI, basis=Basis(city.event.pk)).would == {"person": 1}


def test_whom_the_register_knows_behind_that_door_is_not_made_again_for_an_event(city):
    add_resident(city, name="王小明", phone="13800001234")
    known = {"estate": "青松苑", "building": "1栋", "unit": 1, "door": "502", "name": "王小明"}
    looked = look(city, known, basis=Basis(city.event.pk))
    assert (looked.would, looked.there) == ({}, 1)


def test_two_people_of_one_name_behind_one_door_are_told_apart_by_birthday_or_number(city):
    son = DOOR | {"name": "王小明", "born": "1980-01-01"}
    take(city, WANG)
    assert look(city, WANG, son).would == {"person": 1}
    assert take(city, WANG, son).would == {"person": 1}
    assert take(city, WANG, son).would == {}


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([LI], [(2, "micro", "cell_missing")]),
        ([WANG | {"micro": "没有"}], [(2, "micro", "area_unknown")]),
        ([WANG | {"micro": "白桦第1网格微1"}], [(2, "micro", "micro_grid_elsewhere")]),
        ([WANG, LI | {"micro": "青松第2网格微1"}], [(3, "micro", "building_in_two")]),
        ([WANG, WANG | {"door": "503"}], [(3, "id_no", "id_number_twice")]),
        (
            [{"estate": "青松苑", "building": "1栋", "door": "1", "micro": "青松第2网格微1"}],
            [(2, "micro", "counted_elsewhere")],
        ),
    ],
    ids=["no micro-grid", "unknown", "of another community", "two", "number twice", "held by another"],
)
def test_a_row_that_cannot_be_is_told_and_nothing_is_written(city, rows, found):
    before = counts()
    assert codes(look(city, *rows)) == found
    with pytest.raises(SheetOvertaken):
        take(city, EMPTY | {"micro": "青松第1网格微1", "building": "8栋"}, *rows)
    assert counts() == before


def test_an_id_number_known_behind_another_door_is_a_move_and_no_second_person(city):
    take(city, WANG)
    assert codes(look(city, WANG | {"door": "503"})) == [(2, "id_no", "id_number_elsewhere")]


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ({"id_no": 110105194912310021}, ("id_no", "cell_is_number")),
        ({"phone": 13800001234.0}, ("phone", "cell_is_number")),
        ({"id_no": ID + "0"}, ("id_no", "bad_id_number")),
        ({"unit": "二"}, ("unit", "cell_not_a_number")),
        ({"door": date(2022, 1, 2)}, ("door", "cell_is_date")),
        ({"state": "鬼屋"}, ("state", "cell_not_a_choice")),
    ],
)
def test_a_cell_that_makes_no_sense_is_told_by_its_column(cell, found):
    sheet = read(TEMPLATE, filled(TEMPLATE, [WANG | cell]))
    assert codes(sheet) == [(2, *found)]


def test_an_id_number_is_never_required(city):
    assert look(city, WANG | {"id_no": ""}).would["person"] == 1


def test_a_standing_register_without_owner_or_basis_is_refused_whole(city):
    before = counts()
    with pytest.raises(LoadWithoutBasis):
        take(city, WANG, basis=Basis(REGISTER))
    assert counts() == before


def test_the_number_of_questions_does_not_grow_with_the_file(city, django_assert_max_num_queries):
    people = [DOOR | {"door": str(number), "name": f"王{number}"} for number in range(300)]
    rows = rows_of(*people)
    with django_assert_max_num_queries(45):
        importing.take(rows, city.communities[0], STANDING, by=SYSTEM, at=now())
    assert Person.objects.count() == 300
    assert places.areas_below([city.communities[0].pk], Level.MICRO_GRID, now()).count() == 4


def test_needs_are_those_of_the_list_and_no_free_label_is_kept(city):
    sheet = read(
        TEMPLATE,
        filled(
            TEMPLATE,
            [
                WANG | {"needs": "透析、独居老人，上访户"},
                LI | {"needs": "重点管控"},
                LI | {"name": "孙三", "needs": "pregnant"},
            ],
        ),
    )
    assert [(each.title, each.cells, each.values) for each in sheet.left_out if each.declared] == [
        ("Special help", 2, ("上访户", "重点管控"))
    ]
    importing.take(sheet.rows, city.communities[0], STANDING, by=SYSTEM, at=now())
    kept = dict(
        Identity.objects.filter(holder=REGISTER, name__in=["王小明", "李敏", "孙三"]).values_list("name", "needs")
    )
    assert kept == {"王小明": 1 << Need.DIALYSIS | 1 << Need.ELDER_ALONE, "李敏": 0, "孙三": 1 << Need.PREGNANT}


def test_a_need_has_one_bit_in_the_template_the_packs_and_the_city_format():
    """A pack adds words to the list, and never another list."""
    assert tuple(need.label for need in Need) == schema.NEEDS
    for pack in shipped():
        listed = {each.bit: each.code for each in pack.needs}
        assert listed == {int(need): need.label for need in Need}, pack.code
        for each in pack.needs:
            with override("zh-hans"):
                assert gettext(NEEDS[Need(each.bit)]) == each.name.zh
            assert NEEDS[Need(each.bit)] == each.name.en


@pytest.mark.parametrize("lost", ["110105194912310000", 110105194912310021, "1.10105E+17", "110105194912310021.0"])
def test_an_id_number_that_was_a_quantity_is_refused_with_its_row_and_never_guessed(lost):
    sheet = read(TEMPLATE, filled(TEMPLATE, [WANG | {"id_no": lost}]))
    assert codes(sheet) == [(2, "id_no", "cell_is_number")]
    assert sheet.rows == []


def test_headers_of_offices_are_known_by_what_they_mean():
    head = ["序号", "小区名称", "楼栋号", "单元", "房号", "居民姓名", "公民身份号码", "联系电话", "与户主关系", "民族"]
    row = [1, "柳苑", "9栋", "2单元", "502", "王小明", WANG["id_no"], "13800001234", "户主", "汉"]
    sheet = read(TEMPLATE, xlsx([["辖区居民台账"], head, row]))
    assert sheet.rejected == []
    assert sheet.rows[0].said == {
        "estate": "柳苑",
        "building": "9栋",
        "unit": 2,
        "door": "502",
        "name": "王小明",
        "id_no": WANG["id_no"],
        "phone": "13800001234",
        "relation": "head",
    }
    assert sheet.unknown == ["序号"]
