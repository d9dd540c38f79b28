"""What phones bring: once each, whoever brings it, by the clock that can be right, and nothing in another's name."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from linli.access.models import RoleGrant
from linli.common.clock import now
from linli.common.ids import uuid7
from linli.custody import secrets
from linli.field import leases, outbox, settling
from linli.field.errors import LeaseOver, NoDoorsToLend
from linli.field.models import Lease, Receipt
from linli.ledger.models import Finding, Said
from linli.people.models import Identity
from linli.rolls import queries
from tests.factories import add_resident, caller_for, user_with_role
from tests.field.phone import SOMEBODY, Phone, brought, door_of, sealed

pytestmark = pytest.mark.django_db(transaction=True)


def of_doors(sweep, city):
    return [n for _, n in queries.balance(sweep.doors, city.communities[0].pk, now()).parts]


def test_what_was_found_is_recorded_by_its_author_whoever_brings_it(phone, sweep, city, people, worker):
    said = [[people[0].pk, "here"]]
    assert brought(phone.found(sweep.pk, door_of(people[0]), said=said, spoke=people[0].pk)) == [("done", "")]
    finding = Finding.objects.get()
    assert (finding.by, finding.device, finding.clipped) == (worker.pk, phone.device, False)
    assert Said.objects.get().spoke
    assert of_doors(sweep, city) == [1, 0, 0, 0, 3]
    assert Receipt.objects.get().delivered_by == SOMEBODY.user


def test_sent_again_it_is_answered_the_same_and_done_no_more(phone, sweep, city, people):
    envelope = phone.found(sweep.pk, door_of(people[0]), "no_answer")
    refused = phone.found(sweep.pk, 1, "no_answer")
    first = brought(envelope, refused)
    assert first == [("done", ""), ("refused", "door_gone")]
    assert brought(envelope, refused, envelope) == [*first, first[0]]
    assert (Finding.objects.count(), Receipt.objects.count()) == (1, 2)


def test_the_same_key_with_another_body_is_not_taken(phone, sweep, people):
    key = uuid7()
    brought(phone.found(sweep.pk, door_of(people[0]), "no_answer", key=key))
    assert brought(phone.found(sweep.pk, door_of(people[0]), "vacant", key=key)) == [("unread", "key_used_otherwise")]
    assert Finding.objects.get().result == "no_answer"


def test_of_a_batch_the_valid_part_is_kept(phone, sweep, city, people):
    answers = brought(
        phone.found(sweep.pk, door_of(people[0]), "no_answer"),
        {"v": 1, "key": "x"},
        "no envelope",
        None,
        phone.found(sweep.pk, door_of(people[1]), "vacant", how="group"),
        phone.found(sweep.pk, door_of(people[1]), "nonsense"),
        phone.found(sweep.pk, door_of(people[2]), said=[[people[0].pk, "here"]]),
        phone.write("dance"),
        phone.found(sweep.pk, door_of(people[3]), "vacant"),
    )
    assert [state for state, _ in answers] == ["done", *["unread"] * 3, *["refused"] * 4, "done"]
    assert [code for _, code in answers[4:8]] == ["vacant_not_seen", "invalid", "said_of_a_stranger", "invalid"]
    assert of_doors(sweep, city) == [0, 1, 0, 1, 2]


def test_an_envelope_forged_in_anothers_name_is_not_taken(phone, sweep, people, city):
    door, other = door_of(people[0]), Phone(caller_for(user_with_role("grid_worker", city.micro_grids[0])))
    forged = phone.found(sweep.pk, door, "vacant", secret=b"\0" * 32)
    assert brought(forged) == [("unread", "envelope_forged")]
    swapped = phone.found(sweep.pk, door, "vacant") | {"lease": str(other.lease.pk)}
    assert brought(swapped) == [("unread", "envelope_broken")]
    assert brought(sealed(uuid7(), uuid4(), {"body": "{}", "mac": ""})) == [("unread", "envelope_forged")]
    assert not Finding.objects.exists()
    assert not Receipt.objects.exists()


def test_a_foreign_author_or_role_is_refused(phone, sweep, people):
    door = door_of(people[0])
    assert brought(phone.found(sweep.pk, door, "vacant", author=1)) == [("refused", "other_author")]
    assert brought(phone.found(sweep.pk, door, "vacant", role="community_desk")) == [("refused", "other_author")]
    assert brought(phone.found(sweep.pk, door, "vacant", lease=str(uuid4()))) == [("refused", "other_author")]
    assert not Finding.objects.exists()


def in_ms(moment):
    return int(moment.timestamp() * 1000)


def test_when_they_asked_to_come_back_is_kept_by_the_hour_it_was_said(phone, sweep, people):
    then = now() + timedelta(seconds=1)
    six = then.replace(microsecond=0) + timedelta(hours=6)
    envelope = phone.found(sweep.pk, door_of(people[0]), "refused", back=in_ms(six), at=then)
    late = six + timedelta(hours=3)  # sent when that hour is over, it is what was said all the same
    assert [each.state for each in outbox.take_all([envelope], by=SOMEBODY, at=late)] == ["done"]
    assert Finding.objects.get().back_at == six


def test_a_time_to_come_back_that_cannot_be_is_refused(phone, sweep, people):
    doors = [door_of(each) for each in people]
    answers = brought(
        phone.found(sweep.pk, doors[0], "no_answer", back=in_ms(now() - timedelta(minutes=1))),
        phone.found(sweep.pk, doors[1], "no_answer", back=in_ms(now() + timedelta(days=8))),
        phone.found(sweep.pk, doors[2], "vacant", back=in_ms(now() + timedelta(hours=1))),
        phone.found(sweep.pk, doors[3], "no_answer", back="six"),
    )
    assert answers == [*[("refused", "come_back_wrong")] * 3, ("refused", "invalid")]
    assert not Finding.objects.exists()


def test_a_wrong_clock_loses_the_time_to_come_back_and_not_what_was_found(phone, sweep, people):
    long_ago = datetime(2019, 1, 1, tzinfo=UTC)
    found = phone.found(sweep.pk, door_of(people[0]), "no_answer", at=long_ago, back=in_ms(long_ago))
    assert brought(found) == [("done", "")]
    finding = Finding.objects.get()
    assert (finding.clipped, finding.back_at) == (True, None)


@pytest.mark.parametrize("year", [2019, 2099])
def test_a_clock_that_cannot_be_right_is_clipped_and_said(phone, sweep, people, year):
    before = now()
    assert brought(phone.found(sweep.pk, door_of(people[0]), "vacant", at=datetime(year, 1, 1, tzinfo=UTC))) == [
        ("done", "")
    ]
    finding = Finding.objects.get()
    assert finding.clipped
    assert finding.happened_at == phone.lease.since if year == 2019 else before <= finding.happened_at <= now()


def test_a_wrong_clock_that_was_measured_is_corrected(phone, sweep, people):
    ahead = timedelta(days=365)
    brought(phone.found(sweep.pk, door_of(people[0]), "vacant", at=now() - ahead, offset=ahead))
    assert not Finding.objects.get().clipped


def test_a_number_that_is_no_moment_breaks_nothing(phone, sweep, people):
    assert brought(phone.found(sweep.pk, door_of(people[0]), "vacant", author=2**70)) == [("refused", "invalid")]
    later = phone.write(
        "finding", sweep=sweep.pk, door=door_of(people[0]), result="vacant", how="door", offset=timedelta(days=10**8)
    )
    assert brought(later) == [("done", "")]
    assert Finding.objects.get().clipped


def test_after_the_lease_what_was_written_under_it_is_taken_and_counted_within_it(phone, sweep, people):
    late = phone.lease.until + timedelta(hours=10)
    envelope = phone.found(sweep.pk, door_of(people[0]), "vacant", at=late)
    assert [each.state for each in outbox.take_all([envelope], by=SOMEBODY, at=late)] == ["done"]
    finding = Finding.objects.get()
    assert (finding.happened_at, finding.clipped) == (phone.lease.until, True)


def test_a_role_that_had_ended_records_nothing_and_one_that_ended_later_does(phone, sweep, people, worker):
    ended = now() + timedelta(minutes=10)
    RoleGrant.objects.filter(user=worker).update(until=ended)
    later = ended + timedelta(minutes=5)
    before = phone.found(sweep.pk, door_of(people[0]), "vacant", at=ended - timedelta(minutes=1))
    after = phone.found(sweep.pk, door_of(people[1]), "vacant", at=ended + timedelta(minutes=1))
    answers = outbox.take_all([before, after], by=SOMEBODY, at=later)
    assert [(each.state, each.problem and each.problem.code) for each in answers] == [
        ("done", None),
        ("refused", "role_over_then"),
    ]


def test_a_door_that_a_colleague_changed_is_put_to_its_author(phone, sweep, city, people, worker):
    door = door_of(people[0])
    colleague = Phone(caller_for(user_with_role("grid_worker", city.grids[0], name="张三")))
    brought(colleague.found(sweep.pk, door, "no_answer"))
    theirs = Finding.objects.get()
    assert brought(phone.found(sweep.pk, door, "vacant")) == [("conflict", "door_changed")]
    assert of_doors(sweep, city) == [0, 0, 0, 1, 3]
    waiting = settling.waiting_for(worker.pk)
    assert [(each.mine["result"], each.theirs, each.theirs_by) for each in waiting] == [("vacant", theirs, "张三")]
    assert settling.waiting_for(colleague.by.user) == []
    # Who has seen it goes on, and so does who found the same.
    assert brought(phone.found(sweep.pk, door, "no_answer")) == [("done", "")]
    assert brought(phone.found(sweep.pk, door, "refused", seen=str(theirs.pk))) == [("done", "")]


@pytest.mark.parametrize(("take", "doors"), [("mine", [0, 1, 0, 0, 3]), ("theirs", [0, 0, 0, 1, 3])])
def test_what_its_author_decides_is_done_once(phone, sweep, city, people, worker, take, doors):
    door, key = door_of(people[0]), uuid7()
    brought(Phone(caller_for(user_with_role("grid_worker", city.grids[0]))).found(sweep.pk, door, "no_answer"))
    brought(phone.found(sweep.pk, door, "vacant", key=key))
    decided = phone.write("settle", of=str(key), take=take)
    assert brought(decided, decided) == [("done", "")] * 2
    assert of_doors(sweep, city) == doors
    assert settling.waiting_for(worker.pk) == []
    assert brought(phone.write("settle", of=str(key), take="mine")) == [("refused", "nothing_to_settle")]
    assert Finding.objects.count() == (2 if take == "mine" else 1)


def test_nobody_decides_for_another(phone, sweep, city, people):
    door, key = door_of(people[0]), uuid7()
    colleague = Phone(caller_for(user_with_role("grid_worker", city.grids[0])))
    brought(colleague.found(sweep.pk, door, "no_answer"), phone.found(sweep.pk, door, "vacant", key=key))
    assert brought(colleague.write("settle", of=str(key), take="theirs")) == [("refused", "nothing_to_settle")]


def test_what_was_refused_is_kept_sealed_until_its_author_decides(phone, sweep, city, people, worker):
    assert brought(
        phone.found(sweep.pk, door_of(add_resident(city, name="远", phone="13900001234", building=1)), "vacant")
    ) == [("refused", "not_your_door")]
    receipt = Receipt.objects.get()
    assert b"vacant" not in bytes(receipt.held)
    assert "vacant" in secrets.unseal(receipt.held)
    waiting = settling.waiting_for(worker.pk)
    assert [(each.problem.code, each.theirs) for each in waiting] == [("not_your_door", None)]
    assert brought(phone.write("settle", of=str(receipt.key), take="mine")) == [("refused", "not_your_door")]
    assert len(settling.waiting_for(worker.pk)) == 1
    assert brought(phone.write("settle", of=str(receipt.key), take="theirs")) == [("done", "")]
    assert settling.waiting_for(worker.pk) == []


def test_somebody_new_is_found_and_spoken_of_before_the_server_knew_them(phone, sweep, city, people):
    door, key = door_of(people[0]), uuid7()
    answers = brought(
        phone.write("person", key=key, door=door, name="新来", phone="13911112222"),
        phone.found(sweep.pk, door, said=[[people[0].pk, "here"], [str(key), "here"]], spoke=str(key)),
        phone.write("person", door=door, name="新来", phone="12"),
        phone.write("person", door=door, name=" "),
    )
    assert answers == [("done", ""), ("done", ""), ("refused", "bad_phone"), ("refused", "name_missing")]
    identity = Identity.objects.get(name="新来")
    assert identity.holder == city.event.pk
    assert queries.balance(sweep.persons, city.communities[0].pk, now()).parts[0][1] == 2
    assert {said.person_id for said in Said.objects.filter(spoke=True)} == {identity.person_id}


def test_a_phone_is_lent_its_doors_for_thirty_hours_and_no_longer(phone, worker, city):
    assert phone.lease.until - phone.lease.since == timedelta(hours=30)
    with pytest.raises(IntegrityError), transaction.atomic():
        Lease.objects.update(until=phone.lease.since + timedelta(hours=31))
    with pytest.raises(LeaseOver):
        leases.in_force(phone.lease.pk, by=SOMEBODY, at=now())
    with pytest.raises(LeaseOver):
        leases.in_force(phone.lease.pk, by=phone.by, at=phone.lease.until)
    first = phone.lease
    phone.borrow(at=now())
    with pytest.raises(LeaseOver):
        leases.in_force(first.pk, by=phone.by, at=now())
    for role, area in (("community_desk", city.communities[0]), ("keeper", city.grids[0])):
        with pytest.raises(NoDoorsToLend):
            leases.start(uuid4(), by=caller_for(user_with_role(role, area)), at=now())


def test_a_receipt_stands_once_for_a_device_and_key(phone, sweep, people):
    brought(phone.found(sweep.pk, door_of(people[0]), "vacant"))
    receipt = Receipt.objects.get()
    receipt.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        receipt.save(force_insert=True)
