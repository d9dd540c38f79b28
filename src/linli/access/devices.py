"""Phones that stay signed in: each holds a secret in a cookie for 30 days, until somebody ends it.

How staff's phones come in and are unlocked stands in ``phones``; here they are listed and ended like the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseBase

from linli.access import digests
from linli.access.callers import DEVICE_COOKIE, grants_lent
from linli.access.models import DeviceClaim, DeviceSession
from linli.common.caller import NOBODY, Caller
from linli.common.compiled import Compiled, Given, Insertion, OneOf, prepared
from linli.common.errors import NotFound
from linli.custody import trail

DEVICE_LIVES = timedelta(days=30)
MOST_ON_ONE_DEVICE = 20
Way, Kind = DeviceSession.Way, DeviceSession.Kind
_NOT_OF_STAFF = Compiled(lambda: DeviceSession.objects.filter(user__isnull=True, pk=Given("pk")))
_THEIRS = Compiled(
    lambda: (
        _in_force(Given("at"))
        .filter(
            Q(person=Given("person")) | Q(claim=OneOf("claims")) | Q(more_claims__claim=OneOf("claims")),
        )
        .distinct()
        .order_by("-created_at", "-pk")
    )
)
_SESSIONS = Insertion(DeviceSession)
_HELD = """
    SELECT FROM access_devicesession WHERE id = %(device)s AND revoked_at IS NULL AND expires_at > %(at)s
    FOR NO KEY UPDATE
"""
_ONE_MORE = """
    WITH held AS (
        SELECT claim FROM access_devicesession WHERE id = %(device)s AND claim IS NOT NULL
        UNION ALL SELECT claim FROM access_deviceclaim WHERE device_id = %(device)s
    ), added AS (
        INSERT INTO access_deviceclaim (device_id, claim, made_at) SELECT %(device)s, %(claim)s, %(at)s
        WHERE %(claim)s NOT IN (SELECT claim FROM held) AND (SELECT count(*) FROM held) < %(most)s
        RETURNING claim
    ), living AS (
        UPDATE access_devicesession SET expires_at = %(until)s
        WHERE id = %(device)s AND (%(claim)s IN (SELECT claim FROM held) OR EXISTS (SELECT FROM added))
        RETURNING id
    )
    SELECT EXISTS (SELECT FROM living), EXISTS (SELECT FROM added)
"""
# In the order they are looked for: an iPhone's browser says Mac too, and Android's says Linux.
_KINDS = (
    (Kind.ANDROID, ("Android", "HarmonyOS", "OpenHarmony")),
    (Kind.IPHONE, ("iPhone", "iPad")),
    (Kind.COMPUTER, ("Windows", "Macintosh", "Linux")),
)


@transaction.atomic(savepoint=False)
def start_device_session(
    claim: UUID | None,
    *,
    person: int | None = None,
    more: Sequence[UUID] = (),
    way: str = Way.SIGN_UP,
    for_another: bool = False,
    kind: str = "",
    instead_of: Caller = NOBODY,
    by: Caller = NOBODY,
    at: datetime,
) -> tuple[DeviceSession, str]:
    """Bind a device to a sign-up, to a person, or to both. Returns the session, and the secret for its cookie.

    Args:
        claim: the sign-up it stands for. more: further ones it may see; they lend it no person.
        way, kind: how it came in, and what it is.
        for_another: whoever holds it acts for the person.
        instead_of: the caller whose device this was until now; what it could see it still sees, and its old session
            ends.
        by: a desk's caller, where a desk let it in.
    """
    seen = [*more, *_take_over(instead_of, at)]
    secret = digests.fresh_secret()
    session = DeviceSession(
        digest=digests.digest(secret),
        claim=claim,
        person=person,
        way=way,
        for_another=for_another,
        kind=kind,
        created_at=at,
        expires_at=at + DEVICE_LIVES,
    )
    _SESSIONS.add(session)
    further = [each for each in dict.fromkeys(seen) if each != claim][: MOST_ON_ONE_DEVICE - 1]
    DeviceClaim.objects.bulk_create(DeviceClaim(device=session, claim=each, made_at=at) for each in further)
    subject = f"person:{person}" if person is not None else f"sign_up:{claim}"
    who = Caller(user=by.user, person=person, device=session.pk)
    trail.record("device.bound", who=who, subject=subject, at=at, facts={"way": way, "for_another": for_another})
    return session, secret


def _take_over(before: Caller, at: datetime) -> list[UUID]:
    """End the session that a device had, and say which sign-ups it could see."""
    held = _in_force(at).select_for_update().filter(pk=before.device).first() if before.device is not None else None
    if held is None:
        return []
    _end(held.pk, by=before, at=at)
    return _claims(held)


def _in_force(at: datetime | Given) -> QuerySet[DeviceSession]:
    return DeviceSession.objects.filter(revoked_at__isnull=True, expires_at__gt=at)


def _claims(session: DeviceSession) -> list[UUID]:
    first = [session.claim] if session.claim is not None else []
    return [*first, *session.more_claims.order_by("pk").values_list("claim", flat=True)]


@transaction.atomic(savepoint=False)
def share_device(by: Caller, claim: UUID, *, at: datetime) -> bool:
    """Let the caller's device see one more sign-up that was made on it, all of them for 30 days from now.

    Returns whether it does: not where it has no session in force, or holds as many as a family needs.
    """
    if by.device is None:
        return False
    with prepared() as cursor:
        cursor.execute(_HELD, {"device": by.device, "at": at})
        if not cursor.rowcount:
            return False
        # Nobody else adds one meanwhile: the session's row is held.
        cursor.execute(
            _ONE_MORE,
            {"device": by.device, "claim": claim, "at": at, "until": at + DEVICE_LIVES, "most": MOST_ON_ONE_DEVICE},
        )
        seen, added = cursor.fetchone()
    if added:
        trail.record("device.shared", who=by, subject=f"sign_up:{claim}", at=at)
    return bool(seen)


def is_proved(held: DeviceSession) -> bool:
    """Whether a code or a desk has shown that this phone is the person's. Signing up proves nothing: anybody can type
    somebody's name and number, and must not get their record for it."""
    return held.person is not None and held.way != Way.SIGN_UP


