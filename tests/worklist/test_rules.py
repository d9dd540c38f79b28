"""What must not wait comes first, and each thing says why it stands where it stands."""

from datetime import UTC, datetime, timedelta

import pytest

from linli.ledger.models import Finding
from linli.ledger.nexts import Next, Tried
from linli.worklist.entries import DESK_HAS_IT, Entry, Kind
from linli.worklist.rules import Why, in_order, why

NOON = datetime(2022, 9, 2, 4, tzinfo=UTC)  # 12:00 by the clock of the place
EVENING = NOON + timedelta(hours=6)
ONCE = (Tried(Finding.Result.NO_ANSWER, Finding.How.DOOR, NOON - timedelta(hours=3)),)


def entry(subject="door:1", kind=Kind.DOOR, what=Next.KNOCK, **more):
    return Entry(kind, subject, 1, what, since=more.pop("since", NOON - timedelta(days=1)), **more)


def asked(due, **more):
    return entry(kind=Kind.ASKED, what=DESK_HAS_IT, due=due, **more)


def asked_back(due, **more):
    return entry(what=Next.COME_BACK, due=due, needs=1, tried=ONCE, **more)


@pytest.mark.parametrize(
    ("given", "at", "told"),
    [
        (asked(NOON), NOON, Why.OVERDUE),
        (asked(NOON + timedelta(hours=1)), NOON, Why.SOON),
        (asked(NOON + timedelta(hours=1, seconds=1)), NOON, Why.DUE),
        (entry(kind=Kind.DECIDE, what="conflict"), NOON, Why.DECIDE),
        (entry(kind=Kind.NOTICE, what="unread"), NOON, Why.TOLD),
        (entry(needs=1), NOON, Why.NEED),
        (entry(), NOON, Why.NEW),
        (entry(tried=ONCE, what=Next.PHONE), NOON, Why.AGAIN),
        (entry(tried=ONCE, what=Next.EVENING), NOON, Why.LATER),
        (entry(tried=ONCE, what=Next.EVENING), EVENING, Why.AGAIN),
        (entry(tried=ONCE, what=Next.MORNING), EVENING, Why.LATER),
        (entry(tried=ONCE, what=Next.MORNING), NOON, Why.AGAIN),
        (entry(tried=ONCE, what=Next.EVENING, needs=1), NOON, Why.LATER),
        (entry(tried=ONCE, what=Next.DESK, needs=1), NOON, Why.DESK),
        (asked_back(NOON + timedelta(seconds=1)), NOON, Why.PROMISED),
        (asked_back(NOON), NOON, Why.NOW),
        (asked_back(NOON), NOON + timedelta(minutes=59), Why.NOW),
        (asked_back(NOON), NOON + timedelta(hours=1), Why.OVERDUE),
    ],
)
def test_each_thing_says_why_it_stands_there(given, at, told):
    assert why(given, at) == told


def test_reasons_stand_in_their_order_whatever_order_they_come_in():
    given = [
        entry("door:desk", tried=ONCE, what=Next.DESK),
        entry("door:later", tried=ONCE, what=Next.EVENING),
        asked_back(NOON + timedelta(minutes=5), subject="door:promised"),
        asked_back(NOON, subject="door:now"),
        entry("door:again", tried=ONCE, what=Next.PHONE),
        entry("door:new"),
        asked(NOON + timedelta(hours=2), subject="entry:due"),
        entry("door:need", needs=1),
        entry("told:told", kind=Kind.NOTICE, what="unread"),
        entry("receipt:decide", kind=Kind.DECIDE, what="conflict"),
        asked(NOON + timedelta(minutes=5), subject="entry:soon"),
        asked(NOON, subject="entry:overdue"),
    ]
    assert [reason for reason, _ in in_order(given, NOON)] == list(Why)
    assert in_order(given, NOON) == in_order(reversed(given), NOON)


def test_a_threat_to_life_comes_first_of_what_is_overdue_then_what_is_due_first():
    given = [
        asked(NOON - timedelta(hours=3), subject="entry:a", priority="P1"),
        asked(NOON - timedelta(hours=1), subject="entry:b", priority="P0"),
        asked(NOON - timedelta(hours=2), subject="entry:c", priority="P0"),
    ]
    assert [each.subject for _, each in in_order(given, NOON)] == ["entry:c", "entry:b", "entry:a"]


def test_a_visit_whose_time_is_over_stands_below_what_the_duty_log_wants():
    given = [
        asked_back(NOON - timedelta(hours=5), subject="door:1"),
        asked(NOON - timedelta(hours=1), subject="entry:a", priority="P2"),
    ]
    assert [each.subject for _, each in in_order(given, NOON)] == ["entry:a", "door:1"]


def test_visits_that_are_to_come_stand_by_their_time():
    given = [asked_back(NOON + timedelta(hours=n), subject=f"door:{n}", order=9 - n) for n in (3, 1, 2)]
    assert [each.subject for _, each in in_order(given, NOON)] == ["door:1", "door:2", "door:3"]


def test_where_nothing_else_tells_them_apart_it_goes_as_one_walks_and_care_first():
    given = [
        entry("door:9", order=1, tried=ONCE, what=Next.EVENING),
        entry("door:1", order=3, tried=ONCE, what=Next.EVENING),
        entry("door:5", order=2, tried=ONCE, what=Next.EVENING, needs=1),
    ]
    assert [each.subject for _, each in in_order(given, NOON)] == ["door:5", "door:9", "door:1"]
