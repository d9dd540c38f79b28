"""Zones on a page: from a building to a street, with their basis and day counter, declared, changed and lifted."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from linli.common.clock import now
from linli.events.models import Event, EventArea, Zone
from linli.events.queries import zone_at
from linli.places import actions as places
from linli.places.models import Area, Building, Level, Place
from tests.factories import FOUNDED, STARTED, SYSTEM, TinyCity, sign_in, tiny_city, user_with_role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(client: Client) -> None:
    client.cookies["django_language"] = "en"


@pytest.fixture
def city() -> TinyCity:
    return tiny_city()


def offered(client: Client, area: Area) -> list[str]:
    page = client.get(reverse("zones", args=[area.pk])).content.decode()
    choices = page[page.index('id="id_place"') : page.index("</select>", page.index('id="id_place"'))]
    return re.findall(r"<option[^>]*>([^<]+)</option>", choices)


def declare(client: Client, area: Area, place: Place | Area, level: int, **said: str) -> int:
    form = {"place": place.pk, "level": level, "basis": "Notice 7", "counted_from": ""} | said
    return client.post(reverse("zones", args=[area.pk]), form).status_code


def test_a_page_offers_every_place_from_a_street_to_a_building(client: Client, city: TinyCity) -> None:
    sign_in(client, user_with_role("street", city.street))
    assert offered(client, city.street) == ["Choose a place", "梧桐街道", "白桦社区", "青松社区"]
    community = ["青松社区", "青松第1网格", "青松第2网格"]
    estate = ["青松苑", "青松苑 1栋", "青松苑 2栋", "青松苑 3栋", "青松苑 4栋"]
    assert offered(client, city.communities[0]) == ["Choose a place", *community, *estate]
    grid = ["青松第1网格", "青松苑 1栋", "青松苑 2栋"]
    assert offered(client, city.grids[0]) == ["Choose a place", *grid]


def test_buildings_stand_in_the_order_of_their_numbers_and_loose_ones_last(client: Client, city: TinyCity) -> None:
    for name, estate in (("12栋", city.estates[0]), ("老供销社", None)):
        place = Place.objects.create(kind=Place.Kind.BUILDING, physical_parent=estate.place if estate else None)
        Building.objects.create(place=place, estate=estate, name=name)
        places.assign(place, city.micro_grids[0], by=SYSTEM, at=FOUNDED)
    sign_in(client, user_with_role("street", city.street))
    assert offered(client, city.grids[0])[2:] == ["青松苑 1栋", "青松苑 2栋", "青松苑 12栋", "老供销社"]


def test_a_zone_over_one_building_holds_there_and_not_next_door(client: Client, city: TinyCity) -> None:
    sign_in(client, user_with_role("street", city.street))
    assert declare(client, city.communities[0], city.buildings[0].place, Zone.Risk.HIGH) == 302
    assert zone_at(city.buildings[0].pk, now()).level == Zone.Risk.HIGH
    assert zone_at(city.buildings[1].pk, now()).level == Zone.Risk.LOW
    page = client.get(reverse("zones", args=[city.communities[0].pk])).content.decode()
    assert "青松苑 1栋" in page
    assert "Notice 7" in page


def test_a_place_of_another_community_is_not_offered(client: Client, city: TinyCity) -> None:
    sign_in(client, user_with_role("street", city.street))
    assert declare(client, city.communities[0], city.buildings[4].place, Zone.Risk.HIGH) == 422
    nothing_chosen = {"place": "", "level": 2, "basis": "Notice 7"}
    assert client.post(reverse("zones", args=[city.communities[0].pk]), nothing_chosen).status_code == 422
    assert not Zone.objects.exists()


@pytest.mark.parametrize(("days", "told"), [(3, "3 of 7"), (7, "7: it may go down"), (15, "15: it may go down")])
def test_the_day_counter_says_when_a_zone_may_go_down(client: Client, city: TinyCity, days: int, told: str) -> None:
    sign_in(client, user_with_role("street", city.street))
    newest = (localdate(now()) - timedelta(days=days)).isoformat()
    declare(client, city.communities[0], city.buildings[0].place, Zone.Risk.HIGH, counted_from=newest)
    assert told in client.get(reverse("zones", args=[city.communities[0].pk])).content.decode()


def test_only_a_zone_of_the_lowest_level_can_be_said_to_be_over(client: Client, city: TinyCity) -> None:
    sign_in(client, user_with_role("street", city.street))
    page = reverse("zones", args=[city.communities[0].pk])
    declare(client, city.communities[0], city.buildings[0].place, Zone.Risk.HIGH)
    assert 'value="over"' not in client.get(page).content.decode()
    declare(client, city.communities[0], city.buildings[1].place, Zone.Risk.LOW)
    assert client.get(page).content.decode().count('value="over"') == 1


def test_declaring_again_raises_a_zone_and_ends_the_older_one(client: Client, city: TinyCity) -> None:
    sign_in(client, user_with_role("street", city.street))
    assert declare(client, city.communities[0], city.estates[0].place, Zone.Risk.MEDIUM) == 302
    assert declare(client, city.communities[0], city.estates[0].place, Zone.Risk.HIGH) == 302
    assert list(Zone.objects.order_by("during").values_list("level", flat=True)) == [1, 2]
    assert zone_at(city.estates[0].pk, now()).level == Zone.Risk.HIGH


def test_a_community_that_stands_alone_declares_and_lifts_by_its_top_role(client: Client) -> None:
    alone = places.add_area(level=Level.COMMUNITY, name="独立社区", parent=None, by=SYSTEM, at=FOUNDED)
    event = Event.objects.create(name="疫情", pack="epidemic", pack_version="1", started_at=STARTED, exercise=True)
    EventArea.objects.create(event=event, area=alone)
    sign_in(client, user_with_role("community_desk", alone))
    page = client.get(reverse("zones", args=[alone.pk])).content.decode()
    assert "City command declares a zone" in page
    assert "Declare this zone" not in page
    sign_in(client, user_with_role("city", alone))
    assert declare(client, alone, alone, Zone.Risk.HIGH) == 302
    zone = Zone.objects.get()
    lifted = client.post(reverse("lift_zone", args=[zone.pk]), {"area": alone.pk, "reason": "mistake"}, follow=True)
    assert "The zone is lifted." in lifted.content.decode()


def test_city_command_declares_nothing_where_there_is_a_street(client: Client, city: TinyCity) -> None:
    sign_in(client, user_with_role("city", city.street))
    page = client.get(reverse("zones", args=[city.street.pk])).content.decode()
    assert "The street or the district declares a zone" in page
    assert declare(client, city.street, city.communities[0], Zone.Risk.HIGH) == 404
    assert not Zone.objects.exists()
