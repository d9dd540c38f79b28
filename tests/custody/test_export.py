"""The one way out: what a list may show, when it takes a second person, how long it is there, what is on record."""

import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from time import sleep
from unittest.mock import patch

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils.translation import override
from python_calamine import CalamineWorkbook

from linli.common.caller import NOBODY, Caller, Grant
from linli.common.errors import Invalid, NotFound
from linli.custody import export, history, reveals
from linli.custody.errors import (
    ColumnsMissing,
    ExportDecided,
    ExportOver,
    ExportWaits,
    MayNotReveal,
    MayNotTakeOut,
    NobodyInList,
    NotTheSecond,
    PurposeMissing,
    TooManyRows,
)
from linli.custody.export import Column, Kind, Listing, Mark, Section, State, asking, taking
from linli.custody.export.files import inert
from linli.custody.models import Export, ExportedPerson, ExportRows, TrailEntry
from linli.custody.roles import Reveal

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
COMMUNITY, STREET, ELSEWHERE = 10, 9, 77
MARK = Mark(taken_by="李值班", confirmed_by="", synthetic=True)


def caller(user: int, role: str = "community_desk", area: int = COMMUNITY) -> Caller:
    return Caller(user=user, grants=(Grant(role, area, NOON - timedelta(days=9)),))


ASKER, COLLEAGUE, OVERSEER = caller(1), caller(2), caller(3, "street", STREET)


@dataclass(frozen=True)
class Someone:
    number: int
    name: str = "王小明"
    phone: str = "13800001234"


COLUMNS: tuple[Column[Someone], ...] = (
    Column("number", "Number", ("muster.SignUp", "number"), lambda one: f"N{one.number}"),
    Column("name", "Name", ("muster.SignUp", "name"), lambda one: one.name, lambda one: f"{one.name[:1]}**"),
    Column(
        "phone",
        "Phone",
        ("muster.SignUp", "phone"),
        lambda one: one.phone,
        lambda one: f"138****{one.phone[-4:]}",
        Reveal.PHONE,
    ),
    Column("index", "Index", ("muster.SignUp", "phone_index"), lambda one: "read by nobody"),
)


def listing(*numbers: int, people: Callable[[Someone], tuple[str, ...]] | None = None, **more: object) -> Listing:
    rows = [Someone(number) for number in numbers]
    return Listing(
        key="sign_ups",
        part="confirmed",
        title="Sign-ups",
        where="青松社区",
        area=COMMUNITY,
        above=(COMMUNITY, STREET),
        event=5,
        columns=COLUMNS,
        records=lambda: more.get("rows", rows),  # type: ignore[arg-type,return-value]
        people=people or (lambda one: (f"person:{one.number}",)),
    )


def ask(what: Listing, *, columns: tuple[str, ...] = ("number", "name", "phone"), **more: object) -> Export:
    said = {"purpose": "call", "by": ASKER, "at": NOON, **more}
    return export.ask(what, columns=columns, **said)  # type: ignore[arg-type]


def body(made: Export, kind: Kind = Kind.CSV, **more: object) -> bytes:
    said = {"mark": MARK, "by": ASKER, "at": NOON, **more}
    return export.take(made, kind=kind, **said).content  # type: ignore[arg-type]


def table(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_a_list_is_masked_as_the_page_is_and_marked_first_and_last():
    with override("en"):
        rows = table(body(ask(listing(1, 2))))
    assert rows[1:-1] == [["Number", "Name", "Phone"], ["N1", "王**", "138****1234"], ["N2", "王**", "138****1234"]]
    number = Export.objects.get().number
    for mark in (rows[0][0], rows[-1][0]):
        assert all(word in mark for word in ("Synthetic city", number, "李值班", "24 Nov 20:00", "to call people"))


def test_the_file_speaks_the_language_it_was_asked_for_in():
    with override("zh-hans"):
        made = ask(listing(1))
    with override("en"):
        assert "Synthetic" not in body(made).decode("utf-8-sig")


def test_what_a_role_may_reveal_leaves_in_full_when_it_is_asked_for():
    made = ask(listing(1), in_full=("phone",))
    assert table(body(made))[2] == ["N1", "王**", "13800001234"]
    assert (made.columns, made.in_full) == (["number", "name", "phone"], ["phone"])


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"purpose": "curiosity"}, PurposeMissing),
        ({"purpose": "report"}, PurposeMissing),
        ({"columns": ()}, ColumnsMissing),
        ({"columns": ("salary",)}, ColumnsMissing),
        ({"columns": ("index",)}, ColumnsMissing),  # declared, and read by no role
        ({"columns": ("number",), "in_full": ("phone",)}, ColumnsMissing),
        ({"in_full": ("name",)}, MayNotReveal),
        ({"by": caller(1, "city")}, MayNotTakeOut),
        ({"by": caller(1, area=ELSEWHERE)}, MayNotTakeOut),
        ({"by": Caller(person=1, grants=ASKER.grants)}, MayNotTakeOut),
    ],
)
def test_what_is_refused(said, problem):
    with pytest.raises(problem):
        ask(listing(1), **said)
    assert not Export.objects.exists()


