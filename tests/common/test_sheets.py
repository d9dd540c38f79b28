"""Templates: handed out with examples, read back cell by cell, and never worse than refused."""

import io
import zipfile
from datetime import date

import pytest
import python_calamine
import xlsxwriter
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.common.errors import Invalid
from linli.common.sheets import Column, Template, cells
from linli.common.sheets.reading import read
from linli.common.sheets.writing import blank
from linli.people.rules import phone_digits
from linli.places import area_sheet
from tests.sheets import filled, xlsx

KINDS = {"cat": "community", "dog": "street"}
PETS = Template(
    key="pets",
    title="Templates",
    says="Template",
    columns=(
        Column("name", "Name", "Name", cells.name(10), needed=True, also=("名称",)),
        Column("phone", "Phone", "Phone", phone_digits, needed=True, as_text=True),
        Column("kind", "Role", "Role", cells.one_of(KINDS, {"猫": "cat"}), choices=("community", "street")),
        Column("born", "First day", "First day", cells.day, takes_date=True),
        Column("skills", "Skills", "Skills", cells.some_of({"cook": 0, "drive": 3})),
        Column("door", "Door", "Door", cells.text(12)),
    ),
    examples=({"name": "王小明", "phone": "13800001234", "kind": "community"},),
    most_rows=20,
)
WANG = {"name": "王小明", "phone": "13800001234"}


def codes(sheet):
    return [(each.row, each.column, each.problem.code) for each in sheet.rejected]


def test_the_empty_template_shows_its_columns_in_both_languages_and_its_examples_are_never_taken():
    book = python_calamine.load_workbook(io.BytesIO(blank(area_sheet.TEMPLATE)))
    first, explained = (book.get_sheet_by_name(name).to_python() for name in book.sheet_names)
    assert len(first) == 1 + len(area_sheet.TEMPLATE.examples)
    assert first[0][2] == "区域名称 Name of the area"
    told = "\n".join(str(value) for row in explained for value in row)
    with override("zh-hans"):
        assert all(area_sheet.TEMPLATE.titled(column.key) in told for column in area_sheet.TEMPLATE.columns)
    with override("en"):
        assert all(column.says in told for column in area_sheet.TEMPLATE.columns)
    with pytest.raises(Invalid) as refused:
        read(area_sheet.TEMPLATE, blank(area_sheet.TEMPLATE))
    assert refused.value.code == "sheet_without_rows"


def test_a_template_filled_in_below_its_examples_is_read_with_the_numbers_of_the_spreadsheet():
    taken = io.BytesIO(blank(PETS))
    head = python_calamine.load_workbook(taken).get_sheet_by_index(0).to_python()
    rows = [*head, ["", "李敏", "13800005678", "", date(2020, 2, 29), "cook、飞行", 201]]
    sheet = read(PETS, xlsx(rows, before=["cover"]))
    assert (sheet.examples, codes(sheet)) == (1, [])
    assert [(row.number, row.said) for row in sheet.rows] == [
        (3, {"name": "李敏", "phone": "13800005678", "born": "2020-02-29", "skills": 1, "door": "201"})
    ]


@pytest.mark.parametrize("head", [["姓名", "电话"], ["Name", "Phone"], ["NAME ", "电话 Phone："], ["名称", "phone"]])
def test_columns_are_known_by_their_title_in_either_language_and_any_order(head):
    for order in (1, -1):
        sheet = read(PETS, xlsx([["a list of pets"], [], head[::order], ["王小明", "13800001234"][::order]]))
        assert [(row.number, row.said) for row in sheet.rows] == [(4, WANG)]


