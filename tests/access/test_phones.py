"""Staff's phones: one QR for one phone, a PIN that is that phone's own, and the roles behind it while they hold."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from linli.access import actions, codes, devices, hashing, phones
from linli.access.errors import (
    AccountClosed,
    MayNotGrant,
    NoRoleForPhone,
    OwnRole,
    PaperSpent,
    PhoneOut,
    PinRepeats,
    PinWrong,
    RoleOver,
    TooBusy,
)
from linli.access.models import DeviceSession, PaperCode, RoleGrant, User
from linli.common.clock import now
from linli.common.errors import NotFound
from linli.custody.models import TrailEntry
from tests.access.test_codes import both_at_once
from tests.factories import caller_for, tiny_city, user_with_role

pytestmark = pytest.mark.django_db
PIN, OTHER = "482917", "771350"


@pytest.fixture
def city():
    return tiny_city()


@pytest.fixture
def desk(city):
    return caller_for(user_with_role("community_desk", city.communities[0]))


@pytest.fixture
def worker(city, desk):
    made = phones.make_worker("李敏", role="grid_worker", area=city.micro_grids[0].pk, by=desk, at=now())
    return made.user


def opened(worker, desk, *, at=None):
    paper, _, _ = phones.print_qr(worker, by=desk, at=at or now())
    return phones.come_in(paper, PIN, kind="android", instead_of=None, at=at or now())[0]


def kinds():
    return list(TrailEntry.objects.order_by("pk").values_list("kind", flat=True))


def test_a_desk_makes_a_grid_worker_who_has_no_password(city, desk, worker):
    assert (worker.display_name, worker.has_usable_password()) == ("李敏", False)
    assert RoleGrant.objects.get(user=worker).granted_by == desk.user
    assert kinds()[-2:] == ["account.made", "role.granted"]


def test_a_desk_makes_nobody_it_could_not_grant(city, desk):
    with pytest.raises(NotFound):
        phones.make_worker("李敏", role="grid_worker", area=city.micro_grids[-1].pk, by=desk, at=now())
    with pytest.raises(NoRoleForPhone):
        phones.make_worker("李敏", role="community_desk", area=city.communities[0].pk, by=desk, at=now())
    with pytest.raises(MayNotGrant):
        phones.make_worker("李敏", role="liaison", area=city.street.pk, organisation=1, by=desk, at=now())
    assert not User.objects.filter(display_name="李敏").exists()


def test_a_qr_opens_one_phone_with_the_pin_that_was_chosen_there(desk, worker):
    paper, text, lent = phones.print_qr(worker, by=desk, at=now())
    assert (len(text), [each.role for each in lent]) == (9, ["grid_worker"])
    session, _ = phones.come_in(codes.paper_of(text, at=now()), PIN, kind="iphone", instead_of=None, at=now())
    assert (session.user, session.lends, session.way) == (worker, [lent[0].pk], "qr")
    assert PIN not in session.pin
    with pytest.raises(PaperSpent):
        codes.paper_of(text, at=now())
    with pytest.raises(PaperSpent):
        phones.come_in(paper, PIN, kind="", instead_of=None, at=now())
    assert kinds()[-3:] == ["paper_code.printed", "paper_code.used", "device.bound"]


def test_a_newer_qr_ends_the_older_one(desk, worker):
    first, _, _ = phones.print_qr(worker, by=desk, at=now())
    phones.print_qr(worker, by=desk, at=now())
    with pytest.raises(PaperSpent):
        phones.come_in(first, PIN, kind="", instead_of=None, at=now())


def test_a_qr_is_too_old_after_ten_minutes(desk, worker):
    _, text, _ = phones.print_qr(worker, by=desk, at=now())
    with pytest.raises(PaperSpent):
        codes.paper_of(text, at=now() + timedelta(minutes=11))


def test_a_weak_pin_leaves_the_qr_good(desk, worker):
    paper, text, _ = phones.print_qr(worker, by=desk, at=now())
    with pytest.raises(PinRepeats):
        phones.come_in(paper, "111111", kind="", instead_of=None, at=now())
    assert codes.paper_of(text, at=now()) == paper


def test_a_busy_moment_leaves_the_qr_good_and_costs_no_try(desk, worker):
    session = opened(worker, desk)
    paper, text, _ = phones.print_qr(worker, by=desk, at=now())
    with hashing._pool:
        with pytest.raises(TooBusy):
            phones.come_in(paper, PIN, kind="", instead_of=None, at=now())
        with pytest.raises(TooBusy):
            phones.unlock(session, PIN, at=now())
    session.refresh_from_db()
    assert (codes.paper_of(text, at=now()), session.tries) == (paper, 0)


def test_a_role_that_ended_meanwhile_is_told(desk, worker):
    paper, _, (lent,) = phones.print_qr(worker, by=desk, at=now())
    actions.revoke(lent, by=desk, at=now())
    with pytest.raises(RoleOver):
        phones.come_in(paper, PIN, kind="", instead_of=None, at=now())
    with pytest.raises(NoRoleForPhone):
        phones.print_qr(worker, by=desk, at=now())


def test_a_desk_opens_no_role_that_another_desk_gave(city, desk, worker):
    other = caller_for(user_with_role("community_desk", city.communities[1]))
    actions.grant_role("grid_worker", user=worker, area=city.micro_grids[-1].pk, by=other, at=now())
    _, _, lent = phones.print_qr(worker, by=desk, at=now())
    assert [each.area for each in lent] == [city.micro_grids[0].pk]
    with pytest.raises(NoRoleForPhone):
        phones.print_qr(user_with_role("community_desk", city.communities[0]), by=desk, at=now())


def test_nobody_prints_a_qr_for_themselves_or_for_a_closed_account(city, desk, worker):
    with pytest.raises(OwnRole):
        phones.print_qr(User.objects.get(pk=desk.user), by=desk, at=now())
    actions.set_active(worker, False, by=caller_for(user_with_role("administrator")), at=now())
    with pytest.raises(AccountClosed):
        phones.print_qr(worker, by=desk, at=now())


def test_the_right_pin_opens_the_phone_again_and_forgives_the_wrong_ones(desk, worker):
    session = opened(worker, desk)
    for left in (4, 3):
        with pytest.raises(PinWrong) as wrong:
            phones.unlock(session, OTHER, at=now())
        assert wrong.value.facts["left"] == left
    phones.unlock(session, "４８ 29-17", at=now())
    session.refresh_from_db()
    assert session.tries == 0
    assert kinds()[-3:] == ["phone.pin_wrong", "phone.pin_wrong", "phone.unlocked"]


def test_the_fifth_wrong_pin_ends_the_phone(desk, worker):
    session = opened(worker, desk)
    for _ in range(4):
        with pytest.raises(PinWrong):
            phones.unlock(session, OTHER, at=now())
    for pin in (OTHER, PIN):
        with pytest.raises(PhoneOut):
            phones.unlock(session, pin, at=now())
    session.refresh_from_db()
    assert session.revoked_at is not None
    assert kinds()[-1] == "device.ended"


def test_the_same_pin_is_another_one_on_another_phone(desk, worker):
    first, second = opened(worker, desk), opened(worker, desk)
    assert first.pin != second.pin
    DeviceSession.objects.filter(pk=first.pk).update(pin=second.pin)
    first.refresh_from_db()
    with pytest.raises(PinWrong):
        phones.unlock(first, PIN, at=now())


def test_a_phone_is_forgotten_with_its_role_and_after_thirty_days(city, desk, worker):
    assert opened(worker, desk).expires_at <= now() + devices.DEVICE_LIVES
    soon = now() + timedelta(hours=6)
    other = phones.make_worker("王强", role="keeper", area=city.communities[0].pk, until=soon, by=desk, at=now())
    assert opened(other.user, desk).expires_at == soon


def test_ending_the_role_signs_its_phones_out(city, desk, worker):
    session, grant = opened(worker, desk), RoleGrant.objects.get(user=worker)
    actions.revoke(grant, by=desk, at=now())
    session.refresh_from_db()
    assert session.revoked_at is not None


def test_a_phone_with_another_role_stays(city, desk, worker):
    second = actions.grant_role("keeper", user=worker, area=city.communities[0].pk, by=desk, at=now())
    session = opened(worker, desk)
    actions.revoke(second, by=desk, at=now())
    session.refresh_from_db()
    assert session.revoked_at is None


def test_closing_the_account_signs_its_phones_out(desk, worker):
    session = opened(worker, desk)
    actions.set_active(worker, False, by=caller_for(user_with_role("administrator")), at=now())
    session.refresh_from_db()
    assert session.revoked_at is not None


def test_one_phone_is_ended_or_all(desk, worker):
    first, second, third = (opened(worker, desk) for _ in range(3))
    assert devices.end_phones(worker.pk, only=first.pk, by=desk, at=now()) == [first.pk]
    with pytest.raises(NotFound):
        devices.end_phones(worker.pk, only=first.pk, by=desk, at=now())
    assert set(devices.end_phones(worker.pk, by=desk, at=now())) == {second.pk, third.pk}


def test_the_same_person_coming_in_again_on_one_phone_ends_the_older_session(desk, worker):
    old = opened(worker, desk)
    paper, _, _ = phones.print_qr(worker, by=desk, at=now())
    new, _ = phones.come_in(paper, OTHER, kind="", instead_of=old, at=now())
    assert list(devices.phones_of(worker.pk, now())) == [new]


@pytest.mark.parametrize(
    "wrong",
    [{"pin": ""}, {"lends": []}, {"active_at": None}, {"person": 1}, {"user": None}, {"tries": 6}, {"tries": -1}],
)
def test_the_database_refuses_a_phone_in_an_impossible_state(desk, worker, wrong):
    session = opened(worker, desk)
    with pytest.raises(IntegrityError), transaction.atomic():
        DeviceSession.objects.filter(pk=session.pk).update(**wrong)


@pytest.mark.parametrize("wrong", [{"lends": []}, {"person": 1}, {"user": None}])
def test_the_database_refuses_a_qr_in_an_impossible_state(desk, worker, wrong):
    paper, _, _ = phones.print_qr(worker, by=desk, at=now())
    with pytest.raises(IntegrityError), transaction.atomic():
        PaperCode.objects.filter(pk=paper.pk).update(**wrong)


# Two at once.


def two_phones(worker, desk):
    paper, _, _ = phones.print_qr(worker, by=desk, at=now())
    return both_at_once(lambda: phones.come_in(paper, PIN, kind="", instead_of=None, at=now()))


@pytest.mark.django_db(transaction=True)
def test_of_two_phones_that_race_for_one_qr_one_comes_in(desk, worker):
    assert two_phones(worker, desk) == ["refused"]
    assert devices.phones_of(worker.pk, now()).count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_guard_both_phones_would_come_in(desk, worker, monkeypatch):
    """The twin: an update that takes a used code for good."""
    monkeypatch.setattr(codes, "_unused_paper", lambda row: PaperCode.objects.filter(pk=row.pk))
    assert two_phones(worker, desk) == ["in"]
    assert devices.phones_of(worker.pk, now()).count() == 2


def guesses_at_once(session, number):
    said = []

    def guess():
        while True:
            try:
                phones.unlock(session, OTHER, at=now())
            except TooBusy:
                continue  # one hash at a time in a process: asked again, as a browser does
            except (PinWrong, PhoneOut) as problem:
                said.append(type(problem))
            finally:
                connection.close()
            return

    threads = [threading.Thread(target=guess) for _ in range(number)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return said


@pytest.mark.django_db(transaction=True)
def test_guesses_at_once_are_five_at_most(desk, worker):
    session = opened(worker, desk)
    said = guesses_at_once(session, 8)
    looked_at = TrailEntry.objects.filter(kind="phone.pin_wrong").count()
    session.refresh_from_db()
    assert (len(said), looked_at, session.tries, session.revoked_at is not None) == (8, 5, 5, True)


@pytest.mark.django_db(transaction=True)
def test_without_the_guard_the_database_alone_stops_the_sixth_guess(desk, worker, monkeypatch):
    """The twin: tries that are counted, and turn nobody away."""
    session = opened(worker, desk)
    monkeypatch.setattr(phones, "_with_tries_left", lambda row: DeviceSession.objects.filter(pk=row.pk))
    for _ in range(5):
        with pytest.raises((PinWrong, PhoneOut)):
            phones.unlock(session, OTHER, at=now())
    with pytest.raises(IntegrityError):
        phones.unlock(session, OTHER, at=now())
