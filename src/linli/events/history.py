"""What became of an event and through whom, as the trail has it."""

from dataclasses import dataclass
from datetime import datetime

from linli.access.models import User
from linli.custody.models import TrailEntry
from linli.events.models import Event

KINDS = ("event.opened", "event.ended")


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the trail.

    Attributes:
        kind: one of `KINDS`; entry: its number in the trail.
        who: the account's name; empty where the account is gone or the machine's own terminal did it.
    """

    kind: str
    at: datetime
    who: str
    entry: int


def steps_of(event: Event) -> list[Step]:
    """Opening and ending of an event, the first first; empty once the trail has let go of them. Two queries."""
    entries = list(TrailEntry.objects.filter(subject=f"event:{event.pk}", kind__in=KINDS).order_by("pk"))
    accounts = {entry.user for entry in entries if entry.user is not None}
    names = dict(User.objects.filter(pk__in=accounts).values_list("pk", "display_name"))
    return [Step(entry.kind, entry.happened_at, names.get(entry.user or 0, ""), entry.pk) for entry in entries]
