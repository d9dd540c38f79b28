"""A watch on one call: its budget, how much it may work, who hears of its progress and who may stop it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

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
        max_work: how much it may work, in the unit that the planner states; None without a limit.
        work: how much it has worked.
    """

    budget_s: float | None = None
    progress: Progress | None = None
    cancelled: Asked | None = None
    max_work: int | None = None
    work: int = 0
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

    def worked_enough(self) -> bool:
        """Whether the limit of work is reached."""
        return self.max_work is not None and self.work >= self.max_work

    def work_left(self, slice_: int) -> int:
        """How much to do next: a slice, or what the limit leaves of it."""
        return slice_ if self.max_work is None else min(slice_, max(0, self.max_work - self.work))

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
