"""What a phone's holder was told as a person and has not opened: read without a signal too, and theirs alone."""

from typing import Any

from linli.field.models import Lease
from linli.notices.queries import unread_by_worker


def of(lease: Lease) -> list[dict[str, Any]]:
    """Short names as for doors, the oldest first. i: id. w: in words. t: when."""
    return [
        {"i": row.pk, "w": text, "t": int(row.told_at.timestamp() * 1000)}
        for row, text in unread_by_worker(lease.user_id)
    ]
