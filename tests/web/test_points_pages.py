"""Putting estates on the map: the list, one place, what is refused, and taking it back."""

import pytest
from django.test import Client
from django.urls import reverse

from linli.places.models import Building, Estate
from tests.factories import LAT, LON, sign_in, tiny_city, user_with_role

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    found = tiny_city()
    Estate.objects.update(lon=None, lat=None)
    return found


@pytest.fixture
def desk(city):
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    sign_in(client, user_with_role("community_desk", city.communities[0]))
    return client


def test_what_has_no_point_is_listed_and_is_not_when_it_has_one(city, desk):
    page = reverse("points", args=[city.communities[0].pk])
    assert city.estates[0].name in desk.get(page).content.decode()
    there = reverse("point", args=[city.communities[0].pk, city.estates[0].pk])
    reply = desk.post(there, {"point": f"{LAT}, {LON}", "system": "wgs84"}, follow=True)
    assert "is on the map" in reply.content.decode()
    assert desk.get(page).context["without"] == 0


def test_buildings_without_a_point_are_a_list_of_their_own(city, desk):
    Building.objects.filter(pk=city.buildings[0].pk).update(lon=None, lat=None)
    rows = desk.get(reverse("points", args=[city.communities[0].pk]), {"show": "buildings"}).context["rows"]
    assert [pk for pk, _ in rows] == [city.buildings[0].pk]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"point": "x", "system": "wgs84"}, "This is no point in China"),
        ({"point": "31.9, 104.05", "system": "wgs84"}, "km outside"),
        ({"point": f"{LAT}, {LON}"}, "Please say which map"),
        ({"point": f"{LAT}, {LON}", "system": "utm"}, "system"),
        ({"point": "", "system": "wgs84"}, "Please paste the point"),
    ],
)
def test_a_point_that_will_not_do_is_told_why_and_stays_typed(city, desk, said, told):
    page = desk.post(reverse("point", args=[city.communities[0].pk, city.estates[0].pk]), said)
    assert (page.status_code, told in page.content.decode()) == (422, True)
    assert page.context["form"]["point"].value() == said["point"]


def test_a_point_is_taken_back(city, desk):
    there = reverse("point", args=[city.communities[0].pk, city.estates[0].pk])
    last = desk.post(there, {"point": f"{LAT}, {LON}", "system": "wgs84"}, follow=True).context["last"]
    back = reverse("undo_point", args=[city.communities[0].pk, city.estates[0].pk])
    assert "The point is taken back." in desk.post(back, {"set": last.pk}, follow=True).content.decode()
    assert "Nothing was changed." in desk.post(back, {"set": last.pk}, follow=True).content.decode()
    assert desk.post(back, {"set": "x"}).status_code == 404


def test_a_list_is_looked_through_first_and_its_wrong_lines_stay(city, desk):
    page = reverse("points", args=[city.communities[0].pk])
    said = {"text": f"{city.estates[0].name}, {LAT}, {LON}\n没有, 1, 2", "system": "wgs84", "do": "look"}
    reply = desk.post(page, said)
    assert (reply.context["good"], Estate.objects.exclude(lon=None).count()) == (1, 0)
    reply = desk.post(page, said | {"do": "take"})
    assert "1 place has its point." in reply.content.decode()
    assert reply.context["form"]["text"].value() == "没有, 1, 2"
    assert Estate.objects.exclude(lon=None).count() == 1


def test_the_administrator_puts_estates_of_any_community_on_the_map_and_the_street_of_none(city):
    for role, area, status in (("administrator", None, 200), ("street", city.street, 404)):
        client = Client()
        sign_in(client, user_with_role(role, area))
        for community in city.communities:
            assert client.get(reverse("points", args=[community.pk])).status_code == status