def test_only_a_role_that_unmasks_gets_a_column_in_full():
    offered = {column.key: full for column, full in export.offered(listing(1), ASKER)}
    assert offered == {"number": False, "name": False, "phone": True}


def test_nobody_and_too_many_are_told(monkeypatch):
    with pytest.raises(NobodyInList):
        ask(listing())
    monkeypatch.setattr(asking, "MOST_ROWS", 2)
    with pytest.raises(TooManyRows):
        ask(listing(1, 2, 3))


def test_two_hundred_people_leave_alone_and_one_more_waits():
    assert not ask(listing(*range(200))).needs_second
    made = ask(listing(*range(150, 201)))
    assert (made.people, made.people_lately, made.needs_second) == (51, 201, True)


def test_the_same_people_again_count_once():
    for _ in range(3):
        assert not ask(listing(*range(200))).needs_second


def test_people_are_counted_not_rows():
    made = ask(listing(*range(300), people=lambda one: (f"person:{one.number % 7}",)))
    assert (made.rows, made.people, made.needs_second) == (300, 7, False)


def test_a_list_counts_for_a_day_after_it_was_last_downloaded():
    first = ask(listing(*range(150)))
    body(first, at=NOON + timedelta(hours=23))
    others = listing(*range(500, 600))
    assert ask(others, at=NOON + timedelta(hours=25)).needs_second
    assert not ask(others, at=NOON + timedelta(hours=47, minutes=1)).needs_second


def test_what_was_given_back_before_anybody_had_it_does_not_count():
    first, others = ask(listing(*range(150))), listing(*range(500, 600))
    assert export.foreseen(others, ASKER, NOON).lately == 250
    export.withdraw(first, by=ASKER, at=NOON)
    assert export.foreseen(others, ASKER, NOON) == export.asking.Foreseen(100, 100, 100, True, False)


def test_another_account_counts_for_itself():
    ask(listing(*range(200)))
    assert not ask(listing(*range(500, 600)), by=COLLEAGUE).needs_second


def test_a_file_is_no_way_around_the_limit_of_reveals():
    assert not ask(listing(*range(reveals.MOST_AN_HOUR)), in_full=("phone",)).needs_second
    assert ask(listing(900), in_full=("phone",)).needs_second
    assert not ask(listing(900)).needs_second
    other = caller(8)
    for number in range(10):
        reveals.reveal(other, subject=f"sign_up:{number}", field=Reveal.PHONE, reason="call", at=NOON)
    assert ask(listing(*range(reveals.MOST_AN_HOUR - 9)), in_full=("phone",), by=other).needs_second


@pytest.fixture
def waiting() -> Export:
    """A list of more people than one person takes out alone."""
    return ask(listing(*range(250)))


def test_nobody_has_a_list_that_waits(waiting):
    assert export.state_of(waiting, NOON) == State.WAITING
    with pytest.raises(ExportWaits):
        body(waiting)


@pytest.mark.parametrize("second", [COLLEAGUE, OVERSEER])
def test_somebody_else_with_such_a_role_over_the_area_lets_it_leave(waiting, second):
    assert list(export.to_second(second, NOON)) == [waiting]
    export.confirm(waiting, by=second, at=NOON)
    assert len(table(body(waiting, mark=replace_mark("王街道")))) == 253
    assert "王街道" in body(waiting, mark=replace_mark("王街道")).decode("utf-8-sig")


