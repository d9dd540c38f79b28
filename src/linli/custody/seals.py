"""Sealing the trail and proving it: a chain of Merkle roots over salted leaves.

leaf  = SHA-256(0x00 | salt | canonical JSON of the entry)
node  = SHA-256(0x01 | left | right); an odd node goes up as it is
link  = SHA-256(0x02 | previous link | root | number of leaves | moment of sealing)

The sealer takes every committed row without a seal, never a range of ids: an id below the highest may still be
uncommitted, and a range would miss it for ever. The newest link, kept anywhere outside, proves all before it.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby

from django.db import connection, transaction

from linli.common.clock import now
from linli.custody.models import Seal, TrailEntry

START = bytes(32)
MOST_LEAVES = 20_000
_SEALER_LOCK = 0x11_11_5E_A1


def leaf(entry: TrailEntry) -> bytes:
    """The digest of one entry."""
    told = {
        "id": entry.pk,
        "kind": entry.kind,
        "user": entry.user,
        "person": entry.person,
        "device": str(entry.device) if entry.device else None,
        "subject": entry.subject,
        "area": entry.area,
        "happened_at": _moment(entry.happened_at),
        "recorded_at": _moment(entry.recorded_at),
        "facts": entry.facts,
    }
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(b"\x00" + bytes(entry.salt) + text.encode()).digest()


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """The root over one or more leaves, in order."""
    level = list(leaves)
    while len(level) > 1:
        paired = [hashlib.sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
        level = paired + level[len(level) - len(level) % 2 :]
    return level[0]


def link(previous: bytes, root: bytes, leaves: int, sealed_at: datetime) -> bytes:
    """The digest that chains one seal to all before it."""
    moment = _moment(sealed_at).encode()
    return hashlib.sha256(b"\x02" + previous + root + leaves.to_bytes(8, "big") + moment).digest()


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def seal(*, at: datetime | None = None) -> int:
    """Seal what is committed and unsealed. Returns how many entries; 0 also where another sealer is at work."""
    sealed = 0
    while done := _seal_some(at or now()):
        sealed += done
    return sealed


@transaction.atomic
def _seal_some(at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_SEALER_LOCK])
        if not cursor.fetchone()[0]:
            return 0
    entries = list(TrailEntry.objects.filter(seal__isnull=True).order_by("pk")[:MOST_LEAVES])
    if not entries:
        return 0
    newest = Seal.objects.order_by("-pk").first()
    previous = bytes(newest.chained) if newest else START
    root = merkle_root([leaf(entry) for entry in entries])
    made = Seal.objects.create(
        leaves=len(entries), root=root, previous=previous, chained=link(previous, root, len(entries), at), sealed_at=at
    )
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE custody_trailentry AS entry SET seal_id = %s, leaf = given.position - 1
            FROM unnest(%s::bigint[]) WITH ORDINALITY AS given(id, position) WHERE entry.id = given.id
            """,
            [made.pk, [entry.pk for entry in entries]],
        )
    return len(entries)


@dataclass(frozen=True, slots=True)
class Proof:
    """What a check of the whole trail found.

    Attributes:
        seals, entries: how many links and sealed entries were recomputed.
        unsealed: entries written since the newest seal: not yet proved by anything.
        newest: the newest link, to be compared with a copy kept outside; None while nothing is sealed.
        wrong: what does not fit, in words; empty when all is well.
    """

    seals: int
    entries: int
    unsealed: int
    newest: bytes | None
    wrong: list[str] = field(default_factory=list)


def verify(*, anchor: bytes | None = None) -> Proof:
    """Recompute every seal from the entries alone.

    Args:
        anchor: a link kept outside (a backup's manifest, an officer's mail); it must stand in the chain.
    """
    wrong: list[str] = []
    seals = list(Seal.objects.order_by("pk"))
    by_seal = _leaves_by_seal()
    found = next(by_seal, None)
    previous, entries = START, 0
    for each in seals:
        leaves = found[1] if found and found[0] == each.pk else []
        if leaves:
            found = next(by_seal, None)
        entries += len(leaves)
        if [position for position, _ in leaves] != list(range(each.leaves)):
            wrong.append(f"seal {each.pk} covers {each.leaves} entries, but {len(leaves)} of them are here")
        elif merkle_root([digest for _, digest in leaves]) != bytes(each.root):
            wrong.append(f"an entry under seal {each.pk} is not what was sealed")
        if bytes(each.previous) != previous:
            wrong.append(f"seal {each.pk} does not follow the one before it")
        if link(bytes(each.previous), bytes(each.root), each.leaves, each.sealed_at) != bytes(each.chained):
            wrong.append(f"seal {each.pk} was changed")
        previous = bytes(each.chained)
    if anchor is not None and anchor not in [bytes(each.chained) for each in seals]:
        wrong.append("the link kept outside is not in this chain")
    unsealed = TrailEntry.objects.filter(seal__isnull=True).count()
    return Proof(len(seals), entries, unsealed, bytes(seals[-1].chained) if seals else None, wrong)


def _leaves_by_seal():  # type: ignore[no-untyped-def]
    """Sealed entries' (position, digest), grouped by seal in order; never more than one seal's in memory."""
    rows = TrailEntry.objects.filter(seal__isnull=False).order_by("seal_id", "leaf").iterator(chunk_size=5000)
    for seal_id, group in groupby(rows, key=lambda entry: entry.seal_id):
        yield seal_id, [(entry.leaf, leaf(entry)) for entry in group]
