"""Roll calls as they were known: a balance at any past moment, and the names behind a figure.

What was known then is what stands now without the changes that came later. `Known` says what "later" is: after a
moment by the clock, or, for the names behind a figure on a screen, whatever that figure's snapshot had not seen; so a
figure equals its list even where something was being written while it was counted.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from linli.rolls.errors import MomentBeforeRoll
from linli.rolls.models import Roll, State
from linli.rolls.queries import INSIDE, Balance
from linli.rolls.rules import BALANCE

_CHANGES = "FROM rolls_standingchange h WHERE h.part = %(part)s AND h.roll_id = %(roll)s AND {later}"
_PAST_BALANCE = """
WITH inside AS MATERIALIZED (%INSIDE%),
later AS MATERIALIZED (SELECT h.state_from, h.state_to, h.micro_grid_from, h.micro_grid_to {changes})
SELECT state, sum(n) FROM (
    SELECT v.state, v.n FROM rolls_counter c JOIN inside ON m = c.micro_grid
    CROSS JOIN LATERAL (VALUES (0, c.s0), (1, c.s1), (2, c.s2), (3, c.s3), (4, c.s4), (5, c.s5)) v (state, n)
    WHERE c.roll_id = %(roll)s
    UNION ALL SELECT l.state_to %% 10, -1 FROM later l JOIN inside ON m = l.micro_grid_to
    UNION ALL SELECT l.state_from %% 10, 1 FROM later l JOIN inside ON m = l.micro_grid_from) all_of_them
GROUP BY state
""".replace("%INSIDE%", INSIDE)
_STOOD = """
WITH inside AS MATERIALIZED (%INSIDE%),
later AS MATERIALIZED (
    SELECT DISTINCT ON (h.subject) h.subject, h.state_from AS state, h.micro_grid_from AS micro_grid {changes}
    ORDER BY h.subject, h.id)
{what} FROM (
    SELECT s.subject, s.state, s.micro_grid FROM rolls_standing s JOIN inside ON m = s.micro_grid
    WHERE s.part = %(part)s AND s.roll_id = %(roll)s AND s.state = ANY(%(states)s)
      AND NOT EXISTS (SELECT FROM later l WHERE l.subject = s.subject)
    UNION ALL
    SELECT l.subject, l.state, l.micro_grid FROM later l JOIN inside ON m = l.micro_grid
    WHERE l.state = ANY(%(states)s)) stood
""".replace("%INSIDE%", INSIDE)
_NAMES = _STOOD.replace("{what}", "SELECT subject, state, micro_grid") + (
    "ORDER BY micro_grid, subject LIMIT %(most)s OFFSET %(skip)s"
)
_COUNTED = _STOOD.replace("{what}", "SELECT state, count(*)") + "GROUP BY state"


@dataclass(frozen=True, slots=True)
class Known:
    """As of when something was known: by a moment, by what a figure had seen (a snapshot of the database), or both."""

    moment: datetime | None = None
    seen: str | None = None

    @property
    def later(self) -> str:
        """The condition on a change that it came later."""
        unseen = (
            "h.transaction >= pg_snapshot_xmin(%(seen)s::pg_snapshot) "
            "AND NOT pg_visible_in_snapshot(h.transaction, %(seen)s::pg_snapshot)"
        )
        late = "h.recorded_at > %(moment)s"
        if self.seen is not None:
            return f"({late} OR ({unseen}))" if self.moment is not None else unseen
        return late if self.moment is not None else "false"


NOW = Known()


def balance_known(roll: Roll, area_id: int, known: Known, at: datetime, *, tree: datetime | None = None) -> Balance:
    """The balance of an area as it was known. One statement, so one picture.

    Args:
        tree: as of when the area holds its micro-grids; None: as of then.

    Raises:
        MomentBeforeRoll: the roll was not ready then.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _PAST_BALANCE.format(changes=_CHANGES.format(later=known.later)),
            facts_of(roll, area_id, known, at, tree),
        )
        sums = {int(state): int(n) for state, n in cursor.fetchall()}
    states = (State.WITHDRAWN, *BALANCE[roll.of])
    return Balance(roll.of, {state: sums.get(state % 10, 0) for state in states})


def balance_counted(roll: Roll, area_id: int, known: Known, at: datetime, *, tree: datetime | None = None) -> Balance:
    """As ``balance_known``, from the standings themselves and not from their counters: a proof for areas of a few
    thousand. Raises as ``balance_known``."""
    states = (State.WITHDRAWN, *BALANCE[roll.of])
    facts = facts_of(roll, area_id, known, at, tree) | {"states": [int(state) for state in states]}
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED.format(changes=_CHANGES.format(later=known.later)), facts)
        counted = dict(cursor.fetchall())
    return Balance(roll.of, {state: counted.get(int(state), 0) for state in states})


@dataclass(frozen=True, slots=True)
class Stood:
    """How one subject stood."""

    subject: int
    state: State
    micro_grid: int


def names(
    roll: Roll, area_id: int, states: Collection[State], known: Known, at: datetime, *, most: int, skip: int = 0
) -> list[Stood]:
    """Who stood in some states in an area, as it was known; by micro-grid. Raises as ``balance_known``.

    Ids alone: who they are, and whether the caller may see that, is asked of the room that keeps them.
    """
    facts = facts_of(roll, area_id, known, at) | {"states": [int(s) for s in states], "most": most, "skip": skip}
    with connection.cursor() as cursor:
        cursor.execute(_NAMES.format(changes=_CHANGES.format(later=known.later)), facts)
        return [Stood(subject, State(state), micro) for subject, state, micro in cursor.fetchall()]


_PICTURE = re.compile(r"([0-9]{1,19}):([0-9]{1,19}):((?:[0-9]{1,19})?(?:,[0-9]{1,19})*)")


def read_picture(text: str) -> str | None:
    """A picture as a link brought it; None where it can be none: a link may have been cut off or changed."""
    found = _PICTURE.fullmatch(text)
    if found is None:
        return None
    low, high = int(found[1]), int(found[2])
    running = [int(each) for each in found[3].split(",") if each]
    fits = 0 < low <= high < 2**63 and running == sorted(running) and all(low <= each < high for each in running)
    return text if fits and not found[3].startswith(",") else None


def picture() -> str:
    """What the database shows now, as a text that can stand in a link."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text")
        return str(cursor.fetchone()[0])


def check_moment(roll: Roll, moment: datetime, at: datetime) -> None:
    """Let pass a moment of which a roll can tell.

    Raises:
        MomentBeforeRoll: it was not ready then.
    """
    if roll.ready_at is None or moment < roll.ready_at:
        raise MomentBeforeRoll(ready=roll.ready_at or at)


def facts_of(roll: Roll, area_id: int, known: Known, at: datetime, tree: datetime | None = None) -> dict[str, Any]:
    """What the statements about a roll take. Raises as ``check_moment``."""
    if known.moment is not None:
        check_moment(roll, known.moment, at)
    return {
        "roll": roll.pk,
        "part": roll.part,
        "areas": [area_id],
        "own": roll.area_id,
        "tree": tree or known.moment or at,
        "moment": known.moment,
        "seen": known.seen,
    }
