"""Telling people, reading, and telling by phone. Telling is two statements, however many notices and people."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from linli.common.caller import Caller
from linli.custody import trail
from linli.events.models import Event
from linli.events.packs import pack_of
from linli.notices import sending
from linli.notices.errors import NoticeUnknown
from linli.notices.models import Told
from linli.notices.telling import SLOTS


@dataclass(frozen=True, slots=True)
class News:
    """One thing to be told.

    Attributes:
        code: of a template of the event's pack.
        about: what it is about, as `room:id`.
        key: the same on every try; who tells under a known key tells only whoever was not told yet.
        facts: for each place of the template an id, a moment or a count, as `telling` fills it in.
        whom: ids of persons.
    """

    code: str
    about: str
    key: str
    whom: Collection[int]
    facts: Mapping[str, int | datetime | None] = field(default_factory=dict)


_NOTICES = """
INSERT INTO notices_notice (event_id, key, code, about, facts, told_by, told_at)
SELECT %(event)s, key, code, about, facts, %(by)s, %(at)s
FROM unnest(%(keys)s::text[], %(codes)s::text[], %(abouts)s::text[], %(facts)s::jsonb[])
    AS asked (key, code, about, facts) ORDER BY key
ON CONFLICT (key) DO NOTHING RETURNING key, id
"""
# A statement of its own: it sees a notice that another transaction wrote under the same key meanwhile.
_KNOWN = "SELECT key, id FROM notices_notice WHERE key = ANY(%(keys)s)"
# By ids, with no table to join: one that grows within the minute is read whole where the planner knows nothing of it.
_TOLD = """
WITH told AS (
INSERT INTO notices_told (notice_id, person_id, told_at, read_in)
SELECT notice, person, %(at)s, '' FROM unnest(%(of)s::bigint[], %(people)s::bigint[]) AS asked (notice, person)
ORDER BY notice, person
ON CONFLICT (notice_id, person_id) DO NOTHING RETURNING id, notice_id, person_id),
sent AS (
INSERT INTO notices_sending (id, told_id, way, urgent, tries, next_at, why)
SELECT gen_random_uuid(), told.id, way, told.notice_id = ANY(%(urgent)s::bigint[]), 0, %(at)s, ''
FROM told CROSS JOIN unnest(%(ways)s::text[]) AS way
WHERE way = 'sms' AND EXISTS (
        SELECT FROM people_identity i WHERE i.person_id = told.person_id AND i.phone IS NOT NULL)
   OR way = 'mail' AND EXISTS (SELECT FROM access_mailaddress m WHERE m.person = told.person_id)
RETURNING way)
SELECT (SELECT count(*) FROM told), ARRAY(SELECT DISTINCT way FROM sent ORDER BY way)
"""


@transaction.atomic
def tell(event: Event, news: Sequence[News], *, by: Caller, at: datetime) -> int:
    """Tell people, each once for each key, in the transaction of whatever it is that they are told.

    They read it in the app from the moment it is committed; whoever has a number or an address gets it there too, by a
    job that is committed with it. Whoever calls this records in the trail what happened.

    Returns:
        How many were told who had not been.

    Raises:
        NoticeUnknown: the pack has no such template, or it takes other facts.
    """
    told = [each for each in news if each.whom]
    if not told:
        return 0
    pack = pack_of(event)
    templates = {notice.code: set(notice.takes) for notice in pack.notices}
    for each in told:
        if templates.get(each.code) != set(each.facts) or not set(each.facts) <= SLOTS:
            raise NoticeUnknown(notice=each.code)
    ids = _noted(event, told, by=by, at=at)
    people = [(ids[each.key], person) for each in told for person in each.whom]
    life = {notice.code for notice in pack.notices if notice.life_safety}
    with connection.cursor() as cursor:
        facts: dict[str, Any] = {"at": at, "ways": sending.ways()}
        facts |= {"of": [notice for notice, _ in people], "people": [person for _, person in people]}
        cursor.execute(_TOLD, facts | {"urgent": [ids[each.key] for each in told if each.code in life]})
        number, ways = cursor.fetchone()
    for way in ways:
        sending.send.defer(way=way)
    return int(number)


def _noted(event: Event, news: Sequence[News], *, by: Caller, at: datetime) -> dict[str, int]:
    """The ids of notices by their keys, written where they were not known."""
    said: dict[str, Any] = {"event": event.pk, "by": by.user, "at": at, "keys": [each.key for each in news]}
    said |= {"codes": [each.code for each in news], "abouts": [each.about for each in news]}
    said["facts"] = [json.dumps({name: _kept(fact) for name, fact in each.facts.items()}) for each in news]
    with connection.cursor() as cursor:
        cursor.execute(_NOTICES, said)
        ids = dict(cursor.fetchall())
        if len(ids) < len(news):
            cursor.execute(_KNOWN, {"keys": said["keys"]})
            ids |= dict(cursor.fetchall())
    return ids


def _kept(fact: int | datetime | None) -> int | str | None:
    return fact.isoformat() if isinstance(fact, datetime) else fact


@transaction.atomic
def read(told: Collection[int], *, language: str, by: Caller, at: datetime) -> int:
    """Note that their readers have opened these; what was read stays as it was. Returns how many were new to them.

    Args:
        told: ids that the caller's own query gave.
    """
    fresh = Told.objects.filter(pk__in=told, read_at__isnull=True)
    return fresh.update(read_at=at, read_in=language[:10])


@transaction.atomic
def told_by_phone(told: Told, *, by: Caller, at: datetime, area: int) -> bool:
    """Note that a desk has told somebody by phone; False where they have read it, or somebody was quicker.

    Args:
        told: fetched by the room whose matter it is, which asked whether this desk may call them.
        area: the place whose desk called.
    """
    waiting = Told.objects.filter(pk=told.pk, read_at__isnull=True, called_at__isnull=True)
    if not waiting.update(called_at=at, called_by=by.user):
        return False
    trail.record("notice.told_by_phone", who=by, subject=f"person:{told.person_id}", at=at, area=area)
    return True
