"""Reading the trail: what was written about somebody, who had something of theirs shown in full, and in which lists
that were taken out they stood."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from linli.common.caller import Caller
from linli.common.compiled import Compiled, OneOf
from linli.common.errors import NotFound
from linli.custody import reveals
from linli.custody.models import Export, TrailEntry
from linli.custody.roles import See, seeing

AT_ONCE = 50
_SHOWN = Compiled(
    lambda: TrailEntry.objects.filter(subject=OneOf("subjects"), kind=reveals.KIND).order_by("-happened_at", "-pk")
)
_TAKEN = Compiled(
    lambda: (
        Export.objects.filter(of__subject=OneOf("subjects"), first_taken_at__isnull=False)
        .distinct()
        .order_by("-first_taken_at", "-pk")
    )
)
# What one person can be in the trail; who looks after data protection sees one person's trail, and no more.
OF_A_PERSON = ("person", "sign_up", "user", "device")


@dataclass(frozen=True, slots=True)
class Shown:
    """One time that something was shown in full.

    Attributes:
        user: id of the account it was shown to. what: the field, as ``Reveal`` names it. why: a ``Reason``.
    """

    at: datetime
    user: int | None
    what: str
    why: str


def entries_seen_by(
    caller: Caller, *, subject: str = "", before: int | None = None
) -> tuple[list[TrailEntry], int | None]:
    """Entries of the trail, the newest first, `AT_ONCE` of them, and the id to go on before (None at the end).

    An auditor reads all of it; who looks after data protection asks about one person.

    Raises:
        NotFound: no role of the caller's reads the trail.
    """
    if not caller.has(*seeing(See.TRAIL, See.TRAIL_OF_PERSON)):
        raise NotFound
    if not caller.has(*seeing(See.TRAIL)) and subject.partition(":")[0] not in OF_A_PERSON:
        return [], None
    found = TrailEntry.objects.order_by("-pk")
    found = found.filter(subject=subject) if subject else found
    found = found.filter(pk__lt=before) if before is not None else found
    rows = list(found[: AT_ONCE + 1])
    return rows[:AT_ONCE], rows[AT_ONCE - 1].pk if len(rows) > AT_ONCE else None


def shown_of(subjects: Collection[str]) -> list[Shown]:
    """When something about some subjects was shown in full, to which account and why; the newest first."""
    found = _SHOWN.all(subjects=list(subjects))
    return [
        Shown(entry.happened_at, entry.user, str(entry.facts.get("field", "")), str(entry.facts.get("reason", "")))
        for entry in found
    ]


def taken_out_of(subjects: Collection[str], *, event: int | None = None) -> list[Export]:
    """Lists with somebody in them that were downloaded, the newest first; of one event, where it is given."""
    found = _TAKEN.all(subjects=list(subjects))
    return [each for each in found if event is None or each.event == event]


def lists_seen_by(caller: Caller, subjects: Collection[str]) -> list[Export]:
    """The same for who reads the trail: an auditor of anything, who looks after data protection of one person."""
    if not caller.has(*seeing(See.TRAIL)):
        if not caller.has(*seeing(See.TRAIL_OF_PERSON)):
            return []
        subjects = [each for each in subjects if each.partition(":")[0] in OF_A_PERSON]
    return taken_out_of(subjects)[:AT_ONCE]
