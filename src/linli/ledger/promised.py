"""“Come back at six”: a time that somebody at a door asked for. It counts until the door is found again."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection

from linli.ledger.models import Finding
from linli.ledger.models.sweeps import MOST_AHEAD

PROMISED = """
SELECT f.sweep_id, f.dwelling_id, f.back_at FROM ledger_finding f
WHERE f.sweep_id = ANY(%(sweeps)s) AND f.back_at IS NOT NULL AND f.taken_back_at IS NULL AND NOT EXISTS (
    SELECT FROM ledger_finding n WHERE n.dwelling_id = f.dwelling_id AND n.sweep_id = f.sweep_id
    AND n.taken_back_at IS NULL
    AND (n.happened_at, n.recorded_at, n.id) > (f.happened_at, f.recorded_at, f.id))
"""


def may_be(back_at: datetime | None, result: str, happened_at: datetime) -> bool:
    """Whether a time to come back can be: still to come when it was written down, near, and somebody lives there."""
    if back_at is None:
        return True
    return result != Finding.Result.VACANT and happened_at < back_at <= happened_at + MOST_AHEAD


def at_doors(sweeps: Collection[int], doors: Collection[int]) -> dict[int, datetime]:
    """When to come back, by door, as far as it still counts in one of some sweeps; the first first. One query."""
    statement = (
        f"SELECT p.dwelling_id, min(p.back_at) FROM ({PROMISED}) p WHERE p.dwelling_id = ANY(%(doors)s) GROUP BY 1"  # noqa: S608 (constants)
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, {"sweeps": list(sweeps), "doors": list(doors)})
        return dict(cursor.fetchall())