def is_theirs(held: DeviceSession | None) -> bool:
    """Whether a phone was shown to be the person's own, and nobody acts for them on it."""
    return held is not None and not held.for_another and is_proved(held)


def keep_on_device(reply: HttpResponseBase, request: HttpRequest, secret: str) -> None:
    """Put a device session's secret into its cookie: out of any script's reach, for 30 days."""
    reply.set_cookie(
        DEVICE_COOKIE,
        secret,
        max_age=int(DEVICE_LIVES.total_seconds()),
        httponly=True,
        secure=request.is_secure(),
        samesite="Lax",
    )


def kind_of(request: HttpRequest) -> str:
    """What a device is, roughly, by what its browser says."""
    said = request.headers.get("User-Agent", "")
    return next((str(kind) for kind, words in _KINDS if any(word in said for word in words)), "")


@dataclass(frozen=True, slots=True)
class Whose:
    """Somebody whose phones are meant: a person, their sign-ups, or a sign-up that nobody stands behind yet."""

    person: int | None
    claims: tuple[UUID, ...]


def own(caller: Caller) -> Whose | None:
    """Whose phone the caller's is. One that a family shares answers for its first person alone."""
    held = _NOT_OF_STAFF.first(pk=caller.device) if caller.device is not None else None
    return held_by(held) if held is not None else None


def held_by(session: DeviceSession) -> Whose:
    """Whose phone it is that this session is kept on."""
    return Whose(session.person, (session.claim,) if session.claim is not None else ())


def devices_of(whose: Whose, at: datetime) -> list[DeviceSession]:
    """Every phone in force that opens what is somebody's, the newest first. Who may ask is decided by the caller."""
    return _THEIRS.all(person=whose.person, claims=list(whose.claims), at=at)


def phones_of(user_id: int | None, at: datetime) -> QuerySet[DeviceSession]:
    """Every phone in force that an account opened by a QR, the newest first. Who may ask is decided by the caller."""
    theirs = _in_force(at).filter(user=user_id) if user_id is not None else DeviceSession.objects.none()
    return theirs.order_by("-created_at", "-pk")


@transaction.atomic
def end_phones(
    user_id: int, *, only: UUID | None = None, by: Caller, at: datetime, area: int | None = None
) -> list[UUID]:
    """Sign an account out on a phone that it opened by a QR, or on all of them. Returns which.

    Raises:
        NotFound: the one that was named is none of its phones (any more).
    """
    found = [each.pk for each in phones_of(user_id, at) if only is None or each.pk == only]
    if only is not None and not found:
        raise NotFound
    for each in found:
        _end(each, by=by, at=at, area=area)
    return found


def end_phones_without_role(user_id: int, *, by: Caller, at: datetime) -> None:
    """Sign an account out on every phone that lends no grant in force any more. Called where a grant is ended."""
    for each in phones_of(user_id, at):
        if not grants_lent(user_id, each.lends, at):
            _end(each.pk, by=by, at=at)


@transaction.atomic
def end_device_session(by: Caller, *, at: datetime) -> None:
    """Forget this device: its cookie opens nothing any more."""
    if by.device is not None:
        _end(by.device, by=by, at=at)


@transaction.atomic
def end_devices(
    whose: Whose, *, only: UUID | None = None, by: Caller, at: datetime, area: int | None = None
) -> list[UUID]:
    """Let phones open no longer what is somebody's: one of them, or all. Returns which.

    A phone that is theirs is signed out. One that a family shares, and that is another's, only loses their sign-ups.

    Raises:
        NotFound: the one that was named does not open anything of theirs (any more).
    """
    found = [each for each in devices_of(whose, at) if only is None or each.pk == only]
    if only is not None and not found:
        raise NotFound
    for each in found:
        if each.claim in whose.claims or (each.person is not None and each.person == whose.person):
            _end(each.pk, by=by, at=at, area=area)
        elif each.more_claims.filter(claim__in=whose.claims).delete()[0]:
            trail.record("device.unshared", who=by, subject=f"device:{each.pk}", at=at, area=area)
    return [each.pk for each in found]


def _end(session: UUID, *, by: Caller, at: datetime, area: int | None = None) -> None:
    if DeviceSession.objects.filter(pk=session, revoked_at__isnull=True).update(revoked_at=at):
        trail.record("device.ended", who=by, subject=f"device:{session}", at=at, area=area)
