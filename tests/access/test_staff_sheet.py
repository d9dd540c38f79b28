"""Staff and roles from a file: accounts, roles and links, whole or not at all, again without harm."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from linli.access import actions, proofs, staff_sheet
from linli.access.errors import MayNotGrant
from linli.access.models import GrantRequest, RoleGrant, SignInLink, User
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.sheets.errors import SheetOvertaken
from linli.common.sheets.reading import read
from tests.factories import caller_for, tiny_city, user_with_role
from tests.sheets import filled

pytestmark = pytest.mark.django_db

ZHANG = {"name": "张伟", "login": "zhang.wei", "role": "社区值班台", "area": "青松社区"}
LI = {"name": "李敏", "login": "li.min", "role": "grid worker", "area": "梧桐街道/青松社区/青松第1网格"}
WU = {"name": "吴静", "login": "wu.jing", "role": "auditor"}


@pytest.fixture
def admin():
    tiny_city()
    return caller_for(user_with_role("administrator"))


def rows_of(*said):
    sheet = read(staff_sheet.TEMPLATE, filled(staff_sheet.TEMPLATE, said))
    assert sheet.rejected == []
    return sheet.rows


def look(by, *said):
    return staff_sheet.look(rows_of(*said), by=by, at=now())


def take(by, *said):
    return staff_sheet.take(rows_of(*said), by=by, at=now())


def codes(looked):
    return [(each.row, each.column, each.problem.code) for each in looked.rejected]


def test_accounts_are_made_with_their_roles_and_a_link_each_that_opens_once(admin):
    zhang_too = ZHANG | {"role": "leader", "until": localdate(now()) + timedelta(days=30)}
    assert look(admin, ZHANG, LI, WU).would == {"account": 3, "grant": 2, "request": 1}
    assert User.objects.count() == 1
    looked, handed = take(admin, ZHANG, zhang_too, LI, WU)
    assert looked.would == {"account": 3, "grant": 3, "request": 1}
    assert [(each.user.display_name, [role for role, *_ in each.roles]) for each in handed] == [
        ("张伟", ["community_desk", "leader"]),
        ("李敏", ["grid_worker"]),
        ("吴静", ["auditor"]),
    ]
    by_link = [each for each in handed if each.secret]
    assert [proofs.account_of_link(each.secret, at=now()) for each in by_link] == [each.user for each in by_link]
    assert [each.user.display_name for each in handed if not each.secret] == ["李敏"]  # who comes in by a QR
    proofs.choose_password(handed[0].secret, "grün Teller Wolke 77", at=now())
    with pytest.raises(proofs.LinkSpent):
        proofs.account_of_link(handed[0].secret, at=now())
    assert GrantRequest.objects.get().role == "auditor"
    assert not RoleGrant.objects.filter(role="auditor").exists()
    until = RoleGrant.objects.get(role="leader").until
    assert localdate(until - timedelta(seconds=1)) == localdate(now()) + timedelta(days=30)


def test_the_same_file_again_changes_nothing_and_makes_no_link(admin):
    take(admin, ZHANG, LI, WU)
    before = [list(model.objects.order_by("pk").values_list()) for model in (User, RoleGrant, GrantRequest, SignInLink)]
    looked, handed = take(admin, ZHANG, LI, WU, LI)
    assert (looked.would, looked.there, looked.twice, handed) == ({}, 3, 1, [])
    after = [list(model.objects.order_by("pk").values_list()) for model in (User, RoleGrant, GrantRequest, SignInLink)]
    assert after == before


def test_a_role_more_for_who_is_there_already_makes_no_second_account(admin):
    take(admin, ZHANG)
    looked, handed = take(admin, ZHANG, ZHANG | {"role": "keeper", "area": "青松第1网格"})
    assert (looked.would, looked.there, handed) == ({"grant": 1}, 1, [])


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ({"area": "没有的社区"}, ("area", "area_unknown")),
        ({"area": ""}, ("area", "cell_missing")),
        ({"area": "梧桐街道"}, ("area", "wrong_level")),
        ({"role": "city"}, ("area", "wrong_level")),
        ({"role": "auditor"}, ("area", "wrong_level")),
        ({"until": "2020-01-01"}, ("until", "bad_period")),
        ({"until": "2099-01-01"}, ("until", "bad_period")),
    ],
)
def test_a_role_that_cannot_be_given_is_told_and_nothing_is_written(admin, cell, found):
    assert codes(look(admin, LI, ZHANG | cell)) == [(3, *found)]
    with pytest.raises(SheetOvertaken):
        take(admin, LI, ZHANG | cell)
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ({"role": "居民"}, ("role", "cell_not_a_choice")),
        ({"role": "liaison"}, ("role", "cell_not_a_choice")),
        ({"login": "zhang wei"}, ("login", "bad_login")),
        ({"login": "z" * 61}, ("login", "bad_login")),
        ({"name": ""}, ("name", "cell_missing")),
    ],
)
def test_a_cell_that_makes_no_sense_is_told(cell, found):
    sheet = read(staff_sheet.TEMPLATE, filled(staff_sheet.TEMPLATE, [ZHANG | cell]))
    assert codes(sheet) == [(2, *found)]


def test_a_login_name_stands_for_one_person(admin):
    take(admin, ZHANG)
    assert codes(look(admin, ZHANG | {"name": "张卫"})) == [(2, "login", "login_of_another")]
    assert codes(look(admin, LI, LI | {"name": "李民"})) == [(3, "login", "login_of_another")]


def test_nobody_gives_themselves_a_role_and_a_closed_account_gets_none(admin):
    own = User.objects.get(pk=admin.user)
    assert codes(look(admin, ZHANG | {"name": own.display_name, "login": own.username})) == [(2, "login", "own_role")]
    take(admin, ZHANG)
    actions.set_active(User.objects.get(username="zhang.wei"), False, by=admin, at=now())
    assert codes(look(admin, ZHANG)) == [(2, "login", "account_closed")]


def test_whoever_is_no_administrator_any_more_takes_nothing(admin):
    nobody = Caller(user=admin.user)
    RoleGrant.objects.filter(user=admin.user).update(until=now())
    for by in (admin, nobody):
        with pytest.raises(MayNotGrant):
            take(by, ZHANG)
    assert not User.objects.filter(username="zhang.wei").exists()
