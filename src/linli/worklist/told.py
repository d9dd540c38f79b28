"""From notices: what a worker was told as a person and has not opened; theirs alone, no desk sees it there."""

from linli.notices.queries import unread_by_worker
from linli.worklist.entries import UNREAD, Entry, Kind, Link


def entries(user: int) -> list[Entry]:
    """What waits to be read by the person who works under an account."""
    return [
        Entry(
            Kind.NOTICE,
            f"told:{row.pk}",
            user,
            UNREAD,
            since=row.told_at,
            link=Link("notices"),
            text=text,
        )
        for row, text in unread_by_worker(user)
    ]
