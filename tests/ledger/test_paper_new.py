"""What nobody knew of comes back on paper: people on the blank lines, doors of a building without any; once each."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection
from django.utils.translation import gettext

from linli.common.clock import now
from linli.ledger import newcomers as newdoors
from linli.ledger.errors import NameMissing, SaidWithoutAnswer, TypedOtherwise
from linli.ledger.models import Finding, PaperSheet, Said
from linli.ledger.paper import letters, printing, typing
from linli.people.errors import BadPhone
from linli.people.models import Identity, Person, Stay
from linli.places.errors import BadDoor
from linli.places.models import Dwelling
from linli.rolls import proving, queries
from tests import pdfs
from tests.factories import add_resident, begin_sweep, caller_for, user_with_role
from tests.ledger.test_paper import ANSWERED, HERE, MARK, types

pytestmark = pytest.mark.django_db(transaction=True)
NEW = [("王新", "13800005555"), ("王小新", "")]


@pytest.fixture
def sweep(city, desk):
    add_resident(city, name="王小明", phone="13800001201", building=0, door="201")
    return begin_sweep(city.event, city.communities[0], desk)


def printed(city, sweep, by, micro_grid=0):
    made = printing.ask_sheet(sweep, city.micro_grids[micro_grid].pk, by=by, at=now())
    reply = printing.take_sheet(made, mark=MARK, event="演练", by=by, at=now())
    return PaperSheet.objects.get(pk=made.pk), pdfs.text(reply.content)


@pytest.fixture
def sheet(city, sweep, desk):
    return printed(city, sweep, desk)[0]


@pytest.fixture
def blank(city, sweep, desk):
    return printed(city, sweep, desk, micro_grid=1)[0]


def parts(roll, city):
    return [n for _, n in queries.balance(roll, city.communities[0].pk, now()).parts]


def newcomers():
    return set(Identity.objects.exclude(holder=-1).values_list("name", flat=True))


def sound(sweep):
    return not proving.wrong_with(sweep.persons) and not proving.wrong_with(sweep.doors)


def test_people_on_the_blank_lines_live_there_are_here_and_are_written_down_once(city, sweep, sheet, desk):
    line, at = sheet.lines.get(), now()
    said = [(line.persons[0], Said.State.AWAY)]
    first = types(sheet, line, desk, said=said, new=NEW, happened_at=at)
    assert types(sheet, line, desk, said=said, new=NEW).pk == first.pk, "a minute later it is the same paper"
    assert newcomers() == {"王新", "王小新"}
    assert parts(sweep.persons, city) == [2, 0, 1, 0, 0]
    assert Stay.objects.filter(household__dwelling=line.dwelling_id, kind=Stay.Kind.HOME).count() == 3
    assert sound(sweep)


def test_a_colleague_who_reads_another_name_there_is_told(city, sheet, desk):
    line, colleague = sheet.lines.get(), caller_for(user_with_role("community_desk", city.communities[0]))
    types(sheet, line, desk, new=NEW)
    for other in (NEW[:1], [("李新", "")], []):
        with pytest.raises(TypedOtherwise):
            types(sheet, line, colleague, new=other)
    assert newcomers() == {"王新", "王小新"}


def test_taken_back_and_typed_again_they_are_still_one_person_each(city, sweep, sheet, desk):
    line = sheet.lines.get()
    types(sheet, line, desk, new=NEW)
    typing.take_back(sheet, line, by=desk, at=now())
    assert parts(sweep.persons, city) == [0, 0, 0, 0, 3], "they are known, and not reached"
    types(sheet, line, desk, said=[(line.persons[0], HERE)], new=[NEW[0], ("王再新", "")])
    assert newcomers() == {"王新", "王小新", "王再新"}
    assert parts(sweep.persons, city) == [3, 0, 0, 0, 1]
    assert sound(sweep)


@pytest.mark.parametrize(
    ("result", "new", "error"),
    [
        (ANSWERED, [("", "13800005555")], NameMissing),
        (ANSWERED, [("王新", "12")], BadPhone),
        (Finding.Result.NO_ANSWER, NEW, SaidWithoutAnswer),
    ],
)
def test_somebody_new_who_cannot_be_is_told_and_nothing_is_written(sheet, desk, result, new, error):
    with pytest.raises(error):
        types(sheet, sheet.lines.get(), desk, result, new=new)
    assert not Finding.objects.exists()
    assert newcomers() == set()


def test_a_building_of_which_no_door_is_known_is_printed_with_lines_to_write_them_on(city, sweep, desk):
    sheet, told = printed(city, sweep, desk, micro_grid=1)
    lines = list(sheet.lines.order_by("n"))
    assert {(line.dwelling_id, line.building_id) for line in lines} == {(None, city.buildings[1].pk)}
    assert len(lines) == 10
    assert all(gettext("line {n}").format(n=n) in told for n in (1, 10))


def test_doors_behind_which_nobody_is_known_are_printed_too(city, sweep, desk):
    line = printed(city, sweep, desk, micro_grid=1)[0].lines.get(n=1)
    for door in ("202", "203"):
        newdoors.new_door(sweep, line.building, unit=1, floor=2, door=door, by=desk, at=now())
    sheet, _ = printed(city, sweep, desk, micro_grid=1)
    assert [(each.dwelling_id is not None, each.persons) for each in sheet.lines.order_by("n")] == [(True, [])] * 2


def test_what_was_written_there_becomes_a_door_with_its_people(city, sweep, blank, desk):
    line = blank.lines.get(n=1)
    where = {"unit": 1, "floor": 2, "door": "202"}
    line = typing.found_there(blank, line, **where, by=desk, at=now())
    types(blank, line, desk, new=NEW)
    assert typing.found_there(blank, line, **where, by=desk, at=now()).dwelling_id == line.dwelling_id
    again = types(blank, blank.lines.get(n=1), desk, new=NEW)
    assert Finding.objects.get() == again
    assert (Dwelling.objects.get(pk=line.dwelling_id).door, newcomers()) == ("202", {"王新", "王小新"})
    assert parts(sweep.doors, city) == [1, 0, 0, 0, 1]
    with pytest.raises(TypedOtherwise):
        typing.found_there(blank, line, unit=1, floor=2, door="203", by=desk, at=now())
    assert typing.next_line(blank, 1).n == 2
    assert typing.next_line(blank, 10) is None, "blank lines on which nothing is written do not come again"
    assert sound(sweep)


def test_a_door_that_cannot_be_is_told(blank, desk):
    with pytest.raises(BadDoor):
        typing.found_there(blank, blank.lines.get(n=1), unit=None, floor=None, door=" ", by=desk, at=now())
    assert not Dwelling.objects.filter(building=blank.lines.get(n=1).building).exists()


def test_the_number_of_a_line_leads_to_it(blank):
    assert typing.line_of_code(blank, " 3 ").n == 3


def at_once(city, sheet, *typed):
    """Two typists at the same door in the same instant: what each is answered with."""
    clerks = [caller_for(user_with_role("community_desk", city.communities[0])) for _ in typed]
    line, start = sheet.lines.get(), Barrier(len(typed))

    def one(by, said):
        try:
            start.wait(timeout=60)
            return types(sheet, line, by, **said).pk
        except TypedOtherwise as told:
            return told.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(typed)) as pool:
        return list(pool.map(one, clerks, typed))


def test_two_typists_of_one_door_at_once_make_one_finding(city, sweep, sheet):
    told = at_once(city, sheet, {"new": NEW}, {"new": NEW})
    assert told == [Finding.objects.get().pk] * 2
    assert newcomers() == {"王新", "王小新"}
    assert Person.objects.count() == 3
    assert sound(sweep)


def test_two_typists_who_disagree_at_once_make_one_finding_and_one_is_told(city, sweep, sheet, desk):
    told = at_once(city, sheet, {"new": NEW}, {"result": Finding.Result.NO_ANSWER})
    finding = Finding.objects.get()
    assert sorted(map(str, told)) == sorted([str(finding.pk), TypedOtherwise.code])
    assert typing.typed_of(sheet, [sheet.lines.get()])[1].found == finding, "the one who is told sees what was typed"
    assert len(newcomers()) == (2 if finding.result == ANSWERED else 0)
    assert sound(sweep)


def test_without_a_key_of_the_sheet_the_same_would_be_written_twice(city, sheet, monkeypatch):
    """The twin: each typist with a key of their own."""
    monkeypatch.setattr(typing, "_key", lambda *_: uuid4())
    told = at_once(city, sheet, {"new": NEW}, {"new": NEW})
    assert len(set(told)) == Finding.objects.count() == 2
    assert Person.objects.count() == 5


def test_two_typists_of_one_blank_line_at_once_find_one_door(city, blank):
    clerks = [caller_for(user_with_role("community_desk", city.communities[0])) for _ in range(2)]
    line, start = blank.lines.get(n=1), Barrier(2)

    def one(by, door):
        try:
            start.wait(timeout=60)
            return typing.found_there(blank, line, unit=1, floor=2, door=door, by=by, at=now()).dwelling_id
        except TypedOtherwise as told:
            return told.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(one, clerks, ("202", "203")))
    made = Dwelling.objects.get(building=city.buildings[1])
    assert sorted(map(str, told)) == sorted([str(made.pk), TypedOtherwise.code])


def test_a_star_says_that_all_who_were_printed_are_here(sheet):
    assert letters.read_people("*", sheet.lines.get().persons) == [(sheet.lines.get().persons[0], HERE)]
