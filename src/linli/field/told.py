"""What a phone's holder was told as a person and has not opened: read without a signal too, and theirs alone."""

from typing import Any

from linli.access.oneself import person_of
from linli.field.models import Lease
from linli.notices.models import Told
from linli.notices.telling import in_words


def of(lease: Lease) -> list[dict[str, Any]]:
    """Short names as for doors, the oldest first, of events that are not over. i: id. w: in words. t: when."""
    person = person_of(lease.user_id)
    if person is None:
        return []
    waiting = Told.objects.filter(person=person, read_at__isnull=True, notice__event__ended_at__isnull=True)
    rows = list(waiting.select_related("notice").order_by("pk"))
    words = in_words([row.notice for row in rows])
    return [
        {
            "i": row.pk,
            "w": words[row.notice_id].text or words[row.notice_id].title,
            "t": int(row.told_at.timestamp() * 1000),
        }
        for row in rows
    ]
