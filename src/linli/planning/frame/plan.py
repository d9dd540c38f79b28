"""Plans: what every answer says of itself."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import ClassVar

import numpy as np

from linli.planning.frame.problem import digest_of

APART = {"seconds", "stopped_because"}
"""What equal plans may differ in."""


@dataclass(frozen=True, eq=False)
class Part:
    """Some arrays of a plan that belong together: a certificate, what is short.

    Attributes:
        name: of a certificate, how the bound is proved. prefix: before the names of its arrays in files.
    """

    name: ClassVar[str] = ""
    prefix: ClassVar[str] = ""

    def arrays(self) -> Iterator[tuple[str, np.ndarray]]:
        """Its arrays under the names they have in files."""
        for part in fields(self):
            yield self.prefix + part.name, np.asarray(getattr(self, part.name))


@dataclass(frozen=True)
class Comparison:
    """A named simple method run on the same problem, where no bound is proved."""

    method: str
    objective: float


@dataclass(frozen=True, eq=False, kw_only=True)
class Plan:
    """What every plan has; its own arrays come in the class of each planner.

    Attributes:
        objective: what it costs; lower is better.
        bound: no plan costs less; None where nothing is proved.
        certificate: what the verifier needs to prove the bound; None with it.
        gap: (objective - bound) / max(1, |objective|); None without a bound.
        seed: as given. work: in the unit that the planner states.
        seconds: wall clock of the call; outside the digest.
        stopped_because: "optimal", "converged", "work" or "budget".
        problem_digest: of the problem solved.
        comparison: where there is no bound, a simple method on the same problem.
        engine_says: an engine's own bound; it proves nothing.
    """

    objective: int | float
    bound: int | float | None
    certificate: Part | None
    seed: int
    work: int
    seconds: float
    stopped_because: str
    problem_digest: str
    gap: float | None
    comparison: Comparison | None = None
    engine_says: float | None = None

    def arrays(self) -> Iterator[tuple[str, np.ndarray]]:
        """Every array of the plan, those of its parts included, under the names they have in files."""
        for part in fields(self):
            value = getattr(self, part.name)
            if isinstance(value, np.ndarray):
                yield part.name, value
            elif isinstance(value, Part):
                yield from value.arrays()

    @property
    def digest(self) -> str:
        """SHA-256 of the plan without the time it took."""
        numbers = [(name, getattr(self, name)) for name in ("objective", "bound", "seed", "work")]
        return digest_of([*self.arrays(), *numbers]) + "-" + self.problem_digest[:16]


def gap_of(objective: float, bound: float | None) -> float | None:
    """The share of the objective that a better plan could at most save."""
    return None if bound is None else (objective - bound) / max(1, abs(objective))
