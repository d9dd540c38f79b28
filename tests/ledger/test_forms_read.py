"""Forms as they come: known by their titles, asked about once, and whatever can be wrong inside one."""

import io
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import xlsxwriter
from django.db import IntegrityError, connection, transaction
from django.utils.translation import override

from linli.common.clock import now
from linli.common.errors import Invalid, LinliError, NotFound
from linli.custody.models import Heading, TrailEntry
from linli.ledger.errors import (
    FormColumnTwice,
    FormColumnUnclear,
    FormColumnUnlawful,
    FormNameMissing,
    FormNameTaken,
    FormRemoved,
)
from linli.ledger.forms import keeping
from linli.ledger.forms.keeping import Means
from linli.ledger.models import ReportColumn, ReportFilling, ReportForm
from tests.common.test_bad_sheets import in_sheet
from tests.common.test_sheets import locked, old_kind, two_cells_far_apart
from tests.factories import TinyCity, caller_for, tiny_city, user_with_role
from tests.ledger.forms_made import HEAD, a_form, add, columns, of_cells

pytestmark = pytest.mark.django_db
K = ReportColumn.Kind


def test_a_form_is_known_by_its_titles_and_what_may_not_be_kept_is_named(city, desk):
    form = add(city.communities[0], desk)
    assert columns(form) == [
        ("序号", K.FIELD, "n"),
        ("姓名", K.FIELD, "name"),
        ("联系电话", K.FIELD, "phone"),
        ("民族", K.UNLAWFUL, ""),
        ("备注", K.BY_HAND, ""),
    ]
    with pytest.raises(FormColumnUnlawful):
        keeping.say_columns(form, {3: Means(K.CONSTANT, "汉族")}, by=desk, at=now())
    with pytest.raises(FormColumnUnlawful):
        keeping.say_columns(form, {3: Means(K.BY_HAND)}, by=desk, at=now())


def test_what_stood_in_its_rows_and_who_filled_it_in_is_not_kept(city, desk):
    rows = [("1", "王小明", "13800001234", "汉", "联系电话：13900005678"), ("2", "李敏", "13800005678", "", "")]
    form, left_out = keeping.add_form(
        city.communities[0],
        name="登记表",
        required_by="街道",
        rows="person",
        content=a_form(rows),
        by=desk,
        at=now(),
    )
    assert left_out == 2
    kept = str(form.layout)
    for said in ("王小明", "李敏", "1380", "1390", "汉'", "张三", "李四"):
        assert said not in kept, said
    assert "填表人：" in kept
    assert "审核：" in kept


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("填报单位：青松社区 填报人：张三", "填报单位：青松社区 填报人："),
        ("统计负责人: Anna  审核人：", "统计负责人：  审核人："),
        ("填表日期：2022年9月2日", "填表日期："),
        ("青松社区居民登记表", "青松社区居民登记表"),
    ],
)
def test_of_a_title_everything_stays_but_who_signed_it_last_time(city, desk, line, kept):
    form = add(city.communities[0], desk, a_form(line=line))
    assert form.layout["top"]["lines"][1]["texts"] == {"0": kept}


def test_a_head_in_two_storeys_is_read_by_what_stands_lowest(city, desk):
    content = of_cells(
        ("花名册", "", "", ""),
        ("姓名", "住址", "", "电话"),
        ("", "楼栋", "房号", ""),
        merges=[(0, 0, 0, 3), (1, 0, 2, 0), (1, 1, 1, 2), (1, 3, 2, 3)],
    )
    form = add(city.communities[0], desk, content)
    assert [meaning for _, _, meaning in columns(form)] == ["name", "building", "door", "phone"]
    assert len(form.layout["top"]["lines"]) == 3


def test_names_in_braces_say_what_goes_where(city, desk):
    content = of_cells(("社区：{{社区}}", "", ""), ("甲", "乙", "丙"), ("{{姓名}}", "{{ 电话 }}", ""))
    form = add(city.communities[0], desk, content)
    assert columns(form) == [("姓名", K.FIELD, "name"), ("电话", K.FIELD, "phone"), ("丙", K.OPEN, "")]
    assert len(form.layout["top"]["lines"]) == 2


