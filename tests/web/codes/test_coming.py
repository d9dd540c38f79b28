"""Coming in by a code that is sent, page by page."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linli.access import codes
from linli.access.callers import DEVICE_COOKIE
from linli.access.devices import start_device_session
from linli.access.models import DeviceSession, OneTimeCode, RoleGrant
from linli.common.caller import Caller
from linli.common.clock import now
from linli.muster import actions
from linli.web.codes.coming import CODE_COOKIE, MOST_FROM_ONE_BROWSER, MOST_TO_ONE_NUMBER
from tests.factories import FOUNDED, add_claim, add_resident
from tests.web.muster.said import body

pytestmark = pytest.mark.django_db
ASK, TYPE, WHO = reverse("ask_code"), reverse("type_code"), reverse("choose_person")
KNOWN, UNKNOWN = "13800001234", "13811111234"  # both are 138****1234 on the page
WRONG = "12345"  # no code has five digits


def phone():
    """A browser on a phone, in English."""
    client = Client(headers={"user-agent": "Mozilla/5.0 (Linux; Android 12) MicroMessenger"})
    client.cookies["django_language"] = "en"
    return client


def asks(client, to=KNOWN):
    return client.post(ASK, {"to": to})


def right_code():
    return codes.code_of(OneTimeCode.objects.latest("created_at"))


def types(client, code=None):
    return client.post(TYPE, {"code": code or right_code()})


def test_a_volunteer_comes_in_on_another_phone(city):
    claim = add_claim(city, name="王小明", phone=KNOWN)
    client = phone()
    assert asks(client).url == TYPE
    assert "138****1234" in body(client.get(TYPE))
    assert types(client).url == WHO
    page = body(client.get(WHO))
    assert "I am 王*明" in page
    assert "王小明" not in page
    reply = client.post(WHO, {"who": f"c{claim.pk.hex}:me"})
    assert reply.url == reverse("claim", args=[claim.pk])
    assert client.get(reply.url).status_code == 200
    session = DeviceSession.objects.get()
    assert (session.kind, session.expires_at - session.created_at) == ("android", timedelta(days=30))
    assert reply.cookies[DEVICE_COOKIE]["httponly"]


def test_a_resident_who_signed_up_for_nothing_comes_in_to_their_phones(city):
    person = add_resident(city, name="王小明", phone=KNOWN)
    client = phone()
    asks(client), types(client)
    reply = client.post(WHO, {"who": f"p{person.pk}:me"})
    assert reply.url == reverse("my_devices")
    assert "王** is signed in on <strong>1</strong> phone" in body(client.get(reply.url))


# Nobody learns whether a number is known.


def answer_of(reply):
    """Everything a browser gets, without tokens, the request's id and the moment."""
    tokens = r'(csrfmiddlewaretoken" value="|X-CSRFToken": ")[^"]+'
    headers = {key: value for key, value in reply.items() if key not in ("X-Request-ID", "Expires")}
    cookies = {
        name: {key: value for key, value in morsel.items() if key != "expires"}
        for name, morsel in reply.cookies.items()
    }
    text = re.sub(r"[\d]{4}-[\d]{2}-[\d]{2}[T ][\d:.+]+", "", re.sub(tokens, r"\1", reply.content.decode()))
    return reply.status_code, headers, cookies, text


def walked(to):
    """Every answer on the way to five wrong tries, and the statements behind each."""
    client, answers, statements = phone(), [], []
    steps = [lambda: client.get(ASK), lambda: asks(client, to), lambda: client.get(TYPE)]
    for step in [*steps, *[lambda: types(client, WRONG)] * 6]:
        with CaptureQueriesContext(
            connection,
        ) as ran:
            answers.append(answer_of(step()))
        statements.append([_shape(each["sql"]) for each in ran])
    return answers, statements


def _shape(sql):
    """What a statement does to which tables and columns, without its values."""
    return re.findall(r'"[a-z_]+"|[A-Z]{4,}|[a-z]+_[a-z_]+', re.sub(r"'(?:[^']|'')*'", "", sql))


def test_known_and_unknown_numbers_get_the_same_answers_byte_for_byte_from_the_same_statements(city):
    person = add_resident(city, name="王小明", phone=KNOWN)
    actions.confirm(add_claim(city, name="王小明", phone=KNOWN), person=person, by=Caller(user=1), at=now())
    phone().get(ASK)  # what a process works out once
    known, unknown = walked(KNOWN), walked(UNKNOWN)
    assert known[0] == unknown[0]
    assert known[1] == unknown[1]
    assert [answer[0] for answer in known[0]] == [200, 302, 200, 422, 422, 422, 422, 403, 403]


def test_asking_and_typing_read_nothing_about_persons(city):
    add_resident(city, name="王小明", phone=KNOWN)
    _, statements = walked(KNOWN)
    tables = ("people_identity", "people_person", "muster_signup")
    assert [sql for step in statements for sql in step if any(table in sql for table in tables)] == []


