"""scipy's Dijkstra with a limit: rows of all nodes, so a hundred sources at a time."""

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from linli.planning.distances import DistancesProblem

NAME = "scipy dijkstra(limit)"
AT_ONCE = 100


def pairs(problem: DistancesProblem) -> tuple[int, float]:
    """How many pairs lie within reach, and the sum of their metres. Zero lengths and parallel edges are not for it."""
    n = len(problem.node_xy)
    tail, head, metres = problem.arcs
    graph = csr_array((metres, (tail, head)), shape=(n, n))
    count, total = 0, 0.0
    for first in range(0, len(problem.source), AT_ONCE):
        rows = dijkstra(graph, indices=problem.source[first : first + AT_ONCE], limit=problem.reach_m)
        near = np.isfinite(rows)
        count, total = count + int(near.sum()), total + float(rows[near].sum())
    return count, total
