"""Which rows of one person go, and that they go: those of the tables in `persons`, and what the desk chose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from linli.closing import traces
from linli.closing.models import Erasure
from linli.closing.persons import BESIDE_REGISTER, BLANKED, OF_PERSON, Of
from linli.closing.tables import Table, all_tables
from linli.common.clock import now
from linli.ledger.moving import lock_persons
from linli.people.models import REGISTER, Identity
from linli.rolls import moving as rolls
from linli.rolls.models import Cause, Roll

_CALLS = "t.id = ANY(%(caller)s::uuid[])"


@dataclass(frozen=True, slots=True)
class Gone:
    """What was done.

    Attributes:
        rows: deleted, by model. blanked: entries of the duty log that stay without whoever called.
        transaction: its id. entries: the same for the destruction list.
    """

    rows: dict[str, int]
    blanked: int
    transaction: str
    entries: list[dict[str, Any]]


def count(person_id: int, scope: str, chosen: Mapping[str, list[str]] | None = None) -> dict[str, int]:
    """Rows that would go, by model.

    Args:
        chosen: what stands under no person and goes too, ids by kind.
    """
    with connection.cursor() as cursor:
        found = {}
        for table, of in _tables(person_id, scope):
            rule = f"({of.rule}) OR {of.also}" if of.also else of.rule
            cursor.execute(f'SELECT count(*) FROM "{table.name}" t WHERE {rule}', _wanted(person_id, chosen))  # noqa: S608
            found[table.model] = int(cursor.fetchone()[0])
    return found


def blanked(asked: Erasure) -> int:
    """Entries of the duty log about others of which whoever called would be, or was, blanked."""
    if asked.done_at is not None:
        return int(asked.facts.get("blanked", 0))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM desk_entry t WHERE {_CALLS}", _wanted(asked.person, asked.traces))  # noqa: S608
        return int(cursor.fetchone()[0])


def forget(asked: Erasure) -> Gone:
    """Delete what goes of a person, and blank what stays without them."""
    wanted = _wanted(asked.person, asked.traces)
    gone: dict[str, int] = {}
    entries: list[dict[str, Any]] = []
    moment = now().isoformat()
    tables = _tables(asked.person, asked.scope)
    if any(table.model == "people.Person" for table, _ in tables):
        _out_of_rolls(asked.person)
        entries.append({"at": moment, "table": "rolls_standing", "call": "rolls_forget", "ids": [asked.person]})
    with connection.cursor() as cursor:
        for table, of in tables:
            for rule, by in ((of.rule, of.by), *([(of.also, "")] if of.also else [])):
                keys = [] if by else _keys(cursor, table, of.key, rule, wanted)
                cursor.execute(f'DELETE FROM "{table.name}" t WHERE {rule}', wanted)  # noqa: S608
                if cursor.rowcount:
                    gone[table.model] = gone.get(table.model, 0) + int(cursor.rowcount)
                if keys or by:
                    named = {"by": by, "ids": [asked.person]} if by else {"ids": keys}
                    entries.append({"at": moment, "table": table.name, **named})
        called = _blank(cursor, wanted)
        if called:
            entries.append({"at": moment, "table": "desk_entry", "ids": called, "set": BLANKED})
        cursor.execute("SELECT pg_current_xact_id()::text")
        return Gone(gone, len(called), str(cursor.fetchone()[0]), entries)


def _out_of_rolls(person_id: int) -> None:
    """Nobody is due any more who is not known: what is left of them in a roll call is a number that leads nowhere."""
    lock_persons([person_id])
    at = now()
    rolls.apply([rolls.Move(Roll.Of.PERSONS, person_id, None, Cause.ERASED, at)], at=at)


def _wanted(person_id: int, chosen: Mapping[str, list[str]] | None) -> dict[str, Any]:
    """What the rules of `OF_PERSON` take."""
    return {"person": person_id, **{str(kind): (chosen or {}).get(kind, []) for kind in traces.Kind}}


def _blank(cursor: CursorWrapper, wanted: Mapping[str, Any]) -> list[str]:
    """Take whoever called out of entries about others; their keys."""
    to = ", ".join(f"{column} = %(to_{column})s" for column in BLANKED)
    values = {f"to_{column}": value for column, value in BLANKED.items()}
    cursor.execute(f"UPDATE desk_entry t SET {to} WHERE {_CALLS} RETURNING t.id::text", {**wanted, **values})  # noqa: S608
    return sorted(key for (key,) in cursor.fetchall())


def _keys(cursor: CursorWrapper, table: Table, key: Sequence[str], rule: str, wanted: Mapping[str, Any]) -> list[Any]:
    """Primary keys as the destruction list writes them: one value, or a list where there are several columns."""
    cursor.execute(f'SELECT {", ".join(key)} FROM "{table.name}" t WHERE {rule}', wanted)  # noqa: S608
    keys = [[each if isinstance(each, int) else str(each) for each in row] for row in cursor.fetchall()]
    return [key[0] if len(key) == 1 else key for key in keys]


def _tables(person_id: int, scope: str) -> list[tuple[Table, Of]]:
    """What goes, in order. Whom the register does not know, it does not have to keep."""
    tables = {table.model: table for table in all_tables()}
    kept = scope == Erasure.Scope.BUT_REGISTER and Identity.objects.filter(person=person_id, holder=REGISTER).exists()
    found = []
    for model, of in OF_PERSON.items():
        if kept and of.register:
            continue
        one = BESIDE_REGISTER if kept and model == "people.Identity" else of
        found.append((tables[model], one))
    return found
