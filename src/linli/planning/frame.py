"""What every planner shares: a watch on the budget, and digests of arrays."""

import hashlib
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

from linli.planning.errors import Cancelled, OutOfTime

Progress = Callable[[float, str], None]
"""Called with the share done, 0 to 1, and the name of the step."""

Asked = Callable[[], bool]
"""Answers whether the caller wants the work to stop."""


@dataclass
class Watch:
    """The budget of one call, the wish to cancel it and who hears of its progress.

    Attributes:
        budget_s: seconds the call may take; None for as long as it needs.
    """

    budget_s: float | None = None
    progress: Progress | None = None
    cancelled: Asked | None = None
    started: float = field(default_factory=time.perf_counter)

    def seconds(self) -> float:
        """Seconds since the call began."""
        return time.perf_counter() - self.started

    def kill_after_s(self) -> float | None:
        """Seconds from now after which an engine that does not stop by itself is killed."""
        if self.budget_s is None:
            return None
        return max(1.05 * self.budget_s, self.budget_s + 0.2) - self.seconds()

    def spent(self) -> bool:
        """Whether the budget is used up."""
        return self.budget_s is not None and self.seconds() >= self.budget_s

    def check(self) -> None:
        """Stop here where the caller asked to, or the budget is spent.

        Raises:
            Cancelled: the caller asked to stop.
            OutOfTime: the budget is used up.
        """
        self.check_cancelled()
        if self.spent():
            raise OutOfTime(f"the budget of {self.budget_s} s was spent before a plan was held")

    def check_cancelled(self) -> None:
        """Stop here where the caller asked to.

        Raises:
            Cancelled: the caller asked to stop.
        """
        if self.cancelled is not None and self.cancelled():
            raise Cancelled("cancelled")

    def tell(self, share: float, step: str) -> None:
        """Report the share done, 0 to 1, and the step now begun; stop here if asked to.

        Raises:
            Cancelled, OutOfTime: as in `check`.
        """
        self.check()
        if self.progress is not None:
            self.progress(share, step)


def digest_of(parts: Iterable[tuple[str, np.ndarray | int | float | None]]) -> str:
    """SHA-256 over names, types, shapes and bytes, in the order given, as 64 hex digits."""
    total = hashlib.sha256()
    for name, part in parts:
        if part is None:
            total.update(f"{name}:none;".encode())
            continue
        array = np.ascontiguousarray(part)
        total.update(f"{name}:{array.dtype.str}:{array.shape};".encode())
        total.update(array.reshape(-1).view(np.uint8).data)
    return total.hexdigest()
