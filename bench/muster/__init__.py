"""Muster of a whole city: `python -m bench muster --size chengdu`. One JSON line a stage, the promise beside it.

The city of 139,300 people signed up and placed and 91,000 deployed by units of two levels is built, or found again
(`--keep`). Then a real server with its worker answers 20 people who open every page that a city or a district command
may open; a unit's 5,000 people are read and named; and 1,000 people who are signed in sign up within five seconds.

Of `chengdu` the tree is whole (132,000 areas), and 600,000 people live in it instead of 21 million: no figure of muster
reads who else lives there, and the register's own load is measured by `bench city`. Everybody who signs up is known to
it, so that desks confirm them by list.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.installed import installation, serving

LASTS = timedelta(days=7)
PAGE_MS, IMPORT_S, SIGN_UPS_S, SIGN_UP_P99_S = 300, 3.0, 5.0, 2.0


def main(size: str, seed: int, above: Path, keep: Path | None, users: int, seconds: float) -> int:
    """Measure; 0 when every promise is kept, else 1.

    Args:
        above: the folder to work in.
        keep: a folder whose city is used again, made where it is not there.
        users: people who open pages at once. seconds: for how long they do.
    """
    try:
        with installation(above, "muster", keep=keep) as folder:
            from bench.muster import build

            with stage("all of the build"):
                built = build.made(folder / size, size, seed)
            return 0 if _measure(built, users, seconds, seed) else 1
    except subprocess.CalledProcessError as error:
        print(f"{' '.join(map(str, error.cmd[3:5]))} ended with exit code {error.returncode}", file=sys.stderr)
        return 1


def _measure(built: Any, users: int, seconds: float, seed: int) -> bool:
    from django.db import connections

    from bench.muster import pages, rush, unit_import

    kept = [unit_import.run(built, promised_s=IMPORT_S)]
    visitors, people = pages.visitors_of(built, users), rush.people(built, seed)
    connections.close_all()  # the server has its own
    with serving() as port:
        kept.append(pages.run(port, visitors, seconds, seed, promised_ms=PAGE_MS))
        kept.append(rush.run(port, people, seed, within_s=SIGN_UPS_S, promised_p99_s=SIGN_UP_P99_S))
    kept.append(rush.counted(built, people))
    return all(kept)


@contextmanager
def stage(what: str, **facts: object) -> Iterator[dict[str, object]]:
    """Print what a stage took, with what is put into the dictionary meanwhile."""
    told: dict[str, object] = {}
    began, worked = time.perf_counter(), time.process_time()
    yield told
    took = {"seconds": round(time.perf_counter() - began, 2), "python_s": round(time.process_time() - worked, 2)}
    tell(what, **took, **facts, **told)


def tell(what: str, **facts: object) -> None:
    """One line."""
    print(json.dumps({"bench": "muster", "stage": what} | facts, ensure_ascii=False), flush=True)
