"""From phones: what somebody wrote down without a signal and was not done, until they decide."""

from collections.abc import Collection

from linli.field import settling
from linli.worklist.entries import Entry, Kind, Link

TRAY = "#/tray"


def entries(users: Collection[int], *, for_desk: bool) -> list[Entry]:
    """What waits for the word of some users. One query.

    Args:
        for_desk: whether a desk looks: it cannot decide, so nothing leads anywhere.
    """
    return [
        Entry(
            Kind.DECIDE,
            f"receipt:{each.key}",
            each.user,
            each.state,
            since=each.happened_at,
            link=None if for_desk else Link("field_app", part=TRAY),
            place=each.door,
        )
        for each in settling.waiting_among(users)
    ]
