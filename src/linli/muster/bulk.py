"""Many sign-ups at once: a list that was loaded, and the claims that match the register exactly.

Each is one transaction: all or nothing. What one claim alone would go through holds here too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from linli.common.caller import Caller
from linli.custody import secrets, trail
from linli.events.models import Event
from linli.muster import ages, rules
from linli.muster.errors import EventOver
from linli.muster.models import SignUp
from linli.people.models import REGISTER
from linli.people.rules import phone_digits
from linli.places.models import Area


@dataclass(frozen=True, slots=True)
class Claimed:
    """One row of a list: what a person said.

    Attributes:
        skills: bits of ``people.models.Skill``.
        lives_at: place id of the building or door, where the desk knows it.
        free: bits of ``muster.models.Free``.
        organisation: id of the work unit that sends them.
    """

    name: str
    phone: str
    door: str
    skills: int = 0
    as_member: bool = False
    lives_at: int | None = None
    free: int = 0
    organisation: int | None = None


@transaction.atomic
def take_list(event: Event, community: Area, rows: Sequence[Claimed], *, by: Caller, at: datetime) -> list[SignUp]:
    """Take a whole list of claims into one community; one that is there already (name and phone) is left alone.

    Raises:
        FieldMissing, FieldTooLong, BadPhone: of the first row that makes no sense; nothing is kept.
        EventOver: the event has ended.
    """
    if event.ended_at is not None and event.ended_at <= at:
        raise EventOver
    digits = [phone_digits(rules.cleaned("phone", row.phone, most=40)) for row in rows]
    names = [rules.cleaned("name", row.name, most=40) for row in rows]
    indexes = secrets.index_many(digits)
    there = {
        (name, bytes(phone))
        for name, phone in SignUp.objects.filter(event=event, community=community).values_list("name", "phone_index")
    }
    claims = []
    for row, name, index, sealed in zip(rows, names, indexes, secrets.seal_many(digits), strict=True):
        if (name, index) in there:
            continue
        there.add((name, index))
        claims.append(
            SignUp(
                number=rules.new_number(),
                event=event,
                community=community,
                way=SignUp.Way.LIST,
                as_member=row.as_member,
                name=name,
                phone=sealed,
                phone_index=index,
                door=rules.cleaned("door", row.door, most=80),
                lives_at_id=row.lives_at,
                skills=row.skills,
                free=row.free,
                organisation_id=row.organisation,
                made_at=at,
            )
        )
    SignUp.objects.bulk_create(claims, batch_size=1000)
    trail.record(
        "sign_up.list_taken",
        who=by,
        subject=f"event:{event.pk}",
        at=at,
        area=community.pk,
        facts={"taken": len(claims), "there_already": len(rows) - len(claims)},
    )
    return claims


# One person of this community under the same phone and name, nobody else claiming to be them, none confirmed earlier,
# none known to be too young.
_ALONE = """
WITH matched AS (
    SELECT s.id, min(i.person_id) AS person_id
    FROM muster_signup s
    JOIN people_identity i ON i.holder = %(register)s AND i.phone_index = s.phone_index AND i.name = s.name
    JOIN people_person c ON c.id = i.person_id
    JOIN places_within w ON w.inner_id = c.counted_in_id AND w.outer_id = s.community_id
        AND w.during @> %(at)s::timestamptz
    WHERE s.event_id = %(event)s AND s.community_id = %(community)s AND s.state = 'claimed'
    GROUP BY s.id HAVING count(*) = 1),
alone AS (
    SELECT min(m.id::text)::uuid AS id, m.person_id FROM matched m
    WHERE NOT EXISTS (
        SELECT 1 FROM muster_signup o
        WHERE o.event_id = %(event)s AND o.person_id = m.person_id AND o.state = 'confirmed')
      AND NOT EXISTS (
        SELECT 1 FROM people_identity y WHERE y.person_id = m.person_id AND y.born > %(born)s)
    GROUP BY m.person_id HAVING count(*) = 1)
"""
_CONFIRM = """,
homes AS (
    SELECT a.id, a.person_id, coalesce(st.home_id, hh.dwelling_id) AS home_id FROM alone a
    JOIN people_person p ON p.id = a.person_id
    LEFT JOIN people_stay st ON st.person_id = p.id AND st.since = p.counted_since
    LEFT JOIN people_household hh ON hh.id = st.household_id),
done AS (
    UPDATE muster_signup s
    SET state = 'confirmed', person_id = h.person_id, matched = true,
        lives_at_id = coalesce(s.lives_at_id, h.home_id, s.community_id), decided_by = %(by)s, decided_at = %(at)s
    FROM homes h WHERE s.id = h.id AND s.state = 'claimed'
    RETURNING s.id, s.person_id, s.skills, s.lives_at_id, s.community_id, s.organisation_id),
enlisted AS (
    INSERT INTO people_volunteer (person_id, skills, lives_at_id, community_id, organisation_id, only_inside)
    SELECT person_id, skills, lives_at_id, community_id, organisation_id, false FROM done
    ON CONFLICT (person_id) DO UPDATE
      SET skills = excluded.skills, lives_at_id = excluded.lives_at_id, community_id = excluded.community_id,
          organisation_id = coalesce(excluded.organisation_id, people_volunteer.organisation_id)
    RETURNING 1),
bound AS (
    UPDATE access_devicesession v SET person = d.person_id FROM done d
    WHERE v.claim = d.id AND v.revoked_at IS NULL AND v.expires_at > %(at)s RETURNING 1)
SELECT id FROM done
"""
_COUNT = "SELECT count(*) FROM alone"


def _facts(event: Event, community: Area, at: datetime) -> dict[str, Any]:
    born = ages.last_birthday(event, at)
    return {"event": event.pk, "community": community.pk, "register": REGISTER, "at": at, "born": born}


def count_exact_matches(event: Event, community: Area, at: datetime) -> int:
    """How many claims of a community `confirm_exact_matches` would confirm."""
    with connection.cursor() as cursor:
        cursor.execute(_ALONE + _COUNT, _facts(event, community, at))
        return int(cursor.fetchone()[0])


@transaction.atomic
def confirm_exact_matches(event: Event, community: Area, *, by: Caller, at: datetime) -> int:
    """Confirm every claim of a community whose name and phone fit exactly one person of the register."""
    with connection.cursor() as cursor:
        cursor.execute(_ALONE + _CONFIRM, _facts(event, community, at) | {"by": by.user})
        confirmed = [row[0] for row in cursor.fetchall()]
    claims = (f"sign_up:{claim}" for claim in confirmed)
    trail.record_many("sign_up.confirmed", who=by, subjects=claims, at=at, area=community.pk)
    return len(confirmed)
