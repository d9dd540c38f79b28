"""Who may make whom what, and where."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from linli.access import actions, queries
from linli.access.actions import TERMINAL
from linli.access.callers import grants_in_force
from linli.access.errors import (
    AlreadyGranted,
    BadAccount,
    MayNotGrant,
    MissingUnit,
    NameTaken,
    NeedsSecond,
    NoSuchRole,
    OwnRequest,
    WrongLevel,
)
from linli.access.models import ApiToken, RoleGrant, User
from linli.common.caller import NOBODY, Caller
from linli.common.clock import now
from linli.common.errors import NotFound
from linli.custody.models import TrailEntry
from tests.factories import caller_for, tiny_city, user_with_role

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def city():
    return tiny_city()


@pytest.fixture
def newcomer():
    return User.objects.create(username="newcomer", display_name="New", created_at=NOON)


@pytest.fixture
def administrator():
    return caller_for(user_with_role("administrator"))


def test_a_desk_makes_a_grid_worker_in_its_own_community_and_nowhere_else(city, newcomer):
    desk = caller_for(user_with_role("community_desk", city.communities[0]))
    granted = actions.grant_role("grid_worker", user=newcomer, area=city.micro_grids[0].pk, by=desk, at=NOON)
    assert (granted.granted_by, granted.area) == (desk.user, city.micro_grids[0].pk)
    assert grants_in_force(NOON, user=newcomer.pk)[0].role == "grid_worker"
    with pytest.raises(NotFound):
        actions.grant_role("grid_worker", user=newcomer, area=city.micro_grids[-1].pk, by=desk, at=NOON)
    assert TrailEntry.objects.filter(kind="role.granted").count() == 1


def test_a_desk_makes_no_desk(city, newcomer):
    desk = caller_for(user_with_role("community_desk", city.communities[0]))
    with pytest.raises(MayNotGrant):
        actions.grant_role("community_desk", user=newcomer, area=city.communities[0].pk, by=desk, at=NOON)
    with pytest.raises(MayNotGrant):
        actions.grant_role("administrator", user=newcomer, by=desk, at=NOON)


def test_nobody_grants_nothing(city, newcomer):
    with pytest.raises(MayNotGrant):
        actions.grant_role("volunteer", user=newcomer, by=NOBODY, at=NOON)


@pytest.mark.parametrize(
    ("role", "where"), [("community_desk", "grid"), ("grid_worker", "community"), ("auditor", "grid")]
)
def test_a_role_sits_only_at_its_own_kind_of_area(city, newcomer, administrator, role, where):
    area = {"grid": city.grids[0], "community": city.communities[0]}[where]
    with pytest.raises(WrongLevel):
        actions.grant_role(role, user=newcomer, area=area.pk, by=administrator, at=NOON)


def test_a_role_with_an_area_needs_one_that_exists(city, newcomer, administrator):
    for area in (None, 10**12):
        with pytest.raises(WrongLevel):
            actions.grant_role("community_desk", user=newcomer, area=area, by=administrator, at=NOON)
    with pytest.raises(NoSuchRole):
        actions.grant_role("mayor", user=newcomer, by=administrator, at=NOON)
    with pytest.raises(MissingUnit):
        actions.grant_role("liaison", user=newcomer, area=city.communities[0].pk, by=administrator, at=NOON)


def test_the_citys_role_sits_at_the_top_of_the_installation_whatever_its_level(city, newcomer):
    actions.grant_role("city", user=newcomer, area=city.street.pk, by=TERMINAL, at=NOON)
    with pytest.raises(WrongLevel):
        actions.grant_role("city", user=newcomer, area=city.communities[0].pk, by=TERMINAL, at=NOON)


@pytest.mark.parametrize("role", ["city", "auditor", "privacy_officer"])
def test_three_roles_take_two_administrators(city, newcomer, administrator, role):
    area = city.street.pk if role == "city" else None
    with pytest.raises(NeedsSecond):
        actions.grant_role(role, user=newcomer, area=area, by=administrator, at=NOON)
    asked = actions.ask_for_grant(role, user=newcomer, area=area, by=administrator, at=NOON)
    assert actions.ask_for_grant(role, user=newcomer, area=area, by=administrator, at=NOON) == asked
    with pytest.raises(OwnRequest):
        actions.second_grant(asked, by=administrator, at=NOON)
    assert not RoleGrant.objects.filter(user=newcomer).exists()
    second = caller_for(user_with_role("administrator"))
    assert list(queries.grants_waiting(second)) == [asked]
    assert not queries.grants_waiting(administrator).exists()
    granted = actions.second_grant(asked, by=second, at=NOON)
    assert (granted.granted_by, granted.seconded_by) == (administrator.user, second.user)
    with pytest.raises(AlreadyGranted):
        actions.second_grant(asked, by=caller_for(user_with_role("administrator")), at=NOON)


def test_nobody_seconds_their_own_role(newcomer, administrator):
    user = User.objects.get(pk=caller_for(user_with_role("administrator")).user)
    asked = actions.ask_for_grant("auditor", user=user, by=administrator, at=NOON)
    with pytest.raises(OwnRequest):
        actions.second_grant(asked, by=caller_for(user), at=NOON)


def test_a_desk_neither_asks_for_nor_seconds_such_a_role(city, newcomer, administrator):
    desk = caller_for(user_with_role("community_desk", city.communities[0]))
    with pytest.raises(MayNotGrant):
        actions.ask_for_grant("auditor", user=newcomer, by=desk, at=NOON)
    asked = actions.ask_for_grant("auditor", user=newcomer, by=administrator, at=NOON)
    with pytest.raises(MayNotGrant):
        actions.second_grant(asked, by=desk, at=NOON)


def test_the_terminal_of_the_machine_makes_the_first_administrators(newcomer):
    actions.grant_role("administrator", user=newcomer, by=TERMINAL, at=NOON)
    assert caller_for(newcomer).has("administrator")


def test_a_revoked_grant_is_over_but_not_forgotten(city, newcomer, administrator):
    granted = actions.grant_role(
        "community_desk", user=newcomer, area=city.communities[0].pk, by=administrator, at=NOON
    )
    later = NOON + timedelta(hours=1)
    actions.revoke(granted, by=administrator, at=later)
    assert len(grants_in_force(NOON + timedelta(minutes=59), user=newcomer.pk)) == 1
    assert grants_in_force(later, user=newcomer.pk) == ()
    with pytest.raises(AlreadyGranted):
        actions.revoke(granted, by=administrator, at=later)


def test_only_who_could_grant_a_role_takes_it_away(city, newcomer, administrator):
    granted = actions.grant_role(
        "community_desk", user=newcomer, area=city.communities[0].pk, by=administrator, at=NOON
    )
    with pytest.raises(MayNotGrant):
        actions.revoke(granted, by=caller_for(user_with_role("community_desk", city.communities[0])), at=NOON)
    auditor = actions.grant_role("auditor", user=newcomer, by=TERMINAL, at=NOON)
    actions.revoke(auditor, by=administrator, at=NOON)


def test_an_account_needs_a_free_name_and_a_good_password(administrator):
    made = actions.create_staff(
        "zhang.wei", display_name="张伟", password="four unrelated words", by=administrator, at=NOON
    )
    assert made.check_password("four unrelated words")
    with pytest.raises(NameTaken):
        actions.create_staff("zhang.wei", display_name="张伟", password=None, by=administrator, at=NOON)
    for name, shown, password in [("a b", "x", None), ("", "x", None), ("li", "", None), ("li", "李", "short")]:
        with pytest.raises(BadAccount):
            actions.create_staff(name, display_name=shown, password=password, by=administrator, at=NOON)
    with pytest.raises(MayNotGrant):
        actions.create_staff("li", display_name="李", password=None, by=NOBODY, at=NOON)


def test_closing_an_account_ends_its_keys(administrator, newcomer):
    ApiToken.objects.create(
        user=newcomer,
        digest=b"1" * 32,
        label="x",
        scopes=["read"],
        created_at=NOON,
        expires_at=NOON + timedelta(days=1),
    )
    actions.set_active(newcomer, False, by=administrator, at=NOON)
    assert ApiToken.objects.get().revoked_at == NOON
    with pytest.raises(MayNotGrant):
        actions.set_active(User.objects.get(pk=administrator.user), False, by=administrator, at=NOON)


def test_accounts_are_seen_by_administrators_and_by_their_owner(city, administrator, newcomer):
    assert queries.account_visible_to(administrator, newcomer.pk) == newcomer
    assert queries.account_visible_to(caller_for(newcomer), newcomer.pk) == newcomer
    desk = caller_for(user_with_role("community_desk", city.communities[0]))
    with pytest.raises(NotFound):
        queries.account_visible_to(desk, newcomer.pk)


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": "community_desk"},
        {"role": "auditor", "area": 1},
        {"role": "liaison", "area": 1},
        {"role": "mayor", "area": 1},
        {"role": "volunteer", "person": 1},
        {"role": "volunteer", "until": NOON - timedelta(days=1)},
        {"role": "volunteer", "granted_by": 5, "seconded_by": 5},
    ],
)
def test_the_database_holds_what_a_grant_may_be(newcomer, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(**{"user": newcomer, "since": NOON, **wrong})


def test_a_grant_needs_a_holder():
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(role="volunteer", since=NOON)


def test_grants_of_an_account_and_of_a_person_come_together_in_one_query(newcomer, django_assert_num_queries):
    RoleGrant.objects.create(user=newcomer, role="volunteer", since=NOON)
    RoleGrant.objects.create(person=5, role="resident", since=NOON)
    RoleGrant.objects.create(person=6, role="resident", since=NOON)
    RoleGrant.objects.create(person=5, role="volunteer", since=NOON + timedelta(days=1))
    with django_assert_num_queries(1):
        assert [each.role for each in grants_in_force(NOON, user=newcomer.pk, person=5)] == ["volunteer", "resident"]
    assert grants_in_force(NOON) == ()


def test_nobody_is_taken_for_the_terminal():
    assert Caller() == TERMINAL
    with pytest.raises(MayNotGrant):
        actions.create_staff("x", display_name="x", password=None, by=Caller(), at=now())
