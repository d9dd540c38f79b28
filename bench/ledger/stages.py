"""The stages, on a city that is loaded. Django is set up."""

import random
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection

from bench.ledger import tell
from bench.ledger.looking import looked_for
from bench.ledger.sync import sync
from bench.measure import Measured
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import LinliError
from linli.events import actions as events
from linli.events.queries import active_event
from linli.ledger import moving, sweeping
from linli.ledger.models import Sweep
from linli.people.models import Stay
from linli.places import queries as places
from linli.places.models import Area, Level
from linli.rolls import explaining, opening, past, proving, queries
from linli.rolls.models import State
from linli.scenarios.accounts import staff

ASKED = 40


def run(size: str, seed: int, devices: int) -> bool:
    """All stages; whether every roll adds up at the end."""
    rng = random.Random(seed)
    top = places.top_area()
    assert top is not None, "a city is loaded"
    command = staff("city", "City command", "city", top.pk)
    event = active_event(now(), top.pk) or events.open_event(
        "扫楼", name_en="Sweep", pack="epidemic", areas=[top], exercise=True, by=command, at=now()
    )
    sweep = _opened(size, event, top, command, rng)
    _small(size, event, command)
    _balances(size, sweep, top, rng)
    looked_for(size, rng)
    before = past.Known(seen=past.picture())
    began = now()
    sync(size, sweep, devices, seed)
    _explained(size, sweep, top, before, began)
    wrong = {roll.of: proving.wrong_with(roll) for roll in (sweep.doors, sweep.persons)}
    tell("proof", size, wrong={of: list(what) for of, what in wrong.items() if what})
    return not any(wrong.values())


def _opened(size: str, event: Any, top: Area, by: Caller, rng: random.Random) -> Sweep:
    """Both rolls over the whole city, while people move all the time."""
    there = Sweep.objects.filter(persons__event=event, persons__area=top).first()
    if there is None:
        there = sweeping.open_sweep(event, top, by=by, at=now())
        stop = threading.Event()
        waits: list[float] = []
        mover = threading.Thread(target=_moves, args=(by, rng, stop, waits))
        mover.start()
        for of, roll in (("doors", there.doors_id), ("persons", there.persons_id)):
            with Measured(look_every_s=1.0) as measured:
                opening.fill(roll)
            made = there.persons.__class__.objects.get(pk=roll)
            tell("open", size, measured, of=of, known=queries.balance(made, top.pk, now()).known)
        stop.set()
        mover.join()
        waits.sort()
        tell("moves_meanwhile", size, moves=len(waits), p50_ms=_ms(waits, 0.5), longest_ms=_ms(waits, 1.0))
    return Sweep.objects.select_related("doors__area", "persons__area").get(pk=there.pk)


def _moves(by: Caller, rng: random.Random, stop: threading.Event, waits: list[float]) -> None:
    """Somebody goes to hospital in another micro-grid every now and then; how long each took."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT min(id), max(id) FROM people_person")
            first, last = cursor.fetchone()
        micro_grids = list(Area.objects.filter(level=Level.MICRO_GRID)[:2_000])
        while not stop.is_set():
            with connection.cursor() as cursor:
                cursor.execute("SELECT id FROM people_person WHERE id >= %s LIMIT 1", [rng.randrange(first, last)])
                person = cursor.fetchone()[0]
            began = time.perf_counter()
            try:
                moving.move(
                    [person],
                    kind=Stay.Kind.HOSPITAL,
                    counted_in=rng.choice(micro_grids),
                    since=now(),
                    by=by,
                    at=now(),
                )
            except LinliError:
                continue
            waits.append(time.perf_counter() - began)
            time.sleep(0.02)
    finally:
        connection.close()


def _small(size: str, event: Any, by: Caller) -> None:
    """A street of its own."""
    street = places.areas_below([Area.objects.get(pk=by.areas("city")[0]).pk], Level.STREET, now()).first()
    if street is None or Sweep.objects.filter(persons__area=street).exists():
        return
    made = sweeping.open_sweep(event, street, by=by, at=now())
    with Measured() as measured:
        for roll in (made.doors_id, made.persons_id):
            opening.fill(roll)
    made.persons.refresh_from_db()
    known = queries.balance(made.persons, street.pk, now()).known
    tell("open_street", size, measured, persons=known)


def _balances(size: str, sweep: Sweep, top: Area, rng: random.Random) -> None:
    roll = sweep.persons
    below = [area.pk for area in places.children(top.pk, now())]
    grids = list(Area.objects.filter(level=Level.GRID, dedicated=False).values_list("pk", flat=True))
    hour = past.Known(moment=max(now() - timedelta(hours=1), roll.ready_at or now()))
    _asked(size, "balance_city", lambda: queries.balance(roll, top.pk, now()), promised_ms=50)
    _asked(size, "balances_below", lambda: queries.balances(roll, below, now()), areas=len(below))
    _asked(
        size,
        "names_of_a_grid",
        lambda: past.names(roll, rng.choice(grids), [State.NOT_REACHED], past.NOW, now(), most=50),
        promised_ms=50,
    )
    _asked(size, "city_as_known", lambda: past.balance_known(roll, top.pk, hour, now()), times=3, promised_ms=15_000)


def _explained(size: str, sweep: Sweep, top: Area, before: past.Known, began: Any) -> None:
    with Measured() as measured:
        told = explaining.since(sweep.persons, top.pk, before, now())
    tell("explained", size, measured, lines=len(told.lines), unexplained=sum(map(abs, told.unexplained.values())))
    moment = past.Known(moment=began)
    _asked(
        size,
        "city_as_known_before_the_sync",
        lambda: past.balance_known(sweep.persons, top.pk, moment, now()),
        times=3,
        promised_ms=15_000,
    )


def _asked(size: str, stage: str, ask: Callable[[], object], *, times: int = ASKED, **facts: Any) -> None:
    waits = []
    for _ in range(times):
        began = time.perf_counter()
        ask()
        waits.append(time.perf_counter() - began)
    waits.sort()
    tell(stage, size, asked=times, p50_ms=_ms(waits, 0.5), p95_ms=_ms(waits, 0.95), **facts)


def _ms(waits: list[float], share: float) -> float:
    return round(1000 * waits[min(int(share * len(waits)), len(waits) - 1)], 1) if waits else 0.0