def test_who_typed_the_code_of_an_unknown_number_is_sent_to_the_desk(city):
    client = phone()
    asks(client, UNKNOWN), types(client)
    page = body(client.get(WHO))
    assert "Nobody is known here under this number" in page
    assert "desk" in page
    assert client.post(WHO, {"who": "p1:me"}).status_code == 422


# What can go wrong.


@pytest.mark.parametrize("to", ["", "12345", "028-85123456", "王", "a@b", "x" * 300, "138\x001234"])
def test_what_no_code_can_reach_is_said_beside_the_question(city, to):
    reply = asks(phone(), to)
    assert reply.status_code == 422
    assert "has-error" in reply.content.decode()
    assert not OneTimeCode.objects.exists()


def test_where_nothing_sends_codes_the_desk_prints_them(city, settings):
    settings.ENV = replace(settings.ENV, sms=None, smtp=None)
    client = phone()
    assert "prints a code for you" in body(client.get(ASK))
    assert asks(client).status_code == 422


def test_one_number_is_sent_five_codes_an_hour_and_others_are_not_held_up(city):
    for _ in range(MOST_TO_ONE_NUMBER):
        assert asks(phone()).status_code == 302
    refused = asks(phone())
    assert refused.status_code == 422
    assert "too often" in body(refused)
    assert asks(phone(), UNKNOWN).status_code == 302


def test_one_browser_asks_ten_times_an_hour_and_another_is_not_held_up(city):
    client = phone()
    client.get(ASK)  # brings the cookie that comes with every form
    statuses = [asks(client, f"138000012{number:02}").status_code for number in range(MOST_FROM_ONE_BROWSER + 1)]
    assert statuses == [302] * MOST_FROM_ONE_BROWSER + [422]
    assert asks(phone(), "13800001299").status_code == 302


def test_typing_without_having_asked_leads_to_asking(city):
    assert phone().get(TYPE).url == ASK
    assert phone().post(TYPE, {"code": "123456"}).url == ASK
    assert phone().get(WHO).url == ASK


def test_another_phone_can_do_nothing_with_the_code(city):
    add_claim(city, name="王小明", phone=KNOWN)
    mine, other = phone(), phone()
    asks(mine)
    code = right_code()
    assert types(other, code).url == ASK
    asks(other, UNKNOWN)
    for _ in range(5):
        types(other, code)
    assert types(mine, code).url == WHO


def test_a_code_used_twice_and_an_expired_one_say_so(city):
    claim = add_claim(city, name="王小明", phone=KNOWN)
    client = phone()
    asks(client)
    code, cookie = right_code(), client.cookies[CODE_COOKIE].value
    types(client, code)
    assert types(client, code).url == WHO  # the same code again, before one has said who one is
    assert client.post(WHO, {"who": f"c{claim.pk.hex}:me"}).status_code == 302
    client.cookies[CODE_COOKIE] = cookie
    again = types(client, code)
    assert (again.status_code, "has been used" in body(again)) == (403, True)
    assert client.post(WHO, {"who": f"c{claim.pk.hex}:me"}).status_code == 403
    late = phone()
    asks(late)
    OneTimeCode.objects.update(expires_at=now() - timedelta(seconds=1), created_at=now() - timedelta(minutes=11))
    reply = types(late)
    assert (reply.status_code, "too old" in body(reply)) == (403, True)
    assert "too old" in body(late.get(TYPE))
    OneTimeCode.objects.all().delete()
    assert "too old" in body(late.get(TYPE))


def test_a_message_that_was_not_taken_is_said_on_the_page(city):
    client = phone()
    asks(client)
    OneTimeCode.objects.update(failed_at=now())
    assert "was not taken" in body(client.get(TYPE))


# What a phone lends.


@pytest.mark.parametrize("role", ["leader", "grid_worker", "keeper", "liaison"])
def test_a_code_lends_no_role_that_takes_more_than_a_code(city, role):
    person = add_resident(city, name="王小明", phone=KNOWN)
    RoleGrant.objects.create(person=person.pk, role=role, area=city.communities[0].pk, organisation=1, since=FOUNDED)
    client = phone()
    asks(client), types(client)
    client.post(WHO, {"who": f"p{person.pk}:me"})
    assert client.get("/").wsgi_request._linli_caller.grants == ()


def test_a_family_phone_still_shows_what_it_showed(city):
    child = add_claim(city, name="孩子", phone="13900000000")
    mine = add_claim(city, name="王小明", phone=KNOWN)
    client = phone()
    _, client.cookies[DEVICE_COOKIE] = start_device_session(child.pk, at=now())
    asks(client), types(client)
    client.post(WHO, {"who": f"c{mine.pk.hex}:me"})
    for claim in (child, mine):
        assert client.get(reverse("claim", args=[claim.pk])).status_code == 200
