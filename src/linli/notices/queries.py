"""Reading notices: one's own, and who has heard of something."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from linli.access.oneself import person_of
from linli.common.caller import Caller
from linli.events.models import Event
from linli.notices.models import Sending, Told
from linli.notices.telling import in_words


def own(caller: Caller, *, also: Q | None = None) -> QuerySet[Told]:
    """What the person of the caller's device was told, the newest first.

    Args:
        also: what else the caller may read, by a condition that a room above has asked (`muster.hearing`).
    """
    mine = Q(person=caller.person) if caller.person is not None and caller.device is not None else Q(pk__in=[])
    return Told.objects.select_related("notice").filter(mine if also is None else mine | also).order_by("-pk")


def unread_by_worker(user: int) -> list[tuple[Told, str]]:
    """What the person who works under an account was told and has not opened, each with its text, the oldest first;
    of events that are not over."""
    person = person_of(user)
    if person is None:
        return []
    waiting = Told.objects.filter(person=person, read_at__isnull=True, notice__event__ended_at__isnull=True)
    rows = list(waiting.select_related("notice").order_by("pk"))
    words = in_words([row.notice for row in rows])
    return [(row, words[row.notice_id].text or words[row.notice_id].title) for row in rows]


def told_about(event: Event, about: str, codes: Collection[str]) -> QuerySet[Told]:
    """Who was told something about a thing (`room:id`) by templates of some codes; the room whose thing it is has
    asked whether the caller may see it."""
    return Told.objects.filter(notice__event=event, notice__about=about, notice__code__in=codes)


def undelivered(told: Collection[int]) -> dict[int, list[str]]:
    """Of some readers, by the ids of what they were told, the ways on which a message was given up."""
    found: dict[int, list[str]] = {}
    failed = Sending.objects.filter(told__in=told, failed_at__isnull=False).order_by("way")
    for reader, way in failed.values_list("told_id", "way"):
        found.setdefault(reader, []).append(way)
    return found


@dataclass(frozen=True, slots=True)
class Heard:
    """How many were told of something, how many of these have read it, and how many more were called."""

    told: int
    read: int
    called: int

    @property
    def reached(self) -> int:
        """How many know of it."""
        return self.read + self.called


_COUNTS = {  # in the order of what Heard holds
    "told": Count("pk"),
    "read": Count("pk", filter=Q(read_at__isnull=False)),
    "called": Count("pk", filter=Q(read_at__isnull=True, called_at__isnull=False)),
}


def heard(told: QuerySet[Told]) -> Heard:
    """Those counts over some rows; one query."""
    return Heard(**told.aggregate(**_COUNTS))


def heard_of_each(event: Event, abouts: Collection[str], code: str) -> dict[str, Heard]:
    """Those counts for each of some things (`room:id`) that anybody was told of by one template; one query."""
    rows = Told.objects.filter(notice__event=event, notice__about__in=abouts, notice__code=code)
    counted = rows.order_by().values_list("notice__about").annotate(**_COUNTS)
    return {about: Heard(*counts) for about, *counts in counted}
