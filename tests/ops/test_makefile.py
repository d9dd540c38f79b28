"""What `make` starts ends with it."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize(
    "target",
    [
        "run",
        "test",
        "check",
        "bench",
        "bench-city",
        "bench-field",
        "bench-muster",
        "bench-sync",
        "bundle",
        "clean-data",
    ],
)
def test_a_killed_make_takes_what_it_runs_with_it(target: str) -> None:
    told = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    lines = [line for line in told.splitlines() if ".venv/bin/" in line]
    assert lines
    assert [line for line in lines if not line.startswith("exec setpriv --pdeathsig TERM .venv/bin/")] == []


def test_a_bench_writes_its_page_unless_a_short_look_is_asked_for() -> None:
    dry = ["make", "--no-print-directory", "-n", "bench"]  # a make around this one would say where it is
    told = subprocess.run(dry, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert told.rstrip().endswith(" -m bench report --write")
    short = subprocess.run([*dry, "QUICK=1"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert short.rstrip().endswith(" -m bench report --quick")


def test_the_city_to_run_is_said_by_make() -> None:
    dry = ["make", "--no-print-directory", "-n", "run"]  # a make around this one would say where it is
    told = subprocess.run([*dry, "CITY=none"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.rstrip().endswith(".venv/bin/linli run --city none")
    told = subprocess.run(dry, cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.rstrip().endswith(".venv/bin/linli run")
