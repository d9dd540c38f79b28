"""Forms that are filled: what stands in the file, behind which mask, for whom, and what is left to be typed."""

import io
import zipfile
from datetime import timedelta
from uuid import UUID

import pytest
import python_calamine
from django.db import IntegrityError, transaction
from django.utils.translation import override

from linli.common.clock import now
from linli.common.errors import Invalid, NotFound
from linli.common.ids import uuid7
from linli.custody import export
from linli.custody.errors import MayNotReveal, NobodyInList
from linli.custody.export import Kind
from linli.custody.models import Export, ExportedPerson
from linli.ledger import recording
from linli.ledger.errors import FormAreaWrong, FormColumnsOpen, FormNothingToFill
from linli.ledger.forms import filling, keeping
from linli.ledger.forms.keeping import Means
from linli.ledger.forms.meanings import COLUMNS
from linli.ledger.forms.of_areas import AREAS
from linli.ledger.forms.of_households import HOUSEHOLDS
from linli.ledger.forms.of_people import PEOPLE
from linli.ledger.models import Finding, ReportColumn, ReportFilling, Said, Sweep
from linli.ledger.recording import Found
from linli.people.models import Household, Identity, Person, SameAs
from linli.people.partitions import have_partition
from tests.factories import add_resident, begin_sweep, caller_for, user_with_role
from tests.ledger.forms_made import FOOT, MARK, a_form, add, cells_of, file_of, of_cells

pytestmark = pytest.mark.django_db
K = ReportColumn.Kind


@pytest.fixture(autouse=True)
def in_english():
    with override("en"):
        yield


def found(sweep: Sweep, person: Person, by, result=Finding.Result.ANSWERED) -> None:
    """Somebody is met at their own door."""
    door = Household.objects.get(stays__person=person).dwelling_id
    said = [(person.pk, Said.State.HERE)] if result == Finding.Result.ANSWERED else []
    what = Found(key=uuid7(), dwelling=door, result=result, how=Finding.How.DOOR, happened_at=None, said=said)
    recording.record(sweep, what, by=by, at=now())


def rows_of(made: ReportFilling, by, head: int = 3) -> list[list[object]]:
    """The rows of a filled form, without what stands above and below."""
    return cells_of(file_of(made, by))[head : head + made.rows]


def test_a_form_is_filled_below_its_head_and_looks_as_it_did(city, desk):
    add_resident(city, name="王小明", phone="13800001234", door="502")
    add_resident(city, name="李敏", phone="13900005678", door="901")
    form = add(city.communities[0], desk)
    made = filling.fill(form, city.communities[0].pk, None, in_full=["phone"], by=desk, at=now())
    content = file_of(made, desk)
    rows = cells_of(content)
    assert rows[0][0] == "居民登记表"
    assert rows[1][0].startswith("填报单位：青松社区 填表人： 日期：20")
    assert [row[:5] for row in rows[3:5]] == [
        [1.0, "王**", "13800001234", "", ""],
        [2.0, "李**", "13900005678", "", ""],
    ]
    assert (rows[5][0], rows[5][2]) == ("填表人：", "审核：")
    assert rows[7][0] == "Synthetic city"
    assert made.number in rows[8][0]
    book = python_calamine.load_workbook(io.BytesIO(content))
    assert ((0, 0), (0, 4)) in (book.get_sheet_by_index(0).merged_cell_ranges or [])
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        sheet, styles = packed.read("xl/worksheets/sheet1.xml").decode(), packed.read("xl/styles.xml").decode()
    assert 'ht="36"' in sheet
    assert all(f'width="{7 + 3 * at}.7109375"' in sheet for at in range(5))
    assert "宋体" in styles
    assert "FFF2CC" in styles.upper()
    assert "Synthetic city" in sheet[sheet.index("<oddHeader>") : sheet.index("</oddHeader>")]


