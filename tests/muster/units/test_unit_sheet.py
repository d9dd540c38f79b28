"""A list of work units: taken whole or not at all, the same again changes nothing, nobody says it of others' units."""

import threading
from collections.abc import Mapping

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.access.models import RoleGrant, User
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import Invalid
from linli.common.sheets import Looked
from linli.common.sheets.errors import SheetOvertaken
from linli.common.sheets.reading import of_cells, read
from linli.custody.models import TrailEntry
from linli.muster.models import UnitFree
from linli.muster.units import unit_lines, unit_sheet
from linli.muster.units.unit_sheet import TEMPLATE
from linli.people.models import Organisation
from tests.factories import TinyCity, caller_for, tiny_city, user_with_role
from tests.sheets import filled

pytestmark = pytest.mark.django_db
LIBRARY: Mapping[str, object] = {"unit": "市图书馆", "anybody": "12人", "skill_1": 3, "liaison": "周敏"}
ARCHIVE: Mapping[str, object] = {"unit": "市档案馆", "skill_0": "2"}


def command_of(city: TinyCity) -> Caller:
    return caller_for(user_with_role("city", city.street))


def take(city: TinyCity, by: Caller, *said: Mapping[str, object]) -> Looked:
    rows = of_cells(TEMPLATE, said).rows
    return unit_sheet.take(rows, city.street, city.event, by=by, at=now())


def looked(city: TinyCity, by: Caller, *said: Mapping[str, object]) -> list[tuple[int, str, str]]:
    """What is rejected: row, column, code."""
    sheet = of_cells(TEMPLATE, said)
    found = unit_sheet.look(sheet.rows, city.street, city.event, by=by, at=now())
    return [(each.row, each.column, each.problem.code) for each in (*sheet.rejected, *found.rejected)]


def free_of(name: str) -> dict[int | None, int]:
    return dict(UnitFree.objects.filter(organisation__name=name).values_list("skill", "heads"))


def test_a_list_makes_units_says_whom_they_send_and_makes_those_who_speak_for_them() -> None:
    city = tiny_city()
    by = command_of(city)
    made = take(city, by, LIBRARY, ARCHIVE)
    assert made.would == {"organisation": 2, "free": 2, "liaison": 1}
    assert (free_of("市图书馆"), free_of("市档案馆")) == ({None: 12, 1: 3}, {0: 2})
    grant = RoleGrant.objects.get(role="liaison")
    assert grant.organisation == Organisation.objects.get(name="市图书馆").pk
    assert (grant.area, User.objects.get(pk=grant.user_id).display_name) == (city.street.pk, "周敏")
    assert TrailEntry.objects.filter(kind="units.loaded").count() == 1


def test_the_same_list_again_changes_nothing_and_other_numbers_replace_what_was_said() -> None:
    city = tiny_city()
    by = command_of(city)
    take(city, by, LIBRARY, ARCHIVE)
    again = take(city, by, LIBRARY, ARCHIVE, ARCHIVE)
    assert (again.would, again.there, again.twice) == ({}, 2, 1)
    assert TrailEntry.objects.filter(kind="units.loaded").count() == 1
    assert take(city, by, {"unit": "市图书馆", "skill_2": "1"}).would == {"free": 1}
    assert free_of("市图书馆") == {2: 1}
    assert take(city, by, {"unit": "市图书馆"}).would == {}, "no number: what was said stays"
    assert take(city, by, {"unit": "市图书馆", "anybody": 0}).would == {"free": 1}
    assert free_of("市图书馆") == {}
    assert take(city, by, {"unit": "市图书馆", "liaison": "吴静"}).would == {"liaison": 1}
    assert Organisation.objects.count() == 2


def test_the_phone_of_an_office_is_kept_and_stays_where_none_is_said() -> None:
    city = tiny_city()
    by = command_of(city)
    for said, would in (("028-6666 0001", {"organisation": 1, "phone": 1}), ("", {}), ("028-6666 0001", {})):
        assert take(city, by, {"unit": "市图书馆", "phone": said}).would == would
        assert Organisation.objects.get(name="市图书馆").desk_phone == "028-6666 0001"
    assert looked(city, by, {"unit": "市图书馆", "phone": "nobody"}) == [(1, "phone", "bad_desk_phone")]


