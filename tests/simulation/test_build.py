"""A build is repeatable byte for byte, and either whole or not there."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from linli.simulation import SIZES, BadCity, CityFolder, build, quotas, source, street, tree
from linli.simulation.errors import BadCity as Bad
from linli.simulation.schema import TRUTH
from linli.simulation.store import packed

DATONG_SEED_1 = "79f9c0feb4d02f143e87ef462b89cf66641c5aae08aff56c5b35d01399f7c13f"
"""SHA-256 of city.json, which holds the digest of every other file. A new value is a new city: say so in CHANGELOG."""
QINGYANG_STREET_SEED_1 = "9f9b6a4de1a3ff8583b1175c54c11a12cd6309debb0de7c64047b202678dc30b"


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_datong_with_seed_1_is_the_city_it_always_was(datong: Path) -> None:
    assert digest(datong / "city.json") == DATONG_SEED_1


def test_a_street_of_qingyang_with_seed_1_is_what_it_always_was() -> None:
    real = source.load()
    plan = tree.plan(SIZES["qingyang"], 1, real)
    shares = quotas.plan(real, [item.residents for item in plan.streets])
    truth, register = street.generate(plan.streets[0], shares[0], 1)
    assert hashlib.sha256(packed(truth) + packed(register)).hexdigest() == QINGYANG_STREET_SEED_1


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_city(datong: Path, tmp_path: Path) -> None:
    again, other = build("datong", 1, tmp_path / "again"), build("datong", 2, tmp_path / "other")
    assert contents(again) == contents(datong)
    assert contents(other).keys() == contents(datong).keys()
    names = [CityFolder(path).street("truth", "510113003", ("persons",))["persons"]["name"] for path in (datong, other)]
    assert (names[0] != names[1]).mean() > 0.5


def test_a_street_alone_does_not_depend_on_the_streets_around_it(datong: Path) -> None:
    tables = CityFolder(datong).street("truth", "510113003")
    assert (
        hashlib.sha256(packed(tables)).hexdigest()
        == hashlib.sha256((datong / "truth/streets/510113003.npz").read_bytes()).hexdigest()
    )
    assert list(tables) == list(TRUTH)


def test_progress_is_told_street_by_street(tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    build("datong", 1, tmp_path / "city", progress=lambda *facts: told.append(facts))
    assert told == [(1, 1, "大同街道")]


@pytest.mark.parametrize(
    ("size", "seed", "reason"),
    [("beijing", 1, "there is no size 'beijing', only datong, qingyang, chengdu"), ("datong", -1, "-1 is below 0")],
)
def test_a_size_or_seed_that_makes_no_sense_is_refused(size: str, seed: int, reason: str, tmp_path: Path) -> None:
    with pytest.raises(BadCity) as caught:
        build(size, seed, tmp_path / "city")
    assert caught.value.reason == reason
    assert list(tmp_path.iterdir()) == []


def test_a_city_is_never_written_over_anything(tmp_path: Path) -> None:
    (tmp_path / "city").mkdir()
    (tmp_path / "city/notes.txt").write_text("mine")
    with pytest.raises(BadCity, match="already exists"):
        build("datong", 1, tmp_path / "city")
    assert contents(tmp_path) == {"city/notes.txt": b"mine"}


def test_a_build_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def stop(done: int, total: int, what: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build("datong", 1, tmp_path / "city", progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_a_build_that_is_killed_leaves_nothing_that_looks_finished_and_can_be_run_again(
    tmp_path: Path, datong: Path
) -> None:
    out = tmp_path / "city"
    code = (
        f"import time; from linli.simulation import build; build('datong', 1, {str(out)!r}, lambda *_: time.sleep(60))"
    )
    child = subprocess.Popen([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": "src"})
    street_file = tmp_path / "city.partial/register/streets/510113003.npz"
    until = time.monotonic() + 30
    while not street_file.exists() and time.monotonic() < until:
        time.sleep(0.05)
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert street_file.exists()
    assert not out.exists()
    with pytest.raises(Bad, match="not a finished city"):
        CityFolder(tmp_path / "city.partial")
    build("datong", 1, out)
    assert contents(out) == contents(datong)
    assert not (tmp_path / "city.partial").exists()


def test_the_simulation_needs_neither_django_nor_any_other_room() -> None:
    code = (
        "import sys, linli.simulation, linli.simulation.article;"
        "rooms = {name.split('.')[1] for name in sys.modules if name.startswith('linli.')};"
        "print(sorted(rooms), 'django' in sys.modules)"
    )
    env = {**os.environ, "PYTHONPATH": "src"}
    shown = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "['simulation'] False"


def test_everything_in_a_file_is_plain_data(datong: Path) -> None:
    with np.load(datong / "truth/streets/510113003.npz", allow_pickle=False) as raw:
        assert {raw[name].ndim for name in raw.files} == {1}
