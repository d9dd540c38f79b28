"""One-time codes: five tries on the device that asked, ten minutes, once; and the eight letters on paper."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from linli.access import codes, devices
from linli.access.errors import CodeOld, CodeSpent, CodeTriedOut, CodeWrong, PaperSpent
from linli.access.models import DeviceSession, OneTimeCode, PaperCode
from linli.common.caller import NOBODY, Caller
from linli.common.clock import now
from linli.common.errors import NotFound
from linli.custody import secrets
from linli.custody.models import TrailEntry

pytestmark = pytest.mark.django_db
DESK = Caller(user=7)
MINUTE = timedelta(minutes=1)
WAITS = "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)"


def asked(to="13812341234", *, before="", at=None):
    return codes.begin(
        way="sms", to=to, to_index=secrets.index(to), language="en", before=before, by=NOBODY, at=at or now()
    )


def other_than(code):
    return f"{(int(code) + 1) % 10**6:06d}"


def test_a_code_has_six_digits_and_stands_nowhere():
    rows = [asked()[0] for _ in range(20)]
    assert len({codes.code_of(row) for row in rows}) > 15
    row = OneTimeCode.objects.filter(pk=rows[0].pk).values_list().get()
    kept = b"|".join(bytes(each) if isinstance(each, (bytes, memoryview)) else str(each).encode() for each in row)
    assert len(codes.code_of(rows[0])) == 6
    assert codes.code_of(rows[0]).encode() not in kept
    assert b"13812341234" not in kept


def test_the_right_code_is_taken_once():
    row, secret = asked()
    assert codes.prove(secret, codes.code_of(row), at=now()).proved_at is not None
    with pytest.raises(CodeSpent):
        codes.prove(secret, codes.code_of(row), at=now())


@pytest.mark.parametrize("typed", ["{0}{1}{2} {3}{4}{5}", " {0}{1}{2}-{3}{4}{5} "])
def test_blanks_and_hyphens_are_forgiven(typed):
    row, secret = asked()
    assert codes.prove(secret, typed.format(*codes.code_of(row)), at=now())


def test_full_width_digits_are_digits():
    row, secret = asked()
    wide = codes.code_of(row).translate({ord("0") + digit: chr(0xFF10 + digit) for digit in range(10)})
    assert codes.prove(secret, wide, at=now())


@pytest.mark.parametrize("typed", ["", "x", "١٢٣٤٥٦", "1234567", "\x00"])
def test_nonsense_is_a_try(typed):
    _, secret = asked()
    with pytest.raises(CodeWrong) as wrong:
        codes.prove(secret, typed, at=now())
    assert wrong.value.facts["left"] == 4


def test_after_five_wrong_tries_the_right_code_is_of_no_use():
    row, secret = asked()
    left = []
    for _ in range(4):
        with pytest.raises(CodeWrong) as wrong:
            codes.prove(secret, other_than(codes.code_of(row)), at=now())
        left.append(wrong.value.facts["left"])
    with pytest.raises(CodeTriedOut):
        codes.prove(secret, other_than(codes.code_of(row)), at=now())
    with pytest.raises(CodeTriedOut):
        codes.prove(secret, codes.code_of(row), at=now())
    assert left == [4, 3, 2, 1]


def test_the_fifth_try_may_be_the_right_one():
    row, secret = asked()
    for _ in range(4):
        with pytest.raises(CodeWrong):
            codes.prove(secret, other_than(codes.code_of(row)), at=now())
    assert codes.prove(secret, codes.code_of(row), at=now())


def test_another_devices_tries_lock_nobody_out():
    mine, my_secret = asked()
    _, their_secret = asked()
    for _ in range(4):
        with pytest.raises(CodeWrong):
            codes.prove(their_secret, codes.code_of(mine), at=now())
    with pytest.raises(CodeTriedOut):
        codes.prove(their_secret, codes.code_of(mine), at=now())
    assert codes.prove(my_secret, codes.code_of(mine), at=now())


@pytest.mark.parametrize("secret", ["", "x", "a" * 43, "\x00"])
def test_a_device_that_asked_for_nothing_can_try_nothing(secret):
    row, _ = asked()
    with pytest.raises(CodeOld):
        codes.prove(secret, codes.code_of(row), at=now())


def test_a_code_lives_ten_minutes():
    at = now()
    row, secret = asked(at=at)
    with pytest.raises(CodeOld):
        codes.prove(secret, codes.code_of(row), at=at + 10 * MINUTE)
    assert codes.prove(secret, codes.code_of(row), at=at + 9 * MINUTE)


def test_who_asks_again_on_a_device_ends_what_it_asked_for_before():
    first, secret = asked()
    second, fresh = asked(before=secret)
    assert fresh != secret
    with pytest.raises(CodeOld):
        codes.prove(secret, codes.code_of(first), at=now())
    assert codes.prove(fresh, codes.code_of(second), at=now())


def test_ten_minutes_to_say_who_one_is_and_only_once():
    at = now()
    row, secret = asked(at=at)
    with pytest.raises(CodeOld):
        codes.proved_on(secret, at=at)
    codes.prove(secret, codes.code_of(row), at=at + 9 * MINUTE)
    proved = codes.proved_on(secret, at=at + 18 * MINUTE)
    with pytest.raises(CodeOld):
        codes.proved_on(secret, at=at + 19 * MINUTE)
    codes.use(proved, at=at + 18 * MINUTE)
    with pytest.raises(CodeSpent):
        codes.proved_on(secret, at=at + 18 * MINUTE)
    with pytest.raises(CodeSpent):
        codes.use(proved, at=at + 18 * MINUTE)


def printed(at=None, **whose):
    return codes.print_paper(**{"person": 41, "claim": None, **whose}, area=3, by=DESK, at=at or now())


def test_a_paper_opens_once_within_ten_minutes():
    at = now()
    paper, text = printed(at)
    letters = text.replace("-", "")
    assert letters.encode() not in bytes(PaperCode.objects.get().digest)
    with pytest.raises(PaperSpent):
        codes.paper_of(text, at=at + 10 * MINUTE)
    for typed in (text, letters.lower(), f" {letters[:4]} {letters[4:]} "):
        assert codes.paper_of(typed, at=at) == paper
    codes.use_paper(paper, at=at)
    with pytest.raises(PaperSpent):
        codes.paper_of(text, at=at)
    with pytest.raises(PaperSpent):
        codes.use_paper(paper, at=at)


def test_a_fresh_paper_ends_the_one_before_and_nobody_elses():
    _, first = printed()
    _, others = printed(person=42)
    _, second = printed()
    with pytest.raises(PaperSpent):
        codes.paper_of(first, at=now())
    assert codes.paper_of(second, at=now()).person == 41
    assert codes.paper_of(others, at=now()).person == 42


@pytest.mark.parametrize("typed", ["", "x", "AAAA-AAAA", "\x00", "0000-0000", "A" * 5000])
def test_a_made_up_paper_opens_nothing(typed):
    printed()
    with pytest.raises(PaperSpent):
        codes.paper_of(typed, at=now())


def test_what_is_over_is_forgotten_with_its_number():
    at = now()
    asked(at=at), printed(at)
    codes.forget(at=at + 9 * MINUTE)
    assert (OneTimeCode.objects.count(), PaperCode.objects.count()) == (1, 1)
    codes.forget(at=at + 11 * MINUTE)
    assert (OneTimeCode.objects.count(), PaperCode.objects.count()) == (0, 0)


def test_the_trail_names_neither_code_nor_number():
    row, secret = asked()
    codes.prove(secret, codes.code_of(row), at=now())
    _, text = printed()
    said = str(list(TrailEntry.objects.values_list("kind", "subject", "facts")))
    assert "code.asked" in said
    assert "paper_code.printed" in said
    assert not [each for each in ("13812341234", codes.code_of(row), text, text.replace("-", "")) if each in said]


# The database holds it too.


@pytest.mark.parametrize("wrong", [{"tries": 6}, {"used_at": now()}])
def test_the_database_refuses_a_code_in_an_impossible_state(wrong):
    row, _ = asked()
    with pytest.raises(IntegrityError), transaction.atomic():
        OneTimeCode.objects.filter(pk=row.pk).update(**wrong)


@pytest.mark.parametrize("wrong", [{"claim": None}, {"for_another": True}])
def test_the_database_refuses_a_device_of_nobody(wrong):
    session, _ = devices.start_device_session(uuid4(), at=now())
    with pytest.raises(IntegrityError), transaction.atomic():
        DeviceSession.objects.filter(pk=session.pk).update(**wrong)


# Two requests with one code at once.


def both_at_once(take):
    """Let one request take a code, and another begin before that is committed. Returns how each ended."""
    ends = []

    def second():
        try:
            with transaction.atomic():
                take()
            ends.append("in")
        except (CodeSpent, PaperSpent):
            ends.append("refused")
        finally:
            connection.close()

    other = threading.Thread(target=second)
    with transaction.atomic(), connection.cursor() as cursor:
        take()
        other.start()
        for _ in range(200):
            cursor.execute(WAITS)
            if cursor.fetchone()[0] or not other.is_alive():
                break
            other.join(0.05)
    other.join()
    return ends


def proved():
    row, secret = asked()
    return codes.prove(secret, codes.code_of(row), at=now())


WITHOUT = {
    "use": ("_unused", lambda row: OneTimeCode.objects.filter(pk=row.pk)),
    "use_paper": ("_unused_paper", lambda row: PaperCode.objects.filter(pk=row.pk)),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("use", "make"), [("use", proved), ("use_paper", lambda: printed()[0])])
def test_of_two_requests_with_one_code_one_wins(use, make):
    row = make()
    assert both_at_once(lambda: getattr(codes, use)(row, at=now())) == ["refused"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("use", "make"), [("use", proved), ("use_paper", lambda: printed()[0])])
def test_without_naming_the_state_both_would_come_in(use, make, monkeypatch):
    """The twin: an update that takes a used code for good."""
    monkeypatch.setattr(codes, *WITHOUT[use])
    row = make()
    assert both_at_once(lambda: getattr(codes, use)(row, at=now())) == ["in"]


@pytest.mark.django_db(transaction=True)
def test_the_right_code_typed_twice_at_once_is_taken_once():
    row, secret = asked()
    right = codes.code_of(row)
    assert both_at_once(lambda: codes.prove(secret, right, at=now())) == ["refused"]


@pytest.mark.django_db(transaction=True)
def test_guesses_at_once_are_five_at_most():
    row, secret = asked()
    wrong, said = other_than(codes.code_of(row)), []

    def guess():
        try:
            codes.prove(secret, wrong, at=now())
        except (CodeWrong, CodeTriedOut) as problem:
            said.append(type(problem))
        finally:
            connection.close()

    guesses = [threading.Thread(target=guess) for _ in range(8)]
    for each in guesses:
        each.start()
    for each in guesses:
        each.join()
    row.refresh_from_db()
    assert (row.tries, said.count(CodeTriedOut) >= 4, len(said)) == (5, True, 8)


# Phones.


def test_a_phone_that_comes_in_again_keeps_what_it_could_see_and_loses_its_old_secret():
    first, second = uuid4(), uuid4()
    old, _ = devices.start_device_session(first, at=now())
    new, _ = devices.start_device_session(second, person=41, instead_of=Caller(device=old.pk), at=now())
    old.refresh_from_db()
    assert old.revoked_at is not None
    assert (new.claim, [each.claim for each in new.more_claims.all()]) == (second, [first])


def test_ones_phones_are_those_that_open_ones_own():
    mine, family = uuid4(), uuid4()
    at, me = now(), devices.Whose(41, (mine,))
    by_person, _ = devices.start_device_session(None, person=41, at=at)
    by_claim, _ = devices.start_device_session(mine, at=at)
    shared, _ = devices.start_device_session(family, person=42, more=[mine], at=at)
    devices.start_device_session(family, person=42, at=at)
    assert set(devices.devices_of(me, at)) == {by_person, by_claim, shared}


def test_a_phone_that_a_family_shares_only_loses_the_sign_up_that_is_not_its_own():
    mine, family = uuid4(), uuid4()
    shared, _ = devices.start_device_session(family, person=42, more=[mine], at=now())
    own, _ = devices.start_device_session(mine, person=41, at=now())
    ended = devices.end_devices(devices.Whose(41, (mine,)), by=DESK, at=now(), area=3)
    assert set(ended) == {shared.pk, own.pk}
    own.refresh_from_db(), shared.refresh_from_db()
    assert (own.revoked_at is None, shared.revoked_at is None) == (False, True)
    assert not shared.more_claims.exists()
    assert set(TrailEntry.objects.filter(user=7).values_list("kind", "area")) == {
        ("device.ended", 3),
        ("device.unshared", 3),
    }


def test_nobody_ends_anothers_phone():
    other, _ = devices.start_device_session(uuid4(), person=42, at=now())
    with pytest.raises(NotFound):
        devices.end_devices(devices.Whose(41, ()), only=other.pk, by=Caller(person=41), at=now())
