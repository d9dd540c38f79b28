"""Bounded shortest ways along edges: buckets of distances, first in first out within each.

A node waits in the bucket of its distance so far and is taken out with the others of that bucket, again if a shorter
way inside the bucket turns up. With buckets no wider than half the usual edge that is rare, and nothing is ever sorted.
Nodes are numbered anew by place so that those near each other lie together in memory; the answer is in the old numbers.

Source: Dial 1969 (buckets); Meyer and Sanders 2003 (wider than the shortest edge).
"""

import numpy as np

from linli.planning.distances.problem import DistancesProblem
from linli.planning.frame import Watch, kernel

NODE = np.dtype([("metres", "f8"), ("next", "i4"), ("before", "i4"), ("bucket", "i4"), ("first", "i4")])
"""The way so far, its neighbours in the bucket, the bucket (-1 none) and the first arc of a node."""
ARC = np.dtype([("metres", "f8"), ("to", "i4"), ("pad", "i4")])

MOST_BUCKETS = 1 << 16
PAIRS_AT_ONCE = 1 << 20
SOURCES_AT_ONCE = 1 << 12


def along_edges(problem: DistancesProblem, watch: Watch) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """indptr, target and metres of the plan."""
    k, n = len(problem.source), len(problem.node_xy)
    indptr, targets, lengths = np.zeros(k + 1, np.int64), [np.empty(0, np.int32)], [np.empty(0, np.float32)]
    old_of = _by_place(problem.node_xy)
    new_of = np.empty(n, np.int32)
    new_of[old_of] = np.arange(n, dtype=np.int32)
    nodes, arcs, per_m, buckets = _graph(problem, new_of)
    scratch = (
        np.full(buckets, -1, np.int32),
        np.full(buckets, -1, np.int32),
        np.zeros((n + 63) // 64, np.uint64),
        np.empty(n, np.int32),
    )
    source = new_of[problem.source]
    done = 0
    while done < k:
        watch.tell(0.05 + 0.9 * done / k, "ways")
        target, metres = np.empty(max(PAIRS_AT_ONCE, n), np.int32), np.empty(max(PAIRS_AT_ONCE, n), np.float32)
        last = min(k, done + SOURCES_AT_ONCE)
        done, pairs = _ways(
            nodes, arcs, per_m, problem.reach_m, source, done, last, old_of, new_of, *scratch, indptr, target, metres
        )
        targets.append(target[:pairs].copy())
        lengths.append(metres[:pairs].copy())
    return indptr, np.concatenate(targets), np.concatenate(lengths)


def _by_place(node_xy: np.ndarray) -> np.ndarray:
    """Old numbers in an order in which near nodes come near each other: along a curve through 1,024 x 1,024 cells."""
    if not len(node_xy):
        return np.empty(0, np.int32)
    span = max(float(np.ptp(node_xy, axis=0).max()), 1e-9)
    cell = ((node_xy - node_xy.min(axis=0)) * (1023 / span)).astype(np.int64)
    key = np.zeros(len(node_xy), np.int64)
    for bit in range(10):
        key |= ((cell[:, 0] >> bit) & 1) << (2 * bit) | ((cell[:, 1] >> bit) & 1) << (2 * bit + 1)
    return np.argsort(key, kind="stable").astype(np.int32)


def _graph(problem: DistancesProblem, new_of: np.ndarray) -> tuple[np.ndarray, np.ndarray, float, int]:
    """Nodes, one more than there are, and their arcs; buckets a metre, and how many there must be, a power of two."""
    tail, head, metres = problem.arcs
    short = metres <= problem.reach_m
    tail, head, metres = new_of[tail[short]], new_of[head[short]], metres[short]
    order = np.argsort(tail, kind="stable")
    nodes = np.zeros(len(new_of) + 1, NODE)
    nodes["metres"], nodes["bucket"] = np.inf, -1
    nodes["first"][1:] = np.cumsum(np.bincount(tail, minlength=len(new_of)))
    arcs = np.zeros(len(tail), ARC)
    arcs["metres"], arcs["to"] = metres[order], head[order]
    longest = float(metres.max(initial=0.0))
    wide_m = max(float(np.median(metres)) / 2 if len(metres) else 0.0, longest / (MOST_BUCKETS - 8), 1e-6)
    return nodes, arcs, 1 / wide_m, 1 << int(longest / wide_m + 4).bit_length()


@kernel
def _ways(  # type: ignore[no-untyped-def]
    nodes, arcs, per_m, reach_m, source, done, last, old_of, new_of, heads, tails, bits, found, indptr, target, metres
):
    """Answer sources from `done` on until `last` or until the room may not do for the next; how far that came."""
    pairs = 0
    while done < last:
        count = _settle(nodes, arcs, per_m, reach_m, source[done], heads, tails, found)
        if pairs + count > len(target):
            _forget(nodes, found, count)
            break
        low, high = len(bits), -1
        for i in range(count):
            old = old_of[found[i]]
            word = old >> 6
            bits[word] |= np.uint64(1) << np.uint64(old & 63)
            low, high = min(low, word), max(high, word)
        for word in range(low, high + 1):
            rest = bits[word]
            bits[word] = 0
            while rest:
                old = np.int32((word << 6) + _lowest_bit(rest))
                rest &= rest - np.uint64(1)
                target[pairs] = old
                metres[pairs] = nodes[new_of[old]].metres
                pairs += 1
        _forget(nodes, found, count)
        done += 1
        indptr[done] = indptr[done - 1] + count
    return done, pairs


@kernel
def _lowest_bit(word):  # type: ignore[no-untyped-def]
    """Number of zeros below the lowest bit set."""
    low, at = word & (~word + np.uint64(1)), 0
    if low & np.uint64(0xFFFFFFFF00000000):
        at += 32
    if low & np.uint64(0xFFFF0000FFFF0000):
        at += 16
    if low & np.uint64(0xFF00FF00FF00FF00):
        at += 8
    if low & np.uint64(0xF0F0F0F0F0F0F0F0):
        at += 4
    if low & np.uint64(0xCCCCCCCCCCCCCCCC):
        at += 2
    if low & np.uint64(0xAAAAAAAAAAAAAAAA):
        at += 1
    return at


@kernel
def _forget(nodes, found, count):  # type: ignore[no-untyped-def]
    for i in range(count):
        nodes[found[i]].metres = np.inf


@kernel
def _settle(nodes, arcs, per_m, reach_m, source, heads, tails, found):  # type: ignore[no-untyped-def]
    """Leave the shortest metres within reach in `nodes` and the nodes that have any in `found`; how many."""
    count, waiting, bucket, last = 1, 1, 0, len(heads) - 1
    found[0] = source
    nodes[source].metres = 0.0
    _put(nodes, heads, tails, source, 0)
    while waiting > 0:
        at = heads[bucket & last]
        if at < 0:
            bucket += 1
            continue
        _take(nodes, heads, tails, at)
        waiting -= 1
        way = nodes[at].metres
        for a in range(nodes[at].first, nodes[at + 1].first):
            length, to = way + arcs[a].metres, arcs[a].to
            if length > reach_m or length >= nodes[to].metres:
                continue
            if nodes[to].metres == np.inf:
                found[count] = to
                count += 1
            into = max(bucket, int(length * per_m)) & last
            nodes[to].metres = length
            if nodes[to].bucket == into:
                continue
            if nodes[to].bucket >= 0:
                _take(nodes, heads, tails, to)
                waiting -= 1
            _put(nodes, heads, tails, to, into)
            waiting += 1
    return count


@kernel
def _put(nodes, heads, tails, at, bucket):  # type: ignore[no-untyped-def]
    """Let a node wait at the end of a bucket."""
    node, end = nodes[at], tails[bucket]
    node.bucket, node.before, node.next = bucket, end, -1
    if end >= 0:
        nodes[end].next = at
    else:
        heads[bucket] = at
    tails[bucket] = at


@kernel
def _take(nodes, heads, tails, at):  # type: ignore[no-untyped-def]
    """Take a node out of the bucket where it waits."""
    node = nodes[at]
    if node.before >= 0:
        nodes[node.before].next = node.next
    else:
        heads[node.bucket] = node.next
    if node.next >= 0:
        nodes[node.next].before = node.before
    else:
        tails[node.bucket] = node.before
    node.bucket = -1
