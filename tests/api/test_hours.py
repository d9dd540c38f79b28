"""Hours by the API: a leader's tap once, approval of one's own areas alone."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from linli.common.clock import now
from linli.duty.models import Booking, Service
from tests.api.test_every_operation import key_of
from tests.duty.served import HOUR, placed, served
from tests.factories import tiny_city, user_with_role

pytestmark = pytest.mark.django_db


def test_a_leader_taps_and_approves_by_the_api_in_their_own_grid() -> None:
    city, at = tiny_city(), now()
    person, other = placed(city), placed(city, grid=1)
    headers = key_of(user_with_role("leader", city.grids[0]))
    client, here = Client(headers=headers), f"/api/v1/hours/{city.grids[0].pk}"

    def post(path: str, body: dict[str, Any]) -> Any:
        return client.post(f"{here}/{path}", body, content_type="application/json")

    (row,) = client.get(f"{here}/crew").json()
    start = {"id": str(uuid4()), "booking": row["booking"], "does": "start"}
    begun = [post("taps", start).json()["id"] for _ in range(2)]
    assert begun[0] == begun[1] == Service.objects.get(person=person).pk
    assert client.get(f"{here}/crew").json()[0]["service"] == begun[0]
    elsewhere = {"id": str(uuid4()), "booking": Booking.objects.get(person=other).pk, "does": "start"}
    assert post("taps", elsewhere).status_code == 404
    assert post("taps", start | {"does": "finish"}).status_code == 422
    done = post("taps", start | {"does": "finish", "service": begun[0]}).json()
    assert (done["state"], done["tenths"]) == ("waiting", 0)
    theirs = served(city, other, at - 3 * HOUR, at - HOUR, grid=1)
    assert [each["id"] for each in client.get(f"{here}/waiting").json()] == begun[:1]
    assert post("approvals", {"services": [begun[0], theirs.pk]}).json() == {"done": 1, "left": 0, "own": 0}
    assert client.get(f"/api/v1/hours/{city.grids[1].pk}/waiting").status_code == 404
    theirs.refresh_from_db()
    assert theirs.state == Service.State.WAITING
