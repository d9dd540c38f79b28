"""The second person's word about a large list, and the asker's own: taking the request back."""

from datetime import datetime

from django.db import transaction

from linli.common.caller import Caller
from linli.common.errors import NotFound
from linli.custody import trail
from linli.custody.errors import ExportDecided, ExportOver, NotTheSecond
from linli.custody.export.queries import State, may_second, state_of
from linli.custody.models import Export, ExportRows


@transaction.atomic
def confirm(export: Export, *, by: Caller, at: datetime) -> Export:
    """Stand behind a list as the second person; from then on who asked can have it.

    Raises:
        NotTheSecond: they asked for it themselves.
        NotFound: no role of theirs takes lists out of that area.
        ExportDecided: it waits no more.
    """
    return _decide(export, True, by, at)


@transaction.atomic
def decline(export: Export, *, by: Caller, at: datetime) -> Export:
    """Refuse it as the second person: nobody ever has it. Raises as `confirm` does."""
    return _decide(export, False, by, at)


def _decide(export: Export, confirmed: bool, by: Caller, at: datetime) -> Export:
    held = Export.objects.select_for_update().get(pk=export.pk)
    if held.asked_by == by.user:
        raise NotTheSecond
    if not may_second(by, held):
        raise NotFound
    if state_of(held, at) != State.WAITING:
        raise ExportDecided(number=held.number)
    held.decided_by, held.decided_at, held.confirmed = by.user, at, confirmed
    held.save(update_fields=["decided_by", "decided_at", "confirmed"])
    if not confirmed:
        ExportRows.objects.filter(export=held).delete()
    kind = "export.confirmed" if confirmed else "export.declined"
    facts: dict[str, trail.Fact | list[trail.Fact]] = {"people": held.people, "people_lately": held.people_lately}
    trail.record(kind, who=by, subject=f"export:{held.number}", at=at, area=held.area, facts=facts)
    return held


@transaction.atomic
def withdraw(export: Export, *, by: Caller, at: datetime) -> Export:
    """Give a list back before its time: what was not downloaded yet is gone.

    Raises:
        NotFound: somebody else asked for it.
        ExportOver: it is gone already.
    """
    held = Export.objects.select_for_update().get(pk=export.pk)
    if by.user is None or held.asked_by != by.user:
        raise NotFound
    if state_of(held, at) not in (State.WAITING, State.READY):
        raise ExportOver(number=held.number)
    held.withdrawn_at = at
    held.save(update_fields=["withdrawn_at"])
    ExportRows.objects.filter(export=held).delete()
    trail.record("export.withdrawn", who=by, subject=f"export:{held.number}", at=at, area=held.area)
    return held