def test_cells_are_counted_by_what_is_left_to_do_in_them(city, desk):
    add_resident(city, name="王小明", phone="13800001234", door="502")
    add_resident(city, name="", phone="13900005678", door="901")
    form = add(city.communities[0], desk, a_form(line="第{{几}}次"))
    made = filling.fill(form, city.communities[0].pk, None, in_full=["phone"], by=desk, at=now())
    # Numbered and phones are there, one name is masked and one unknown; remarks, and which time it is, are typed.
    assert (made.rows, made.filled, made.masked, made.empty, made.by_hand) == (2, 4, 1, 1, 3)
    assert made.cells == 9
    again = filling.fill(form, city.communities[0].pk, None, by=desk, at=now())
    assert (again.filled, again.masked, again.empty, again.by_hand) == (2, 3, 1, 3)
    (summed,) = keeping.cells_of([form.pk])
    assert (summed["times"], summed["done"], summed["asked"]) == (2, 6, 18)
    assert cells_of(file_of(made, desk))[1][0] == "第＿＿＿＿次"


def test_what_a_child_is_not_asked_for_is_not_in_a_form(city, desk):
    child = add_resident(city, name="小红", phone="13800001234", door="502")
    Identity.objects.filter(person=child).update(born=now().date() - timedelta(days=3000))
    form = add(city.communities[0], desk, a_form(head=("姓名", "年龄段", "手机号", "身份证号")))
    made = filling.fill(form, city.communities[0].pk, None, in_full=["phone"], by=desk, at=now())
    assert rows_of(made, desk)[0][:4] == ["小**", "6 to 13", "", ""]
    assert (made.filled, made.masked, made.empty) == (1, 1, 2)


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)"])
def test_no_cell_is_taken_for_a_formula_or_a_link(city, desk, name):
    resident = add_resident(city, name="王小明", phone="13800001234", door="502")
    Identity.objects.filter(person=resident).update(name=name)
    form = add(city.communities[0], desk, a_form(head=("姓名", "电话", "=1+1"), foot=("说明：=1+1",)))
    keeping.say_columns(form, {2: Means(K.CONSTANT, "=1+2")}, by=desk, at=now())
    made = filling.fill(form, city.communities[0].pk, None, in_full=["phone"], by=desk, at=now())
    with zipfile.ZipFile(io.BytesIO(file_of(made, desk))) as packed:
        sheet = packed.read("xl/worksheets/sheet1.xml").decode()
        assert not any("hyperlink" in part.lower() or "external" in part.lower() for part in packed.namelist())
    assert "<f>" not in sheet
    assert rows_of(made, desk)[0][2] == "=1+2"


def test_digits_that_are_no_quantity_stay_text(city, desk):
    add_resident(city, name="王小明", phone="13800001234", door="0502")
    form = add(city.communities[0], desk, a_form(head=("姓名", "房号", "单元", "电话", "序号")))
    made = filling.fill(form, city.communities[0].pk, None, in_full=["phone", "door"], by=desk, at=now())
    assert rows_of(made, desk)[0][:5] == ["王**", "0502", "1", "13800001234", 1.0]


def test_names_and_id_numbers_leave_behind_their_masks_alone(city, desk):
    add_resident(city, name="王小明", phone="13800001234")
    form = add(city.communities[0], desk, a_form(head=("姓名", "身份证号码", "住址")))
    area = city.communities[0].pk
    for column in ("name", "id_no"):
        with pytest.raises(MayNotReveal):
            filling.fill(form, area, None, in_full=[column], by=desk, at=now())
    assert not ReportFilling.objects.exists()
    made = filling.fill(form, area, None, by=desk, at=now())
    assert rows_of(made, desk)[0][2] == "青松苑 1栋1单元**"
    full = filling.fill(form, area, None, in_full=["address"], by=desk, at=now())
    assert rows_of(full, desk)[0][2] == "青松苑 1栋 staircase 1 502"


