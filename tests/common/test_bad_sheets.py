"""Files as offices really send them: as text in any encoding, and everything that can be wrong inside a spreadsheet."""

import io
import zipfile

import pytest
import xlsxwriter
from django.utils.translation import override

from linli.common.errors import Invalid
from linli.common.sheets.reading import read
from tests.common.test_sheets import PETS, WANG, codes
from tests.sheets import xlsx

TEXT = "宠物登记表\n\n姓名,电话,Door\n王小明,13800001234,1-2-502\n李敏,13800005678,\n"
GOOD = [(4, WANG | {"door": "1-2-502"}), (5, {"name": "李敏", "phone": "13800005678"})]


def said(sheet):
    return [(row.number, row.said) for row in sheet.rows]


def refused(content):
    with pytest.raises(Invalid) as found:
        read(PETS, content)
    for language in ("en", "zh-hans"):
        with override(language):
            assert found.value.told()
    return found.value


def in_sheet(content: bytes, old: bytes, new: bytes) -> bytes:
    """A workbook with a piece of its first sheet replaced, as another program would have written it."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as packed, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as to:
        for name in packed.namelist():
            part = packed.read(name)
            if name == "xl/worksheets/sheet1.xml":
                assert old in part
                part = part.replace(old, new)
            to.writestr(name, part)
    return file.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_list_as_text_is_read_like_a_spreadsheet(encoding, separator, newline):
    text = TEXT.replace(",", separator).replace("\n", newline)
    assert said(read(PETS, text.encode(encoding))) == GOOD


def test_a_quoted_cell_keeps_its_separators_and_line_breaks_and_digits_kept_as_text_are_meant():
    text = '姓名,电话,Door\n"王\n小明","=""13800001234""","1,2"\n'
    assert said(read(PETS, text.encode())) == [(2, {"name": "王 小明", "phone": "13800001234", "door": "1,2"})]


@pytest.mark.parametrize("cell", ["1.38000E+10", "1.38E10", "13800001234.0", "13800001234."])
def test_digits_that_went_through_a_number_are_refused_in_a_text_too(cell):
    sheet = read(PETS, f"姓名,电话\n王小明,{cell}\n".encode())
    assert codes(sheet) == [(2, "phone", "cell_is_number")]
    assert sheet.unread[0].cell("phone") == cell


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        ("姓名,电话\n王,".encode() + b"\xff\xfe\xff" + "\n李,1".encode(), "sheet_broken_text", 2),
        ("姓名,电话,地址\n王小明,1,李\n".encode()[:-2] + b",\n", "sheet_broken_text", 2),
        ("姓名,电话\n王,1\n".encode("gb18030") + b"\x80\xff\n", "sheet_broken_text", 3),
        ("姓名,电话\n王小明,138\x0000001234\n".encode(), "sheet_with_nul", 2),
        ("姓名,电话\n王小明,1\n李敏,2".encode("utf-16-le"), "sheet_with_nul", 1),
        ('姓名,电话\n王小明,1\n"李敏,2\n'.encode(), "sheet_not_closed", 3),
    ],
    ids=["neither", "half a letter", "GB", "NUL", "unmarked UTF-16", "quotation mark"],
)
def test_a_broken_text_is_refused_with_its_line(content, code, line):
    problem = refused(content)
    assert (problem.code, problem.facts["line"]) == (code, line)


def test_a_merged_cell_is_named_and_a_merged_title_is_not_minded():
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, 5, "宠物登记表")
        sheet.write_row(1, 0, ["姓名", "电话", "Door"])
        sheet.write_row(2, 0, ["王小明", "13800001234"])
        sheet.write_row(3, 0, ["李敏", "13800005678"])
        sheet.merge_range(2, 2, 3, 2, "502")
    read_back = read(PETS, file.getvalue())
    assert said(read_back) == [(3, WANG | {"door": "502"})]
    assert codes(read_back) == [(4, "door", "cell_merged")]


