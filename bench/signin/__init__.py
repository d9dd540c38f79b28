"""The evening everybody comes in at once, while intake goes on: `make bench-signin`.

A real server with its worker over a demo city. First only sign-ups and duty-log entries come in (quiet); then, with the
same still coming, 950 people by one-time codes and 50 by password and second step within a minute (rush). One JSON line
a phase. Codes go by the recording adapter of drills; each person reads theirs from its file, as from a phone.

Arrivals are by the clock, whatever the server does; the people who sign in are another process than whoever measures.
"""

import json
import multiprocessing
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from bench.installed import PARTS, installation, serving
from bench.measure import Measured
from bench.signin import rush
from bench.signin.city import City, made
from bench.signin.intake import Intake
from bench.signin.memory import Memory

WITHIN_S = 60.0
WARM_S, PHASE_S = 10.0, 60.0
MOST_RATIO = 1.5
MOST_MIB = 4096  # of a street of 80,000
BACK_UP = """
import os
from linli.cli.backup import _known
from linli.common.clock import now
from linli.conf.env import Env
from linli.ops import scheduled
env = Env.read(os.environ)
scheduled.run(env, _known, now())
assert scheduled.status(env.data_dir).proved is not None, scheduled.status(env.data_dir)
"""


def main(size: str, seed: int, above: Path, people: int | None = None) -> int:
    """Measure on a city of that size; 0 when all came in within a minute, what was written kept its p99, and server,
    worker and database kept within the memory of a street's machine, the backup that follows included; else 1.

    `people`: so many live in it, instead of as many as the size has.
    """
    with installation(above, "signin") as folder:
        with Measured() as loading:
            there = made(folder / size, size, seed, people)
        _print("loaded", city=size, persons=_persons(), peak_mib=round(loading.peak_mib), note="and a proposal made")
        with Memory(PARTS, look_every_s=5.0) as evening, serving() as port:
            kept = _measure(there, port, folder / "var" / "drill" / "sms.jsonl", seed)
            _tell("memory", evening)
            with Memory(PARTS) as backing_up:
                _back_up(folder / "backups")
            _tell("memory_backup", backing_up)
        held = max(loading.peak_mib, evening.installation_mib, backing_up.installation_mib)
        return 0 if kept and held <= MOST_MIB else 1


def _tell(phase: str, memory: Memory) -> None:
    apart = {part: round(mib) for part, mib in memory.apart.items()}
    _print(phase, installation_mib=round(memory.installation_mib), apart_mib=apart, promised_mib=MOST_MIB)


def _persons() -> int:
    from django.db import connections

    from linli.people.models import Person

    found = Person.objects.count()
    connections.close_all()
    return found


def _back_up(to: Path) -> None:
    """As the worker does it by the clock: a backup, and its restore on trial beside what runs."""
    to.mkdir(mode=0o700)
    environ = os.environ | {"LINLI_BACKUPS": str(to)}
    subprocess.run([sys.executable, "-c", BACK_UP], env=environ, check=True)


def _measure(city: City, port: int, messages: Path, seed: int) -> bool:
    intake = Intake(city, port)
    intake.run(WARM_S)
    quiet = _spread(intake.run(PHASE_S))
    _print("quiet", **quiet)
    apart = multiprocessing.get_context("spawn")
    told: Any = apart.Queue()
    crowd = apart.Process(target=rush.run, args=(city, port, messages, seed, told))
    crowd.start()
    told.get()  # its threads are there: the minute begins
    loud = _spread(intake.run(PHASE_S))
    came = told.get(timeout=WITHIN_S * 3)
    crowd.join()
    ratio = loud["p99_ms"] / quiet["p99_ms"]
    _print("rush", **loud, p99_ratio=round(ratio, 2), promised_ratio=MOST_RATIO)
    _print("sign_in", **came, promised_s=WITHIN_S)
    kept = came["last_s"] <= WITHIN_S and not came["failed"] and ratio <= MOST_RATIO and not intake.failed
    for what in intake.failed[:5]:
        print(what, file=sys.stderr)
    return bool(kept)


def _spread(seconds: list[float]) -> dict[str, Any]:
    taken = np.array(seconds) * 1000
    p50, p99 = np.percentile(taken, [50, 99])
    return {"written": len(seconds), "p50_ms": round(float(p50), 1), "p99_ms": round(float(p99), 1)}


def _print(phase: str, **facts: object) -> None:
    print(json.dumps({"bench": "signin", "phase": phase} | facts), flush=True)
