"""Coming or not, over HTTP: on the phone of whoever is placed, and at the desk that calls the silent."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from linli.common.clock import now
from linli.common.db import from_on
from linli.custody.models import TrailEntry
from linli.custody.reveals import KIND
from linli.muster import actions
from linli.muster.models import Free, Placement, SignUp
from linli.people.models import Unavailable
from tests.factories import SYSTEM, TinyCity, place_in, sign_in, tiny_city, user_with_role

pytestmark = pytest.mark.django_db
SAID = {"name": "王小明", "phone": "13800001234", "door": "1栋1单元502"}


@pytest.fixture
def city() -> TinyCity:
    return tiny_city()


@pytest.fixture
def mine(client: Client, city: TinyCity) -> SignUp:
    """Somebody who signed up on this phone and is placed from tomorrow on."""
    client.cookies["django_language"] = "en"
    client.post(reverse("sign_up", args=[city.communities[0].pk]), SAID)
    claim = actions.confirm(SignUp.objects.get(), person=None, by=SYSTEM, at=now())
    assert claim.person is not None
    tomorrow = now() + timedelta(days=1)
    place_in(city.event, claim.person, city.grids[1], from_on(tomorrow, tomorrow + timedelta(days=3)))
    return claim


def press(client: Client, name: str, claim: SignUp, **said: object) -> str:
    return client.post(reverse(name, args=[claim.pk]), said, follow=True).content.decode()


def test_i_say_that_i_come_and_the_question_is_gone(client: Client, mine: SignUp) -> None:
    assert "Will you come?" in client.get(reverse("claim", args=[mine.pk])).content.decode()
    told = press(client, "say_coming", mine)
    assert "You have said that you come" in told
    assert "Will you come?" not in told
    assert Placement.objects.get().coming_at is not None


def test_i_cannot_come_and_nobody_asks_why(client: Client, mine: SignUp) -> None:
    told = press(client, "say_cannot", mine)
    assert "Your place goes to somebody else" in told
    assert "your placement comes next" in told
    assert not Placement.objects.exists()
    assert Unavailable.objects.count() == 1
    assert "there is nothing to answer" in press(client, "say_cannot", mine)


def test_i_say_when_i_can_serve_and_that_i_cannot_leave_my_estate(client: Client, mine: SignUp) -> None:
    told = press(client, "say_when", mine, free=[int(Free.MORNINGS), int(Free.WEEKENDS)], only_inside="on")
    assert "Shifts are given to you within these times" in told
    mine.refresh_from_db()
    assert mine.free == 1 << Free.MORNINGS | 1 << Free.WEEKENDS
    assert not Placement.objects.exists(), "it lies outside the estate"
    reply = client.post(reverse("say_when", args=[mine.pk]), {"free": "99"})
    assert reply.status_code == 422


def test_another_phone_answers_nothing(mine: SignUp) -> None:
    for name in ("say_coming", "say_cannot", "say_when"):
        assert Client().post(reverse(name, args=[mine.pk])).status_code in (302, 403, 404)
    assert Placement.objects.get().coming_at is None


def test_the_desk_has_the_number_of_somebody_silent_shown_on_record(
    client: Client, city: TinyCity, mine: SignUp
) -> None:
    placement = Placement.objects.get()
    Placement.objects.update(answer_by=now() - timedelta(minutes=1))
    desk, other = Client(), Client()
    sign_in(desk, user_with_role("community_desk", city.communities[0]))
    sign_in(other, user_with_role("community_desk", city.communities[1]))
    page = reverse("silent", args=[city.communities[0].pk])
    said = {"placement": placement.pk, "field": "phone", "reason": "call"}
    assert SAID["phone"] not in desk.get(page).content.decode()
    assert other.post(page, said).status_code == 404
    assert other.post(reverse("silent", args=[city.communities[1].pk]), said).status_code == 404
    assert desk.post(page, said | {"field": "door"}).status_code == 422
    assert not TrailEntry.objects.filter(kind=KIND).exists()
    assert f'href="tel:{SAID["phone"]}"' in desk.post(page, said).content.decode()
    assert TrailEntry.objects.filter(kind=KIND, subject=f"sign_up:{mine.pk}").count() == 1
    assert SAID["phone"] not in desk.get(page).content.decode(), "it is shown once"


def test_the_desk_calls_the_silent_and_notes_what_it_hears(client: Client, city: TinyCity, mine: SignUp) -> None:
    desk = Client()
    desk.cookies["django_language"] = "en"
    sign_in(desk, user_with_role("community_desk", city.communities[0]))
    page = reverse("silent", args=[city.communities[0].pk])
    told = desk.get(page).content.decode()
    assert "<strong>1</strong> person has not said whether they come" in told
    assert "王**" in told
    assert mine.name not in told
    assert page in desk.get(reverse("area", args=[city.communities[0].pk])).content.decode()
    placement = Placement.objects.get()
    heard = reverse("hear_coming", args=[placement.pk])
    told = desk.post(heard, {"from": "silent"}, follow=True).content.decode()
    assert "nobody has to be called" in told
    assert "Of these have said that they come: <strong>1</strong>" in desk.post(heard, follow=True).content.decode()


def test_who_calls_before_their_time_is_over_is_noted_too(client: Client, city: TinyCity, mine: SignUp) -> None:
    Placement.objects.update(answer_by=now() + timedelta(hours=3))
    desk = Client()
    desk.cookies["django_language"] = "en"
    sign_in(desk, user_with_role("community_desk", city.communities[0]))
    page = reverse("silent", args=[city.communities[0].pk])
    assert "nobody has to be called" in desk.get(page).content.decode()
    told = desk.get(page + "?all").content.decode()
    assert reverse("hear_coming", args=[Placement.objects.get().pk]) in told
    grid = desk.get(reverse("grid", args=[city.grids[1].pk])).content.decode()
    assert "Not yet said" in grid
    assert reverse("hear_coming", args=[Placement.objects.get().pk]) not in grid


def test_the_desk_next_door_hears_nothing(city: TinyCity, mine: SignUp) -> None:
    other = Client()
    sign_in(other, user_with_role("community_desk", city.communities[1]))
    assert other.get(reverse("silent", args=[city.communities[0].pk])).status_code == 404
    assert other.post(reverse("hear_coming", args=[Placement.objects.get().pk])).status_code == 404
