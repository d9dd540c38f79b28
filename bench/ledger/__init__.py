"""The ledger over a whole city: rolls opened while people move, balances, names, the past, and phones that sync.

A durable database of its own in a folder that is made and deleted; `--keep` leaves it, and finds it again. One JSON
line a stage; times are of the action or query, memory of every process it starts, the database included.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.measure import Measured
from linli.conf.env import Env
from linli.ops import layout
from linli.ops.cluster import running


def main(size: str, seed: int, above: Path, devices: int, keep: Path | None) -> int:
    """Measure one size; 0 when every stage did its work and every roll adds up, else 1.

    Args:
        above: the folder to work in; for `chengdu` it needs some 40 GB.
        devices: phones that bring their doors together at the end.
        keep: a folder whose loaded city is used again, made where it is not there.
    """
    above.mkdir(parents=True, exist_ok=True)
    folder = keep if keep is not None else Path(tempfile.mkdtemp(prefix="ledger-", dir=above))
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)  # the database's user passes through
    try:
        with running(Env(data_dir=folder / "var")) as url:
            os.environ |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "linli.conf.settings"}
            load(folder, size, seed)
            from bench.ledger import stages

            return 0 if stages.run(size, seed, devices) else 1
    except subprocess.CalledProcessError as error:
        print(f"{' '.join(map(str, error.cmd[3:5]))} ended with exit code {error.returncode}", file=sys.stderr)
        return 1
    finally:
        if keep is None:
            if (folder / "var").exists():
                layout.remove(layout.find(folder / "var"))
            shutil.rmtree(folder, ignore_errors=True)


def load(folder: Path, size: str, seed: int) -> None:
    """Build and load the city, and set Django up."""
    import django

    django.setup()
    from linli.people.models import City

    try:
        if City.objects.exists():
            return
    except Exception as error:
        if "people_city" not in str(error):  # not even tables yet: the load makes them
            raise
    for stage, words in (
        ("build", ("build", size, "--seed", str(seed), "--out", str(folder / size))),
        ("load", ("load", str(folder / size))),
    ):
        with Measured() as measured:
            command = [sys.executable, "-m", "linli", "city", *words]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        tell(stage, size, measured)


def tell(stage: str, size: str, measured: Measured | None = None, **facts: object) -> None:
    """One line."""
    line: dict[str, object] = {"bench": "ledger", "city": size, "stage": stage}
    if measured is not None:
        line |= {"seconds": round(measured.seconds, 2), "cpu_seconds": round(measured.cpu_seconds, 2)}
        line |= {"peak_mib": round(measured.peak_mib)}
    print(json.dumps(line | facts, ensure_ascii=False), flush=True)
