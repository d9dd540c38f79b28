"""Distances found once are kept by the digest of their problem."""

from collections.abc import MutableMapping
from typing import Any

from linli.planning.distances.plan import DistancesPlan
from linli.planning.distances.problem import DistancesProblem
from linli.planning.distances.solve import solve


def solve_kept(problem: DistancesProblem, kept: MutableMapping[str, DistancesPlan], **how: Any) -> DistancesPlan:
    """The plan kept for this problem; else solve it (with `how` of `solve`) and keep it.

    `kept` is the caller's: a dict, or a mapping over a folder. What it holds under the digest but for another problem
    is not believed.
    """
    found = kept.get(problem.digest)
    if found is None or found.problem_digest != problem.digest:
        found = kept[problem.digest] = solve(problem, **how)
    return found