def test_it_leaves_as_every_list_does(city, desk):
    person = add_resident(city, name="王小明", phone="13800001234")
    form, area = add(city.communities[0], desk), city.communities[0].pk
    made = filling.fill(form, area, None, by=desk, at=now())
    left = Export.objects.get(number=made.number)
    assert (left.what, left.part, left.purpose, left.people) == ("form", str(form.pk), "report", 1)
    assert left.columns == ["name", "phone"]
    assert ExportedPerson.objects.get(export=left).subject == f"person:{person.pk}"
    with pytest.raises(IntegrityError), transaction.atomic():
        Export.objects.filter(pk=left.pk).update(people=0, purpose="call")
    with pytest.raises(Invalid):
        export.take(left, kind=Kind.CSV, mark=MARK, by=desk, at=now())
    colleague = caller_for(user_with_role("community_desk", city.communities[0]))
    with pytest.raises(NotFound):
        export.take(left, kind=Kind.XLSX, mark=MARK, by=colleague, at=now())


def test_the_same_form_sent_twice_is_one_file(city, desk):
    add_resident(city, name="王小明", phone="13800001234")
    form, key = add(city.communities[0], desk), UUID(int=7)
    first = filling.fill(form, city.communities[0].pk, None, key=key, by=desk, at=now())
    second = filling.fill(form, city.communities[0].pk, None, key=key, by=desk, at=now())
    assert first.number == second.number
    assert ReportFilling.objects.count() == 1


def test_more_than_two_hundred_people_wait_for_a_second_person(city, desk, monkeypatch):
    monkeypatch.setattr("linli.custody.export.asking.MOST_ALONE", 1)
    add_resident(city, name="王小明", phone="13800001234")
    add_resident(city, name="李敏", phone="13900005678", door="901")
    form, area = add(city.communities[0], desk), city.communities[0].pk
    assert Export.objects.get(number=filling.fill(form, area, None, by=desk, at=now()).number).needs_second
    numbers = add(city.communities[0], desk, a_form(head=("网格", "人数")), name="数", rows="grid")
    made = filling.fill(numbers, area, None, by=desk, at=now())
    left = Export.objects.get(number=made.number)
    assert (left.people, left.needs_second) == (0, False)


def test_what_a_file_holds_is_as_the_form_was_when_it_was_filled(city, desk):
    add_resident(city, name="王小明", phone="13800001234")
    form = add(city.communities[0], desk)
    made = filling.fill(form, city.communities[0].pk, None, by=desk, at=now())
    keeping.say_columns(form, {1: Means(K.BY_HAND), 2: Means(K.FIELD, "name")}, by=desk, at=now())
    keeping.remove_form(form, by=desk, at=now())
    assert rows_of(made, desk)[0][:3] == [1.0, "王**", "138****1234"]


def test_a_column_that_nobody_explained_is_asked_about_first(city, desk):
    form = add(city.communities[0], desk, a_form(head=("姓名", "摸底情况")))
    with pytest.raises(FormColumnsOpen):
        filling.fill(form, city.communities[0].pk, None, by=desk, at=now())


def test_a_form_without_rows_is_told(city, desk):
    form = add(city.communities[0], desk)
    with pytest.raises(NobodyInList):
        filling.fill(form, city.communities[0].pk, None, by=desk, at=now())


def test_how_somebody_stands_is_said_only_of_a_sweep(city, desk):
    met = add_resident(city, name="王小明", phone="13800001234")
    add_resident(city, name="李敏", phone="13900005678", door="901")
    elsewhere = add_resident(city, name="赵一", phone="13700001111", community=1)
    area = city.communities[0]
    sweep = begin_sweep(city.event, city.street, caller_for(user_with_role("street", city.street)))
    found(sweep, met, desk)
    form = add(area, desk, a_form(head=("姓名", "排查情况")))
    made = filling.fill(form, area.pk, sweep.pk, by=desk, at=now())
    assert [row[:2] for row in rows_of(made, desk)] == [["王**", "done"], ["李**", "not reached"]]
    assert Export.objects.get(number=made.number).event == city.event.pk
    assert not ExportedPerson.objects.filter(subject=f"person:{elsewhere.pk}").exists()
    without = filling.fill(form, area.pk, None, by=desk, at=now())
    assert (without.by_hand, made.by_hand) == (2, 0)
    with pytest.raises(NotFound):
        filling.fill(form, area.pk, sweep.pk + 99, by=desk, at=now())


