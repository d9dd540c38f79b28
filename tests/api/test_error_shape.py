"""Whatever goes wrong, a program gets one shape: a code, a sentence in its language, facts."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from linli.access.models import ApiToken
from linli.common.clock import now
from linli.muster.models import Allocation, SignUp
from tests.api.conftest import program_of
from tests.factories import user_with_role

pytestmark = pytest.mark.django_db
CHINESE = {"zh-CN": True, "en": False}


def error_of(reply):
    """The error of a reply that has the one shape."""
    assert reply["Content-Type"].startswith("application/json")
    told = json.loads(reply.content)
    assert set(told) == {"error"}
    assert set(told["error"]) == {"code", "message", "facts"}
    assert "{" not in told["error"]["message"]
    return told["error"]


def is_chinese(text):
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


@pytest.mark.parametrize(
    "body",
    ["{", b"\xff", "[" * 100_000, "1" * 5000, '{"community": ' + "9" * 5000 + "}", "name=x&phone=1", "\x00"],
)
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_body_that_is_no_json_is_refused_with_its_code(desk, body, language):
    reply = desk("POST", "sign-ups", body, language=language)
    assert (reply.status_code, error_of(reply)["code"]) == (400, "bad_json")
    assert "Traceback" not in reply.content.decode()


@pytest.mark.parametrize("body", ["null", "[]", "1", '"x"', "{}", '{"name": {"x": [1]}, "community": 1e400}', "NaN"])
def test_json_of_another_form_names_the_parts_and_nothing_that_was_in_them(desk, body):
    reply = desk("POST", "sign-ups", body)
    told = error_of(reply)
    assert (reply.status_code, told["code"]) == (422, "invalid")
    assert told["facts"]["where"]


def test_a_form_is_no_json(desk):
    reply = desk("POST", "sign-ups", b"name=x&phone=1", content_type="application/x-www-form-urlencoded")
    assert (reply.status_code, error_of(reply)["code"]) == (400, "bad_json")


def test_a_body_too_large_says_how_much_may_be_sent(desk):
    reply = desk("POST", "sign-ups", b" " * (9 * 2**20))
    told = error_of(reply)
    assert (reply.status_code, told["code"], told["facts"]) == (413, "too_large", {"most_mb": 8})


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE"])
def test_another_method_says_which_ones_are_taken(desk, method):
    reply = desk(method, "sign-ups")
    assert (reply.status_code, reply["Allow"]) == (405, "POST")
    if method != "HEAD":
        assert error_of(reply)["facts"] == {"allowed": "POST"}
        assert error_of(reply)["code"] == "wrong_method"


@pytest.mark.parametrize("path", ["nothing", "areas/", "areas/1/", "areas/x/parts/y", "", "docs", "../../api/v1/none"])
def test_an_unknown_operation_answers_in_the_same_shape(desk, path):
    reply = desk("GET", path)
    assert (reply.status_code, error_of(reply)["code"]) == (404, "not_found")


@pytest.mark.parametrize("path", ["areas/x", "areas/1.5", "areas/" + "9" * 5000, "sign-ups/x", "allocations/null"])
def test_an_address_that_makes_no_sense_names_the_part(desk, path):
    reply = desk("GET", path)
    assert reply.status_code in (404, 422)
    assert error_of(reply)["code"] in ("not_found", "invalid")


@pytest.mark.parametrize("number", [0, -1, 2**63, 10**30])
def test_a_number_that_no_area_has_is_not_there(desk, number):
    for path in (f"areas/{number}", f"areas/{number}/parts", f"areas/{number}/briefing", f"allocations/{number}"):
        reply = desk("GET", path)
        assert (reply.status_code, error_of(reply)["code"]) == (404, "not_found"), path


@pytest.mark.parametrize("language", CHINESE)
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp4"}])
def test_a_call_without_a_good_key_is_told_so_in_its_language(city, headers, language):
    reply = Client().get(f"/api/v1/areas/{city.street.pk}", headers={**headers, "Accept-Language": language})
    told = error_of(reply)
    assert (reply.status_code, told["code"]) == (401, "bad_token")
    assert is_chinese(told["message"]) is CHINESE[language]


def test_a_key_that_may_only_read_says_what_it_lacks(city):
    call = program_of(user_with_role("community_desk", city.communities[0]), "read")
    reply = call("POST", "sign-ups", {"community": city.communities[0].pk, "name": "李", "phone": "1", "door": "1"})
    assert (reply.status_code, error_of(reply)["code"]) == (403, "token_scope")


@pytest.mark.parametrize("field", ["name", "phone", "door"])
@pytest.mark.parametrize("bad", ["\x00", "\x1b", "\ufffd", chr(0xD83D)])
def test_a_character_that_nobody_types_is_refused_by_its_field(city, desk, field, bad):
    said = {"community": city.communities[0].pk, "name": "李敏", "phone": "13900000001", "door": "1栋502"}
    reply = desk("POST", "sign-ups", json.dumps({**said, field: said[field] + bad}))
    told = error_of(reply)
    # Half of a surrogate pair is no text at all: the form of the body is refused before the field is read.
    assert (reply.status_code, told["code"]) in ((422, "field_unreadable"), (422, "invalid"))
    assert field in json.dumps(told["facts"])
    assert not SignUp.objects.exists()


@pytest.mark.parametrize(
    ("since", "until", "code"),
    [
        ("2022-09-01T00:00:00", "2022-09-02T00:00:00", "invalid"),
        ("0001-01-01T00:00:00+14:00", "0001-01-02T00:00:00+14:00", "bad_placing_time"),
        ("9999-12-30T00:00:00Z", "9999-12-31T23:59:59-23:59", "bad_placing_time"),
        ("yesterday", 5, "invalid"),
        (1e300, None, "invalid"),
    ],
)
def test_a_time_without_its_zone_or_out_of_reach_begins_no_run(city, desk, since, until, code):
    reply = desk("POST", "allocations", {"area": city.communities[0].pk, "since": since, "until": until})
    assert (reply.status_code, error_of(reply)["code"]) == (422, code)
    assert not Allocation.objects.exists()


def test_what_breaks_on_our_side_says_so_and_shows_nothing_of_it(city, desk, monkeypatch):
    def breaks(*_, **__):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("linli.muster.staffing.staffing_of", breaks)
    reply = desk("GET", f"areas/{city.communities[0].pk}")
    assert (reply.status_code, error_of(reply)["code"]) == (500, "broken")
    assert b"secret" not in reply.content


def test_a_good_time_begins_a_run(city, desk):
    since = now()
    asked = {"area": city.communities[0].pk, "since": since.isoformat(), "until": (since + timedelta(1)).isoformat()}
    reply = desk("POST", "allocations", asked)
    assert (reply.status_code, reply.json()["state"]) == (200, "waiting")
    again = desk("POST", "allocations", asked)
    assert (again.status_code, error_of(again)["code"]) == (409, "allocation_under_way")


def test_a_key_that_has_run_out_opens_nothing(city, desk):
    ApiToken.objects.update(expires_at=now())
    reply = desk("GET", f"areas/{city.communities[0].pk}")
    assert (reply.status_code, error_of(reply)["code"]) == (401, "bad_token")
