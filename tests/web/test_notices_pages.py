"""My notices on my phone: the newest first, new until they were opened, and nobody else's."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from linli.access.callers import DEVICE_COOKIE
from linli.access.devices import share_device, start_device_session
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.db import from_on
from linli.custody.models import TrailEntry
from linli.muster import actions as muster
from linli.muster.models import Placement
from linli.notices import actions
from linli.notices.actions import News
from linli.notices.models import Told
from linli.people.models import Person
from tests.factories import (
    STARTED,
    SYSTEM,
    TinyCity,
    add_claim,
    add_resident,
    ask,
    place_in,
    sign_in,
    tiny_city,
    user_with_role,
)
from tests.muster.test_allocation import confirmed, planned, publish

pytestmark = pytest.mark.django_db


def tell(city: TinyCity, person: Person, *, grid: int = 0, key: str = "placed:1") -> None:
    place = city.grids[grid].pk
    facts = {"grid": place, "since": STARTED, "until": None, "desk": place}
    news = News(code="placed", about=f"grid:{place}", key=key, whom=[person.pk], facts=facts)
    actions.tell(city.event, [news], by=SYSTEM, at=now())


def phone_of(person: Person | None, claim: object = None) -> Client:
    _, secret = start_device_session(claim, person=person.pk if person else None, at=now())  # type: ignore[arg-type]
    client = Client(headers={"accept-language": "en"})
    client.cookies[DEVICE_COOKIE] = secret
    client.cookies["django_language"] = "en"
    return client


def body(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


def test_a_notice_is_new_until_it_was_opened() -> None:
    city = tiny_city()
    person = add_resident(city, name="王小明", phone="13800001234")
    client = phone_of(person)
    assert "Nobody has told you anything yet" in body(client.get("/notices/"))
    tell(city, person)
    assert "Notices: 1 new" in body(client.get("/"))
    client.head("/notices/")
    first = body(client.get("/notices/"))
    assert "<strong>1</strong> notice is new to you" in first
    assert city.grids[0].name in first
    told = Told.objects.get()
    assert (told.read_in, told.read_at is not None) == ("en", True)
    again = body(client.get("/notices/"))
    assert "You have read every notice" in again
    assert "Notices: 1 new" not in body(client.get("/"))


def test_the_newest_stands_first_and_a_page_reads_what_it_shows() -> None:
    city = tiny_city()
    person = add_resident(city, name="王小明", phone="13800001234")
    client = phone_of(person)
    for number in range(23):
        tell(city, person, grid=number % 2, key=f"placed:{number}")
    shown = re.findall(r'id="notice-(\d+)"', body(client.get("/notices/")))
    assert [int(each) for each in shown] == list(Told.objects.order_by("-pk").values_list("pk", flat=True)[:20])
    assert Told.objects.filter(read_at=None).count() == 3


def test_nobody_reads_what_others_were_told() -> None:
    city = tiny_city()
    person = add_resident(city, name="王小明", phone="13800001234")
    other = add_resident(city, name="李小红", phone="13900001234")
    tell(city, person)
    assert city.grids[0].name not in body(phone_of(other).get("/notices/"))
    assert Client().get("/notices/")["Location"] == "/sign-in/?next=/notices/", "an account may have a person"


def test_a_family_s_phone_says_whom_each_notice_is_for() -> None:
    city = tiny_city()
    mother = add_resident(city, name="王小明", phone="13800001234")
    uncle = add_resident(city, name="李小红", phone="13900001234")
    tell(city, uncle, key="before they signed up here")
    claims = [
        add_claim(city, name=name, phone=phone, at=now() + timedelta(seconds=1))
        for name, phone in (("王小明", "13800001234"), ("李小红", "13900001234"))
    ]
    session, secret = start_device_session(claims[0].pk, at=now())
    share_device(Caller(device=session.pk), claims[1].pk, at=now())
    for claim, person in zip(claims, (mother, uncle), strict=True):
        muster.confirm(claim, person=person, by=SYSTEM, at=now())
    Told.objects.update(told_at=now() - timedelta(hours=1))
    for person in (mother, uncle):
        tell(city, person, key=f"placed:{person.pk}")
    Told.objects.exclude(notice__key="before they signed up here").update(told_at=now() + timedelta(hours=1))
    client = Client()
    client.cookies[DEVICE_COOKIE] = secret
    client.cookies["django_language"] = "en"
    shown = body(client.get("/notices/"))
    assert shown.count('<h2 id="notice-') == 2
    assert "王*" in shown
    assert "李*" in shown
    assert "小明" not in shown


def desk_of(city: TinyCity, community: int = 0) -> Client:
    client = Client()
    sign_in(client, user_with_role("community_desk", city.communities[community]))
    client.cookies["django_language"] = "en"
    return client


def test_the_desk_calls_whoever_has_not_read_it_and_notes_it() -> None:
    city = tiny_city()
    ask(city, grid=0, want=1)
    confirmed(city, 1)
    publish(planned(city, city.street), city)
    placement, page = Placement.objects.get(), f"/grids/{city.grids[0].pk}/call-list/"
    desk = desk_of(city)
    assert "Told of it: 0. Have not heard of it: 1." in body(desk.get(f"/grids/{city.grids[0].pk}/"))
    assert "Nobody has been silent for 30 minutes." in body(desk.get(page))
    listed = body(desk.get(page, {"minutes": 0}))
    assert "王**" in listed
    assert "13800000001" not in listed
    shown = desk.post(f"/placements/{placement.pk}/phone/", {"field": "phone", "reason": "call", "minutes": "0"})
    assert "13800000001" in body(shown)
    assert TrailEntry.objects.filter(kind="field.revealed").count() == 1
    assert desk.post(f"/placements/{placement.pk}/phone/", {"field": "door", "reason": "call"}).status_code == 422
    assert "Noted: told by phone." in body(desk.post(f"/placements/{placement.pk}/called/", follow=True))
    assert "They know it already" in body(desk.post(f"/placements/{placement.pk}/called/", follow=True))
    assert "Everybody placed here has heard of it." in body(desk.get(page))
    assert "Told of it: 1. Have not heard of it: 0." in body(desk.get(f"/grids/{city.grids[0].pk}/"))


def test_minutes_that_make_no_sense_are_said_and_others_see_nothing() -> None:
    city = tiny_city()
    ask(city, grid=0, want=1)
    confirmed(city, 1)
    publish(planned(city, city.street), city)
    page = f"/grids/{city.grids[0].pk}/call-list/"
    assert desk_of(city).get(page, {"minutes": "soon"}).status_code == 422
    assert desk_of(city).get(f"/grids/{city.communities[0].pk}/call-list/").status_code == 404
    assert desk_of(city, 1).get(page).status_code == 404
    assert desk_of(city, 1).post(f"/placements/{Placement.objects.get().pk}/called/").status_code == 404


def test_the_number_of_somebody_who_never_signed_up_is_that_of_the_register() -> None:
    city = tiny_city()
    person = add_resident(city, name="王小明", phone="13800001234")
    at = now()
    placement = place_in(city.event, person, city.grids[0], from_on(at, at + timedelta(days=1)))
    said = {"field": "phone", "reason": "call", "minutes": "0"}
    assert "13800001234" in body(desk_of(city).post(f"/placements/{placement.pk}/phone/", said))
    assert TrailEntry.objects.get(kind="field.revealed").subject == f"person:{person.pk}"
