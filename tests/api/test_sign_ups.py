"""A sign-up sent by a program is taken once, however often it is sent."""

from threading import Thread
from uuid import UUID

import pytest
from django.db import connection

from linli.common.ids import uuid7
from linli.muster.models import SignUp
from linli.people.models import Skill
from tests.api.conftest import program_of
from tests.factories import user_with_role

SAID = {"name": "李敏", "phone": "13900000001", "door": "1栋1单元502"}


@pytest.fixture
def said(city):
    return {**SAID, "id": str(uuid7()), "community": city.communities[0].pk}


def test_sent_twice_it_is_one_sign_up_and_the_first_answer_comes_again(desk, said):
    first, second = desk("POST", "sign-ups", said), desk("POST", "sign-ups", said)
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json() == second.json()
    assert first.json()["id"] == said["id"]
    assert SignUp.objects.get().pk == UUID(said["id"])


@pytest.mark.parametrize(
    "other", [{"name": "王明"}, {"phone": "13900000002"}, {"door": "2栋502"}, {"skills": [Skill.MEDICAL]}]
)
def test_the_same_id_with_other_words_is_a_conflict_and_writes_nothing(desk, said, other):
    desk("POST", "sign-ups", said)
    reply = desk("POST", "sign-ups", {**said, **other})
    assert (reply.status_code, reply.json()["error"]["code"]) == (409, "id_used")
    assert (SignUp.objects.count(), SignUp.objects.get().name) == (1, SAID["name"])


def test_an_id_of_another_desk_is_a_conflict_that_shows_nothing(city, desk, said):
    desk("POST", "sign-ups", said)
    neighbour = program_of(user_with_role("community_desk", city.communities[1]))
    reply = neighbour("POST", "sign-ups", {**said, "community": city.communities[1].pk})
    assert (reply.status_code, reply.json()["error"]["facts"]) == (409, {})
    assert SignUp.objects.count() == 1


def test_without_an_id_each_is_a_sign_up_of_its_own(desk, said):
    del said["id"]
    assert desk("POST", "sign-ups", said).json()["id"] != desk("POST", "sign-ups", said).json()["id"]


@pytest.mark.parametrize("bad", ["", "x", 5, {"a": 1}, "0" * 5000])
def test_what_is_no_id_is_refused(desk, said, bad):
    assert desk("POST", "sign-ups", {**said, "id": bad}).json()["error"]["facts"] == {"where": ["body.said.id"]}
    assert not SignUp.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_sent_at_once_by_four_it_is_one_sign_up(desk, said):
    got = []

    def send():
        try:
            got.append(desk("POST", "sign-ups", said).json()["number"])
        finally:
            connection.close()

    senders = [Thread(target=send) for _ in range(4)]
    for each in senders:
        each.start()
    for each in senders:
        each.join()
    assert got == [SignUp.objects.get().number] * 4
