"""W1: streets on a jittered lattice, and sources all over it.

What the description leaves open is chosen here and kept: 500 x 400 crossings
100 m apart, each shifted by up to 30 m in either direction; of the edges between
neighbours 312,000 are drawn, each up to 20 % longer than the straight line, in
whole metres; a tenth are one-way, drawn alike in both directions; sources are
different nodes.
"""

import numpy as np

from linli.planning.distances import DistancesProblem

WIDE, HIGH, APART_M, SHIFT_M = 500, 400, 100, 30
EDGES, SOURCES, REACH_M = 312_000, 10_000, 3_000.0
LONGER_PERCENT, ONE_WAY_PERCENT = 20, 10


def make(seed: int) -> DistancesProblem:
    """The instance of this seed."""
    rng = np.random.default_rng(seed)
    node = np.arange(WIDE * HIGH).reshape(HIGH, WIDE)
    xy = APART_M * np.stack([node % WIDE, node // WIDE], axis=-1).reshape(-1, 2)
    xy = xy + rng.integers(-SHIFT_M, SHIFT_M + 1, xy.shape)
    east = np.stack([node[:, :-1].ravel(), node[:, 1:].ravel()], axis=1)
    north = np.stack([node[:-1].ravel(), node[1:].ravel()], axis=1)
    edge = np.concatenate([east, north])
    edge = edge[np.sort(rng.permutation(len(edge))[:EDGES])]
    turned = rng.integers(0, 2, EDGES) == 1
    edge[turned] = edge[turned][:, ::-1]
    straight = np.sqrt(((xy[edge[:, 0]] - xy[edge[:, 1]]) ** 2).sum(axis=1))
    return DistancesProblem(
        node_xy=xy,
        edge=edge,
        edge_m=np.rint(straight * (100 + rng.integers(0, LONGER_PERCENT + 1, EDGES)) / 100),
        one_way=rng.integers(0, 100, EDGES) < ONE_WAY_PERCENT,
        source=np.sort(rng.permutation(WIDE * HIGH)[:SOURCES]),
        reach_m=REACH_M,
    )