def replace_mark(name: str) -> Mark:
    return Mark(taken_by=MARK.taken_by, confirmed_by=name, synthetic=False)


@pytest.mark.parametrize(
    ("second", "problem"),
    [
        (ASKER, NotTheSecond),
        (replace(ASKER, grants=OVERSEER.grants), NotTheSecond),
        (caller(4, area=ELSEWHERE), NotFound),
        (caller(4, "city", STREET), NotFound),
        (NOBODY, NotFound),
    ],
)
def test_nobody_else_does(waiting, second, problem):
    assert list(export.to_second(second, NOON)) == []
    for decide in (export.confirm, export.decline):
        with pytest.raises(problem):
            decide(waiting, by=second, at=NOON)
    assert export.state_of(Export.objects.get(), NOON) == State.WAITING


def test_a_declined_list_is_gone(waiting):
    export.decline(waiting, by=COLLEAGUE, at=NOON)
    assert not ExportRows.objects.exists()
    with pytest.raises(ExportOver):
        body(waiting)
    with pytest.raises(ExportDecided):
        export.confirm(waiting, by=OVERSEER, at=NOON)


def test_the_database_takes_no_second_who_is_the_first(waiting):
    with pytest.raises(IntegrityError, match="export_decided_by_somebody_else"), transaction.atomic():
        Export.objects.update(decided_by=waiting.asked_by, decided_at=NOON, confirmed=True)
    with pytest.raises(IntegrityError, match="export_taken_only_once_it_may_leave"), transaction.atomic():
        Export.objects.update(taken=1, first_taken_at=NOON, last_taken_at=NOON)


def test_a_list_is_its_askers_until_its_time_is_over():
    made = ask(listing(1))
    with pytest.raises(NotFound):
        body(made, by=COLLEAGUE)
    with pytest.raises(NotFound):
        export.export_visible_to(COLLEAGUE, made.number)
    with pytest.raises(MayNotTakeOut):  # the role ended meanwhile
        body(made, by=replace(ASKER, grants=()))
    last = NOON + timedelta(hours=24)
    assert body(made, at=last - timedelta(seconds=1))
    assert body(made, at=last - timedelta(seconds=1))
    with pytest.raises(ExportOver):
        body(made, at=last)
    assert taking.forget(at=last - timedelta(seconds=1)) == 0
    assert taking.forget(at=last) == 1
    assert not ExportRows.objects.exists()


def test_what_is_on_record_goes_when_the_trail_does():
    ask(listing(1))
    taking.forget(at=NOON + timedelta(days=182))
    assert Export.objects.exists()
    assert ExportedPerson.objects.exists()
    taking.forget(at=NOON + timedelta(days=183))
    assert not Export.objects.exists()
    assert not ExportedPerson.objects.exists()


def test_the_trail_says_who_why_how_many_and_nothing_of_what(waiting):
    export.confirm(waiting, by=COLLEAGUE, at=NOON)
    body(waiting, Kind.XLSX)
    found = list(TrailEntry.objects.filter(subject=f"export:{waiting.number}").order_by("pk"))
    assert [(each.kind, each.user) for each in found] == [
        ("export.asked", 1),
        ("export.confirmed", 2),
        ("export.taken", 1),
    ]
    asked = found[0].facts
    digest = asking.digest_of([each.subject for each in ExportedPerson.objects.all()])
    assert (asked["purpose"], asked["people"], asked["people_digest"]) == ("call", 250, digest)
    assert "王" not in str([each.facts for each in found])
    assert "1380000" not in str([each.facts for each in found])


def test_people_find_the_lists_they_stand_in_once_these_left():
    made = ask(listing(1, 2))
    assert history.taken_out_of(["person:1"]) == []
    body(made)
    assert history.taken_out_of(["person:1", "person:2"]) == [made]
    assert history.taken_out_of(["person:3"]) == [] == history.taken_out_of(["person:1"], event=6)


def test_rows_lie_sealed():
    ask(listing(1), in_full=("phone",))
    raw = bytes(ExportRows.objects.get().sealed)
    assert b"13800001234" not in raw
    assert "王".encode() not in raw


