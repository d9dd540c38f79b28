"""Lists: read from what offices have, looked through before anything is taken, all or nothing, again without harm."""

import io
import zipfile
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.common.clock import now
from linli.custody import secrets
from linli.muster import lists
from linli.muster.errors import BadList
from linli.muster.models import SignUp
from linli.people.models import Skill
from tests.factories import SYSTEM, add_claim, caller_for, tiny_city, user_with_role

HEAD = ["姓名", "手机号", "楼栋门牌", "特长"]
ROWS = [["王小明", 13800001234, "1栋1单元502", "驾驶，翻译"], ["李敏", "13800005678", "2栋1单元301", ""]]


_OOXML = "http://schemas.openxmlformats.org"
_PARTS = {
    "[Content_Types].xml": f"""<Types xmlns="{_OOXML}/package/2006/content-types">
        <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
        <Override PartName="/xl/workbook.xml"
            ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
        <Override PartName="/xl/worksheets/sheet1.xml"
            ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>""",
    "_rels/.rels": f"""<Relationships xmlns="{_OOXML}/package/2006/relationships"><Relationship Id="a"
        Type="{_OOXML}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>""",
    "xl/workbook.xml": f"""<workbook xmlns="{_OOXML}/spreadsheetml/2006/main"
        xmlns:r="{_OOXML}/officeDocument/2006/relationships"><sheets><sheet name="1" sheetId="1" r:id="a"/></sheets>
        </workbook>""",
    "xl/_rels/workbook.xml.rels": f"""<Relationships xmlns="{_OOXML}/package/2006/relationships"><Relationship Id="a"
        Type="{_OOXML}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>""",
}


def xlsx(rows, *, above=()):
    """A spreadsheet as an office program writes it, numbers as numbers."""
    lines = []
    for at, row in enumerate([*above, *rows], 1):
        cells = [
            f'<c r="{chr(65 + column)}{at}"><v>{value}</v></c>'
            if isinstance(value, int)
            else f'<c r="{chr(65 + column)}{at}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
            for column, value in enumerate(row)
        ]
        lines.append(f'<row r="{at}">{"".join(cells)}</row>')
    sheet = f'<worksheet xmlns="{_OOXML}/spreadsheetml/2006/main"><sheetData>{"".join(lines)}</sheetData></worksheet>'
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {**_PARTS, "xl/worksheets/sheet1.xml": sheet}.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return file.getvalue()


def csv(rows, encoding="utf-8", separator=","):
    return "\r\n".join(separator.join(map(str, row)) for row in rows).encode(encoding)


def looked(city, content):
    return lists.look_through(content, city.event, city.communities[0])


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content",
    [
        xlsx([HEAD, *ROWS]),
        xlsx([HEAD, *ROWS], above=[["青松社区志愿者报名表"], []]),
        csv([HEAD, *ROWS]),
        csv([HEAD, *ROWS], "utf-8-sig"),
        csv([HEAD, *ROWS], "gb18030"),
        csv([["Name", "Phone", "Door", "Skills"], [*ROWS[0][:3], "driver/interpreter"], ROWS[1]], separator=";"),
    ],
    ids=["xlsx", "xlsx with a title", "utf-8", "utf-8 with mark", "gb18030", "english"],
)
def test_the_same_two_people_come_out_of_every_form_of_the_list(content):
    found = looked(tiny_city(), content)
    assert found.rejected == []
    assert [(row.name, row.phone, row.door, row.skills) for row in found.new] == [
        ("王小明", "13800001234", "1栋1单元502", 1 << Skill.DRIVER | 1 << Skill.INTERPRETER),
        ("李敏", "13800005678", "2栋1单元301", 0),
    ]


@pytest.mark.django_db
def test_every_cell_that_makes_no_sense_is_named_by_row_and_column_and_nothing_is_taken():
    city = tiny_city()
    wrong = [
        ["", "12", "1栋", ""],
        [],
        ["王小明", 13800001234, "1栋1单元502", "飞行"],
        ["长" * 41, 13800001234, "", ""],
    ]
    found = looked(city, xlsx([HEAD, *ROWS, *wrong]))
    assert [(each.row, each.column, each.problem.code) for each in found.rejected] == [
        (4, "name", "field_missing"),
        (4, "phone", "bad_phone"),
        (6, "skills", "skill_unknown"),
        (7, "name", "field_too_long"),
        (7, "door", "field_missing"),
    ]
    assert all(each.reason for each in found.rejected)
    assert not SignUp.objects.exists()