def test_what_nothing_declares_is_named_and_not_kept():
    wang = WANG | {"name": "王小明（党员）", "skills": "drive,上访户", "政治面貌": "中共党员", "民族": ""}
    sheet = read(PETS, filled(PETS, [wang], more=["政治面貌", "民族"]))
    assert sheet.rows[0].said == WANG | {"skills": 8}
    assert [(each.title, each.cells, each.values) for each in sheet.left_out] == [
        ("政治面貌", 1, ()),
        ("Name", 1, ("党员",)),
        ("Skills", 1, ("上访户",)),
    ]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ({"phone": 13800001234}, "cell_is_number"),
        ({"phone": 1.3800001234e10}, "cell_is_number"),
        ({"phone": date(2020, 1, 2)}, "cell_is_date"),
        ({"phone": "12"}, "bad_phone"),
        ({"phone": ""}, "cell_missing"),
        ({"name": "长" * 11}, "cell_too_long"),
        ({"name": "a\x01b"}, "unreadable"),
        ({"name": "#REF!"}, "cell_is_error"),
        ({"kind": "鱼"}, "cell_not_a_choice"),
        ({"born": "2021-02-29"}, "cell_not_a_date"),
        ({"born": "gestern"}, "cell_not_a_date"),
        ({"door": date(2020, 1, 2)}, "cell_is_date"),
    ],
)
def test_a_cell_that_makes_no_sense_is_named_by_row_column_and_reason(cell, code):
    sheet = read(PETS, filled(PETS, [WANG, WANG | cell]))
    assert codes(sheet) == [(3, next(iter(cell)), code)]
    assert [row.number for row in sheet.rows] == [2]
    assert sheet.rejected[0].problem.told()


def locked() -> bytes:
    """The beginning of a file that an office program locked: the old container, the new file encrypted inside it."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000 + "EncryptedPackage".encode("utf-16-le")


def old_kind() -> bytes:
    """The beginning of an XLS: the old container, a workbook in its directory."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000 + "Workbook".encode("utf-16-le")


def two_cells_far_apart() -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_string(0, 0, "Name")
        sheet.write_string(1_048_575, 16_383, "Phone")
    return file.getvalue()


def unpacking_to_gigabytes() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (101 * 1024 * 1024))
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "sheet_empty"),
        (b" \n", "sheet_empty"),
        (b"x" * (8 * 1024 * 1024 + 1), "sheet_too_big"),
        (b"PK\x03\x04 but no spreadsheet", "sheet_not_readable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000, "sheet_not_readable"),
        (b"\x89PNG\r\n\x1a\n\0\0", "sheet_not_readable"),
        (old_kind(), "sheet_old"),
        (locked(), "sheet_locked"),
        (two_cells_far_apart(), "sheet_too_big"),
        (unpacking_to_gigabytes(), "sheet_unpacks_too_big"),
        (xlsx([["姓名"], ["王小明"]]), "sheet_head_missing"),
        (xlsx([["姓名", "电话"], ["", " "]]), "sheet_without_rows"),
        (blank(area_sheet.TEMPLATE), "sheet_of_another_kind"),
        (filled(PETS, [WANG] * 21), "sheet_too_long"),
    ],
    ids=[
        "nothing",
        "blank",
        "big",
        "zip",
        "ole",
        "png",
        "xls",
        "locked",
        "far",
        "bomb",
        "head",
        "no-rows",
        "other",
        "long",
    ],
)
def test_what_is_no_such_file_is_refused_in_a_sentence(content, code):
    with pytest.raises(Invalid) as refused:
        read(PETS, content, (PETS, area_sheet.TEMPLATE))
    assert refused.value.code == code
    for language in ("en", "zh-hans"):
        with override(language):
            assert refused.value.told()


@given(st.binary(max_size=300))
@settings(max_examples=100)
def test_no_bytes_do_worse_than_being_refused(content):
    with pytest.raises(Invalid):
        read(PETS, content)


@given(st.lists(st.text(max_size=20), min_size=6, max_size=6))
@settings(max_examples=60)
def test_a_row_is_kept_or_says_what_is_wrong_with_it(said):
    row = [f"x{text}" for text in said]
    sheet = read(PETS, xlsx([["Name", "Phone", "Role", "First day", "Skills", "Door"], row]))
    assert bool(sheet.rows) != bool(sheet.rejected)
