"""Where people walk: nodes, the edges between them where there is a graph, and the sources asked about."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from linli.planning.errors import BadProblem
from linli.planning.frame import Problem, array, number
from linli.planning.frame.problem import refuse

FARTHEST_M = 1e9
USUAL_DETOUR = 1.36
"""Streets are longer than the straight line by about so much, where no graph is loaded."""


@dataclass(frozen=True, eq=False, kw_only=True)
class DistancesProblem(Problem):
    """All nodes within reach of each source, along the edges or, where none are given, straight.

    n nodes, e edges, k sources.

    Attributes:
        node_xy: f8[n,2], metres.
        source: i4[k], nodes; one may come twice.
        reach_m: how far is looked; lengths are added up in double precision from the source on.
        edge: i4[e,2], from and to; parallel edges and loops may be. edge_m: f8[e], metres.
        one_way: b1[e], whether the edge leads only from its first node to its second.
        foot: b1, whether one-way edges lead both ways, as they do on foot; no where it is left out.
        detour: f8 from 1 up, what straight lines are multiplied by where there are no edges; 1 where it is left out.

    Raises:
        BadProblem: shapes disagree, a length is negative or NaN, an edge or source is no node, only some of edge,
            edge_m and one_way are given, or a detour is given beside edges.
    """

    node_xy: np.ndarray = array("f8", "n", 2, low=-FARTHEST_M, high=FARTHEST_M)
    source: np.ndarray = array("i4", "k", low=0)
    reach_m: float = number(low=0)
    edge: np.ndarray | None = array("i4", "e", 2, low=0, optional=True)
    edge_m: np.ndarray | None = array("f8", "e", low=0, high=FARTHEST_M, optional=True)
    one_way: np.ndarray | None = array("b1", "e", optional=True)
    foot: np.ndarray | None = array("b1", optional=True)
    detour: np.ndarray | None = array("f8", low=1, high=100, optional=True)

    def check(self) -> None:
        """Refuse what makes no sense."""
        n = len(self.node_xy)
        given = [part is not None for part in (self.edge, self.edge_m, self.one_way)]
        if any(given) and not all(given):
            raise BadProblem("edge, edge_m and one_way: give all three or none")
        if self.edge is not None:
            refuse("edge", self.edge >= n, self.edge, f"is not a node from 0 to {n - 1}")
            if self.detour is not None:
                raise BadProblem("detour: is for straight lines, not beside edges")
        elif self.foot is not None:
            raise BadProblem("foot: says how one-way edges are walked, but there are no edges")
        refuse("source", self.source >= n, self.source, f"is not a node from 0 to {n - 1}")

    @cached_property
    def arcs(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """From i4[a], to i4[a] and metres f8[a] of every direction that may be walked; empty without edges."""
        if self.edge is None or self.edge_m is None or self.one_way is None:
            return np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0)
        back = np.ones(len(self.edge), bool) if self.foot is not None and bool(self.foot) else ~self.one_way
        tail = np.concatenate([self.edge[:, 0], self.edge[back, 1]])
        head = np.concatenate([self.edge[:, 1], self.edge[back, 0]])
        return tail, head, np.concatenate([self.edge_m, self.edge_m[back]])
