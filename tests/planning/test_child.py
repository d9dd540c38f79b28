"""Engines that cannot be stopped are stopped all the same, and nothing is left behind."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from linli.planning.allocation import solve
from linli.planning.errors import Cancelled, EngineFailed, OutOfTime
from linli.planning.frame import Watch, child
from tests.planning.problems import by_hand

HANGING = Path(__file__).with_name("hanging_engine.py")
ONE_NUMBER = {"pid": ((1,), "<i8")}


def test_an_engine_that_hangs_is_killed_on_time():
    with child.SharedArrays(ONE_NUMBER) as shared:
        watch = Watch(budget_s=1.0)
        with pytest.raises(OutOfTime):
            child.run_engine(HANGING, shared, watch)
        assert 1.0 <= watch.seconds() < 1.2 + 0.3
        pid = int(shared["pid"][0])
    assert pid > 0
    assert not psutil.pid_exists(pid)


def test_an_engine_that_hangs_can_be_cancelled():
    watch = Watch()
    watch.cancelled = lambda: watch.seconds() > 0.6
    with child.SharedArrays(ONE_NUMBER) as shared:
        with pytest.raises(Cancelled):
            child.run_engine(HANGING, shared, watch)
        assert watch.seconds() < 0.6 + 0.2
        assert not psutil.pid_exists(int(shared["pid"][0]))


STARTS_AN_ENGINE = """
import sys
from pathlib import Path
from linli.planning.frame import Watch, child
child.run_engine(Path(sys.argv[1]), child.SharedArrays({"start": ((1,), "<i8")}), Watch())
"""


def test_the_engine_dies_with_the_process_that_started_it():
    source = os.pathsep.join([str(Path(child.__file__).parents[3]), str(Path(__file__).parents[2])])
    tied = str(HANGING.with_name("hanging_tied_engine.py"))
    started = subprocess.Popen([sys.executable, "-c", STARTS_AN_ENGINE, tied], env={**os.environ, "PYTHONPATH": source})
    try:
        deadline = time.monotonic() + 20
        while not (children := psutil.Process(started.pid).children()) and time.monotonic() < deadline:
            time.sleep(0.02)
        engine = children[0]
        time.sleep(1.5)  # time enough to import and to ask for its death
    finally:
        started.kill()
        started.wait()
    psutil.wait_procs([engine], timeout=5)
    assert not engine.is_running()


def test_an_engine_that_fails_says_why(tmp_path):
    script = tmp_path / "failing.py"
    script.write_text("raise ValueError('no flow today')")
    with child.SharedArrays(ONE_NUMBER) as shared, pytest.raises(EngineFailed, match="no flow today"):
        child.run_engine(script, shared, Watch())


def test_a_solve_without_time_raises_and_a_cancelled_one_too():
    with pytest.raises(OutOfTime):
        solve(by_hand(), budget_s=0.0)
    with pytest.raises(Cancelled):
        solve(by_hand(), cancelled=lambda: True)


def test_progress_rises_and_names_its_steps():
    heard = []
    solve(by_hand(), progress=lambda share, step: heard.append((share, step)))
    shares = [share for share, _ in heard]
    assert shares == sorted(shares)
    assert [step for _, step in heard][:2] == ["arcs", "flow"]
    assert heard[-1] == (1.0, "done")
