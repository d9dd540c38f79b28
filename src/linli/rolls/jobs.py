"""What runs in the background. A job's arguments hold ids only."""

from datetime import datetime

from django.db import transaction
from procrastinate.contrib.django import app

from linli.common.caller import Caller
from linli.events.models import Event
from linli.places.models import Area
from linli.rolls import opening
from linli.rolls.models import Roll


@transaction.atomic
def open_roll(event: Event, area: Area, of: Roll.Of, question: str, *, by: Caller, at: datetime) -> Roll:
    """Begin a roll together with the job that makes it ready. Raises as ``opening.begin`` does."""
    roll = opening.begin(event, area, of, question, by=by, at=at)
    fill.defer(roll_id=roll.pk)
    return roll


@app.task(queue="planning", name="rolls.fill", pass_context=False)
def fill(roll_id: int) -> None:
    """Give everybody who is due a standing."""
    opening.fill(roll_id)
