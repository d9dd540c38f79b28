"""Signing up, over HTTP: finding one's community, three answers, two ways, and how often is too often."""

import re
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from linli.access.callers import DEVICE_COOKIE
from linli.access.devices import start_device_session
from linli.access.models import DeviceSession
from linli.common.clock import now
from linli.common.ids import uuid7
from linli.custody.models import TrailEntry
from linli.muster.models import SignUp
from linli.web.muster import own
from tests.factories import (
    add_resident,
    sign_in,
    user_with_role,
)
from tests.web.muster.said import PHONE, SAID, WANG, body, page_of

pytestmark = pytest.mark.django_db


def test_the_page_asks_three_questions_and_says_first_what_is_kept(client, city):
    reply = client.get(page_of(city))
    text = body(reply)
    asked = re.findall(r'<input(?![^>]*type="hidden")[^>]*name="(\w+)"', text)
    assert asked == ["name", "phone", "door"]
    assert text.index('id="notice"') < text.index('name="name"')
    assert len(re.findall(r"<label for=", text)) == 3


def test_the_answer_is_the_same_whether_or_not_the_register_knows_the_person(client, city):
    add_resident(city, name=WANG, phone=PHONE)
    answers = []
    for said in (SAID, {**SAID, "name": "陈生人", "phone": "13900000000"}):
        client.cookies.clear()
        reply = client.post(page_of(city), said)
        mine = SignUp.objects.get(pk=reply.url.split("/")[-2])
        shown = client.get(reply.url)
        told = body(shown).replace(mine.number, "NUMBER").replace(str(mine.pk), "ID")
        answers.append((reply.status_code, sorted(reply.cookies), shown.status_code, told))
        assert mine.number in body(shown)
    assert answers[0] == answers[1]
    assert answers[0][0] == 302


def test_signing_up_binds_this_device_for_thirty_days(client, city):
    reply = client.post(page_of(city), SAID)
    kept = reply.cookies[DEVICE_COOKIE]
    assert (kept["httponly"], kept["samesite"], kept["max-age"], kept["secure"]) == (True, "Lax", 30 * 86400, "")
    assert DeviceSession.objects.get().claim == SignUp.objects.get().pk
    assert client.get(reply.url).status_code == 200


def test_over_https_the_cookie_never_leaves_it(client, city):
    assert client.post(page_of(city), SAID, secure=True).cookies[DEVICE_COOKIE]["secure"]


def test_the_claim_opens_for_nobody_else(client, city, django_user_model):
    url = client.post(page_of(city), SAID).url
    client.cookies.clear()
    assert client.get(url).status_code == 404
    client.post(page_of(city), {**SAID, "name": "李敏"})
    assert client.get(url).status_code == 404
    sign_in(client, user_with_role("community_desk", city.communities[0]))
    assert client.get(url).status_code == 404
    assert client.get(reverse("claim", args=[uuid7()])).status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "长" * 41),
        ("name", "王\x00明"),
        ("phone", "123"),
        ("phone", "1" * 5000),
        ("phone", "手机"),
        ("door", " \u3000 "),
        ("door", "x" * 81),
        ("name", "\u202e"),
    ],
)
def test_what_is_wrong_stands_beside_its_question_and_nothing_typed_is_lost(client, city, field, value):
    reply = client.post(page_of(city), {**SAID, field: value})
    assert reply.status_code == 422
    text = body(reply)
    assert f'id="id_{field}_error"' in text
    assert 'role="alert"' in text
    for other, kept in SAID.items():
        if other != field:
            assert f'value="{kept}"' in text
    assert not SignUp.objects.exists()
    assert DEVICE_COOKIE not in reply.cookies


def test_the_form_sent_twice_is_one_sign_up(client, city):
    once = client.get(page_of(city)).context["form"]["once"].value()
    first, second = (client.post(page_of(city), {**SAID, "once": once}).url for _ in range(2))
    assert first == second
    assert SignUp.objects.count() == 1


@pytest.mark.parametrize("once", ["", "x", "a:b:c", "\x00", "9" * 3000])
def test_a_form_without_its_seal_still_signs_up(client, city, once):
    reply = client.post(page_of(city), {**SAID, "once": once})
    assert reply.status_code in (302, 422)
    assert SignUp.objects.count() == (1 if reply.status_code == 302 else 0)


def test_without_the_token_of_the_page_nothing_is_taken(city):

    assert Client(enforce_csrf_checks=True).post(page_of(city), SAID).status_code == 403
    assert not SignUp.objects.exists()


def test_a_flood_for_one_phone_is_told_to_wait(client, city):
    from linli.web.muster.own import MOST_FOR_ONE_PHONE

    for _ in range(MOST_FOR_ONE_PHONE):
        assert client.post(page_of(city), SAID).status_code == 302
    reply = client.post(page_of(city), SAID)
    assert reply.status_code == 422
    assert f'value="{WANG}"' in body(reply)
    assert SignUp.objects.count() == MOST_FOR_ONE_PHONE


@pytest.mark.parametrize("number", [0, 10**9, 2**63 - 1, 2**63, 10**30])
def test_a_community_that_is_none_is_not_found(client, city, number):
    assert client.get(f"/sign-up/{number}/").status_code == 404


def test_without_an_event_the_page_says_so(client, city):
    city.event.ended_at = now()
    city.event.save()
    reply = client.get(page_of(city))
    assert reply.status_code == 403
    assert "no_event_here" in reply.content.decode()


