"""Signing up and asking for people."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import F

from linli.access import actions as access
from linli.access import devices
from linli.common.caller import Caller
from linli.common.compiled import Insertion
from linli.common.ids import uuid7
from linli.custody import secrets, trail
from linli.events.models import Event
from linli.muster import ages, leaving, queries, rules
from linli.muster.errors import (
    AlreadyDecided,
    AlreadySignedUp,
    DemandChanged,
    EventOver,
    NotAGrid,
    SignUpOver,
)
from linli.muster.models import Demand, DemandSkill, SignUp
from linli.people import actions as people
from linli.people.models import SERVICE, Identity, Person, Volunteer
from linli.people.queries import home_of
from linli.people.rules import phone_digits
from linli.places.models import Area, Level, Place

_SIGN_UPS = Insertion(SignUp)


@transaction.atomic
def sign_up(
    event: Event,
    community: Area,
    *,
    name: str,
    phone: str,
    door: str,
    way: SignUp.Way,
    skills: int = 0,
    as_member: bool = False,
    key: UUID | None = None,
    by: Caller,
    at: datetime,
) -> SignUp:
    """Take a claim that somebody will help. It says the same whether or not the register knows them.

    Args:
        key: the claim's id, handed out with an empty form: the same form sent twice is one claim. Sent again with
            other answers it is a new one.

    Raises:
        FieldMissing, FieldTooLong, BadPhone: a field makes no sense.
        EventOver: the event has ended.
    """
    said = {"name": name, "phone": phone, "door": door}
    return _claimed(event, community, **said, way=way, skills=skills, as_member=as_member, key=key, by=by, at=at)


@transaction.atomic
def sign_up_on_phone(
    event: Event,
    community: Area,
    *,
    name: str,
    phone: str,
    door: str,
    as_member: bool = False,
    key: UUID | None = None,
    by: Caller,
    at: datetime,
) -> tuple[SignUp, str | None]:
    """The same on one's own phone, which opens the claim from then on. Returns the claim, and the secret for the
    phone's cookie; None where the phone has one already that opens this claim too.

    Raises: as `sign_up`.
    """
    way = SignUp.Way.PAGE
    claim = _claimed(
        event, community, name=name, phone=phone, door=door, way=way, as_member=as_member, key=key, by=by, at=at
    )
    if devices.share_device(by, claim.pk, at=at):
        return claim, None
    return claim, devices.start_device_session(claim.pk, at=at)[1]


def _claimed(
    event: Event,
    community: Area,
    *,
    name: str,
    phone: str,
    door: str,
    way: SignUp.Way,
    skills: int = 0,
    as_member: bool,
    key: UUID | None,
    by: Caller,
    at: datetime,
) -> SignUp:
    if event.ended_at is not None and event.ended_at <= at:
        raise EventOver
    said: dict[str, Any] = {"name": rules.cleaned("name", name, most=40)}
    digits = phone_digits(rules.cleaned("phone", phone, most=40))
    said |= {"phone_index": secrets.index(digits), "door": rules.cleaned("door", door, most=80)}
    claim = SignUp(
        id=key or uuid7(),
        **said,
        number=rules.new_number(),
        event=event,
        community=community,
        way=way,
        as_member=as_member,
        phone=secrets.seal(digits),
        skills=skills,
        fit_said_at=at if way != SignUp.Way.LIST else None,  # the form says it, or the desk has asked
        made_at=at,
    )
    if not _SIGN_UPS.add_unless_taken(claim):  # a double tap arrives as two requests at once: the later one waits
        same = SignUp.objects.filter(pk=claim.pk, event=event, community=community, **said).first()
        if same is not None:
            return same
        claim.pk, claim.number = uuid7(), rules.new_number()
        _SIGN_UPS.add(claim)
    trail.record("sign_up.made", who=by, subject=f"sign_up:{claim.pk}", at=at, area=community.pk)
    return claim


@transaction.atomic
def say_skills(claim: SignUp, skills: int, *, by: Caller, at: datetime) -> None:
    """Add what a person can do to their claim, until the desk has decided.

    Raises:
        AlreadyDecided: the desk was quicker.
    """
    if not SignUp.objects.filter(pk=claim.pk, state=SignUp.State.CLAIMED).update(skills=skills):
        raise AlreadyDecided(number=claim.number)
    trail.record("sign_up.skills", who=by, subject=f"sign_up:{claim.pk}", at=at, area=claim.community_id)


@transaction.atomic
def say_when(claim: SignUp, free: int, *, only_inside: bool, by: Caller, at: datetime) -> None:
    """When somebody can serve, and whether only inside their own estate. Nobody asks why.

    Whoever says that they cannot leave it holds no place in another grid any more.

    Raises:
        SignUpOver: it was taken back or declined.
    """
    living = SignUp.objects.filter(pk=claim.pk, state__in=[SignUp.State.CLAIMED, SignUp.State.CONFIRMED])
    if not living.update(free=free):
        raise SignUpOver(number=claim.number)
    trail.record("sign_up.when", who=by, subject=f"sign_up:{claim.pk}", at=at, area=claim.community_id)
    if claim.person is not None:
        Volunteer.objects.filter(person=claim.person).update(only_inside=only_inside)
        if only_inside:
            leaving.stay_home(claim, by=by, at=at)


@transaction.atomic
def confirm(claim: SignUp, *, person: Person | None, lives_at: Place | None = None, by: Caller, at: datetime) -> SignUp:
    """Let a claim count: as a person the register knows, or, without one, as somebody new to it.

    Who matches nobody is kept as an identity held by the service, never dropped.

    Raises:
        AlreadyDecided: another desk was quicker.
        AlreadySignedUp: this person has a confirmed sign-up already.
        TooYoung: they are known to be.
    """
    matched = person is not None
    if person is None:
        person = _newcomer(claim, by=by, at=at)
    ages.require_of_age(person.pk, claim.event, at)
    home = lives_at or claim.lives_at or home_of(person) or claim.community.place
    waiting = SignUp.objects.filter(pk=claim.pk, state=SignUp.State.CLAIMED)
    try:
        with transaction.atomic():
            done = waiting.update(
                state=SignUp.State.CONFIRMED,
                person=person,
                matched=matched,
                lives_at=home,
                decided_by=by.user,
                decided_at=at,
            )
    except IntegrityError as clash:
        earlier = SignUp.objects.filter(event=claim.event_id, person=person, state=SignUp.State.CONFIRMED).first()
        if earlier is None:
            raise
        raise AlreadySignedUp(number=earlier.number) from clash
    if not done:
        raise AlreadyDecided(number=claim.number)
    claim.refresh_from_db()  # skills may have been added since the desk opened its page
    access.bind_person(claim.pk, person.pk, at=at)
    people.enlist(
        person,
        skills=claim.skills,
        lives_at=home,
        community=claim.community,
        organisation=claim.organisation,
        by=by,
        at=at,
    )
    trail.record("sign_up.confirmed", who=by, subject=f"sign_up:{claim.pk}", at=at, area=claim.community_id)
    return claim


def _newcomer(claim: SignUp, *, by: Caller, at: datetime) -> Person:
    """Whoever the register does not know: the service's own record of that name and phone, or a new one.

    Two claims of one newcomer, confirmed by two desks in the same second, must not become two people; the lock on
    the phone lets the second desk see what the first one made.
    """
    index = bytes(claim.phone_index)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"newcomer:{index.hex()}"])
    known = Identity.objects.filter(holder=SERVICE, phone_index=index, name=claim.name).order_by("person_id").first()
    if known is not None:
        return known.person
    return people.add_person(holder=SERVICE, name=claim.name, phone=secrets.unseal(bytes(claim.phone)), by=by, at=at)


@transaction.atomic
def decline(claim: SignUp, *, by: Caller, at: datetime) -> None:
    """Set a claim aside that the desk could not confirm; it stays and can be seen.

    Raises:
        AlreadyDecided: another desk was quicker.
    """
    waiting = SignUp.objects.filter(pk=claim.pk, state=SignUp.State.CLAIMED)
    if not waiting.update(state=SignUp.State.DECLINED, decided_by=by.user, decided_at=at):
        raise AlreadyDecided(number=claim.number)
    trail.record("sign_up.declined", who=by, subject=f"sign_up:{claim.pk}", at=at, area=claim.community_id)


@transaction.atomic
def ask_for(
    event: Event,
    grid: Area,
    *,
    want: int,
    most: int,
    skills: Mapping[int, int],
    expected_version: int | None = None,
    by: Caller,
    at: datetime,
) -> Demand:
    """Say how many people a grid asks for, and with which skills. Each change gives the row a new version.

    Args:
        expected_version: of the demand that the caller saw, 0 where they saw none; None where they saw nothing and
            mean to set it whatever it is.

    Raises:
        DemandChanged: somebody else said something meanwhile; its facts say what.
        NotAGrid: the area is of another level.
        BadDemand: the numbers make no sense.
        NotYoursToDecide: the caller does not decide there.
    """
    if grid.level != Level.GRID:
        raise NotAGrid(name=grid.called)
    rules.check_demand(want, most, skills)
    queries.require_decision(by, grid.pk, at)
    facts = {"want": want, "most": most, "asked_by": by.user, "asked_at": at}
    demand, made = Demand.objects.select_for_update().get_or_create(event=event, grid=grid, defaults=facts)
    if expected_version not in (None, 0 if made else demand.version):
        raise DemandChanged(want=demand.want, most=demand.most, asked_by=demand.asked_by, asked_at=demand.asked_at)
    if not made:
        Demand.objects.filter(pk=demand.pk).update(version=F("version") + 1, **facts)
        demand.skills.all().delete()
    DemandSkill.objects.bulk_create(
        DemandSkill(demand=demand, skill=skill, heads=heads) for skill, heads in skills.items()
    )
    trail.record("demand.asked", who=by, subject=f"grid:{grid.pk}", at=at, area=grid.pk, facts={"want": want})
    demand.refresh_from_db()
    return demand
