"""Taking what phones bring back, each thing once and each answered alone, whoever brings it."""

import json
import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from linli.access.models import User
from linli.common.caller import Caller
from linli.common.errors import Invalid, LinliError, error_of
from linli.custody import secrets, trail
from linli.field import envelopes, items, leases, reading
from linli.field.envelopes import Opened
from linli.field.errors import DoorChanged, EnvelopeForged, NothingToSettle, OtherAuthor
from linli.field.models import Lease, Receipt
from linli.field.reading import Item, Then
from linli.ledger.errors import KeyUsedOtherwise
from linli.ledger.models import Finding

MOST_AT_ONCE = 200
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


def take_all(brought: Iterable[object], *, by: Caller, at: datetime) -> list[Answer]:
    """Take a batch. Each envelope has its own transaction: what is wrong with one changes nothing for the others."""
    return [_take(raw, by=by, at=at) for raw in brought]


def _take(raw: object, *, by: Caller, at: datetime) -> Answer:
    key = envelopes.key_of(raw)
    try:
        opened = envelopes.opened(raw)
        lease = leases.of(opened.lease)
        if lease is None or not opened.vouched_by(leases.secret_of(lease)):
            raise EnvelopeForged
        return _once(opened, lease, by=by, at=at)
    except LinliError as problem:
        return Answer(key, UNREAD, problem)
    except Exception as error:  # the valid part of a batch is kept whatever the rest is
        _log.error("an envelope broke: %s", type(error).__name__)  # its words could name somebody
        return Answer(key, LATER)


@transaction.atomic
def _once(opened: Opened, lease: Lease, *, by: Caller, at: datetime) -> Answer:
    """Do what an envelope says, or say again what was answered.

    Raises:
        KeyUsedOtherwise: the key came before with another body.
    """
    _one_at_a_time(lease, opened)
    earlier = Receipt.objects.filter(device=lease.device, key=opened.key).first()
    if earlier is not None:
        if bytes(earlier.digest) != opened.digest:
            raise KeyUsedOtherwise
        return _answer(earlier)
    receipt = Receipt(
        device=lease.device,
        key=opened.key,
        lease=lease,
        digest=opened.digest,
        happened_at=at,
        clipped=False,
        delivered_by=by.user,
        recorded_at=at,
        state=Receipt.State.DONE,
    )
    try:
        with transaction.atomic():
            receipt.made = _carry_out(opened, lease, receipt, at)
    except LinliError as problem:
        receipt.state = Receipt.State.CONFLICT if isinstance(problem, DoorChanged) else Receipt.State.REFUSED
        receipt.code, receipt.facts = problem.code, _plain(problem.facts)
        receipt.held = secrets.seal(opened.body)
    receipt.save(force_insert=True)
    return _answer(receipt)


def _one_at_a_time(lease: Lease, opened: Opened) -> None:
    """A lost reply is sent again at once, and two phones may bring one envelope: the second waits for the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"field:{lease.device}:{opened.key}"])


def _carry_out(opened: Opened, lease: Lease, receipt: Receipt, at: datetime) -> int | None:
    item = _item(opened.body)
    receipt.happened_at, receipt.clipped = leases.happened_at(lease, item.told_ms, item.offset_ms, at)
    if (item.key, item.lease, item.author) != (opened.key, opened.lease, lease.user_id):
        raise OtherAuthor
    author = leases.author_of(lease, receipt.happened_at)
    if not author.has(item.role):
        raise OtherAuthor
    then = Then(lease, author, receipt.happened_at, receipt.clipped, at)
    if item.kind == items.SETTLE:
        settle(item, then)
        return None
    return items.carry_out(item, then)


def _item(body: str) -> Item:
    try:
        return items.read(json.loads(body))
    except ValueError as error:
        raise Invalid from error


def _plain(facts: Mapping[str, object]) -> dict[str, Any]:
    return {key: each if isinstance(each, int) else str(each) for key, each in facts.items()}


def problem_of(receipt: Receipt) -> LinliError | None:
    """Why something was not done, from how it was written down."""
    return error_of(receipt.code, {key: _moment(each) for key, each in receipt.facts.items()}) if receipt.code else None


def _moment(fact: object) -> object:
    """A moment again, where a fact is one, so that it is told in the reader's words."""
    try:
        return datetime.fromisoformat(fact) if isinstance(fact, str) and len(fact) > 18 else fact
    except ValueError:
        return fact