def test_an_unknown_title_is_asked_about_once_and_known_in_the_next_form(city, desk):
    content = a_form(head=("姓名", "摸底情况", "填报批次"))
    form = add(city.communities[0], desk, content)
    assert columns(form)[1:] == [("摸底情况", K.OPEN, ""), ("填报批次", K.OPEN, "")]
    keeping.say_columns(form, {1: Means(K.FIELD, "standing"), 2: Means(K.CONSTANT, "第一批")}, by=desk, at=now())
    assert columns(form)[1:] == [("摸底情况", K.FIELD, "standing"), ("填报批次", K.CONSTANT, "")]
    again = add(city.communities[0], desk, content, name="又一张")
    assert columns(again)[1:] == [("摸底情况", K.FIELD, "standing"), ("填报批次", K.OPEN, "")]
    assert list(Heading.objects.values_list("heading", "column")) == [("摸底情况", "standing")]
    keeping.say_columns(again, {2: Means(K.BY_HAND)}, by=desk, at=now())
    third = add(city.communities[0], desk, content, name="第三张")
    assert columns(third)[1:] == [("摸底情况", K.FIELD, "standing"), ("填报批次", K.BY_HAND, "")]
    assert TrailEntry.objects.filter(kind="form.columns_said", subject=f"form:{form.pk}").count() == 1


def test_between_two_columns_that_may_mean_the_same_nothing_is_guessed(city, desk):
    form = add(city.communities[0], desk, a_form(head=("姓名", "电话", "手机号码")))
    assert columns(form)[1:] == [("电话", K.OPEN, ""), ("手机号码", K.OPEN, "")]
    with pytest.raises(FormColumnTwice):
        keeping.say_columns(form, {1: Means(K.FIELD, "phone"), 2: Means(K.FIELD, "phone")}, by=desk, at=now())
    assert columns(form)[1:] == [("电话", K.OPEN, ""), ("手机号码", K.OPEN, "")]
    keeping.say_columns(form, {1: Means(K.FIELD, "phone"), 2: Means(K.BY_HAND)}, by=desk, at=now())
    with pytest.raises(FormColumnTwice):
        keeping.say_columns(form, {2: Means(K.FIELD, "phone")}, by=desk, at=now())
    keeping.say_columns(form, {1: Means(K.FIELD, "age"), 2: Means(K.FIELD, "phone")}, by=desk, at=now())
    assert [meaning for _, _, meaning in columns(form)] == ["name", "age", "phone"]
    keeping.say_columns(form, {1: Means(K.FIELD, "phone"), 2: Means(K.FIELD, "age")}, by=desk, at=now())
    assert [meaning for _, _, meaning in columns(form)] == ["name", "phone", "age"]


@pytest.mark.parametrize(
    "means",
    [
        Means(K.FIELD, "people"),
        Means(K.FIELD, ""),
        Means(K.CONSTANT, "  "),
        Means(K.CONSTANT, "长" * 81),
        Means(K.BY_HAND, "x"),
        Means(K.OPEN),
        Means(K.UNLAWFUL),
    ],
    ids=["of another kind", "nothing", "blank", "too long", "both", "open", "unlawful"],
)
def test_a_meaning_that_makes_no_sense_changes_nothing(city, desk, means):
    form = add(city.communities[0], desk)
    with pytest.raises(FormColumnUnclear):
        keeping.say_columns(form, {4: means}, by=desk, at=now())
    with pytest.raises(NotFound):
        keeping.say_columns(form, {40: Means(K.BY_HAND)}, by=desk, at=now())
    assert columns(form)[4] == ("备注", K.BY_HAND, "")


def with_formulas() -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_formula(0, 0, '="居民"&"表"', None, "居民表")
        sheet.write_formula(1, 0, '="姓"&"名"', None, "姓名")
        sheet.write_string(1, 1, "电话")
        sheet.write_string(1, 2, "小计")
        sheet.write_formula(2, 2, "=CMD|'/C calc'!A0", None, "7")
        sheet.write_string(3, 0, "合计")
        sheet.write_formula(3, 2, "=SUM(C3:C3)", None, 7)
    return file.getvalue()


