"""Asking for a list: what it is for, which columns, how many people; a second person where they are many."""

import hashlib
import secrets as chance
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import get_language, gettext

from linli.common.caller import Caller
from linli.common.ids import uuid7
from linli.custody import reveals, secrets, trail
from linli.custody.errors import (
    ColumnsMissing,
    MayNotReveal,
    MayNotTakeOut,
    NobodyInList,
    PurposeMissing,
    TooManyRows,
)
from linli.custody.export.files import Kept
from linli.custody.export.listing import OF_A_LIST, Column, Listing, Record, readable, roles_over
from linli.custody.models import Export, ExportedPerson, ExportRows, TrailEntry

MOST_ALONE = 200  # distinct people within a day that nobody else has to stand behind
LIVES = timedelta(hours=24)
MOST_ROWS = 10_000
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Foreseen:
    """How large a list is, before it is asked for.

    Attributes:
        rows, people: of the list; the people are distinct.
        lately: distinct people in it and in what the caller has taken out, or still could, within 24 hours.
        alone, alone_in_full: whether nobody else has to stand behind it, masked and in full.
    """

    rows: int
    people: int
    lately: int
    alone: bool
    alone_in_full: bool


def offered(listing: Listing[Record], by: Caller) -> list[tuple[Column[Record], bool]]:
    """The columns of a list that a caller may choose, each with whether they may have it in full.

    Raises:
        MayNotTakeOut: no role of theirs takes lists out of this area.
    """
    roles = roles_over(by, listing.above, sheet=listing.sheet)
    if by.user is None or not roles:
        raise MayNotTakeOut
    return readable(listing, roles)


def foreseen(listing: Listing[Any], by: Caller, at: datetime) -> Foreseen:
    """How large a list is now, and what asking for it would take."""
    records = list(listing.records())
    people = _people(listing, records)
    user = by.user or 0
    lately = _with_those_lately(user, people, at)
    alone = not people or lately <= MOST_ALONE
    in_full = not people or (alone and _in_full_lately(user, people, at) <= reveals.MOST_AN_HOUR)
    return Foreseen(len(records), len(people), lately, alone, in_full)


def _people(listing: Listing[Record], records: Iterable[Record]) -> list[str]:
    return sorted({subject for record in records for subject in listing.people(record)})


@transaction.atomic
def ask(
    listing: Listing[Record],
    *,
    columns: Collection[str],
    in_full: Collection[str] = (),
    purpose: str,
    key: UUID | None = None,
    by: Caller,
    at: datetime,
) -> Export:
    """Freeze a list as somebody chose it. It may leave at once, or waits for a second person.

    Args:
        columns: keys of the columns. in_full: of those, the ones without their mask; the purpose is the reason.
        key: the request's id, handed out with an empty form: the same form sent twice is one request.

    Raises:
        MayNotTakeOut: no role of the caller's takes lists out of this area.
        PurposeMissing, ColumnsMissing: something was not said, or is not on offer.
        MayNotReveal: no role of the caller's unmasks one of the columns.
        NobodyInList, TooManyRows: nobody is in it, or more than one file may hold.
    """
    chosen = _chosen(listing, columns, in_full, by)
    wanted = (Export.Purpose.REPORT,) if listing.form is not None else OF_A_LIST
    if purpose not in wanted:
        raise PurposeMissing
    user = by.user or 0
    # Two tabs of one account are counted one after the other; so is a form that was sent twice.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('custody.export'), %s)", [user % 2**31])
    if key is not None and (earlier := Export.objects.filter(pk=key, asked_by=user).first()) is not None:
        return earlier
    records = list(listing.records())
    if not records:
        raise NobodyInList
    if len(records) > MOST_ROWS:
        raise TooManyRows(rows=len(records), most=MOST_ROWS)
    people = _people(listing, records)
    full = frozenset(in_full)
    lately = _with_those_lately(user, people, at)
    made = Export.objects.create(
        id=key or uuid7(),
        number="".join(chance.choice(_ALPHABET) for _ in range(8)),
        what=listing.key,
        part=listing.part,
        area=listing.area,
        above=list(listing.above),
        event=listing.event,
        sheet=listing.sheet,
        purpose=purpose,
        columns=[column.key for column in chosen],
        in_full=[column.key for column in chosen if column.key in full],
        rows=len(records),
        people=len(people),
        people_lately=lately,
        asked_by=user,
        asked_at=at,
        expires_at=at + LIVES,
        needs_second=bool(people)
        and (lately > MOST_ALONE or (bool(full) and _in_full_lately(user, people, at) > reveals.MOST_AN_HOUR)),
    )
    ExportedPerson.objects.bulk_create((ExportedPerson(export=made, subject=one) for one in people), batch_size=2000)
    ExportRows.objects.create(export=made, sealed=secrets.seal(_frozen(listing, chosen, full, records)))
    _record(made, people, by, at)
    return made


