"""Volunteers over HTTP: on a basis that is stated, in one's own community."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from linli.common.clock import now
from linli.events.models import Event
from linli.muster import volunteer_sheet
from linli.muster.models import SignUp
from linli.people.models import Load, Volunteer
from tests.factories import sign_in, tiny_city, user_with_role
from tests.sheets import filled

pytestmark = pytest.mark.django_db

WANG = {"name": "王小明", "phone": "13800001234", "door": "1栋1单元502"}
SAID = {"owner": "居委会", "legal_basis": "志愿服务协议"}


@pytest.fixture
def city():
    return tiny_city()


@pytest.fixture
def load(client, city):
    sign_in(client, user_with_role("community_desk", city.communities[0]))
    client.cookies["django_language"] = "en"

    def post(**said):
        file = SimpleUploadedFile("v.xlsx", filled(volunteer_sheet.TEMPLATE, [WANG]))
        return client.post(reverse("load_volunteers", args=[city.communities[0].pk]), {"file": file, **said})

    return post


def taken(client, city, looked):
    key = re.search(r'name="held" value="([0-9a-f-]+)"', looked.content.decode())[1]
    return client.post(reverse("load_volunteers", args=[city.communities[0].pk]), {"held": key}, follow=True)


def test_for_this_event_is_the_rule_and_they_become_sign_ups(client, city, load):
    page = client.get(reverse("load_volunteers", args=[city.communities[0].pk])).content.decode()
    assert re.search(r'value="event"[^>]*checked', page)
    assert "Made: 1 sign-up." in taken(client, city, load(basis="event")).content.decode()
    assert SignUp.objects.get().name == "王小明"
    assert Load.objects.get().holder == city.event.pk


def test_standing_asks_who_answers_and_what_allows_it(client, city, load):
    refused = load(basis="standing", owner="居委会")
    assert refused.status_code == 422
    assert 'id="id_legal_basis_error"' in refused.content.decode()
    taken(client, city, load(basis="standing", **SAID))
    assert Volunteer.objects.count() == 1
    assert Load.objects.get().owner == "居委会"


def test_without_an_event_only_standing_is_offered(client, city, load):
    Event.objects.update(ended_at=now())
    assert 'value="event"' not in client.get(reverse("load_volunteers", args=[city.communities[0].pk])).content.decode()
    assert load(basis="event").status_code == 422


def test_an_event_that_ended_after_the_look_takes_nothing(client, city, load):
    looked = load(basis="event")
    Event.objects.update(ended_at=now())
    assert 'role="alert"' in taken(client, city, looked).content.decode()
    assert not SignUp.objects.exists()
    assert not Volunteer.objects.exists()


def test_what_was_looked_through_for_one_community_is_not_taken_into_another(client, city, load):
    looked = load(basis="event")
    user = user_with_role("community_desk", city.communities[1])
    sign_in(client, user)
    key = re.search(r'name="held" value="([0-9a-f-]+)"', looked.content.decode())[1]
    client.post(reverse("load_volunteers", args=[city.communities[1].pk]), {"held": key})
    assert not SignUp.objects.exists()
