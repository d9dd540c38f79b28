"""Ending an event: its zones end with it, and whoever was booked for it is free."""

from datetime import datetime

from django.db import transaction

from linli.common.caller import Caller
from linli.duty import booking
from linli.events import actions as events
from linli.events.models import Event


@transaction.atomic
def end_event(event: Event, *, by: Caller, at: datetime) -> Event:
    """End an event at a moment. Of two who press at once, one does it. Raises as `events.actions.end_event` does."""
    ended = events.end_event(event, by=by, at=at)
    booking.free_all_of(ended, at)
    return ended
