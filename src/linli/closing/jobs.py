"""What the end of events does in the background. A job's arguments hold ids only."""

import logging

from django.conf import settings
from django.db import OperationalError
from procrastinate.contrib.django import app

from linli.closing import erasing, work
from linli.closing.models import Closing
from linli.common.errors import LinliError

log = logging.getLogger(__name__)
QUEUE = "closing"
EVERY_TEN_MINUTES, EVERY_NIGHT = "*/10 * * * *", "17 19 * * *"  # 03:17 by the clock of the place


@app.task(queue=QUEUE, name="closing.go_on")
def go_on(closing_id: int) -> None:
    """Do what is left of one closing."""
    if code := work.go_on(closing_id, settings.ENV):
        log.warning("closing %s stands still: %s", closing_id, code)


@app.periodic(cron=EVERY_TEN_MINUTES)
@app.task(queue=QUEUE, name="closing.resume", queueing_lock="closing.resume")
def resume(timestamp: int) -> None:
    """Go on with what a kill or a full disk has stopped, and with copies of the keyring that came back."""
    for number in Closing.objects.filter(state=Closing.State.CONFIRMED).order_by("pk").values_list("pk", flat=True):
        go_on(number)
    work.settle(settings.ENV)


@app.periodic(cron=EVERY_NIGHT)
@app.task(queue=QUEUE, name="closing.tidy_files", queueing_lock="closing.tidy_files")
def tidy_files(timestamp: int) -> None:
    """Take the bytes of people who were erased by day out of the files too."""
    try:
        erasing.tidy_files(settings.ENV)
    except (LinliError, OperationalError) as error:
        log.warning("writing tables anew after erasures is tried again: %s", work.code_of(error))
