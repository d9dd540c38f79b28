"""What the machine room does by the clock: backups (``ops.scheduled``)."""

from django.conf import settings
from django.db.migrations.loader import MigrationLoader
from procrastinate.contrib.django import app

from linli.common.clock import now
from linli.custody.jobs import QUEUE
from linli.ops import scheduled

EVERY_HOUR = "37 * * * *"


@app.periodic(cron=EVERY_HOUR)
@app.task(queue=QUEUE, name="ops.back_up", queueing_lock="ops.back_up")
def back_up(timestamp: int) -> None:
    """Make a backup where one is due, and restore it aside."""
    scheduled.run(settings.ENV, known, now())


def known() -> frozenset[str]:
    """The steps of the tables that this Linli brings, as "room.name"."""
    return frozenset(f"{room}.{name}" for room, name in MigrationLoader(None).disk_migrations)
