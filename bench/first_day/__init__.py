"""The first day (docs/tutorials/first-day.md), walked with a clock: `python -m bench first-day`.

From an empty directory: a fresh clone, `make run CITY=none` in it, then a real browser for each person and real files
for a community of 8,000: areas, staff, dwellings and persons, sixty volunteers pasted from a group chat, twenty grid
workers who come in by QR and PIN. One JSON line a step with the seconds it took, and at the end how much people had to
open, press and type. It needs what `make test` installs (a browser).
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.first_day import lists
from bench.first_day.hands import Hands
from bench.first_day.walk import Walk

ROOT = Path(__file__).resolve().parent.parent.parent
READY_WITHIN_S = 600.0
# A person who has never seen it: how long a page is read, and a character and a press take. Assumed, not measured.
READS_PAGE_S, TYPES_LETTER_S, PRESSES_S = 20.0, 0.5, 3.0
WITHIN_MIN = 60.0


def main(above: Path) -> int:
    """Walk it once; 0 when everybody is in and everything stands, within an hour at a person's pace."""
    above.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="first-day-", dir=above)).absolute()
    folder.chmod(0o711)  # the database's user passes through
    hands = Hands()
    began = time.monotonic()
    try:
        with _step("clone", began):
            subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder / "linli")], check=True)
        with _running(folder, began) as (site, code, command):
            walk = Walk(site, hands, lists.written(folder), command)
            try:
                for name, does in walk.steps(code):
                    with _step(name, began):
                        does()
                facts = walk.counted()
            finally:
                walk.ends()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    machine = time.monotonic() - began
    by_hand = hands.pages * READS_PAGE_S + hands.letters * TYPES_LETTER_S + hands.presses * PRESSES_S
    minutes = (machine + by_hand) / 60
    told: dict[str, float] = {"pages": hands.pages, "presses": hands.presses, "letters": hands.letters}
    _print(
        "all",
        machine_s=round(machine, 1),
        **told,
        by_hand_min=round(by_hand / 60, 1),
        minutes=round(minutes, 1),
        **facts,
    )
    return 0 if minutes <= WITHIN_MIN and facts == lists.EXPECTED else 1


@contextmanager
def _running(folder: Path, began: float) -> Iterator[tuple[str, str, list[str]]]:
    """`make run CITY=none` in the clone; yields its address, the code it prints, and how its command line is called."""
    port = _free_port()
    environ = {
        name: value for name, value in os.environ.items() if not name.startswith(("LINLI_", "DATABASE_URL", "VIRTUAL"))
    }
    environ |= {"LINLI_DATA": str(folder / "data"), "LINLI_PORT": str(port), "LANG": "C.UTF-8"}
    words = ["make", "--no-print-directory", "-C", str(folder / "linli"), "run", "CITY=none"]
    out = (folder / "out.txt").open("w+")
    with _step("make run", began):
        made = subprocess.Popen(words, env=environ, stdout=out, stderr=subprocess.STDOUT, start_new_session=True)
        code = _code_of(folder / "out.txt", made)
    try:
        yield (
            f"http://localhost:{port}",
            code,
            [
                "env",
                *(f"{k}={environ[k]}" for k in ("LINLI_DATA", "LINLI_PORT")),
                str(folder / "linli/.venv/bin/linli"),
            ],
        )
    finally:
        os.killpg(made.pid, signal.SIGINT)
        made.wait(60)
        out.close()


def _code_of(printed: Path, made: subprocess.Popen[bytes]) -> str:
    until = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < until and made.poll() is None:
        said = printed.read_text(errors="replace")
        if "Linli is ready" in said and (code := re.search(r"^\s+(\w{4}-\w{4}-\w{4})\s*$", said, re.MULTILINE)):
            return code[1]
        time.sleep(0.2)
    raise RuntimeError(f"make run did not come up:\n{printed.read_text(errors='replace')[-2000:]}")


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@contextmanager
def _step(name: str, began: float) -> Iterator[None]:
    start = time.monotonic()
    yield
    now = time.monotonic()
    _print(name, seconds=round(now - start, 1), since_the_beginning_s=round(now - began, 1))


def _print(step: str, **facts: object) -> None:
    print(json.dumps({"bench": "first-day", "step": step} | facts, ensure_ascii=False), flush=True)
