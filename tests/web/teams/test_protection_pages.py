"""Training and insurance, over HTTP: recorded by the desk, told beside the work that needs them."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from linli.duty.models import Policy, Training
from tests.factories import TinyCity, sign_in, tiny_city, user_with_role
from tests.muster.teams.world import placed

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> TinyCity:
    return tiny_city()


@pytest.fixture
def desk(client: Client, city: TinyCity) -> Client:
    client.cookies["django_language"] = "en"
    sign_in(client, user_with_role("community_desk", city.communities[0]))
    return client


def test_the_desk_records_who_was_trained_and_one_insurance_for_all(desk: Client, city: TinyCity) -> None:
    one, page = placed(city, 1), reverse("protection", args=[city.communities[0].pk])
    assert "no insurance is recorded" in desk.get(page).content.decode()
    until = (localdate() + timedelta(days=10)).isoformat()
    said = {"what": "training", "work": "sampling", "trained_until": until, "people": [one.person_id]}
    told = desk.post(page, said, follow=True).content.decode()
    assert "The training of 1 person is recorded." in told
    assert f"until {until}" in told
    assert "Nobody placed here is trained for it." in told, "for other work"
    told = desk.post(
        page, {"what": "policy", "name": "团体意外险 77", "insured_until": until}, follow=True
    ).content.decode()
    assert "团体意外险 77: everybody who serves in" in told
    assert (Training.objects.get().person_id, Policy.objects.get().area_id) == (one.person_id, city.communities[0].pk)


def test_what_is_wrong_stands_beside_its_question_and_nothing_is_kept(desk: Client, city: TinyCity) -> None:
    placed(city, 1)
    page = reverse("protection", args=[city.communities[0].pk])
    past = (localdate() - timedelta(days=1)).isoformat()
    for said, words in (
        ({"what": "training", "work": "sampling", "trained_until": past}, "Tick first who was trained."),
        ({"what": "training", "work": "gate", "trained_until": past, "people": ["0"]}, "Select a valid choice"),
        ({"what": "policy", "name": "团体意外险", "insured_until": past}, "a last day that is not over"),
    ):
        reply = desk.post(page, said)
        assert reply.status_code == 422
        assert words in reply.content.decode()
    assert not Training.objects.exists()
    assert not Policy.objects.exists()


def test_another_desk_s_people_cannot_be_recorded(desk: Client, city: TinyCity) -> None:
    other = placed(city, 1, grid=2)
    said = {"what": "training", "work": "sampling", "trained_until": localdate().isoformat()}
    page = reverse("protection", args=[city.communities[0].pk])
    assert desk.post(page, said | {"people": [other.person_id]}).status_code == 422
    assert desk.get(reverse("protection", args=[city.communities[1].pk])).status_code == 404
