"""Codes of posts: on a poster where people report for duty, photographed or typed, and good for nothing else.

A code stands in no table: it follows from the row's id under a key of the keyring, and the row keeps its digest. Eight
letters are few; whoever guesses them has still to be placed there, on their own phone, and somebody approves the hours.
"""

import hashlib
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from linli.common.caller import Caller
from linli.common.errors import NotFound
from linli.custody import secrets, trail
from linli.custody.roles import Decide, deciding
from linli.duty.hours import queries, rules
from linli.duty.hours.errors import PostCodeOld
from linli.duty.models import PostCode, Service
from linli.events.models import Event
from linli.events.queries import active_event
from linli.places import queries as places
from linli.places.models import Area, Level

PRINTING = deciding(Decide.SIGN_UPS)
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 8
_SPACES = str.maketrans("", "", " -\u2010\u2013\u2014\t\u3000")


@dataclass(frozen=True, slots=True)
class Post:
    """What a code that counts leads to."""

    event: Event
    area: Area
    phone: str


def letters_of(code: PostCode) -> str:
    """The letters of a code, as they are printed: K7QD-2M4X."""
    left, letters = int.from_bytes(secrets.index(f"post_code:{code.pk}")), ""
    for _ in range(LENGTH):
        left, letter = divmod(left, len(LETTERS))
        letters += LETTERS[letter]
    return f"{letters[:4]}-{letters[4:]}"


def plain(typed: str) -> str:
    """What was typed, without blanks and hyphens, in capitals."""
    return unicodedata.normalize("NFKC", typed[:60]).upper().translate(_SPACES)


def _digest(letters: str) -> bytes:
    return hashlib.sha256(f"post:{letters}".encode()).digest()


def post_of(typed: str, at: datetime) -> Post:
    """Where a code leads, or led at a moment, as it stands in an address or was typed.

    Raises:
        PostCodeOld: it leads nowhere (any more): no such code, another took its place, or the event is over.
    """
    letters = plain(typed)
    found = None
    if len(letters) == LENGTH and set(letters) <= set(LETTERS):
        found = PostCode.objects.select_related("event").filter(digest=_digest(letters)).first()
    area = Area.objects.filter(pk=found.place_id).first() if found is not None else None
    if found is None or area is None:
        raise PostCodeOld(phone="")
    phone = desk_phone_of(area.pk, at)
    over = found.event.ended_at is not None and found.event.ended_at <= at
    ended = found.ended_at is not None and found.ended_at <= at
    if ended or over or active_event(at, area.pk) is None:
        raise PostCodeOld(phone=phone)
    return Post(found.event, area, phone)


@dataclass(frozen=True, slots=True)
class Stand:
    """How somebody stands at a post.

    Attributes:
        does: "start", "finish", "forgot" (an older duty has to be finished first), "elsewhere", or "" where they are
            not placed here now.
        current: what they are on duty for. place: where they are on duty, else booked, else the post itself.
    """

    does: str
    current: Service | None
    place: int


def stand_at(post: Post, person: int, at: datetime) -> Stand:
    """What there is for somebody to do at a post. Who may ask is decided by the face."""
    current = queries.on_duty(person)
    booked = queries.booked_at(person, post.event, post.area.pk, at)
    if current is None:
        return Stand("start", None, booked.place_id) if booked is not None else Stand("", None, post.area.pk)
    if rules.is_forgotten(current.started_at, at):
        return Stand("forgot", current, current.place_id)
    return Stand("finish" if queries.is_at(current, post.area.pk, at) else "elsewhere", current, current.place_id)


def desk_phone_of(area: int, at: datetime) -> str:
    """Under which number the desk over an area answers; empty where none is known."""
    return next((phone for _, phone in places.desk_phones([area], at) if phone), "")


def places_to_print(by: Caller, community_id: int, at: datetime) -> tuple[Area, Event | None, list[Area]]:
    """A community whose desk prints codes, the event they are for, and the places: itself, then its grids.

    Raises:
        NotFound: it is no community of theirs.
    """
    community = places.community(community_id, at)
    if community is None or not places.is_within_any(community.pk, by.areas(*PRINTING), at):
        raise NotFound
    grids = Area.objects.filter(place__in=places.within([community.pk], at), level=Level.GRID).order_by("name", "pk")
    return community, active_event(at, community.pk), [community, *grids]


@transaction.atomic
def code_of(event: Event, area: Area, *, by: Caller, at: datetime) -> str:
    """The letters of a place's code: the one it has, or a first one. Of two who print at once the first one's counts.

    Raises:
        NotFound: the place lies in somebody else's area.
    """
    _require(by, area, at)
    code = PostCode(event=event, place_id=area.pk, made_at=at, made_by=by.user)
    code.digest = _digest(plain(letters_of(code)))
    PostCode.objects.bulk_create([code], ignore_conflicts=True)
    found = PostCode.objects.get(event=event, place=area.pk, ended_at__isnull=True)
    trail.record(
        "post_code.printed", who=by, subject=f"place:{area.pk}", at=at, area=area.pk, facts={"event": event.pk}
    )
    return letters_of(found)


@transaction.atomic
def replace_code(event: Event, area: Area, *, by: Caller, at: datetime) -> None:
    """Let the code that hangs at a place count no longer; the next print makes another.

    Raises:
        NotFound: the place lies in somebody else's area.
    """
    _require(by, area, at)
    ended = PostCode.objects.filter(event=event, place=area.pk, ended_at__isnull=True).update(ended_at=at)
    facts: dict[str, trail.Fact | list[trail.Fact]] = {"event": event.pk, "ended": ended}
    trail.record("post_code.ended", who=by, subject=f"place:{area.pk}", at=at, area=area.pk, facts=facts)


def _require(by: Caller, area: Area, at: datetime) -> None:
    if not places.is_within_any(area.pk, by.areas(*PRINTING), at):
        raise NotFound
