"""The desk's side: a code on paper for somebody who stands there, and a lost phone signed out."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from linli.access.callers import DEVICE_COOKIE
from linli.access.devices import start_device_session
from linli.access.models import DeviceSession, PaperCode
from linli.common.caller import Caller
from linli.common.clock import now
from linli.custody.models import TrailEntry
from linli.muster import actions
from tests.factories import add_claim, add_resident
from tests.web.muster.said import body

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(city):
    return add_resident(city, name="王小明", phone="13800001234")


def at(name, city, *more, community=0):
    return reverse(name, args=[city.communities[community].pk, *more])


def code_on(reply):
    return re.search(r"<code>([2-9A-Z]{4}-[2-9A-Z]{4})</code>", body(reply))[1]


def uses(code, client=None):
    return (client or Client()).post(reverse("use_paper", args=[code.replace("-", "")]))


@pytest.mark.parametrize("asked", ["王小明", "13800001234", "138 0000 1234", "＋８６13800001234"])
def test_somebody_is_found_by_whole_name_or_number_and_masked(city, desk, person, asked):
    page = body(desk.post(at("find_person", city), {"asked": asked}))
    assert "王**" in page
    assert "138****1234" in page
    assert "王小明" not in page.replace(f'value="{asked}"', "")


@pytest.mark.parametrize("asked", ["王", "小明", "1380000123", "%", "王小明 ' OR 1=1", "\x00"])
def test_nobody_is_found_by_a_part(city, desk, person, asked):
    assert "/code/" not in body(desk.post(at("find_person", city), {"asked": asked}))


def test_a_neighbouring_communitys_people_are_not_found(city, desk):
    there = add_resident(city, name="白桦人", phone="13800005555", community=1)
    assert "/code/" not in body(desk.post(at("find_person", city), {"asked": "白桦人"}))
    assert desk.post(at("print_code", city, there.pk)).status_code == 404
    assert desk.post(at("end_devices", city, there.pk)).status_code == 404
    assert not PaperCode.objects.exists()


def test_a_volunteer_whom_no_register_knows_is_found_too(city, desk):
    actions.confirm(add_claim(city, name="外来人", phone="13800007777"), person=None, by=Caller(user=1), at=now())
    assert "/code/" in body(desk.post(at("find_person", city), {"asked": "外来人"}))


def test_a_code_on_paper_is_shown_once_opens_once_and_says_for_whom(city, desk, person):
    reply = desk.post(at("print_code", city, person.pk))
    assert "no-store" in reply["Cache-Control"]
    code = code_on(reply)
    phone = Client(headers={"user-agent": "iPhone"})
    phone.cookies["django_language"] = "en"
    address = reverse("use_paper", args=[code.replace("-", "")])
    assert "Are you 王**?" in body(phone.get(address))
    assert not DeviceSession.objects.exists()  # a preview in a chat only looks
    assert phone.post(address).url == reverse("my_devices")
    session = DeviceSession.objects.get()
    assert (session.person, session.way, session.kind) == (person.pk, "paper", "iphone")
    assert uses(code).status_code == 403
    assert Client().get(address).status_code == 403
    kinds = {"paper_code.printed", "paper_code.used", "device.bound"}
    assert kinds <= set(TrailEntry.objects.values_list("kind", flat=True))
    assert TrailEntry.objects.get(kind="paper_code.printed").area == city.communities[0].pk


def test_a_code_that_cannot_be_photographed_is_typed(city, desk, person):
    code = code_on(desk.post(at("print_code", city, person.pk)))
    phone = Client()
    assert phone.post(reverse("type_paper"), {"code": f" {code.lower()} "}).url.endswith(f"/{code.replace('-', '')}/")
    for wrong in ("", "x", "AAAA-AAAA", "\x00"):
        assert phone.post(reverse("type_paper"), {"code": wrong}).status_code == 422


def test_a_paper_is_good_for_ten_minutes(city, desk, person):
    code = code_on(desk.post(at("print_code", city, person.pk)))
    PaperCode.objects.update(created_at=now() - timedelta(minutes=11), expires_at=now() - timedelta(minutes=1))
    assert uses(code).status_code == 403
    assert not DeviceSession.objects.exists()


def test_the_desk_signs_every_phone_of_somebody_out(city, desk, person):
    claim = actions.confirm(
        add_claim(city, name="王小明", phone="13800001234"), person=person, by=Caller(user=1), at=now()
    )
    phones = [Client(), Client()]
    for phone, claimed in zip(phones, (None, claim.pk), strict=True):
        _, phone.cookies[DEVICE_COOKIE] = start_device_session(claimed, person=person.pk, at=now())
    desk.post(at("end_devices", city, person.pk))
    assert [phone.get(reverse("my_devices")).status_code for phone in phones] == [404, 404]
    ended = TrailEntry.objects.filter(kind="device.ended")
    assert {(each.user is not None, each.area) for each in ended} == {(True, city.communities[0].pk)}
    assert len(ended) == 2


def test_the_desk_prints_for_a_sign_up_that_waits_and_signs_its_phones_out(city, desk):
    claim = add_claim(city, name="报到人", phone="13800007777")
    code = code_on(desk.post(reverse("print_claim_code", args=[claim.pk])))
    phone = Client()
    assert uses(code, phone).url == reverse("claim", args=[claim.pk])
    page = body(desk.get(reverse("sign_up_detail", args=[claim.pk])))
    assert reverse("end_claim_devices", args=[claim.pk]) in page
    desk.post(reverse("end_claim_devices", args=[claim.pk]))
    assert phone.get(reverse("claim", args=[claim.pk])).status_code == 404


def test_for_a_sign_up_that_is_over_no_code_is_printed(city, desk):
    claim = add_claim(city, name="报到人", phone="13800007777")
    actions.decline(claim, by=Caller(user=1), at=now())
    assert desk.post(reverse("print_claim_code", args=[claim.pk])).status_code == 409
    assert not PaperCode.objects.exists()
