"""Phones that come back into a signal, over HTTP: `python -m bench sync`.

A real server with its worker over a demo city with an open sweep. Each phone gets its doors over HTTP in the morning,
writes a day's work down without a signal (sealed and vouched for as the app does), and comes back at its time of the
evening, whatever the server does. Some replies are lost; what was in them is sent again. Then the database is asked:
each thing exactly once, as its phone was told. One JSON line a phase.

10,000 phones in an hour are 1,000 in six minutes: the same rate, on a smaller city.
"""

import json
import multiprocessing
import sys
from pathlib import Path
from typing import Any

from bench.installed import cpu_by_part, installation, serving
from bench.measure import Measured

PROMISED_PHONES, PROMISED_MINUTES = 10_000, 60


def main(size: str, seed: int, above: Path, devices: int, minutes: float, doors: int) -> int:
    """Measure; 0 when nothing was lost or doubled, nobody gave up and every roll adds up, else 1.

    Args:
        devices: phones. minutes: within which all come back.
        doors: that each phone brings.
    """
    with installation(above, "sync") as folder:
        from bench.sync import city

        with Measured() as loading:
            there = city.made(folder / size, size, seed, devices, doors)
        _print("city", city=size, seconds=round(loading.seconds, 1), phones=len(there.secrets), sweep=there.sweep)
        with serving() as port:
            told = _evening(there.secrets, port, seed, minutes, doors)
        if told is None:
            return 1
        from django.db import connections

        from bench.sync import proof

        found = proof.of(there.sweep, told["sent"])
        connections.close_all()
        _print("proof", **found)
        kept = not (told["gave_up"] or told["went_wrong"] or told["list_differs"])
        return 0 if kept and proof.holds(found) else 1


def _evening(secrets: list[str], port: int, seed: int, minutes: float, doors: int) -> dict[str, Any] | None:
    """Let the phones get their doors, work, and come back; what they sent and were told. They are another process, so
    that whoever measures and serves is not slowed by them more than by their own work on this machine."""
    from bench.sync import phones

    apart = multiprocessing.get_context("spawn")
    told: Any = apart.Queue()
    crowd = apart.Process(target=phones.run, args=(secrets, port, seed, minutes * 60, doors, told))
    crowd.start()
    try:
        morning = told.get(timeout=60 + len(secrets))
        if "failed" in morning:
            print(morning["failed"], file=sys.stderr)
            return None
        _print("morning", **morning)
        before = cpu_by_part()
        evening = told.get(timeout=minutes * 60 + 600)
    finally:
        crowd.join(30)
        if crowd.is_alive():
            crowd.terminate()
    if "failed" in evening:
        print(evening["failed"], file=sys.stderr)
        return None
    used = {part: round(after - before[part], 1) for part, after in cpu_by_part().items() if after > before[part]}
    facts = {name: fact for name, fact in evening.items() if name != "sent"}
    _print(
        "evening",
        **facts,
        cpu_s=used,
        scale=f"{len(secrets)} phones in {minutes:g} minutes: {_rate(len(secrets), minutes):.2f} a second, of "
        f"{_rate(PROMISED_PHONES, PROMISED_MINUTES):.2f} promised",
    )
    return dict(evening)


def _rate(phones: int, minutes: float) -> float:
    return phones / (minutes * 60)


def _print(phase: str, **facts: object) -> None:
    print(json.dumps({"bench": "sync", "phase": phase} | facts, ensure_ascii=False), flush=True)
