"""First step: the rows of the event go, all in one transaction, on the condition that the review still holds."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from linli.closing import counting, tables
from linli.closing.errors import ReviewChanged
from linli.closing.models import Closing, Line, Step
from linli.common.caller import NOBODY, Caller
from linli.common.clock import now
from linli.custody import trail
from linli.ledger.paper.accounts import sheets_of

LOCK_WITHIN = "15s"


@transaction.atomic
def destroy(closing: Closing, step: Step) -> None:
    """Delete what was confirmed, write down how many of each, and mark the step as done.

    Everybody else may read meanwhile, and nobody may write to these tables.

    Raises:
        ReviewChanged: other rows would go than those that were confirmed; nothing was deleted.
        OperationalError: a table could not be had in time.
    """
    event, found = closing.event, tables.all_tables()
    going = [table for table in found if table.rule is not None]
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_WITHIN])
        names = ", ".join(f'"{table.name}"' for table in sorted(going, key=lambda table: table.name))
        cursor.execute(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")
    reviewed = counting.review(event)
    if reviewed.digest != closing.digest:
        raise ReviewChanged
    sheets = sheets_of(event.pk)
    with counting.gathered(event) as cursor:
        gone = {table.model: _delete(cursor, table, closing) for table in going}
        cursor.execute("SELECT pg_current_xact_id()::text")
        by_transaction = str(cursor.fetchone()[0])
    Line.objects.bulk_create(_lines(closing, reviewed.lines, gone))
    Step.objects.filter(pk=step.pk).update(
        done_at=now(),
        failure="",
        facts={
            "transaction": by_transaction,
            "people": reviewed.people,
            "sheets": {
                "printed": sheets.printed,
                "returned": sheets.returned,
                "destroyed": sheets.destroyed,
                "missing": sheets.missing,
            },
        },
    )
    facts: dict[str, Any] = {"rows": sum(gone.values()), "people": reviewed.people, "digest": closing.digest}
    facts |= {"officer": closing.officer_by, "second": closing.second_by}
    by = Caller(user=closing.second_by)
    trail.record("closing.destroyed", who=by, subject=f"event:{event.pk}", at=now(), facts=facts)


@transaction.atomic
def ask_again(closing: Closing, *, at: datetime) -> None:
    """Back to the review, because other rows would go than those that were confirmed. Nothing was destroyed."""
    row = Closing.objects.select_for_update().get(pk=closing.pk)
    row.state = Closing.State.REVIEW
    row.officer_by = row.officer_at = row.second_by = row.second_at = None
    row.digest = ""
    row.save()
    row.steps.all().delete()
    trail.record("closing.asked_again", who=NOBODY, subject=f"event:{row.event_id}", at=at)


def _delete(cursor: CursorWrapper, table: tables.Table, closing: Closing) -> int:
    cursor.execute(f'DELETE FROM "{table.name}" t WHERE {table.rule}', counting.facts(closing.event))  # noqa: S608
    return int(cursor.rowcount)


def _lines(closing: Closing, counted: Sequence[counting.Counted], gone: dict[str, int]) -> list[Line]:
    """What became of each table; what was counted is what was there, for nobody could write since."""
    return [
        Line(
            closing=closing,
            model=line.model,
            destroyed=gone.get(line.model, 0),
            kept=line.goes + line.stays - gone.get(line.model, 0),
        )
        for line in counted
    ]
