"""From doors to the nearest node of a graph."""

import numpy as np
from scipy.spatial import cKDTree

from linli.planning.errors import BadProblem


def snap(node_xy: np.ndarray, xy: np.ndarray, only: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """The nearest node to each place and the walk there.

    Args:
        node_xy: (n, 2) metres. xy: (p, 2) metres.
        only: (n,) bool, nodes that may be taken, such as those of the largest component.

    Returns:
        i4[p], nodes; f8[p], straight metres from the place to the node, which a
        walk along the streets does not contain.

    Raises:
        BadProblem: there is no node to take, or a place is not a place.
    """
    nodes = np.arange(len(node_xy)) if only is None else np.flatnonzero(only)
    places = np.asarray(xy, np.float64).reshape(-1, 2)
    if not len(nodes):
        raise BadProblem("snap: there is no node to go to")
    if not np.isfinite(places).all():
        raise BadProblem("snap: a place is not a finite number")
    metres, at = cKDTree(np.asarray(node_xy, np.float64)[nodes]).query(places)
    return nodes[at].astype(np.int32), metres
