"""Replacing people over HTTP: ticked on a page, told chain by chain, published by name."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from linli.common.clock import now
from linli.muster import jobs
from linli.muster.models import Allocation, Placement
from linli.people.models import Person, Unavailable
from linli.web import replacing
from tests.factories import TinyCity, ask, sign_in, tiny_city, user_with_role
from tests.muster.test_allocation import confirmed, planned, publish
from tests.muster.test_repairing import a_chain, replaced

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(client: Client) -> None:
    client.cookies["django_language"] = "en"


@pytest.fixture
def city() -> TinyCity:
    return tiny_city()


def a_community_with_a_spare(city: TinyCity) -> tuple[Person, Person, Person]:
    """One placed in each grid of the first community, and one more who is free."""
    ask(city, grid=0, want=1)
    ask(city, grid=1, want=1)
    placed = confirmed(city, 1, building=0), confirmed(city, 2, building=3)
    publish(planned(city, city.street), city)
    return *placed, confirmed(city, 3, building=0)


def test_a_desk_ticks_who_cannot_come_and_reads_who_comes_instead(client: Client, city: TinyCity) -> None:
    first, second, spare = a_community_with_a_spare(city)
    community = city.communities[0]
    sign_in(client, user_with_role("community_desk", community))
    url = reverse("replace_people", args=[community.pk])
    page = client.get(url).content.decode()
    assert "<strong>2</strong> people are placed. Who cannot come?" in page
    assert "王**" in page
    assert "王1" not in page
    placement = Placement.objects.get(person=first)
    assert f'name="gone" value="{placement.pk}"' in page

    reply = client.post(url, {"gone": [placement.pk], "mode": "calm"})

    run = Allocation.objects.latest("pk")
    assert reply.url == reverse("allocation", args=[run.pk])
    assert ProcrastinateJob.objects.get(task_name="muster.repair").args == {"allocation_id": run.pk}
    assert 'hx-trigger="load delay:300ms"' in client.get(reply.url).content.decode()
    jobs.repair(run.pk)
    told = client.get(reply.url).content.decode()
    assert "0 people would move, 1 would be called, 0 places stay empty" in told
    assert "is called to 青松第1网格" in told
    assert "Nobody else moves for it." in told
    assert "Publish 1 change" in told
    client.post(reverse("publish_allocation", args=[run.pk]))
    jobs.publish(run.pk)
    assert "<strong>1</strong> change published in 青松社区" in client.get(reply.url).content.decode()
    assert set(Placement.objects.filter(during__contains=now()).values_list("person", flat=True)) == {
        second.pk,
        spare.pk,
    }


def test_ticks_are_kept_when_the_page_is_turned(client: Client, city: TinyCity, monkeypatch) -> None:
    monkeypatch.setattr(replacing, "PEOPLE_A_PAGE", 1)
    first, second, _spare = a_community_with_a_spare(city)
    community = city.communities[0]
    sign_in(client, user_with_role("community_desk", community))
    url = reverse("replace_people", args=[community.pk])
    one, other = (Placement.objects.get(person=person).pk for person in (first, second))
    shown = client.get(url).content.decode()
    here, there = (one, other) if f'value="{one}"' in shown else (other, one)
    assert 'name="turn" value="2"' in shown

    turned = client.post(url, {"gone": [here], "mode": "exact", "turn": "2"})

    page = turned.content.decode()
    assert turned.status_code == 200
    assert f'<input type="hidden" name="gone" value="{here}">' in page
    assert f'name="gone" value="{there}" form="replace"' in page
    assert "1 more is ticked on other pages of this list." in page
    assert 'value="exact" checked' in re.sub(r' (id|required|class)="[^"]*"', "", page)
    assert not Allocation.objects.filter(kind=Allocation.Kind.REPAIR).exists()
    back = client.post(url, {"gone": [here, there], "turn": "1"}).content.decode()
    assert f'<input type="hidden" name="gone" value="{there}">' in back
    assert f'<input type="hidden" name="gone" value="{here}">' not in back
    client.post(url, {"gone": [here, there]})
    assert set(Unavailable.objects.values_list("volunteer", flat=True)) == {first.pk, second.pk}


def test_a_chain_is_told_step_by_step_with_what_it_saves(client: Client, city: TinyCity) -> None:
    driver, _other, _spare = a_chain(city)
    run = replaced(city, [driver])
    sign_in(client, user_with_role("community_desk", city.communities[1]))
    assert client.get(reverse("allocation", args=[run.pk])).status_code == 404, "it is the street's"
    sign_in(client, user_with_role("street", city.street))
    page = client.get(reverse("allocation", args=[run.pk])).content.decode()
    assert "1 person would move, 1 would be called, 0 places stay empty" in page
    first, second = page.index("moves from 白桦第1网格 to 青松第1网格"), page.index("is called to 白桦第1网格")
    assert first < second
    assert "If nobody moved, a place for somebody with a skill would stay empty." in page
    assert "王" not in page, "names are for the desk of the community"
    assert "fewer places for a skill are filled" in page
    assert "as many as the best arrangement needs" in page


def test_city_command_sees_communities_and_no_chain(client: Client, city: TinyCity) -> None:
    driver, _, _ = a_chain(city)
    run = replaced(city, [driver])
    sign_in(client, user_with_role("city", city.street))
    page = client.get(reverse("allocation", args=[run.pk])).content.decode()
    assert "1 person comes or moves" in page
    assert "moves from" not in page


def test_who_is_placed_elsewhere_cannot_be_ticked(client: Client, city: TinyCity) -> None:
    _driver, other, _ = a_chain(city)
    sign_in(client, user_with_role("community_desk", city.communities[0]))
    url = reverse("replace_people", args=[city.communities[0].pk])
    elsewhere = Placement.objects.get(person=other)
    assert f'value="{elsewhere.pk}"' not in client.get(url).content.decode()
    assert client.post(url, {"gone": [elsewhere.pk]}).status_code == 404
    assert not Unavailable.objects.exists()


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({}, "Tick first who cannot come."),
        ({"gone": "x"}, "Select a valid choice"),
        ({"gone": "1", "mode": "wild"}, "Select a valid choice"),
        ({"empty": "on"}, "Nobody is placed here, so nobody can be replaced."),
    ],
)
def test_an_answer_without_sense_changes_nothing(
    client: Client, city: TinyCity, said: dict[str, str], why: str
) -> None:
    sign_in(client, user_with_role("community_desk", city.communities[0]))
    reply = client.post(reverse("replace_people", args=[city.communities[0].pk]), said)
    assert (reply.status_code, why in reply.content.decode()) == (422, True)
    assert not Allocation.objects.exists()


def test_a_grid_page_offers_its_people_and_the_press_page_nothing(client: Client, city: TinyCity) -> None:
    first, _, _ = a_community_with_a_spare(city)
    sign_in(client, user_with_role("community_desk", city.communities[0]))
    page = client.get(reverse("grid", args=[city.grids[0].pk])).content.decode()
    assert f'action="{reverse("replace_people", args=[city.communities[0].pk])}"' in page
    assert f'name="gone" value="{Placement.objects.get(person=first).pk}"' in page
    sign_in(client, user_with_role("street", city.street))
    assert 'name="gone"' not in client.get(reverse("grid", args=[city.grids[0].pk])).content.decode()


def test_a_street_has_empty_places_filled_and_asks_for_the_best_instead(client: Client, city: TinyCity) -> None:
    driver, _, _ = a_chain(city)
    replaced(city, [driver])
    sign_in(client, user_with_role("street", city.street))
    url = reverse("replace_people", args=[city.street.pk])
    assert "fill the places that are empty" in client.get(url).content.decode()
    reply = client.post(url, {"empty": "on", "mode": "exact"})
    run = Allocation.objects.latest("pk")
    jobs.repair(run.pk)
    page = client.get(reply.url).content.decode()
    assert "Proved: there is no better arrangement." in page
    assert "metres more are walked." in page