def _answer(receipt: Receipt) -> Answer:
    return Answer(str(receipt.key), receipt.state, problem_of(receipt))


def settle(item: Item, then: Then) -> None:
    """Decide about something that was not done: carry it out after all, or let it be.

    Raises:
        Invalid: it is not said about what, or how.
        NothingToSettle: the author has no such thing, or has decided.
        Others: as carrying it out raises them; then it waits on.
    """
    key, take = reading.uuid_of(item.says.get("of")), item.says.get("take")
    if key is None or take not in ("mine", "theirs"):
        raise Invalid
    mine = take == "mine"
    waiting = Receipt.objects.select_for_update(of=("self",)).select_related("lease").filter(key=key)
    receipt = waiting.filter(lease__user=then.lease.user_id, settled_at__isnull=True).exclude(held=None).first()
    if receipt is None:
        raise NothingToSettle
    if mine:
        held = _item(secrets.unseal(bytes(receipt.held or b"")))
        author = leases.author_of(receipt.lease, receipt.happened_at)
        then_it_was = Then(receipt.lease, author, receipt.happened_at, receipt.clipped, then.at)
        receipt.made = items.again(held, then_it_was)  # what was said of them meanwhile finds them now
    receipt.settled_at = then.at
    receipt.save(update_fields=["made", "settled_at"])
    trail.record("field.settled", who=then.by, subject=f"receipt:{receipt.pk}", at=then.at, facts={"mine": mine})


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something its author has to decide about: what they wrote, and what a colleague found meanwhile."""

    key: UUID
    state: str
    problem: LinliError | None
    happened_at: datetime
    mine: dict[str, Any]
    theirs: Finding | None
    theirs_by: str


def waiting_for(user_id: int) -> list[Waiting]:
    """What somebody wrote on any phone and what was not done, until they decide; oldest first. Three queries."""
    rows = Receipt.objects.filter(lease__user=user_id, settled_at__isnull=True, held__isnull=False)
    receipts = list(rows.exclude(state=Receipt.State.DONE).order_by("pk")[:MOST_AT_ONCE])
    told = {each.facts["finding"] for each in receipts if "finding" in each.facts}
    found = {str(each.pk): each for each in Finding.objects.filter(pk__in=told)}
    names = dict(User.objects.filter(pk__in={each.by for each in found.values()}).values_list("pk", "display_name"))
    made = []
    for each in receipts:
        mine = _says(each)
        if mine.get("kind") == "settle":
            continue
        theirs = found.get(str(each.facts.get("finding")))
        by = names.get(theirs.by or 0, "") if theirs is not None else ""
        made.append(Waiting(each.key, each.state, problem_of(each), each.happened_at, mine, theirs, by))
    return made


@dataclass(frozen=True, slots=True)
class Undecided:
    """Something that waits for its author: no more than that it does, and at which door it was."""

    key: UUID
    user: int
    state: str
    happened_at: datetime
    door: int | None


def waiting_among(users: Collection[int]) -> list[Undecided]:
    """What waits for the word of some users, as ``waiting_for`` says it of one; oldest first. One query."""
    rows = Receipt.objects.filter(lease__user__in=list(users), settled_at__isnull=True, held__isnull=False)
    receipts = rows.exclude(state=Receipt.State.DONE).select_related("lease").order_by("pk")
    found = [(each, _says(each)) for each in receipts]
    return [
        Undecided(each.key, each.lease.user_id, each.state, each.happened_at, _door(said))
        for each, said in found
        if said.get("kind") != items.SETTLE
    ]


def _door(said: Mapping[str, Any]) -> int | None:
    """The door that something is about, where it was known before."""
    door = said.get("door")
    return door if isinstance(door, int) and not isinstance(door, bool) and 0 < door < 2**63 else None


def _says(receipt: Receipt) -> dict[str, Any]:
    try:
        said = json.loads(secrets.unseal(bytes(receipt.held or b"")))
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
