"""Calling back: nothing about a person is confirmed to a caller before a number that the register knows was called."""

from datetime import datetime

from django.db import transaction

from linli.common.caller import Caller
from linli.custody import reveals, trail
from linli.custody.roles import Reveal
from linli.desk import known, queries
from linli.desk.errors import EntryClosed, NoNumberKnown, NotCalledBack
from linli.desk.models import Entry


@transaction.atomic
def show_known_number(entry: Entry, *, person: int, reason: str, by: Caller, at: datetime) -> str:
    """Show in full, on record, the number the register knows for one of those whom an entry may be about.

    Whose number was shown is kept with the entry; another one shown later has to be called back anew.

    Raises:
        NoNumberKnown: it is not (any more) among the numbers that fit the entry.
        EntryClosed: somebody closed it meanwhile.
        MayNotReveal, ReasonMissing, TooManyReveals: as `custody.reveals` says.
    """
    queries.office(by, entry.community_id, at)
    number = known.number_of(entry, person, at)
    if number is None:
        raise NoNumberKnown
    row = Entry.objects.select_for_update(no_key=True).filter(pk=entry.pk, closed_at__isnull=True).first()
    if row is None:
        raise EntryClosed
    reveals.reveal(by, subject=f"person:{person}", field=Reveal.PHONE, reason=reason, at=at, area=entry.community_id)
    if row.person_id != person:
        Entry.objects.filter(pk=entry.pk).update(person=person, called_back_at=None, called_back_by=None)
    trail.record("duty_entry.number_shown", who=by, subject=f"duty_entry:{entry.pk}", at=at, area=entry.community_id)
    entry.refresh_from_db()
    return number.phone


@transaction.atomic
def called_back(entry: Entry, *, by: Caller, at: datetime) -> Entry:
    """Say that the known number was called and the person themselves confirmed it.

    Raises:
        NotCalledBack: no known number was shown yet, or another one was shown since the caller looked.
        EntryClosed: somebody closed it meanwhile.
    """
    user, _ = queries.office(by, entry.community_id, at)
    if entry.person_id is None:
        raise NotCalledBack
    open_row = Entry.objects.filter(pk=entry.pk, closed_at__isnull=True)
    if not open_row.filter(person=entry.person_id).update(called_back_at=at, called_back_by=user):
        raise NotCalledBack if open_row.exists() else EntryClosed
    trail.record("duty_entry.called_back", who=by, subject=f"duty_entry:{entry.pk}", at=at, area=entry.community_id)
    entry.refresh_from_db()
    return entry
