"""Rules of the duty log: by when, what comes first, and what is shown of what was typed."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.common.errors import Unreadable
from linli.desk import rules
from linli.desk.errors import EntryPartMissing, EntryPartTooLong
from linli.events.packs import shipped

# However slow the machine: the first text drawn builds the tables of Unicode.
patient = settings(suppress_health_check=[HealthCheck.too_slow])
AT = datetime(2022, 9, 2, 9, 30, tzinfo=UTC)  # 17:30 in Chengdu
ORDERS = next(pack for pack in shipped() if pack.code == "epidemic").orders
MOMENTS = st.integers(0, 366 * 24 * 60).map(
    lambda minutes: datetime(2022, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@dataclass(frozen=True)
class Waiting:
    priority: str
    due_at: datetime
    received_at: datetime


WAITING = st.builds(
    Waiting,
    priority=st.sampled_from(["P0", "P1", "P2", "P3"]),
    due_at=st.integers(-9, 9).map(lambda minutes: AT + timedelta(minutes=minutes)),
    received_at=st.integers(-60, -10).map(lambda minutes: AT + timedelta(minutes=minutes)),
)


@patient
@given(st.lists(WAITING, max_size=30))
def test_what_is_overdue_rises_to_the_top_and_nothing_is_lost(entries):
    ordered = rules.in_order(entries, AT)
    late = [rules.overdue(each, AT) for each in ordered]
    assert late == sorted(late, reverse=True)
    assert sorted(map(repr, ordered)) == sorted(map(repr, entries))
    top = [each for each in ordered if rules.overdue(each, AT)]
    assert [(each.priority, each.due_at) for each in top] == sorted((each.priority, each.due_at) for each in top)
    rest = [each.due_at for each in ordered if not rules.overdue(each, AT)]
    assert rest == sorted(rest)


@patient
@given(st.lists(WAITING, max_size=12), st.randoms())
def test_the_order_does_not_depend_on_how_they_came(entries, random):
    shuffled = list(entries)
    random.shuffle(shuffled)
    assert rules.in_order(shuffled, AT) == rules.in_order(entries, AT)


@patient
@given(st.lists(WAITING, min_size=1, max_size=12), st.integers(0, 30))
def test_time_passing_lifts_entries_and_never_lowers_one_out_of_the_overdue(entries, minutes):
    later = AT + timedelta(minutes=minutes)
    assert sum(rules.overdue(each, later) for each in entries) >= sum(rules.overdue(each, AT) for each in entries)


@patient
@given(MOMENTS, st.sampled_from(["P0", "P1", "P2", "P3"]))
def test_every_entry_is_due_after_it_came(at, priority):
    assert rules.due_at(priority, ORDERS, at) > at


@patient
@given(MOMENTS)
def test_the_more_urgent_is_never_due_later(at):
    due = [rules.due_at(priority, ORDERS, at) for priority in ("P0", "P1", "P2", "P3")]
    assert due == sorted(due)


@pytest.mark.parametrize(
    ("priority", "at", "due"),
    [
        ("P0", AT, AT + timedelta(minutes=2)),
        ("P1", AT, AT + timedelta(minutes=15)),
        ("P2", AT, datetime(2022, 9, 2, 16, tzinfo=UTC)),  # midnight in Chengdu
        ("P2", datetime(2022, 9, 2, 15, tzinfo=UTC), datetime(2022, 9, 2, 17, tzinfo=UTC)),  # noted at 23:00
        ("P3", AT, AT + timedelta(hours=72)),
    ],
)
def test_the_pack_says_by_when(priority, at, due):
    assert rules.due_at(priority, ORDERS, at) == due


@pytest.mark.parametrize(
    ("said", "name", "phone"),
    [
        ("王小明 13800001234", "王小明", "13800001234"),
        ("王小明，138 0000 1234", "王小明", "13800001234"),
        ("１３８００００１２３４ 王小明", "王小明", "13800001234"),
        ("楼下李姐（+86 138-0000-1234）女儿", "楼下李姐 女儿", "13800001234"),
        ("Mrs Wang, 028-85123456", "Mrs Wang", "02885123456"),
        ("门口保安", "门口保安", None),
        ("3栋2单元502 的邻居", "3栋2单元502 的邻居", None),
    ],
)
def test_who_called_is_parted_into_name_and_phone(said, name, phone):
    assert rules.name_and_phone(said) == (name, phone)


@patient
@given(st.text(max_size=60))
def test_any_text_is_parted_without_breaking(said):
    name, phone = rules.name_and_phone(said)
    assert phone is None or phone.isdecimal()
    assert name == name.strip()


@pytest.mark.parametrize(
    ("said", "masked"),
    [
        ("王小明 3栋2单元502", "王** 3栋2单元**"),
        ("3栋2单元502 王小明", "3栋2单元**"),
        ("Wang, Building 3, unit 2, door 502", "W** Building 3, unit 2, **"),
        ("王小明", "王**"),
        ("3-2-502", "3-2-**"),
    ],
)
def test_whom_or_which_door_is_masked(said, masked):
    assert rules.masked_about(said) == masked


@pytest.mark.parametrize(
    ("said", "masked"),
    [
        ("药只够到明天", "药只够到明天"),
        ("送到3栋2单元502，电话 138 0000 1234", "送到3栋2单元**，电话 138****1234"),
        ("身份证 51010519900101123X", "身份证 ******3X"),
        ("call 85123456", "call ****56"),
        ("打１３８００００１２３４", "打138****1234"),
        ("买 500 克米", "买 500 克米"),
        ("502室漏水", "**室漏水"),
    ],
)
def test_numbers_in_what_is_needed_are_masked(said, masked):
    assert rules.masked_text(said) == masked


@patient
@given(
    st.text(alphabet="王要药 ，.", max_size=15),
    st.integers(10**10, 10**11 - 1),
    st.text(alphabet="王要药 ，.", max_size=15),
)
def test_no_phone_number_is_shown_whatever_stands_around_it(before, number, after):
    assert str(number) not in rules.masked_text(f"{before}{number}{after}")


def test_answers_are_tidied_and_those_that_make_no_sense_refused():
    assert rules.cleaned("need", "  药\n只够 \u202a到明天 ") == "药 只够 到明天"
    with pytest.raises(EntryPartMissing):
        rules.cleaned("caller", " \n\t")
    with pytest.raises(EntryPartTooLong) as told:
        rules.cleaned("need", "药" * 501)
    assert told.value.facts == {"part": "need", "most": 500}
    with pytest.raises(Unreadable):
        rules.cleaned("about", "3栋\x00")
