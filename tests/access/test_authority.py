"""A role that has ended grants nothing a second later, and of two who decide at once one is first."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from linli.access import actions, proofs, queries
from linli.access.errors import (
    AccountClosed,
    AlreadyGranted,
    AlreadyHeld,
    AskerGone,
    BadAccount,
    BadPeriod,
    LinkSpent,
    MayNotGrant,
    OwnRole,
)
from linli.access.models import GrantRequest, RoleGrant, User
from linli.common.clock import now
from linli.custody.models import TrailEntry
from tests.factories import FOUNDED, caller_for, tiny_city, user_with_role

pytestmark = pytest.mark.django_db
PASSWORD = "four unrelated words"


@pytest.fixture
def city():
    return tiny_city()


@pytest.fixture
def newcomer():
    return User.objects.create(username="newcomer", display_name="New", created_at=FOUNDED)


def test_whose_role_was_ended_grants_nothing_a_second_later(city, newcomer):
    street = user_with_role("street", city.street)
    before = caller_for(street)  # as if their request had begun before
    actions.revoke(RoleGrant.objects.get(user=street), by=caller_for(user_with_role("administrator")), at=now())
    with pytest.raises(MayNotGrant):
        actions.grant_role("community_desk", user=newcomer, area=city.communities[0].pk, by=before, at=now())
    assert not RoleGrant.objects.filter(user=newcomer).exists()


def test_whose_account_was_closed_decides_nothing(newcomer):
    gone, stays = user_with_role("administrator"), user_with_role("administrator")
    before = caller_for(gone)
    actions.set_active(gone, False, by=caller_for(stays), at=now())
    for act in (
        lambda: actions.create_staff("x", display_name="x", password=None, by=before, at=now()),
        lambda: actions.set_active(stays, False, by=before, at=now()),
        lambda: proofs.issue_password_link(newcomer, by=before, at=now()),
        lambda: actions.ask_for_grant("auditor", user=newcomer, by=before, at=now()),
        lambda: proofs.issue_token(gone, label="x", scopes=["read"], days=1, by=before, at=now()),
    ):
        with pytest.raises(MayNotGrant):
            act()


def test_what_a_former_administrator_asked_for_is_not_confirmed(newcomer):
    asker, second = user_with_role("administrator"), caller_for(user_with_role("administrator"))
    asked = actions.ask_for_grant("auditor", user=newcomer, by=caller_for(asker), at=now())
    actions.revoke(RoleGrant.objects.get(user=asker), by=second, at=now())
    with pytest.raises(AskerGone):
        actions.second_grant(asked, by=second, at=now())
    actions.close_request(asked, by=second, at=now())
    assert not queries.requests_open(second).exists()
    assert not RoleGrant.objects.filter(user=newcomer).exists()


def test_a_request_is_decided_once(newcomer):
    asker, second = (caller_for(user_with_role("administrator")) for _ in range(2))
    asked = actions.ask_for_grant("auditor", user=newcomer, by=asker, at=now())
    actions.close_request(asked, by=asker, at=now())
    for act in (actions.second_grant, actions.close_request):
        with pytest.raises(AlreadyGranted):
            act(asked, by=second, at=now())
    again = actions.ask_for_grant("auditor", user=newcomer, by=asker, at=now())
    assert again.pk != asked.pk
    assert TrailEntry.objects.filter(kind="role.withdrawn").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_confirm_at_once_make_one_grant():
    newcomer = User.objects.create(username="newcomer", display_name="New", created_at=FOUNDED)
    asked = actions.ask_for_grant("auditor", user=newcomer, by=caller_for(user_with_role("administrator")), at=now())
    seconds = [caller_for(user_with_role("administrator")) for _ in range(4)]
    together = threading.Barrier(4)

    def confirm(by):
        together.wait(10)
        try:
            actions.second_grant(GrantRequest.objects.get(pk=asked.pk), by=by, at=now())
        except AlreadyGranted:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(confirm, seconds)) == [False, False, False, True]
    assert RoleGrant.objects.filter(user=newcomer).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_who_end_each_other_one_stays():
    users = [user_with_role("administrator") for _ in range(2)]
    callers = [caller_for(user) for user in users]
    grants = [RoleGrant.objects.get(user=user) for user in users]
    together = threading.Barrier(2)

    def end(one):
        together.wait(10)
        try:
            actions.revoke(grants[1 - one], by=callers[one], at=now())
        except MayNotGrant:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(end, range(2))) == [False, True]
    assert sum(caller_for(user).has("administrator") for user in users) == 1


@pytest.mark.django_db(transaction=True)
def test_a_grant_waits_for_the_one_who_is_ending_the_granters_role():
    city = tiny_city()
    newcomer = User.objects.create(username="newcomer", display_name="New", created_at=FOUNDED)
    street, admin = user_with_role("street", city.street), caller_for(user_with_role("administrator"))
    before, held = caller_for(street), RoleGrant.objects.get(user=street)

    def give():
        try:
            actions.grant_role("community_desk", user=newcomer, area=city.communities[0].pk, by=before, at=at)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            at = now()  # the granter's request begins before the role is ended
            actions.revoke(held, by=admin, at=now())
            giving = pool.submit(give)
            with pytest.raises(TimeoutError):
                giving.result(0.5)
        with pytest.raises(MayNotGrant):
            giving.result(10)


def test_nobody_gives_themselves_a_role(city):
    admin = user_with_role("administrator")
    with pytest.raises(OwnRole):
        actions.grant_role("community_desk", user=admin, area=city.communities[0].pk, by=caller_for(admin), at=now())
    with pytest.raises(OwnRole):
        actions.ask_for_grant("auditor", user=admin, by=caller_for(admin), at=now())


def test_a_role_given_twice_is_given_once_unless_the_times_are_apart(city, newcomer):
    admin, at = caller_for(user_with_role("administrator")), now()
    week = timedelta(days=7)
    give = {"user": newcomer, "area": city.communities[0].pk, "by": admin, "at": at}
    actions.grant_role("community_desk", until=at + week, **give)
    with pytest.raises(AlreadyHeld):
        actions.grant_role("community_desk", until=at + week, **give)
    with pytest.raises(AlreadyHeld):
        actions.grant_role("community_desk", since=at + week / 2, **give)
    later = actions.grant_role("community_desk", since=at + week, **give)
    assert (later.since, later.granted_at, caller_for(newcomer).areas("community_desk")) == (
        at + week,
        at,
        (city.communities[0].pk,),
    )


@pytest.mark.parametrize(("since", "until"), [(-1, None), (None, -1), (None, 0), (5, 5), (5, 3)])
def test_a_period_lies_ahead_and_ends_after_it_begins(city, newcomer, since, until):
    admin, at = caller_for(user_with_role("administrator")), now()
    period = {
        "since": at + timedelta(days=since) if since is not None else None,
        "until": at + timedelta(days=until) if until is not None else None,
    }
    with pytest.raises(BadPeriod):
        actions.grant_role("press", user=newcomer, area=city.street.pk, by=admin, at=at, **period)
    with pytest.raises(BadPeriod):
        actions.ask_for_grant("auditor", user=newcomer, by=admin, at=at, **period)


def test_a_closed_account_gets_no_role_and_no_link(newcomer):
    admin = caller_for(user_with_role("administrator"))
    secret = proofs.issue_password_link(newcomer, by=admin, at=now())
    actions.set_active(newcomer, False, by=admin, at=now())
    with pytest.raises(AccountClosed):
        actions.grant_role("administrator", user=newcomer, by=admin, at=now())
    with pytest.raises(AccountClosed):
        proofs.issue_password_link(newcomer, by=admin, at=now())
    actions.set_active(newcomer, True, by=admin, at=now())
    with pytest.raises(LinkSpent):
        proofs.choose_password(secret, PASSWORD, at=now())


def test_a_link_sets_a_password_once_and_the_newest_one_only(newcomer):
    admin, at = caller_for(user_with_role("administrator")), now()
    older, newer = (proofs.issue_password_link(newcomer, by=admin, at=at) for _ in range(2))
    with pytest.raises(LinkSpent):
        proofs.choose_password(older, PASSWORD, at=at)
    with pytest.raises(BadAccount):
        proofs.choose_password(newer, "newcomer1234", at=at)
    assert proofs.account_of_link(newer, at=at) == newcomer
    assert proofs.choose_password(newer, PASSWORD, at=at).check_password(PASSWORD)
    for spent in (newer, "a" * 43, ""):
        with pytest.raises(LinkSpent):
            proofs.choose_password(spent, PASSWORD, at=at)


def test_a_link_grows_old_and_is_no_demo_link(newcomer):
    admin, at = caller_for(user_with_role("administrator")), now()
    secret = proofs.issue_password_link(newcomer, by=admin, at=at)
    with pytest.raises(LinkSpent):
        proofs.redeem_link(secret, synthetic=True, at=at)
    with pytest.raises(LinkSpent):
        proofs.choose_password(secret, PASSWORD, at=at + proofs.LINK_LIVES)
    demo = user_with_role("press", tiny_city().street)
    with pytest.raises(LinkSpent):
        proofs.choose_password(proofs.issue_link(demo, synthetic=True, at=at), PASSWORD, at=at)


def test_no_administrator_opens_their_own_account_by_a_link():
    admin = user_with_role("administrator")
    with pytest.raises(MayNotGrant):
        proofs.issue_password_link(admin, by=caller_for(admin), at=now())
