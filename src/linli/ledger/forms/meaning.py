"""One thing that the ledger can say in a column of a form: its declared field, its mask, and what offices call it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from linli.custody import export
from linli.people.person_template import TEMPLATE
from linli.places.models import Level

Told = Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing that the ledger can say in a column.

    Attributes:
        column: how it leaves. also: other titles under which offices ask for it.
        quantity: a number that may be added up; all other digits stay text.
        may_be_empty: an empty cell says something (no staircase, nothing special needed); else it is yet to be typed.
    """

    column: export.Column[Any]
    also: tuple[str, ...] = ()
    quantity: bool = False
    may_be_empty: bool = False

    @property
    def key(self) -> str:
        """Its name in forms and in the trail."""
        return self.column.key


def known_as(key: str) -> tuple[str, ...]:
    """Other names of a column of the import's template."""
    return next(column.also for column in TEMPLATE.columns if column.key == key)


MICRO_GRIDS = known_as("micro")
GRIDS = ("网格", "所属网格", "所在网格")
COMMUNITIES = ("社区", "所属社区", "村社区")
STREETS = ("街道", "镇街", "乡镇街道")
"""What offices call the areas; the import knows micro-grids alone."""


def named(level: Level) -> Told:
    """The name of the area of a level that a row lies in."""
    return lambda one: one.areas.get(level, "")
