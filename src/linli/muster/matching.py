"""Whom the register knows under what a claim says: only people counted in the claim's own community.

A desk never learns that somebody is registered elsewhere; who is not found here is "new to the register".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q

from linli.events.models import Event
from linli.muster import rules
from linli.muster.models import SignUp
from linli.people.models import REGISTER
from linli.places import doors
from linli.places.models import Area, Building, Place


@dataclass(frozen=True, slots=True)
class Candidate:
    """One person of the register who may stand behind a claim, and which parts agree.

    Attributes:
        building, unit: the way to their staircase; empty where the register has no door.
        lives_at: place id of their dwelling, if known.
    """

    person: int
    name: str
    phone: bytes | None
    name_agrees: bool
    phone_agrees: bool
    door_agrees: bool
    building: str
    unit: int | None
    lives_at: int | None

    @property
    def exact(self) -> bool:
        """Whether name and phone both agree."""
        return self.name_agrees and self.phone_agrees


_HERE = """
SELECT s.id, i.person_id, i.name, i.phone, i.name = s.name, coalesce(i.phone_index = s.phone_index, false),
       s.door, coalesce(b.name, ''), d.unit, coalesce(d.door, ''), coalesce(st.home_id, h.dwelling_id)
FROM muster_signup s
JOIN places_within w ON w.outer_id = s.community_id AND w.during @> %(at)s::timestamptz
JOIN people_person p ON p.counted_in_id = w.inner_id
JOIN people_identity i ON i.person_id = p.id AND i.holder = %(register)s
LEFT JOIN people_stay st ON st.person_id = p.id AND st.since = p.counted_since
LEFT JOIN people_household h ON h.id = st.household_id
LEFT JOIN places_dwelling d ON d.place_id = coalesce(st.home_id, h.dwelling_id)
LEFT JOIN places_building b ON b.place_id = coalesce(d.building_id, st.home_id, h.dwelling_id)
WHERE s.id = ANY(%(claims)s) AND {agree}
ORDER BY s.id, i.person_id
LIMIT %(most)s
"""
_BY_PHONE = _HERE.format(agree="i.phone_index = s.phone_index")
_BY_ANY = _HERE.format(agree="(i.phone_index = s.phone_index OR i.name = s.name)")
MOST = 20


def candidates(claim: SignUp, at: datetime) -> list[Candidate]:
    """People of the claim's community whose phone or name agrees, best first; at most 20."""
    found = _read(_BY_ANY, [claim.pk], at, most=1000).get(claim.pk, [])
    ranked = sorted(found, key=lambda each: (-each.phone_agrees - each.name_agrees - each.door_agrees, each.person))
    return ranked[:MOST]


def by_phone(claims: Sequence[SignUp], at: datetime) -> dict[UUID, list[Candidate]]:
    """For each claim, people of its community under the same phone; one query for a page of claims."""
    return _read(_BY_PHONE, [claim.pk for claim in claims], at, most=MOST * max(len(claims), 1))


def _read(sql: str, claims: list[UUID], at: datetime, *, most: int) -> dict[UUID, list[Candidate]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"claims": claims, "at": at, "register": REGISTER, "most": most})
        found: dict[UUID, list[Candidate]] = {}
        for claim, person, name, phone, named, phoned, said, building, unit, door, lives_at in cursor.fetchall():
            agrees = bool(building) and doors.door_agrees(said, building, door)
            found.setdefault(claim, []).append(
                Candidate(person, name, phone, named, phoned, agrees, building, unit, lives_at)
            )
    return found


def building_said(claim: SignUp) -> Place | None:
    """The one building of the claim's community that its door names; None where there is none or more than one."""
    if claim.lives_at_id is not None:
        return claim.lives_at
    named = [
        building
        for building in Building.objects.filter(estate__community=claim.community_id).select_related("place")
        if doors.building_agrees(claim.door, building.name)
    ]
    return named[0].place if len(named) == 1 else None


def same_phone(claim: SignUp) -> list[SignUp]:
    """Other sign-ups here from the same phone, newest first: a family, or the same person twice."""
    return list(
        SignUp.objects.filter(event=claim.event_id, community=claim.community_id, phone_index=bytes(claim.phone_index))
        .exclude(pk=claim.pk)
        .order_by("-made_at")[:MOST]
    )


def next_waiting(claim: SignUp) -> SignUp | None:
    """The sign-up of its community that the desk decides about next: who has waited longest after it, else before."""
    waiting = SignUp.objects.filter(event=claim.event_id, community=claim.community_id, state=SignUp.State.CLAIMED)
    in_order = waiting.exclude(pk=claim.pk).order_by("made_at", "pk")
    later = Q(made_at__gt=claim.made_at) | Q(made_at=claim.made_at, pk__gt=claim.pk)
    return in_order.filter(later).first() or in_order.first()


def state_counts(event: Event, community: Area) -> dict[str, int]:
    """Sign-ups of a community by state; one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT state, count(*) FROM muster_signup WHERE event_id = %s AND community_id = %s GROUP BY state",
            [event.pk, community.pk],
        )
        counts = dict(cursor.fetchall())
    return {state: int(counts.get(state, 0)) for state in SignUp.State.values}


def member_total(event: Event, community: Area) -> int | None:
    """How many signed up the pack's other way; None unless both ways have at least five, so neither gives one away."""
    ways = SignUp.objects.filter(event=event, community=community)
    member = ways.filter(as_member=True).count()
    return member if rules.may_be_told(member, ways.count() - member) else None
