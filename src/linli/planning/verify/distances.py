"""What is wrong with distances, without looking for shortest ways again.

The certificate `potentials` is the distances themselves. For each source, with
T its targets as claimed:

    every target is attained: following from each the neighbour in T, less far,
        that the claimed metres make the cheapest leads to the source, and the
        lengths on the way are added up anew in double precision;
    no edge from a target gives a shorter way to another (where rounding to
        single precision or lengths of 0 hid one, ways are shortened until none does);
    no edge from a target leads to a node within reach outside T.

Lengths added up along a way that is there are no shorter than the shortest;
lengths that no edge can shorten are no longer. So they are shortest, and T is
whole. Straight lines are measured again, all within a strip of the reach.
"""

from collections.abc import Iterator

import numpy as np
from numba import njit

from linli.planning.distances.plan import DistancesPlan
from linli.planning.distances.problem import DistancesProblem

HAIR_M = 1e-6
"""Claimed metres may differ by so much, beside what rounding to single precision takes.

What is within reach is sharp: lengths are added up in double precision from the source on.
"""


def verify(problem: DistancesProblem, plan: DistancesPlan) -> list[str]:
    """What is wrong with a plan; empty when nothing is."""
    if plan.problem_digest != problem.digest:
        return ["the plan is of another problem"]
    wrong = list(_shapes(problem, plan))
    if wrong:
        return wrong
    check = _straight if problem.edge is None else _along_edges
    found = check(problem, plan)
    if found is not None:
        wrong.append(found)
    wrong += _components(problem, plan)
    wrong += _numbers(plan)
    return wrong


def _shapes(problem: DistancesProblem, plan: DistancesPlan) -> Iterator[str]:
    k, n = len(problem.source), len(problem.node_xy)
    if plan.certificate is None or plan.certificate.name != "potentials":
        yield "the certificate is not potentials"
    pairs = int(plan.indptr[-1]) if plan.indptr.shape == (k + 1,) and plan.indptr.dtype.kind == "i" else -1
    if pairs < 0 or plan.indptr[0] != 0 or (np.diff(plan.indptr) < 0).any():
        yield f"indptr: {k + 1} whole numbers rising from 0 are wanted"
        return
    for name, array, kind in (("target", plan.target, "i"), ("metres", plan.metres, "f")):
        if array.shape != (pairs,) or array.dtype.kind != kind:
            yield f"{name}: {kind} of shape {(pairs,)} is wanted, not {array.dtype} of {array.shape}"
            return
    if pairs and (int(plan.target.min()) < 0 or int(plan.target.max()) >= n):
        yield "target: holds what is no node"
    elif pairs:
        rising = np.diff(plan.target) > 0
        starts = plan.indptr[1:-1]
        rising[starts[(starts > 0) & (starts < pairs)] - 1] = True
        if not rising.all():
            yield f"target: does not rise at pair {int(np.argmin(rising)) + 1}"
    if not (np.isfinite(plan.metres).all() and (plan.metres >= 0).all()):
        yield "metres: holds what is no length"


def _along_edges(problem: DistancesProblem, plan: DistancesPlan) -> str | None:
    n, (start, end, length) = len(problem.node_xy), _directions(problem)
    out, into = _by(start, end, length, n), _by(end, start, length, n)
    at, what, node = _check(problem.source, problem.reach_m, *out, *into, plan.indptr, plan.target, plan.metres)
    return _told(int(at), int(what), int(node))


def _directions(problem: DistancesProblem) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """From, to and metres of every direction that may be walked."""
    assert problem.edge is not None and problem.edge_m is not None and problem.one_way is not None  # noqa: PT018
    tail, head = problem.edge[:, 0], problem.edge[:, 1]
    back = ~problem.one_way if problem.foot is None or not problem.foot else np.ones(len(tail), bool)
    length = np.concatenate([problem.edge_m, problem.edge_m[back]])
    return np.concatenate([tail, head[back]]), np.concatenate([head, tail[back]]), length


def _told(source: int, what: int, node: int) -> str | None:
    if what == 0:
        return None
    if what == 1:
        return f"source {source}: is not among its own targets at 0 m"
    said = {
        2: "is not attained along edges from other targets",
        3: "claims metres that are not the shortest",
        4: "is within reach but missing",
        5: "is not within reach",
    }
    return f"source {source}: target {node} {said[what]}"


