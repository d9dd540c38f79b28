"""HiGHS, for what it is best at: the flow of people sent one by one, and a few districts at a time as whole programs.

As a script in a child process (see `linli.planning.frame.child`) this imports nothing of ours. There the flow is found
where it is large; and a plan is polished until the process is killed, each better one left in shared memory.
"""

import ctypes
import json
import mmap
import os
import signal
import sys

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import coo_array

FEWEST, MOST, PATIENCE = 5, 9, 15
"""Districts taken at a time: one more after so many times without a better plan."""

LONGEST_S = 2.0
"""Seconds one program may take; what is best by then is looked at."""


def transport(
    supply: np.ndarray,
    want: np.ndarray,
    want_skill: np.ndarray,
    each: np.ndarray,
    unmet: np.ndarray,
    sent: np.ndarray,
    supply_price: np.ndarray,
    skill_price: np.ndarray,
) -> None:
    """Fill `sent` f8[d,k,s] and the prices f8[d,s], f8[k,s]; `each` f8[d,k] is the cost of one person, `unmet` f8[2].

    Raises:
        RuntimeError: the engine did not find an optimum, with its message.
    """
    (departments, skills), districts = supply.shape, len(want)
    d, k, s = (axis.ravel() for axis in np.indices((departments, districts, skills)))
    people = d.size
    asked = np.flatnonzero(want_skill.ravel() > 0)
    row_of = np.full(districts * skills, -1)
    row_of[asked] = departments * skills + districts + np.arange(len(asked))
    skilled = np.flatnonzero(row_of[k * skills + s] >= 0)
    cost = np.concatenate([each.ravel().repeat(skills), np.full(districts, unmet[0]), np.full(len(asked), unmet[1])])
    row = np.concatenate([
        d * skills + s,
        departments * skills + k,
        row_of[k[skilled] * skills + s[skilled]],
        departments * skills + np.arange(districts + len(asked)),
    ])  # fmt: skip
    column = np.concatenate([
        np.arange(people), np.arange(people), skilled, people + np.arange(districts + len(asked)),
    ])  # fmt: skip
    sign = np.ones(len(row))
    sign[people:] = -1  # at least so many heads and skills
    limit = np.concatenate([supply.ravel(), -want, -want_skill.ravel()[asked]]).astype(float)
    rows = coo_array((sign, (row, column)), shape=(len(limit), len(cost))).tocsr()
    found = linprog(cost, A_ub=rows, b_ub=limit, method="highs-ds")
    if found.status != 0:
        raise RuntimeError(f"transport: {found.message}")
    sent[...] = found.x[:people].reshape(departments, districts, skills)
    price = -found.ineqlin.marginals
    supply_price[...] = price[: departments * skills].reshape(departments, skills)
    skill_price[...] = 0
    skill_price.reshape(-1)[asked] = price[departments * skills + districts :]


