"""The supervisor: all up, all down, and a sentence where it cannot."""

import errno
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from linli.conf.env import Env
from linli.ops import children, cluster, layout, serve
from linli.ops.children import Child
from linli.ops.cluster import server_pid
from linli.ops.errors import ChildEnded, NoRoom, PortForbidden, PortTaken
from tests.ops.conftest import alive, soon

WEB = """
import http.server, os, pathlib
pathlib.Path(os.environ["LINLI_DATA"], "web.pid").write_text(str(os.getpid()))
http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["LINLI_PORT"])),
                                http.server.SimpleHTTPRequestHandler).serve_forever()
"""
WORKER = """
import os, pathlib, subprocess
pathlib.Path(os.environ["LINLI_DATA"], "worker.pid").write_text(str(os.getpid()))
import time; time.sleep({seconds})
"""
SUPERVISOR = """
import os
from linli.conf.env import Env
from linli.ops import serve
serve.run(Env.read(os.environ), serve.Steps(["-c", "pass"], ["-c", {web!r}], ["-c", {worker!r}]), print)
"""
Starter = Callable[[str], "subprocess.Popen[str]"]


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> int:
    """A port that was free a moment ago."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        found: int = trial.getsockname()[1]
    monkeypatch.setenv("LINLI_PORT", str(found))
    return found


def supervised(script: Starter, seconds: int = 600) -> subprocess.Popen[str]:
    """A supervisor over a real database, a small web server and a worker that lives so many seconds."""
    return script(SUPERVISOR.format(web=WEB, worker=WORKER.format(seconds=seconds)))


def read_until_ready(running: subprocess.Popen[str]) -> str:
    """What it says up to the line that it is ready."""
    assert running.stdout is not None
    said = ""
    for line in running.stdout:
        said += line
        if "is ready" in line:
            return said
    raise AssertionError(said)


def pids(data_dir: Path) -> list[int]:
    """The processes of a running Linli but the supervisor: database, web server, worker."""
    database = server_pid(layout.find(data_dir))
    assert database is not None
    written = [data_dir / "web.pid", data_dir / "worker.pid"]
    assert soon(lambda: all(each.exists() and each.read_text(encoding="utf-8") for each in written))
    return [database, *(int(each.read_text(encoding="utf-8")) for each in written)]


@pytest.mark.parametrize("word", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_stops_cleanly_when_told(port: int, data_dir: Path, script: Starter, word: signal.Signals) -> None:
    running = supervised(script)
    assert f"http://127.0.0.1:{port}" in read_until_ready(running)
    children = pids(data_dir)
    running.send_signal(word)
    said, _ = running.communicate(timeout=30)
    assert (running.returncode, said.strip()) == (0, "Linli has stopped.")
    assert not any(alive(pid) for pid in children)


@pytest.mark.usefixtures("port")
def test_a_killed_supervisor_leaves_nothing(data_dir: Path, script: Starter) -> None:
    running = supervised(script)
    read_until_ready(running)
    children = pids(data_dir)
    assert all(alive(pid) for pid in children)
    running.kill()
    assert soon(lambda: not any(alive(pid) for pid in children))


@pytest.mark.usefixtures("port")
def test_a_killed_supervisor_leaves_no_worker_that_would_wait_for_its_database(data_dir: Path, script: Starter) -> None:
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)" + WORKER.format(seconds=600)
    running = script(SUPERVISOR.format(web=WEB, worker=deaf))
    read_until_ready(running)
    *_, worker = pids(data_dir)
    running.kill()
    assert soon(lambda: not alive(worker), patience_s=5.0)


@pytest.mark.usefixtures("port")
def test_a_process_that_ends_by_itself_ends_the_rest_and_is_named(data_dir: Path, script: Starter) -> None:
    running = supervised(script, seconds=3)
    read_until_ready(running)
    children = pids(data_dir)
    said, _ = running.communicate(timeout=30)
    assert running.returncode == 1
    assert "The background worker ended by itself (exit code 0)" in said
    assert not any(alive(pid) for pid in children)


@pytest.mark.usefixtures("port")
def test_a_database_that_ends_by_itself_ends_the_rest_and_is_named(data_dir: Path, script: Starter) -> None:
    running = supervised(script)
    read_until_ready(running)
    database, *others = pids(data_dir)
    os.kill(database, signal.SIGKILL)
    said, _ = running.communicate(timeout=30)
    assert running.returncode == 1
    assert "The database ended by itself" in said
    assert "postgres.log" in said
    assert not any(alive(pid) for pid in others)


def test_a_full_disk_is_named_as_the_reason_why_something_ended(
    port: int, env: Env, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = env.data_dir.parent / "full"
    steps = serve.Steps(["-c", f"open({str(full)!r}, 'w'); raise SystemExit(1)"], ["-c", "pass"], ["-c", "pass"])
    roomy = cluster.free_mb
    monkeypatch.setattr(cluster, "free_mb", lambda where: 0 if full.exists() else roomy(where))
    monkeypatch.chdir("/")
    with pytest.raises(NoRoom, match="Only 0 MB are free"):
        serve.run(Env(data_dir=env.data_dir, port=port), steps, print)


def test_a_port_of_roots_is_not_called_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    def bind(self: socket.socket, address: tuple[str, int]) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    class Forbidding(socket.socket):
        pass

    monkeypatch.setattr(Forbidding, "bind", bind)
    monkeypatch.setattr(serve.socket, "socket", Forbidding)
    with pytest.raises(PortForbidden, match=r"may not listen on port 80.* LINLI_PORT=8000 make run"):
        serve.check_port(80)


def test_a_taken_port_is_said_with_another_to_try(port: int) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", port))
        listener.listen()
        with pytest.raises(PortTaken, match=f"Port {port} is taken .* LINLI_PORT={port + 1} make run"):
            serve.check_port(port)


@pytest.mark.usefixtures("port")
def test_a_failed_preparation_starts_no_server(env: Env, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    steps = serve.Steps(["-c", "raise SystemExit(3)"], ["-c", "pass"], ["-c", "pass"])
    said: list[str] = []
    with pytest.raises(ChildEnded, match=r"preparation ended by itself \(exit code 3\)"):
        serve.run(Env(data_dir=env.data_dir, port=int(os.environ["LINLI_PORT"])), steps, said.append)
    assert not any("ready" in line for line in said)
    assert server_pid(layout.find(env.data_dir)) is None


def test_a_log_that_grows_too_long_is_set_aside_while_its_process_writes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "KEPT_LOG_BYTES", 1000)
    log = tmp_path / "web.log"
    endless = "import itertools, time\nfor n in itertools.count():\n    print(n, flush=True); time.sleep(0.001)"
    child = Child("writer", [sys.executable, "-c", endless], log)
    child.start(dict(os.environ))
    try:
        assert soon(lambda: log.exists() and log.stat().st_size > 1000)
        child.keep_short()
        assert soon(lambda: log.stat().st_size > 0)
    finally:
        child.stop()
    before, after = (tmp_path / "web.log.1").read_text().splitlines(), log.read_text().splitlines()
    assert (before[0], "\0" in log.read_text()) == ("0", False)
    assert int(after[0]) - int(before[-1]) < 50