@pytest.mark.parametrize("hide", ["hide", "very_hidden"])
def test_a_hidden_sheet_is_passed_over_and_said_where_it_is_the_only_one(hide):
    def book(*names):
        file = io.BytesIO()
        with xlsxwriter.Workbook(file, {"in_memory": True}) as made:
            for name in names:
                sheet = made.add_worksheet(name)
                if name == "旧名单":
                    getattr(sheet, hide)()
                else:
                    sheet.activate()
                if name != "说明":
                    sheet.write_row(0, 0, ["姓名", "电话"])
                    sheet.write_row(1, 0, [name, "13800001234"])
        return file.getvalue()

    assert [row.said["name"] for row in read(PETS, book("旧名单", "说明", "新名单")).rows] == ["新名单"]
    problem = refused(book("说明", "旧名单"))
    assert (problem.code, problem.facts["name"]) == ("sheet_hidden", "旧名单")


def test_of_a_formula_its_value_is_read_and_one_without_is_refused():
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet("表&一")
        sheet.write_row(0, 0, ["姓名", "电话", "Door"])
        for row in (1, 2):
            sheet.write_row(row, 0, ["王小明", "13800001234"])
        sheet.write_formula(1, 2, "=500+2", None, 502)
        sheet.write_formula(2, 2, "=500+3", None, 503)
    content = file.getvalue()
    assert [row.said["door"] for row in read(PETS, content).rows] == ["502", "503"]
    for empty in (b"<v></v>", b"<v/>", b""):
        never = in_sheet(content, b"<v>503</v>", empty)
        assert codes(read(PETS, never)) == [(3, "door", "cell_without_value")]
    text = in_sheet(content, b'<c r="C3"><f>500+3</f><v>503</v>', b'<c r="C3" t="str"><f>500+3</f><v></v>')
    assert [row.said.get("door") for row in read(PETS, text).rows] == ["502", None]


def test_a_million_empty_rows_are_passed_over_and_a_row_below_them_is_not_lost():
    content = xlsx([["姓名", "电话"], ["王小明", "13800001234"]])
    empty = b"".join(b'<row r="%d"><c r="A%d" s="0"/><c r="M%d" s="0"/></row>' % (n, n, n) for n in range(3, 1_000_003))
    assert said(read(PETS, in_sheet(content, b"</sheetData>", empty + b"</sheetData>"))) == [(2, WANG)]
    few = empty[: empty.index(b'<row r="30003">')]
    below = b'<row r="30003"><c r="A30003" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    assert codes(read(PETS, in_sheet(content, b"</sheetData>", few + below))) == [(30_003, "phone", "cell_missing")]


@pytest.mark.parametrize("head", [["居民姓名", "联系方式"], ["姓名（必填）", "联系方式"], ["姓名", "联系方式"]])
def test_a_title_with_words_around_it_is_known_and_an_unknown_one_is_asked_about_once(head):
    content = xlsx([[*head, "民族"], ["王小明", "13800001234", "汉"]])
    problem = refused(content)
    assert (problem.code, problem.facts["unknown"]) == ("sheet_head_missing", ["联系方式"])
    assert said(read(PETS, content, known={"联系方式": "phone"})) == [(2, WANG)]


def test_what_was_said_to_be_none_of_ours_is_left_out_and_not_asked_again():
    content = xlsx([["姓名", "电话", "宠物名"], ["王小明", "13800001234", "旺财"]])
    assert read(PETS, content).unknown == ["宠物名"]
    again = read(PETS, content, known={"宠物名": ""})
    assert (again.unknown, [each.title for each in again.left_out]) == ([], ["宠物名"])


def test_between_two_columns_nothing_is_guessed():
    problem = refused(xlsx([["姓名", "名称", "电话"], ["王小明", "旺财", "13800001234"]]))
    assert problem.code == "sheet_head_twice"
    two = refused(xlsx([["居民姓名", "成员姓名", "电话"], ["王", "李", "1"]]))
    assert two.facts["unknown"] == ["居民姓名", "成员姓名"]
    read_back = read(PETS, xlsx([["居民姓名", "姓名", "电话"], ["王", "王小明", "13800001234"]]))
    assert (said(read_back), read_back.unknown) == ([(2, WANG)], ["居民姓名"])


def test_cells_of_a_rejected_row_are_there_to_be_mended_without_what_nothing_declares():
    row = ["王小明（党员）", "12", "cook、上访户", 502.0]
    sheet = read(PETS, xlsx([["姓名", "电话", "Skills", "Door"], row]))
    assert [sheet.unread[0].cell(key) for key in ("name", "phone", "skills", "door")] == ["王小明", "12", "cook", "502"]
