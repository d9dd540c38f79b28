"""Signing in as staff do: password, second step, one-time links, and what each leaves behind."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from linli.access import hashing, proofs
from linli.access.models import RoleGrant, User
from linli.common.clock import now
from linli.people.models import City
from tests.factories import FOUNDED, tiny_city, user_with_role

pytestmark = pytest.mark.django_db
PASSWORD = "four unrelated words"


@pytest.fixture(autouse=True)
def _no_tries_counted():
    cache.clear()


@pytest.fixture
def city():
    return tiny_city()


@pytest.fixture
def officer(city):
    user = User(username="officer", display_name="Officer", created_at=FOUNDED)
    user.set_password(PASSWORD)
    user.save()
    RoleGrant.objects.create(user=user, role="community_desk", area=city.communities[0].pk, since=FOUNDED)
    return user


def sign_in(client, password=PASSWORD):
    return client.post(reverse("account_login"), {"login": "officer", "password": password})


def code_of(secret, steps=0):
    """What the app shows, some steps of 30 seconds from now."""
    counter = next(iter(totp.yield_hotp_counters_from_time())) + steps
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def set_up_app(client):
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})  # asked once more before anything is changed
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r"<code>([A-Z2-7]{16,})</code>", page)[1]
    reply = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert reply.status_code == 302
    return secret


def desk(client, city):
    return client.get(reverse("sign_ups", args=[city.communities[0].pk])).status_code


def test_a_password_alone_leads_to_the_second_step_and_to_nothing_else(city, officer):
    client = Client()
    reply = sign_in(client)
    assert (reply.status_code, reply.url) == (302, reverse("mfa_index"))
    assert desk(client, city) == 302
    set_up_app(client)
    assert desk(client, city) == 200


def test_afterwards_the_app_is_asked_for_each_time(city, officer):
    first = Client()
    sign_in(first)
    secret = set_up_app(first)
    second = Client()
    reply = sign_in(second)
    assert (reply.status_code, reply.url) == (302, reverse("mfa_authenticate"))
    assert desk(second, city) == 302
    wrong = second.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert (wrong.status_code, desk(second, city)) == (200, 302)
    reply = second.post(reverse("mfa_authenticate"), {"code": code_of(secret, 1)})
    assert (reply.status_code, desk(second, city)) == (302, 200)


def test_the_apps_secret_lies_sealed(city, officer):
    client = Client()
    sign_in(client)
    secret = set_up_app(client)
    kept = Authenticator.objects.get(user=officer, type="totp").data
    assert secret not in str(kept)


def test_a_wrong_password_says_the_same_whether_or_not_the_account_exists(city, officer):
    client = Client(headers={"accept-language": "en"})
    known = sign_in(client, "wrong wrong wrong")
    unknown = client.post(reverse("account_login"), {"login": "nobody", "password": "wrong wrong wrong"})
    said = [
        re.search(r"(?s)<div class=\"note note-bad.*?</div>", each.content.decode())[0] for each in (known, unknown)
    ]
    assert said[0] == said[1]


def test_guessing_is_stopped(city, officer):
    client = Client()
    for _ in range(6):
        sign_in(client, "wrong wrong wrong")
    sign_in(client)
    assert "_auth_user_id" not in client.session


def test_who_comes_while_a_password_is_hashed_is_told_when_to_come_again(city, officer):
    with hashing._pool:
        reply = sign_in(Client())
    assert (reply.status_code, reply["Retry-After"]) == (503, "2")


def test_nobody_signs_up_for_an_account(city):
    for path in ("/sign-up/account/", "/accounts/signup/", "/account/signup/"):
        assert Client().get(path).status_code == 404


def test_a_link_opens_a_demo_role_once(city, client):
    demo = user_with_role("community_desk", city.communities[0])
    secret = proofs.issue_link(demo, synthetic=True, at=now())
    assert client.get(reverse("enter", args=[secret])).status_code == 302
    assert desk(client, city) == 200
    again = Client()
    assert again.get(reverse("enter", args=[secret])).status_code == 403
    assert "_auth_user_id" not in again.session


def test_a_link_is_worth_nothing_on_a_real_city(city, client):
    demo = user_with_role("community_desk", city.communities[0])
    secret = proofs.issue_link(demo, synthetic=True, at=now())
    City.objects.update(synthetic=False)
    assert client.get(reverse("enter", args=[secret])).status_code == 403


def test_cookies_are_out_of_reach_and_secure_over_https(city, officer):
    reply = Client().post(reverse("account_login"), {"login": "officer", "password": PASSWORD}, secure=True)
    cookie = reply.cookies["sessionid"]
    assert (cookie["httponly"], cookie["secure"], cookie["samesite"]) == (True, True, "Lax")
    reply = sign_in(Client())
    assert reply.cookies["sessionid"]["secure"] == ""


def test_a_form_of_another_site_is_refused(city, officer):
    client = Client(enforce_csrf_checks=True)
    assert sign_in(client).status_code == 403
