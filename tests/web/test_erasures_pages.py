"""Erasing one person, on the pages: the desk takes it down, two decide over numbers."""

import pytest
from django.test import Client
from django.urls import reverse

from linli.closing.models import Erasure
from linli.people.models import Person
from tests.closing.test_erasing import own_keyring  # noqa: F401 (a fixture)
from tests.factories import add_resident, sign_in, tiny_city, user_with_role

pytestmark = pytest.mark.django_db


def as_(role, area=None):
    client = Client(headers={"accept-language": "en"})
    sign_in(client, user_with_role(role, area))
    return client


@pytest.fixture
def city(own_keyring):  # noqa: F811
    return tiny_city()


@pytest.fixture
def person(city):
    return add_resident(city, name="王小明", phone="13800001234")


@pytest.fixture
def desk(city):
    return as_("community_desk", city.communities[0])


@pytest.fixture
def asking(city, person):
    return reverse("ask_erasure", args=[city.communities[0].pk, person.pk])


def test_from_the_desk_to_two_confirmations(city, person, desk, asking):
    found = desk.post(reverse("find_person", args=[city.communities[0].pk]), {"asked": "王小明"}).content.decode()
    assert asking in found
    said = desk.post(asking, {"scope": "all", "ground": "wrongly"}, follow=True).content.decode()
    assert "It is taken down" in said
    officer, second = as_("privacy_officer"), as_("city", city.street)
    assert "1 waits" in officer.get(reverse("closings")).content.decode()
    listed = officer.get(reverse("erasures")).content.decode()
    assert f"person {person.pk}" in listed
    asked = Erasure.objects.get()
    address = reverse("erasure", args=[asked.pk])
    for client in (officer, second):
        seen = client.get(address).content.decode()
        assert "rows would be erased" in seen
        assert "王" not in seen
        assert "Confirm: erase" in seen
        said = client.post(address, {"how": "confirm"}, follow=True).content.decode()
    assert "By tomorrow morning" in said
    assert "rows were erased" in said
    assert not Person.objects.filter(pk=person.pk).exists()
    assert "written anew tonight" in officer.get(address).content.decode()
    assert officer.get(reverse("erasures")).content.decode().count(f"person {person.pk}") == 1


def test_an_answer_is_missing(desk, asking):
    reply = desk.post(asking, {"scope": "all"})
    assert (reply.status_code, Erasure.objects.count()) == (422, 0)


def test_where_only_the_register_would_keep_them_it_is_said(desk, asking):
    reply = desk.post(asking, {"scope": "but_register", "ground": "over"})
    assert reply.status_code == 422
    assert "Only the register knows this person" in reply.content.decode()


def test_the_first_confirmation_waits_and_the_second_person_may_decline(city, person, desk, asking):
    desk.post(asking, {"scope": "all", "ground": "over"})
    address = reverse("erasure", args=[Erasure.objects.get().pk])
    officer = as_("privacy_officer")
    officer.post(address, {"how": "confirm"})
    assert "Somebody else, under another account" in officer.get(address).content.decode()
    said = as_("city", city.street).post(address, {"how": "decline"}, follow=True).content.decode()
    assert "the erasure was declined" in said
    assert "declined already" in officer.post(address, {"how": "confirm"}, follow=True).content.decode()
    assert Person.objects.filter(pk=person.pk).exists()


def test_a_form_that_makes_no_sense_decides_nothing(city, desk, asking):
    desk.post(asking, {"scope": "all", "ground": "over"})
    address = reverse("erasure", args=[Erasure.objects.get().pk])
    as_("privacy_officer").post(address, {"how": "?"})
    assert Erasure.objects.get().officer_by is None


def test_an_empty_list_says_how_one_gets_there():
    tiny_city()
    assert "Erasures appear here" in as_("privacy_officer").get(reverse("erasures")).content.decode()
