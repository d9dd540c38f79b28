"""Who answers for which building, over HTTP: divided, changed, published; read by residents and by whoever answers."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from linli.access.callers import DEVICE_COOKIE
from linli.access.devices import start_device_session
from linli.common.clock import now
from linli.ledger import doorcodes
from linli.muster.models import Responsibility, SignUp
from linli.places.actions import set_desk_phone
from linli.places.models import Dwelling
from tests.factories import SYSTEM, TinyCity, add_resident, sign_in, tiny_city, user_with_role
from tests.muster.teams.test_responsibility import publish
from tests.muster.teams.world import desk_of, placed
from tests.web.teams.test_teams_pages import body

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(client: Client) -> None:
    client.cookies["django_language"] = "en"


@pytest.fixture
def city() -> TinyCity:
    return tiny_city()


@pytest.fixture
def desk(client: Client, city: TinyCity) -> Client:
    sign_in(client, user_with_role("community_desk", city.communities[0]))
    return client


def chosen(html: str) -> dict[str, str]:
    """What each select of the page shows."""
    found = {}
    for name, inside in re.findall(r'<select name="(b\d+)"[^>]*>(.*?)</select>', html, re.S):
        found[name] = "".join(re.findall(r'<option value="([^"]*)" selected', inside))
    return found


def test_a_desk_divides_its_buildings_and_publishes_who_answers(desk: Client, city: TinyCity) -> None:
    one, two = placed(city, 1), placed(city, 2)
    url = reverse("responsibility", args=[city.communities[0].pk])
    page = desk.get(url)
    assert "nobody answers for 4 buildings" in body(page)
    assert "王1" not in body(page)
    keys = [f"p{one.person_id}", f"p{two.person_id}"]
    assert re.findall(r'name="who" value="([^"]+)"', page.content.decode()) == keys
    page = desk.get(url, {"who": [*keys, "p1", "nonsense"]})
    assert "Divided, and not published yet" in body(page)
    said = chosen(page.content.decode())
    assert sorted(said.values()) == [keys[0], keys[0], keys[1], keys[1]]
    assert not Responsibility.objects.exists()
    [version] = re.findall(r'name="version" value="(\w+)"', page.content.decode())
    reply = desk.post(url, {**said, "version": version}, follow=True)
    assert "Published: 4 buildings changed hands." in body(reply)
    assert "somebody answers for every building" in body(reply)
    first = next(iter(said))
    again = desk.post(url, {**said, first: keys[1], "version": version})
    assert again.status_code == 409
    assert "Somebody has published who answers here meanwhile." in body(again)
    assert chosen(again.content.decode())[first] == keys[1], "what was chosen is kept"


def test_a_grid_keeps_whoever_answers_from_the_next_grid(desk: Client, city: TinyCity) -> None:
    one = placed(city, 1, grid=1)
    place = city.buildings[0].place_id
    publish(city, {place: f"p{one.person_id}"}, desk_of(city))
    url = reverse("responsibility", args=[city.grids[0].pk])
    page = desk.get(url)
    assert chosen(page.content.decode())[f"b{place}"] == f"p{one.person_id}"
    [version] = re.findall(r'name="version" value="(\w+)"', page.content.decode())
    reply = desk.post(url, {**chosen(page.content.decode()), "version": version}, follow=True)
    assert "Published: 0 buildings changed hands." in body(reply)


def test_only_the_desk_opens_it(client: Client, city: TinyCity) -> None:
    for role, area in (("street", city.street), ("community_desk", city.communities[1])):
        sign_in(client, user_with_role(role, area))
        assert client.get(reverse("responsibility", args=[city.communities[0].pk])).status_code == 404
    sign_in(client, user_with_role("community_desk", city.communities[0]))
    assert client.get(reverse("responsibility", args=[city.micro_grids[0].pk])).status_code == 404


def test_residents_read_the_surname_at_their_door_and_nothing_more(client: Client, city: TinyCity) -> None:
    add_resident(city, name="李四", phone="13911111111")
    set_desk_phone(city.communities[0], "028-1111 2222", by=SYSTEM, at=now())
    by = desk_of(city)
    [(_, letters)] = doorcodes.print_codes(city.event, city.buildings[0], skip=0, most=9, by=by, at=now())
    url = reverse("self_report", args=[letters])
    assert 'id="answers"' not in client.get(url).content.decode()
    one = placed(city, 1, grid=1)
    publish(city, {city.buildings[0].place_id: f"p{one.person_id}"}, by)
    told = body(client.get(url))
    assert "王 answers for your building and is reached through the desk." in told
    assert "028-1111 2222" in told
    assert "王1" not in told


def test_whoever_answers_reads_for_what_on_their_own_phone(client: Client, city: TinyCity) -> None:
    one = placed(city, 1)
    claim = SignUp.objects.get(person=one.person_id)
    client.cookies[DEVICE_COOKIE] = start_device_session(claim.pk, at=now())[1]
    page = reverse("claim", args=[claim.pk])
    assert "You answer for" not in body(client.get(page))
    publish(city, {city.buildings[0].place_id: f"p{one.person_id}"}, desk_of(city))
    assert "You answer for 青松苑 1栋" in body(client.get(page))


def test_a_single_door_is_given_apart_and_goes_with_its_building_again(desk: Client, city: TinyCity) -> None:
    door = Dwelling.objects.get(
        place__households__stays__person=add_resident(city, name="李四", phone="", building=3, door="302")
    )
    one, two = placed(city, 1), placed(city, 2)
    building = city.buildings[3].place_id
    publish(city, {building: f"p{one.person_id}"}, desk_of(city))
    url = reverse("responsibility_of_doors", args=[city.communities[0].pk, building])
    page = desk.get(url)
    assert "青松苑 4栋: no door is given apart" in body(page)
    assert "as the building" in body(page)
    for key, told in ((f"p{two.person_id}", "1 door is given apart"), ("", "no door is given apart")):
        [version] = re.findall(r'name="version" value="(\w+)"', page.content.decode())
        reply = desk.post(url, {f"b{door.pk}": key, "version": version}, follow=True)
        assert "Published: 1 door changed hands." in body(reply)
        page = desk.get(url)
        assert told in body(page)
        assert chosen(page.content.decode())[f"b{door.pk}"] == key
    again = desk.post(url, {f"b{door.pk}": f"p{two.person_id}", "version": "old"})
    assert (again.status_code, chosen(again.content.decode())[f"b{door.pk}"]) == (409, f"p{two.person_id}")
    there = reverse("responsibility_of_doors", args=[city.communities[0].pk, city.buildings[4].place_id])
    assert desk.get(there).status_code == 404
