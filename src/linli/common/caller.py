"""Who is calling: a frozen value that ``access`` makes and every room reads."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Grant:
    """One role over one scope for a period.

    Attributes:
        role: a key of ``custody.roles.ROLES``.
        area: the place id of the area whose subtree is granted; None for roles without an area.
        since, until: aware moments; `until` None is open-ended.
        organisation: the bare id of the liaison's organisation.
        team: the bare id of the leader's team.
    """

    role: str
    area: int | None
    since: datetime
    until: datetime | None = None
    organisation: int | None = None
    team: int | None = None

    def holds_at(self, at: datetime) -> bool:
        """Whether the grant is in force at a moment."""
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Caller:
    """A user, a person and a device (any may be missing) and what they were granted.

    Attributes:
        user: id of the account that signed in with a password or passkey.
        person: id of the person a device session is bound to.
        device: id of the device session.
        grants: every grant in force when the caller was made.
    """

    user: int | None = None
    person: int | None = None
    device: UUID | None = None
    grants: tuple[Grant, ...] = ()

    def areas(self, *roles: str) -> tuple[int, ...]:
        """Places over which the caller holds one of the roles."""
        return tuple(grant.area for grant in self.grants if grant.role in roles and grant.area is not None)

    def has(self, *roles: str) -> bool:
        """Whether the caller holds one of the roles anywhere."""
        return any(grant.role in roles for grant in self.grants)


NOBODY = Caller()
