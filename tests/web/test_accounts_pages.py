"""Pages of accounts, grants and keys: what each role sees and does there."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from linli.access.models import ApiToken, GrantRequest, RoleGrant, User
from linli.access.proofs import issue_password_link
from linli.common.clock import now
from linli.custody.models import TrailEntry
from linli.people.models import Organisation
from tests.factories import FOUNDED, add_resident, caller_for, sign_in, tiny_city, user_with_role

pytestmark = pytest.mark.django_db
PASSWORD = "four unrelated words"


@pytest.fixture(autouse=True)
def _no_tries_counted():
    cache.clear()


@pytest.fixture
def city():
    return tiny_city()


@pytest.fixture
def newcomer():
    return User.objects.create(username="zhang.wei", display_name="张伟", created_at=FOUNDED)


def browser_of(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    if not user.password:
        user.set_unusable_password()
        user.save()
    sign_in(client, user)
    return client


def administrator() -> Client:
    return browser_of(user_with_role("administrator"))


def text(reply) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", reply.content.decode()))


def give(client: Client, name: str, role: str, area: int | str = "", **days: object):
    said = {"account": name, "role": role, "area": area, "since": localdate().isoformat(), "until": "", **days}
    return client.post(reverse("grant"), said)


def test_an_administrator_sees_every_account_and_no_personal_row(city, newcomer):
    add_resident(city, name="王小明", phone="13800001234")
    user_with_role("community_desk", city.communities[0], name="Desk")
    page = administrator().get(reverse("accounts"))
    assert "3 accounts can sign in" in text(page)
    assert "Desk" in text(page)
    assert "王" not in text(page)


def test_a_street_sees_the_desks_of_its_communities_and_nobody_else(city, newcomer):
    desk = user_with_role("community_desk", city.communities[0], name="Desk one")
    press = user_with_role("press", city.street, name="Press")
    client = browser_of(user_with_role("street", city.street))
    page = text(client.get(reverse("accounts")))
    assert "You look after 1 account" in page
    assert "Desk one" in page
    assert "Press" not in page
    assert client.get(reverse("account", args=[desk.pk])).status_code == 200
    assert client.get(reverse("account", args=[press.pk])).status_code == 404
    RoleGrant.objects.create(user=desk, role="press", area=city.street.pk, since=FOUNDED)
    assert "Press officer" not in text(client.get(reverse("account", args=[desk.pk])))
    for address in ("new_account", "grant_requests"):
        assert client.get(reverse(address)).status_code == 404
    assert client.post(reverse("sign_in_link", args=[desk.pk])).status_code == 404


def test_a_desk_gives_a_grid_worker_a_grid_for_a_week_and_ends_it(city, newcomer):
    client, grid = browser_of(user_with_role("community_desk", city.communities[0])), city.grids[0]
    asked = {"account": "zhang.wei"}
    page = text(client.get(reverse("grant"), asked))
    assert "Grid worker" in page
    assert "Community desk" not in page.partition("Which role")[2].partition("Linli is no")[0]
    page = text(client.get(reverse("grant"), asked | {"role": "grid_worker"}))
    assert grid.called in page
    assert city.grids[2].called not in page
    last = localdate() + timedelta(days=6)
    reply = give(client, "zhang.wei", "grid_worker", grid.pk, until=last.isoformat())
    assert (reply.status_code, reply.url) == (302, reverse("account", args=[newcomer.pk]))
    page = text(client.get(reply.url))
    assert "holds 1 role now" in page
    assert last.isoformat() in page
    held = RoleGrant.objects.get(user=newcomer)
    assert held.until - held.since <= timedelta(days=7)
    again = give(client, "zhang.wei", "grid_worker", grid.pk)
    assert (again.status_code, "holds that role there already" in text(again)) == (422, True)
    client.post(reverse("end_grant", args=[newcomer.pk]), {"grant": held.pk})
    assert caller_for(newcomer).grants == ()
    assert "Roles that have ended" in text(client.get(reply.url))
    kinds = TrailEntry.objects.filter(kind__startswith="role.").values_list("kind", flat=True)
    assert list(kinds) == ["role.granted", "role.revoked"]


def test_a_role_may_begin_later(city, newcomer):
    client, first = administrator(), localdate() + timedelta(days=3)
    give(client, "zhang.wei", "community_desk", city.communities[0].pk, since=first.isoformat())
    assert caller_for(newcomer).grants == ()
    page = text(client.get(reverse("account", args=[newcomer.pk])))
    assert "holds 0 roles now" in page
    assert "not yet begun" in page


@pytest.mark.parametrize(
    "days",
    [
        {"since": "2020-01-01"},
        {"until": "2020-01-01"},
        {"since": "soon"},
        {"since": ""},
        {"until": "9999-99-99"},
        {"until": "9999-12-31"},
        {"since": "9999-12-31"},
    ],
)
def test_days_that_make_no_sense_give_nothing(city, newcomer, days):
    reply = give(administrator(), "zhang.wei", "community_desk", city.communities[0].pk, **days)
    assert reply.status_code == 422
    assert not RoleGrant.objects.filter(user=newcomer).exists()


@pytest.mark.parametrize(
    ("role", "area", "status"),
    [
        ("mayor", "", 404),
        ("administrator", "", 404),
        ("grid_worker", "x", 404),
        ("grid_worker", "99999999999999999999", 404),
        ("grid_worker", "other", 404),
        ("grid_worker", "community", 422),
        ("", "", 422),
    ],
)
def test_what_a_desk_does_not_give_is_not_there(city, newcomer, role, area, status):
    client = browser_of(user_with_role("community_desk", city.communities[0]))
    area = {"other": city.grids[2].pk, "community": city.communities[0].pk}.get(area, area)
    assert give(client, "zhang.wei", role, area).status_code == status
    assert not RoleGrant.objects.filter(user=newcomer).exists()


def test_an_unknown_login_name_is_said_and_kept(city):
    reply = administrator().get(reverse("grant"), {"account": "nobody"})
    assert reply.status_code == 422
    assert "There is no account with the login name nobody." in text(reply)
    assert 'value="nobody"' in reply.content.decode()


def test_a_liaison_speaks_for_a_work_unit(city, newcomer):
    unit = Organisation.objects.create(name="市水务局", area=city.communities[0])
    client = administrator()
    page = client.get(reverse("grant"), {"account": "zhang.wei", "role": "liaison", "area": city.communities[0].pk})
    assert "市水务局" in text(page)
    assert give(client, "zhang.wei", "liaison", city.communities[0].pk).status_code == 422
    give(client, "zhang.wei", "liaison", city.communities[0].pk, organisation=unit.pk)
    assert RoleGrant.objects.get(user=newcomer).organisation == unit.pk
    assert "市水务局" in text(client.get(reverse("account", args=[newcomer.pk])))


def test_a_role_that_takes_two_waits_for_the_other_administrator(city, newcomer):
    first, second = administrator(), administrator()
    reply = give(first, "zhang.wei", "auditor")
    asked = GrantRequest.objects.get()
    assert reply.url == reverse("grant_request", args=[asked.pk])
    assert "1 role waits" in text(second.get(reverse("grant_requests")))
    confirm = {"how": "confirm"}
    first.post(reply.url, confirm)
    assert not RoleGrant.objects.filter(user=newcomer).exists()
    second.post(reply.url, {"how": "sideways"})
    assert GrantRequest.objects.get().closed_at is None
    assert second.post(reply.url, confirm).url == reverse("account", args=[newcomer.pk])
    granted = RoleGrant.objects.get(user=newcomer)
    assert granted.granted_by != granted.seconded_by
    assert "Somebody has decided this meanwhile." in text(second.post(reply.url, confirm, follow=True))


def test_an_account_is_made_gets_a_link_and_chooses_its_password(city):
    client = administrator()
    said = {"username": "li.na", "display_name": "李娜"}
    made = client.post(reverse("new_account"), said)
    user = User.objects.get(username="li.na")
    assert made.url == reverse("account", args=[user.pk])
    assert client.post(reverse("new_account"), said).status_code == 422
    assert client.post(reverse("new_account"), {"username": "a b", "display_name": ""}).status_code == 422
    give(client, "li.na", "community_desk", city.communities[0].pk)
    page = client.post(reverse("sign_in_link", args=[user.pk])).content.decode()
    link = re.search(r"<code>http://testserver(/sign-in/first/[\w-]{43}/)</code>", page)[1]
    assert "no-store" in client.post(reverse("sign_in_link", args=[user.pk]))["Cache-Control"]
    assert Client().get(link).status_code == 403, "a newer link stands in for the older one"


def open_by_link(user: User, **how: object) -> tuple[Client, object]:
    secret = issue_password_link(user, by=caller_for(user_with_role("administrator")), at=now(), **how)
    client = Client(headers={"accept-language": "en"})
    address = reverse("choose_password", args=[secret])
    assert client.get(address).status_code == 200
    differ = client.post(address, {"password": PASSWORD, "again": "something else 123"})
    assert (differ.status_code, "not the same" in text(differ)) == (422, True)
    assert client.post(address, {"password": "short", "again": "short"}).status_code == 422
    return client, client.post(address, {"password": PASSWORD, "again": PASSWORD})


def test_the_first_sign_in_leads_to_the_second_step_before_any_role_counts(city, newcomer):
    RoleGrant.objects.create(user=newcomer, role="community_desk", area=city.communities[0].pk, since=FOUNDED)
    client, reply = open_by_link(newcomer)
    assert (reply.status_code, reply.url) == (302, reverse("mfa_index"))
    assert client.get(reverse("sign_ups", args=[city.communities[0].pk])).status_code == 302
    assert client.get(reverse("mfa_activate_totp")).status_code == 200, "not asked again for a password just chosen"


def with_an_app(user: User) -> None:
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "00"})


def test_a_link_does_not_pass_the_second_step_by(city, newcomer):
    with_an_app(newcomer)
    client, reply = open_by_link(newcomer)
    assert (reply.status_code, reply.url) == (302, reverse("mfa_authenticate"))
    assert client.get(reverse("mfa_index")).status_code == 302


def test_a_lost_second_step_is_taken_away_when_the_link_is_used(city, newcomer):
    RoleGrant.objects.create(user=newcomer, role="community_desk", area=city.communities[0].pk, since=FOUNDED)
    with_an_app(newcomer)
    _, reply = open_by_link(newcomer, forget_second_step=True)
    assert reply.url == reverse("mfa_index")
    assert not Authenticator.objects.filter(user=newcomer).exists()
    assert TrailEntry.objects.get(kind="password.chosen").facts == {"forgot_second_step": True}


def test_a_closed_account_is_out_at_once_and_may_come_back(city):
    desk = user_with_role("community_desk", city.communities[0])
    theirs, ours, here = browser_of(desk), administrator(), reverse("open_or_close_account", args=[desk.pk])
    page = reverse("sign_ups", args=[city.communities[0].pk])
    assert theirs.get(page).status_code == 200
    ours.post(here, {"active": "sideways"})
    assert theirs.get(page).status_code == 200
    ours.post(here, {"active": "0"})
    assert theirs.get(page).status_code == 302
    assert "is closed" in text(ours.get(reverse("account", args=[desk.pk])))
    ours.post(here, {"active": "1"})
    assert User.objects.get(pk=desk.pk).is_active


def test_the_list_is_searched_and_paged(city, django_assert_max_num_queries):
    for number in range(60):
        user_with_role("community_desk", city.communities[0], name=f"Desk {number:02}")
    client = administrator()
    page = text(client.get(reverse("accounts")))
    assert "61 accounts can sign in" in page
    assert "Rows 1 to 50 of 61" in page
    assert "1 account is called “desk 07”" in text(client.get(reverse("accounts"), {"q": "desk 07"}))
    assert "No account like that" in text(client.get(reverse("accounts"), {"show": "closed", "page": "x"}))
    with django_assert_max_num_queries(75):
        client.get(reverse("accounts"))


def make_key(client: Client, **more: object) -> str:
    said = {"label": "report", "scopes": "read", "days": "30", **more}
    page = client.post(reverse("new_key"), said).content.decode()
    return re.search(r"<code>([\w-]{43})</code>", page)[1]


def ask_api(key: str, area: int) -> int:
    return Client().get(f"/api/v1/areas/{area}", headers={"Authorization": f"Bearer {key}"}).status_code


def test_a_key_is_made_shown_once_and_withdrawn_by_its_owner(city):
    desk = user_with_role("community_desk", city.communities[0])
    client = browser_of(desk)
    key = make_key(client)
    token = ApiToken.objects.get()
    assert key.encode() not in bytes(token.digest)
    assert key not in client.get(reverse("keys")).content.decode()
    assert "report" in text(client.get(reverse("keys")))
    stranger = browser_of(user_with_role("community_desk", city.communities[1]))
    assert stranger.post(reverse("withdraw_key", args=[token.pk])).status_code == 404
    assert ask_api(key, city.communities[0].pk) == 200
    client.post(reverse("withdraw_key", args=[token.pk]))
    assert ask_api(key, city.communities[0].pk) == 401


def test_a_stolen_key_opens_only_what_its_account_may_in_its_areas_and_while_it_may(city):
    desk = user_with_role("community_desk", city.communities[0])
    key = make_key(browser_of(desk))
    assert ask_api(key, city.communities[0].pk) == 200
    assert ask_api(key, city.communities[1].pk) == 404
    assert ask_api(key, city.street.pk) == 404
    claim = {"community": city.communities[0].pk, "name": "李", "phone": "13900000001", "door": "1栋"}
    headers = {"Authorization": f"Bearer {key}"}
    reply = Client().post("/api/v1/sign-ups", claim, content_type="application/json", headers=headers)
    assert (reply.status_code, reply.json()["error"]["code"]) == (403, "token_scope")
    RoleGrant.objects.filter(user=desk).update(until=now())
    assert ask_api(key, city.communities[0].pk) == 404


def test_an_account_without_a_second_step_makes_no_key(city):
    leader = user_with_role("leader", city.grids[0])
    client = browser_of(leader)
    assert "Make a key" not in text(client.get(reverse("keys")))
    reply = client.post(reverse("new_key"), {"label": "x", "scopes": "read", "days": "30"})
    assert (reply.status_code, ApiToken.objects.exists()) == (422, False)


@pytest.mark.parametrize("wrong", [{"label": " "}, {"scopes": "everything"}, {"days": "9999"}, {"days": "x"}])
def test_a_key_that_makes_no_sense_is_not_made(city, wrong):
    client = browser_of(user_with_role("community_desk", city.communities[0]))
    reply = client.post(reverse("new_key"), {"label": "x", "scopes": "read", "days": "30", **wrong})
    assert (reply.status_code, ApiToken.objects.exists()) == (422, False)


def test_whoever_sits_at_an_open_screen_is_asked_for_the_password_before_a_key_is_made(city, newcomer):
    newcomer.set_password(PASSWORD)
    newcomer.save()
    RoleGrant.objects.create(user=newcomer, role="community_desk", area=city.communities[0].pk, since=FOUNDED)
    client = browser_of(newcomer)
    reply = client.get(reverse("new_key"))
    assert (reply.status_code, reply.url.partition("?")[0]) == (302, reverse("account_reauthenticate"))


def test_my_account_names_my_roles_and_who_gave_them(city):
    desk = user_with_role("community_desk", city.communities[0])
    page = text(browser_of(desk).get(reverse("mfa_index")))
    assert f"Community desk · {city.communities[0].called}" in page
    assert "given by the machine's own terminal" in page.replace("&#x27;", "'")


@pytest.mark.parametrize(
    ("host", "secure", "works"),
    [
        ("localhost:8000", False, True),
        ("127.0.0.1:8000", False, False),
        ("[::1]:8000", False, False),
        ("127.0.0.1", True, False),
    ],
)
def test_passkeys_are_offered_only_where_a_browser_makes_one(city, host, secure, works):
    client = browser_of(user_with_role("community_desk", city.communities[0]))
    page = client.get(reverse("mfa_add_webauthn"), headers={"host": host}, secure=secure)
    assert ("At this address no passkey can be made" not in text(page)) == works
