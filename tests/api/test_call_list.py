"""The call list for a program: numbers of placements, no names; and noting that somebody was called."""

import pytest
from django.test import Client

from linli.muster.models import Placement
from linli.notices.models import Told
from tests.api.test_every_operation import key_of
from tests.factories import ask, tiny_city, user_with_role
from tests.muster.test_allocation import confirmed, planned, publish

pytestmark = pytest.mark.django_db


def test_a_program_reads_whom_to_call_by_number_and_notes_the_call() -> None:
    city = tiny_city()
    ask(city, grid=0, want=1)
    ask(city, grid=1, want=1)
    for number in (1, 2):
        confirmed(city, number)
    publish(planned(city, city.street), city)
    desk = Client(headers=key_of(user_with_role("community_desk", city.communities[0])))
    page = f"/api/v1/areas/{city.communities[0].pk}/call-list"
    assert desk.get(page).json()["calls"] == [], "nobody has been silent for half an hour"
    whole = desk.get(page, {"minutes": 0})
    assert {call["placement"] for call in whole.json()["calls"]} == set(Placement.objects.values_list("pk", flat=True))
    assert "王" not in whole.content.decode()
    placement = Placement.objects.earliest("pk")
    note = f"/api/v1/placements/{placement.pk}/told"
    assert [desk.post(note).json()["noted"] for _ in range(2)] == [True, False]
    assert Told.objects.get(person=placement.person_id).called_by is not None
    after = desk.get(f"/api/v1/areas/{placement.grid_id}/call-list", {"minutes": 0}).json()
    assert (after["placed"], after["read"], after["called"], after["calls"]) == (1, 0, 1, [])
    assert desk.get(page, {"minutes": -1}).status_code == 422
    other = Client(headers=key_of(user_with_role("community_desk", city.communities[1])))
    assert (other.get(page).status_code, other.post(note).status_code) == (404, 404)
