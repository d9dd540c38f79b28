"""Taking what phones bring back, each thing once and each answered alone, whoever brings it."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from linli.access.models import RoleGrant
from linli.common.caller import Caller
from linli.common.errors import LinliError
from linli.custody import secrets
from linli.field import envelopes, items, leases, settling
from linli.field.envelopes import Opened
from linli.field.errors import DoorChanged, EnvelopeForged, FinishedOtherwise, OtherAuthor, StartedOtherwise
from linli.field.models import Lease, Receipt
from linli.field.reading import Item, Then
from linli.ledger.errors import KeyUsedOtherwise

MOST_AT_ONCE = 200
_OTHERWISE = (DoorChanged, FinishedOtherwise, StartedOtherwise)  # somebody else said otherwise: it is put to its author
UNREAD = "unread"  # nothing of it was taken, and nobody vouches for it: it stays on the phone
LATER = "later"  # something broke on our side: it stays on the phone and is sent again

_log = logging.getLogger("linli.field")


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one envelope. It names nobody: whoever brings it may be another than its author.

    Attributes:
        state: done, refused or conflict, for good; or UNREAD, LATER.
        problem: why it was not done.
    """

    key: str
    state: str
    problem: LinliError | None = None


@dataclass(frozen=True, slots=True)
class _Vouched:
    """An envelope that its phone vouches for.

    Attributes:
        says: what it asks for, or why that cannot be.
    """

    opened: Opened
    lease: Lease
    says: tuple[Item, Then] | LinliError
    happened_at: datetime
    clipped: bool


def take_all(brought: Iterable[object], *, by: Caller, at: datetime) -> list[Answer]:
    """Take a batch, in its order. What is wrong with one changes nothing for the others.

    What goes together is taken in one transaction; all else has one of its own.
    """
    lent = _Leases()
    read = [_read(raw, lent, at) for raw in brought]
    runs = _runs([each for each in read if isinstance(each, _Vouched)])
    taken = iter([answer for run in runs for answer in _take(run, by=by, at=at)])
    return [next(taken) if isinstance(each, _Vouched) else each for each in read]


@dataclass(frozen=True, slots=True)
class _Lent:
    """A lease, what its phone vouches with, and the roles it was given under."""

    lease: Lease
    secret: bytes
    grants: Sequence[RoleGrant]


class _Leases(dict[UUID, _Lent | None]):
    """Each lease that a batch names, read once."""

    def __missing__(self, lease_id: UUID) -> _Lent | None:
        lease = leases.of(lease_id)
        lent = None if lease is None else _Lent(lease, leases.secret_of(lease), leases.grants_of(lease))
        self[lease_id] = lent
        return lent


def _read(raw: object, known: _Leases, at: datetime) -> _Vouched | Answer:
    key = envelopes.key_of(raw)
    try:
        opened = envelopes.opened(raw)
        lent = known[opened.lease]
        if lent is None or not opened.vouched_by(lent.secret):
            raise EnvelopeForged
        return _vouched(opened, lent, at)
    except LinliError as problem:
        return Answer(key, UNREAD, problem)
    except Exception as error:
        return _broke(key, error)


def _vouched(opened: Opened, lent: _Lent, at: datetime) -> _Vouched:
    """Who says what in it, and when that was."""
    lease = lent.lease
    happened_at, clipped = at, False
    says: tuple[Item, Then] | LinliError
    try:
        item = items.read(opened.body)
        happened_at, clipped = leases.happened_at(lease, item.told_ms, item.offset_ms, at)
        if (item.key, item.lease, item.author) != (opened.key, opened.lease, lease.user_id):
            raise OtherAuthor
        author = leases.author_of(lease, happened_at, lent.grants)
        if not author.has(item.role):
            raise OtherAuthor
        says = item, Then(lease, author, happened_at, clipped, at)
    except LinliError as problem:
        says = problem
    return _Vouched(opened, lease, says, happened_at, clipped)


def _runs(vouched: Sequence[_Vouched]) -> Iterator[list[_Vouched]]:
    """Neighbours that go together: things of one kind by one author, no key and no door of them twice."""
    run: list[_Vouched] = []
    alike: object = None
    met: set[object] = set()
    for each in vouched:
        like, door = _like(each)
        if run and (like is None or like != alike or not met.isdisjoint((each.opened.key, door))):
            yield run
            run, met = [], set()
        run.append(each)
        alike = like
        met |= {each.opened.key, door}
    if run:
        yield run


