"""Many envelopes at once: a few statements for all of them, and each answered as if it had come alone."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from linli.common.clock import now
from linli.common.ids import uuid7
from linli.field.models import Receipt
from linli.ledger import recording, sweeping
from linli.ledger.models import Finding, Said
from linli.rolls import queries
from tests.factories import add_resident, caller_for, user_with_role
from tests.field.phone import Phone, brought, door_of

pytestmark = pytest.mark.django_db(transaction=True)


def left_behind(sweep, city):
    """What stands in the database after a batch, without the order in which it came there."""
    balance = [
        [n for _, n in queries.balance(of, city.communities[0].pk, now()).parts] for of in (sweep.doors, sweep.persons)
    ]
    found = sorted(Finding.objects.values_list("id", "dwelling", "result", "by", "clipped"))
    said = sorted(Said.objects.values_list("finding", "person", "state", "spoke"))
    receipts = sorted(
        (str(each.key), each.state, each.code, each.held is None, each.made) for each in Receipt.objects.all()
    )
    return balance, found, said, receipts


def test_a_batch_is_answered_as_one_by_one_would_be(phone, sweep, city, people, worker):
    doors, twice = [door_of(each) for each in people], uuid7()
    colleague = Phone(caller_for(user_with_role("grid_worker", city.grids[0])))
    brought(colleague.found(sweep.pk, doors[2], "no_answer"), colleague.found(sweep.pk, doors[3], "no_answer"))
    seen = str(Finding.objects.get(dwelling=doors[3]).pk)
    batch = [
        phone.found(sweep.pk, doors[0], said=[[people[0].pk, "here"]], spoke=people[0].pk),
        phone.found(sweep.pk, doors[1], "no_answer", key=twice),
        phone.found(sweep.pk, doors[2], "vacant"),  # a colleague found otherwise
        phone.found(sweep.pk, doors[3], "vacant", seen=seen),
        phone.found(sweep.pk, 1, "vacant"),
        phone.found(sweep.pk, doors[0], "refused"),  # a second time
        phone.found(sweep.pk, doors[1], "refused", key=twice),  # another body
        phone.found(sweep.pk, doors[1], said=[[people[0].pk, "here"]]),
        phone.found(sweep.pk, doors[2], "no_answer", how="nonsense"),
        phone.found(sweep.pk + 1, doors[1], "vacant"),
        phone.found(sweep.pk, [doors[1]], "vacant"),
        phone.found(sweep.pk, doors[1], "vacant", author=worker.pk + 1),
        phone.found(sweep.pk, doors[1], said=[[people[1].pk, "away"]]),
    ]
    with transaction.atomic():
        together = brought(*batch), left_behind(sweep, city)
        transaction.set_rollback(True)
    alone = [brought(each)[0] for each in batch], left_behind(sweep, city)
    assert together == alone
    assert {state for state, _ in alone[0]} == {"done", "refused", "conflict", "unread"}


def test_what_was_found_at_many_doors_takes_as_many_statements_as_at_few(phone, sweep, city, people):
    more = [add_resident(city, name=f"李{n}", phone=f"138000013{n:02}", door=f"{n + 1}02") for n in range(9)]
    few = [phone.found(sweep.pk, door_of(each), "no_answer") for each in people[:2]]
    many = [phone.found(sweep.pk, door_of(each), "no_answer") for each in [*people[2:], *more]]
    counts = []
    for batch in (few, many):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert brought(*batch) == [("done", "")] * len(batch)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_sweep_that_is_over_takes_none_of_them_and_says_so_of_each(phone, sweep, people, desk):
    sweeping.close_sweep(sweep, by=desk, at=now())
    batch = [phone.found(sweep.pk, door_of(each), "vacant") for each in people]
    assert brought(*batch) == [("refused", "sweep_closed")] * len(people)


def test_where_all_together_break_the_sound_ones_are_taken_alone(phone, sweep, people, monkeypatch):
    """Whatever breaks the batch, what is not to blame for it is kept."""
    bad, whole = door_of(people[1]), recording.record_many

    def breaks(of, founds, **more):
        if any(found.dwelling == bad for found in founds):
            raise RuntimeError
        return whole(of, founds, **more)

    monkeypatch.setattr(recording, "record_many", breaks)
    batch = [phone.found(sweep.pk, door_of(each), "vacant") for each in people[:3]]
    assert [state for state, _ in brought(*batch)] == ["done", "later", "done"]
    monkeypatch.undo()
    assert [state for state, _ in brought(*batch)] == ["done"] * 3
    assert Finding.objects.count() == 3
