"""Single erasures: asked for at a person's own desk, decided by the officer and a second person, done at once.

The rows go when the second confirms, and stand on the destruction list, so that a restored backup forgets them too.
Their bytes leave the files the same night (``tidy_files``).
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from linli.access.actions.authority import still_held
from linli.closing import rules
from linli.closing.errors import (
    ConfirmedAlready,
    ErasureOver,
    ErasureUnderWay,
    MayNotConfirm,
    NothingBesideRegister,
    PartTaken,
)
from linli.closing.models import Erasure
from linli.closing.persons import BESIDE_REGISTER, OF_PERSON, Of
from linli.closing.rules import TAKING_PART, Part
from linli.closing.steps import files, log
from linli.closing.tables import Table, all_tables
from linli.closing.work import alone
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import Invalid
from linli.conf.env import Env
from linli.custody import destroyed, keycopies, keyring, trail
from linli.muster import here
from linli.people.models import REGISTER, Identity


@transaction.atomic
def ask(person_id: int, community_id: int, *, scope: str, ground: str, by: Caller, at: datetime) -> Erasure:
    """Ask that a person of one's community is forgotten, because they asked for it at the desk.

    Raises:
        NotFound: the person is not of that community, or it is not the caller's.
        NothingBesideRegister: the register would keep all that there is.
        ErasureUnderWay: it has been asked for already.
        Invalid: scope or ground is none.
    """
    here.person_here(by, community_id, person_id, at)
    if scope not in Erasure.Scope.values or ground not in Erasure.Ground.values or by.user is None:
        raise Invalid
    if scope == Erasure.Scope.BUT_REGISTER and not any(count(person_id, scope).values()):
        raise NothingBesideRegister
    waiting = Erasure.objects.filter(person=person_id, done_at__isnull=True, declined_at__isnull=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('closing.erasure'), %s)", [person_id % 2**31])
    if waiting.exists():
        raise ErasureUnderWay
    asked = Erasure.objects.create(
        person=person_id, community_id=community_id, scope=scope, ground=ground, asked_by=by.user, asked_at=at
    )
    facts: dict[str, Any] = {"scope": scope, "ground": ground, "erasure": asked.pk}
    trail.record("erasure.asked", who=by, subject=f"person:{person_id}", at=at, area=community_id, facts=facts)
    return asked


@transaction.atomic
def confirm(asked: Erasure, *, by: Caller, at: datetime) -> Erasure:
    """Confirm, as one of two. When the second does, the rows go and stand on the destruction list.

    Raises:
        MayNotConfirm, ConfirmedAlready, PartTaken: as for the closing of an event.
        ErasureOver: it was done or declined.
        KeyringError: the destruction list cannot be written; nothing was erased.
    """
    row = _open(asked)
    holds = still_held(by, row.officer_by, row.second_by, at=at)
    if by.user is None or not holds.has(*TAKING_PART):
        raise MayNotConfirm
    if by.user in (row.officer_by, row.second_by):
        raise ConfirmedAlready
    roles = {grant.role for grant in holds.grants}
    free = rules.parts_open(roles, officer=row.officer_by is not None, second=row.second_by is not None)
    if not free:
        raise PartTaken
    if free[0] is Part.OFFICER:
        row.officer_by, row.officer_at = by.user, at
    else:
        row.second_by, row.second_at = by.user, at
    facts: dict[str, Any] = {"part": str(free[0]), "erasure": row.pk}
    trail.record("erasure.confirmed", who=by, subject=f"person:{row.person}", at=at, facts=facts)
    if row.officer_by is not None and row.second_by is not None:
        _erase(row, by=by, at=at)
    row.save()
    return row


@transaction.atomic
def decline(asked: Erasure, *, by: Caller, at: datetime) -> None:
    """Decline it, as one of those who decide. The desk tells the person, and why.

    Raises:
        MayNotConfirm, ErasureOver.
    """
    row = _open(asked)
    if not still_held(by, at=at).has(*TAKING_PART):
        raise MayNotConfirm
    row.declined_by, row.declined_at = by.user, at
    row.save()
    trail.record("erasure.declined", who=by, subject=f"person:{row.person}", at=at, facts={"erasure": row.pk})


def count(person_id: int, scope: str) -> dict[str, int]:
    """Rows that would go, by model."""
    with connection.cursor() as cursor:
        found = {}
        for table, of in _tables(person_id, scope):
            cursor.execute(f'SELECT count(*) FROM "{table.name}" t WHERE {of.rule}', {"person": person_id})  # noqa: S608
            found[table.model] = int(cursor.fetchone()[0])
    return found


def tidy_files(env: Env) -> int:
    """Write anew every table from which a person was erased since the last time. Returns how many erasures that ends.

    Raises:
        ClosingHeldUp, ClosingLogHeld: it is tried again the next night.
    """
    with alone() as ours:
        waiting = list(Erasure.objects.filter(done_at__isnull=False, rewritten_at__isnull=True).order_by("pk"))
        if not waiting or not ours:
            return 0
        names = {table.model: table.name for table in all_tables()}
        files.nobody_reads(str(waiting[-1].facts["transaction"]))
        for model in sorted({model for row in waiting for model in row.facts["rows"]}):
            files.anew(names[model])
        files.statistics_anew()
        log.recycle(env)
        return Erasure.objects.filter(pk__in=[row.pk for row in waiting]).update(rewritten_at=now())


def _open(asked: Erasure) -> Erasure:
    row = Erasure.objects.select_for_update().get(pk=asked.pk)
    if row.done_at is not None or row.declined_at is not None:
        raise ErasureOver
    return row


def _erase(row: Erasure, *, by: Caller, at: datetime) -> None:
    """Delete the rows, and put them on the list before this is committed: a list too long does no harm."""
    gone: dict[str, int] = {}
    entries: list[dict[str, Any]] = []
    moment = now().isoformat()
    with connection.cursor() as cursor:
        for table, of in _tables(row.person, row.scope):
            keys = [] if of.by else _keys(cursor, table, of, row.person)
            cursor.execute(f'DELETE FROM "{table.name}" t WHERE {of.rule}', {"person": row.person})  # noqa: S608
            if cursor.rowcount:
                gone[table.model] = int(cursor.rowcount)
            if keys or of.by:
                named = {"by": of.by, "ids": [row.person]} if of.by else {"ids": keys}
                entries.append({"at": moment, "table": table.name, **named})
        cursor.execute("SELECT pg_current_xact_id()::text")
        row.facts = {"rows": gone, "transaction": str(cursor.fetchone()[0])}
    row.done_at = at
    facts: dict[str, Any] = {"rows": sum(gone.values()), "erasure": row.pk}
    trail.record("erasure.done", who=by, subject=f"person:{row.person}", at=at, facts=facts)
    _put_on_the_list(entries)


def _put_on_the_list(entries: Sequence[dict[str, Any]]) -> None:
    env: Env = settings.ENV
    with keyring.changing(env.data_dir):
        destroyed.add(keyring.folder(env.data_dir), [json.dumps(entry) for entry in entries])
    keycopies.spread(env.data_dir, env.keyring_copies)


def _keys(cursor: CursorWrapper, table: Table, of: Of, person_id: int) -> list[Any]:
    """Primary keys as the destruction list writes them: one value, or a list where there are several columns."""
    cursor.execute(f'SELECT {", ".join(of.key)} FROM "{table.name}" t WHERE {of.rule}', {"person": person_id})  # noqa: S608
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