def test_whoever_is_known_to_an_event_alone_is_in_the_form_of_its_sweep_and_in_no_other(city, desk):
    add_resident(city, name="王小明", phone="13800001234")
    newcomer = add_resident(city, name="新来", phone="13600002222", door="901")
    have_partition(city.event.pk)
    Identity.objects.filter(person=newcomer).update(holder=city.event.pk)
    sweep = begin_sweep(city.event, city.communities[0], desk)
    form, area = add(city.communities[0], desk), city.communities[0].pk
    assert filling.fill(form, area, None, by=desk, at=now()).rows == 1
    assert filling.fill(form, area, sweep.pk, by=desk, at=now()).rows == 2


def test_whoever_was_known_twice_has_one_row(city, desk):
    kept = add_resident(city, name="王小明", phone="13800001234")
    twice = add_resident(city, name="王小明", phone="13800001234", door="901")
    SameAs.objects.create(person=twice, kept=kept, reason="id_no", at=now())
    form = add(city.communities[0], desk)
    assert filling.fill(form, city.communities[0].pk, None, by=desk, at=now()).rows == 1


NUMBERS = ("网格", "房屋数", "人数", "已排查人数", "未排查人数", "未入户数", "说明")


def test_a_form_of_numbers_equals_the_balance_and_is_summed_up(city, desk):
    met = add_resident(city, name="王小明", phone="13800001234")
    add_resident(city, name="李敏", phone="13900005678", door="901")
    add_resident(city, name="赵一", phone="13700001111", building=2)
    area = city.communities[0]
    sweep = begin_sweep(city.event, area, desk)
    found(sweep, met, desk)
    form = add(area, desk, a_form(head=NUMBERS, foot=("合计",)), rows="grid")
    keeping.say_columns(form, {6: Means(K.BY_HAND)}, by=desk, at=now())
    made = filling.fill(form, area.pk, sweep.pk, by=desk, at=now())
    rows = cells_of(file_of(made, desk))
    assert [row[:6] for row in rows[3:6]] == [
        ["青松第1网格", 2.0, 2.0, 1.0, 1.0, 1.0],
        ["青松第2网格", 1.0, 1.0, 0.0, 1.0, 1.0],
        ["合计", 3.0, 3.0, 1.0, 2.0, 2.0],
    ]
    assert (made.rows, made.filled, made.by_hand) == (2, 12, 2)
    register = filling.fill(form, area.pk, None, by=desk, at=now())
    assert [row[:4] for row in rows_of(register, desk)] == [
        ["青松第1网格", 2.0, 2.0, ""],
        ["青松第2网格", 1.0, 1.0, ""],
    ]
    assert register.by_hand == 8


def test_micro_grids_are_counted_each_and_the_street_sees_no_lower_than_grids(city, desk):
    add_resident(city, name="王小明", phone="13800001234")
    area, head = city.communities[0], a_form(head=("微网格", "户数", "人口数"))
    form = add(area, desk, head, rows="micro_grid")
    made = filling.fill(form, area.pk, None, by=desk, at=now())
    assert [row[:3] for row in rows_of(made, desk)][:2] == [["青松第1网格微1", 1.0, 1.0], ["青松第1网格微2", 0.0, 0.0]]
    assert made.rows == 4
    street = caller_for(user_with_role("street", city.street))
    assert filling.areas_to_fill(street, form, now()) == []
    with pytest.raises(FormAreaWrong):
        filling.fill(form, area.pk, None, by=street, at=now())
    grids = add(city.street, street, a_form(head=("网格", "人口数")), rows="grid", name="网格表")
    assert filling.fill(grids, city.street.pk, None, by=street, at=now()).rows == 4
    assert [each.pk for each in filling.areas_to_fill(desk, grids, now())] == [area.pk]
    assert filling.fill(grids, area.pk, None, by=desk, at=now()).rows == 2