def test_rows_that_make_no_sense_are_named_and_nothing_of_the_list_is_taken() -> None:
    city = tiny_city()
    by = command_of(city)
    wrong = (
        LIBRARY,
        {"unit": "长" * 81},
        {"unit": "市档案馆", "anybody": "许多"},
        {"unit": "市档案馆", "area": "没有这个区"},
        {"unit": "市图书馆", "anybody": "13"},
        {"anybody": "1"},
        {"unit": "社区的单位", "area": city.communities[0].name},
    )
    assert sorted(looked(city, by, *wrong)) == [
        (2, "unit", "cell_too_long"),
        (3, "anybody", "cell_not_a_number"),
        (4, "area", "area_unknown"),
        (5, "unit", "unit_named_twice"),
        (6, "unit", "cell_missing"),
        (7, "area", "not_yours_to_decide"),
    ]
    with pytest.raises(SheetOvertaken):
        take(city, by, LIBRARY, {"unit": "市档案馆", "area": "没有这个区"})
    assert not Organisation.objects.exists()


def test_a_desk_says_it_of_no_unit() -> None:
    city = tiny_city()
    desk = caller_for(user_with_role("community_desk", city.communities[0]))
    assert looked(city, desk, ARCHIVE) == [(1, "area", "not_yours_to_decide")]


def test_an_office_s_own_spreadsheet_will_do_and_a_phone_is_not_kept() -> None:
    row = {"单位名称": "市图书馆", "可派人数": "12", "司机": "3", "联系人": "周敏", "联系人电话": "13800001234"}
    text = ",".join(row) + "\n" + ",".join(row.values())
    sheet = read(TEMPLATE, text.encode("gb18030"))
    assert [each.said for each in sheet.rows] == [{"unit": "市图书馆", "anybody": 12, "skill_1": 3, "liaison": "周敏"}]
    assert [each.title for each in sheet.left_out] == ["联系人电话"]
    assert read(TEMPLATE, filled(TEMPLATE, [LIBRARY])).rows[0].said["anybody"] == 12


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("市图书馆 驾驶 3 其他 12 联络员 周敏", {"skill_1": 3, "anybody": 12, "liaison": "周敏"}),
        ("1. 市图书馆，驾驶3人，医疗2，联络员：周敏", {"skill_1": 3, "skill_0": 2, "liaison": "周敏"}),
        ("市图书馆 12人", {"anybody": 12}),
        ("市图书馆\t１２", {"anybody": 12}),
    ],
)
def test_a_pasted_line_is_a_unit(line: str, said: dict[str, object]) -> None:
    (row,) = unit_lines.of_text(line).rows
    assert row.said == {"unit": "市图书馆", **said}


@pytest.mark.parametrize(
    "line",
    [
        "市图书馆",
        "12",
        "市图书馆 跳舞 3",
        "市图书馆 驾驶",
        "市图书馆 驾驶 3 驾驶 4",
        "市图书馆 联络员",
        "市图书馆 驾驶 999999",
        "市" * 201,
    ],
)
def test_a_pasted_line_that_is_none_is_shown_with_what_it_lacks(line: str) -> None:
    sheet = unit_lines.of_text(f"市档案馆 8\n{line}")
    assert [row.said["unit"] for row in sheet.rows] == ["市档案馆"]
    assert [(each.row, each.problem.code) for each in sheet.rejected] == [(2, "unit_line_unreadable")]


@settings(max_examples=200)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_no_text_does_worse_than_being_refused_in_a_sentence(text: str) -> None:
    said: list[object] = []
    try:
        sheet = unit_lines.of_text(text)
        said += [*sheet.rows, *sheet.rejected]
    except Invalid as problem:
        said.append(problem.told())
    assert said
    assert said != [""]


def test_who_begins_to_speak_in_a_moment_is_not_made_once_more() -> None:
    city = tiny_city()
    by, early = command_of(city), now()
    take(city, by, LIBRARY)
    rows = of_cells(TEMPLATE, [LIBRARY]).rows
    assert unit_sheet.look(rows, city.street, city.event, by=by, at=early).would == {}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", [True, False])
def test_two_with_one_list_make_one_liaison(guarded: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    city = tiny_city()
    by = [command_of(city), command_of(city)]
    if not guarded:
        monkeypatch.setattr(unit_sheet, "LOCK", "SELECT %s")
    Organisation.objects.create(name="市图书馆", area=city.street)
    compare, both = unit_sheet._compare, threading.Barrier(2)

    def compared(*args: object) -> object:
        found = compare(*args)  # type: ignore[arg-type]
        if not guarded:
            both.wait(timeout=30)
        return found

    monkeypatch.setattr(unit_sheet, "_compare", compared)

    def one(caller: Caller) -> None:
        try:
            take(city, caller, LIBRARY)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=[caller]) for caller in by]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert RoleGrant.objects.filter(role="liaison").count() == (1 if guarded else 2)
    assert free_of("市图书馆") == {None: 12, 1: 3}