FORMULAS = ("=1+1", "+861380000", "-2", "@SUM(A1)", "\t=1", "\r=1", "＝1", " =1")


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_a_formula(text):
    made = ask(listing(1, rows=[Someone(1, phone=text)]), in_full=("phone",))
    assert table(body(made))[2][2] == f"'{text}" == inert(text)
    content = body(made, Kind.XLSX)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
    assert sheets
    assert not any("<f" in sheet for sheet in sheets)


def test_a_spreadsheet_bears_its_mark_on_every_page():
    with override("zh-hans"):
        content = body(ask(listing(1, 2)), Kind.XLSX)
    number = Export.objects.get().number
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    rows = [[str(cell) for cell in row] for row in book.get_sheet_by_index(0).to_python()]
    assert sum(number in row[0] for row in rows) == 2
    assert ["N1", "王**", "138****1234"] in rows
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    header, footer = sheet.split("<oddHeader>")[1], sheet.split("<oddFooter>")[1]
    assert number in header.split("</oddHeader>")[0]
    assert number in footer.split("</oddFooter>")[0]


def test_a_list_is_no_json():
    with pytest.raises(Invalid):
        body(ask(listing(1)), Kind.JSON)


def test_the_same_form_sent_twice_is_one_list():
    made = ask(listing(1))
    again = ask(listing(1), key=made.pk)
    assert again.pk == made.pk
    assert Export.objects.count() == 1


def test_ones_own_data_leaves_with_an_entry_in_the_trail():
    me = Caller(person=5)
    sections = [Section("Who you are", ("Name",), [("王小明",)]), Section("Who you are", ("Name",), [("=x",)])]
    for kind in (Kind.JSON, Kind.XLSX):
        reply = export.own(sections, subject="person:5", kind=kind, synthetic=True, by=me, at=NOON)
        assert reply["Content-Disposition"] == f'attachment; filename="linli-my-data.{kind}"'
        assert reply.content
    entries = TrailEntry.objects.filter(kind="own_data.taken", subject="person:5", person=5)
    assert [each.facts for each in entries.order_by("pk")] == [{"file": "json", "rows": 2}, {"file": "xlsx", "rows": 2}]


def at_once(*jobs: Callable[[], object]) -> list[object]:
    def run(job: Callable[[], object]) -> object:
        try:
            return job()
        except (ExportDecided, ExportOver) as problem:
            return problem
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=len(jobs)) as tabs:
        return [each.result() for each in [tabs.submit(run, job) for job in jobs]]


@contextmanager
def both_counted_before_either_is_written() -> Iterator[None]:
    """Hold each tab back once it has counted, until the other has counted too, or is seen to wait for its turn."""
    count, counted = asking._with_those_lately, []

    def another_waits() -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database ="
                " (SELECT oid FROM pg_database WHERE datname = current_database()))"
            )
            return bool(cursor.fetchone()[0])

    def slowly(user: int, people: list[str], at: datetime) -> int:
        found = count(user, people, at)
        counted.append(user)
        while len(counted) < 2 and not another_waits():
            sleep(0.01)
        return found

    with patch.object(asking, "_with_those_lately", slowly):
        yield


@pytest.mark.django_db(transaction=True)
def test_two_tabs_do_not_take_out_twice_as_many():
    with both_counted_before_either_is_written():
        at_once(lambda: ask(listing(*range(150))), lambda: ask(listing(*range(500, 650))))
    assert sorted(Export.objects.values_list("people_lately", "needs_second")) == [(150, False), (300, True)]


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_they_would(monkeypatch):
    class Unlocked:
        """A cursor that takes no lock."""

        def __enter__(self) -> "Unlocked":
            return self

        def __exit__(self, *_: object) -> None: ...

        def execute(self, *_: object) -> None: ...

    class Connection:
        cursor = Unlocked

    monkeypatch.setattr(asking, "connection", Connection())
    with both_counted_before_either_is_written():
        at_once(lambda: ask(listing(*range(150))), lambda: ask(listing(*range(500, 650))))
    assert list(Export.objects.values_list("people_lately", "needs_second")) == [(150, False), (150, False)]


@pytest.mark.django_db(transaction=True)
def test_of_two_seconds_one_decides():
    made = ask(listing(*range(250)))
    done = at_once(
        lambda: export.confirm(made, by=COLLEAGUE, at=NOON), lambda: export.decline(made, by=OVERSEER, at=NOON)
    )
    assert sorted(type(each).__name__ for each in done) == ["Export", "ExportDecided"]
