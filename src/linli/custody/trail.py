"""The trail: written by each action in its own transaction; ids and reason codes only.

Sealing and proving stand in ``custody/seals.py``.
"""

import os
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.compiled import Insertion
from linli.common.copying import copy_text, sealed, text
from linli.common.errors import NotFound
from linli.custody.models import SALT_BYTES, TrailEntry

_KIND = re.compile(r"[a-z][a-z_]*(\.[a-z][a-z_]*)+")
_SUBJECT = re.compile(r"[a-z_]+:[A-Za-z0-9_-]{1,60}")
_CODE = re.compile(r"[A-Za-z0-9_.:+-]{0,64}")

_ENTRIES = Insertion(TrailEntry)

Fact = int | bool | float | str | None


class NotForTheTrail(ValueError):
    """An entry holds more than ids and codes: a mistake in the calling action, not in anybody's input."""


def record(
    kind: str,
    *,
    who: Caller,
    subject: str,
    at: datetime,
    area: int | None = None,
    facts: Mapping[str, Fact | list[Fact]] | None = None,
) -> TrailEntry:
    """Write down that somebody did or saw something.

    Args:
        kind: what happened, `subject.verb`, e.g. `sign_up.confirmed`.
        who: the caller; their user, person and device ids are kept.
        subject: what it happened to, `kind:id`.
        at: when it happened.
        area: the place id whose people may ask about it.
        facts: ids, numbers and codes. Text with blanks or Chinese characters is refused: that would be contents.

    Raises:
        NotForTheTrail: kind, subject or a fact is not of that form.
    """
    entry = _entry(kind, who, subject, at, area, facts or {})
    _ENTRIES.add(entry)
    return entry


def record_many(
    kind: str,
    *,
    who: Caller,
    subjects: Iterable[str],
    at: datetime,
    area: int | None = None,
    areas: Iterable[int | None] | None = None,
) -> None:
    """Write down the same of many subjects, in one statement. Raises as `record` does.

    Args:
        areas: the area of each subject, where they differ.
    """
    many = list(subjects)
    if not many:
        return
    for each in many:
        _check(kind, each)
    salts, recorded = os.urandom(SALT_BYTES * len(many)), now().isoformat()
    same = "\t".join(map(text, (who.user, who.person, who.device)))
    times = f"{text(at.isoformat())}\t{recorded}"
    copy_text(
        TrailEntry._meta.db_table,
        ("kind", "subject", "area", "user", "person", "device", "happened_at", "recorded_at", "facts", "salt"),
        (
            f"{kind}\t{each}\t{text(place)}\t{same}\t{times}\t{{}}\t"
            f"{sealed(salts[row * SALT_BYTES : (row + 1) * SALT_BYTES])}"
            for row, (each, place) in enumerate(zip(many, areas or [area] * len(many), strict=True))
        ),
    )


def subject(said: str) -> str:
    """What somebody typed as a subject of entries.

    Raises:
        NotFound: nothing is ever called that.
    """
    if not _SUBJECT.fullmatch(said):
        raise NotFound
    return said


def _entry(
    kind: str, who: Caller, subject: str, at: datetime, area: int | None, facts: Mapping[str, Fact | list[Fact]]
) -> TrailEntry:
    _check(kind, subject)
    kept = {key: _fact(key, value) for key, value in facts.items()}
    return TrailEntry(
        kind=kind,
        user=who.user,
        person=who.person,
        device=who.device,
        subject=subject,
        area=area,
        happened_at=at,
        recorded_at=now(),
        facts=kept,
    )


def _check(kind: str, subject: str) -> None:
    if not _KIND.fullmatch(kind) or len(kind) > 40:
        raise NotForTheTrail(f"{kind!r} is no kind of entry")
    if not _SUBJECT.fullmatch(subject):
        raise NotForTheTrail(f"{subject!r} is no subject")


def _fact(key: str, value: object) -> object:
    """One fact as JSON keeps it."""
    if isinstance(value, list | tuple):
        return [_fact(key, each) for each in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str) and _CODE.fullmatch(value):
        return value
    raise NotForTheTrail(f"the fact {key!r} is neither an id, a number nor a code")
