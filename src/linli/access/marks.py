"""What a phone that stays signed in puts on what it keeps without a signal: as whose phone, and since when.

Others can neither read a mark's session from it without our key nor make one. It opens nothing: the cookie does.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.core import signing

from linli.access.models import DeviceSession
from linli.custody import secrets


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands in a mark: the session, and when the phone got it."""

    session: UUID
    since: datetime


def name_of(session: DeviceSession) -> str:
    """By which a browser sees that another session is held in it now; it says nothing else."""
    return secrets.index(f"mark:{session.pk}").hex()


def mark_of(session: DeviceSession, at: datetime) -> str:
    """A mark for what a phone keeps from now on."""
    sealed = secrets.seal(f"{session.pk}|{int(at.timestamp() * 1000)}")
    return signing.b64_encode(sealed).decode()


def read(text: str) -> Mark | None:
    """What stands in a mark; none where it is none of ours."""
    try:
        session, _, since = secrets.unseal(signing.b64_decode(text.encode())).partition("|")
        return Mark(UUID(session), datetime.fromtimestamp(int(since) / 1000, UTC))
    except (secrets.WrongKey, ValueError):
        return None


def stands_for(mark: Mark, held: DeviceSession, at: datetime) -> tuple[datetime, datetime] | None:
    """Between which moments something was kept under a mark, as far as the phone now stands for the same person.

    Returns none where somebody else was signed in on it.
    """
    before = DeviceSession.objects.filter(pk=mark.session, user__isnull=True).first()
    if before is None or not _same(before, held):
        return None
    ends = [each for each in (before.revoked_at, before.expires_at, at) if each is not None]
    return mark.since, max(min(ends), mark.since)


def _same(before: DeviceSession, held: DeviceSession) -> bool:
    """Whether two sessions are one, or the later one is of the same person or sign-up again."""
    same_person = before.person is not None and before.person == held.person
    return before.pk == held.pk or same_person or (before.claim is not None and before.claim == held.claim)