def polish(
    supply: np.ndarray,
    want: np.ndarray,
    want_skill: np.ndarray,
    minutes: np.ndarray,
    costs: np.ndarray,
    seed: np.ndarray,
    kept: np.ndarray,
    which: np.ndarray,
) -> None:
    """Choose some districts that share departments, send anew who is there or at home, keep what is no worse; go on.

    `costs` i8[4] are unmet_head, unmet_skill, pair_cost, least_group. The plan is `kept`[`which`] i8[2,d,k,s]; a
    better one is written into the other half before `which` changes, so that a kill at any moment leaves one whole.
    """
    draws = np.random.default_rng(int(seed[0]))
    sent, stale = kept[which[0]].copy(), 0
    cost = _cost(want, want_skill, minutes, costs, sent)
    while True:
        size = min(len(want), MOST, FEWEST + stale // PATIENCE)
        some = _together(sent.sum(axis=2) > 0, size, draws)
        found = _send_anew(supply, want, want_skill, minutes, costs, sent, some)
        stale += 1
        now = cost if found is None else _cost(want, want_skill, minutes, costs, found)
        if found is not None and now <= cost:
            stale = stale if now == cost else 0
            sent, cost = found, now
            kept[1 - which[0]] = sent
            which[0] = 1 - which[0]


def _cost(want: np.ndarray, want_skill: np.ndarray, minutes: np.ndarray, costs: np.ndarray, sent: np.ndarray) -> int:
    heads = sent.sum(axis=2)
    missing = np.maximum(0, want - heads.sum(axis=0)).sum()
    lacking = np.maximum(0, want_skill - sent.sum(axis=0)).sum()
    return int((heads * minutes).sum() + costs[2] * (heads > 0).sum() + costs[0] * missing + costs[1] * lacking)


def _together(used: np.ndarray, size: int, draws: np.random.Generator) -> np.ndarray:
    """Districts that mostly share departments with one another, drawn one after the other."""
    some = [int(draws.integers(used.shape[1]))]
    while len(some) < size:
        near = np.setdiff1d(np.flatnonzero(used[used[:, some].any(axis=1)].any(axis=0)), some)
        pool = near if len(near) and draws.random() < 0.7 else np.setdiff1d(np.arange(used.shape[1]), some)
        some.append(int(draws.choice(pool)))
    return np.array(some)


def _send_anew(
    supply: np.ndarray,
    want: np.ndarray,
    want_skill: np.ndarray,
    minutes: np.ndarray,
    costs: np.ndarray,
    sent: np.ndarray,
    some: np.ndarray,
) -> np.ndarray | None:
    """The best plan that differs only in these districts, over pairs that are used or not much farther than those."""
    skills, many = supply.shape[1], len(some)
    others = np.setdiff1d(np.arange(len(want)), some)
    left = supply - sent[:, others].sum(axis=1)
    used, here = sent[:, some].sum(axis=2) > 0, minutes[:, some]
    farthest = np.where(used.any(axis=0), np.where(used, here, -1).max(axis=0), here.max(axis=0))
    room = max(int(costs[2]), int(here[used].mean()) if used.any() else 0)
    d, k = np.nonzero(((here <= farthest + room) | used) & (left.sum(axis=1) > 0)[:, None])
    pairs, group = len(d), max(1, int(costs[3]))
    if not pairs:
        return None
    each = np.arange(pairs * skills)
    pair, s = each // skills, each % skills
    first = np.cumsum([0, pairs * skills, pairs, many, many * skills])  # people, pairs used, heads and skills unmet
    enough = np.maximum(np.maximum(want[some], want_skill[some].sum(axis=1)), group)[k]
    at_most = np.minimum(left[d], enough[:, None]).ravel()
    together = np.minimum(left[d].sum(axis=1), enough)
    ones, wide = np.ones(len(each)), first[-1]
    heads, kinds, uses = np.arange(many), np.arange(many * skills), np.arange(pairs)
    rules = [
        (left.ravel(), None, [(d[pair] * skills + s, each, ones)]),
        (None, want[some], [(k[pair], each, ones), (heads, first[2] + heads, np.ones(many))]),
        (
            None,
            want_skill[some].ravel(),
            [(k[pair] * skills + s, each, ones), (kinds, first[3] + kinds, np.ones(len(kinds)))],
        ),
        (np.zeros(len(each)), None, [(each, each, ones), (each, first[1] + pair, -1.0 * at_most)]),
        (np.zeros(pairs), None, [(pair, each, ones), (uses, first[1] + uses, -1.0 * together)]),
        (None, np.zeros(pairs), [(pair, each, ones), (uses, first[1] + uses, np.full(pairs, -1.0 * group))]),
    ]
    constraints = []
    for above, below, parts in rules:
        row, column, value = (np.concatenate([part[at] for part in parts]) for at in range(3))
        limit = below if above is None else above
        matrix = coo_array((value, (row, column)), shape=(len(limit), wide)).tocsr()
        constraints.append(
            LinearConstraint(matrix, -np.inf if below is None else below, np.inf if above is None else above)
        )
    found = milp(
        np.concatenate([
            minutes[d, some[k]].repeat(skills), np.full(pairs, costs[2]),
            np.full(many, costs[0]), np.full(many * skills, costs[1]),
        ]).astype(float),
        constraints=constraints,
        bounds=Bounds(0, np.where((np.arange(wide) >= first[1]) & (np.arange(wide) < first[2]), 1.0, np.inf)),
        integrality=(np.arange(wide) < first[2]).astype(int),
        options={"time_limit": LONGEST_S},
    )  # fmt: skip
    if found.x is None:
        return None
    plan = sent.copy()
    plan[:, some] = 0
    plan[d, some[k]] = np.rint(found.x[: first[1]]).astype(np.int64).reshape(pairs, skills)
    return plan


def _die_with_parent(parent: int) -> None:
    """Where the system can, have this process killed when the one that started it dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
        if os.getppid() != parent:
            sys.exit(1)


def _main(task: dict) -> None:
    _die_with_parent(task["parent"])
    block = np.frombuffer(mmap.mmap(task["handle"], task["size"]), np.uint8)
    arrays = {}
    for name, (offset, shape, dtype) in task["layout"].items():
        size = int(np.prod(shape)) * np.dtype(dtype).itemsize
        arrays[name] = block[offset : offset + size].view(dtype).reshape(shape)
    (polish if "kept" in arrays else transport)(**arrays)


if __name__ == "__main__":
    _main(json.loads(sys.argv[1]))
