"""Noting what was heard, taking an entry over, closing it with what was done."""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from linli.common.caller import Caller
from linli.common.compiled import Compiled, Given
from linli.custody import secrets, trail
from linli.desk import emergency, known, queries, rules
from linli.desk.errors import EntryClosed, EntryPriorityUnknown, EntryTaken
from linli.desk.models import Entry, Passing
from linli.events.models import Event
from linli.events.packs import pack_of
from linli.places.models import Area

_MADE_AT_HOME = Compiled(
    lambda: Entry.objects.filter(pk=Given("key"), community=Given("community"), received_by__isnull=True)
)
_MADE_BY = Compiled(
    lambda: Entry.objects.filter(pk=Given("key"), community=Given("community"), received_by=Given("user"))
)


@transaction.atomic
def note(
    community: Area,
    *,
    caller: str,
    about: str,
    need: str,
    priority: str,
    key: UUID | None = None,
    by: Caller,
    at: datetime,
) -> Entry:
    """Note that somebody called or came. It is open under whoever notes it, and a threat to life by its words.

    Args:
        key: the entry's id, handed out with an empty form: the same form sent twice is one entry.

    Raises:
        EntryPartMissing, EntryPartTooLong, Unreadable: an answer makes no sense.
        EntryPriorityUnknown: none of those to choose from.
        NoEventForEntry: no event is active there.
        NotAtThisDesk: the caller works neither at the desk nor for the street, nor from door to door in it.
    """
    user, with_street = queries.office_to_note(by, community.pk, at)
    event = queries.event_to_log(community, at)
    said = _cleaned(caller, about, need, priority)
    if key is not None:
        _one_at_a_time(key)
        if earlier := _MADE_BY.first(key=key, community=community.pk, user=user):
            return earlier
    return _write(event, community, *said, priority, key=key, user=user, with_street=with_street, by=by, at=at)


@transaction.atomic
def note_from_home(
    community: Area, *, caller: str, about: str, need: str, priority: str, key: UUID, by: Caller, at: datetime
) -> Entry:
    """Note what somebody asks for through the code of their door. Nobody has it until the desk takes it; overdue is
    overdue all the same. Whether the code still counts is decided where it is read.

    Args:
        key: the entry's id: the same asked twice is one entry.

    Raises: as ``note``, but for who may.
    """
    event = queries.event_to_log(community, at)
    said = _cleaned(caller, about, need, priority)
    _one_at_a_time(key)
    if earlier := _MADE_AT_HOME.first(key=key, community=community.pk):
        return earlier
    return _write(event, community, *said, priority, key=key, user=None, with_street=False, by=by, at=at)


def _cleaned(caller: str, about: str, need: str, priority: str) -> tuple[str, str, str]:
    if priority not in rules.CHOICES:
        raise EntryPriorityUnknown
    return rules.cleaned("caller", caller), rules.cleaned("about", about), rules.cleaned("need", need)


def _write(
    event: Event,
    community: Area,
    caller: str,
    about: str,
    need: str,
    priority: str,
    *,
    key: UUID | None,
    user: int | None,
    with_street: bool,
    by: Caller,
    at: datetime,
) -> Entry:
    if emergency.found(caller, about, need):
        priority = rules.LIFE
    name, phone = rules.name_and_phone(caller)
    entry = Entry.objects.create(
        **({"id": key} if key is not None else {}),
        event=event,
        community=community,
        with_street=with_street,
        caller=secrets.seal(name),
        phone=secrets.seal(phone) if phone else None,
        phone_index=secrets.index(phone) if phone else None,
        about=secrets.seal(about),
        place=known.place_said(community, about, at),
        need=secrets.seal(need),
        priority=priority,
        due_at=rules.due_at(priority, pack_of(event).orders, at),
        received_at=at,
        received_by=user,
        holder=user,
    )
    _record("duty_entry.noted", entry, by=by, at=at, priority=priority)
    return entry


def _one_at_a_time(key: UUID) -> None:
    """A double tap arrives as two requests at once: the second waits for the first, and sees what it made."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"duty_entry:{key}"])


def _still(entry: Entry, **expected: object) -> QuerySet[Entry]:
    """The row of an entry as long as it is open and as expected: exactly one of two who act on it at once wins."""
    return Entry.objects.filter(pk=entry.pk, closed_at__isnull=True, **expected)


@transaction.atomic
def close(entry: Entry, *, done: str, by: Caller, at: datetime) -> Entry:
    """Close an entry with what was done.

    Raises:
        EntryPartMissing, EntryPartTooLong, Unreadable: it is not said what was done.
        EntryClosed: somebody was quicker.
        NotAtThisDesk: the caller works neither at the desk nor for the street.
    """
    user, _ = queries.office(by, entry.community_id, at)
    done = rules.cleaned("done", done)
    said = {"done": secrets.seal(done), "closed_at": at, "closed_by": user}
    if not _still(entry).update(**said, holder=Coalesce("holder", user)):  # whom nobody had before
        raise EntryClosed
    _record("duty_entry.closed", entry, by=by, at=at)
    entry.refresh_from_db()
    return entry


@transaction.atomic
def take(entry: Entry, *, by: Caller, at: datetime) -> Entry:
    """Take one entry over from whoever had it when the caller looked, if anybody; both stand on record.

    Raises:
        EntryClosed: it was closed meanwhile.
        EntryTaken: a colleague was quicker.
        NotAtThisDesk: the caller works neither at the desk nor for the street.
    """
    user, with_street = queries.office(by, entry.community_id, at)
    if entry.holder == user:
        return entry
    if not _still(entry, holder=entry.holder).update(holder=user, with_street=with_street):
        raise EntryClosed if Entry.objects.filter(pk=entry.pk, closed_at__isnull=False).exists() else EntryTaken
    Passing.objects.create(entry=entry, given_by=entry.holder, to=user, at=at)
    _record("duty_entry.taken", entry, by=by, at=at, was_held_by=entry.holder)
    entry.refresh_from_db()
    return entry


def _record(kind: str, entry: Entry, *, by: Caller, at: datetime, **facts: trail.Fact) -> None:
    trail.record(kind, who=by, subject=f"duty_entry:{entry.pk}", at=at, area=entry.community_id, facts=facts)
