"""A whole synthetic city through the product: built, loaded, played, placed, briefed. One JSON line a stage.

It runs on a durable database of its own in a folder that it makes and deletes; memory counts every process it
starts, the database included.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.files import save_problem
from bench.measure import Measured
from linli.conf.env import Env
from linli.ops import layout
from linli.ops.cluster import running
from linli.planning.allocation import AllocationProblem


def main(size: str, seed: int, above: Path) -> int:
    """Measure one size; 0 when every stage did its work and the plan is proved, else 1.

    `above` is the folder to work in; for `chengdu` it needs some 30 GB.
    """
    above.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="city-", dir=above)).absolute()
    folder.chmod(0o711)  # the database's user passes through
    built = folder / size
    try:
        with Measured() as measured:
            _linli("city", "build", size, "--seed", str(seed), "--out", str(built))
        _print("build", size, seed, measured, files_mb=_megabytes(built))
        with running(Env(data_dir=folder / "var")) as url:
            os.environ |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "linli.conf.settings"}
            with Measured() as measured:
                _linli("city", "load", str(built))
            import django

            django.setup()
            _print("load", size, seed, measured, rows=_rows())
            proved = _place(built, size, seed)
            from django.db import connections

            connections.close_all()
    except subprocess.CalledProcessError as error:
        print(f"{' '.join(map(str, error.cmd[3:5]))} ended with exit code {error.returncode}", file=sys.stderr)
        return 1
    finally:
        if (folder / "var").exists():
            layout.remove(layout.find(folder / "var"))  # it may lie where the database's user can reach it
        shutil.rmtree(folder, ignore_errors=True)
    return 0 if proved else 1


def _place(built: Path, size: str, seed: int) -> bool:
    """Play the article up to its proposal, work the proposal out once more alone, publish it, brief from the rows."""
    from linli.command.queries import facts
    from linli.command.record import texts
    from linli.common.clock import now
    from linli.muster import load, planner, publishing, runs
    from linli.scenarios import accounts, article
    from linli.simulation import CityFolder

    with Measured() as measured:
        done = article.play(CityFolder(built), seed, publish=False, progress=lambda share, step: None)
    _print("sign_up", size, seed, measured, note="people sign up, desks confirm, and a first proposal is made")
    first = done.allocation
    by = accounts.staff("city", "", "city", first.area.pk)
    run = runs.begin(done.event, first.area, during=first.during, by=by, at=now())
    with Measured() as measured:
        planner.run(run, progress=lambda share, step: None)
    run.refresh_from_db()
    plan: dict[str, Any] = {
        "objective": run.objective,
        "bound": run.bound,
        "gap": None if run.objective is None or run.bound is None else run.objective - run.bound,
        "verifier": "ok" if run.proved else "not proved",
    }
    summary = {name: value for name, value in run.summary.items() if name != "worst"}  # names grids; long
    _print("allocate", size, seed, measured, **plan, summary=summary)
    _plan_alone(load.read(run).problem, built.parent / f"{size}.npz")
    with Measured() as measured:
        counts = publishing.publish(run, by=by, at=now())
    _print("publish", size, seed, measured, **counts)
    with Measured() as measured:
        chinese, english = texts(facts(done.event, run.area, now()))
    _print("briefing", size, seed, measured, zh=chinese, en=english)
    return bool(run.proved)


def _plan_alone(problem: AllocationProblem, file: Path) -> None:
    """The same problem from arrays to verified plan, in a process that holds nothing else; prints its own line."""
    save_problem(problem, file)
    subprocess.run([sys.executable, "-m", "bench", "allocation", str(file)], check=True)


def _rows() -> dict[str, int]:
    """Rows in each table that has some, of the rooms' own."""
    from django.apps import apps
    from django.db import connection

    counts = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if model.__module__.startswith("linli."):
                cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(model._meta.db_table)}")
                counts[model._meta.label] = int(cursor.fetchone()[0])
    return {label: count for label, count in counts.items() if count}


def _linli(*words: str) -> None:
    subprocess.run([sys.executable, "-m", "linli", *words], check=True, stdout=subprocess.DEVNULL)


def _megabytes(folder: Path) -> int:
    return sum(one.stat().st_size for one in folder.rglob("*") if one.is_file()) // 2**20


def _print(stage: str, size: str, seed: int, measured: Measured, **facts: object) -> None:
    line = {
        "city": size,
        "seed": seed,
        "stage": stage,
        "seconds": round(measured.seconds, 2),
        "cpu_seconds": round(measured.cpu_seconds, 2),
        "peak_mib": round(measured.peak_mib, 1),
    }
    print(json.dumps(line | facts, ensure_ascii=False), flush=True)
