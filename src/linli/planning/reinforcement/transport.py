"""People sent one by one at a cost each: a linear program whose vertices are whole, and its prices.

HiGHS solves it, here or, where it is large, as a script in a child process (see `linli.planning.frame.child`); as a
script it imports nothing of ours.
"""

import ctypes
import json
import mmap
import os
import signal
import sys

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array


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
    transport(**arrays)


if __name__ == "__main__":
    _main(json.loads(sys.argv[1]))
