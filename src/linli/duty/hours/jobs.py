"""What happens by the clock: a finish that was forgotten is asked about the next day; nothing is guessed."""

from datetime import datetime

from django.db import transaction
from procrastinate.contrib.django import app

from linli.common.caller import NOBODY
from linli.common.clock import now
from linli.custody import trail
from linli.custody.jobs import QUEUE
from linli.duty.hours import rules
from linli.duty.models import Service

EVERY_HOUR = "41 * * * *"


@app.periodic(cron=EVERY_HOUR)
@app.task(queue=QUEUE, name="duty.ask_about_finishes", queueing_lock="duty.ask_about_finishes")
def ask_about_finishes(timestamp: int) -> None:
    """Ask everybody who started and never finished."""
    ask_forgotten(at=now())


@transaction.atomic
def ask_forgotten(*, at: datetime) -> int:
    """Put the question on the page of each person whose finish is missing, once. Returns how many."""
    rows = Service.objects.select_for_update(skip_locked=True).filter(
        state=Service.State.ON_DUTY, started_at__lt=at - rules.FORGOTTEN, asked_at__isnull=True
    )
    found = list(rows.order_by("pk").values_list("pk", "place_id"))
    Service.objects.filter(pk__in=[pk for pk, _ in found]).update(asked_at=at)
    subjects = [f"service:{pk}" for pk, _ in found]
    trail.record_many("duty.finish_asked", who=NOBODY, subjects=subjects, at=at, areas=[place for _, place in found])
    return len(found)
