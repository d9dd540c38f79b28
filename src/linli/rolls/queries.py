"""Reading roll calls as they stand now: rolls a caller sees, and balances from the counters alone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from linli.rolls.models import Roll, State
from linli.rolls.rules import BALANCE

_SUMS = """coalesce(sum(c.s0), 0), coalesce(sum(c.s1), 0), coalesce(sum(c.s2), 0), coalesce(sum(c.s3), 0),
    coalesce(sum(c.s4), 0), coalesce(sum(c.s5), 0)"""
_WHOLE = f"SELECT {_SUMS} FROM rolls_counter c WHERE c.roll_id = %(roll)s"  # noqa: S608 (constants)
# Micro-grids of some areas. A roll's own area holds all that are in the roll, wherever one was hung since.
INSIDE = """
SELECT w.outer_id AS area, w.inner_id AS m FROM places_within w
WHERE w.outer_id = ANY(%(areas)s) AND w.outer_id <> %(own)s AND w.during @> %(tree)s
UNION ALL
SELECT %(own)s, k.micro_grid FROM rolls_counter k WHERE k.roll_id = %(roll)s AND %(own)s = ANY(%(areas)s)
"""
_OF_EACH = f"FROM ({INSIDE}) i JOIN rolls_counter c ON c.roll_id = %(roll)s AND c.micro_grid = i.m GROUP BY i.area"
_BELOW = f"SELECT i.area, {_SUMS} {_OF_EACH}"
# The picture and the figures come from one statement, so that a figure equals the list that its link opens.
_PICTURED = f"""
SELECT seen.it, summed.* FROM (SELECT pg_current_snapshot()::text AS it) seen LEFT JOIN ({_BELOW}) summed ON true
"""  # noqa: S608 (constants)


@dataclass(frozen=True, slots=True)
class Balance:
    """How many of a roll stand how in an area: `known` is the sum of the parts, or somebody was lost.

    Attributes:
        states: by state, those of the roll's kind, in the order of promise 3; WITHDRAWN beside them.
    """

    of: str
    states: dict[State, int]

    @property
    def parts(self) -> list[tuple[State, int]]:
        """What adds up to `known`, in order."""
        return [(state, self.states[state]) for state in BALANCE[self.of]]

    @property
    def known(self) -> int:
        """Everybody the roll must account for."""
        return sum(n for _, n in self.parts)

    @property
    def open(self) -> int:
        """Those not reached, or doors not yet visited."""
        return self.states[BALANCE[self.of][-1]]


def balance(roll: Roll, area_id: int, at: datetime) -> Balance:
    """The balance of an area now, from the counters."""
    if area_id != roll.area_id:
        return balances(roll, [area_id], at)[area_id]
    with connection.cursor() as cursor:
        cursor.execute(_WHOLE, {"roll": roll.pk})
        return _made(roll, cursor.fetchone())


def balances(roll: Roll, area_ids: Collection[int], at: datetime) -> dict[int, Balance]:
    """The balances of several areas now, by area; those that hold nobody are zero. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_BELOW, _asked(roll, area_ids, at))
        found = {row[0]: _made(roll, row[1:]) for row in cursor.fetchall()}
    return {area: found.get(area) or _made(roll, (0,) * 6) for area in area_ids}


@dataclass(frozen=True, slots=True)
class Pictured:
    """Balances of several areas and what the database showed when they were counted, for the links to their names."""

    seen: str
    of: dict[int, Balance]


def pictured(roll: Roll, area_ids: Collection[int], at: datetime) -> Pictured:
    """As ``balances``, with the picture of the database they were counted from. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_PICTURED, _asked(roll, area_ids, at))
        rows = cursor.fetchall()
    found = {row[1]: _made(roll, row[2:]) for row in rows if row[1] is not None}
    return Pictured(str(rows[0][0]), {area: found.get(area) or _made(roll, (0,) * 6) for area in area_ids})


def _asked(roll: Roll, area_ids: Collection[int], at: datetime) -> dict[str, Any]:
    return {"roll": roll.pk, "own": roll.area_id, "areas": list(area_ids), "tree": at}


def _made(roll: Roll, sums: Sequence[int]) -> Balance:
    states = (State.WITHDRAWN, *BALANCE[roll.of])
    return Balance(roll.of, {state: int(n) for state, n in zip(states, sums, strict=True)})
