"""What changed in a roll call since it was known so: every line, the sums, and what is left unexplained: nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from linli.rolls.models import GOES, Cause, Roll, State
from linli.rolls.past import Known, balance_counted, balance_known, facts_of, picture
from linli.rolls.queries import INSIDE, Balance

# Everything between two pictures that touched an area; the micro-grids it was and is in, where they lie inside.
_BETWEEN = """
WITH inside AS MATERIALIZED (%INSIDE%)
SELECT {columns}
FROM rolls_standingchange h LEFT JOIN inside a ON a.m = h.micro_grid_from LEFT JOIN inside b ON b.m = h.micro_grid_to
WHERE h.part = %(part)s AND h.roll_id = %(roll)s AND {later}
  AND pg_visible_in_snapshot(h.transaction, %(until)s::pg_snapshot)
  AND (a.m IS NOT NULL OR b.m IS NOT NULL)
{order}
""".replace("%INSIDE%", INSIDE)
_LINES = (
    "h.subject, h.state_from, h.state_to, h.cause, h.fact, h.happened_at, h.recorded_at,"
    " a.m IS NOT NULL, b.m IS NOT NULL"
)
_IN_ORDER = "ORDER BY h.id LIMIT %(most)s OFFSET %(skip)s"
_TALLY = "h.state_from, h.state_to, h.cause, a.m IS NOT NULL, b.m IS NOT NULL, count(*)"


@dataclass(frozen=True, slots=True)
class Line:
    """One change inside an area, or over its border.

    Attributes:
        before, after: how the subject stood in the area; None where it was not in it.
    """

    subject: int
    before: State | None
    after: State | None
    cause: Cause
    fact: UUID | None
    happened_at: datetime
    recorded_at: datetime

    @property
    def known(self) -> int:
        """What it did to "known": 1, 0 or -1."""
        return _known(self.before, self.after)


@dataclass(frozen=True, slots=True)
class Explained:
    """How a balance became another: every line, and what cannot be explained by them, which must be nothing.

    Attributes:
        lines: those that were asked for, the oldest first; `number` is how many there are.
        found, came, went: what they did to "known": found, moved in (from another area too), and no longer in it by
            cause.
        unexplained: `after` minus `before` minus all lines, by state; empty where all is well.
        until: the picture of the database up to which this was told.
    """

    before: Balance
    after: Balance
    lines: list[Line]
    number: int
    found: int
    came: int
    went: dict[Cause, int]
    unexplained: dict[State, int]
    until: str


def since(
    roll: Roll,
    area_id: int,
    known: Known,
    at: datetime,
    *,
    until: str | None = None,
    most: int | None = None,
    skip: int = 0,
    proved: bool = False,
) -> Explained:
    """What changed in an area since it was known so, line by line, up to one picture of the database.

    Both balances are of the area as it is today: a micro-grid that was hung elsewhere since moved nobody. The sums are
    made by the database from all lines, whatever number of them is asked for.

    Args:
        until: a picture told before, so that the next page continues that list; None: now.
        most: how many lines at most; None: all of them.
        proved: whether "before" is counted from the standings, so that a counter that drifted is found out.

    Raises:
        MomentBeforeRoll: the roll was not ready then.
    """
    until = until or picture()
    before = Known(known.moment, known.seen or until)
    facts = facts_of(roll, area_id, before, at, at) | {"until": until, "most": most, "skip": skip}
    with connection.cursor() as cursor:
        cursor.execute(_BETWEEN.format(columns=_TALLY, later=known.later, order="GROUP BY 1, 2, 3, 4, 5"), facts)
        tally = [_Tallied.of(row) for row in cursor.fetchall()]
        lines = []
        if most != 0:
            cursor.execute(_BETWEEN.format(columns=_LINES, later=known.later, order=_IN_ORDER), facts)
            lines = [_line(row) for row in cursor.fetchall()]
    then = (balance_counted if proved else balance_known)(roll, area_id, before, at, tree=at)
    return _explained(then, balance_known(roll, area_id, Known(seen=until), at), tally, lines, until)


def _line(row: tuple[Any, ...]) -> Line:
    subject, before, after, cause, fact, happened, recorded, was_in, is_in = row
    return Line(
        subject=subject,
        before=State(before) if was_in and before is not None else None,
        after=State(after) if is_in else None,
        cause=Cause(cause),
        fact=fact,
        happened_at=happened,
        recorded_at=recorded,
    )


@dataclass(frozen=True, slots=True)
class _Tallied:
    """How many lines say the same."""

    before: State | None
    after: State | None
    cause: Cause
    number: int

    @classmethod
    def of(cls, row: tuple[Any, ...]) -> "_Tallied":
        before, after, cause, was_in, is_in, number = row
        return cls(
            State(before) if was_in and before is not None else None,
            State(after) if is_in else None,
            Cause(cause),
            int(number),
        )


def _known(before: State | None, after: State | None) -> int:
    """What a change did to "known": 1, 0 or -1."""
    return (after not in (None, State.WITHDRAWN)) - (before not in (None, State.WITHDRAWN))


def _explained(before: Balance, after: Balance, tally: list[_Tallied], lines: list[Line], until: str) -> Explained:
    moved = dict.fromkeys(after.states, 0)
    found, came, went = 0, 0, dict.fromkeys(sorted(GOES), 0)
    for each in tally:
        if each.before is not None:
            moved[each.before] -= each.number
        if each.after is not None:
            moved[each.after] += each.number
        known = _known(each.before, each.after)
        if known > 0 and each.cause == Cause.FOUND:
            found += each.number
        elif known > 0:
            came += each.number
        elif known < 0:
            went[each.cause if each.cause in GOES else Cause.MOVED_OUT] += each.number
    left = {state: after.states[state] - before.states[state] - moved[state] for state in after.states}
    unexplained = {state: n for state, n in left.items() if n}
    number = sum(each.number for each in tally)
    return Explained(before, after, lines, number, found, came, went, unexplained, until)
