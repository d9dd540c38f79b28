"""Single erasures: asked for at a person's own desk, decided by the officer and a second person, done at once.

The rows go when the second confirms, and stand on the destruction list, so that a restored backup forgets them too.
Their bytes leave the files the same night (``tidy_files``).
"""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from linli.access.actions.authority import still_held
from linli.closing import forgetting, rules, traces
from linli.closing.errors import (
    ConfirmedAlready,
    ErasureOver,
    ErasureUnderWay,
    MayNotConfirm,
    NothingBesideRegister,
    PartTaken,
)
from linli.closing.models import Erasure
from linli.closing.rules import TAKING_PART, Part
from linli.closing.steps import files, log
from linli.closing.tables import all_tables
from linli.closing.work import alone
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import Invalid
from linli.conf.env import Env
from linli.custody import destroyed, keycopies, keyring, trail
from linli.muster import here


@transaction.atomic
def ask(
    person_id: int,
    community_id: int,
    *,
    scope: str,
    ground: str,
    also: Collection[str] = (),
    by: Caller,
    at: datetime,
) -> Erasure:
    """Ask that a person of one's community is forgotten, because they asked for it at the desk.

    Args:
        also: codes of what stands under no person and is about them (`traces.found`).

    Raises:
        NotFound: the person is not of that community, or it is not the caller's.
        NothingBesideRegister: the register would keep all that there is.
        ErasureUnderWay: it has been asked for already.
        Invalid: scope or ground is none, or something chosen was not among what was found.
    """
    here.person_here(by, community_id, person_id, at)
    if scope not in Erasure.Scope.values or ground not in Erasure.Ground.values or by.user is None:
        raise Invalid
    others = traces.elsewhere(by, person_id)
    mine = traces.chosen(by, person_id, also)
    with_them = {kind: [*keys, *others.goes[kind]] for kind, keys in mine.items()}
    goes = [*forgetting.count(person_id, scope, with_them).values(), *with_them.values()]
    if scope == Erasure.Scope.BUT_REGISTER and not any(goes):
        raise NothingBesideRegister
    waiting = Erasure.objects.filter(person=person_id, done_at__isnull=True, declined_at__isnull=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('closing.erasure'), %s)", [person_id % 2**31])
    if waiting.exists():
        raise ErasureUnderWay
    asked = Erasure.objects.create(
        person=person_id,
        community_id=community_id,
        scope=scope,
        ground=ground,
        traces=with_them,
        facts={"elsewhere": others.many, "left": others.stays},
        asked_by=by.user,
        asked_at=at,
    )
    facts: dict[str, Any] = {
        "scope": scope,
        "ground": ground,
        "erasure": asked.pk,
        "traces": len(set(also)) + others.many,
    }
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
        blanked_too = {"desk.Entry"} if any(row.facts.get("blanked") for row in waiting) else set()
        for model in sorted({model for row in waiting for model in row.facts["rows"]} | blanked_too):
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
    gone = forgetting.forget(row)
    row.facts |= {"rows": gone.rows, "blanked": gone.blanked, "transaction": gone.transaction}
    row.done_at = at
    facts: dict[str, Any] = {"rows": sum(gone.rows.values()), "blanked": gone.blanked, "erasure": row.pk}
    trail.record("erasure.done", who=by, subject=f"person:{row.person}", at=at, facts=facts)
    _put_on_the_list(gone.entries)


def _put_on_the_list(entries: Sequence[dict[str, Any]]) -> None:
    env: Env = settings.ENV
    with keyring.changing(env.data_dir):
        destroyed.add(keyring.folder(env.data_dir), [json.dumps(entry) for entry in entries])
    keycopies.spread(env.data_dir, env.keyring_copies)
