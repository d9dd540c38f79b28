"""OR-Tools' min-cost flow over a network, here or as a script in a child process.

As a script it is started by its path with one JSON argument (see
`linli.planning.frame.child`) and imports nothing of ours.
"""

import ctypes
import json
import mmap
import os
import signal
import sys

import numpy as np
from ortools.graph.python import min_cost_flow

ARCS_AT_ONCE = 1 << 20


def flow_over(
    start: np.ndarray,
    node: np.ndarray,
    metres: np.ndarray,
    tail: np.ndarray,
    head: np.ndarray,
    capacity: np.ndarray,
    cost: np.ndarray,
    supply: np.ndarray,
    taken: np.ndarray,
    flow: np.ndarray,
) -> None:
    """Solve; write the arc taken by each person (-1 none) and the flow over the other arcs.

    Raises:
        RuntimeError: the engine did not find an optimal flow, with its status.
    """
    engine = min_cost_flow.SimpleMinCostFlow()
    n = len(start) - 1
    for first in range(0, len(node), ARCS_AT_ONCE):
        part = slice(first, first + ARCS_AT_ONCE)
        people = np.searchsorted(start, np.arange(first, min(first + ARCS_AT_ONCE, len(node))), side="right") - 1
        engine.add_arcs_with_capacity_and_unit_cost(
            people.astype(np.int32), node[part], np.ones(len(people), np.int64), metres[part].astype(np.int64)
        )
    engine.add_arcs_with_capacity_and_unit_cost(tail, head, capacity, cost)
    engine.set_nodes_supplies(np.arange(len(supply), dtype=np.int32), supply)
    status = engine.solve()
    if status != engine.OPTIMAL:
        raise RuntimeError(f"min-cost flow: {status}")
    taken[:] = -1
    for first in range(0, len(node), ARCS_AT_ONCE):
        some = np.arange(first, min(first + ARCS_AT_ONCE, len(node)), dtype=np.int32)
        carrying = some[engine.flows(some) > 0]
        taken[np.searchsorted(start, carrying, side="right") - 1] = carrying
    flow[:] = engine.flows(np.arange(len(node), len(node) + len(tail), dtype=np.int32))
    assert n == len(taken)


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
    flow_over(**arrays)


if __name__ == "__main__":
    _main(json.loads(sys.argv[1]))
