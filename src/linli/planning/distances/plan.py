"""The answer: all pairs within reach, and which parts of the graph are cut off."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from linli.planning.frame import Part, Plan


@dataclass(frozen=True, eq=False)
class Potentials(Part):
    """The certificate 'potentials': the distances prove themselves.

    Each is attained along an edge from another target, and no edge from a target gives a shorter one or leads to a
    node within reach that is missing. So they are shortest, and all are there.
    """

    name: ClassVar[str] = "potentials"


@dataclass(frozen=True, eq=False)
class Components(Part):
    """Which nodes lie together, each to be reached from each other of its component.

    Attributes:
        label: i4[n], the component of each node; 0 is the largest, equal ones by their lowest node.
        size: i4[c], nodes in each.
        stuck: b1[k], sources from which the largest component cannot be reached however far one walks.
    """

    prefix: ClassVar[str] = "component_"

    label: np.ndarray
    size: np.ndarray
    stuck: np.ndarray


@dataclass(frozen=True, eq=False, kw_only=True)
class DistancesPlan(Plan):
    """All pairs within reach.

    Attributes:
        indptr: i8[k+1]: the targets of source i are those from indptr[i] to indptr[i+1].
        target: i4[p], nodes, rising within a source; the source itself among them.
        metres: f4[p], 0 for the source.
        components: what is cut off.
        objective: sum of all metres; no right answer has another. work: pairs found.
    """

    indptr: np.ndarray
    target: np.ndarray
    metres: np.ndarray
    components: Components
    objective: float
    bound: float
    certificate: Potentials
    gap: float

    def of(self, source: int) -> tuple[np.ndarray, np.ndarray]:
        """Targets and metres of one source, by its place among the sources."""
        mine = slice(int(self.indptr[source]), int(self.indptr[source + 1]))
        return self.target[mine], self.metres[mine]
