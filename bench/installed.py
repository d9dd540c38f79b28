"""A throwaway installation for benches: its own folder and database, and the server that people's phones meet.

with installation(Path("out"), "field") as folder:   # the environment names it; its database runs
    linli("city", "load", …)
    with serving() as port:                           # server and worker, once they answer
"""

import http.client
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from linli.conf.env import Env
from linli.ops import layout
from linli.ops.cluster import running

HOST = "linli.bench"
COMES_UP_WITHIN_S = 60.0
# What each part of an installation begins with, by a word of its command line.
PARTS = {"web": "linli.ops.web", "worker": "linli worker", "database": "postgres", "backup": "scheduled"}


@contextmanager
def installation(above: Path, name: str, *, keep: Path | None = None) -> Iterator[Path]:
    """A folder with an empty installation in `var`, durable as a real one; removed at the end, whatever happened.

    Args:
        above: where the folder is made.
        keep: a folder that is used instead, as it was left, and stays.
    """
    (keep or above).mkdir(parents=True, exist_ok=True)
    folder = (keep or Path(tempfile.mkdtemp(prefix=f"{name}-", dir=above))).absolute()
    folder.chmod(0o711)  # the database's user passes through
    data = folder / "var"
    try:
        with running(Env(data_dir=data)) as url:
            os.environ |= {
                "DATABASE_URL": url,
                "DJANGO_SETTINGS_MODULE": "linli.conf.settings",
                "LINLI_DATA": str(data),
                "LINLI_PORT": str(free_port()),
                "LINLI_HOSTS": HOST,
                "LINLI_SMS": "drill",
            }
            yield folder
    finally:
        if keep is None:
            if data.exists():
                layout.remove(layout.find(data))
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def serving() -> Iterator[int]:
    """The web server and its worker, once they answer."""
    port = int(os.environ["LINLI_PORT"])
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    started = [
        subprocess.Popen([sys.executable, "-m", "linli.ops.web"], **quiet),  # type: ignore[call-overload]
        subprocess.Popen([sys.executable, "-m", "linli", "worker"], **quiet),  # type: ignore[call-overload]
    ]
    try:
        _wait_for(port)
        yield port
    finally:
        for one in started:
            one.terminate()
        for one in started:
            one.wait(30)


def linli(*words: str) -> None:
    """Run one command of Linli in the installation."""
    subprocess.run([sys.executable, "-m", "linli", *words], check=True, stdout=subprocess.DEVNULL)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def cpu_by_part() -> dict[str, float]:
    """Seconds of processor that each part of the installation has used so far; processes that ended count too."""
    used = dict.fromkeys(PARTS, 0.0)
    for child in psutil.Process().children():
        said = _command_of(child)
        part = next((part for part, word in PARTS.items() if word in said), None)
        if part is not None:
            used[part] += sum(_cpu_seconds(each) for each in (child, *child.children(recursive=True)))
    return used


def _command_of(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def _cpu_seconds(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system + times.children_user + times.children_system)


def _wait_for(port: int) -> None:
    until = time.monotonic() + COMES_UP_WITHIN_S
    while True:
        asked = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            asked.request("GET", "/readyz", headers={"Host": HOST})
            if asked.getresponse().status == 200:
                return
        except OSError:
            pass
        finally:
            asked.close()
        if time.monotonic() > until:
            raise TimeoutError(f"the web server did not answer within {COMES_UP_WITHIN_S:.0f} s")
        time.sleep(0.2)
