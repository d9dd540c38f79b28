"""From notices: what a worker was told as a person and has not opened; theirs alone, no desk sees it there."""

from linli.access.oneself import person_of
from linli.notices.models import Told
from linli.notices.telling import in_words
from linli.worklist.entries import UNREAD, Entry, Kind, Link


def entries(user: int) -> list[Entry]:
    """What waits to be read by the person who works under an account, of events that are not over."""
    person = person_of(user)
    if person is None:
        return []
    waiting = Told.objects.filter(person=person, read_at__isnull=True, notice__event__ended_at__isnull=True)
    rows = list(waiting.select_related("notice").order_by("pk"))
    words = in_words([row.notice for row in rows])
    return [
        Entry(
            Kind.NOTICE,
            f"told:{row.pk}",
            user,
            UNREAD,
            since=row.told_at,
            link=Link("notices"),
            text=words[row.notice_id].text or words[row.notice_id].title,
        )
        for row in rows
    ]