@pytest.mark.django_db
def test_a_list_taken_twice_changes_nothing_the_second_time():
    city, content = tiny_city(), xlsx([HEAD, *ROWS])
    community = city.communities[0]
    assert lists.take(city.event, community, looked(city, content).new, by=SYSTEM, at=now()) == 2
    again = looked(city, content)
    assert (again.new, again.there) == ([], 2)
    assert (
        lists.take(city.event, community, lists.look_through(content, city.event, community).new, by=SYSTEM, at=now())
        == 0
    )
    assert list(SignUp.objects.order_by("name").values_list("name", "way", "state")) == [
        ("李敏", "list", "claimed"),
        ("王小明", "list", "claimed"),
    ]


@pytest.mark.django_db
def test_the_rows_of_a_list_keep_the_order_of_the_file():
    city = tiny_city()
    rows = [[f"王{number}", f"138{number:08d}", "1栋", ""] for number in range(200)]
    lists.take(city.event, city.communities[0], looked(city, csv([HEAD, *rows])).new, by=SYSTEM, at=now())
    kept = SignUp.objects.order_by("made_at", "pk").values_list("name", flat=True)
    assert list(kept) == [row[0] for row in rows]


@pytest.mark.django_db
def test_two_desks_that_take_the_same_list_one_after_the_other_take_it_once():
    city = tiny_city()
    both_looked = [looked(city, csv([HEAD, *ROWS])).new for _ in range(2)]
    taken = [lists.take(city.event, city.communities[0], rows, by=SYSTEM, at=now()) for rows in both_looked]
    assert taken == [2, 0]


@pytest.mark.django_db
def test_who_stands_in_the_list_twice_counts_once_and_who_signed_up_is_left_alone():
    city = tiny_city()
    add_claim(city, name="李敏", phone="13800005678")
    found = looked(city, csv([HEAD, *ROWS, ROWS[0]]))
    assert ([row.name for row in found.new], found.there, found.twice) == (["王小明"], 1, 1)


@pytest.mark.django_db
def test_a_bad_row_leaves_the_good_ones_out_too():
    city = tiny_city()
    rows = [*looked(city, csv([HEAD, *ROWS])).new, lists.Claimed(name="", phone="13800009999", door="1栋")]
    with pytest.raises(lists.Invalid):
        lists.take(city.event, city.communities[0], rows, by=SYSTEM, at=now())
    assert not SignUp.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"  \n",
        b"PK\x03\x04 but no spreadsheet",
        b"\xff\xfe\x00\x00\x81",
        csv([["姓名", "电话"], ["王小明", "13800001234"]]),
        csv([HEAD]),
        csv([HEAD, ['"open', 1, 2, 3]]),
        csv([HEAD, *[ROWS[0]] * (lists.MOST_ROWS + 1)]),
        b"x" * (lists.MOST_BYTES + 1),
    ],
    ids=["empty", "blank", "broken xlsx", "no text", "no door", "head only", "open quote", "too long", "too big"],
)
def test_what_is_no_such_list_is_refused_in_a_sentence(content):
    with pytest.raises(BadList) as told:
        looked(tiny_city(), content)
    assert told.value.facts["why"]


@pytest.mark.django_db
def test_a_spreadsheet_that_unpacks_to_gigabytes_is_not_unpacked():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (101 * 1024 * 1024))
    assert len(file.getvalue()) < lists.MOST_BYTES
    with pytest.raises(BadList):
        looked(tiny_city(), file.getvalue())


@pytest.mark.django_db
def test_rows_carried_by_the_page_open_for_the_same_desk_only():
    city = tiny_city()
    desk, other = (caller_for(user_with_role("community_desk", city.communities[0])) for _ in range(2))
    rows = looked(city, csv([HEAD, *ROWS])).new
    text = lists.packed(rows, city.communities[0], desk)
    assert "13800001234" not in text
    assert lists.unpacked(text, city.communities[0], desk) == rows
    for community, by, tried in (
        (city.communities[1], desk, text),
        (city.communities[0], other, text),
        (city.communities[0], desk, text[:-1] + ("0" if text[-1] != "0" else "1")),
        (city.communities[0], desk, "no hex"),
        (city.communities[0], desk, secrets.seal("[]").hex()),
    ):
        with pytest.raises(BadList):
            lists.unpacked(tried, community, by)


@given(st.binary(max_size=400))
@settings(max_examples=200)
def test_no_file_whatever_does_worse_than_being_refused(content):
    try:
        for number, cells in lists._rows(content):
            lists._row(number, cells)
    except BadList:
        pass


@given(st.lists(st.lists(st.text(max_size=30), min_size=4, max_size=4), max_size=5))
@settings(max_examples=100)
def test_a_row_either_becomes_a_claim_or_says_what_is_wrong(rows):
    for number, row in enumerate(rows):
        claim, wrong = lists._row(number, dict(zip(lists.COLUMNS, row, strict=True)))
        assert (claim is None) == bool(wrong)
