"""Folders that the server's user can reach, and Linli's processes seen from outside."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from linli.conf.env import Env
from linli.ops import account, layout
from linli.ops.cluster import server_pid

MEMORY = Path("/dev/shm")
PLENTY_BYTES = 4 * 1024**3


def _folder() -> Path:
    """An empty folder where any user may come; in memory where there is plenty, as nothing here outlives the machine.

    Servers of these tests wait for a disk as they do in use, which is most of what many of them take.
    """
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > PLENTY_BYTES
    above = Path(tempfile.mkdtemp(prefix="linli-ops-", dir=MEMORY if roomy else None))
    above.chmod(0o711)
    return above


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A data directory that does not exist yet, where any user may come (pytest's own folders are ours alone)."""
    above = _folder()
    yield above / "var"
    at = layout.Layout(above / "var", above / "var", account.me())
    assert soon(lambda: server_pid(at) is None), "a database server was left behind"
    shutil.rmtree(above)


@pytest.fixture
def env(data_dir: Path) -> Env:
    """An installation with a database of its own."""
    return Env(data_dir=data_dir)


@pytest.fixture(scope="session")
def installation() -> Iterator[Path]:
    """The data directory of a Linli with all its tables and nothing in them, as a command makes it; it does not run."""
    above = _folder()
    environ = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    prepare = "from linli.cli.session import database\nwith database():\n    pass"
    subprocess.run([sys.executable, "-c", prepare], env=environ | {"LINLI_DATA": str(above / "var")}, check=True)
    yield above / "var"
    shutil.rmtree(above)


@pytest.fixture
def installed(data_dir: Path, installation: Path) -> None:
    """That data directory is a copy of one with all its tables: making one takes longer than most that is asked of it.

    What a first start does is asked where there is none.
    """
    subprocess.run(["cp", "--archive", str(installation), str(data_dir)], check=True)


@pytest.fixture
def script(data_dir: Path) -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    """Start a Python script on that data directory; whatever is left of it is killed at the end."""
    started: list[subprocess.Popen[str]] = []

    def start(text: str) -> subprocess.Popen[str]:
        environ = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        process = subprocess.Popen(
            [sys.executable, "-c", text],
            env=environ | {"LINLI_DATA": str(data_dir), "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def soon(what: Callable[[], bool], patience_s: float = 20.0) -> bool:
    """Whether it comes true within some seconds."""
    end = time.monotonic() + patience_s
    while not what():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def alive(pid: int) -> bool:
    """Whether that process still runs; one that has ended and only waits to be noticed does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
