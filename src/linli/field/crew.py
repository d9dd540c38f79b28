"""Whom a leader answers for, as their phone carries it: who is booked when, and how each stands with their duty.

Names as the leader's page has them, and no phone numbers.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from linli.common.caller import Caller
from linli.duty.hours import queries
from linli.duty.models import Service
from linli.events.models import Event
from linli.field import leases
from linli.field.models import Lease
from linli.muster.crew import names_of
from linli.places.names import place_names


@dataclass(frozen=True, slots=True)
class Crew:
    """As the app reads it, under the digest of its own bytes.

    Attributes:
        says: the role under which it is written down who started; a row for each person.
    """

    digest: str
    says: dict[str, Any]

    @property
    def people(self) -> int:
        """How many."""
        return len(self.says["rows"])


NOBODY = Crew("", {"role": "", "rows": []})


def of(lease: Lease, *, by: Caller, at: datetime) -> Crew:
    """Who is placed with a lease's holder while it lasts. No query where they lead nobody, else a fixed number."""
    if not by.has(*queries.LEADING):
        return NOBODY
    lent = {(each.role, each.area) for each in leases.grants_of(lease)}
    held = [(each.role, each.area) for each in by.grants if each.role in queries.LEADING and each.area is not None]
    led = [(role, area) for role, area in held if (role, area) in lent]
    if not led:
        return NOBODY
    event = Event.objects.get(pk=lease.event)
    says = {"role": led[0][0], "rows": _rows(event, [area for _, area in led], lease.until, at)}
    return Crew(hashlib.sha256(json.dumps(says, sort_keys=True).encode()).hexdigest()[:16], says)


def _rows(event: Event, areas: Collection[int], until: datetime, at: datetime) -> list[dict[str, Any]]:
    """Short names as for doors, by place. i: person. n: name. t: when they are booked, [from, until, where], shifts
    first. d: what they are on duty for, [id, since, where], and x where that is at a place of somebody else's.
    l: what they finished last, [since, until]."""
    booked, serving = queries.led_until(event, areas, at, until), queries.on_duty_in(event, areas, at)
    people = list(dict.fromkeys([*(row.person_id for row in booked), *(row.person_id for row in serving)]))
    newest = queries.latest_of(people, event)
    here = {row.pk for row in serving}
    where = place_names({row.place_id for row in booked} | {row.place_id for row in newest.values()})
    times: dict[int, list[list[Any]]] = defaultdict(list)
    for row in booked:
        times[row.person_id].append([_ms(row.during.lower), _ms(row.during.upper), where.get(row.place_id, "")])
    names = names_of(event.pk, people)
    return [
        {"i": person, "n": names[person], "t": times[person], **_stands(newest.get(person), here, where)}
        for person in people
    ]


def _stands(service: Service | None, here: Collection[int], where: dict[int, str]) -> dict[str, Any]:
    if service is None:
        return {}
    if service.state != Service.State.ON_DUTY:
        return {"l": [_ms(service.started_at), _ms(service.finished_at)]}
    told: dict[str, Any] = {"d": [service.pk, _ms(service.started_at), where.get(service.place_id, "")]}
    return told if service.pk in here else told | {"x": True}


def _ms(moment: datetime | None) -> int | None:
    return int(moment.timestamp() * 1000) if moment is not None else None
