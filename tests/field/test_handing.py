"""A worker's doors go to a colleague for the rest of a shift: what was done is seen, the unsent arrives as theirs."""

from datetime import timedelta

import pytest
from django.urls import reverse

from linli.access.models import RoleGrant
from linli.common.clock import now
from linli.common.errors import Invalid
from linli.custody.models import TrailEntry
from linli.field import handing, leases, roster
from linli.field.errors import LeaseOver, NoDoorsToHandOver
from linli.field.models import Receipt
from linli.ledger.models import Finding
from tests.factories import caller_for, sign_in, user_with_role
from tests.field.phone import Phone, brought, door_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def colleague(city):
    return user_with_role("grid_worker", city.micro_grids[1], name="张三")


@pytest.fixture
def officer(city):
    return user_with_role("community_desk", city.communities[0])


def given(giver, receiver, officer, hours=8):
    at = now()
    return handing.hand_over(giver, receiver, until=handing.for_hours(hours, at), by=caller_for(officer), at=at)


def test_the_colleague_sees_what_was_done_and_what_is_left(phone, sweep, people, worker, colleague, officer, city):
    brought(phone.found(sweep.pk, door_of(people[0]), "no_answer"), phone.found(sweep.pk, door_of(people[1]), "vacant"))
    shift = handing.shift_of(worker, caller_for(officer), now())
    assert [(each.area, each.due, each.done, each.recorded) for each in shift.held] == [(city.micro_grids[0], 4, 1, 2)]
    assert shift.fetched_at == phone.lease.since
    assert len(given(worker, colleague, officer)) == 1
    theirs = Phone(caller_for(colleague))
    found = roster.of(theirs.lease, known={}, by=theirs.by, at=now())
    doors = {door["i"]: door for part in found.parts.values() for door in part}
    assert {door: row["r"] and row["r"]["r"] for door, row in doors.items()} == {
        door_of(people[0]): "no_answer",
        door_of(people[1]): "vacant",
        door_of(people[2]): None,
        door_of(people[3]): None,
    }
    assert found.around.says["by"] == {str(worker.pk): "李敏"}
    assert brought(theirs.found(sweep.pk, door_of(people[2]), "refused")) == [("done", "")]


def test_the_workers_phone_lets_go_and_what_it_holds_unsent_arrives_in_their_name(
    phone, sweep, people, worker, colleague, officer
):
    unsent = phone.found(sweep.pk, door_of(people[0]), "vacant")
    given(worker, colleague, officer)
    with pytest.raises(LeaseOver):
        leases.in_force(phone.lease.pk, by=phone.by, at=now())
    assert handing.shift_of(worker, caller_for(officer), now()).fetched_at is None
    assert brought(unsent, by=caller_for(colleague)) == [("done", "")]
    assert (Finding.objects.get().by, Receipt.objects.get().delivered_by) == (worker.pk, colleague.pk)
    facts = TrailEntry.objects.get(kind="doors.handed_over").facts
    assert facts["to"] == colleague.pk


def test_it_is_for_so_many_hours_and_the_workers_role_stays(phone, worker, colleague, officer, city):
    before = now()
    (grant,) = given(worker, colleague, officer, hours=4)
    assert (grant.area, grant.role) == (city.micro_grids[0].pk, "grid_worker")
    assert before + timedelta(hours=4) <= grant.until <= now() + timedelta(hours=4)
    assert RoleGrant.objects.filter(user=worker, until__isnull=True).count() == 1
    assert given(worker, colleague, officer, hours=4) == []  # theirs already


def test_nobody_hands_over_what_they_do_not_give(phone, worker, colleague, officer, city):
    elsewhere = user_with_role("community_desk", city.communities[1])
    for receiver, by, hours, problem in (
        (worker, officer, 8, Invalid),
        (colleague, officer, 31, Invalid),
        (colleague, elsewhere, 8, NoDoorsToHandOver),
        (colleague, worker, 8, NoDoorsToHandOver),
    ):
        with pytest.raises(problem):
            given(worker, receiver, by, hours)
    assert leases.in_force(phone.lease.pk, by=phone.by, at=now()) == phone.lease


def test_the_desk_hands_over_on_a_page(client, phone, worker, colleague, officer, city):
    sign_in(client, officer)
    address = reverse("hand_over_doors", args=[worker.pk])
    assert address in client.get(reverse("account", args=[worker.pk])).content.decode()
    page = client.get(address).content.decode()
    assert "张三" in page
    assert client.post(address, {"receiver": worker.pk, "hours": 8}).status_code == 422
    assert client.post(address, {"receiver": colleague.pk, "hours": 999}).status_code == 422
    reply = client.post(address, {"receiver": colleague.pk, "hours": 8})
    assert (reply.status_code, reply["Location"]) == (302, reverse("account", args=[colleague.pk]))
    assert RoleGrant.objects.filter(user=colleague, area=city.micro_grids[0].pk).exists()
    other = user_with_role("keeper", city.communities[0])
    page = client.get(reverse("hand_over_doors", args=[other.pk])).content.decode()
    assert "<form" not in page.split('id="page"')[-1].split("</main>")[0]
