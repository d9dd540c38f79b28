"""What its author decides about what a phone brought and what was not done."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from linli.access.models import User
from linli.common.errors import Invalid, LinliError, error_of
from linli.custody import secrets, trail
from linli.field import items, leases, reading
from linli.field.errors import NothingToSettle
from linli.field.models import Receipt
from linli.field.reading import Item, Then
from linli.ledger.models import Finding

MOST_TOLD = 200


def problem_of(receipt: Receipt) -> LinliError | None:
    """Why something was not done, from how it was written down."""
    return error_of(receipt.code, {key: _moment(each) for key, each in receipt.facts.items()}) if receipt.code else None


def _moment(fact: object) -> object:
    """A moment again, where a fact is one, so that it is told in the reader's words."""
    try:
        return datetime.fromisoformat(fact) if isinstance(fact, str) and len(fact) > 18 else fact
    except ValueError:
        return fact


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
        held = items.read(secrets.unseal(bytes(receipt.held or b"")))
        author = leases.author_of(receipt.lease, receipt.happened_at, leases.grants_of(receipt.lease))
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
    receipts = list(rows.exclude(state=Receipt.State.DONE).order_by("pk")[:MOST_TOLD])
    told = {each.facts["finding"] for each in receipts if "finding" in each.facts}
    found = {str(each.pk): each for each in Finding.objects.filter(pk__in=told)}
    names = dict(User.objects.filter(pk__in={each.by for each in found.values()}).values_list("pk", "display_name"))
    made = []
    for each in receipts:
        mine = _says(each)
        if mine.get("kind") == items.SETTLE:
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
