"""The paper twin: printed, filled in, typed back by code, exactly once; every sheet accounted for."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate
from hypothesis import given
from hypothesis import strategies as st

from linli.common.clock import now
from linli.common.errors import Invalid, NotFound
from linli.custody import export
from linli.custody.errors import MayNotTakeOut
from linli.custody.export import Kind, Mark
from linli.custody.models import Export
from linli.ledger.errors import (
    CodeMistyped,
    DoorGone,
    LineUnclear,
    NothingLeftToPrint,
    NotOnPaper,
    SaidOfAStranger,
    SheetNotPrinted,
    SheetTickedOtherwise,
    SheetTimeWrong,
    TypedOtherwise,
)
from linli.ledger.models import Finding, PaperSheet, Said
from linli.ledger.paper import codes, letters, printing, typing
from linli.people import actions as people
from linli.people.models import Identity, Stay
from linli.rolls import queries
from tests import pdfs
from tests.factories import SYSTEM, add_resident, begin_sweep, caller_for, tiny_city, user_with_role

MARK = Mark(taken_by="李敏", confirmed_by="", synthetic=True)
ANSWERED, HERE = Finding.Result.ANSWERED, Said.State.HERE


@given(st.integers(1, 28_000_000), st.data())
def test_a_slip_in_a_code_is_noticed(dwelling, data):
    code = codes.code_of(dwelling)
    assert codes.dwelling_of(codes.told(code).lower()) == dwelling
    at = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(st.sampled_from([letter for letter in codes.LETTERS if letter != code[at]]))
    assert codes.dwelling_of(code[:at] + other + code[at + 1 :]) is None
    if at and code[at] != code[at - 1]:
        assert codes.dwelling_of(code[: at - 1] + code[at] + code[at - 1] + code[at + 1 :]) is None


@pytest.mark.parametrize("typed", ["", "2", "0O1I", "1234567890", "3栋502", "2222222222", "----"])
def test_what_is_no_code_is_none(typed):
    assert codes.dwelling_of(typed) is None


def test_the_line_of_a_household_is_read():
    assert letters.read_people("*", [7, 8]) == [(7, HERE), (8, HERE)]
    assert letters.read_people("１ ２a", [7, 8]) == [(7, HERE), (8, Said.State.AWAY)]
    assert letters.read_people("", [7, 8]) == []
    for wrong in ("3", "0", "1 1", "1x", "王"):
        with pytest.raises(LineUnclear):
            letters.read_people(wrong, [7, 8])


@pytest.fixture
def city(db):
    return tiny_city()


@pytest.fixture
def homes(city):
    return [
        add_resident(city, name=f"王{n}", phone=f"138000012{n:02}", building=0, door=door)
        for n, door in enumerate(("901", "201", "201", "301"))
    ]


@pytest.fixture
def sweep(city, desk, homes):
    return begin_sweep(city.event, city.communities[0], desk)


@pytest.fixture
def sheet(city, sweep, worker):
    made = printing.ask_sheet(sweep, city.micro_grids[0].pk, by=worker, at=now())
    printing.take_sheet(made, mark=MARK, event="演练", by=worker, at=now())
    return PaperSheet.objects.get(pk=made.pk)


def types(sheet, line, by, result=ANSWERED, said=(), **more):
    facts = {"how": Finding.How.DOOR, "happened_at": now(), "at": now()} | more
    return typing.type_door(sheet, line, result=result, said=said, by=by, **facts)


def test_a_sheet_lists_doors_in_walking_order_with_masked_people(city, sweep, worker):
    made = printing.ask_sheet(sweep, city.micro_grids[0].pk, by=worker, at=now())
    listing = printing.sheet_of(worker, sweep, city.micro_grids[0].pk, now())
    assert [door.door for door in listing.records()] == ["201", "301", "901"]
    assert [line.n for line in made.lines.order_by("n")] == [1, 2, 3]
    reply = printing.take_sheet(made, mark=MARK, event="演练", by=worker, at=now())
    told = pdfs.text(reply.content)
    for line in made.lines.all():
        assert codes.told(codes.code_of(line.dwelling_id)) in told
    assert {"王**", made.number, "李敏"} - {each for each in ("王**", made.number, "李敏") if each in told} == set()
    assert "王0" not in told
    made.refresh_from_db()
    assert made.printed_at is not None


def test_no_childs_name_stands_on_a_sheet(city, sweep, worker, homes):
    Identity.objects.filter(person=homes[3]).update(born=localdate(now()) - timedelta(days=9 * 365), name="陈小宝")
    made = printing.ask_sheet(sweep, city.micro_grids[0].pk, by=worker, at=now())
    told = pdfs.text(printing.take_sheet(made, mark=MARK, event="演练", by=worker, at=now()).content)
    assert ("王**" in told, "陈" in told, "14" in told) == (True, False, True)


def test_doors_that_are_done_are_left_out(city, sweep, sheet, worker, desk, homes):
    for line in sheet.lines.all():
        types(sheet, line, desk)
    with pytest.raises(NothingLeftToPrint):
        printing.ask_sheet(sweep, city.micro_grids[0].pk, by=worker, at=now())


def test_only_whoever_goes_there_prints_and_a_sheet_is_no_list(city, sweep, sheet, worker):
    elsewhere = caller_for(user_with_role("grid_worker", city.grids[1]))
    with pytest.raises(NotFound):
        printing.ask_sheet(sweep, city.micro_grids[0].pk, by=elsewhere, at=now())
    with pytest.raises(NotFound):
        printing.sheet_visible_to(elsewhere, sheet.number, now())
    made = Export.objects.get(number=sheet.number)
    with pytest.raises(Invalid):
        export.take(made, kind=Kind.CSV, mark=MARK, by=worker, at=now())
    with pytest.raises(MayNotTakeOut):  # a grid worker takes out sheets, and no lists
        export.offered(
            printing.sheet_of(worker, sweep, city.micro_grids[0].pk, now()).__class__(
                key="x",
                title="",
                where="",
                area=1,
                above=made.above and tuple(made.above),
                columns=(),
                records=list,
                people=lambda _: (),
            ),
            worker,
        )


def test_above_two_hundred_people_the_desk_stands_behind_it(city, sweep, worker, desk, monkeypatch):
    monkeypatch.setattr(export.asking, "MOST_ALONE", 3)
    made = printing.ask_sheet(sweep, city.micro_grids[0].pk, by=worker, at=now())
    waiting = Export.objects.get(number=made.number)
    assert waiting.needs_second
    assert list(export.to_second(desk, now())) == [waiting]
    export.confirm(waiting, by=desk, at=now())
    assert printing.take_sheet(made, mark=MARK, event="演练", by=worker, at=now()).content[:4] == b"%PDF"


def test_typing_counts_a_door_and_its_people_once(city, sweep, sheet, desk):
    line = sheet.lines.get(n=1)
    said = [(person, HERE) for person in line.persons]
    at = now()
    first = types(sheet, line, desk, said=said, happened_at=at)
    assert types(sheet, line, desk, said=said, happened_at=at).pk == first.pk
    assert [n for _, n in queries.balance(sweep.doors, city.communities[0].pk, now()).parts] == [1, 0, 0, 0, 2]
    assert [n for _, n in queries.balance(sweep.persons, city.communities[0].pk, now()).parts] == [2, 0, 0, 0, 2]
    assert typing.next_line(sheet, line.n).n == 2
    assert typing.next_line(sheet, 3).n == 2  # from the top again


def test_two_typists_who_disagree_are_told_and_what_was_typed_can_be_taken_back(city, sweep, sheet, desk):
    colleague = caller_for(user_with_role("community_desk", city.communities[0]))
    line, at = sheet.lines.get(n=1), now()
    first = types(sheet, line, desk, said=[(line.persons[0], HERE)], happened_at=at)
    with pytest.raises(TypedOtherwise):
        types(sheet, line, colleague, Finding.Result.NO_ANSWER, happened_at=at)
    with pytest.raises(TypedOtherwise):
        types(sheet, line, colleague, said=[(line.persons[1], HERE)], happened_at=at)
    assert typing.typed_of(sheet, [line])[1].found == first
    typing.take_back(sheet, line, by=colleague, at=now())
    assert typing.typed_of(sheet, [line])[1].found is None
    again = types(sheet, line, colleague, Finding.Result.NO_ANSWER)
    assert again.pk != first.pk
    assert [n for _, n in queries.balance(sweep.doors, city.communities[0].pk, now()).parts] == [0, 0, 0, 1, 2]


def test_the_time_on_a_sheet_lies_between_its_printing_and_now(sheet, desk):
    line = sheet.lines.get(n=1)
    for wrong in (sheet.printed_at - timedelta(minutes=2), now() + timedelta(minutes=2)):
        with pytest.raises(SheetTimeWrong):
            types(sheet, line, desk, happened_at=wrong)
    assert not Finding.objects.exists()


def test_who_has_moved_away_since_is_told_and_nothing_is_written(city, sheet, desk, homes):
    line = sheet.lines.get(n=1)
    people.move(homes[1], kind=Stay.Kind.GONE, counted_in=None, household=None, since=now(), by=SYSTEM, at=now())
    with pytest.raises(SaidOfAStranger):
        types(sheet, line, desk, said=[(homes[1].pk, HERE)])
    assert not Finding.objects.exists()


def test_a_door_that_is_gone_is_told(sheet, desk):
    line = sheet.lines.get(n=1)
    line.dwelling_id = 2**40
    with pytest.raises(DoorGone):
        types(sheet, line, desk)


def test_a_code_leads_to_its_sheet_and_a_mistyped_one_nowhere(city, sheet, desk):
    line = sheet.lines.get(n=2)
    code = codes.told(codes.code_of(line.dwelling_id))
    found, at_door = typing.place_of_code(desk, code.lower(), now())
    assert (found, at_door.n) == (sheet, 2)
    assert typing.place_of_code(desk, sheet.number.lower(), now()) == (sheet, None)
    with pytest.raises(CodeMistyped):
        typing.place_of_code(desk, "2222A", now())
    with pytest.raises(NotOnPaper):
        typing.place_of_code(desk, codes.code_of(2**20), now())
    with pytest.raises(NotFound):
        typing.place_of_code(desk, "ZZZZZZZZ", now())
    elsewhere = caller_for(user_with_role("community_desk", city.communities[1]))
    with pytest.raises(NotOnPaper):
        typing.place_of_code(elsewhere, code, now())


def test_a_sheet_is_ticked_once_and_what_is_destroyed_does_not_come_back(city, sweep, sheet, worker, desk):
    RETURNED, DESTROYED = PaperSheet.Fate.RETURNED, PaperSheet.Fate.DESTROYED
    first = printing.tick(sheet, RETURNED, by=desk, at=now())
    assert printing.tick(sheet, RETURNED, by=desk, at=now()).fate_at == first.fate_at
    printing.tick(sheet, DESTROYED, by=desk, at=now())
    with pytest.raises(SheetTickedOtherwise):
        printing.tick(sheet, RETURNED, by=desk, at=now())
    never = printing.ask_sheet(sweep, city.micro_grids[0].pk, by=worker, at=now())
    with pytest.raises(SheetNotPrinted):
        printing.tick(never, RETURNED, by=desk, at=now())
