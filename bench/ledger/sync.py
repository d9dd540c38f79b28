"""Phones that come back into a signal together, each with the doors of its micro-grids, two of which it sends twice.

What a phone sends goes through the same action as over the network (``ledger.recording``), from several processes at
once; the network and the opening of envelopes are measured by the field's own bench.
"""

import multiprocessing
import os
import random
import time
from datetime import datetime
from typing import Any
from uuid import UUID

from bench.ledger import tell
from linli.common.ids import uuid7

DOORS_A_PHONE = 300
WRITERS = 4
BATCH = 50


def sync(size: str, sweep: Any, devices: int, seed: int) -> None:
    """Let phones send what they have; nothing may be lost or doubled."""
    from django.db import connection

    from linli.ledger.models import Finding

    loads = _loads(sweep, devices, seed)
    connection.close()
    began = time.perf_counter()
    with multiprocessing.get_context("spawn").Pool(WRITERS) as pool:
        done = pool.map(_send, [(sweep.pk, load) for load in loads], chunksize=1)
    seconds = time.perf_counter() - began
    sent = [key for keys, _ in done for key in keys]
    kept = Finding.objects.filter(sweep=sweep.pk).count()
    batches = sorted(took for _, times in done for took in times)
    tell(
        "sync",
        size,
        devices=len(loads),
        doors=len(set(sent)),
        seconds=round(seconds, 1),
        doors_a_second=round(len(set(sent)) / seconds),
        hour_of_10000_devices_needs=round(10_000 * DOORS_A_PHONE / 3600),
        batch_p50_ms=round(1000 * batches[len(batches) // 2], 1),
        batch_p99_ms=round(1000 * batches[int(0.99 * len(batches))], 1),
        lost=len(set(sent)) - kept,
    )


Load = tuple[int, list[tuple[UUID, int, str, datetime, list[tuple[int, str]]]]]


def _loads(sweep: Any, devices: int, seed: int) -> list[Load]:
    """By phone: the account of its grid's worker, and what was found at each door."""
    from django.db import connection

    from linli.common.clock import now
    from linli.places.models import Area, Level
    from linli.scenarios.accounts import staff

    rng = random.Random(seed)
    grids = rng.sample(list(Area.objects.filter(level=Level.GRID, dedicated=False)), devices)
    loads: list[Load] = []
    for grid in grids:
        worker = staff(f"bench-worker-{grid.pk}", "Grid worker", "grid_worker", grid.pk)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT d.place_id, array_agg(p.id) FILTER (WHERE p.id IS NOT NULL) FROM places_within w"
                " JOIN places_assigned a ON a.micro_grid_id = w.inner_id AND upper_inf(a.during)"
                " JOIN places_dwelling d ON d.building_id = a.place_id"
                " LEFT JOIN people_household h ON h.dwelling_id = d.place_id"
                " LEFT JOIN people_stay s ON s.household_id = h.id"
                " LEFT JOIN people_person p ON p.id = s.person_id AND p.counted_since = s.since"
                " WHERE w.outer_id = %s AND upper_inf(w.during) GROUP BY d.place_id ORDER BY d.place_id LIMIT %s",
                [grid.pk, DOORS_A_PHONE],
            )
            doors = cursor.fetchall()
        found = []
        for door, persons in doors:
            answered = bool(persons) and rng.random() < 0.8
            said = [(person, "here") for person in persons] if answered else []
            found.append((uuid7(), door, "answered" if answered else "no_answer", now(), said))
        assert worker.user is not None, "a worker has an account"
        loads.append((worker.user, found))
    return loads


def _send(work: tuple[int, Load]) -> tuple[list[UUID], list[float]]:
    """One phone: its doors batch by batch, the first two batches twice, as after a lost reply."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.conf.settings")
    import django

    django.setup()
    from linli.access.callers import grants_in_force
    from linli.common.caller import Caller
    from linli.common.clock import now
    from linli.ledger import recording
    from linli.ledger.models import Finding, Said, Sweep

    sweep_id, (user, load) = work
    sweep = Sweep.objects.select_related("doors", "persons__area").get(pk=sweep_id)
    by = Caller(user=user, grants=grants_in_force(now(), user=user))
    founds = [
        recording.Found(
            key=key,
            dwelling=door,
            result=Finding.Result(result),
            how=Finding.How.DOOR,
            happened_at=at,
            said=[(person, Said.State(state)) for person, state in said],
        )
        for key, door, result, at, said in load
    ]
    batches = [founds[at : at + BATCH] for at in range(0, len(founds), BATCH)]
    kept, times = [], []
    for batch in [*batches[:2], *batches]:
        began = time.perf_counter()
        answers = recording.record_many(sweep, batch, by=by, at=now())
        times.append(time.perf_counter() - began)
        kept += [answer.pk for answer in answers if isinstance(answer, Finding)]
    return kept, times
