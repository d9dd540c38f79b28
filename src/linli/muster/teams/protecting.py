"""Recording who was trained for dangerous work, and insurances, each once for everybody it covers."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction

from linli.common.caller import Caller
from linli.common.moments import LOCAL
from linli.common.typed import tidied
from linli.custody import trail
from linli.duty.errors import NothingToInsure, TrainingOver
from linli.duty.models import Policy, Training
from linli.events.models import Event
from linli.muster.queries import require_decision
from linli.muster.teams.errors import WorkUnknown
from linli.muster.teams.holding import dangerous_works
from linli.people.models import Organisation
from linli.places.models import Area

MOST_NAME = 80


@transaction.atomic
def record_training(
    event: Event, people: Collection[int], *, work: str, until: date, area: Area, by: Caller, at: datetime
) -> None:
    """People were trained for a kind of work; what was recorded of it before is replaced.

    Raises:
        NotYoursToDecide: the caller does not decide over that area.
        WorkUnknown: nobody has to be trained for that work.
        TrainingOver: its last day has passed.
    """
    account = require_decision(by, area.pk, at)
    if work not in dangerous_works(event):
        raise WorkUnknown
    if until < at.astimezone(LOCAL).date():
        raise TrainingOver
    rows = [
        Training(event=event, person_id=person, work=work, until=until, recorded_by=account, recorded_at=at)
        for person in sorted(set(people))
    ]
    Training.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["event", "person", "work"],
        update_fields=["until", "recorded_by", "recorded_at"],
    )
    subjects = [f"person:{row.person_id}" for row in rows]
    trail.record_many("training.recorded", who=by, subjects=subjects, at=at, area=area.pk)


@transaction.atomic
def record_policy(
    event: Event,
    area: Area,
    *,
    name: str,
    until: date,
    organisation: Organisation | None = None,
    by: Caller,
    at: datetime,
) -> Policy:
    """An insurance covers everybody who serves in an area, or whom a work unit sends there; recorded once.

    Raises:
        NotYoursToDecide: the caller does not decide over that area.
        NothingToInsure: it has no name, or its last day has passed.
        Unreadable: its name holds what nobody types.
    """
    account = require_decision(by, area.pk, at)
    told = tidied(name)
    if not 0 < len(told) <= MOST_NAME or until < at.astimezone(LOCAL).date():
        raise NothingToInsure(most=MOST_NAME)
    facts: dict[str, Any] = {"until": until, "organisation": organisation, "recorded_by": account, "recorded_at": at}
    policy, _ = Policy.objects.update_or_create(event=event, area=area, name=told, defaults=facts)
    trail.record("policy.recorded", who=by, subject=f"policy:{policy.pk}", at=at, area=area.pk)
    return policy
