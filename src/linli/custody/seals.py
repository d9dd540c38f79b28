"""Sealing the trail and forgetting what is old: a chain of Merkle roots over salted leaves (proved in ``proofs``).

leaf  = SHA-256(0x00 | salt | canonical JSON of the entry)
node  = SHA-256(0x01 | left | right); an odd node goes up as it is
link  = SHA-256(0x02 | previous link | root | number of leaves | moment of sealing)

The sealer takes every committed row without a seal, never a range of ids: an id below the highest may still be
uncommitted, and a range would miss it for ever. The newest link, kept anywhere outside, proves all before it.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction

from linli.common.caller import NOBODY
from linli.common.clock import now
from linli.custody import trail
from linli.custody.models import Seal, TrailEntry, told

START = bytes(32)
KEPT = timedelta(days=183)
"""How long entries are kept: six months, as declared. The database itself refuses to forget a link earlier."""
MOST_LEAVES = 20_000
_SEALER_LOCK = 0x11_11_5E_A1


def leaf(entry: TrailEntry) -> bytes:
    """The digest of one entry."""
    text = json.dumps(entry.as_sealed(), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(b"\x00" + bytes(entry.salt) + text.encode()).digest()


def merkle_levels(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """The tree over one or more leaves, in order: the leaves first, the root alone last."""
    levels = [list(leaves)]
    while len(level := levels[-1]) > 1:
        paired = [hashlib.sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
        levels.append(paired + level[len(level) - len(level) % 2 :])
    return levels


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """The root over one or more leaves, in order."""
    return merkle_levels(leaves)[-1][0]


def link(previous: bytes, root: bytes, leaves: int, sealed_at: datetime) -> bytes:
    """The digest that chains one seal to all before it."""
    moment = told(sealed_at).encode()
    return hashlib.sha256(b"\x02" + previous + root + leaves.to_bytes(8, "big") + moment).digest()


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
    digests = [leaf(entry) for entry in entries]
    root = merkle_root(digests)
    made = Seal.objects.create(
        leaves=len(entries), root=root, previous=previous, chained=link(previous, root, len(entries), at), sealed_at=at
    )
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE custody_trailentry AS entry SET seal_id = %s, leaf = given.position - 1, digest = given.digest
            FROM unnest(%s::bigint[], %s::bytea[]) WITH ORDINALITY AS given(id, digest, position)
            WHERE entry.id = given.id
            """,
            [made.pk, [entry.pk for entry in entries], digests],
        )
    return len(entries)


def forget(*, at: datetime) -> int:
    """Delete the entries of every link sealed more than `KEPT` ago. Returns how many entries.

    A link and its root stay and say since when, so that the chain can still be followed. Each link goes in a
    transaction of its own: stopped half-way, the next run goes on.
    """
    gone = links = 0
    while (old := _oldest(at)) is not None:
        gone += _forget_one(old, at)
        links += 1
    if links:
        facts: dict[str, trail.Fact | list[trail.Fact]] = {"links": links, "entries": gone}
        trail.record("trail.forgotten", who=NOBODY, subject="trail:entries", at=at, facts=facts)
    return gone


def _oldest(at: datetime) -> int | None:
    due = Seal.objects.filter(forgotten_at__isnull=True, sealed_at__lte=at - KEPT)
    return due.order_by("sealed_at").values_list("pk", flat=True).first()


@transaction.atomic
def _forget_one(seal_id: int, at: datetime) -> int:
    # Of two that forget at once, the one that marks the link deletes its entries.
    if not Seal.objects.filter(pk=seal_id, forgotten_at__isnull=True).update(forgotten_at=at):
        return 0
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM custody_trailentry WHERE seal_id = %s", [seal_id])
        return cursor.rowcount
