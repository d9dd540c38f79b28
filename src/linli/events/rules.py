"""Deciding about zones, over plain values: which level holds, and when one may go down."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

LOWEST = 0
"""The level where no zone is declared: the rest of the county."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """One zone that covers a place.

    Attributes:
        zone, event, place: ids; `place` is the one that was marked.
        level: 0 low, 1 medium, 2 high.
        breadth: 0 where the place itself is marked, more the wider what was marked; no two marked places
            around one door share a breadth.
        exercise: whether the event is a drill.
    """

    zone: int
    event: int
    place: int
    level: int
    breadth: int
    exercise: bool = False


class Why(StrEnum):
    """What made a level hold."""

    NOTHING_DECLARED = "nothing_declared"
    MARKED_ITSELF = "marked_itself"
    LIES_IN = "lies_in"
    MORE_SPECIFIC = "more_specific"
    SAFER_FOR_LIFE = "safer_for_life"


def decisive(zones: Iterable[Weighed]) -> Weighed | None:
    """The zone that holds: within an event the most specific place, between events the safer for life.

    A drill never outweighs a real event: its zones count only where no real one covers the place.
    """
    rows = list(zones)
    rows = [row for row in rows if not row.exercise] or rows
    nearest: dict[int, Weighed] = {}
    for row in rows:
        if row.event not in nearest or row.breadth < nearest[row.event].breadth:
            nearest[row.event] = row
    return max(nearest.values(), key=lambda row: (row.level, -row.breadth, -row.event), default=None)


def weigh(zones: Iterable[Weighed]) -> int:
    """The level that holds where these zones cover a place; the lowest where none does."""
    found = decisive(zones)
    return LOWEST if found is None else found.level


def why(zones: Iterable[Weighed]) -> Why:
    """What made the level hold, said by the strongest of the rules that were needed."""
    rows = list(zones)
    found = decisive(rows)
    if found is None:
        return Why.NOTHING_DECLARED
    if any(row.event != found.event and row.exercise == found.exercise for row in rows):
        return Why.SAFER_FOR_LIFE
    if any(row.event == found.event and row.zone != found.zone for row in rows):
        return Why.MORE_SPECIFIC
    return Why.MARKED_ITSELF if found.breadth == 0 else Why.LIES_IN


def days_without_case(counted_from: date, today: date) -> int:
    """The day counter: whole days since the day of the newest case, which is day 0."""
    return max(0, (today - counted_from).days)


@dataclass(frozen=True, slots=True)
class StepDown:
    """When a level goes down, and where to.

    Attributes:
        to: the level it goes down to.
        days: days without a new case before it does.
        days_after_higher: the same where the zone itself came down from a higher level; None: no difference.
        all_negative: whether everybody must also have been tested negative on the last day.
    """

    to: int
    days: int
    days_after_higher: int | None = None
    all_negative: bool = False

    def days_needed(self, *, came_down: bool) -> int:
        """Days without a case that this step needs, counted from where the counter stands."""
        return self.days_after_higher if came_down and self.days_after_higher is not None else self.days


@dataclass(frozen=True, slots=True)
class Lacks:
    """What keeps a zone from going down: days still to wait, tests still to be done, or no lower level."""

    days: int = 0
    tests: bool = False
    no_step: bool = False


def lacks_to_step_down(
    step: StepDown | None, days_without_case: int, *, came_down: bool = False, all_negative: bool = False
) -> Lacks | None:
    """What keeps a zone from going down; None where it may."""
    if step is None:
        return Lacks(no_step=True)
    days = max(0, step.days_needed(came_down=came_down) - days_without_case)
    tests = step.all_negative and not all_negative
    return Lacks(days=days, tests=tests) if days or tests else None
