"""`linli run --city none` for real: empty, with a code in the terminal, and never a demo afterwards."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli import small_city

CODE = re.compile(r"^ {4}([2-9A-HJ-NP-Z]{4}(?:-[2-9A-HJ-NP-Z]{4}){2})$", re.MULTILINE)


@pytest.fixture
def environ(data_dir: Path) -> dict[str, str]:
    """Settings of an installation of its own, in English."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "LC_ALL", "LC_MESSAGES")}
    return kept | {
        "LINLI_DATA": str(data_dir),
        "LINLI_PORT": str(port),
        "LANG": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",
    }


@pytest.fixture
def started(environ: dict[str, str]) -> Iterator[tuple[str, int]]:
    """A running Linli that began empty: what its terminal said, and its port."""
    running = subprocess.Popen(
        [sys.executable, "-m", "linli", "run", "--city", "none"],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert running.stdout is not None
    said = ""
    for each in running.stdout:
        said += each
        if "is ready" in each:
            break
    assert "is ready" in said, said
    yield said, int(environ["LINLI_PORT"])
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=60)


def linli(environ: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "linli", *words], env=environ, capture_output=True, text=True, timeout=120, check=False
    )


def ask(port: int, path: str) -> tuple[int, str]:
    """The status of a page, and where it leads."""
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        asked.request("GET", path)
        reply = asked.getresponse()
        return reply.status, reply.getheader("Location") or ""
    finally:
        asked.close()


def test_an_empty_linli_prints_a_code_and_every_page_asks_for_it(
    started: tuple[str, int], environ: dict[str, str], data_dir: Path
) -> None:
    said, port = started
    first = CODE.findall(said)
    assert len(first) == 1, said
    assert f":{port}/first/" in said
    assert [ask(port, path) for path in ("/", "/sign-in/", "/areas/1/")] == [(302, "/first/")] * 3
    assert ask(port, "/first/")[0] == 200
    for log in data_dir.glob("*.log"):
        assert first[0] not in log.read_text(encoding="utf-8", errors="replace")

    fresh = linli(environ, "first-code")
    assert (fresh.returncode, len(CODE.findall(fresh.stdout))) == (0, 1), fresh.stderr
    assert CODE.findall(fresh.stdout) != first
    again = linli(environ, "prepare", "--city", "datong")  # a second start without CITY
    assert again.returncode == 0, again.stderr
    assert "no demo city is loaded" in again.stdout
    assert len(CODE.findall(again.stdout)) == 1
    assert not (data_dir / "cities").exists()

    made = linli(environ, "access", "administrator", "root.li", "--name", "李")
    assert made.returncode == 0, made.stderr
    assert (ask(port, "/first/")[0], ask(port, "/")[0]) == (404, 200)
    late = linli(environ, "first-code")
    assert (late.returncode, "[first_is_there]" in late.stderr) == (1, True)
    quiet = linli(environ, "prepare", "--city", "none")
    assert (quiet.returncode, CODE.findall(quiet.stdout)) == (0, [])


def test_over_a_synthetic_city_it_says_what_to_do_and_changes_nothing(environ: dict[str, str], data_dir: Path) -> None:
    loaded = linli(environ, "city", "load", str(small_city.write(data_dir.parent / "small")))
    assert loaded.returncode == 0, loaded.stderr
    told = linli(environ, "prepare", "--city", "none")
    assert told.returncode == 1
    assert "[synthetic_city_here]" in told.stderr
    assert "make clean-data" in told.stderr
    assert CODE.findall(told.stdout) == []
