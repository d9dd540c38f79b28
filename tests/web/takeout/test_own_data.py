"""What is stored about me: on a phone that is mine, all of it; on one that only signed up, what was said on it."""

import io
import json

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from linli.access.callers import DEVICE_COOKIE
from linli.access.devices import start_device_session
from linli.access.models import DeviceSession
from linli.common.clock import now
from linli.custody.models import TrailEntry
from linli.muster import actions
from linli.muster.models import SignUp
from linli.people.models import Person
from tests.factories import TinyCity, add_claim, add_resident, caller_for, note, user_with_role

pytestmark = pytest.mark.django_db
PHONE = "13800001234"


@pytest.fixture
def person(city: TinyCity) -> Person:
    return add_resident(city, name="王小明", phone=PHONE)


@pytest.fixture
def claim(city: TinyCity, person: Person) -> SignUp:
    desk = caller_for(user_with_role("community_desk", city.communities[0]))
    return actions.confirm(add_claim(city, name="王小明", phone=PHONE), person=person, by=desk, at=now())


def phone_of(claim: SignUp | None = None, **more: object) -> Client:
    _, secret = start_device_session(claim.pk if claim else None, at=now(), **more)  # type: ignore[arg-type]
    client = Client()
    client.cookies[DEVICE_COOKIE], client.cookies["django_language"] = secret, "en"
    return client


def sections(client: Client) -> dict[str, list[dict[str, str]]]:
    reply = client.post(reverse("my_data"), {"kind": "json"})
    assert reply["Content-Disposition"] == 'attachment; filename="linli-my-data.json"'
    content = json.loads(reply.content)
    assert content["synthetic"] is True
    return {each["title"]: each["rows"] for each in content["sections"]}


def test_a_code_opens_all_that_is_stored(city, person, claim):
    note(city, user_with_role("community_desk", city.communities[0]))
    found = sections(phone_of(claim, person=person.pk, way=DeviceSession.Way.CODE))
    assert (
        found["Who you are"][0] | {"Kept by": "the standing register", "Name": "王小明", "Phone": PHONE}
        == (found["Who you are"][0])
    )
    assert found["Where you are counted"][0]["Counted in"] == "青松第1网格微1"
    assert found["Sign-ups"][0]["Building and door"] == "1栋1单元502"
    assert found["In the duty log"] == []
    assert len(found["Phones and addresses"]) == 1


def test_a_phone_that_only_signed_up_proves_nobody(person, claim):
    """Anybody can type somebody's name and number and be confirmed as them: the register's record is not theirs yet."""
    found = sections(phone_of(claim, person=person.pk))
    assert {"Who you are", "Where you are counted", "In the duty log"}.isdisjoint(found)
    assert found["Sign-ups"][0]["Phone"] == PHONE  # as it was typed on this phone


def test_who_acts_for_another_takes_nothing_out(person):
    client = phone_of(person=person.pk, way=DeviceSession.Way.CODE, for_another=True)
    assert "Only 王** can take out" in client.get(reverse("my_data")).content.decode()
    assert client.post(reverse("my_data"), {"kind": "json"}).status_code == 403
    assert not TrailEntry.objects.filter(kind="own_data.taken").exists()


def test_the_others_of_a_family_phone_stay_out(city, person, claim):
    other = add_claim(city, name="赵一", phone="13900005555")
    found = sections(phone_of(claim, person=person.pk, way=DeviceSession.Way.CODE, more=[other.pk]))
    assert [each["Name"] for each in found["Sign-ups"]] == ["王小明"]


def test_a_table_has_a_sheet_for_each_part_and_the_trail_an_entry(person, claim):
    client = phone_of(claim, person=person.pk, way=DeviceSession.Way.PAPER)
    reply: HttpResponse = client.post(reverse("my_data"), {"kind": "xlsx"})
    book = CalamineWorkbook.from_filelike(io.BytesIO(reply.content))
    assert book.sheet_names[:2] == ["Who you are", "Where you are counted"]
    assert "Synthetic city" in str(book.get_sheet_by_index(0).to_python()[0][0])
    assert TrailEntry.objects.filter(kind="own_data.taken", subject=f"person:{person.pk}").count() == 1


def test_nonsense_and_strangers_get_nothing(claim):
    assert phone_of(claim).post(reverse("my_data"), {"kind": "exe"}).status_code == 422
    assert Client().get(reverse("my_data")).status_code == 404
    page = phone_of(claim).get(reverse("my_data")).content.decode()
    assert reverse("ask_code") in page  # how to get the rest
