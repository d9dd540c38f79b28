"""Putting estates on the map: the list, one place, what is refused, and taking it back."""

import pytest
from django.test import Client
from django.urls import reverse

from linli.places.models import Building, Estate, Place, PointSet
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


def test_the_administrator_sees_every_estate_without_a_point_page_by_page(city):
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    sign_in(client, user_with_role("administrator"))
    Estate.objects.filter(pk=city.estates[0].pk).update(lon=LON, lat=LAT)
    for number in range(60):
        place = Place.objects.create(kind=Place.Kind.ESTATE, physical_parent=city.communities[0].place)
        Estate.objects.create(place=place, community=city.communities[0], name=f"新苑{number:02}")
    seen: list[int] = []
    for page in (1, 2):
        reply = client.get(reverse("all_points"), {"page": page})
        seen += [estate.pk for estate, _ in reply.context["rows"]]
        told = reply.content.decode()
        for estate, street in reply.context["rows"]:
            assert reverse("point", args=[estate.community_id, estate.pk]) in told
            assert street == city.street
    bare = set(Estate.objects.filter(lon=None).values_list("pk", flat=True))
    assert (len(seen), set(seen)) == (len(bare), bare)
    assert len(bare) > 60
    assert reverse("all_points") in client.get(reverse("place", args=[city.street.pk])).content.decode()


def test_when_every_estate_has_its_point_it_is_said(city):
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    sign_in(client, user_with_role("administrator"))
    Estate.objects.update(lon=LON, lat=LAT)
    assert "Every estate is on the map" in client.get(reverse("all_points")).content.decode()
    PointSet.objects.all().delete()
    Building.objects.update(estate=None)
    Estate.objects.all().delete()
    assert "There are no estates yet" in client.get(reverse("all_points")).content.decode()


@pytest.mark.parametrize("role", ["community_desk", "street", "auditor"])
def test_nobody_else_sees_the_estates_of_every_community(city, role):
    areas = {"community_desk": city.communities[0], "street": city.street}
    client = Client()
    sign_in(client, user_with_role(role, areas.get(role)))
    assert client.get(reverse("all_points")).status_code == 404
