"""The bench of phones seals as they do, and its proof tells what was lost, doubled or told otherwise."""

from base64 import b64encode
from uuid import uuid4

import pytest
from bench.sync import proof
from bench.sync.sealing import envelope

from linli.common.clock import now
from linli.common.ids import uuid7
from linli.field import envelopes, leases, outbox
from linli.field.models import Receipt
from linli.ledger.models import Finding
from linli.people.models import Household
from tests.factories import add_resident, begin_sweep, caller_for, tiny_city, user_with_role

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sent():
    """Two things that a phone of the bench sent, and the sweep they belong to."""
    city = tiny_city()
    person = add_resident(city, name="王", phone="", door="502")
    desk = caller_for(user_with_role("community_desk", city.communities[0]))
    sweep = begin_sweep(city.event, city.communities[0], desk)
    by, device = caller_for(user_with_role("grid_worker", city.grids[0])), uuid4()
    lease, secret = leases.start(device, by=by, at=now())
    number, point = envelopes.public_key()
    lent = {"secret": b64encode(secret).decode(), "key": {"k": number, "point": point}}
    common = {
        "lease": str(lease.pk),
        "author": by.user,
        "role": "grid_worker",
        "at": int(now().timestamp() * 1000),
        "offset": 0,
        "door": Household.objects.get(stays__person=person).dwelling_id,
        "sweep": sweep.pk,
    }
    said = [[person.pk, "here"]]
    bodies = [
        {**common, "key": str(uuid7()), "kind": "finding", "result": "answered", "how": "door", "said": said},
        {**common, "key": str(uuid7()), "kind": "person", "name": "新来1", "phone": "", "guest": False},
    ]
    answers = outbox.take_all([envelope(lent, body) for body in bodies], by=by, at=now())
    told = [(str(device), body, str(answer.state)) for body, answer in zip(bodies, answers, strict=True)]
    return sweep.pk, told


def test_what_the_bench_seals_is_taken_and_its_proof_holds(sent):
    sweep, told = sent
    assert [state for *_, state in told] == ["done", "done"]
    found = proof.of(sweep, told)
    assert proof.holds(found)
    assert (found["sent"], found["findings"], found["said"], found["newcomers"]) == (2, 1, 1, 1)


def test_the_proof_tells_what_is_wrong(sent):
    sweep, told = sent
    device, body, _ = told[0]
    never = (device, {**body, "key": str(uuid7())}, "done")
    assert proof.of(sweep, [*told, never])["lost"] == 1
    assert proof.of(sweep, told[:1])["from_nowhere"] == 1
    assert proof.of(sweep, [(device, body, "refused"), told[1]])["told_otherwise"] == 1
    receipt = Receipt.objects.get(key=body["key"])
    receipt.pk, receipt.device = None, uuid4()
    receipt.save()
    assert proof.of(sweep, told)["from_nowhere"] == 1
    Finding.objects.update(result="vacant")
    assert proof.of(sweep, told)["findings_wrong"] == 2
    assert not proof.holds(proof.of(sweep, told))
