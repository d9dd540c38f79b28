"""The trail, proved: what was done behind the guard is found and named, and what is old is let go of lawfully."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from linli.common.caller import Caller
from linli.common.clock import now
from linli.custody import proofs, seals, trail
from linli.custody.models import Seal, TrailEntry
from linli.custody.proofs import verify

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
DESK = Caller(user=7)


def write(number=1):
    return trail.record("sign_up.confirmed", who=DESK, subject=f"sign_up:{number}", at=NOON)


@pytest.fixture
def sealed(transactional_db):
    """Three entries under one seal; the second seal holds a fourth."""
    entries = [write(number) for number in range(3)]
    seals.seal(at=NOON)
    entries.append(write(3))
    seals.seal(at=NOON + timedelta(seconds=10))
    return entries


def without_guard(*statements):
    """What somebody who owns the database could do."""
    with connection.cursor() as cursor:
        for table in ("custody_trailentry", "custody_seal"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)
        for table in ("custody_trailentry", "custody_seal"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def one_seal():
    return Seal.objects.earliest("pk").pk


def test_an_untouched_trail_has_nothing_wrong(sealed):
    proof = verify()
    assert (proof.seals, proof.entries, proof.forgotten, proof.unsealed, proof.wrong) == (2, 4, 0, 0, [])


def test_an_altered_entry_is_named(sealed):
    without_guard(f"UPDATE custody_trailentry SET subject = 'sign_up:99' WHERE id = {sealed[1].pk}")
    assert verify().wrong == [f"entry {sealed[1].pk} is not what was sealed (seal {one_seal()})"]


def test_an_entry_altered_together_with_its_digest_is_still_found(sealed):
    entry = TrailEntry.objects.get(pk=sealed[1].pk)
    entry.subject = "sign_up:99"
    forged = seals.leaf(entry).hex()
    without_guard(f"UPDATE custody_trailentry SET subject = 'sign_up:99', digest = '\\x{forged}' WHERE id = {entry.pk}")
    first, last = sealed[0].pk, sealed[2].pk
    assert verify().wrong == [f"what stands under seal {one_seal()} (entries {first} to {last}) is not what was sealed"]


def test_a_removed_entry_is_named_by_its_place(sealed):
    without_guard(f"DELETE FROM custody_trailentry WHERE id = {sealed[2].pk}")
    assert verify().wrong == [f"the entry at place 2 of seal {one_seal()} is not here"]


def test_all_entries_of_a_seal_removed_are_missed(sealed):
    without_guard("DELETE FROM custody_trailentry WHERE seal_id = (SELECT min(id) FROM custody_seal)")
    assert [f"the entry at place {number} of seal {one_seal()} is not here" for number in range(3)] == verify().wrong


def test_entries_that_changed_places_are_named(sealed):
    one, two = sealed[0].pk, sealed[1].pk
    without_guard(
        "SET CONSTRAINTS ALL IMMEDIATE",
        f"UPDATE custody_trailentry SET leaf = 77 WHERE id = {one}",
        f"UPDATE custody_trailentry SET leaf = 0 WHERE id = {two}",
        f"UPDATE custody_trailentry SET leaf = 1 WHERE id = {one}",
    )
    assert verify().wrong == [f"entries {two} and {one} do not stand as they were sealed (seal {one_seal()})"]


def test_an_inserted_entry_is_named(sealed):
    extra = write(9)
    digest = seals.leaf(TrailEntry.objects.get(pk=extra.pk)).hex()
    without_guard(
        f"UPDATE custody_trailentry SET seal_id = {one_seal()}, leaf = 3, digest = '\\x{digest}' WHERE id = {extra.pk}"
    )
    assert verify().wrong == [f"entry {extra.pk} was put under seal {one_seal()} later"]


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (
            "UPDATE custody_seal SET sealed_at = sealed_at + interval '1 day' WHERE id = {one}",
            ["seal {one} was changed"],
        ),
        (
            "UPDATE custody_seal SET previous = '\\x01' WHERE id = {one}",
            ["seal {one} does not follow the one before it", "seal {one} was changed"],
        ),
        (
            "UPDATE custody_seal SET forgotten_at = sealed_at + interval '1 day' WHERE id = {one}",
            ["seal {one} was marked as forgotten before its time"],
        ),
    ],
)
def test_a_changed_seal_is_named(sealed, statement, found):
    without_guard(statement.format(one=one_seal()))
    assert verify().wrong[: len(found)] == [line.format(one=one_seal()) for line in found]


def test_a_chain_sealed_anew_does_not_hold_the_link_kept_outside(sealed):
    kept = verify().newest
    without_guard(
        f"UPDATE custody_trailentry SET seal_id = NULL, leaf = NULL, digest = NULL, "
        f"kind = CASE id WHEN {sealed[1].pk} THEN 'nothing.happened' ELSE kind END",
        "DELETE FROM custody_seal",
    )
    seals.seal(at=NOON)
    assert verify().wrong == []
    assert verify(anchor=kept).wrong == ["the link kept outside is not in this chain"]


def test_a_fault_in_many_entries_is_counted_and_not_listed_to_the_end(transactional_db):
    for number in range(proofs.MOST_NAMED + 5):
        write(number)
    seals.seal(at=NOON)
    without_guard('UPDATE custody_trailentry SET "user" = 8')
    wrong = verify().wrong
    assert len(wrong) == proofs.MOST_NAMED + 1
    assert wrong[-1] == "… and 5 more of this kind"


def test_an_entry_committed_after_a_higher_number_was_sealed_is_sealed_too(transactional_db):
    """Two connections: the first takes the lower number and commits last."""
    begun, go = threading.Event(), threading.Event()
    early = []

    def slow():
        try:
            with transaction.atomic():
                early.append(write(1).pk)
                begun.set()
                assert go.wait(20)
        finally:
            connection.close()

    other = threading.Thread(target=slow)
    other.start()
    try:
        assert begun.wait(20)
        late = write(2).pk
        assert early[0] < late
        assert seals.seal(at=NOON) == 1  # by its range of numbers, the first would now be missed for ever
        assert verify().unsealed == 0
    finally:
        go.set()
        other.join(20)
    assert verify().unsealed == 1
    assert seals.seal(at=NOON) == 1
    proof = verify()
    assert (proof.entries, proof.unsealed, proof.wrong) == (2, 0, [])


OLD = timedelta(days=184)


@pytest.mark.django_db
def test_what_is_older_than_six_months_is_forgotten_and_the_chain_still_verifies():
    at = now()
    for days in (400, 184, 182, 0):
        write(days)
        assert seals.seal(at=at - timedelta(days=days)) == 1
    kept = bytes(Seal.objects.earliest("pk").chained)
    assert seals.forget(at=at) == 2
    assert seals.forget(at=at) == 0
    assert set(TrailEntry.objects.values_list("subject", flat=True)) == {"sign_up:182", "sign_up:0", "trail:entries"}
    proof = verify(anchor=kept)
    assert (proof.seals, proof.entries, proof.forgotten, proof.wrong) == (4, 2, 2, [])
    told = TrailEntry.objects.get(kind="trail.forgotten")
    assert told.facts == {"links": 2, "entries": 2}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE custody_seal SET forgotten_at = now()",
        "UPDATE custody_seal SET forgotten_at = sealed_at + interval '200 days'",
        "UPDATE custody_seal SET forgotten_at = NULL",
        "DELETE FROM custody_trailentry",
    ],
)
def test_the_database_refuses_to_forget_before_the_time_is_over(statement):
    write()
    seals.seal(at=now() - timedelta(days=100))
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
def test_an_entry_never_sealed_is_not_forgotten():
    write()
    assert seals.forget(at=now() + timedelta(days=1000)) == 0
    assert TrailEntry.objects.count() == 1
