#!/usr/bin/env python3
"""Check a proof of Linli's trail on any machine: Python 3.10 or later and nothing else.

    python3 verify_proof.py proof.jsonl
    python3 verify_proof.py proof.jsonl --anchor 9d1c…

A proof is what `linli trail proof` or the page of the trail wrote: one JSON object a line, first a head, then every
link from the oldest entry's on, each with the entries of the proof that it seals. Everything is recomputed from these:

    leaf  = SHA-256(0x00 | salt | canonical JSON of the entry)
    node  = SHA-256(0x01 | left | right); an odd node goes up as it is
    link  = SHA-256(0x02 | previous link | root | number of leaves | moment of sealing)

Keep the newest link it prints where nobody who runs that machine can change it, and give it as --anchor later: a chain
that was sealed anew does not hold it. A proof of the whole trail shows that nothing is missing; a proof of one subject
shows that what is in it is what was sealed, not that there is no more.

Exits 0 when all is well, 1 when something is wrong, 2 when the file is no proof.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

SEALED = ("id", "kind", "user", "person", "device", "subject", "area", "happened_at", "recorded_at", "facts")
START = bytes(32)
MOST_NAMED = 10


class NoProof(Exception):
    """The file is not a proof, or breaks off; the message says where."""


def sha256(*parts: bytes) -> bytes:
    """The digest of some bytes, one after the other."""
    return hashlib.sha256(b"".join(parts)).digest()


def leaf(entry: dict[str, Any]) -> bytes:
    """The digest of one entry."""
    text = json.dumps({name: entry[name] for name in SEALED}, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return sha256(b"\x00", bytes.fromhex(entry["salt"]), text.encode())


def root_of(level: list[bytes]) -> bytes:
    """The root over all leaves of a seal."""
    while len(level) > 1:
        pairs = [sha256(b"\x01", level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = pairs + level[len(level) - len(level) % 2 :]
    return level[0]


def root_by(entry: dict[str, Any], leaves: int) -> bytes | None:
    """The root that one entry's way leads to; None where the way does not fit the number of leaves."""
    at, width, digest = entry["leaf"], leaves, leaf(entry)
    beside = [bytes.fromhex(each) for each in entry["path"]]
    while width > 1:
        if at ^ 1 < width:
            if not beside:
                return None
            other = beside.pop(0)
            digest = sha256(b"\x01", other, digest) if at & 1 else sha256(b"\x01", digest, other)
        at, width = at // 2, (width + 1) // 2
    return None if beside else digest


class Check:
    """What was found so far, from the first line to the last."""

    def __init__(self, head: dict[str, Any], anchor: bytes | None) -> None:
        if head.get("linli_trail_proof") != 1:
            raise NoProof("the first line is not the head of a proof that this program knows")
        self.head, self.whole = head, head["subject"] is None
        self.wrong: list[str] = []
        self.links = self.entries = self.forgotten = 0
        self.chained: bytes | None = None
        self.anchor, self.anchored = anchor, anchor is None

    def link(self, line: dict[str, Any]) -> None:
        """One seal and its entries."""
        name, root, leaves, entries = (
            f"seal {line['seal']}",
            bytes.fromhex(line["root"]),
            line["leaves"],
            line["entries"],
        )
        before = bytes.fromhex(line["previous"]) if self.chained is None else self.chained
        if self.whole and not self.links and before != START:
            self.wrong.append(f"{name} is not the first of all: what was before it is missing")
        self.chained = sha256(b"\x02", before, root, leaves.to_bytes(8, "big"), line["sealed_at"].encode())
        self.anchored = self.anchored or self.chained == self.anchor
        self.links, self.entries = self.links + 1, self.entries + len(entries)
        self.forgotten += "forgotten_at" in line
        if not self.whole:
            self.wrong += self._some(name, root, leaves, entries)
        elif "forgotten_at" in line:
            self.wrong += [f"entry {each['id']} is here, though {name} is forgotten" for each in entries]
        else:
            self.wrong += all_of(name, root, leaves, entries)

    def _some(self, name: str, root: bytes, leaves: int, entries: Sequence[dict[str, Any]]) -> Iterator[str]:
        """Each entry leads to the root of its seal, and belongs to the subject."""
        for each in entries:
            if root_by(each, leaves) != root:
                yield f"entry {each['id']} is not what was sealed ({name})"
            if each["subject"] != self.head["subject"]:
                yield f"entry {each['id']} is not about {self.head['subject']}"

    def end(self) -> str:
        """What only the last line can tell; returns the newest link."""
        newest = self.chained.hex() if self.chained is not None else ""
        if newest != self.head["newest"]:
            self.wrong.append("the chain does not end with the newest link that the head names: links were changed")
        if not self.anchored:
            self.wrong.append("the link kept outside is not in this chain")
        return newest


def all_of(name: str, root: bytes, leaves: int, entries: Sequence[dict[str, Any]]) -> Iterator[str]:
    """What is wrong where every entry of a seal should be here, in its order, as it was sealed."""
    seen: set[int] = set()
    for before, each in zip([None, *entries], entries, strict=False):
        if not 0 <= each["leaf"] < leaves or each["leaf"] in seen:
            yield f"entry {each['id']} was put under {name} later"
        if leaf(each).hex() != each["digest"]:
            yield f"entry {each['id']} is not what was sealed ({name})"
        if before is not None and before["leaf"] > each["leaf"]:
            yield f"entries {before['id']} and {each['id']} do not stand as they were sealed ({name})"
        seen.add(each["leaf"])
    for place in islice((place for place in range(leaves) if place not in seen), MOST_NAMED):
        yield f"the entry at place {place} of {name} is not here"
    if entries and root_of([leaf(each) for each in entries]) != root:
        yield f"what stands under {name} (entries {entries[0]['id']} to {entries[-1]['id']}) is not what was sealed"


def check(lines: Iterable[str], anchor: bytes | None = None) -> tuple[Check, str]:
    """Recompute everything. Returns the check and its newest link.

    Raises:
        NoProof: a line is no JSON, or lacks something.
    """
    done: Check | None = None
    for number, line in enumerate(lines, 1):
        try:
            told = json.loads(line)
            if done is None:
                done = Check(told, anchor)
            else:
                done.link(told)
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as problem:
            raise NoProof(f"line {number}: {type(problem).__name__} {problem}") from problem
    if done is None:
        raise NoProof("the file is empty")
    return done, done.end()


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, check, say what was found."""
    parser = argparse.ArgumentParser(description="Check a proof of Linli's trail.")
    parser.add_argument("proof")
    parser.add_argument("--anchor", type=bytes.fromhex, help="a link kept outside; it must stand in the chain")
    asked = parser.parse_args(arguments)
    try:
        with open(asked.proof, encoding="utf-8") as lines:
            done, newest = check(lines, asked.anchor)
    except (OSError, UnicodeDecodeError, NoProof) as problem:
        print(f"This is no proof: {problem}", file=sys.stderr)
        return 2
    print(f"about: {done.head['subject'] or 'the whole trail'}")
    print(f"made at: {done.head['made_at']}")
    print(f"entries: {done.entries}; links: {done.links}, of which {done.forgotten} have let go of their entries")
    print(f"not yet sealed, so not in it: {done.head['unsealed']}")
    print(f"newest link: {newest or 'none, nothing is sealed'}")
    for line in done.wrong:
        print(f"wrong: {line}", file=sys.stderr)
    if done.wrong:
        return 1
    print("Nothing was changed, taken away or put in." if done.whole else "Every entry here is what was sealed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