def _by(key: np.ndarray, other: np.ndarray, length: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Edges in order of one end: where each node's begin, the other ends, the lengths."""
    order = np.argsort(key, kind="stable")
    begin = np.zeros(n + 1, np.int64)
    np.cumsum(np.bincount(key, minlength=n), out=begin[1:])
    return begin, other[order].astype(np.int64), length[order]


@njit(cache=True, nogil=True)
def _check(source, reach_m, begin, ends, lengths, into, starts, backs, indptr, target, metres):  # type: ignore[no-untyped-def]
    """The first source with something wrong, what (0 nothing) and at which node."""
    n = len(begin) - 1
    claimed, way, before = np.full(n, np.inf), np.full(n, np.inf), np.full(n, -1, np.int64)
    chain = np.empty(n + 1, np.int64)
    for i in range(len(source)):
        first, last, origin = indptr[i], indptr[i + 1], source[i]
        for p in range(first, last):
            claimed[target[p]] = metres[p]
        if claimed[origin] != 0:
            return i, 1, origin
        for p in range(first, last):
            _cheapest(target[p], origin, into, starts, backs, claimed, before)
        way[origin] = 0.0
        for p in range(first, last):
            _add_up(target[p], before, way, into, starts, backs, chain)
        missing = -1
        while missing == -1:
            missing = _shorten(first, last, target, begin, ends, lengths, claimed, way, reach_m)
        if missing >= 0:
            return i, 4, missing
        for p in range(first, last):
            v = target[p]
            if way[v] == np.inf:
                return i, 2, v
            if abs(way[v] - claimed[v]) > HAIR_M + 2.0**-23 * way[v]:
                return i, 3, v
            if way[v] > reach_m:
                return i, 5, v
        for p in range(first, last):
            claimed[target[p]], way[target[p]], before[target[p]] = np.inf, np.inf, -1
    return 0, 0, 0


@njit(cache=True, nogil=True)
def _cheapest(v, origin, into, starts, backs, claimed, before):  # type: ignore[no-untyped-def]
    """Note the edge into v from a target less far that claimed metres make the cheapest: no circle comes of it."""
    best = np.inf
    for e in range(into[v], into[v + 1]):
        u = starts[e]
        if v != origin and claimed[u] < claimed[v] and claimed[u] + backs[e] < best:
            best = claimed[u] + backs[e]
            before[v] = e


@njit(cache=True, nogil=True)
def _add_up(v, before, way, into, starts, backs, chain):  # type: ignore[no-untyped-def]
    """Follow the noted edges back to a node whose way is known and add up from there."""
    count = 0
    while way[v] == np.inf and before[v] >= 0:
        chain[count] = v
        count += 1
        v = starts[before[v]]
    if way[v] == np.inf:
        return
    for k in range(count - 1, -1, -1):
        e = before[chain[k]]
        way[chain[k]] = way[starts[e]] + backs[e]


@njit(cache=True, nogil=True)
def _shorten(first, last, target, begin, ends, lengths, claimed, way, reach_m):  # type: ignore[no-untyped-def]
    """Shorten the ways between targets by every edge once: -1 where any became shorter, and another time is needed.

    Else a node within reach that is no target, or -2 where there is none.
    """
    shorter, missing = False, -2
    for p in range(first, last):
        v = target[p]
        for e in range(begin[v], begin[v + 1]):
            u = ends[e]
            if way[v] + lengths[e] < way[u]:
                if claimed[u] < np.inf:
                    way[u] = way[v] + lengths[e]
                    shorter = True
                elif way[v] + lengths[e] <= reach_m:
                    missing = u
    return -1 if shorter else missing


def _straight(problem: DistancesProblem, plan: DistancesPlan) -> str | None:
    order = np.argsort(problem.node_xy[:, 0], kind="stable")
    east = problem.node_xy[order, 0]
    detour = 1.0 if problem.detour is None else float(problem.detour)
    at, what, node = _check_straight(
        problem.source, problem.reach_m, detour, problem.node_xy, order, east, plan.indptr, plan.target, plan.metres
    )
    return _told(int(at), int(what), int(node))


@njit(cache=True, nogil=True)
def _check_straight(source, reach_m, detour, xy, order, east, indptr, target, metres):  # type: ignore[no-untyped-def]
    claimed = np.full(len(xy), np.inf)
    for i in range(len(source)):
        x, y = xy[source[i]]
        mine = target[indptr[i] : indptr[i + 1]]
        for p in range(indptr[i], indptr[i + 1]):
            claimed[target[p]] = metres[p]
        if claimed[source[i]] != 0:
            return i, 1, source[i]
        for v in mine:
            walk = detour * np.sqrt((xy[v, 0] - x) ** 2 + (xy[v, 1] - y) ** 2)
            if walk > reach_m:
                return i, 5, v
            if abs(walk - claimed[v]) > HAIR_M + 2.0**-23 * walk:
                return i, 3, v
        far = reach_m / detour + 1
        for j in range(np.searchsorted(east, x - far), np.searchsorted(east, x + far)):
            v = order[j]
            walk = detour * np.sqrt((xy[v, 0] - x) ** 2 + (xy[v, 1] - y) ** 2)
            if claimed[v] == np.inf and walk <= reach_m:
                return i, 4, v
        for v in mine:
            claimed[v] = np.inf
    return 0, 0, 0


def _components(problem: DistancesProblem, plan: DistancesPlan) -> Iterator[str]:
    n, k, part = len(problem.node_xy), len(problem.source), plan.components
    shapes = (part.label.shape, part.stuck.shape) == ((n,), (k,)) and part.size.ndim == 1
    if not shapes or (n and (part.label.min() < 0 or part.label.max() >= len(part.size))):
        yield "components: labels of all nodes, sizes of all labels and a word for every source are wanted"
        return
    if (np.bincount(part.label, minlength=len(part.size)) != part.size).any() or (np.diff(part.size) > 0).any():
        yield "components: the sizes are not those of the labels, largest first"
        return
    if problem.edge is None or not n:
        if len(part.size) > 1 or part.stuck.any():
            yield "components: without edges nothing is cut off"
        return
    yield from _cut_off(problem, part.label, part.stuck)


def _cut_off(problem: DistancesProblem, label: np.ndarray, stuck: np.ndarray) -> Iterator[str]:
    """Walk once through every component from its lowest node, there and back, and once backwards from the largest."""
    start, end, _ = _directions(problem)
    zeros = np.zeros(len(start))
    n = len(label)
    root = np.full(label.max() + 1, n)
    np.minimum.at(root, label, np.arange(n))
    for begin, ends, _ in (_by(start, end, zeros, n), _by(end, start, zeros, n)):
        missed = ~_walk(root, begin, ends, label)
        if missed.any():
            yield f"components: node {int(np.argmax(missed))} is not joined both ways to the rest of its component"
            return
    if _circle(start, end, label):
        yield "components: two of them reach each other and are one"
        return
    begin, ends, _ = _by(end, start, zeros, n)
    leads = _walk(root[:1], begin, ends, np.zeros(n, np.int64))
    if (stuck != ~leads[problem.source]).any():
        yield f"components: source {int(np.argmax(stuck != ~leads[problem.source]))} is wrongly said to be stuck or not"


@njit(cache=True, nogil=True)
def _walk(roots, begin, ends, label):  # type: ignore[no-untyped-def]
    """Which nodes can be reached from the roots without leaving a root's label."""
    seen, stack = np.zeros(len(label), np.bool_), np.empty(len(label), np.int64)
    for root in roots:
        top = 1
        stack[0], seen[root] = root, True
        while top > 0:
            top -= 1
            v = stack[top]
            for e in range(begin[v], begin[v + 1]):
                if not seen[ends[e]] and label[ends[e]] == label[v]:
                    seen[ends[e]] = True
                    stack[top] = ends[e]
                    top += 1
    return seen


def _circle(start: np.ndarray, end: np.ndarray, label: np.ndarray) -> bool:
    """Whether components lead to each other in a circle: taking out, again and again, those to which nothing leads."""
    across = label[start] != label[end]
    if not across.any():
        return False
    pairs = np.unique(np.stack([label[start][across], label[end][across]]), axis=1)
    count = int(label.max()) + 1
    begin, ends, _ = _by(pairs[0], pairs[1], np.zeros(pairs.shape[1]), count)
    return int(_taken_out(begin, ends, np.bincount(pairs[1], minlength=count))) < count


@njit(cache=True, nogil=True)
def _taken_out(begin, ends, leading):  # type: ignore[no-untyped-def]
    """How many nodes go when those to which nothing leads are taken out until none is left of them."""
    queue, count = np.flatnonzero(leading == 0), 0
    stack = np.empty(len(leading), np.int64)
    stack[: len(queue)] = queue
    top = len(queue)
    while top > 0:
        top -= 1
        v = stack[top]
        count += 1
        for e in range(begin[v], begin[v + 1]):
            leading[ends[e]] -= 1
            if leading[ends[e]] == 0:
                stack[top] = ends[e]
                top += 1
    return count


def _numbers(plan: DistancesPlan) -> Iterator[str]:
    total = float(plan.metres.sum(dtype=np.float64))
    hair = 1e-9 * (1 + total)
    if not abs(plan.objective - total) <= hair:
        yield f"claims the objective {plan.objective}, but it is {total}"
    if not plan.bound <= total + hair:
        yield f"claims the bound {plan.bound}, but the distances prove only {total}"
    if not abs(plan.gap - (plan.objective - plan.bound) / max(1, abs(plan.objective))) <= 1e-9:
        yield f"claims the gap {plan.gap}, but objective and bound make it another"
