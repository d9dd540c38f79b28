"""My phones: the list, ending one, and an address for codes by e-mail."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from linli.access import codes
from linli.access.callers import DEVICE_COOKIE
from linli.access.devices import start_device_session
from linli.access.models import MailAddress, OneTimeCode
from linli.common.clock import now
from linli.custody.models import TrailEntry
from tests.factories import add_claim, add_resident
from tests.web.muster.said import body

pytestmark = pytest.mark.django_db
MINE, MAIL = reverse("my_devices"), reverse("add_mail")
ADDRESS = "wang@example.org"


def phone_of(person=None, claim=None, **more):
    """A phone that is signed in, and its session."""
    session, secret = start_device_session(claim, person=person, at=now(), **more)
    client = Client()
    client.cookies["django_language"] = "en"
    client.cookies[DEVICE_COOKIE] = secret
    return client, session


def end(client, session):
    return client.post(reverse("end_device", args=[session.pk]))


def test_a_stolen_phone_is_signed_out_from_another_and_opens_nothing_any_more(city):
    claim = add_claim(city, name="王小明", phone="13800001234")
    mine, _ = phone_of(claim=claim.pk)
    stolen, session = phone_of(claim=claim.pk, kind="iphone")
    page = body(mine.get(MINE))
    assert ("iPhone" in page, "<strong>2</strong> phones" in page, "王小明" in page) == (True, True, False)
    own = reverse("claim", args=[claim.pk])
    assert stolen.get(own).status_code == 200
    assert end(mine, session).url == MINE
    assert stolen.get(own).status_code == 404
    assert stolen.get(MINE).status_code == 404
    assert stolen.post(reverse("withdraw", args=[claim.pk])).status_code == 404
    assert mine.get(own).status_code == 200
    entry = TrailEntry.objects.get(kind="device.ended")
    assert entry.subject == f"device:{session.pk}"
    assert end(mine, session).status_code == 404


def test_this_phone_is_signed_out_too(city):
    client, session = phone_of(add_resident(city, name="王小明", phone="13800001234").pk)
    assert end(client, session).url == reverse("home")
    assert client.get(MINE).status_code == 404


def test_nobody_ends_anothers_phone(city):
    mine, _ = phone_of(add_resident(city, name="王小明", phone="13800001234").pk)
    _, others = phone_of(add_resident(city, name="赵兰", phone="13800009999").pk)
    assert end(mine, others).status_code == 404
    others.refresh_from_db()
    assert others.revoked_at is None
    assert mine.post(reverse("end_device", args=[uuid4()])).status_code == 404


def test_who_acts_for_somebody_reads_so(city):
    client, _ = phone_of(add_resident(city, name="王奶奶", phone="").pk, for_another=True)
    assert "you act for 王**" in body(client.get(MINE))


def test_a_phone_whose_thirty_days_are_over_is_gone_from_the_list(city):
    person = add_resident(city, name="王小明", phone="13800001234").pk
    client, _ = phone_of(person)
    start_device_session(None, person=person, at=now() - timedelta(days=31))
    assert "<strong>1</strong> phone" in body(client.get(MINE))


def adds(client, typed=None, to=ADDRESS):
    client.post(MAIL, {"to": to})
    return client.post(reverse("type_code"), {"code": typed or codes.code_of(OneTimeCode.objects.get())})


def test_an_address_becomes_mine_once_its_code_was_typed_and_lets_me_in(city):
    person = add_resident(city, name="王小明", phone="13800001234").pk
    client, _ = phone_of(person)
    assert adds(client).url == MINE
    assert MailAddress.objects.get().person == person
    page = body(client.get(MINE))
    assert ("w***@example.org" in page, ADDRESS in page) == (True, False)
    other = Client()
    other.post(reverse("ask_code"), {"to": " WANG@example.org"})
    other.post(reverse("type_code"), {"code": codes.code_of(OneTimeCode.objects.get(used_at__isnull=True))})
    assert other.post(reverse("choose_person"), {"who": f"p{person}:me"}).url == MINE


def test_a_code_for_an_address_opens_nobody(city):
    client, _ = phone_of(add_resident(city, name="王小明", phone="13800001234").pk)
    client.post(MAIL, {"to": ADDRESS})
    row = OneTimeCode.objects.get()
    OneTimeCode.objects.update(proved_at=now())
    assert client.get(reverse("choose_person")).status_code == 404
    assert not MailAddress.objects.filter(person=row.adds_to).exists()


def test_an_address_is_not_added_to_whom_the_phone_no_longer_speaks_for(city):
    client, _ = phone_of(add_resident(city, name="王小明", phone="13800001234").pk)
    client.post(MAIL, {"to": ADDRESS})
    del client.cookies[DEVICE_COOKIE]
    assert client.post(reverse("type_code"), {"code": codes.code_of(OneTimeCode.objects.get())}).status_code == 404
    assert not MailAddress.objects.exists()


@pytest.mark.parametrize("to", ["", "13800001234", "a@b"])
def test_only_an_address_can_be_added(city, to):
    client, _ = phone_of(add_resident(city, name="王小明", phone="13800001234").pk)
    assert client.post(MAIL, {"to": to}).status_code == 422
    assert not OneTimeCode.objects.exists()


def test_an_address_is_taken_away_by_its_owner_alone(city):
    client, _ = phone_of(add_resident(city, name="王小明", phone="13800001234").pk)
    adds(client)
    address = MailAddress.objects.get()
    other, _ = phone_of(add_resident(city, name="赵兰", phone="13800009999").pk)
    other.post(reverse("remove_mail", args=[address.pk]))
    assert MailAddress.objects.exists()
    client.post(reverse("remove_mail", args=[address.pk]))
    assert not MailAddress.objects.exists()


def test_who_acts_for_somebody_can_add_none(city):
    client, _ = phone_of(add_resident(city, name="王奶奶", phone="").pk, for_another=True)
    assert "Add an e-mail address" not in body(client.get(MINE))
    assert client.post(MAIL, {"to": ADDRESS}).status_code == 422
    assert not OneTimeCode.objects.exists()


def test_a_phone_that_only_signed_up_can_add_none(city):
    client, _ = phone_of(claim=add_claim(city, name="王小明", phone="13800001234").pk)
    assert client.post(MAIL, {"to": ADDRESS}).status_code == 422
    assert "Add an e-mail address" not in body(client.get(MINE))
