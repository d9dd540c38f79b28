from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from linli.common.caller import Caller, Grant
from linli.custody import limits, reveals, seals, trail
from linli.custody.errors import MayNotReveal, ReasonMissing, TooManyReveals, TooOften
from linli.custody.models import Seal, TrailEntry
from linli.custody.proofs import verify
from linli.custody.roles import Reveal
from linli.custody.trail import NotForTheTrail

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
DESK = Caller(user=7, grants=(Grant("community_desk", 1, NOON - timedelta(days=1)),))


def write(number=1, **facts):
    return trail.record("sign_up.confirmed", who=DESK, subject=f"sign_up:{number}", at=NOON, facts=facts)


@pytest.mark.django_db
def test_an_entry_holds_who_what_and_when():
    entry = trail.record("grid.split", who=DESK, subject="place:9", at=NOON, area=9, facts={"into": [10, 11]})
    entry.refresh_from_db()
    assert (entry.user, entry.person, entry.subject, entry.area) == (7, None, "place:9", 9)
    assert (entry.happened_at, entry.facts) == (NOON, {"into": [10, 11]})


@pytest.mark.django_db
@pytest.mark.parametrize("contents", ["王小明", "Anna Berg", "a" * 65, b"raw", {"name": "x"}, ["王"]])
def test_contents_are_refused(contents):
    with pytest.raises(NotForTheTrail):
        write(note=contents)
    assert not TrailEntry.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "subject"), [("Confirmed", "person:1"), ("a.b", "王小明"), ("a.b", "person"), ("", "a:1")]
)
def test_kind_and_subject_are_codes(kind, subject):
    with pytest.raises(NotForTheTrail):
        trail.record(kind, who=DESK, subject=subject, at=NOON)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE custody_trailentry SET kind = 'nothing.happened'",
        'UPDATE custody_trailentry SET "user" = NULL',
        "DELETE FROM custody_trailentry",
    ],
)
@pytest.mark.parametrize("sealed", [False, True])
def test_the_database_refuses_to_change_or_delete_an_entry(statement, sealed):
    write()
    if sealed:
        assert seals.seal(at=NOON) == 1
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert TrailEntry.objects.get().kind == "sign_up.confirmed"


@pytest.mark.django_db
def test_a_seal_is_not_undone():
    write()
    seals.seal(at=NOON)
    for statement in (
        "UPDATE custody_trailentry SET seal_id = NULL, leaf = NULL",
        "DELETE FROM custody_seal",
        "UPDATE custody_seal SET leaves = 2",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.django_db
def test_what_is_sealed_verifies_and_the_tail_is_reported():
    for number in range(7):
        write(number)
    assert seals.seal(at=NOON) == 7
    assert seals.seal(at=NOON) == 0
    write(8)
    assert seals.seal(at=NOON + timedelta(seconds=10)) == 1
    write(9)
    proof = verify()
    assert (proof.seals, proof.entries, proof.unsealed, proof.wrong) == (2, 8, 1, [])
    assert proof.newest == bytes(Seal.objects.latest("pk").chained)
    assert verify(anchor=proof.newest).wrong == []
    assert verify(anchor=b"\0" * 32).wrong == ["the link kept outside is not in this chain"]


@pytest.mark.django_db(transaction=True)
def test_two_sealers_do_not_fork_the_chain():
    for number in range(40):
        write(number)

    def one(_):
        try:
            return seals.seal(at=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        sealed = sum(pool.map(one, range(8)))
    assert sealed == 40
    assert verify().wrong == []


@pytest.mark.parametrize("leaves", [1, 2, 3, 4, 5, 8, 13])
def test_the_root_changes_with_every_leaf_and_with_their_order(leaves):
    each = [bytes([number]) * 32 for number in range(leaves)]
    root = seals.merkle_root(each)
    for number in range(leaves):
        assert seals.merkle_root([*each[:number], b"\xff" * 32, *each[number + 1 :]]) != root
    if leaves > 1:
        assert seals.merkle_root(each[::-1]) != root


@pytest.mark.django_db
def test_a_reveal_is_written_with_its_reason():
    reveals.reveal(DESK, subject="sign_up:1", field=Reveal.PHONE, reason="call", area=1, at=NOON)
    entry = TrailEntry.objects.get()
    assert (entry.kind, entry.facts) == ("field.revealed", {"field": "phone", "reason": "call"})


@pytest.mark.django_db
def test_a_reveal_needs_a_role_and_a_reason():
    city = Caller(user=8, grants=(Grant("city", 1, NOON),))
    with pytest.raises(MayNotReveal):
        reveals.reveal(city, subject="sign_up:1", field=Reveal.PHONE, reason="call", at=NOON)
    with pytest.raises(ReasonMissing):
        reveals.reveal(DESK, subject="sign_up:1", field=Reveal.PHONE, reason="curious", at=NOON)
    assert not TrailEntry.objects.exists()


@pytest.mark.django_db
def test_reveals_have_a_limit_an_hour():
    for number in range(reveals.MOST_AN_HOUR):
        reveals.reveal(DESK, subject=f"sign_up:{number}", field=Reveal.PHONE, reason="call", at=NOON)
    with pytest.raises(TooManyReveals):
        reveals.reveal(DESK, subject="sign_up:99", field=Reveal.PHONE, reason="call", at=NOON)
    reveals.reveal(
        DESK, subject="sign_up:99", field=Reveal.PHONE, reason="call", at=NOON + timedelta(hours=1, seconds=1)
    )


@pytest.mark.django_db
def test_too_often_is_refused_until_the_next_window():
    for _ in range(3):
        limits.spend("sign_up:203.0.113.7", most=3, per=timedelta(minutes=10), at=NOON)
    with pytest.raises(TooOften) as refusal:
        limits.spend("sign_up:203.0.113.7", most=3, per=timedelta(minutes=10), at=NOON)
    assert refusal.value.facts["seconds"] == 600
    limits.spend("sign_up:203.0.113.8", most=3, per=timedelta(minutes=10), at=NOON)
    limits.spend("sign_up:203.0.113.7", most=3, per=timedelta(minutes=10), at=NOON + timedelta(minutes=10))
    assert limits.forget(at=NOON + timedelta(hours=1)) == 3
