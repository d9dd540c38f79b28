"""Proving the trail: every seal recomputed from the entries alone, and what does not fit said by name."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from linli.custody.models import Seal, TrailEntry
from linli.custody.seals import KEPT, START, leaf, link, merkle_root

MOST_NAMED = 10
_AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Proof:
    """What a check of the whole trail found.

    Attributes:
        seals, entries: how many links and sealed entries were recomputed.
        forgotten: how many of the links have let go of their entries, because their time was over.
        unsealed: entries written since the newest seal: not yet proved by anything.
        newest: the newest link, to be compared with a copy kept outside; None while nothing is sealed.
        wrong: what does not fit, in words; empty when all is well.
    """

    seals: int
    entries: int
    forgotten: int
    unsealed: int
    newest: bytes | None
    wrong: list[str] = field(default_factory=list)


def verify(*, anchor: bytes | None = None) -> Proof:
    """Recompute every seal from the entries alone; never more than one seal's entries in memory.

    Args:
        anchor: a link kept outside (a backup's manifest, an officer's mail); it must stand in the chain.
    """
    wrong: list[str] = []
    unsealed = TrailEntry.objects.filter(seal__isnull=True).count()
    # The newest link is fixed first: what is sealed while we read is left for the next time.
    last = Seal.objects.order_by("-pk").first()
    newest = last.pk if last else 0
    by_seal = _entries_by_seal(newest)
    found = next(by_seal, None)
    seals = entries = forgotten = 0
    previous, anchored = START, anchor is None
    for each in Seal.objects.filter(pk__lte=newest).order_by("pk").iterator(chunk_size=_AT_ONCE):
        here: list[TrailEntry] = []
        if found is not None and found[0] == each.pk:
            here, found = found[1], next(by_seal, None)
        seals, entries, forgotten = seals + 1, entries + len(here), forgotten + (each.forgotten_at is not None)
        wrong += _wrong_in_chain(each, previous)
        wrong += _wrong_under(each, here)
        previous = bytes(each.chained)
        anchored = anchored or previous == anchor
    if not anchored:
        wrong.append("the link kept outside is not in this chain")
    return Proof(seals, entries, forgotten, unsealed, bytes(last.chained) if last else None, wrong)


def _entries_by_seal(newest: int) -> Iterator[tuple[int, list[TrailEntry]]]:
    rows = TrailEntry.objects.filter(seal_id__lte=newest).order_by("seal_id", "leaf", "pk")
    for seal_id, group in groupby(rows.iterator(chunk_size=_AT_ONCE), key=lambda entry: entry.seal_id or 0):
        yield seal_id, list(group)


def _wrong_in_chain(seal: Seal, previous: bytes) -> Iterator[str]:
    if bytes(seal.previous) != previous:
        yield f"seal {seal.pk} does not follow the one before it"
    if link(bytes(seal.previous), bytes(seal.root), seal.leaves, seal.sealed_at) != bytes(seal.chained):
        yield f"seal {seal.pk} was changed"


def _wrong_under(seal: Seal, entries: list[TrailEntry]) -> list[str]:
    """What is wrong with the entries of one seal, each by its name; at most a few names for one kind of fault."""
    if seal.forgotten_at is not None:
        too_early = seal.forgotten_at - seal.sealed_at < KEPT
        wrong = [f"seal {seal.pk} was marked as forgotten before its time"] if too_early else []
        return wrong + [f"entry {entry.pk} is still here, though seal {seal.pk} is forgotten" for entry in entries]
    digests = [leaf(entry) for entry in entries]
    by_leaf: dict[int | None, list[TrailEntry]] = {}
    for entry in entries:
        by_leaf.setdefault(entry.leaf, []).append(entry)
    gone = [position for position in range(seal.leaves) if position not in by_leaf]
    added = [entry for position in by_leaf for entry in by_leaf[position][1:]]
    added += [entry for entry in entries if entry.leaf is None or not 0 <= entry.leaf < seal.leaves]
    altered = [entry for entry, digest in zip(entries, digests, strict=True) if bytes(entry.digest or b"") != digest]
    # The sealer takes entries in the order of their numbers.
    moved = [(one, two) for one, two in pairwise(entries) if one.pk > two.pk]
    wrong = _some([f"entry {entry.pk} is not what was sealed (seal {seal.pk})" for entry in altered])
    wrong += _some([f"the entry at place {position} of seal {seal.pk} is not here" for position in gone])
    wrong += _some([f"entry {entry.pk} was put under seal {seal.pk} later" for entry in added])
    wrong += _some(
        [f"entries {one.pk} and {two.pk} do not stand as they were sealed (seal {seal.pk})" for one, two in moved]
    )
    if not wrong and merkle_root(digests) != bytes(seal.root):
        first, last = entries[0].pk, entries[-1].pk
        wrong = [f"what stands under seal {seal.pk} (entries {first} to {last}) is not what was sealed"]
    return wrong


def _some(found: list[str]) -> list[str]:
    more = len(found) - MOST_NAMED
    return found if more <= 0 else [*found[:MOST_NAMED], f"… and {more} more of this kind"]
