"""Named posts over HTTP: named, given day by day, handed over, and read by whoever holds one."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from linli.access.callers import DEVICE_COOKIE
from linli.access.devices import start_device_session
from linli.common.clock import now
from linli.muster.models import Holding, NamedPost, SignUp
from tests.factories import TinyCity, sign_in, tiny_city, user_with_role
from tests.muster.teams.test_posts import given, named, tomorrow
from tests.muster.teams.world import placed
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


def test_a_desk_names_a_post_and_gives_its_hours_day_by_day(desk: Client, city: TinyCity) -> None:
    one = placed(city, 1)
    url = reverse("posts", args=[city.communities[0].pk])
    assert "has no named post yet" in body(desk.get(url))
    assert desk.post(url, {"name": ""}).status_code == 422
    said = {"name": "东门先锋岗", "kind": "lead_post", "work": "gate"}
    reply = desk.post(url, said)
    post = NamedPost.objects.get()
    assert reply.url == reverse("named_post", args=[post.pk])
    assert "There is a post called 东门先锋岗 already." in body(desk.post(url, said))
    hours = {"person": one.person_id, "first": tomorrow(8).date(), "begins": "08:00", "ends": "12:00", "days": 3}
    assert "3 shifts are given." in body(desk.post(reply.url, hours, follow=True))
    told = desk.post(reply.url, {**hours, "days": 9})
    assert told.status_code == 422
    assert "Between two shifts lie at least 11 hours of rest." in body(told)
    assert "They are not placed in this community for all of that time." in body(told)
    assert "lead post" in body(desk.get(url))
    assert "王**" in body(desk.get(url))
    assert "王1" not in body(desk.get(url))
    for nonsense in ({"days": 0}, {"person": 1}, {"begins": "x"}):
        assert desk.post(reply.url, {**hours, **nonsense}).status_code == 422


def test_a_desk_hands_a_shift_over_takes_it_back_and_closes_the_post(desk: Client, city: TinyCity) -> None:
    post, one, two = named(city), placed(city, 1), placed(city, 2)
    given(post, one, (tomorrow(8), tomorrow(12)))
    change, row = reverse("change_post", args=[post.pk]), Holding.objects.get()
    said = {"what": "hand_over", "holding": row.pk, "person": two.person_id}
    assert "Handed over." in body(desk.post(change, said, follow=True))
    assert desk.post(change, said).status_code == 404, "that shift is gone"
    again = Holding.objects.get()
    assert again.person_id == two.person_id
    assert "taken back" in body(desk.post(change, {"what": "end", "holding": again.pk}, follow=True))
    assert "is closed" in body(desk.post(change, {"what": "close"}, follow=True))
    assert "This post is closed." in body(desk.post(change, {"what": "close"}, follow=True))
    for nonsense in ({}, {"what": "sell"}, {"what": "end"}, {"what": "hand_over", "holding": 1, "person": 1}):
        assert desk.post(change, nonsense).status_code == 404


def test_another_desk_and_the_street_find_nothing(client: Client, city: TinyCity) -> None:
    post = named(city)
    for role, area in (("street", city.street), ("community_desk", city.communities[1])):
        sign_in(client, user_with_role(role, area))
        assert client.get(reverse("named_post", args=[post.pk])).status_code == 404
        assert client.post(reverse("change_post", args=[post.pk]), {"what": "close"}).status_code == 404


def test_whoever_holds_a_post_reads_when_on_their_own_phone(client: Client, city: TinyCity) -> None:
    one = placed(city, 1)
    claim = SignUp.objects.get(person=one.person_id)
    client.cookies[DEVICE_COOKIE] = start_device_session(claim.pk, at=now())[1]
    page = reverse("claim", args=[claim.pk])
    assert "Your post" not in body(client.get(page))
    given(named(city), one, (now() + timedelta(hours=2), now() + timedelta(hours=4)))
    assert "Your post 东门先锋岗:" in body(client.get(page))
