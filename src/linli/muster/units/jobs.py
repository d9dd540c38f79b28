"""What runs in the background for units. A job's arguments hold ids only."""

import logging
from datetime import datetime

from django.db import transaction
from procrastinate.contrib.django import app

from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import LinliError
from linli.custody.jobs import QUEUE
from linli.events.models import Event
from linli.muster.models import UnitPlan
from linli.muster.units import planning, telling
from linli.places.models import Area
from linli.planning.errors import PlanningError

log = logging.getLogger(__name__)


@transaction.atomic
def start(event: Event, area: Area, *, by: Caller, at: datetime) -> UnitPlan:
    """Begin a plan together with its job. Raises as ``planning.begin`` does."""
    plan = planning.begin(event, area, by=by, at=at)
    plan_units.defer(plan_id=plan.pk)
    return plan


@app.task(queue="planning", name="muster.plan_units")
def plan_units(plan_id: int) -> None:
    """Work out which units go; what goes wrong is kept as a code, the database as it was."""
    plan = UnitPlan.objects.select_related("event", "area").get(pk=plan_id)
    try:
        planning.work_out(plan)
    except (LinliError, PlanningError) as error:
        code = str(getattr(error, "code", type(error).__name__))
        log.warning("unit plan %s failed: %s", plan_id, code)
        waiting = UnitPlan.objects.filter(pk=plan_id, state__in=[UnitPlan.State.WAITING, UnitPlan.State.RUNNING])
        waiting.update(state=UnitPlan.State.FAILED, failure=code[:40], finished_at=now())


@app.periodic(cron="*/10 * * * *")
@app.task(queue=QUEUE, name="muster.remind_units", queueing_lock="muster.remind_units")
def remind_units(timestamp: int) -> None:
    """Tell liaisons whose answer is wanted soon, once."""
    telling.remind(at=now())
