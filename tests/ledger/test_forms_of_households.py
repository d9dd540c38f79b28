"""Forms with one row a household: who is in which row, who stands for them, and doors where nobody is counted."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from linli.common.clock import now
from linli.common.ids import uuid7
from linli.custody.errors import MayNotReveal
from linli.custody.models import Export, ExportedPerson, Heading
from linli.ledger import moving, recording
from linli.ledger.errors import FormAreaWrong
from linli.ledger.forms import filling, keeping
from linli.ledger.forms.households import homes_of
from linli.ledger.forms.keeping import Means
from linli.ledger.models import Finding, ReportColumn, ReportForm, Said
from linli.ledger.recording import Found
from linli.people import actions as people
from linli.people.models import REGISTER, Household, Identity, Need, Person, SameAs, Stay
from linli.places.models import Dwelling, Level, Place
from tests.factories import FOUNDED, SYSTEM, TinyCity, add_resident, begin_sweep, caller_for, user_with_role
from tests.ledger.forms_made import a_form, add, cells_of, columns, file_of

pytestmark = pytest.mark.django_db
HEAD = ("户主", "家庭住址", "联系电话", "家庭人数", "14岁以下", "65岁以上", "特殊需要")
K = ReportColumn.Kind


@pytest.fixture(autouse=True)
def in_english():
    with override("en"):
        yield


def aged(person: Person, years: int) -> Person:
    Identity.objects.filter(person=person).update(born=date(now().year - years, 1, 1))
    return person


def joins(city: TinyCity, other: Person, *, name: str, phone: str = "", years: int | None = None) -> Person:
    """Somebody of the household of another."""
    home = Household.objects.get(stays__person=other)
    person = people.add_person(holder=REGISTER, name=name, phone=phone, by=SYSTEM, at=FOUNDED)
    people.move(person, counted_in=city.micro_grids[0], household=home, since=FOUNDED, by=SYSTEM, at=FOUNDED)
    return person if years is None else aged(person, years)


def family(city: TinyCity) -> list[Person]:
    """A couple with a child and a grandmother behind 502, and somebody alone behind 901."""
    father = aged(add_resident(city, name="王小明", phone="13800001234"), 40)
    mother = joins(city, father, name="李敏", phone="13900005678", years=38)
    child = joins(city, father, name="王小红", phone="13600002222", years=7)
    grandmother = joins(city, father, name="赵兰", years=81)
    Identity.objects.filter(person=grandmother).update(needs=1 << Need.DIALYSIS)
    alone = aged(add_resident(city, name="孙一", phone="13700001111", door="901"), 66)
    return [father, mother, child, grandmother, alone]


def empty_door(city: TinyCity, door: str) -> Dwelling:
    house = city.buildings[0]
    place = Place.objects.create(kind=Place.Kind.DWELLING, physical_parent=house.place)
    return Dwelling.objects.create(place=place, building=house, unit=1, floor=3, door=door, state="vacant")


def a_household_form(city: TinyCity, desk, head=HEAD, *, rows: str = "household", **made) -> ReportForm:
    return add(city.communities[0], desk, a_form(head=head, **made), rows=rows)


def rows_of(made, by, wide: int, head: int = 3) -> list[list[object]]:
    return [row[:wide] for row in cells_of(file_of(made, by))[head : head + made.rows]]


def test_a_household_is_one_row_with_who_stands_for_it_and_how_many_they_are(city, desk):
    family(city)
    form, area = a_household_form(city, desk), city.communities[0].pk
    assert [meaning for _, _, meaning in columns(form)] == [
        "head", "address", "phone", "people", "under_14", "from_65", "needs"
    ]  # fmt: skip
    made = filling.fill(form, area, None, in_full=["phone", "address"], by=desk, at=now())
    assert rows_of(made, desk, 7) == [
        ["王**", "青松苑 1栋 staircase 1 502", "13800001234", 4.0, 1.0, 1.0, "dialysis"],
        ["孙**", "青松苑 1栋 staircase 1 901", "13700001111", 1.0, 0.0, 1.0, ""],
    ]
    # Both names stay masked; that nobody needs special help says something.
    assert (made.rows, made.filled, made.masked, made.empty, made.by_hand) == (2, 12, 2, 0, 0)
    masked = filling.fill(form, area, None, by=desk, at=now())
    assert rows_of(masked, desk, 3)[0] == ["王**", "青松苑 1栋1单元**", "138****1234"]
    assert (masked.filled, masked.masked, masked.empty) == (8, 6, 0)


def test_everybody_in_a_household_is_in_the_file(city, desk, monkeypatch):
    everybody = family(city)
    form, area = a_household_form(city, desk), city.communities[0].pk
    left = Export.objects.get(number=filling.fill(form, area, None, by=desk, at=now()).number)
    assert (left.rows, left.people, left.needs_second, left.purpose) == (2, 5, False, "report")
    named = ExportedPerson.objects.filter(export=left).values_list("subject", flat=True)
    assert set(named) == {f"person:{each.pk}" for each in everybody}
    # Two rows are few; five people are not.
    monkeypatch.setattr("linli.custody.export.asking.MOST_ALONE", 4)
    assert Export.objects.get(number=filling.fill(form, area, None, by=desk, at=now()).number).needs_second


def test_a_name_leaves_behind_its_mask_alone(city, desk):
    family(city)
    form = a_household_form(city, desk)
    with pytest.raises(MayNotReveal):
        filling.fill(form, city.communities[0].pk, None, in_full=["head"], by=desk, at=now())


def test_a_minor_stands_for_nobody_and_no_number_of_a_child_is_given_out(city, desk):
    first = aged(add_resident(city, name="小红", phone="13800001234"), 8)
    joins(city, first, name="小军", phone="13900005678", years=16)
    alone = aged(add_resident(city, name="小丽", phone="13600002222", door="901"), 9)
    form, area = a_household_form(city, desk, ("户主", "联系电话", "房号")), city.communities[0].pk
    full = ["phone", "door"]
    made = filling.fill(form, area, None, in_full=full, by=desk, at=now())
    assert rows_of(made, desk, 3) == [["", "13900005678", "502"], ["", "", "901"]]
    assert (made.filled, made.masked, made.empty) == (3, 0, 3)
    joins(city, first, name="王兰", phone="13700001111", years=70)
    joins(city, first, name="李大", years=75)
    joins(city, alone, name="周全")
    made = filling.fill(form, area, None, in_full=full, by=desk, at=now())
    # The eldest of age; where no birthday is known, who is not known to be a minor.
    assert rows_of(made, desk, 3) == [["李**", "13900005678", "502"], ["周**", "", "901"]]


def test_where_an_age_is_not_known_no_number_is_guessed(city, desk):
    first = aged(add_resident(city, name="王小明", phone="13800001234"), 40)
    aged(add_resident(city, name="孙一", phone="13700001111", door="901"), 66)
    small = joins(city, first, name="小宝")
    Identity.objects.filter(person=small).update(needs=1 << Need.UNDER3)
    form = a_household_form(city, desk, ("门牌号", "家庭人数", "14岁以下", "65岁以上"), foot=("合计",))
    area = city.communities[0].pk

    def filled() -> tuple[list[list[object]], int]:
        made = filling.fill(form, area, None, in_full=["door"], by=desk, at=now())
        return [row[:4] for row in cells_of(file_of(made, desk))[3:6]], made.empty

    assert filled() == ([["502", 2.0, 1.0, 0.0], ["901", 1.0, 0.0, 1.0], ["合计", 3.0, 1.0, 1.0]], 0)
    joins(city, first, name="李敏")
    # Nor is a sum of it.
    assert filled() == ([["502", 3.0, "", ""], ["901", 1.0, 0.0, 1.0], ["合计", 4.0, "", ""]], 2)


def test_two_households_behind_one_door_are_two_rows_and_a_dormitory_has_no_head(city, desk):
    add_resident(city, name="王小明", phone="13800001234")
    add_resident(city, name="李敏", phone="13900005678")
    student = add_resident(city, name="孙一", phone="13700001111", door="901")
    Household.objects.filter(stays__person=student).update(kind=Household.Kind.COLLECTIVE)
    form = a_household_form(city, desk, ("户主", "联系电话", "房号", "家庭人数"))
    made = filling.fill(form, city.communities[0].pk, None, in_full=["phone", "door"], by=desk, at=now())
    assert rows_of(made, desk, 4) == [
        ["王**", "13800001234", "502", 1.0],
        ["李**", "13900005678", "502", 1.0],
        ["", "", "901", 1.0],
    ]


def met(sweep, person: Person, said: Said.State, by) -> None:
    door = Household.objects.get(stays__person=person).dwelling_id
    what = Found(
        key=uuid7(), dwelling=door, result=Finding.Result.ANSWERED, how=Finding.How.DOOR, happened_at=None,
        said=[(person.pk, said)],
    )  # fmt: skip
    recording.record(sweep, what, by=by, at=now())


STOOD = ("户主", "排查情况", "已排查人数", "未排查人数", "外出人数", "拒绝人数", "免查人数", "入户情况")


def test_how_a_household_stands_in_a_sweep_adds_up_to_its_balance(city, desk):
    father, mother, child, _, _ = family(city)
    area = city.communities[0]
    sweep = begin_sweep(city.event, city.street, caller_for(user_with_role("street", city.street)))
    for person, said in ((father, Said.State.HERE), (mother, Said.State.AWAY), (child, Said.State.REFUSED)):
        met(sweep, person, said, desk)
    form = a_household_form(city, desk, STOOD, foot=("合计",))
    made = filling.fill(form, area.pk, sweep.pk, by=desk, at=now())
    rows = [row[:8] for row in cells_of(file_of(made, desk))[3:6]]
    assert rows == [
        ["王**", "done 1, confirmed away 1, refused 1, not reached 1", 1.0, 1.0, 1.0, 1.0, 0.0, "Answered"],
        ["孙**", "not reached", 0.0, 1.0, 0.0, 0.0, 0.0, "Not yet visited"],
        ["合计", "", 1.0, 2.0, 1.0, 1.0, 0.0, ""],
    ]
    assert Export.objects.get(number=made.number).event == city.event.pk
    without = filling.fill(form, area.pk, None, by=desk, at=now())
    assert (without.masked, without.by_hand) == (2, 14)


def test_doors_where_nobody_is_counted_are_rows_only_where_the_form_asks_for_every_door(city, desk):
    family(city)
    empty_door(city, "301")
    area = city.communities[0]
    head = ("户主", "房号", "家庭人数", "14岁以下", "居住情况")
    only = a_household_form(city, desk, head)
    every = add(area, desk, a_form(head=head), rows="every_door", name="一户一档")
    assert filling.fill(only, area.pk, None, by=desk, at=now()).rows == 2
    made = filling.fill(every, area.pk, None, in_full=["door"], by=desk, at=now())
    assert rows_of(made, desk, 5) == [
        ["", "301", 0.0, 0.0, "vacant"],
        ["王**", "502", 4.0, 1.0, "not known"],
        ["孙**", "901", 1.0, 0.0, "not known"],
    ]
    # Who stands for nobody is still asked for: the ledger knows nobody there.
    assert (made.rows, made.masked, made.empty) == (3, 2, 1)
    assert Export.objects.get(number=made.number).people == 5
    sweep = begin_sweep(city.event, area, desk)
    empty_door(city, "1201")
    assert filling.fill(every, area.pk, sweep.pk, by=desk, at=now()).rows == 3
    assert filling.fill(every, area.pk, None, by=desk, at=now()).rows == 4


def test_a_door_of_whoever_is_away_is_one_where_nobody_is_counted(city, desk):
    person = add_resident(city, name="王小明", phone="13800001234")
    area = city.communities[0]
    moving.move([person.pk], kind=Stay.Kind.AWAY, counted_in=None, since=now() - timedelta(hours=1), by=desk, at=now())
    (door,) = homes_of(area, None, now(), every_door=True)
    assert (door.door, door.people, door.members) == ("502", 0, ())
    sweep = begin_sweep(city.event, area, desk)
    (home,) = homes_of(area, sweep, now(), every_door=True)
    assert home.people == sum(home.persons.values())


def test_only_empty_doors_hold_nobody_and_need_no_second_person(city, desk, monkeypatch):
    monkeypatch.setattr("linli.custody.export.asking.MOST_ALONE", 0)
    empty_door(city, "301")
    form = a_household_form(city, desk, ("户主", "房号"), rows="every_door")
    left = Export.objects.get(number=filling.fill(form, city.communities[0].pk, None, by=desk, at=now()).number)
    assert (left.rows, left.people, left.needs_second) == (1, 0, False)


def test_whoever_is_counted_elsewhere_for_a_time_is_in_the_row_of_their_household(city, desk):
    father, mother, *_ = family(city)
    where = city.micro_grids[1]
    moving.move(
        [father.pk], kind=Stay.Kind.HOSPITAL, counted_in=where, since=now() - timedelta(hours=1), by=desk, at=now()
    )
    area, at = city.communities[0], now()
    home, _ = homes_of(area, None, at, every_door=False)
    assert (home.people, home.areas[Level.MICRO_GRID]) == (4, city.micro_grids[0].name)
    assert sum(each.people for each in homes_of(city.micro_grids[0], None, at, every_door=False)) == 4
    (alone,) = homes_of(where, None, at, every_door=False)
    assert [one.person for one in alone.members] == [father.pk]
    assert mother.pk not in {one.person for one in alone.members}


def test_whoever_was_known_twice_is_counted_once(city, desk):
    kept = add_resident(city, name="王小明", phone="13800001234")
    twice = joins(city, kept, name="王小明")
    SameAs.objects.create(person=twice, kept=kept, reason="id_no", at=now())
    (home,) = homes_of(city.communities[0], None, now(), every_door=True)
    assert home.people == 1


def test_the_registered_address_is_asked_about_and_what_it_means_is_remembered_for_households(city, desk):
    form = a_household_form(city, desk, ("户主", "户籍地址"))
    assert columns(form)[1] == ("户籍地址", K.OPEN, "")
    keeping.say_columns(form, {1: Means(K.FIELD, "address")}, by=desk, at=now())
    assert Heading.objects.get().template == "form_households"
    again = add(city.communities[0], desk, a_form(head=("户主", "户籍地址")), rows="every_door", name="又一张")
    assert columns(again)[1] == ("户籍地址", K.FIELD, "address")
    people_too = add(city.communities[0], desk, a_form(head=("姓名", "户籍地址")), name="人")
    assert columns(people_too)[1] == ("户籍地址", K.OPEN, "")


def test_the_titles_say_how_many_people_and_households_there_are(city, desk):
    family(city)
    empty_door(city, "301")
    area, line = city.communities[0], "共{{户数}}户{{人数}}人{{rows}}行"
    head, at = ("房号", "家庭人数"), now()
    form = add(area, desk, a_form(head=head, line=line), rows="every_door")
    assert cells_of(file_of(filling.fill(form, area.pk, None, by=desk, at=at), desk))[1][0] == "共2户5人3行"
    grids = add(area, desk, a_form(head=("网格", "人口数"), line=line), rows="grid", name="格")
    assert cells_of(file_of(filling.fill(grids, area.pk, None, by=desk, at=at), desk))[1][0] == "共2户5人2行"
    persons = add(area, desk, a_form(head=("姓名", "年龄"), line=line), name="人")
    assert cells_of(file_of(filling.fill(persons, area.pk, None, by=desk, at=at), desk))[1][0] == "共＿＿＿＿户5人5行"


def test_forms_of_households_are_filled_by_the_desk_that_reads_them_by_name(city, desk):
    family(city)
    street = caller_for(user_with_role("street", city.street))
    form = add(city.street, street, a_form(head=("户主", "房号")), rows="household")
    with pytest.raises(FormAreaWrong):
        filling.fill(form, city.street.pk, None, by=street, at=now())
    assert filling.fill(form, city.communities[0].pk, None, by=desk, at=now()).rows == 2


def test_a_kind_of_rows_that_there_is_not_cannot_be_kept(city, desk):
    form = a_household_form(city, desk)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportForm.objects.filter(pk=form.pk).update(rows="family")


def test_the_queries_of_a_form_do_not_grow_with_its_households(city, desk, django_assert_max_num_queries):
    for number in range(12):
        add_resident(city, name="王小明", phone=f"138000012{number:02}", door=f"{number + 101}")
    form = a_household_form(city, desk, rows="every_door")
    sweep = begin_sweep(city.event, city.communities[0], desk)
    with django_assert_max_num_queries(22):
        assert len(filling.looked_at(form, city.communities[0].pk, sweep.pk, by=desk, at=now()).records) == 12