def test_communities_are_found_from_the_street_down(client, city):
    text = body(client.get(reverse("choose_community")))
    assert all(community.name in text and page_of(city, row) in text for row, community in enumerate(city.communities))


@pytest.mark.parametrize(
    ("asked", "found"), [("青松", [0]), ("白桦苑", [1]), ("梧桐", [0, 1]), ("没有", []), ("%", [])]
)
def test_communities_are_found_by_their_own_name_an_estates_or_the_streets(client, city, asked, found):
    text = body(client.get(reverse("choose_community"), {"q": asked}))
    assert [row for row in (0, 1) if page_of(city, row) in text] == found


@pytest.mark.parametrize("junk", ["\x00", "x" * 5000, "'; --", "９", "²", str(10**30), "-1"])
def test_junk_in_the_address_is_no_error(client, city, junk):
    assert client.get(reverse("choose_community"), {"q": junk}).status_code == 200
    assert client.get(reverse("choose_community"), {"in": junk}).status_code == 200


def test_the_first_page_has_one_thing_to_do(client, city):
    text = body(client.get("/"))
    assert text.count("btn-primary") == 1
    assert reverse("choose_community") in text
    url = client.post(page_of(city), SAID).url
    assert url in body(client.get("/"))


@pytest.mark.parametrize(("role", "name"), [("community_desk", "area"), ("street", "area"), ("press", "briefing")])
def test_the_first_page_leads_staff_to_their_work(client, city, role, name):
    area = city.communities[0] if role == "community_desk" else city.street
    sign_in(client, user_with_role(role, area))
    assert client.get("/").url == reverse(name, args=[area.pk])


def _anonymous_sign_up(client, city, number, **how):
    client.cookies.pop(DEVICE_COOKIE, None)
    return client.post(page_of(city), {**SAID, "phone": f"138{number:08}"}, **how)


def test_a_whole_building_signs_up_through_one_wifi(client, city, monkeypatch):
    assert own.MOST_FROM_ONE_ADDRESS >= 1_000
    monkeypatch.setattr(own, "MOST_FROM_ONE_ADDRESS", 3)
    replies = [_anonymous_sign_up(client, city, number).status_code for number in range(4)]
    assert replies == [302, 302, 302, 422]
    assert _anonymous_sign_up(client, city, 9, REMOTE_ADDR="203.0.113.7", secure=True).status_code == 302


def test_one_device_is_counted_tightly(client, city):
    codes = [client.post(page_of(city), {**SAID, "phone": f"1380000{n:04}"}).status_code for n in range(13)]
    # The first has no device yet, so it makes one.
    assert codes == [302] * (own.MOST_FROM_ONE_DEVICE + 1) + [422, 422]


@pytest.mark.parametrize(
    ("hosts", "remote", "forwarded", "counted"),
    [
        ((), "203.0.113.7", "198.51.100.1", "203.0.113.7"),
        (("linli.example",), "127.0.0.1", "10.0.0.1, 198.51.100.1", "198.51.100.1"),
        (("linli.example",), "127.0.0.1", "", "127.0.0.1"),
        ((), "2001:db8:1:2:3::4", "", "2001:db8:1:2::/64"),
        ((), "unix:", "", "unix:"),
    ],
)
def test_the_address_counted_is_the_one_the_proxy_saw(rf, settings, hosts, remote, forwarded, counted):
    settings.ENV = replace(settings.ENV, hosts=hosts)
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert own.network_of(rf.post("/", REMOTE_ADDR=remote, headers=headers)) == counted


def test_the_other_way_has_its_own_address_the_same_three_questions_and_the_packs_words(client, city):
    url = reverse("sign_up_members", args=[city.communities[0].pk])
    text = body(client.get(url))
    assert "党员报到" in text
    assert re.findall(r'<input(?![^>]*type="hidden")[^>]*name="(\w+)"', text) == ["name", "phone", "door"]
    assert "党员报到" not in body(client.get(page_of(city)))
    client.cookies["django_language"] = "en"
    assert "Member sign-up" in body(client.get(url))
    assert client.post(url, SAID).status_code == 302
    assert SignUp.objects.get().as_member
    client.post(page_of(city), {**SAID, "phone": "13900000001"})
    assert SignUp.objects.filter(as_member=True).count() == 1


def test_the_way_is_told_only_in_totals_of_five_and_never_of_a_person(client, city, desk):
    members = reverse("sign_up_members", args=[city.communities[0].pk])
    listed = reverse("sign_ups", args=[city.communities[0].pk])
    client.cookies["django_language"] = "en"

    def sign_up(number, url):
        client.cookies.pop(DEVICE_COOKIE, None)
        assert client.post(url, {**SAID, "phone": f"1380000{number:04}"}).status_code == 302

    for number in range(5):
        sign_up(number, page_of(city))
    for number in range(5, 9):
        sign_up(number, members)
    assert "member" not in body(client.get(listed))
    sign_up(9, members)
    text = body(client.get(listed))
    assert text.count("member") == 1
    assert "5 signed up as members" in text
    assert "member" not in text.partition("<table")[2]
    for claim in SignUp.objects.all():
        assert "member" not in body(client.get(reverse("sign_up_detail", args=[claim.pk])))
        _, secret = start_device_session(claim.pk, at=now())
        client.cookies[DEVICE_COOKIE] = secret
        assert "member" not in body(client.get(reverse("claim", args=[claim.pk])))
    assert not [entry for entry in TrailEntry.objects.all() if "member" in f"{entry.kind} {entry.facts}"]
