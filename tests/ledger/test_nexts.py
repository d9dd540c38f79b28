"""What to do next is derived from what was tried: every branch of it."""

from datetime import datetime, timedelta

import pytest

from linli.common.moments import LOCAL
from linli.ledger.models import Finding
from linli.ledger.nexts import NEXT_WORDS, Next, Tried, asked_for, next_thing

MORNING = datetime(2022, 9, 2, 9, 30, tzinfo=LOCAL)
EVENING = datetime(2022, 9, 2, 19, 0, tzinfo=LOCAL)
RESULT, HOW = Finding.Result, Finding.How
DAY_KNOCK = Tried(RESULT.NO_ANSWER, HOW.DOOR, MORNING)
EVENING_KNOCK = Tried(RESULT.NO_ANSWER, HOW.DOOR, EVENING)
RANG = Tried(RESULT.NO_ANSWER, HOW.PHONE, MORNING)
ASKED = Tried(RESULT.NO_ANSWER, HOW.NEIGHBOUR, MORNING)


def asked(*tried, high_risk=False, has_phone=True, person=True):
    return next_thing(tried, high_risk=high_risk, has_phone=has_phone, person=person)


@pytest.mark.parametrize(
    ("tried", "more", "what"),
    [
        ((), {}, Next.KNOCK),
        ((), {"high_risk": True}, Next.PHONE),
        ((), {"high_risk": True, "has_phone": False}, Next.KNOCK_SAFELY),
        ((DAY_KNOCK,), {}, Next.EVENING),
        ((EVENING_KNOCK,), {}, Next.MORNING),
        ((DAY_KNOCK, EVENING_KNOCK), {}, Next.PHONE),
        ((DAY_KNOCK, EVENING_KNOCK), {"has_phone": False}, Next.NEIGHBOUR),
        ((DAY_KNOCK, EVENING_KNOCK, RANG), {}, Next.NEIGHBOUR),
        ((DAY_KNOCK, EVENING_KNOCK, RANG, ASKED), {}, Next.DESK),
        ((RANG,), {}, Next.KNOCK),
        ((RANG,), {"high_risk": True}, Next.NEIGHBOUR),
        ((RANG, ASKED), {"high_risk": True}, Next.KNOCK_SAFELY),
        ((RANG, ASKED, DAY_KNOCK), {"high_risk": True}, Next.EVENING),
        ((DAY_KNOCK,), {"high_risk": True}, Next.PHONE),
        ((Tried(RESULT.ANSWERED, HOW.DOOR, MORNING),), {}, Next.ASK_HOUSEHOLD),
        ((Tried(RESULT.REFUSED, HOW.DOOR, MORNING),), {}, Next.TRUSTED),
        ((Tried(RESULT.REFUSED, HOW.DOOR, MORNING),), {"person": False}, Next.TRUSTED),
        ((Tried(RESULT.VACANT, HOW.DOOR, MORNING),), {}, Next.WHO_KNOWS),
        ((Tried(RESULT.VACANT, HOW.DOOR, MORNING), Tried(RESULT.VACANT, HOW.NEIGHBOUR, EVENING)), {}, Next.MOVED),
    ],
)
def test_the_next_thing_follows_from_what_was_tried(tried, more, what):
    assert asked(*tried, **more) == what


@pytest.mark.parametrize("result", [RESULT.NO_ANSWER, RESULT.ANSWERED, RESULT.REFUSED])
def test_when_they_asked_to_come_back_it_is_that_until_the_door_is_found_again(result):
    asked_back = Tried(result, HOW.DOOR, MORNING + timedelta(hours=1), back_at=EVENING)
    assert asked(asked_back, DAY_KNOCK, high_risk=True, person=False) == Next.COME_BACK
    assert asked_for([asked_back, DAY_KNOCK]) == EVENING
    assert asked(asked_back, DAY_KNOCK, EVENING_KNOCK) != Next.COME_BACK
    assert asked_for([asked_back, EVENING_KNOCK]) is None
    assert asked_for([]) is None


def test_the_evening_begins_by_the_clock_of_the_place():
    late = datetime(2022, 9, 2, 16, 59, tzinfo=LOCAL)
    assert asked(Tried(RESULT.NO_ANSWER, HOW.DOOR, late)) == Next.EVENING
    assert asked(Tried(RESULT.NO_ANSWER, HOW.DOOR, late + timedelta(minutes=1))) == Next.MORNING


def test_everything_to_do_has_its_words():
    assert set(NEXT_WORDS) == set(Next)
