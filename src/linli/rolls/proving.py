"""What must be true of every roll after any history, asked of the tables themselves: for tests, benches and doctors."""

from typing import Any

from django.db import connection

from linli.rolls.models import Roll

_COUNTED = """
SELECT micro_grid, state %% 10, count(*) FROM rolls_standing WHERE roll_id = %s AND part = %s GROUP BY 1, 2
"""
_COUNTERS = """
SELECT micro_grid, v.state, v.n FROM rolls_counter c
CROSS JOIN LATERAL (VALUES (0, s0), (1, s1), (2, s2), (3, s3), (4, s4), (5, s5)) v (state, n)
WHERE roll_id = %s AND v.n <> 0
"""
# Each change begins where the one before it ended, and the last one ends where the subject stands.
_BROKEN = """
WITH lines AS (
    SELECT subject, state_from, micro_grid_from, state_to, micro_grid_to,
        lag(state_to) OVER w AS was, lag(micro_grid_to) OVER w AS was_in, lead(id) OVER w AS next
    FROM rolls_standingchange WHERE roll_id = %(roll)s AND part = %(part)s
    WINDOW w AS (PARTITION BY subject ORDER BY id))
SELECT count(*) FROM lines l LEFT JOIN rolls_standing s ON s.subject = l.subject AND s.roll_id = %(roll)s
    AND s.part = %(part)s
WHERE (l.was IS NOT NULL AND (l.was, l.was_in) IS DISTINCT FROM (l.state_from, l.micro_grid_from))
   OR (l.next IS NULL AND (l.state_to, l.micro_grid_to) IS DISTINCT FROM (s.state, s.micro_grid))
"""
_COUNTED_ELSEWHERE = """
SELECT count(*) FROM rolls_standing s JOIN people_person p ON p.id = s.subject
WHERE s.roll_id = %s AND s.part = %s AND s.state NOT IN (0, 3) AND p.counted_in_id IS DISTINCT FROM s.micro_grid
  AND p.counted_in_id IS NOT NULL
"""
_MISSING = """
SELECT count(*) FROM people_person p JOIN places_within w ON w.inner_id = p.counted_in_id AND w.outer_id = %s
    AND upper_inf(w.during)
WHERE NOT EXISTS (SELECT FROM people_sameas m WHERE m.person_id = p.id AND m.undone_at IS NULL)
  AND NOT EXISTS (SELECT FROM rolls_standing s
    WHERE s.roll_id = %s AND s.part = %s AND s.subject = p.id AND s.state <> 0)
"""


def wrong_with(roll: Roll) -> dict[str, object]:
    """What does not add up in a roll; empty where all is well."""
    key = [roll.pk, roll.part]
    with connection.cursor() as cursor:

        def asked(sql: str, given: Any) -> list[tuple[int, ...]]:
            cursor.execute(sql, given)
            return sorted(cursor.fetchall())

        found: dict[str, object] = {
            "counters": set(asked(_COUNTED, key)) ^ set(asked(_COUNTERS, [roll.pk])),
            "history": asked(_BROKEN, {"roll": roll.pk, "part": roll.part})[0][0],
        }
        if roll.of == Roll.Of.PERSONS:
            found["counted elsewhere"] = asked(_COUNTED_ELSEWHERE, key)[0][0]
            found["missing"] = asked(_MISSING, [roll.area_id, *key])[0][0]
    return {name: what for name, what in found.items() if what}