def test_forms_about_people_are_filled_by_the_desk_that_reads_them_by_name(city, desk):
    add_resident(city, name="王小明", phone="13800001234")
    street = caller_for(user_with_role("street", city.street))
    form = add(city.street, street)
    for area in (city.street, city.communities[0]):
        with pytest.raises(FormAreaWrong):
            filling.fill(form, area.pk, None, by=street, at=now())
    assert filling.fill(form, city.communities[0].pk, None, by=desk, at=now()).rows == 1
    with pytest.raises(FormAreaWrong):
        filling.fill(form, city.communities[1].pk, None, by=desk, at=now())


def test_a_form_whose_columns_are_all_typed_by_hand_is_not_filled(city, desk):
    add_resident(city, name="王小明", phone="13800001234")
    form = add(city.communities[0], desk)
    keeping.say_columns(form, {1: Means(K.BY_HAND), 2: Means(K.BY_HAND)}, by=desk, at=now())
    with pytest.raises(FormNothingToFill):
        filling.fill(form, city.communities[0].pk, None, by=desk, at=now())


def test_a_form_in_braces_is_filled_where_they_stand(city, desk):
    add_resident(city, name="王小明", phone="13800001234")
    content = of_cells(
        ("社区：{{社区}}", "", ""), ("甲", "乙", "丙"), ("{{姓名}}", "{{电话}}", ""), ("负责人：赵", "", "")
    )
    form = add(city.communities[0], desk, content)
    keeping.say_columns(form, {2: Means(K.BY_HAND)}, by=desk, at=now())
    made = filling.fill(form, city.communities[0].pk, None, in_full=["phone"], by=desk, at=now())
    rows = cells_of(file_of(made, desk))
    assert [row[0] for row in rows[:4]] == ["社区：青松社区", "甲", "王**", "负责人："]
    assert rows[2][1] == "13800001234"


def test_everything_that_a_column_may_mean_can_be_filled(city, desk):
    add_resident(city, name="王小明", phone="13800001234")
    sweep = begin_sweep(city.event, city.communities[0], desk)
    kinds = (("人", PEOPLE, "person"), ("户", HOUSEHOLDS, "household"), ("格", AREAS, "micro_grid"))
    for name, kind, rows in kinds:
        content = a_form(head=[each.column.key for each in kind], foot=FOOT[:1])
        form = add(city.communities[0], desk, content, name=name, rows=rows)
        said = form.columns.order_by("at").values_list("meaning", flat=True)
        assert list(said) == [each.key for each in kind]
        made = filling.fill(form, city.communities[0].pk, sweep.pk, by=desk, at=now())
        first = dict(zip((each.key for each in kind), rows_of(made, desk)[0], strict=False))
        assert first["community"] == "青松社区"
        assert first["street"] == "梧桐街道"
        assert made.by_hand == 0
    every = {(each.key, each.column.title) for each in (*PEOPLE, *HOUSEHOLDS, *AREAS)}
    assert {(each.key, each.title) for each in COLUMNS} == every


def test_the_queries_of_a_form_do_not_grow_with_its_rows(city, desk, django_assert_max_num_queries):
    for number in range(12):
        add_resident(city, name="王小明", phone=f"138000012{number:02}", door=f"{number + 101}")
    form = add(city.communities[0], desk)
    with django_assert_max_num_queries(20):
        assert len(filling.looked_at(form, city.communities[0].pk, None, by=desk, at=now()).records) == 12
