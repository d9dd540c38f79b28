"""Proofs to take away: entries of the trail with what ties them to its newest link, one JSON object a line.

``verify_proof.py`` reads such a file with Python's standard library alone and shares no code with this. A proof of
everything shows that nothing was taken out or put in; a proof of one subject shows that its entries are what was
sealed and when, not that there are no others.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import TextIO

from linli.custody.errors import ProofNotWritten, ProofTooLong
from linli.custody.models import Seal, TrailEntry
from linli.custody.seals import merkle_levels, told

FORMAT = 1
VERIFIER = Path(__file__).with_name("verify_proof.py")
MOST_LINKS = 20_000
_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Written:
    """What a proof holds.

    Attributes:
        entries: entries in the file. links: seals from the oldest entry's to the newest of all.
        unsealed: entries that are not in it, because no seal covers them yet.
        newest: the newest link, in hexadecimal digits; empty while nothing is sealed.
    """

    entries: int
    links: int
    unsealed: int
    newest: str


def write(out: TextIO, *, subject: str | None, at: datetime) -> Written:
    """Write a proof of one subject's entries, or of the whole trail; one seal's entries in memory at a time."""
    chosen = TrailEntry.objects.all() if subject is None else TrailEntry.objects.filter(subject=subject)
    unsealed = chosen.filter(seal__isnull=True).count()
    # The newest link is fixed first: what is sealed while we write is left for the next proof.
    last = Seal.objects.order_by("-pk").first()
    newest = last.pk if last is not None else 0
    oldest = chosen.filter(seal__lte=newest).order_by("seal_id").values_list("seal_id", flat=True).first()
    links = Seal.objects.filter(pk__lte=newest).order_by("pk")
    links = links if subject is None else links.filter(pk__gte=newest if oldest is None else oldest)
    tip = bytes(last.chained).hex() if last is not None else ""
    head = {"linli_trail_proof": FORMAT, "made_at": at.isoformat(), "subject": subject, "unsealed": unsealed}
    _line(out, {**head, "newest": tip})
    rows = chosen.filter(seal_id__lte=newest).order_by("seal_id", "leaf", "pk").iterator(chunk_size=_AT_ONCE)
    by_seal = ((seal_id, list(group)) for seal_id, group in groupby(rows, key=lambda entry: entry.seal_id))
    found, entries, count = next(by_seal, None), 0, 0
    for link in links.iterator(chunk_size=_AT_ONCE):
        here: list[TrailEntry] = []
        if found is not None and found[0] == link.pk:
            here, found = found[1], next(by_seal, None)
        _line(out, {**_link(link, first=not count), "entries": list(_entries(here, partly=subject is not None))})
        entries, count = entries + len(here), count + 1
    return Written(entries, count, unsealed, tip)


def require_short(subject: str) -> None:
    """Let pass only a proof that fits into one answer of the web server.

    Raises:
        ProofTooLong: so much has been sealed since the subject's first entry.
    """
    oldest = TrailEntry.objects.filter(subject=subject, seal__isnull=False).order_by("seal_id").first()
    links = Seal.objects.filter(pk__gte=oldest.seal_id).count() if oldest is not None else 0
    if links > MOST_LINKS:
        raise ProofTooLong(links=links, most=MOST_LINKS, subject=subject)


def write_file(path: Path, *, subject: str | None, at: datetime) -> Written:
    """Write a proof to a new file; a file that is there is left alone, and a proof that breaks off leaves none.

    Raises:
        ProofNotWritten: the file cannot be made.
    """
    try:
        with path.open("x", encoding="utf-8") as out:
            try:
                return write(out, subject=subject, at=at)
            except BaseException:
                path.unlink()
                raise
    except OSError as problem:
        raise ProofNotWritten(path=path, reason=problem.strerror or str(problem)) from problem


def _link(link: Seal, *, first: bool) -> dict[str, object]:
    """One seal: its link follows from the one before it, which only the first line therefore has to name."""
    named: dict[str, object] = {
        "seal": link.pk,
        "root": bytes(link.root).hex(),
        "leaves": link.leaves,
        "sealed_at": told(link.sealed_at),
    }
    if first:
        named["previous"] = bytes(link.previous).hex()
    if link.forgotten_at is not None:
        named["forgotten_at"] = told(link.forgotten_at)
    return named


def _entries(entries: Sequence[TrailEntry], *, partly: bool) -> Iterator[dict[str, object]]:
    """Entries of one seal; where they are not all of it, each with the digests beside its way to the root."""
    levels: list[list[bytes]] = []
    if partly and entries:
        under = TrailEntry.objects.filter(seal=entries[0].seal_id).order_by("leaf").values_list("digest", flat=True)
        levels = merkle_levels([bytes(digest or b"") for digest in under])
    for entry in entries:
        kept = {**entry.as_sealed(), "salt": bytes(entry.salt).hex(), "leaf": entry.leaf}
        kept["digest"] = bytes(entry.digest or b"").hex()
        if partly:
            kept["path"] = [each.hex() for each in _beside(levels, entry.leaf or 0)]
        yield kept


def _beside(levels: list[list[bytes]], position: int) -> Iterator[bytes]:
    """The neighbour on each level where there is one; an odd node goes up as it is."""
    for level in levels[:-1]:
        if position ^ 1 < len(level):
            yield level[position ^ 1]
        position //= 2


def _line(out: TextIO, what: dict[str, object]) -> None:
    out.write(json.dumps(what, separators=(",", ":"), ensure_ascii=True) + "\n")
