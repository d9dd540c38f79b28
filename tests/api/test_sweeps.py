"""A program reads how a sweep stands, and writes down once what was found at a door."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from linli.common.clock import now
from linli.ledger import sweeping
from linli.ledger.models import Finding
from linli.people.models import Household
from tests.api.conftest import program_of
from tests.factories import add_resident, begin_sweep, caller_for, user_with_role


@pytest.fixture
def user(city):
    return user_with_role("community_desk", city.communities[0])


@pytest.fixture
def person(city):
    return add_resident(city, name="王小明", phone="13800001234")


@pytest.fixture
def sweep(city, user, person):
    return begin_sweep(city.event, city.communities[0], user)


@pytest.fixture
def said(person):
    door = Household.objects.get(stays__person=person).dwelling_id
    return {
        "id": str(uuid4()),
        "door": door,
        "result": "answered",
        "how": "phone",
        "happened_at": now().isoformat(),
        "said": [{"person": person.pk, "state": "here"}],
        "spoke": person.pk,
    }


def test_what_was_found_counts_once_in_both_balances(city, user, sweep, said):
    call = program_of(user)
    first, again = (call("POST", f"sweeps/{sweep.pk}/findings", said) for _ in range(2))
    assert (first.status_code, again.json()) == (200, first.json())
    stands = call("GET", f"sweeps/{sweep.pk}/areas/{city.communities[0].pk}").json()
    assert stands["persons"] == {"known": 1, "done": 1, "exempt": 0, "away": 0, "refused": 0, "not_reached": 0}
    assert stands["doors"]["answered"] == stands["doors"]["known"] == 1
    assert {each["area"]: each["persons"]["known"] for each in stands["below"]} == {
        city.grids[0].pk: 1,
        city.grids[1].pk: 0,
    }


def test_when_they_asked_to_come_back_is_kept_and_stands_in_the_worklist(city, sweep, said):
    six = now().replace(microsecond=0) + timedelta(hours=6)
    call = program_of(user_with_role("grid_worker", city.micro_grids[0]))
    told = call("POST", f"sweeps/{sweep.pk}/findings", {**said, "back_at": six.isoformat()}).json()
    assert datetime.fromisoformat(told["back_at"]) == six
    (entry,) = call("GET", "worklist").json()["entries"]
    assert (entry["subject"], entry["what"], entry["why"]) == (f"door:{said['door']}", "come_back", "promised")
    assert datetime.fromisoformat(entry["due"]) == six


@pytest.mark.parametrize(
    ("other", "answer"),
    [
        ({"result": "no_answer", "said": [], "spoke": None}, (409, "key_used_otherwise")),
        ({"said": [], "spoke": None}, (409, "key_used_otherwise")),
        ({"id": str(uuid4()), "said": [{"person": 1, "state": "here"}], "spoke": None}, (422, "said_of_a_stranger")),
        ({"id": str(uuid4()), "result": "refused"}, (422, "said_without_answer")),
        ({"id": str(uuid4()), "back_at": (now() - timedelta(hours=1)).isoformat()}, (422, "come_back_wrong")),
        ({"back_at": (now() + timedelta(hours=1)).isoformat()}, (409, "key_used_otherwise")),
        ({"id": str(uuid4()), "door": 1}, (404, "not_found")),
        ({"id": str(uuid4()), "happened_at": "0001-01-01T00:00:00+14:00"}, (422, "invalid")),
        ({"id": str(uuid4()), "happened_at": (now() + timedelta(days=1)).isoformat()}, (422, "invalid")),
    ],
)
def test_what_makes_no_sense_is_told_and_nothing_is_written(user, sweep, said, other, answer):
    call = program_of(user)
    call("POST", f"sweeps/{sweep.pk}/findings", said)
    reply = call("POST", f"sweeps/{sweep.pk}/findings", {**said, **other})
    assert (reply.status_code, reply.json()["error"]["code"]) == answer
    assert Finding.objects.count() == 1


def test_a_sweep_being_made_has_no_figures_yet(city, user, person):
    sweep = sweeping.open_sweep(city.event, city.communities[0], by=caller_for(user), at=now())
    call = program_of(user)
    reply = call("GET", f"sweeps/{sweep.pk}/areas/{city.communities[0].pk}")
    assert (reply.status_code, reply.json()["error"]["code"]) == (409, "roll_not_ready")
    listed = call("GET", f"areas/{city.communities[0].pk}/sweeps").json()
    assert [(each["id"], each["ready_at"], each["ended_at"]) for each in listed] == [(sweep.pk, None, None)]
