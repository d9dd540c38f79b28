"""Which parts of a graph are cut off, and whom that concerns."""

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from linli.planning.distances.plan import Components
from linli.planning.distances.problem import DistancesProblem


def components_of(problem: DistancesProblem) -> Components:
    """Nodes that can reach each other, and the sources that cannot reach most of them; one component without edges."""
    n = len(problem.node_xy)
    if problem.edge is None or not n:
        size = np.full(min(n, 1), n, np.int32)
        return Components(np.zeros(n, np.int32), size, np.zeros(len(problem.source), bool))
    tail, head, _ = problem.arcs
    graph = csr_array((np.ones(len(tail), np.int8), (tail, head)), shape=(n, n))
    count, found = connected_components(graph, directed=True, connection="strong")
    lowest = np.full(count, n)
    np.minimum.at(lowest, found, np.arange(n))
    order = np.lexsort((lowest, -np.bincount(found, minlength=count)))
    rank = np.empty(count, np.int32)
    rank[order] = np.arange(count)
    label = rank[found]
    size = np.bincount(label, minlength=count).astype(np.int32)
    leads_there = np.zeros(n, bool)
    backwards = csr_array((np.ones(len(tail), np.int8), (head, tail)), shape=(n, n))
    leads_there[breadth_first_order(backwards, int(np.argmax(label == 0)), return_predecessors=False)] = True
    return Components(label, size, ~leads_there[problem.source])