def test_of_formulas_their_words_are_kept_and_nothing_else(city, desk):
    form = add(city.communities[0], desk, with_formulas())
    assert [title for title, _, _ in columns(form)] == ["姓名", "电话", "小计"]
    kept = str(form.layout)
    assert "居民表" in kept
    assert "合计" in kept
    assert "CMD" not in kept
    assert "SUM" not in kept
    assert "7" not in str(form.layout["foot"]["lines"])


def a_million_empty_rows() -> bytes:
    empty = b"".join(b'<row r="%d" s="1"><c r="A%d" s="0"/></row>' % (n, n) for n in range(12, 1_000_003))
    return in_sheet(a_form(), b"</sheetData>", empty + b"</sheetData>")


def test_a_million_empty_rows_are_passed_over(city, desk):
    form = add(city.communities[0], desk, a_million_empty_rows())
    assert [title for title, _, _ in columns(form)] == list(HEAD)
    assert len(form.layout["foot"]["lines"]) == 1


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"<workbook/>")
        packed.writestr("xl/worksheets/sheet1.xml", b" " * (101 * 1024 * 1024))
    return file.getvalue()


def with_styles(styles: bytes) -> bytes:
    """A form whose styles another program wrote."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(a_form())) as packed, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as to:
        for name in packed.namelist():
            to.writestr(name, styles if name == "xl/styles.xml" else packed.read(name))
    return file.getvalue()


LAUGHS = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><styleSheet>&b;</styleSheet>'
BAD = {
    "empty": (lambda: b"", "sheet_empty"),
    "text": ("姓名,电话\n".encode, "sheet_not_readable"),
    "locked": (locked, "sheet_locked"),
    "old": (old_kind, "sheet_old"),
    "no head": (lambda: of_cells(("居民表",), ("甲", "乙"), ("一", "二")), "form_without_head"),
    "one title": (lambda: of_cells(("姓名",)), "form_without_head"),
    "a bomb": (bomb, "sheet_unpacks_too_big"),
    "two cells far apart": (two_cells_far_apart, "sheet_too_big"),
    "entities": (lambda: with_styles(LAUGHS), "sheet_not_readable"),
    "broken": (lambda: b"PK\x03\x04" + b"x" * 100, "sheet_not_readable"),
    "hidden": (lambda: a_form(hidden=True), "sheet_hidden"),
    "a list": (lambda: of_cells(("姓名", "电话"), *[("王", "1")] * 2001), "form_filled_in"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_file_that_is_no_form_is_refused_in_a_sentence_and_leaves_nothing(city, desk, what):
    make, code = BAD[what]
    with pytest.raises(Invalid) as found:
        add(city.communities[0], desk, make() or b" ")
    assert found.value.code == code
    for language in ("en", "zh-hans"):
        with override(language):
            assert found.value.told()
    assert not ReportForm.objects.exists()


def test_styles_that_nobody_knows_leave_a_plain_form(city, desk):
    font = b'<fonts><font><sz val="x"/><b val="0"/></font></fonts>'
    odd = b"<styleSheet>" + font + b'<cellXfs><xf fontId="9"/></cellXfs></styleSheet>'
    form = add(city.communities[0], desk, with_styles(odd))
    assert form.layout["looks"] == [{}]


@pytest.mark.parametrize("said", ["300", "999", "-3", "x", "nan", "1e400"])
def test_a_width_that_no_column_can_have_is_none_or_the_widest(city, desk, said):
    content = in_sheet(a_form(), b'width="7.7109375"', f'width="{said}"'.encode())
    widths = add(city.communities[0], desk, content).layout["widths"]
    assert widths.get("0") == (255 if said == "300" else None)
    assert len(widths) >= len(HEAD) - 1


def test_a_form_has_a_name_of_its_own_and_an_office(city, desk):
    community = city.communities[0]
    for name, office in (("", "区"), ("表", " "), ("长" * 81, "区")):
        with pytest.raises(FormNameMissing):
            keeping.add_form(
                community, name=name, required_by=office, rows="person", content=a_form(), by=desk, at=now()
            )
    form = add(community, desk)
    with pytest.raises(FormNameTaken):
        add(community, desk)
    keeping.remove_form(form, by=desk, at=now())
    assert add(community, desk).pk != form.pk
    with pytest.raises(FormRemoved):
        keeping.remove_form(form, by=desk, at=now())
    with pytest.raises(FormRemoved):
        keeping.say_columns(form, {4: Means(K.BY_HAND)}, by=desk, at=now())


def test_a_form_of_another_area_is_not_there(city, desk):
    other = caller_for(user_with_role("community_desk", city.communities[1]))
    street = caller_for(user_with_role("street", city.street))
    worker = caller_for(user_with_role("grid_worker", city.grids[0]))
    form = add(city.communities[0], desk)
    of_street = add(city.street, street, name="街道表")
    for stranger in (other, worker):
        with pytest.raises(NotFound):
            keeping.form_visible_to(stranger, form.pk, now())
        with pytest.raises(NotFound):
            add(city.communities[0], stranger, name="别的")
    assert [each.pk for each in keeping.forms_within(desk, now())] == [form.pk, of_street.pk]
    assert [each.pk for each in keeping.forms_within(street, now())] == [form.pk, of_street.pk]
    assert keeping.may_change(street, form, now())
    with pytest.raises(NotFound):
        keeping.say_columns(of_street, {4: Means(K.BY_HAND)}, by=desk, at=now())
    with pytest.raises(NotFound):
        keeping.remove_form(of_street, by=desk, at=now())


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "field", "meaning": ""},
        {"kind": "by_hand", "meaning": "name"},
        {"kind": "constant", "constant": ""},
        {"kind": "other"},
        {"kind": "field", "meaning": "phone"},
        {"at": -1, "kind": "by_hand"},
    ],
    ids=["no field", "hand and field", "no text", "unknown", "twice", "nowhere"],
)
def test_the_database_holds_what_a_column_says(city, desk, wrong):
    form = add(city.communities[0], desk)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportColumn.objects.create(**({"form": form, "at": 9, "title": "x"} | wrong))


def test_the_database_holds_that_a_filling_counts_cells(city, desk):
    form = add(city.communities[0], desk)
    counts = {"rows": 1, "filled": 1, "masked": 0, "empty": 0, "by_hand": 0}
    for name, n in (("rows", 0), ("filled", -1), ("by_hand", -1)):
        with pytest.raises(IntegrityError), transaction.atomic():
            ReportFilling.objects.create(
                number="A2345678", form=form, area=city.communities[0], filled_at=now(), **(counts | {name: n})
            )


def at_once(*jobs: Callable[[], object]) -> list[object]:
    def run(job: Callable[[], object]) -> object:
        try:
            return job()
        except (LinliError, IntegrityError) as problem:
            return problem
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=len(jobs)) as tabs:
        return [each.result() for each in [tabs.submit(run, job) for job in jobs]]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_bring_one_form_at_once_one_is_told():
    town: TinyCity = tiny_city()
    desk = caller_for(user_with_role("community_desk", town.communities[0]))
    done = at_once(*[lambda: add(town.communities[0], desk)] * 2)
    assert sorted(type(each).__name__ for each in done) == ["FormNameTaken", "ReportForm"]
    assert ReportForm.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_constraint_there_would_be_two():
    town: TinyCity = tiny_city()
    desk = caller_for(user_with_role("community_desk", town.communities[0]))
    once = next(each for each in ReportForm._meta.constraints if each.name == "report_form_name_once")
    with connection.schema_editor() as editor:
        editor.remove_constraint(ReportForm, once)
    try:
        at_once(*[lambda: add(town.communities[0], desk)] * 2)
        assert ReportForm.objects.count() == 2
    finally:
        ReportColumn.objects.all().delete()
        ReportForm.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(ReportForm, once)