def _like(each: _Vouched) -> tuple[object, object]:
    """What those that it goes with have in common, and its door; None of what stands alone."""
    if isinstance(each.says, LinliError):
        return None, None
    item, then = each.says
    found = items.goes_with(item)
    return ((each.lease.pk, then.by, found[0]), found[1]) if found is not None else (None, None)


def _take(run: Sequence[_Vouched], *, by: Caller, at: datetime) -> list[Answer]:
    try:
        return _once(run, by=by, at=at)
    except Exception as error:  # the valid part of a batch is kept whatever the rest is
        if len(run) == 1:
            return [_broke(str(run[0].opened.key), error)]
        return [answer for each in run for answer in _take([each], by=by, at=at)]


def _broke(key: str, error: Exception) -> Answer:
    _log.error("an envelope broke: %s", type(error).__name__)  # its words could name somebody
    return Answer(key, LATER)


@transaction.atomic
def _once(run: Sequence[_Vouched], *, by: Caller, at: datetime) -> list[Answer]:
    """Do what envelopes of one phone say, or say again what was answered."""
    device, keys = run[0].lease.device, [each.opened.key for each in run]
    _one_at_a_time(device, keys)
    receipts = {each.key: each for each in Receipt.objects.filter(device=device, key__in=keys)}
    fresh = [each for each in run if each.opened.key not in receipts]
    made = _made(fresh, by, at)
    receipts |= {each.key: each for each in made}
    Receipt.objects.bulk_create(made)
    return [_answer(receipts[each.opened.key], each.opened) for each in run]


def _one_at_a_time(device: UUID, keys: Sequence[UUID]) -> None:
    """A lost reply is sent again at once, and two phones may bring one envelope: the second waits for the first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest(%s::text[]) name",
            [sorted(f"field:{device}:{key}" for key in keys)],  # in one order, whoever brings them
        )


def _made(fresh: Sequence[_Vouched], by: Caller, at: datetime) -> list[Receipt]:
    """Carry out what has not come before, and tell of each what became of it."""
    told = [each.says for each in fresh if not isinstance(each.says, LinliError)]
    done = iter(_carried_out(told))
    outcomes = [each.says if isinstance(each.says, LinliError) else next(done) for each in fresh]
    return [_receipt(each, outcome, by, at) for each, outcome in zip(fresh, outcomes, strict=True)]


def _carried_out(told: Sequence[tuple[Item, Then]]) -> Sequence[int | LinliError | None]:
    if not told:
        return []
    try:
        with transaction.atomic():
            item, then = told[0]
            if item.kind == items.SETTLE:
                settling.settle(item, then)
                return [None]
            return items.carry_out(told)
    except LinliError as problem:
        return [problem] * len(told)


def _receipt(each: _Vouched, outcome: int | LinliError | None, by: Caller, at: datetime) -> Receipt:
    receipt = Receipt(
        device=each.lease.device,
        key=each.opened.key,
        lease=each.lease,
        digest=each.opened.digest,
        happened_at=each.happened_at,
        clipped=each.clipped,
        delivered_by=by.user,
        recorded_at=at,
        state=Receipt.State.DONE,
    )
    if isinstance(outcome, LinliError):
        receipt.state = Receipt.State.CONFLICT if isinstance(outcome, _OTHERWISE) else Receipt.State.REFUSED
        receipt.code, receipt.facts = outcome.code, _plain(outcome.facts)
        receipt.held = secrets.seal(each.opened.body)
    else:
        receipt.made = outcome
    return receipt


def _plain(facts: Mapping[str, object]) -> dict[str, Any]:
    return {key: each if isinstance(each, int) else str(each) for key, each in facts.items()}


def _answer(receipt: Receipt, opened: Opened) -> Answer:
    """What is said of an envelope for good; nothing of one that stands under the key of another."""
    if bytes(receipt.digest) != opened.digest:
        return Answer(str(opened.key), UNREAD, KeyUsedOtherwise())
    return Answer(str(receipt.key), receipt.state, settling.problem_of(receipt))