def _chosen(
    listing: Listing[Record], columns: Collection[str], in_full: Collection[str], by: Caller
) -> list[Column[Record]]:
    """The columns that were asked for, in the order of the list."""
    may = {column.key: full for column, full in offered(listing, by)}
    if not columns or not set(columns) <= set(may) or not set(in_full) <= set(columns):
        raise ColumnsMissing
    if not all(may[key] for key in in_full):
        raise MayNotReveal
    return [column for column in listing.columns if column.key in set(columns)]


def _frozen(
    listing: Listing[Record], chosen: Sequence[Column[Record]], full: frozenset[str], records: list[Record]
) -> str:
    """The rows as text, in the language of whoever asks: what a second person confirms is what leaves."""

    def cell(column: Column[Record], record: Record) -> str:
        return column.text(record) if column.masked is None or column.key in full else column.masked(record)

    kept = Kept(
        language=get_language() or "en",
        title=listing.title,
        where=listing.where,
        columns=[gettext(column.title) for column in chosen],
        rows=[[cell(column, record) for column in chosen] for record in records],
        form=listing.form,
    )
    return msgspec.json.encode(kept).decode()


def _could_be_had(user: int, at: datetime, within: timedelta) -> QuerySet[Export]:
    """Files of an account that it has taken within a time, or can still take."""
    open_still = Q(expires_at__gt=at, withdrawn_at__isnull=True) & ~Q(confirmed__isnull=False, confirmed=False)
    return Export.objects.filter(open_still | Q(last_taken_at__gt=at - within), asked_by=user)


def _with_those_lately(user: int, people: list[str], at: datetime) -> int:
    """How many distinct people an account has with this list, counting every file of the last 24 hours once."""
    held = ExportedPerson.objects.filter(export__in=_could_be_had(user, at, LIVES)).exclude(subject__in=people)
    return len(people) + held.values("subject").distinct().count()


def _in_full_lately(user: int, people: list[str], at: datetime) -> int:
    """How many people an account would have unmasked within an hour: a file is no way around the limit of reveals."""
    hour = timedelta(hours=1)
    unmasked = _could_be_had(user, at, hour).exclude(in_full=[])
    held = ExportedPerson.objects.filter(export__in=unmasked).exclude(subject__in=people)
    shown = TrailEntry.objects.filter(user=user, happened_at__gt=at - hour, kind=reveals.KIND)
    return len(people) + held.values("subject").distinct().count() + shown.count()


def _record(made: Export, people: list[str], by: Caller, at: datetime) -> None:
    """One entry for the whole file, with the digest of who is in it: the table of people cannot be changed unseen."""
    facts: dict[str, trail.Fact | list[trail.Fact]] = {
        "what": made.what,
        "part": made.part,
        "purpose": made.purpose,
        "columns": list(made.columns),
        "in_full": list(made.in_full),
        "rows": made.rows,
        "people": made.people,
        "people_lately": made.people_lately,
        "needs_second": made.needs_second,
        "people_digest": digest_of(people),
    }
    trail.record("export.asked", who=by, subject=f"export:{made.number}", at=at, area=made.area, facts=facts)


def digest_of(people: Sequence[str]) -> str:
    """SHA-256 over the subjects in a file, sorted, a line each."""
    return hashlib.sha256("\n".join(sorted(people)).encode()).hexdigest()
