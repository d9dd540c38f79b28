"""One's own things by the API: on one's phone with the form's token, by a key to read, and of nobody else."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from linli.access.callers import DEVICE_COOKIE
from linli.access.devices import share_device
from linli.access.models import AccountPerson, DeviceSession
from linli.common.caller import Caller
from linli.common.clock import now
from linli.custody.models import TrailEntry
from linli.duty.hours import posts
from linli.duty.models import Correction, Service
from linli.muster import actions as muster
from linli.muster.models import Placement, SignUp
from linli.notices.models import Told
from tests.api.conftest import program_of
from tests.duty.served import HOUR, begin, served
from tests.factories import SYSTEM, TinyCity, add_claim, caller_for, sign_in, user_with_role
from tests.web.test_hours_pages import volunteer
from tests.web.test_own_person import tell

pytestmark = pytest.mark.django_db
Phone = Callable[..., Any]
TOKEN = "a" * 32


def phone_of(client: Client, *, token: bool = True) -> Phone:
    """A page on a phone: its cookie, and the token of our forms. Django asks for it as it does outside of tests."""
    held = Client(enforce_csrf_checks=True)
    held.cookies[DEVICE_COOKIE] = client.cookies[DEVICE_COOKIE].value
    held.cookies["csrftoken"] = TOKEN

    def call(method: str, path: str, body: Any = None, **headers: str) -> Any:
        said = {"data": body, "content_type": "application/json"} if body is not None else {}
        shown = {"X-CSRFToken": TOKEN} if token and method == "POST" else {}
        sent = {"Accept-Language": "en", **shown, **headers}
        return getattr(held, method.lower())(f"/api/v1/me/{path}", headers=sent, **said)

    return call


def told(reply: Any) -> tuple[int, str]:
    return reply.status_code, reply.json()["error"]["code"]


def test_a_phone_reads_where_its_person_is_placed_and_says_that_they_come_or_cannot(city: TinyCity) -> None:
    client, claim, person = volunteer(city)
    phone, here = phone_of(client), f"sign-ups/{claim.pk}"
    (listed,) = phone("GET", "sign-ups").json()
    assert (listed["id"], listed["name"], listed["placed"]) == (str(claim.pk), "何**", True)
    read = phone("GET", here).json()
    page = client.get(f"/claim/{claim.pk}/").context["placement"]
    assert read["placement"]["grid"] == page.grid == city.grids[0].name
    assert (read["placement"]["why"], read["placement"]["coming"]) == (page.why, False)
    for _ in range(2):
        assert phone("POST", f"{here}/coming").json()["placement"]["coming"]
    assert TrailEntry.objects.filter(kind="placement.coming", person=person.pk).count() == 1
    assert phone("POST", f"{here}/cannot").json()["placement"] is None
    for answer in ("coming", "cannot"):
        assert told(phone("POST", f"{here}/{answer}")) == (409, "not_placed_now")
    assert not Placement.objects.filter(during__contains=now()).exists()


def test_a_phone_says_when_its_person_can_serve_and_takes_the_word_back(city: TinyCity) -> None:
    client, claim, _ = volunteer(city)
    phone, here = phone_of(client), f"sign-ups/{claim.pk}"
    said = phone("POST", f"{here}/when", {"free": [0, 4], "only_inside": True}).json()
    assert (said["free"], said["only_inside"]) == (0b10001, True)
    at = now()
    away = {"since": at.isoformat(), "until": (at + timedelta(days=1)).isoformat()}
    assert phone("POST", f"{here}/away", away).status_code == 200
    assert told(phone("POST", f"{here}/away", away | {"until": at.isoformat()})) == (422, "bad_time_away")
    assert told(phone("POST", f"{here}/away", {"since": "2026-01-01T00:00:00", "until": "x"})) == (422, "invalid")
    assert told(phone("POST", f"{here}/when", {"free": [6], "only_inside": False})) == (422, "invalid")
    assert told(phone("POST", f"{here}/skills", {"skills": [1]})) == (409, "sign_up_already_decided")
    assert phone("POST", f"{here}/withdrawal").json()["state"] == "withdrawn"
    for path, body in (("withdrawal", None), ("when", {"free": [], "only_inside": False})):
        assert told(phone("POST", f"{here}/{path}", body)) == (409, "sign_up_over")


def test_who_writes_without_the_token_of_our_forms_is_refused_and_nothing_is_said(city: TinyCity) -> None:
    client, claim, _ = volunteer(city)
    elsewhere, here = phone_of(client, token=False), f"sign-ups/{claim.pk}"
    assert elsewhere("GET", here).status_code == 200
    assert told(elsewhere("POST", f"{here}/withdrawal")) == (403, "form_too_old")
    other_site = phone_of(client)
    assert told(other_site("POST", f"{here}/withdrawal", Origin="https://elsewhere.example")) == (403, "form_too_old")
    claim.refresh_from_db()
    assert claim.state == SignUp.State.CONFIRMED
    assert other_site("POST", f"{here}/withdrawal", Origin="http://testserver").status_code == 200


def test_a_phone_opens_its_own_and_nothing_of_anybody_else(city: TinyCity) -> None:
    client, claim, _ = volunteer(city)
    _, theirs, _ = volunteer(city, name="李大明", phone="13900007701")
    phone = phone_of(client)
    for path in (f"sign-ups/{theirs.pk}", f"sign-ups/{theirs.pk}/hours", f"sign-ups/{uuid4()}"):
        assert told(phone("GET", path)) == (404, "not_found")
    for path in ("coming", "cannot", "withdrawal"):
        assert told(phone("POST", f"sign-ups/{theirs.pk}/{path}")) == (404, "not_found")
    area = f"/api/v1/areas/{city.communities[0].pk}"
    sign_in(client, user_with_role("community_desk", city.communities[0]))
    assert told(client.get(area)) == (401, "bad_token"), "neither a phone nor a session is a key"
    assert told(client.get("/api/v1/me/sign-ups", headers={"Authorization": "Bearer x"})) == (401, "bad_token")
    DeviceSession.objects.update(revoked_at=now())
    assert told(phone("GET", f"sign-ups/{claim.pk}")) == (401, "bad_token")
    assert told(client.get("/api/v1/me/sign-ups")) == (401, "bad_token"), "a session alone speaks for no phone"


def test_a_phone_lends_no_account_that_is_signed_in_beside_it(city: TinyCity) -> None:
    client, claim, person = volunteer(city)
    desk = user_with_role("community_desk", city.communities[0])
    sign_in(client, desk)
    client.post(f"/api/v1/me/sign-ups/{claim.pk}/coming")
    entry = TrailEntry.objects.get(kind="placement.coming")
    assert (entry.user, entry.person) == (None, person.pk)


def test_a_family_answers_on_one_phone_each_for_themselves(city: TinyCity) -> None:
    client, claim, person = volunteer(city)
    second = add_claim(city, name="何小妹", phone="13900007702")
    device = DeviceSession.objects.get()
    share_device(Caller(person=person.pk, device=device.pk), second.pk, at=now())
    phone = phone_of(client)
    assert {each["id"] for each in phone("GET", "sign-ups").json()} == {str(claim.pk), str(second.pk)}
    assert phone("POST", f"sign-ups/{second.pk}/skills", {"skills": [1, 9]}).json()["skills"] == 0b1000000010
    assert told(phone("POST", f"sign-ups/{second.pk}/coming")) == (409, "not_placed_now")
    assert told(phone("GET", f"sign-ups/{second.pk}/hours")) == (404, "not_found"), "the desk has confirmed nobody yet"
    muster.confirm(second, person=None, by=SYSTEM, at=now())
    assert phone("GET", f"sign-ups/{second.pk}/hours").json()["services"] == []
    assert not phone("GET", f"sign-ups/{claim.pk}").json()["placement"]["coming"]


def test_a_key_reads_for_the_person_under_its_account_and_says_nothing_for_them(city: TinyCity) -> None:
    _, claim, person = volunteer(city)
    worker = user_with_role("grid_worker", city.micro_grids[0])
    program = program_of(worker)
    assert program("GET", "me/sign-ups").json() == []
    assert told(program("GET", f"me/sign-ups/{claim.pk}")) == (404, "not_found")
    AccountPerson.objects.create(user=worker, person=person.pk, said_at=now())
    assert [each["id"] for each in program("GET", "me/sign-ups").json()] == [str(claim.pk)]
    assert program("GET", f"me/sign-ups/{claim.pk}").json()["placement"]["grid"] == city.grids[0].name
    hours = program("GET", f"me/sign-ups/{claim.pk}/hours").json()
    assert (hours["calendar"], hours["certificate"], hours["every_event"]) == (None, None, False)
    for path in ("coming", "cannot", "withdrawal"):
        assert told(program("POST", f"me/sign-ups/{claim.pk}/{path}")) == (404, "not_found")
    other = program_of(user_with_role("grid_worker", city.micro_grids[0]))
    assert other("GET", "me/sign-ups").json() == []
    city.event.ended_at = now()
    city.event.save()
    assert program("GET", "me/sign-ups").json() == []
    AccountPerson.objects.all().delete()
    assert told(program("GET", f"me/sign-ups/{claim.pk}")) == (404, "not_found")


def test_notices_are_read_once_somebody_says_that_they_were_opened(city: TinyCity) -> None:
    client, claim, person = volunteer(city)
    _, _, other = volunteer(city, name="李大明", phone="13900007701")
    mine, theirs = tell(city, person), tell(city, other)
    phone = phone_of(client)
    for _ in range(2):
        read = phone("GET", "notices").json()
        assert read["unread"] == 1, "looking marks nothing"
    (notice,) = read["notices"]
    assert (notice["id"], notice["sign_up"]) == (mine.pk, str(claim.pk))
    assert city.grids[0].name in notice["text"]
    assert phone("GET", f"notices?before={mine.pk}").json()["notices"] == []
    opened = {"notices": [mine.pk, theirs.pk, 2**62]}
    assert [phone("POST", "notices/read", opened).json()["read"] for _ in range(2)] == [1, 0]
    assert Told.objects.get(pk=theirs.pk).read_at is None
    worker = user_with_role("grid_worker", city.micro_grids[0])
    AccountPerson.objects.create(user=worker, person=other.pk, said_at=now())
    program = program_of(worker)
    assert [each["id"] for each in program("GET", "me/notices").json()["notices"]] == [theirs.pk]
    assert program("POST", "me/notices/read", opened).json()["read"] == 1


def test_a_posts_code_starts_and_finishes_duty_once_and_looking_starts_nothing(city: TinyCity) -> None:
    client, claim, person = volunteer(city)
    phone = phone_of(client)
    by = caller_for(user_with_role("community_desk", city.communities[0]))
    post = f"posts/{posts.plain(posts.code_of(city.event, city.grids[0], by=by, at=now()))}"
    assert [each["does"] for each in phone("GET", post).json()["people"]] == ["start"]
    assert not Service.objects.exists()
    start = {"id": str(uuid4()), "sign_up": str(claim.pk), "does": "start"}
    for _ in range(2):
        (stand,) = phone("POST", f"{post}/taps", start).json()["people"]
    assert (stand["does"], stand["service"]) == ("finish", Service.objects.get(person=person).pk)
    assert told(phone("POST", f"{post}/taps", start | {"does": "finish"})) == (422, "invalid")
    theirs = begin(city, volunteer(city, name="李大明", phone="13900007701")[2], now() - HOUR)
    assert told(phone("POST", f"{post}/taps", start | {"does": "finish", "service": theirs.pk})) == (404, "not_found")
    Service.objects.filter(person=person).update(started_at=now() - HOUR)
    finish = start | {"does": "finish", "service": stand["service"]}
    for _ in range(2):
        assert phone("POST", f"{post}/taps", finish).status_code == 200
    hours = phone("GET", f"sign-ups/{claim.pk}/hours").json()
    assert [(each["state"], each["tenths"]) for each in hours["services"]] == [("waiting", 10)]
    assert told(phone("GET", "posts/AAAAAAAA")) == (404, "post_code_old")
    assert told(phone("POST", "posts/AAAAAAAA/taps", start)) == (404, "post_code_old")


def test_a_forgotten_finish_and_a_correction_are_said_on_ones_phone(city: TinyCity) -> None:
    client, claim, person = volunteer(city)
    phone, here = phone_of(client), f"sign-ups/{claim.pk}/hours"
    at = now()
    forgot = begin(city, person, at - 30 * HOUR)
    assert [each["forgotten"] for each in phone("GET", here).json()["services"]] == [True]
    early = {"finished_at": (at - 31 * HOUR).isoformat()}
    assert told(phone("POST", f"{here}/{forgot.pk}/finish", early)) == (422, "finish_before_start")
    ended = {"finished_at": (at - 28 * HOUR).isoformat()}
    assert phone("POST", f"{here}/{forgot.pk}/finish", ended).json()["services"][0]["tenths"] == 20
    really = {"id": str(uuid4()), "since": (at - 30 * HOUR).isoformat(), "until": (at - 27 * HOUR).isoformat()}
    for _ in range(2):
        (service,) = phone("POST", f"{here}/{forgot.pk}/corrections", really).json()["services"]
    assert [each["state"] for each in service["corrections"]] == ["asked"]
    assert Correction.objects.count() == 1
    again = really | {"id": str(uuid4())}
    assert told(phone("POST", f"{here}/{forgot.pk}/corrections", again)) == (409, "correction_asked")
    theirs = served(city, volunteer(city, name="李大明", phone="13900007701")[2], at - 9 * HOUR, at - 8 * HOUR)
    assert told(phone("POST", f"{here}/{theirs.pk}/corrections", again)) == (404, "not_found")


def test_only_a_phone_that_was_shown_to_be_ones_own_reads_every_event_and_gives_a_number(city: TinyCity) -> None:
    client, claim, _ = volunteer(city)
    phone, here = phone_of(client), f"sign-ups/{claim.pk}"
    hours = phone("GET", f"{here}/hours").json()
    assert (hours["every_event"], hours["certificate"]) == (False, None)
    assert hours["calendar"] == f"/claim/{claim.pk}/hours/calendar/"
    number = {"number": "5101 0000 1234 5678"}
    assert told(phone("POST", f"{here}/volunteer-number", number)) == (403, "not_yourself")
    DeviceSession.objects.update(way=DeviceSession.Way.CODE)
    hours = phone("POST", f"{here}/volunteer-number", number).json()
    assert (hours["every_event"], hours["certificate"]) == (True, f"/claim/{claim.pk}/hours/certificate/")
    assert "5678" not in str(hours)
    assert told(phone("POST", f"{here}/volunteer-number", {"number": "?"})) == (422, "volunteer_number_wrong")
    DeviceSession.objects.update(for_another=True)
    assert told(phone("POST", f"{here}/volunteer-number", number)) == (403, "not_yourself")
